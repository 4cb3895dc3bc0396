"""Findings by word: what is found inside a word is kept for the word, since most words of a paper were met before.

The words of a text are what stands between spaces and line ends, with the punctuation that is glued to them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate, compress
from typing import Any, Generic, TypeVar

_LIMIT = 50_000  # words, 20 MB; then the table is kept as the older one and starts over
_LONGEST = 60  # code points; longer words are links and noise that do not come back

_Looks = list[Callable[[str], Sequence[Any]]]
Finding = TypeVar("Finding")


class WordTable:
    """What several parties look for in words, so that one pass over the words of a text serves all of them."""

    def __init__(self) -> None:
        self._looks: _Looks = []
        self._known = _Known(self._looks)
        self._last: tuple[str, list[list[tuple[int, Any]]]] = ("", [])

    def finder(self, look: Callable[[str], Sequence[Finding]]) -> WordFinder[Finding]:
        """Have `look` called once on each new word; it returns what it finds there, often nothing."""
        self._looks.append(look)
        self._known.forget()
        self._last = ("", [[] for _ in self._looks])
        return WordFinder(self, len(self._looks) - 1)

    def scan(self, text: str) -> list[list[tuple[int, Any]]]:
        """For each finder, the words in which it finds something: the place of the word, the findings."""
        if self._last[0] is text:
            return self._last[1]
        words = text.replace("\n", " ").split(" ")  # offsets stay, and lines end at other words in each paper
        entries = list(map(self._known.__getitem__, words))
        ends = list(accumulate(map(len, words)))
        found: list[list[tuple[int, Any]]] = [[] for _ in self._looks]
        for index in compress(range(len(words)), entries):
            place = ends[index] + index - len(words[index])
            for finder, findings in entries[index]:
                found[finder].append((place, findings))
        self._last = (text, found)
        return found


class WordFinder(Generic[Finding]):
    """One party's view on the words of a text."""

    def __init__(self, table: WordTable, index: int) -> None:
        self._table = table
        self._index = index

    def find(self, text: str) -> list[tuple[int, Sequence[Finding]]]:
        """The place of each word with findings, and these, in the order of the text."""
        return self._table.scan(text)[self._index]


class _Known(dict[str, tuple[tuple[int, Sequence[Any]], ...]]):
    """Words with what was found in them by (number of the finder, findings); looks at a word when first asked."""

    def __init__(self, looks: _Looks) -> None:
        self._looks = looks
        self._older: dict[str, tuple[tuple[int, Sequence[Any]], ...]] = {}

    def __missing__(self, word: str) -> tuple[tuple[int, Sequence[Any]], ...]:
        found = self._older.get(word)
        if found is None:
            found = tuple([(index, seen) for index, look in enumerate(self._looks) if (seen := look(word))])
        if len(word) <= _LONGEST:
            if len(self) >= _LIMIT:  # so that a long run does not grow, and no common word is forgotten
                self._older = dict(self)
                self.clear()
            self[word] = found
        return found

    def forget(self) -> None:
        """Look at all words anew."""
        self.clear()
        self._older = {}
