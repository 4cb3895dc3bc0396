"""Files and members of archives that a run passes over: how many, and the first names with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

UNKNOWN = "of no format known here"
_SHOWN = 10  # names that a sentence and the manifest give


@dataclass(slots=True)
class PassedOver:
    """Files or members that were not read: how many, and the first of them with the reason."""

    count: int = 0
    first: list[tuple[str, str]] = field(default_factory=list)

    def add(self, name: str, why: str = UNKNOWN) -> None:
        """Note one."""
        self.count += 1
        if len(self.first) < _SHOWN:
            self.first.append((name, why))

    def sentence(self) -> str:
        """`2 files passed over: a.bin, LICENSE (of no format known here)`."""
        groups: dict[str, list[str]] = {}
        for name, why in self.first:
            groups.setdefault(why, []).append(name)
        named = ", ".join(f"{', '.join(names)} ({why})" for why, names in groups.items())
        more = f" and {self.count - len(self.first):,} more" if self.count > len(self.first) else ""
        return f"{self.count:,} {'file' if self.count == 1 else 'files'} passed over: {named}{more}"

    def to_state(self) -> dict[str, Any]:
        """Plain data for checkpoint and manifest."""
        return {"count": self.count, "first": [list(item) for item in self.first]}

    @classmethod
    def from_state(cls, data: Mapping[str, Any]) -> PassedOver:
        """The inverse of `to_state`."""
        return cls(data["count"], [(name, why) for name, why in data["first"]])
