"""Counts what a set of records holds, in one pass and bounded memory: the figures of the report and of `stats`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from extract.errors import UsageError
from extract.report.records import read_records, read_rejects, rejects_beside

FACTS = ("results", "methods", "datasets", "metrics", "tasks", "links", "quantities")
AVAILABILITY = ("released", "promised", "on_request", "elided", "none_stated")
SLOTS = ("metric", "dataset", "method", "baseline", "task", "split")
BINS = 20  # of the confidence histogram, each 0.05 wide; 1.0 falls into the last
_NAMED = ("methods", "datasets", "metrics", "tasks")


class Tally:
    """Counts of labels that stay bounded: beyond `limit` keys the rarest are dropped, and `complete` turns False.

    A key is shown under the label that it has mostly: a vote in constant memory (Boyer and Moore, MJRTY, 1981), exact
    where one label has the majority. Dropping keeps the head of a skewed distribution exact in practice; the tail is
    not shown.
    """

    def __init__(self, limit: int = 50_000) -> None:
        self.limit = limit
        self.complete = True
        self._counts: Counter[str] = Counter()
        self._labels: dict[str, tuple[str, int]] = {}  # the leading label and its lead

    def add(self, key: str, label: str, count: int = 1) -> None:
        """Count a key; memory is cut back when it has grown to twice the limit."""
        self._counts[key] += count
        leading, lead = self._labels.get(key, (label, 0))
        if leading == label:
            self._labels[key] = (label, lead + count)
        else:
            self._labels[key] = (leading, lead - count) if lead > count else (label, max(1, count - lead))
        if len(self._labels) > 2 * self.limit:
            self.complete = False
            self._counts = Counter(dict(self._counts.most_common(self.limit)))
            self._labels = {k: self._labels[k] for k in self._counts}

    def top(self, n: int | None = None) -> list[tuple[str, str, int]]:
        """(key, label, count), most frequent first, equal counts by key."""
        ranked = sorted(self._counts.items(), key=lambda item: (-item[1], item[0]))
        return [(key, self._labels[key][0], count) for key, count in ranked[:n]]

    def __len__(self) -> int:
        return len(self._counts)


def entity_key(entity: Mapping[str, Any]) -> str:
    """What makes two entities of two papers the same: the canonical id, else the name in any case."""
    return str(entity.get("canonical") or str(entity["name"]).casefold())


@dataclass
class Overview:
    """The figures of a set of records; `add` one record at a time, then `as_dict`."""

    papers: int = 0
    facts: Counter[str] = field(default_factory=Counter)
    papers_with: Counter[str] = field(default_factory=Counter)
    result_kinds: Counter[str] = field(default_factory=Counter)
    result_slots: Counter[str] = field(default_factory=Counter)
    quantity_kinds: Counter[str] = field(default_factory=Counter)
    link_kinds: Counter[str] = field(default_factory=Counter)
    availability: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    rejects: Counter[str] | None = None
    confidence: dict[str, list[int]] = field(default_factory=lambda: {kind: [0] * BINS for kind in FACTS})
    names: dict[str, Tally] = field(default_factory=lambda: {kind: Tally() for kind in _NAMED})
    boards: Tally = field(default_factory=Tally)
    hosts: Tally = field(default_factory=Tally)
    rules: Tally = field(default_factory=Tally)

    def add(self, record: Mapping[str, Any]) -> None:
        """Count one record (a plain dict in the form of the record schema)."""
        self.papers += 1
        self.availability[record.get("code_availability", "none_stated")] += 1
        self.warnings.update(record.get("warnings", ()))
        for kind in FACTS:
            items = record.get(kind, ())
            if items:
                self.facts[kind] += len(items)
                self.papers_with[kind] += 1
            bins = self.confidence[kind]
            for item in items:
                bins[min(int(item.get("confidence", 1.0) * BINS), BINS - 1)] += 1
                self._count_rules(item)
        for kind in _NAMED:
            tally = self.names[kind]
            for key, label in {entity_key(e): str(e["name"]) for e in record.get(kind, ())}.items():
                tally.add(key, label)
        for link in record.get("links", ()):
            self.link_kinds[link["kind"]] += 1
            self.hosts.add(link["host"], link["host"])
        self.quantity_kinds.update(quantity["kind"] for quantity in record.get("quantities", ()))
        self._count_results(record)

    def _count_rules(self, item: Mapping[str, Any]) -> None:
        mentions = [item["mention"]] if "mention" in item else item.get("mentions", ())
        for mention in mentions:
            self.rules.add(mention["rule"], mention["rule"])
        if not mentions and item.get("from_dump"):
            self.rules.add(f"dump.{item['from_dump']}", f"dump.{item['from_dump']}")

    def _count_results(self, record: Mapping[str, Any]) -> None:
        keys = {kind: {e["name"]: entity_key(e) for e in record.get(kind, ())} for kind in ("datasets", "metrics")}
        for result in record.get("results", ()):
            self.result_kinds[result["kind"]] += 1
            metric, dataset = result.get("metric"), result.get("dataset")
            for slot in SLOTS:
                if result.get(slot) is not None:
                    self.result_slots[slot] += 1
            if metric is not None and dataset is not None:
                self.result_slots["metric and dataset"] += 1
                if result.get("method") is not None:
                    self.result_slots["metric, dataset and method"] += 1
                key = f"{keys['datasets'].get(dataset, dataset)}\t{keys['metrics'].get(metric, metric)}"
                self.boards.add(key, f"{dataset} · {metric}")

    def add_rejects(self, reasons: Iterable[str]) -> None:
        """Count reasons of rejects; without this call `rejects` is null: not known rather than none."""
        self.rejects = Counter(self.rejects or ())
        self.rejects.update(reasons)

    def as_dict(self, top: int = 15) -> dict[str, Any]:
        """The figures as plain JSON values, the same for the same records."""

        def ranked(counter: Counter[str]) -> dict[str, int]:
            return dict(sorted(counter.items(), key=lambda item: (-item[1], item[0])))

        def head(tally: Tally) -> list[dict[str, Any]]:
            return [{"key": key, "name": label, "count": count} for key, label, count in tally.top(top)]

        return {
            "papers": self.papers,
            "facts": {kind: self.facts[kind] for kind in FACTS},
            "papers_with": {kind: self.papers_with[kind] for kind in FACTS},
            "results": {"kinds": ranked(self.result_kinds), "linked": ranked(self.result_slots)},
            "quantity_kinds": ranked(self.quantity_kinds),
            "link_kinds": ranked(self.link_kinds),
            "code_availability": {state: self.availability[state] for state in AVAILABILITY},
            "confidence": {kind: list(self.confidence[kind]) for kind in FACTS},
            "top": {
                **{kind: head(self.names[kind]) for kind in _NAMED},
                "boards": head(self.boards),
                "hosts": head(self.hosts),
                "rules": head(self.rules),
            },
            "distinct": {kind: len(self.names[kind]) for kind in _NAMED},
            "approximate": not all(t.complete for t in (*self.names.values(), self.boards, self.hosts, self.rules)),
            "warnings": ranked(self.warnings),
            "rejects": None if self.rejects is None else ranked(self.rejects),
        }


def overview_of(records: Path | None, visit: Callable[[dict[str, Any]], None] | None = None) -> Overview:
    """The figures of a records file (None: standard input) and of the rejects beside it, read once.

    `visit` sees every record after it is counted. Raises UsageError for a record that breaks the schema.
    """
    overview = Overview()
    for number, record in enumerate(read_records(records), 1):
        try:
            overview.add(record)
            if visit is not None:
                visit(record)
        except (KeyError, TypeError, IndexError, AttributeError, ValueError):
            raise UsageError(
                f"{records or 'standard input'}: record {number} breaks the record schema; convert the dump again."
            ) from None
    beside = rejects_beside(records)
    if beside is not None:
        overview.add_rejects(read_rejects(beside))
    return overview
