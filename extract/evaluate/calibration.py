"""Confidence against measured precision: by rule, and by bins of what the records claim."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from extract.evaluate.score import Judged
from extract.rulebook import band_of

BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)


class RuleCount(NamedTuple):
    """How often facts of one rule, or of one band of weights, were right."""

    kind: str
    rule: str
    right: int
    wrong: int

    @property
    def precision(self) -> float:
        """The plain share of right ones."""
        return self.right / (self.right + self.wrong)


class Ranking(NamedTuple):
    """How well confidence ranks one kind of facts: the area under the ROC curve."""

    kind: str
    pairs: int
    auroc: float


class Bin(NamedTuple):
    """Facts whose confidence lies in [low, high): how many, what they claim on average, how many are right."""

    kind: str
    low: float
    high: float
    facts: int
    claimed: float
    right: float


def by_rule(judged: Iterable[Judged]) -> list[RuleCount]:
    """The counts of each rule by kind of fact, most support first."""
    return _counted((f.kind, f.rule, f.right) for f in judged)


def by_band(judged: Iterable[Judged]) -> list[RuleCount]:
    """The counts of each band of weights by kind of fact."""
    return _counted((f.kind, band_of(f.confidence), f.right) for f in judged)


def by_row(judged: Iterable[Judged]) -> list[RuleCount]:
    """The counts of results by what they say."""
    return _counted((f.kind, f.row, f.right) for f in judged if f.row)


def _counted(facts: Iterable[tuple[str, str, bool]]) -> list[RuleCount]:
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for kind, rule, right in facts:
        counts[kind, rule][not right] += 1
    rows = [RuleCount(kind, rule, right, wrong) for (kind, rule), (right, wrong) in counts.items()]
    return sorted(rows, key=lambda r: (r.kind, -(r.right + r.wrong), r.rule))


def bins(judged: Iterable[Judged]) -> list[Bin]:
    """The calibration table: in each bin of confidence, what is claimed and what is right."""
    facts: dict[tuple[str, int], list[Judged]] = defaultdict(list)
    for fact in judged:
        index = next((i for i in range(len(BINS) - 1) if fact.confidence < BINS[i + 1]), len(BINS) - 2)
        facts[fact.kind, index].append(fact)
    return [
        Bin(
            kind, BINS[index], BINS[index + 1], len(group),
            round(sum(f.confidence for f in group) / len(group), 3),
            round(sum(f.right for f in group) / len(group), 3),
        )
        for (kind, index), group in sorted(facts.items())
    ]  # fmt: skip


def rankings(judged: Iterable[Judged]) -> list[Ranking]:
    """By kind, in how many pairs of a right and a wrong fact the right one has the higher confidence; a tie is half."""
    facts: dict[str, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for fact in judged:
        facts[fact.kind][not fact.right].append(fact.confidence)
    found = []
    for kind, (right, wrong) in sorted(facts.items()):
        if right and wrong:
            wrong.sort()
            won = sum((bisect_left(wrong, c) + bisect_right(wrong, c)) / 2 for c in right)
            pairs = len(right) * len(wrong)
            found.append(Ranking(kind, pairs, round(won / pairs, 3)))
    return found
