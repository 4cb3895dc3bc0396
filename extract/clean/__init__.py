"""Raw title and abstract to plain text, with an edit list back to the raw characters.

Offsets are recorded while cleaning, never recovered by comparing. Libraries for TeX and HTML return strings without
offsets and damage ordinary text (`a<b and c > d`, `$5 ... $7`), so the edits are our own; `extract.clean.tables`
holds the closed tables they draw on.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from extract.clean.edits import find_edits, flatten

__all__ = ["Cleaned", "clean"]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Plain text and where each run of it came from.

    `cuts` are the starts of runs in `text` (with the length of the text as a last entry); run i stands for
    `raw[places[i]:ends[i]]`. A run as long as its raw characters maps one to one, any other maps as a whole.
    """

    raw: str
    text: str
    cuts: Sequence[int]
    places: Sequence[int]
    ends: Sequence[int]

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """The raw span (code points) of a span of the text; an empty span maps to an empty one."""
        if not self.text:
            return 0, 0
        if 0 <= start < end <= self.cuts[-1]:  # most spans stand inside one run that maps one to one
            run = bisect_right(self.cuts, start) - 1
            begin, stop, place = self.cuts[run], self.cuts[run + 1], self.places[run]
            if end <= stop and stop - begin == self.ends[run] - place:
                return place + start - begin, place + end - begin
        first = bisect_right(self.cuts, min(start, len(self.text) - 1)) - 1
        raw_start = self.places[first]
        if self._one_to_one(first):
            raw_start += min(start, len(self.text)) - self.cuts[first]
        if end <= start:
            return raw_start, raw_start
        last = bisect_right(self.cuts, end - 1) - 1
        raw_end = self.places[last] + end - self.cuts[last] if self._one_to_one(last) else self.ends[last]
        return raw_start, max(raw_end, raw_start)

    def _one_to_one(self, run: int) -> bool:
        return self.cuts[run + 1] - self.cuts[run] == self.ends[run] - self.places[run]


def clean(raw: str) -> Cleaned:
    """Clean one field: TeX, HTML/JATS, Markdown, Unicode and layout debris become plain text.

    The text holds single spaces only, starts and ends with none, and every kept character maps back to its raw place.
    """
    pieces: list[str] = []
    cuts: list[int] = []
    places: list[int] = []
    ends: list[int] = []
    length = place = 0
    spaced = True  # the text so far ends with a space, or is empty: another space would double it
    flat = flatten(raw)
    for start, end, new in find_edits(raw, flat):
        if start > place:
            cuts.append(length)
            places.append(place)
            ends.append(start)
            pieces.append(flat[place:start])
            length += start - place
            spaced = flat[start - 1] == " "
        if spaced and new.startswith(" "):
            new = new[1:]
        if new:
            cuts.append(length)
            places.append(start)
            ends.append(end)
            pieces.append(new)
            length += len(new)
            spaced = new.endswith(" ")
        place = end
    if place < len(raw):
        cuts.append(length)
        places.append(place)
        ends.append(len(raw))
        pieces.append(flat[place:])
    text = "".join(pieces)
    stripped = _single_spaced(text, cuts, places, ends)
    cuts.append(len(stripped))
    return Cleaned(raw, stripped, cuts, places, ends)


def _single_spaced(text: str, cuts: list[int], places: list[int], ends: list[int]) -> str:
    """Cut a space at the start or end of the text, and the second of two that an edit left side by side."""
    double = text.find("  ")
    while double >= 0 or text[:1] == " " or text[-1:] == " ":
        if double >= 0:
            drop = double + 1
        else:
            drop = 0 if text[:1] == " " else len(text) - 1
        _drop(drop, len(text), cuts, places, ends)
        text = text[:drop] + text[drop + 1 :]
        double = text.find("  ", max(drop - 1, 0))
    return text


def _drop(position: int, length: int, cuts: list[int], places: list[int], ends: list[int]) -> None:
    """Take one character (a space) out of the runs."""
    run = bisect_right(cuts, position) - 1
    end = cuts[run + 1] if run + 1 < len(cuts) else length
    size = end - cuts[run]
    offset = position - cuts[run]
    one_to_one = size == ends[run] - places[run]
    if size == 1:
        del cuts[run], places[run], ends[run]
        later = run
    elif one_to_one and 0 < offset < size - 1:
        cuts.insert(run + 1, position + 1)
        places.insert(run + 1, places[run] + offset + 1)
        ends.insert(run + 1, ends[run])
        ends[run] = places[run] + offset
        later = run + 1
    else:
        if one_to_one and offset == 0:
            places[run] += 1
        elif one_to_one:
            ends[run] -= 1
        later = run + 1
    for i in range(later, len(cuts)):
        cuts[i] -= 1
