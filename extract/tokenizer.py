"""A spaCy tokenizer that cuts at every border between letters or digits and anything else.

spaCy's own keeps `82.9%/84.8`, `5times` and `COCO/ADE20K` in one token, and costs 300 µs an abstract on text it has
not met. This one is a single expression behind a cache of whitespace-separated chunks, so that a vocabulary entry is
found by `PhraseMatcher` wherever it stands between word borders, glued by a slash or a hyphen or not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from spacy.tokens import Doc

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.vocab import Vocab

_WORD = re.compile(r"\w+|[^\w\s]|\s+")
_CACHE_LIMIT = 200_000  # chunks; then the cache starts over, so that a long run does not grow


class Tokenizer:
    """Text to `Doc`; `doc.text` always equals the text."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab
        self._cache: dict[str, tuple[list[int], list[bool]]] = {}

    def __call__(self, text: str) -> Doc:
        words: list[Any] = []  # hashes; the stub of Doc knows strings only
        spaces: list[bool] = []
        cache = self._cache
        chunks = text.split(" ")
        last = chunks.pop()
        for chunk in chunks:
            known = cache.get(chunk) or self._cut(chunk)
            words += known[0]
            spaces += known[1]
        if last:
            ends = self._cut(last)[0]
            words += ends
            spaces += [False] * len(ends)
        return Doc(self.vocab, words=words, spaces=spaces)

    def _cut(self, chunk: str) -> tuple[list[int], list[bool]]:
        """The tokens of one chunk as hashes, which a `Doc` takes twice as fast as strings; kept for the next time."""
        if len(self._cache) >= _CACHE_LIMIT:
            self._cache.clear()
        add = self.vocab.strings.add
        words = [add(word) for word in _WORD.findall(chunk)] or [add(" ")]
        known = (words, [False] * (len(words) - 1) + [bool(chunk)])
        self._cache[chunk] = known
        return known

    def pipe(self, texts: Iterable[str], batch_size: int = 1000) -> Iterable[Doc]:
        """Docs one by one; `batch_size` is there for spaCy's interface."""
        return (self(text) for text in texts)

    def to_bytes(self, **_: Any) -> bytes:
        """Nothing to save: the tokenizer has no state but its cache."""
        return b""

    def from_bytes(self, _data: bytes, **_: Any) -> Tokenizer:
        """Nothing to load."""
        return self

    def to_disk(self, _path: Any, **_: Any) -> None:
        """Nothing to save."""

    def from_disk(self, _path: Any, **_: Any) -> Tokenizer:
        """Nothing to load."""
        return self


def make_tokenizer() -> Callable[[Language], Tokenizer]:
    """The factory that spaCy's registry holds as `paperfacts.Tokenizer.v1`."""

    def create(nlp: Language) -> Tokenizer:
        return Tokenizer(nlp.vocab)

    return create
