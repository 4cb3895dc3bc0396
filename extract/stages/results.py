"""The stage `paperfacts_results`: which numbers are reported outcomes, then what each is of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spacy.language import Language

from extract.facts import Facts, Number, Result, facts_of
from extract.rulebook import Rulebook, load
from extract.stages.linking import Linker
from extract.stages.result_kinds import Judge, Verdict

if TYPE_CHECKING:
    from spacy.tokens import Doc

_COMPARED = ("compared to", "compared with", "versus", "vs", "against", "opposed to", "than")


class Results:
    """Fills `facts.results` and their links."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self.judge = Judge(book)
        self.linker = Linker(book)

    def __call__(self, doc: Doc) -> Doc:
        """Fill `facts.results`."""
        facts = facts_of(doc)
        text = doc.text
        self.find(text, facts)
        self.linker.link(text, facts)
        return doc

    def find(self, text: str, facts: Facts) -> None:
        """Create the results without their links."""
        metrics = self.judge.metric_spans(facts)
        numbers = [n for n in facts.numbers if n.role not in ("setting", "name")]
        verdicts: list[Verdict] = [self.judge.judge(text, facts, n, metrics) for n in numbers]
        for i, number in enumerate(numbers):
            verdict = self._listed(text, facts, numbers, verdicts, i)
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

    def _listed(self, text: str, facts: Facts, numbers: list[Number], verdicts: list[Verdict], i: int) -> Verdict:
        """A number coordinated with a result is one of the same kind; so is the compared system's value."""
        number, verdict = numbers[i], verdicts[i]
        if number.group is not None and number.role is None:
            for j in (i - 1, i + 1):
                if 0 <= j < len(numbers) and numbers[j].group == number.group and numbers[j].form == number.form:
                    other = verdicts[j]
                    if other.kind and (verdict.kind is None or (verdict.kind == "absolute" and other.kind != "absolute")):
                        verdicts[i] = verdict = Verdict(other.kind, other.rule, other.direction)
        if verdict.kind is None and number.form == "plain" and i:
            left = numbers[i - 1]
            between = text[left.end : number.start]
            if verdicts[i - 1].kind == "absolute" and len(between) < 80 and left.form == "plain" and left.unit is None:
                fractional = "." in text[number.start : number.end]
                same = facts.sentence_at(left.start) == facts.sentence_at(number.start)
                if same and fractional and (text[number.start - 1] == "(" or any(c in between for c in _COMPARED) or "and" in between):
                    verdicts[i] = verdict = Verdict("absolute", "result.level-listed")
        return verdict


@Language.factory("paperfacts_results", assigns=["doc.user_data"], default_config={"rules": None})
def make_results(nlp: Language, name: str, rules: str | None) -> Results:
    """Create the stage; `rules` is a folder of rules merged over the shipped ones."""
    return Results(load(rules))
