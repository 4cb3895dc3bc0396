"""Raw title and abstract to plain text, with an edit list back to the raw characters.

Offsets are recorded while cleaning, never recovered by comparing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Plain text and where each part of it came from.

    `cuts` are the starts of runs in the text, `places` their starts in the raw text; within a run both advance by one
    (`copied`) or the whole run stands for the raw characters up to `ends`.
    """

    raw: str
    text: str
    cuts: Sequence[int]
    places: Sequence[int]
    ends: Sequence[int]

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """The raw span of a span of the text; never empty for a non-empty span."""
        if end <= start:
            end = start + 1
        first = bisect_right(self.cuts, start) - 1
        last = bisect_right(self.cuts, end - 1) - 1
        raw_start = min(self.places[first] + (start - self.cuts[first]), self.ends[first])
        raw_end = min(self.places[last] + (end - self.cuts[last]), self.ends[last])
        return raw_start, max(raw_end, raw_start)


def clean(raw: str) -> Cleaned:
    """Clean one field."""
    return Cleaned(raw, raw, [0], [0], [len(raw)])
