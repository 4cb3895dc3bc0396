"""Precision, recall and F1 by kind of fact, results in tiers that each demand one thing more.

Items that the gold marks optional count neither as hits nor as misses nor as false alarms.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from extract.evaluate.gold import Gold, record_of
from extract.evaluate.names import Item, folded_url, forms, same_name, same_unit, same_value
from extract.rulebook import row_of

RESULT_TIERS = ("value", "unit", "kind", "metric", "dataset", "method")
_ENTITY_KINDS = ("methods", "datasets", "metrics")


class Count(NamedTuple):
    """Hits, false alarms and misses."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def __add__(self, other: object) -> Count:
        if not isinstance(other, Count):
            return NotImplemented
        return Count(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)

    @property
    def precision(self) -> float:
        """Share of what was found that is right; 1 when nothing was found and nothing missed."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else float(self.fn == 0)

    @property
    def recall(self) -> float:
        """Share of what there is that was found."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        p, r = self.precision, self.recall
        return 2 * p * r / (p + r) if p + r else 0.0


class Judged(NamedTuple):
    """One extracted fact with its verdict, for rule precision and calibration; a result is right with all its links."""

    kind: str
    rule: str
    confidence: float
    right: bool
    row: str = ""  # what a result says, by `extract.rulebook.row_of`


class Miss(NamedTuple):
    """One error: which paper, which tally, "missed" or "spurious", and what."""

    where: str
    tally: str
    what: str
    text: str


@dataclass
class Evaluation:
    """All counts of a run over annotated papers."""

    papers: list[dict[str, Count]] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)
    errors: list[Miss] = field(default_factory=list)

    def totals(self) -> dict[str, Count]:
        """The counts over all papers, by tally, in a fixed order."""
        return _summed(self.papers)

    def intervals(self, rounds: int = 1000, seed: int = 0) -> dict[str, tuple[float, float]]:
        """The 95% bootstrap interval of each F1, papers drawn with replacement."""
        if not self.papers or rounds < 1:
            return {}
        draw = random.Random(seed)  # noqa: S311
        scores: dict[str, list[float]] = defaultdict(list)
        for _ in range(rounds):
            for name, count in _summed(draw.choices(self.papers, k=len(self.papers))).items():
                scores[name].append(count.f1)
        low, high = int(0.025 * rounds), max(int(0.975 * rounds) - 1, 0)
        return {name: (sorted(values)[low], sorted(values)[high]) for name, values in scores.items()}


def _summed(papers: Sequence[Mapping[str, Count]]) -> dict[str, Count]:
    totals: dict[str, Count] = {}
    for paper in papers:
        for name, count in paper.items():
            totals[name] = totals.get(name, Count()) + count
    return totals


def evaluate(gold: Sequence[Gold], index: dict[str, dict[str, Any]]) -> Evaluation:
    """Score the records of annotated papers; a paper without a record misses all it has."""
    result = Evaluation()
    for paper in gold:
        record = record_of(paper, index)
        counts = {"papers": Count(1, 0, 0) if record else Count(0, 0, 1)}
        if record is None:
            result.errors.append(Miss(paper.where, "papers", "missed", paper.title))
        found = record or {}
        judge = _Judge(paper, found, counts, result)
        for kind in _ENTITY_KINDS:
            judge.entities(kind)
        judge.proposed()
        judge.links()
        judge.results()
        judge.quantities()
        result.papers.append(counts)
    return result


def _match(gold: Sequence[Item], found: Sequence[Item]) -> tuple[dict[int, int], set[int]]:
    """Found index to gold index, one each, by a shared form; and the found ones that only optional gold excuses."""
    pairs: dict[int, int] = {}
    excused: set[int] = set()
    wanted = [forms(g) for g in gold]
    taken: set[int] = set()
    for i, item in enumerate(found):
        names = forms(item)
        hit = next((j for j, w in enumerate(wanted) if j not in taken and w & names), None)
        if hit is not None:
            taken.add(hit)
            pairs[i] = hit
        elif any(w & names and g.get("optional") for w, g in zip(wanted, gold, strict=True)):
            excused.add(i)
    return pairs, excused


def _tier(g: Item, p: Item, gold: Mapping[str, Any], record: Mapping[str, Any]) -> int:
    """How many tiers a found result satisfies for an annotated one."""
    if not (same_value(g["value"], p.get("value")) and same_value(g.get("value_high"), p.get("value_high"))):
        return 0
    if not same_unit(g.get("unit"), p.get("unit")):
        return 1
    if g["kind"] != p.get("kind"):
        return 2
    reached = 3
    for slot, kind in (("metric", "metrics"), ("dataset", "datasets"), ("method", "methods")):
        if not same_name(g.get(slot), p.get(slot), [*gold[kind], *record.get(kind, ())]):
            break
        reached += 1
    return reached


class _Judge:
    """Scores one paper into the counts and the evaluation."""

    def __init__(self, paper: Gold, record: dict[str, Any], counts: dict[str, Count], result: Evaluation) -> None:
        self.where, self.gold, self.record, self.counts, self.result = paper.where, paper.facts, record, counts, result

    def _miss(self, tally: str, what: str, text: str) -> None:
        self.result.errors.append(Miss(self.where, tally, what, text))

    def entities(self, kind: str) -> None:
        gold, found = self.gold[kind], self.record.get(kind, [])
        self._entities(kind, gold, found, judge=True)

    def proposed(self) -> None:
        gold = [m for m in self.gold["methods"] if m.get("role") == "proposed"]
        self._entities("methods proposed", gold, [m for m in self.record.get("methods", []) if m["role"] == "proposed"])

    def _entities(self, tally: str, gold: list[Item], found: list[Item], *, judge: bool = False) -> None:
        pairs, excused = _match(gold, found)
        tp = sum(not gold[j].get("optional") for j in pairs.values())
        spurious = [i for i in range(len(found)) if i not in pairs and i not in excused]
        missed = [g for j, g in enumerate(gold) if j not in pairs.values() and not g.get("optional")]
        self.counts[tally] = Count(tp, len(spurious), len(missed))
        for g in missed:
            self._miss(tally, "missed", g["name"])
        for i in spurious:
            self._miss(tally, "spurious", found[i]["name"])
        if judge:
            for i, item in enumerate(found):
                if i not in excused and not (i in pairs and gold[pairs[i]].get("optional")):
                    rule = item["mentions"][0]["rule"]
                    self.result.judged.append(Judged(tally, rule, item["confidence"], i in pairs))

    def links(self) -> None:
        for tally, described in (("links", False), ("links+kind+status", True)):
            wanted = {self._link(x, described) for x in self.gold["links"]}
            excused = {self._link(x, described) for x in self.gold["links"] if x.get("optional")}
            found = {self._link(x, described): x for x in self.record.get("links", ())}
            found = {key: x for key, x in found.items() if key not in excused}
            wanted -= excused
            self.counts[tally] = Count(len(wanted & set(found)), len(set(found) - wanted), len(wanted - set(found)))
            for key in sorted(wanted - set(found)):
                self._miss(tally, "missed", " ".join(key))
            for key in sorted(set(found) - wanted):
                self._miss(tally, "spurious", " ".join(key))
            if not described:
                for key, x in found.items():
                    rule = x["mentions"][0]["rule"] if x["mentions"] else f"dump.{x['from_dump']}"
                    self.result.judged.append(Judged("links", rule, x["confidence"], key in wanted))

    def _link(self, link: Item, described: bool) -> tuple[str, ...]:
        key = (folded_url(link["url"]),)
        return (*key, str(link.get("kind")), str(link.get("status"))) if described else key

    def results(self) -> None:
        gold, found = self.gold["results"], self.record.get("results", [])
        ranked = sorted(
            ((_tier(g, p, self.gold, self.record), -i, -j) for i, g in enumerate(gold) for j, p in enumerate(found)),
            reverse=True,
        )
        of_gold: dict[int, tuple[int, int]] = {}
        of_found: dict[int, tuple[int, int]] = {}
        for tier, i, j in ranked:
            if tier and -i not in of_gold and -j not in of_found:
                of_gold[-i], of_found[-j] = (-j, tier), (-i, tier)
        excused = {j for j, (i, _) in of_found.items() if gold[i].get("optional")}
        for depth, name in enumerate(RESULT_TIERS, 1):
            hits = [i for i, (_, tier) in of_gold.items() if tier >= depth and not gold[i].get("optional")]
            missed = [i for i, g in enumerate(gold) if not g.get("optional") and i not in hits]
            spurious = [j for j in range(len(found)) if j not in excused and of_found.get(j, (0, 0))[1] < depth]
            self.counts["results+" + name] = Count(len(hits), len(spurious), len(missed))
            # each error is listed once, at the first tier that it fails
            for i in missed:
                if of_gold.get(i, (0, 0))[1] == depth - 1:
                    self._miss("results+" + name, "missed", _shown(gold[i]))
            for j in spurious:
                if of_found.get(j, (0, 0))[1] == depth - 1:
                    self._miss("results+" + name, "spurious", _shown(found[j]))
        for j, p in enumerate(found):
            if j not in excused:
                tier = of_found.get(j, (0, 0))[1]
                right = tier == len(RESULT_TIERS)
                row = row_of(p, self.record)
                self.result.judged.append(Judged("results", p["mention"]["rule"], p["confidence"], right, row))

    def quantities(self) -> None:
        left = list(self.record.get("quantities", ()))
        tp = fn = 0
        for g in self.gold["quantities"]:
            hit = next((i for i, p in enumerate(left) if same_value(g["value"], p["value"])), None)
            if hit is None:
                if not g.get("optional"):
                    fn += 1
                    self._miss("quantities", "missed", g["surface"])
                continue
            taken = left.pop(hit)
            if not g.get("optional"):
                tp += 1
                self._judge_quantity(taken, right=True)
        results = [r["value"] for r in self.gold["results"]]
        spurious = [p for p in left if not any(same_value(p["value"], v) for v in results)]
        self.counts["quantities"] = Count(tp, len(spurious), fn)
        for p in spurious:
            self._judge_quantity(p, right=False)
            self._miss("quantities", "spurious", p["surface"])

    def _judge_quantity(self, item: Item, *, right: bool) -> None:
        self.result.judged.append(Judged("quantities", item["mention"]["rule"], item["confidence"], right))


def _shown(result: Item) -> str:
    slots = ", ".join(f"{k}={result.get(k)!r}" for k in ("value", "unit", "kind", "metric", "dataset", "method"))
    return f"{result['surface']!r} {slots}"
