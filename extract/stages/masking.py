"""A sentence with every number and name behind one placeholder, so that frames of linking are short.

`On COCO, our X reaches 58.0% PQ and 44.1 AP` reads `On Ⓓ, Ⓧ reaches Ⓥ Ⓜ and Ⓥ Ⓜ`. Words that change no link
(articles, "new", "score" after a metric, "val set" after a dataset, "up to" before a number) are left out.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import regex

from extract.facts import Entity, Facts, Number, Result
from extract.rulebook import Rulebook

VALUE, NUMBER, SELF, OTHERS = "ⓋⓃⓈⒷ"
SIGN = {"metric": "Ⓜ", "dataset": "Ⓓ", "method": "Ⓧ", "task": "Ⓣ"}
_COUNTED = frozenset((VALUE, NUMBER, *SIGN.values()))
_RANK = {"metric": 0, "dataset": 1, "method": 2, "task": 3}
WORD = r"(?:[^\WⓋⓃⓈⒷⓂⒹⓍⓉ]|[-&'’])+"  # a word that is no placeholder: circled letters count as \w
_STOPS = r"(?:than|by|on|in|with|and|over|of|for|from|to|as|is|are|that)\b"  # never inside a noun phrase of rivals
_SIGNS = "<>≤≥~≈+∼\\$=("  # written right before a value
_LONE = frozenset(("<", ">", "<=", ">=", "≤", "≥", "~", "≈", "∼", "+", "$"))
_NAMES = frozenset("ⓂⒹⓍⓉ")
_Replacement = str | Callable[["regex.Match[str]"], str]
_FOREIGN = re.compile("[ⓋⓃⓈⒷⓂⒹⓍⓉ]")
_SIGNS_COUNTED = re.compile("[" + "".join(sorted(_COUNTED)) + "]")


@dataclass(slots=True)
class Item:
    """One placeholder: its sign, its span in the doc text, its place in the masked sentence, and what stands behind."""

    sign: str
    start: int
    end: int
    entity: Entity | None = None
    result: Result | None = None
    number: Number | None = None
    unit_metric: Entity | None = None  # a metric inside the number's own span: FPS in "37 FPS"
    place: int = -1


@dataclass(slots=True)
class Masked:
    """A masked sentence; `at` finds the item of a placeholder by its place in `text`."""

    text: str
    items: list[Item]
    at: dict[int, Item]
    values: list[Item]
    start: int
    end: int

    def having(self, sign: str) -> list[Item]:
        """The items of one sign, in order."""
        return [item for item in self.items if item.sign == sign]


# "0.91 (95% CI: 0.88, 0.94; p < 0.01)": how sure a value is says nothing of whose it is.
_SURE = r"\b(?:CIs?\b|IQR\b|SD\b|SE\b|[pP][ ]?[=<>≤])"
_SPREAD = regex.compile(
    rf"[ ](?:\([^()ⓋⓃⓂⒹⓍⓉⓈⒷ]*?{_SURE}[^()ⓋⓃⓂⒹⓍⓉⓈⒷ]*+\)|\[[^\[\]ⓋⓃⓂⒹⓍⓉⓈⒷ]*?{_SURE}[^\[\]ⓋⓃⓂⒹⓍⓉⓈⒷ]*+\])"
)


# "82.7% (4-way) and 67.1% (6-way) F1", "the ICDAR15 (straight) benchmark"
_GLOSS = regex.compile(
    rf"(?<=[ⓋⒹ])[ ]\((?!(?:vs|versus|from|up|down|than|compared)\b){WORD}(?:[ ]{WORD}){{0,2}}\)(?=[ ,.;])"
)


# What was best before: also right before a measure or a value, where "state-of-the-art" alone is the paper's own.
_BEFORE_US = (
    r"(?:previous|prior|earlier|existing|former|current)(?:ly)?[ ](?:published[ ]|reported[ ]|known[ ])?"
    r"(?:best|highest|state[- ]of[- ]the[- ]art|SOTA|SoTA|record)\b"
    r"(?=[ ](?:(?:performance|results?|accuracy|scores?|level|Ⓜ)[ ])?(?:of[ ]|at[ ]|[(])?Ⓥ)"
)


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted((w.replace(" ", "[ ]") for w in words), key=len, reverse=True))


class Masker:
    """Masks sentences; the word lists come from `rules/linking.toml`."""

    def __init__(self, book: Rulebook) -> None:
        heads = _any(book.words("linking.system-heads"))
        rival_heads = _any((*book.words("linking.system-heads"), *book.words("linking.rival-heads")))
        rivals = _any(book.words("linking.rivals"))
        others = _any(book.words("linking.others"))
        plural = book.words("linking.plural-systems")
        acting = "|".join(book.words("linking.acting"))
        after = _any(book.words("linking.after-dataset"))
        after_metric = _any(book.words("linking.after-metric"))
        known = (*book.words("linking.rivals"), *book.words("linking.others"))
        firsts = "".join(sorted({phrase[0] for phrase in known}))
        # (what must stand in the sentence, pattern, replacement): each step runs only where it can match.
        self._steps: list[tuple[tuple[str, ...], regex.Pattern[str], _Replacement]] = [
            (("CI", "IQR", "SD", "(p", "(P", "p <", "p<", "p ="), _SPREAD, ""),
            (
                ("ur", "e ", "t ", "his", "hese"),
                regex.compile(
                    rf"\b(?=[OoWwIiTt])(?:[Oo]urs\b|[Ww]e\b|[Ii]t\b(?!s)|[Oo]ur(?![ ]baseline)(?:[ ]{WORD}){{0,4}}"
                    rf"?[ ](?:{heads})\b(?![ ]Ⓧ)"
                    rf"|(?:[Tt]his|[Tt]hese|[Tt]he)(?:[ ](?:{_any(book.words('linking.own'))}))*[ ](?:{heads})\b(?!\w))"
                ),
                lambda match: _kept(match) + SELF,
            ),
            (
                tuple(dict.fromkeys(phrase.split()[0] for phrase in known)),
                regex.compile(
                    rf"\b(?<![Tt]his[ ])(?<![Tt]hese[ ])(?=[{firsts}])"
                    rf"(?:\b(?:{rivals})\b(?:[ -](?!{_STOPS}){WORD}){{0,4}}?[ ](?:{rival_heads})\b"
                    rf"|\b{_BEFORE_US}"
                    rf"|\b(?:{others})\b(?![ -](?:performance|result|accurac|score|level|Ⓜ|Ⓥ|of-the)))"
                ),
                lambda match: _kept(match) + OTHERS,
            ),
            (("Ⓧ-based ",), regex.compile(rf"Ⓧ-based(?=[ ](?:{heads})\b)"), "Ⓧ"),
            # Systems in the plural that do something, without "our": not the paper's own.
            (
                plural,
                regex.compile(
                    rf"(?<!Ⓧ[ -])\b(?:{WORD}[ ])?(?:{'|'.join(plural)})(?=[ ](?:\w+ly[ ]|only[ ])?(?:{acting}))"
                ),
                OTHERS,
            ),
            (
                ("(Ⓧ)", "(like Ⓧ)", "such as Ⓧ)", "(e.g., Ⓧ)", "(e.g. Ⓧ)", "including Ⓧ)"),
                regex.compile(rf"{OTHERS}[ ][(](?:(?:like|such as|e\.g\.,?|including)[ ])?Ⓧ[)]"),
                "Ⓧ",
            ),
            # "a strong Ⓧ baseline (Ⓥ)", "the Ⓧ image-only baseline achieves": the rival has a name.
            (
                (f" {OTHERS} (", f" {OTHERS} a", f" {OTHERS} r", f" {OTHERS} o", f" {OTHERS} s"),
                regex.compile(
                    rf"Ⓧ[ ](?:[a-z]+-[a-z-]+[ ])?{OTHERS}"
                    r"(?=[ ](?:[(]|(?:achiev|attain|reach|obtain|scor)(?:es|s|ed)\b))"
                ),
                "Ⓧ",
            ),
            ((OTHERS,), regex.compile(rf"{OTHERS}(?:,|[ ]like|[ ]such as|[ ]of)?[ ]?(?=Ⓧ)"), ""),
            ((SELF,), regex.compile(rf"{SELF}[, :(–—-]+Ⓧ"), "Ⓧ"),
            (("Ⓥ (", "Ⓓ ("), _GLOSS, ""),
            (("Ⓓ ", "Ⓓ-", "Ⓓ'", "Ⓓ’"), regex.compile(rf"Ⓓ[ ]?(?:[’']s)?(?:[ -](?:{after})\b)+"), "Ⓓ"),
            (
                ("f Ⓓ", "m Ⓓ", "n Ⓓ", "e Ⓓ"),
                regex.compile(rf"(?:\b(?:{after})[ ])+(?:of|from|in)[ ](?:the[ ])?(?=Ⓓ)"),
                "",
            ),
            (("Ⓜ ", "Ⓜ-"), regex.compile(rf"Ⓜ(?:[ -](?:{after_metric})\b)+"), "Ⓜ"),
            (("Ⓧ ", "Ⓧ-", "Ⓧ'", "Ⓧ’"), regex.compile(rf"Ⓧ(?:[’']s)?(?:[ -](?:{heads})\b)+"), "Ⓧ"),
        ]
        self._points = regex.compile(r"Ⓥ\$?[ ](?:points?|absolute|percent|percentage[ ]points?|pp|%)\b")
        self._fillers = frozenset(w for w in book.words("linking.fillers") if " " not in w)
        self._phrases = tuple(w + " " for w in book.words("linking.fillers") if " " in w)
        self._qualifiers = frozenset(book.words("linking.qualifiers"))
        self._longest = max(phrase.count(" ") + 1 for phrase in self._qualifiers)

    def mentions(self, facts: Facts) -> list[Item]:
        """All entity mentions of the paper in order, without overlaps: earlier, then longer, then metric first."""
        found = sorted(
            ((s.start, -s.end, _RANK[e.kind], e) for e in facts.entities for s in e.spans), key=lambda f: f[:3]
        )
        items: list[Item] = []
        end = -1
        for start, negative_end, _, entity in found:
            if start >= end:
                end = -negative_end
                items.append(Item(SIGN[entity.kind], start, end, entity))
        return items

    def mask(self, text: str, start: int, end: int, mentions: list[Item], numbers: list[Item]) -> Masked:
        """The masked sentence `text[start:end]`; `numbers` are the items of its numbers."""
        first = bisect_left(mentions, start, key=lambda m: m.start)
        last = bisect_left(mentions, end, key=lambda m: m.start)
        items = _merge(text, mentions[first:last], numbers)
        sentence = text[start:end]
        if _FOREIGN.search(sentence):
            sentence = _FOREIGN.sub("o", sentence)
        pieces: list[str] = []
        place = 0
        for item in items:
            pieces += (sentence[place : item.start - start], item.sign)
            place = item.end - start
        pieces.append(sentence[place:])
        masked = " ".join("".join(pieces).split())
        for needed, pattern, replacement in self._steps:
            for literal in needed:
                if literal in masked:
                    masked = pattern.sub(replacement, masked)
                    break
        masked = self._points.sub(VALUE, self._bare(masked))
        at: dict[int, Item] = {}
        for found, item in zip(_SIGNS_COUNTED.finditer(masked), items, strict=False):
            item.place = found.start()
            at[item.place] = item
        return Masked(masked, items, at, [i for i in items if i.sign == VALUE], start, end)

    def _bare(self, masked: str) -> str:
        """Without fillers, and without qualifiers right before a value."""
        for phrase in self._phrases:
            if phrase in masked:
                masked = masked.replace(phrase, "")
        words: list[str] = []
        tokens = masked.split(" ")
        for word, following in zip(tokens, (*tokens[1:], ""), strict=True):
            # "an average of" is a qualifier as a whole, "relative to" a preposition
            if word in self._fillers and following != "of" and not (word == "relative" and following == "to"):
                continue
            if VALUE in word:
                bare = word.lstrip(_SIGNS)
                if bare.startswith(VALUE):
                    opening = "(" if "(" in word[: len(word) - len(bare)] else ""
                    word = self._unqualified(words, opening) + bare
            elif words and word[0] in _NAMES and words[-1] in ("our", "Our"):
                words.pop()
            words.append(word)
        return " ".join(words)

    def _unqualified(self, words: list[str], opening: str) -> str:
        """Drop the qualifiers at the end of `words`; the bracket that must stand before the value instead."""
        shortened = True
        while shortened and words:
            shortened = False
            for length in range(min(self._longest, len(words)), 0, -1):
                phrase = " ".join(words[-length:])
                bare = phrase.lstrip("(").lower()
                if bare in self._qualifiers or bare == "our" or bare in _LONE:
                    opening = "(" if phrase.startswith("(") else opening
                    del words[-length:]
                    shortened = True
                    break
        return opening


def _kept(match: regex.Match[str]) -> str:
    """The placeholders with an item behind them that a replaced phrase holds: none may get lost."""
    return "".join(sign for sign in match.group() if sign in _COUNTED)


def _merge(text: str, mentions: list[Item], numbers: list[Item]) -> list[Item]:
    """Names and numbers of a sentence in one list; a number's span wins over a name, `A (B)` of one entity is one."""
    items: list[Item] = []
    queue = iter(numbers)
    number = next(queue, None)
    for mention in mentions:
        while number is not None and number.start < mention.end:
            if number.end > mention.start:
                if number.sign == VALUE:
                    if mention.sign == "Ⓜ":
                        number.unit_metric = mention.entity
                    break
                number = next(queue, None)  # a plain number inside a name is no number
                continue
            items.append(number)
            number = next(queue, None)
        else:
            before = items[-1] if items else None
            if (
                before is not None
                and before.entity is mention.entity
                and before.entity is not None
                and text[before.end : mention.start].strip() == "("
                and text[mention.end : mention.end + 1] == ")"
            ):
                before.end = mention.end + 1
                continue
            items.append(Item(mention.sign, mention.start, mention.end, mention.entity))
    while number is not None:
        items.append(number)
        number = next(queue, None)
    return items
