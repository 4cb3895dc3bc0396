"""The stage `paperfacts_results`: which numbers are reported outcomes, then what each is of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spacy.language import Language

from extract.facts import Facts, Number, Result, facts_of, mirror
from extract.rulebook import Rulebook, load
from extract.stages.linking import Linker
from extract.stages.result_kinds import Judge, Verdict

if TYPE_CHECKING:
    from spacy.tokens import Doc

# "8.6% improvement on A and 2% on B": no verb and no "to" between the two values.
_ELIDED = re.compile(
    r"(?!.*\b(?:achiev|reach|obtain|attain|maintain|retain|preserv|is|are|was|were|from|versus|vs|to reach|while|which|with an?|only)\b)"
    r"[^.;()]*?[\s,](?:and|or|,)\s(?:(?:by|of|an?|up to|over|about|nearly|approximately|as much as|at least|more than)\s)*"
)
# "on A (1.3%), B (2.4%)" and "1.3% (A), 2.4% (B)".
_BRACKETS = re.compile(r"\),? (?:and )?(?:on )?[^()]{1,40}\((?:\+|by )?|\s\([^()]{1,40}\),? (?:and )?(?:by )?")
_BARE = ("", "result.level-percent", "result.level-metric")
_COMPARED = (" and ", " but ", "while", "whereas", "compared to", "compared with", "versus", "vs", "against", "opposed to", "than")


class Results:
    """Fills `facts.results` and their links."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self.judge = Judge(book)
        self.linker = Linker(book)

    def __call__(self, doc: Doc) -> Doc:
        """Fill `facts.results`."""
        facts = facts_of(doc)
        text = facts.text
        self.find(text, facts)
        self.linker.link(text, facts)
        mirror(doc, "results", [(r.number.start, r.number.end, r.kind) for r in facts.results])
        return doc

    def find(self, text: str, facts: Facts) -> None:
        """Create the results without their links."""
        metrics = self.judge.metric_spans(facts)
        numbers = [n for n in facts.numbers if n.role not in ("setting", "name")]
        verdicts: list[Verdict] = [self.judge.judge(text, facts, n, metrics) for n in numbers]
        for i in reversed(range(len(numbers) - 1)):
            self._grouped(text, numbers, verdicts, i, i + 1)
        for i, number in enumerate(numbers):
            if i:
                self._grouped(text, numbers, verdicts, i, i - 1)
                self._after(text, facts, numbers, verdicts, i)
                self._arithmetic(numbers, verdicts, i)
            verdict = verdicts[i]
            if verdict.kind is None:
                continue
            number.used = True
            confidence = self.book.confidence(verdict.rule)
            facts.results.append(
                Result(
                    number, number.start, number.end, verdict.kind, verdict.rule, confidence,
                    direction=verdict.direction if verdict.kind != "absolute" else None, group=number.group,
                )
            )  # fmt: skip

    @staticmethod
    def _grouped(text: str, numbers: list[Number], verdicts: list[Verdict], i: int, j: int) -> None:
        """The members of one list are of one kind: what is told of a neighbour holds for a bare one."""
        number, other, verdict = numbers[i], verdicts[j], verdicts[i]
        if number.group is None or number.group != numbers[j].group or number.form != numbers[j].form or number.role:
            return
        if other.kind is None or other.kind == verdict.kind:
            return
        if verdict.kind is not None:
            if verdict.kind != "absolute" or _unlike(number, numbers[j]):
                return  # "85.3%, 1.2% higher than"
            left, right = (number, numbers[j]) if i < j else (numbers[j], number)
            if text[left.end : right.start] == ", " and sum(n.group == number.group for n in numbers) == 2:
                return
        verdicts[i] = other

    @staticmethod
    def _arithmetic(numbers: list[Number], verdicts: list[Verdict], i: int) -> None:
        """ "from 29.3% to 33.3% (+13.7%)": what the two levels make of it decides between points and percent."""
        number = numbers[i]
        if i < 2 or number.form != "percent" or number.start - numbers[i - 1].end > 40 or verdicts[i].kind == "ratio":
            return
        first, last = numbers[i - 2], numbers[i - 1]
        if first.group is None or first.group != last.group or first.form != last.form or first.value == 0:
            return
        points, size = abs(last.value - first.value), abs(number.value)
        relative = points / abs(first.value) * 100
        direction = "increase" if last.value > first.value else "decrease"
        for kind, value in (("relative", relative), ("delta", points), ("relative", points / abs(last.value or 1) * 100)):
            if abs(value - size) <= 0.02 * size + 0.06:
                verdicts[i] = Verdict(kind, f"result.{kind}-noun", direction)
                return

    @staticmethod
    def _after(text: str, facts: Facts, numbers: list[Number], verdicts: list[Verdict], i: int) -> None:
        """A number that leans on the one before it: an elided head, or the compared system's value."""
        left, number, before, verdict = numbers[i - 1], numbers[i], verdicts[i - 1], verdicts[i]
        gap = text[left.end : number.start]
        if before.kind is None or len(gap) > 90 or left.form != number.form or number.role:
            return
        if facts.sentence_at(left.start) != facts.sentence_at(number.start):
            return
        if before.kind not in ("absolute", "ratio") and verdict.rule in _BARE and _ELIDED.fullmatch(gap):
            if verdict.rule == "result.level-metric" and _unlike(number, left):
                return  # "by 1.7%, 85.9% top-1 accuracy"
            verdicts[i] = before
        elif before.kind in ("delta", "relative") and verdict.rule == "result.level-percent" and _BRACKETS.fullmatch(gap):
            verdicts[i] = before
        elif before.kind == "delta" and verdict.kind is None and gap == " to ":
            verdicts[i] = Verdict("absolute", "result.level-from-to")  # by 0.046 to 0.428
        elif before.kind == "absolute" and verdict.kind is None and number.form == "plain" and left.unit is None:
            bracket = text[number.start - 1] == "("
            if "." in text[number.start : number.end] and (bracket or any(c in gap for c in _COMPARED)):
                verdicts[i] = Verdict("absolute", "result.level-listed")


def _unlike(one: Number, two: Number) -> bool:
    """Whether two values are too far apart for one kind: a score beside a gain."""
    low, high = sorted((abs(one.value), abs(two.value)))
    return high > 4 * low + 10


@Language.factory("paperfacts_results", assigns=["doc.user_data", "doc.spans"], default_config={"rules": None})
def make_results(nlp: Language, name: str, rules: str | None) -> Results:
    """Create the stage; `rules` is a folder of rules merged over the shipped ones."""
    return Results(load(rules))
