"""Acronyms with their expansions, in both orders, by the letter matching of Schwartz and Hearst (PSB 2003).

Beside their rule (each letter of the short form in order in the long form, its first at a word start): plurals
(`LLMs`), expansions after the bracket (`VEPE (Video End-to-End Pose Estimation)`), numbers and signs that the short
form adds (`IA-RED^2`), and offsets, which the published programs do not return.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

# A bracket without another bracket, not longer than a long form may be.
_BRACKET = re.compile(r"\(([^()\n]{2,120}(?:\n[^()\n]{1,80})?)\)")
_WORD = re.compile(r"[^\W_]+(?:['’]s)?")
# The long form begins behind the last end of a clause.
_LAST_STOP = re.compile(r".*(?:[.;:!?()\[\]](?=\s|$)|,(?=\s)|\n(?=\n))", re.DOTALL)
_FOR_SHORT = re.compile(r"[,;]|\si\.e|\sor\s|\s(?:for\sshort|in\sshort|hereafter)")
_INITIAL_WORD = re.compile(r"[^\W_]+")
_SHORT = re.compile(r"[^\W_](?:[\w^+*./&-]|(?<=\w)\s(?=[A-Z\d.]{1,4}$)){1,15}$")
_EDGE_WORDS = frozenset(
    ["a", "an", "the", "of", "for", "in", "on", "to", "and", "or", "with", "by", "from", "via", "as"]
)


class Pair(NamedTuple):
    """A short form and the long form that the text gives for it, as (start, end) of the doc text."""

    short: tuple[int, int]
    long: tuple[int, int]


def find_pairs(text: str) -> list[Pair]:
    """All acronym pairs of a text in order."""
    found = (_short_inside(text, match) or _long_inside(text, match) for match in _BRACKET.finditer(text))
    return [pair for pair in found if pair is not None]


def _short_inside(text: str, match: re.Match[str]) -> Pair | None:
    """`long form (SHORT)`; the bracket may say more after a comma or semicolon."""
    inner, start = match[1], match.start(1)
    if not inner.isalnum():
        inner = _FOR_SHORT.split(inner, maxsplit=1)[0].strip()
        start += match[1].find(inner)
        quoted = inner.strip("\"'“”‘’*")
        start, inner = start + inner.find(quoted), quoted
    if inner.islower() or not _SHORT.match(inner) or not any(map(str.isupper, inner)) or len(inner.split()) > 2:
        return None
    letters = _letters(inner)
    if not 2 <= len(letters) <= 12:
        return None
    floor = max(0, match.start() - 25 * (len(letters) + 2))
    before = text[floor : match.start()].rstrip()
    stop = _LAST_STOP.match(before)
    clause = stop.end() if stop else 0
    long = _by_initials(before, clause, letters)
    if long is None:
        long = _match_back(before, clause, letters)
    if long is None:
        return None
    begin, end = floor + long, floor + len(before)
    begin, end = _trim(text, begin, end)
    if end - begin <= len(inner) or text[begin:end].casefold() == inner.casefold():
        return None
    return Pair((start, start + len(inner)), (begin, end))


def _long_inside(text: str, match: re.Match[str]) -> Pair | None:
    """`SHORT (long form)`."""
    inner = match[1]
    words = _WORD.findall(inner)
    if not 2 <= len(words) <= 12:
        return None
    head = re.search(r"[^\s()\"'“”,;]{2,16}$", text[max(0, match.start() - 20) : match.start()].rstrip())
    if head is None:
        return None
    short = head.group()
    if sum(map(str.isupper, short)) < 2:
        return None
    letters = _letters(short)
    if not 2 <= len(letters) <= 12 or len(words) > 2 * len(letters):
        return None
    place = _match_back(inner, 0, letters)
    if place is None or place > 4:
        return None
    start = text.rfind(short, 0, match.start())
    begin, end = _trim(text, match.start(1) + place, match.end(1))
    return Pair((start, start + len(short)), (begin, end)) if end - begin > len(short) else None


@lru_cache(maxsize=1 << 14)
def _letters(short: str) -> str:
    letters = short if short.isalnum() else "".join([c for c in short if c.isalnum()])
    # A plural s is no initial; digits are often powers or versions (IA-RED^2, CRAFT2).
    if len(letters) > 2 and letters.endswith("s") and letters[-2].isupper():
        letters = letters[:-1]
    return letters.rstrip("0123456789").casefold() or letters.casefold()


def _by_initials(text: str, floor: int, letters: str) -> int | None:
    """Where the last words begin whose initials, with or without function words, spell the letters."""
    words = [(m.start(), m.group().casefold()) for m in list(_INITIAL_WORD.finditer(text, floor))[-len(letters) * 2 :]]
    for kept in ([w for w in words if w[1] not in _EDGE_WORDS], words):
        kept = kept[-len(letters) :]
        if "".join([word[0] for _, word in kept]) == letters:
            return kept[0][0]
    return None


def _match_back(text: str, floor: int, letters: str) -> int | None:
    """Where the shortest long form that ends the text begins: letters right to left, the first at a word start."""
    folded = text.casefold()
    if len(folded) != len(text):
        folded = text.lower() if len(text.lower()) == len(text) else text
    place = len(folded)
    for index in range(len(letters) - 1, -1, -1):
        place -= 1
        while place >= floor and (
            folded[place] != letters[index]
            or (index == 0 and place > 0 and (folded[place - 1].isalnum() or folded[place - 1] in "'’"))
        ):
            place -= 1
        if place < floor:
            return None
    # Every second word at least must give a letter: else any clause contains the letters somewhere.
    words = _WORD.findall(text[place:])
    content = [w for w in words if w.casefold() not in _EDGE_WORDS]
    if len(content) > len(letters) + 2:
        return None
    starts = sum(w[0].casefold() in letters for w in content)
    if 2 * starts < len(content):
        return None
    return place


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and not (text[start].isalnum()):
        start += 1
    while end > start and not (text[end - 1].isalnum() or text[end - 1] in "+*"):
        end -= 1
    return start, end


@lru_cache(maxsize=1 << 14)
def may_spell(short: str) -> bool:
    """Whether a name has the capitals of an acronym."""
    return sum(map(str.isupper, short)) >= 3


def spells(short: str, phrase: str) -> bool:
    """Whether a phrase is the long form of a name: PRepBN, Progressive Re-parameterized Batch Normalization."""
    if short[0].casefold() != phrase[0].casefold() or not may_spell(short):
        return False
    letters = _letters(short)
    initials = iter(word[0].casefold() for word in _INITIAL_WORD.findall(phrase))
    # Each capital begins a word: else FedED would be short for Federated.
    if len(letters) < 3 or not all(c.casefold() in initials for c in short.rstrip("s") if c.isupper()):
        return False
    return _by_initials(phrase, 0, letters) == 0 or _match_back(phrase, 0, letters) == 0


def resembles(short: str, phrase: str) -> bool:
    """Whether a bracket behind a phrase can be its short form: an initial and most letters of it come from there."""
    letters = _letters(short)
    folded = phrase.casefold()
    initials = {word[0].casefold() for word in _WORD.findall(phrase)}
    inside = sum(c in folded for c in letters)
    return len(letters) >= 3 and inside >= 0.75 * len(letters) and sum(c in initials for c in letters) >= 1
