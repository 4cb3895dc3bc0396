"""Words with a capital or a digit, and what is found in them: kept for the word, since many come back."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

_LIMIT = 50_000  # words, 20 MB; then the table is kept as the older one and starts over
_LONGEST = 60  # code points; longer words are links and noise that do not come back
_MARKED = re.compile(r"[A-Z\d]\S*")
_ASCII_MARKED = re.compile(_MARKED.pattern, re.ASCII)  # the same in a text of ASCII, in less time
_BEHIND = ".,:;"  # what stands behind a word and says nothing of it

Finding = TypeVar("Finding")


class WordTable(Generic[Finding]):
    """Has `look` called once on each new word that has a capital or a digit.

    A word is what stands between spaces, with the punctuation that is glued to it; `look` returns what it finds there,
    which a full stop or comma behind the word must not change.
    """

    def __init__(self, look: Callable[[str], Sequence[Finding]]) -> None:
        self._look = look
        self._known: dict[str, Sequence[Finding]] = {}
        self._older: dict[str, Sequence[Finding]] = {}

    def find(self, text: str) -> list[tuple[int, Sequence[Finding]]]:
        """The place of each word with findings, and these, in the order of the text."""
        found = []
        flat = text.replace("\n", " ")
        known = self._known.get
        end = 0
        for mark in (_ASCII_MARKED if text.isascii() else _MARKED).finditer(text):
            place, stop = mark.span()
            start = place if text[place - 1] == " " else flat.rfind(" ", end, place) + 1 or end
            end = stop
            word = text[start:end]
            findings = known(word)
            if findings is None:
                findings = self._new(word)
            if findings:
                found.append((start, findings))
        return found

    def _new(self, word: str) -> Sequence[Finding]:
        bare = word.rstrip(_BEHIND)
        findings = self._known.get(bare)
        if findings is None:
            findings = self._older.get(bare)
            if findings is None:
                findings = self._look(bare)
            self._keep(bare, findings)
        if bare != word:
            self._keep(word, findings)
        return findings

    def _keep(self, word: str, findings: Sequence[Finding]) -> None:
        if len(word) <= _LONGEST:
            if len(self._known) >= _LIMIT:  # so that a long run does not grow, and no common word is forgotten
                self._older = dict(self._known)
                self._known.clear()
            self._known[word] = findings
