"""The stage `paperfacts_numbers`: every number of the text, typed before it is linked to anything.

One pass over the runs of digits and one over the number words. Digits inside names, citations, dates, list numerals,
sizes and intervals become no Number at all (or one with a role that says so, where later stages want it).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING

import regex
from spacy.language import Language

from extract.clean.shape import digit_runs
from extract.facts import Facts, Number, facts_of, mirror
from extract.rulebook import Rulebook, anchored, load
from extract.stages.literals import Literals
from extract.stages.number_lists import coordinate, mark_intervals
from extract.stages.number_names import NameGuard
from extract.stages.number_parts import SIGNS, Parts
from extract.stages.number_values import digits

if TYPE_CHECKING:
    from spacy.tokens import Doc

# What belongs to one name once a digit is glued to letters: ResNet-50, AP50:95, Kinetics-400/600, SANA-1.0-1.6B.
_NAME_TAIL = re.compile(r"[\w@*^]*(?:[.:/+_*-]+\w+)*")
_CITATION = re.compile(r"\[\d{1,3}(?:[,;\s–-]+\d{1,3})*\]|\(\d{1,3}(?:[,–-]\d{1,3})*,\s?\d{1,3}(?:[,–-]\s?\d{1,3})*\)")
# Where a number word may begin, in lower case: a tree, because that is five times as fast as the list of words, and
# without IGNORECASE, which would take three times as long.
_WORD_START = re.compile(
    r"[ (\n-](?:t(?:w[oei]|h(?:r[ei]|ir)|en[ f-])|f(?:our|i[vf])|s(?:ix|even)|eight|nine|eleven|half|quarter"
    r"|a(?:n order| dozen| quarter| hundred| mill| thou| bill| third| tenth| fifth| fourth)"
    r"|one[ -](?:h|t|q|f|s|e|n|o)|hundredfold|thousandfold|(?:thousand|million|billion|trillion)-s)"
)
_WORD_START_ANY_CASE = re.compile(_WORD_START.pattern, re.IGNORECASE)
# A rule of what is no number runs only where one of its triggers stands this near to a digit.
_NEAR = 60
_OUT_OF = re.compile(r"/(?:5|7|10|100)(?![\w.])")
_NEVER = regex.compile(r"(?!)")  # stands for a rule that the user switched off
_LONGEST = 30  # digits; no measured value has more
_LISTED = (" and ", ", ", ", and ", " or ", "/", " & ")

Spans = list[tuple[int, int]]
_start = attrgetter("start")


_LEVEL = 25.0  # what is in brackets behind a noun of change and larger is two levels, not a range of changes
_CHANGED = re.compile(
    r"\b(?:improv|increas|decreas|reduc|rais|ris|rose|boost|enhanc|drop|degrad|lower|declin|gain|fell|fall|collaps|grew|grow)"
    r"\w*\b(?:[^.;:()]|\.\d|\([^()]*\))*$"
)
_AND_ON = re.compile(r"\s(?:on|for|in|with)\s[^.;:()]{1,50},?\sand\s(?:from\s)?")
_LARGEST_GAIN = 30.0  # "by 2% to 29%" is a range of gains, "by 2% to 51%" a gain and the level reached
_CHANGE_NOUN = re.compile(
    r"\b(?:improvement|gain|increase|decrease|reduction|drop|boost|enhancement|rise|decline|speed-?up)s?\s$"
)


class Numbers:
    """Fills `facts.numbers`, in order of place, none overlapping another."""

    def __init__(self, book: Rulebook) -> None:
        self.value = _pattern(book, "number.value", at_place=True)
        self.word = _pattern(book, "number.word", at_place=True)
        self.size = _pattern(book, "number.not.size")
        self.between = _pattern(book, "number.between")
        self.nots = [r for r in book.of("number.not") if r.id != "number.not.size"]
        self.not_words = Literals(trigger for rule in self.nots for trigger in rule.triggers)
        self.parts = Parts(book)
        self.names = NameGuard(book)

    def find(self, text: str, facts: Facts) -> list[Number]:
        """The numbers of a text, given what earlier stages found in it."""
        for _ in self.walk(text, facts):
            pass
        return facts.numbers

    def walk(self, text: str, facts: Facts) -> Iterator[None]:
        """Fill `facts.numbers`, the same in passes, each as short as can be."""
        runs = digit_runs(text)
        taken = sorted((s.start, s.end) for link in facts.links for s in link.spans)
        found: list[Number] = []
        if runs:
            self._take(text, runs, facts, taken)
            yield
            metric_ends = {e.end for e in facts.evidence if e.label == "metric"}
            found = self._ranges(text, facts.lower, taken)
            found += self._digits(text, runs, taken, metric_ends)
        yield
        found += self._words(text, facts.lower, taken)
        if not found:
            return
        yield
        found.sort(key=_start)
        kept: list[Number] = []
        for number in found:
            if not kept or number.start >= kept[-1].end:
                kept.append(number)
        mark_intervals(text, kept)
        coordinate(text, kept)
        facts.numbers = kept

    def _take(self, text: str, runs: Spans, facts: Facts, taken: Spans) -> None:
        """Add what holds digits but no number: known names, dates, intervals, settings."""
        starts = [start for start, _ in runs]
        for e in facts.evidence:
            if e.label != "none":
                i = bisect_left(starts, e.start)
                if (i < len(starts) and starts[i] < e.end) or (i and runs[i - 1][1] > e.start):
                    taken.append((e.start, e.end))
        near = set(self.not_words.within(_around(text, runs)))
        if near:
            first, last = max(0, runs[0][0] - _NEAR), min(len(text), runs[-1][1] + _NEAR)
            for rule in self.nots:
                if not near.isdisjoint(rule.triggers):
                    taken += [m.span("span") for m in rule.finditer(text, first, last)]
        taken.sort()

    def _ranges(self, text: str, lower: str, taken: Spans) -> list[Number]:
        """ "between A and B", whose ends are taken from then on."""
        found: list[Number] = []
        if "between " not in lower:
            return found
        for match in self.between.finditer(text):
            low, high = digits(match["low"]), digits(match["high"])
            if low is None or high is None or low >= high:
                continue
            number = Number(*match.span("span"), low, high, rule="number.between")
            self.parts.set_unit(number, match)
            number.qualifier = self.parts.qualifier(text, match.start())
            found.append(number)
            taken.append(match.span("span"))
        taken.sort()
        return found

    def _digits(self, text: str, runs: Spans, taken: Spans, metric_ends: set[int]) -> list[Number]:
        """The numbers that begin with a digit, a sign or a point."""
        found: list[Number] = []
        place = 0  # nothing before it is looked at again
        name_end = -1  # where the last name of the kind "RGB+D 60" ended, so that "and 120 datasets" goes on
        name_head = False  # whether that name was "phases 3", so that "and 9" goes on
        value_end = -1  # where the last real value ended, so that `82.9%/84.8%` goes on
        for start, run_end in runs:
            if start < place or (taken and _inside(taken, start)):
                continue
            if run_end - start > _LONGEST:
                place = run_end
                continue
            if start and text[start - 1] in "[(" and (citation := _CITATION.match(text, start - 1)):
                place = citation.end()
                continue
            if self.names.goes_on(text, start, value_end):
                place = _end(_NAME_TAIL, text, start)
                continue
            special, end = self._special(text, start, run_end)
            if end:
                found += special
                place = end
                continue
            match = self.value.match(text, _begin(text, start)) or self.value.match(text, start)
            if match is None:
                place = _end(_NAME_TAIL, text, start)
                continue
            place = max(match.end(), run_end)
            number = self.parts.number(text, match)
            if number is None:
                continue
            listed = name_end >= 0 and text[name_end : number.start] in _LISTED
            goes_on = listed and number.form == "plain" and (number.value >= 10 or name_head)
            if goes_on or self.names.is_name(text, match, number, metric_ends):
                place = max(_end(_NAME_TAIL, text, start), number.end)
                name_end = number.end
                headed = (
                    text[start - 2 : start - 1].islower() or text[start - 2 : start - 1] == "."
                )  # phases 3; Figs. 3
                name_head = name_head if listed else number.form == "plain" and headed
                continue
            if number.form == "plain" and "." in match["low"] and (scale := _OUT_OF.match(text, number.end)):
                number.end = scale.end()  # 4.64/5
            place = value_end = number.end
            found += self._ends(text, match, number, found[-1] if found else None)
        return found

    def _special(self, text: str, start: int, run_end: int) -> tuple[list[Number], int]:
        """Fractions, orders of magnitude and sizes, with the place where they end; 0 for none of them."""
        after = text[run_end : run_end + 1]
        if after == "/" and (number := self.parts.fraction_in_digits(text, start)):
            return [number], number.end
        if after == " " and text.startswith("order", run_end + 1) and (match := self.word.match(text, start)):
            words = self.parts.in_words(text, match)
            return ([words], words.end) if words else ([], 0)
        if after and after in "x×* t\\" and (match := self.size.match(text, start)):
            value = digits(text[start:run_end])
            size = Number(*match.span("span"), value or 0.0, form="size", role="setting", rule="number.not.size")
            return [size], match.end()
        return [], 0

    def _ends(self, text: str, match: regex.Match[str], number: Number, before: Number | None) -> list[Number]:
        """One number, or the two that "from A to B" and "by A to B" hold."""
        if number.high is None or not match["dash"].startswith(" to"):
            return [number]
        low, high = digits(match["low"]) or 0.0, digits(match["high"]) or 0.0
        falling = number.form != "magnitude" and low > high
        # "from 20 to 31 on A and 42 to 57 on B"
        again = before is not None and before.role == "to" and _AND_ON.fullmatch(text, before.end, number.start)
        if falling or again or text.endswith("from ", 0, number.start):
            return self.parts.from_to(text, match, number)
        bracket = text[number.start - 1 : number.start] + text[number.end : number.end + 1]
        near = (max(0, number.start - 90), number.start - 1)
        # "improving accuracy (51.8% to 97.8%)"; but "improvements (2% to 5%)" are the changes themselves
        if bracket == "()" and _CHANGED.search(text, *near) and (low >= _LEVEL or not _CHANGE_NOUN.search(text, *near)):
            return self.parts.from_to(text, match, number)
        far = number.value > 0 and number.high > max(8 * number.value, _LARGEST_GAIN)
        if far and text.endswith("by ", 0, number.start):
            return [replace(n, role=None) for n in self.parts.from_to(text, match, number)]  # by 2.1% to 51.3%
        return [number]

    def _words(self, text: str, lower: str, taken: Spans) -> list[Number]:
        """The numbers in words."""
        found: list[Number] = []
        start, among = (_WORD_START, lower) if len(lower) == len(text) else (_WORD_START_ANY_CASE, text)
        for begin in start.finditer("\n" + among):  # the mark before a word stands one place further on
            match = self.word.match(text, begin.start())
            if match is None or _inside(taken, match.start("span")):
                continue
            number = self.parts.in_words(text, match)
            if number is not None:
                found.append(number)
        return found


def _pattern(book: Rulebook, rule_id: str, *, at_place: bool = False) -> regex.Pattern[str]:
    rule = book.rules.get(rule_id)
    if rule is None or rule.pattern is None:
        return _NEVER
    return anchored(rule) if at_place else rule.pattern


def _begin(text: str, start: int) -> int:
    """Where a number begins that has its first digit at a place: before its point and its sign."""
    begin = start
    if begin and text[begin - 1] == "." and (begin < 2 or not text[begin - 2].isalnum()):
        begin -= 1
    if begin and text[begin - 1] in SIGNS and (begin < 2 or text[begin - 2] in " (\n[=:,~$;>/"):
        begin -= 1
    return begin


def _around(text: str, runs: Spans) -> str:
    """What stands near the digits of a text, in lower case, each stretch once."""
    pieces: list[str] = []
    done = 0
    for start, end in runs:
        pieces.append(text[max(done, start - _NEAR) : end + _NEAR])
        done = end + _NEAR
    return "".join(pieces).lower()


def _inside(spans: list[tuple[int, int]], place: int) -> bool:
    """Whether a place lies in one of the sorted spans; few overlap, so the last four that begin before it tell."""
    i = bisect_right(spans, (place, 1 << 60))
    return any(a <= place < b for a, b in spans[max(0, i - 4) : i])


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.match(text, start)
    return max(match.end(), start + 1) if match else start + 1


class NumbersStage:
    """The spaCy component."""

    def __init__(self, book: Rulebook) -> None:
        self.numbers = Numbers(book)

    def __call__(self, doc: Doc) -> Doc:
        """Fill `facts.numbers` and `doc.spans["numbers"]`."""
        for _ in self.walk(doc):
            pass
        return doc

    def walk(self, doc: Doc) -> Iterator[None]:
        """The same in passes."""
        facts = facts_of(doc)
        yield from self.numbers.walk(facts.text, facts)
        if facts.mirrored:
            mirror(doc, "numbers", [(n.start, n.end, n.form) for n in facts.numbers])


@Language.factory("paperfacts_numbers", assigns=["doc.user_data", "doc.spans"], default_config={"rules": None})
def make_numbers(nlp: Language, name: str, rules: str | None) -> NumbersStage:
    """Create the stage; `rules` is a folder of rules merged over the shipped ones."""
    return NumbersStage(load(rules))
