"""A sample of a stream that depends on neither order nor chance: the papers whose hashed ids are the smallest."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterator
from typing import Any


class Sample:
    """Keeps at most `size` items (all when 0), chosen by the hash of their ids; memory is bounded by `size`.

    The same papers are chosen from the same dump in any order, and a larger sample holds every smaller one.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._items: list[tuple[int, int, Any]] = []
        self._seen = 0

    def wants(self, key: str) -> bool:
        """Whether `add` would keep an item with this id now, so that the caller need not prepare it."""
        if not self.size or len(self._items) < self.size:
            return True
        return _rank(key) > self._items[0][0]

    def add(self, key: str, item: Any) -> None:
        """Offer an item; the one with the largest hash goes when the sample is full."""
        self._seen += 1
        entry = (_rank(key), -self._seen, item)
        if not self.size or len(self._items) < self.size:
            heapq.heappush(self._items, entry)
        else:
            heapq.heappushpop(self._items, entry)

    def __iter__(self) -> Iterator[Any]:
        """The kept items in the order in which they came."""
        return (item for _, _, item in sorted(self._items, key=lambda entry: -entry[1]))

    def __len__(self) -> int:
        return len(self._items)


def _rank(key: str) -> int:
    """Negative hash: heapq keeps the smallest on top, which must be the next one to go."""
    return -int.from_bytes(hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).digest(), "big")
