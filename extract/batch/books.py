"""Counts: what was found, what was read, and that the books balance."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from operator import getitem
from typing import TYPE_CHECKING, Any

from extract.model import DELETED
from extract.readers.passed import PassedOver

if TYPE_CHECKING:
    from collections.abc import Callable

    from extract.model import Fields, Record

KINDS = ("methods", "datasets", "metrics", "tasks", "links", "results", "quantities")


@dataclass(slots=True)
class Tally:
    """What the records hold, by kind, by rule (mentions that it produced) and by confidence (tenths, by kind)."""

    kinds: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    confidence: Counter[str] = field(default_factory=Counter)

    def add(self, record: Record | Fields, times: int = 1) -> None:
        """Count a record or its plain data; `times=-1` takes it out again."""
        kinds, rules, confidence = self.kinds, self.rules, self.confidence
        get: Callable[[Any, str], Any] = getitem if isinstance(record, dict) else getattr
        for kind in KINDS:
            items = get(record, kind)
            if not items:
                continue
            kinds[kind] += times * len(items)
            for item in items:
                confidence[f"{kind} {min(int(get(item, 'confidence') * 10), 9)}"] += times
                if kind in ("results", "quantities"):
                    rules[get(get(item, "mention"), "rule")] += times
                else:
                    for mention in get(item, "mentions"):
                        rules[get(mention, "rule")] += times
        kinds[f"code {get(record, 'code_availability')}"] += times

    def update(self, other: Tally) -> None:
        """Add another tally to this one."""
        self.kinds.update(other.kinds)
        self.rules.update(other.rules)
        self.confidence.update(other.confidence)

    def to_state(self) -> dict[str, dict[str, int]]:
        """Plain data for a checkpoint, sorted: the order of counting must not show."""
        return {
            name: {k: n for k, n in sorted(getattr(self, name).items()) if n}
            for name in ("kinds", "rules", "confidence")
        }

    @classmethod
    def from_state(cls, data: dict[str, dict[str, int]]) -> Tally:
        """The inverse of `to_state`."""
        return cls(Counter(data["kinds"]), Counter(data["rules"]), Counter(data["confidence"]))

    def summary(self) -> dict[str, Any]:
        """What the manifest shows."""
        state = self.to_state()
        tenths: dict[str, dict[str, int]] = {}
        for key, n in state["confidence"].items():
            kind, tenth = key.split()
            tenths.setdefault(kind, {})[f"0.{tenth}"] = n
        return {
            "kinds": {kind: self.kinds[kind] for kind in KINDS},
            "code_availability": {k[5:]: n for k, n in state["kinds"].items() if k.startswith("code ")},
            "rules": state["rules"],
            "confidence_from": tenths,
        }


@dataclass(slots=True)
class Account:
    """The books of one dump: read = records + rejects."""

    read: int = 0
    records: int = 0
    rejects: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    format: str | None = None
    passed_over: PassedOver = field(default_factory=PassedOver)
    """Members of an archive that are no dumps."""

    @property
    def faults(self) -> int:
        """The rejects that something is wrong with: not those that the source itself says are deleted."""
        return self.rejects - self.reasons[DELETED]

    @property
    def balanced(self) -> bool:
        """Whether nothing was lost and nothing counted twice."""
        return self.read == self.records + self.rejects and self.rejects == sum(self.reasons.values())

    def to_state(self) -> dict[str, Any]:
        """Plain data for checkpoint and manifest."""
        return {
            "format": self.format,
            "read": self.read,
            "records": self.records,
            "rejects": self.rejects,
            "reasons": dict(sorted(self.reasons.items())),
            **({"passed_over": self.passed_over.to_state()} if self.passed_over.count else {}),
        }

    @classmethod
    def from_state(cls, data: dict[str, Any]) -> Account:
        """The inverse of `to_state`."""
        passed_over = PassedOver.from_state(data["passed_over"]) if "passed_over" in data else PassedOver()
        reasons = Counter(data["reasons"])
        return cls(data["read"], data["records"], data["rejects"], reasons, data["format"], passed_over)


def total(accounts: list[Account]) -> Account:
    """All dumps together."""
    whole = Account()
    for account in accounts:
        whole.read += account.read
        whole.records += account.records
        whole.rejects += account.rejects
        whole.reasons.update(account.reasons)
    return whole
