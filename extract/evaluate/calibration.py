"""Confidence against measured precision: by rule, and by bins of what the records claim."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from extract.evaluate.score import Judged

# Facts of one rule are pooled towards its kind's precision with this weight, so that three lucky hits do not make 1.0.
PRIOR_WEIGHT = 4.0
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)


class Measured(NamedTuple):
    """The measured precision of one rule for one kind of fact, with its support."""

    kind: str
    rule: str
    right: int
    wrong: int
    precision: float


class Bin(NamedTuple):
    """Facts whose confidence lies in [low, high): how many, what they claim on average, how many are right."""

    kind: str
    low: float
    high: float
    facts: int
    claimed: float
    right: float


def by_rule(judged: Iterable[Judged]) -> list[Measured]:
    """The precision of each rule, smoothed towards the precision of its kind; most support first."""
    verdicts: dict[tuple[str, str], list[bool]] = defaultdict(list)
    kinds: dict[str, list[bool]] = defaultdict(list)
    for fact in judged:
        verdicts[fact.kind, fact.rule].append(fact.right)
        kinds[fact.kind].append(fact.right)
    rows = []
    for (kind, rule), hits in verdicts.items():
        base = sum(kinds[kind]) / len(kinds[kind])
        precision = (sum(hits) + PRIOR_WEIGHT * base) / (len(hits) + PRIOR_WEIGHT)
        rows.append(Measured(kind, rule, sum(hits), len(hits) - sum(hits), round(precision, 3)))
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
