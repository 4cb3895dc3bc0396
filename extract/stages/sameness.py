"""Which spans of a text name one thing: long and short forms that no bracket pairs, versions of one name."""

from __future__ import annotations

import re
from functools import lru_cache

from extract.stages.acronyms import Pair, may_spell, resembles, spells
from extract.stages.candidates import Candidate

_MANY = 400  # candidates; no abstract has so many, and pairs of them are compared
_DIGITS = re.compile(r"\d+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LETTERS = re.compile(r"[\W\d_]+|v(?=\d)")
_APPOSED = re.compile(r"\b([A-Z][\w-]{1,14}+)[\"'”’]{0,2},[\"'”’]{0,2}\san?\s(?:[a-z][\w-]*,?\s(?:and\s)?){0,5}$")


@lru_cache(maxsize=1 << 14)
def version(name: str) -> tuple[str, str]:
    """The letters of a name and its numbers: DAVIS 2017 and DAVIS17 are one version of one name."""
    numbers = "".join(number[2:] if _YEAR.fullmatch(number) else number for number in _DIGITS.findall(name))
    return _LETTERS.sub("", name.casefold()), numbers


def differ(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two versions of one name are meant: DAVIS16 and DAVIS17."""
    return one[0] == other[0] and one[1] != other[1] and bool(one[1] and other[1])


def _is_long(short: str, phrase: str) -> bool:
    """Whether a phrase is a long form: each capital begins a word, or its capitals are the short form (DAta Vision)."""
    return spells(short, phrase) or "".join(filter(str.isupper, phrase)) == short.upper()


def same_things(
    text: str, candidates: list[Candidate], pairs: list[Pair]
) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Further spans that name one thing: (the shorter form, the longer form).

    The subtitle often spells out the name before the colon or an acronym of the abstract, and a capitalised phrase
    may have its short form in brackets behind it although their letters do not match one by one.
    """
    same: list[tuple[tuple[int, int], tuple[int, int]]] = []
    several = [c for c in candidates if c.shape == "multi"]
    if not several or len(candidates) > _MANY:
        return same
    paired = {text[slice(*pair.short)] for pair in pairs}
    if several[0].title:
        longs = [(pair, text[slice(*pair.long)].lower()) for pair in pairs]
        shorts = {
            name: c
            for c in reversed(candidates)
            if c.shape == "strong" and may_spell(name := c.text) and name not in paired
        }
    starts: dict[int, Candidate] | None = None
    for start, end, name, _, _, title, chunks in several:
        if title:
            phrase = name.lower()
            for pair, long in longs:
                if long.endswith(phrase):
                    same.append((pair.short, (start, end)))
            initial = phrase[0]
            for acronym, short in shorts.items():
                if acronym[0].lower() == initial and not (start <= short.start < end) and spells(acronym, name):
                    same.append(((short.start, short.end), (start, end)))
            continue
        if len(chunks) > 2 and text.rfind(",", max(0, start - 80), start) >= 0:
            # "HAG, a Hierarchical Agent Generation framework"
            name_before = _APPOSED.search(text, max(0, start - 80), start)
            if name_before and name_before[1] not in paired and _is_long(name_before[1], name):
                same.append((name_before.span(1), (start, end)))
        if text.startswith(("(", " ("), end):
            opening = text.find("(", end)
            if starts is None:
                starts = {c.start: c for c in candidates if c.shape == "strong"}
            short_form = starts.get(opening + 1)
            if (
                short_form is not None
                and short_form.text not in paired
                and text[short_form.end : short_form.end + 1] == ")"
                and resembles(short_form.text, name)
            ):
                same.append(((short_form.start, short_form.end), (start, end)))
    return same
