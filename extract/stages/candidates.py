"""Strings that are spelled like names: one pass over the text, no decision about what they are.

A chunk is a word with a capital or a digit among its letters and what is glued to it (`LV-ViT-L`, `Hand4Whole++`,
`IA-RED^2`, `Wan2.2`, `t-SNE`). Neighbouring chunks make one multiword candidate (`Dream Engine`, `Tree of Captions`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from extract.facts import Facts
from extract.patterns import quick
from extract.rulebook import Rulebook
from extract.stages.words import WordTable

# Lower-case letters of any script are `[^\W\dA-Z_]`: what is no capital of ours counts as lower case.
_CHUNK = quick(
    r"""
    (?<![\w\\$^{}@-])
    (?: (?:[^\W\dA-Z_]++[-‐‑]?)*+ )              # t- in t-SNE, x in xTrimoPGLM, self- in self-RAG
    [A-Z\d] \w*+                                   # the capital or digit that makes it a name
    (?: [-‐‑–](?=\w) \w++                          # LV-ViT-L
      | (?<=\d)\.(?=\d) \w++                       # Wan2.2, 3.5
      | (?<=[-‐‑][A-Za-z])/\d+                     # ViT-B/16
      | \^ (?: \{[\w+*]{1,6}\} | [\w+*]{1,4} )     # IA-RED^2
      | [+]{1,2} (?! [\w(] )                       # Hand4Whole++
      | \* (?! [\w*] )                             # CFG-Zero*
      | & (?= [A-Z0-9]\b )  \w++                   # Q&A
    )*+
    """,
    re.VERBOSE,
)
# A number with its unit or magnitude (4B, 0.29dB, 10x, 4-band) is no name; 3D and 2.5D are parts of some.
_NUMBER = re.compile(
    r"[\d.,^–-]+(?:[KMBTk][-‐‑–][\d.]+)?(?:[KMBTkmxXs%]|[GMTK]B|[a-z]{1,3}|dB|[GMk]?Hz|h|°C)?\*?|\d[\d.]*[-‐‑][a-z]+"
)
# Sizes and versions behind a hyphen are a part of the name: RADSeg-base, o1-preview.
TIERS = frozenset(
    [
        *("mini", "preview", "turbo", "nano", "base", "large", "small", "medium", "tiny", "huge", "giant"),
        *("instruct", "chat", "flash", "lite", "dev", "schnell", "plus", "pro", "max", "high", "xhigh"),
    ]
)
_RELEASE = re.compile(r"\d\.\d{1,2}")
# What a hyphen puts before a name without being part of it: non-MCA, sub-100B, high-DoF.
_PREFIX = re.compile(
    r"(?:non|sub|high|low|multi|pre|post|inter|intra|anti|cross|per|semi|mid|near|full|single|dual|large|small)"
    r"[-‐‑](?=[A-Z\d])"
)
_SUFFIX = re.compile(r"(?<=\w)[-‐‑–](?:([^\W\dA-Z_]{3,})(?:[-‐‑–]\w+)*|(?:as|in)[-‐‑].*)$")
# A word with a footnote or line number glued to it; real names of this shape are in the vocabulary.
_GLUED = re.compile(r"[a-z]{3,}\d+")
_HYPHEN = re.compile(r"[-‐‑–]")
# What may stand between two chunks of one name.
_JOINTS = frozenset((" ", "\n", " of ", " of\n", "- and "))
_MAX_WORDS = 9
_QUOTES = "\"'“‘(*["  # what may stand between the beginning of a sentence and its first name


class Candidate(NamedTuple):
    """A string spelled like a name.

    `shape` is "strong" (inner capital, digit beside letters, or all capitals of two letters or more), "capital" (one
    capitalised word) or "multi" (several chunks). `initial`: it opens a sentence, so that its capital says nothing.
    `title`: it stands in the title. `chunks` are the (start, end) of its words.
    """

    start: int
    end: int
    text: str
    shape: str
    initial: bool
    title: bool
    chunks: tuple[tuple[int, int], ...]


@lru_cache(maxsize=1 << 16)
def is_strong(chunk: str) -> bool:
    """Whether one chunk is spelled as no plain word is: inner capitals, digits beside letters, all capitals."""
    if len(chunk) < 2:
        return False
    if chunk.isalpha():
        return _mixed(chunk)
    if not any(map(str.isalpha, chunk)) or _GLUED.fullmatch(chunk):
        return False
    if chunk[-1] in "+*" or any(map(str.isdigit, chunk)):
        return True
    # Hyphenated plain words (End-to-End, Multi-Modal) are no stronger than their parts.
    return any(map(_mixed, _HYPHEN.split(chunk)))


def _mixed(part: str) -> bool:
    """Whether a word has two capitals, or one behind a small letter."""
    return len(part) > 1 and (sum(map(str.isupper, part)) >= 2 or (part[0].islower() and not part.islower()))


class _Chunk(NamedTuple):
    """A chunk of a word and what can be said of it whatever stands around it; offsets count from the word's start."""

    start: int
    end: int
    text: str
    strong: bool
    number: bool
    counts: bool  # a number that ends no name: a release (Claude Opus 4.5, GtG 2.0) does
    left_out: bool  # at the beginning of a name: a word that opens a sentence or a phrase, a plain number
    closes: bool  # a word that no name ends with
    stem: _Chunk | None  # what stands before a suffix that is no part of the name: RWKV-based
    sure: bool  # whether the suffix is none wherever it stands


_Run = list[tuple[int, int, _Chunk]]


class CandidateFinder:
    """Finds the candidates of a text; built once from the rulebook."""

    def __init__(self, book: Rulebook) -> None:
        self.openers = frozenset(book.words("names_openers"))
        self.tails = frozenset(book.words("names_tails"))
        self.closers = frozenset(book.words("names_closers"))
        self._words = WordTable(self._look)  # no chunk goes over a space

    def find(self, text: str, facts: Facts) -> list[Candidate]:
        """All candidates in order of their start; a multiword candidate comes before the words inside it."""
        links = sorted((span.start, span.end) for link in facts.links for span in link.spans)
        link_starts = [start for start, _ in links]
        opens = {start for start, _ in facts.sentences}
        title_end = facts.segments[0].end if facts.segments and facts.segments[0].field == "title" else 0
        found: list[Candidate] = []
        run: _Run = []
        last = -1
        for place, chunks in self._words.find(text):
            for chunk in chunks:
                start, end = place + chunk.start, place + chunk.end
                if links and (near := bisect_right(link_starts, start)) and links[near - 1][1] > start:
                    continue
                if run:
                    joint = text[last:start]
                    if joint not in _JOINTS or len(run) >= _MAX_WORDS or (len(joint) > 1 and chunk.text[0].isdigit()):
                        _emit(text, run, opens, title_end, found)
                        run = []
                last = end
                stem = chunk.stem
                if stem is None or not (
                    chunk.sure or (start > title_end and not text[end : end + 2].strip().isupper())
                ):
                    run.append((start, end, chunk))
                    continue
                # The name ends at the hyphen, and what follows is not part of it.
                run.append((start, place + stem.end, stem))
                _emit(text, run, opens, title_end, found)
                run = []
        if run:
            _emit(text, run, opens, title_end, found)
        return found

    def _look(self, word: str) -> Sequence[_Chunk]:
        """The chunks of a word."""
        found = []
        for match in _CHUNK.finditer(word):
            start, end = match.span()
            if word[start].islower() and (prefix := _PREFIX.match(word, start, end)):
                start = prefix.end()
            chunk = self._chunk(start, end, word[start:end])
            if word.startswith(("%", "\\%"), end):  # "beats BERT 70% of the time"
                chunk = chunk._replace(left_out=True, closes=True)
            found.append(chunk)
        return found

    def _chunk(self, start: int, end: int, text: str) -> _Chunk:
        stem, sure = None, False
        cut = None if text.isalnum() else _SUFFIX.search(text)
        if cut and cut[1] in TIERS and cut.end(1) == cut.end():
            cut = None
        # AMR-to-text is one name, RWKV-based and LLM-as-judge hold one.
        if cut and text[: cut.start()].rsplit("-", 1)[-1] not in ("to", "of", "in", "for", "and", "as", "on", "by"):
            name = text[: cut.start()]
            sure = is_strong(name)
            if sure or text.rsplit("-", 1)[-1] in self.tails:
                stem = self._whole(start, start + len(name), name, None, False)
        return self._whole(start, end, text, stem, sure)

    def _whole(self, start: int, end: int, text: str, stem: _Chunk | None, sure: bool) -> _Chunk:
        number = not text.isalpha() and _NUMBER.fullmatch(text) is not None
        left_out = number or text in self.openers
        counts = number and _RELEASE.fullmatch(text) is None
        return _Chunk(start, end, text, is_strong(text), number, counts, left_out, text in self.closers, stem, sure)


def _emit(text: str, run: _Run, opens: set[int], title_end: int, found: list[Candidate]) -> None:
    """Add the candidates of neighbouring chunks."""
    if len(run) == 1:  # most are
        start, end, chunk = run[0]
        if not (chunk.left_out or chunk.closes):
            initial = start in opens or (start - 1 in opens and text[start - 1] in _QUOTES)
            shape = "strong" if chunk.strong else "capital"
            found.append(Candidate(start, end, chunk.text, shape, initial, start < title_end, ((start, end),)))
        return
    first, stop = 0, len(run)
    while first < stop and run[first][2].left_out:
        first += 1
    while first < stop and run[stop - 1][2].closes:
        stop -= 1
    while stop - first > 1 and run[stop - 1][2].counts and not run[stop - 2][2].strong:
        stop -= 1
    if first == stop:
        return
    start, end, chunk = run[first]
    title = start < title_end
    initial = start in opens or (start - 1 in opens and text[start - 1] in _QUOTES)
    if stop - first == 1:
        shape = "strong" if chunk.strong else "capital"
        found.append(Candidate(start, end, chunk.text, shape, initial, title, ((start, end),)))
        return
    run = run[first:stop]
    end = run[-1][1]
    spans = tuple([(start, end) for start, end, _ in run])
    found.append(Candidate(start, end, text[start:end], "multi", initial, title, spans))
    for place, (start, end, chunk) in enumerate(run):
        if chunk.strong and not chunk.number:
            found.append(Candidate(start, end, chunk.text, "strong", initial and not place, title, ((start, end),)))
