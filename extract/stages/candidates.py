"""Strings that are spelled like names: one pass over the text, no decision about what they are.

A chunk is a word with a capital or a digit among its letters and what is glued to it (`LV-ViT-L`, `Hand4Whole++`,
`IA-RED^2`, `Wan2.2`, `t-SNE`). Neighbouring chunks make one multiword candidate (`Dream Engine`, `Tree of Captions`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

from extract.facts import Facts
from extract.rulebook import Rulebook

# Lower-case letters of any script are `[^\W\dA-Z_]`: what is no capital of ours counts as lower case.
_CHUNK = re.compile(
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
        *("instruct", "chat", "flash", "lite", "dev", "schnell", "plus", "pro", "max"),
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
# What may stand between two chunks of one name.
_JOINTS = frozenset((" ", "\n", " of ", " of\n", "- and "))
_MAX_WORDS = 9


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
    if not any(c.isalpha() for c in chunk) or _GLUED.fullmatch(chunk):
        return False
    if any(c.isdigit() for c in chunk) or chunk[-1] in "+*":
        return True
    # Hyphenated plain words (End-to-End, Multi-Modal) are no stronger than their parts.
    for part in re.split(r"[-‐‑–]", chunk):
        if sum(c.isupper() for c in part) >= 2 or (len(part) > 1 and part[0].islower() and not part.islower()):
            return True
    return False


class CandidateFinder:
    """Finds the candidates of a text; built once from the rulebook."""

    def __init__(self, book: Rulebook) -> None:
        self.openers = frozenset(book.words("names_openers"))
        self.tails = frozenset(book.words("names_tails"))
        self.closers = frozenset(book.words("names_closers"))

    def find(self, text: str, facts: Facts) -> list[Candidate]:
        """All candidates in order of their start; a multiword candidate comes before the words inside it."""
        links = sorted((span.start, span.end) for link in facts.links for span in link.spans)
        link_starts = [start for start, _ in links]
        opens = {start for start, _ in facts.sentences}
        title_end = facts.segments[0].end if facts.segments and facts.segments[0].field == "title" else 0
        found: list[Candidate] = []
        run: list[tuple[int, int]] = []
        last = -1
        for match in _CHUNK.finditer(text):
            start, end = match.span()
            if text[start].islower() and (prefix := _PREFIX.match(text, start, end)):
                start = prefix.end()
            if links and (place := bisect_right(link_starts, start)) and links[place - 1][1] > start:
                continue
            if run:
                joint = text[last:start]
                if joint not in _JOINTS or len(run) >= _MAX_WORDS or (len(joint) > 1 and text[start].isdigit()):
                    self._emit(text, run, opens, title_end, found)
                    run = []
            last = end
            chunk = text[start:end]
            if not chunk.isalnum() and (cut := _SUFFIX.search(chunk)) and self._cuts(text, start, end, cut, title_end):
                # RWKV-based, LLM-as-judge: the name ends at the hyphen, and what follows is not part of it.
                self._emit(text, [*run, (start, start + cut.start())], opens, title_end, found)
                run = []
                continue
            run.append((start, end))
        if run:
            self._emit(text, run, opens, title_end, found)
        return found

    def _cuts(self, text: str, start: int, end: int, cut: re.Match[str], title_end: int) -> bool:
        """Whether what follows the last hyphen is no part of the name: RWKV-based, not AMR-to-text."""
        stem = text[start : start + cut.start()]
        if cut[1] in TIERS and cut.end(1) == cut.end():
            return False
        if stem.rsplit("-", 1)[-1] in ("to", "of", "in", "for", "and", "as", "on", "by"):
            return False
        if is_strong(stem):
            return True
        return (
            start > title_end
            and text[start:end].rsplit("-", 1)[-1] in self.tails
            and not text[end : end + 2].strip().isupper()
        )

    def _emit(
        self, text: str, run: list[tuple[int, int]], opens: set[int], title_end: int, found: list[Candidate]
    ) -> None:
        # Words that open a sentence or a phrase and plain numbers are no part of a name at its border.
        while run and (text[run[0][0] : run[0][1]] in self.openers or _is_number(text[run[0][0] : run[0][1]])):
            run = run[1:]
        while run and text[run[-1][0] : run[-1][1]] in self.closers:
            run = run[:-1]
        while len(run) > 1 and _ends_bare(text[slice(*run[-2])], text[slice(*run[-1])]):
            run = run[:-1]
        if not run:
            return
        title = run[0][0] < title_end
        initial = _opens(text, run[0][0], opens)
        if len(run) > 1:
            start, end = run[0][0], run[-1][1]
            found.append(Candidate(start, end, text[start:end], "multi", initial, title, tuple(run)))
        for place, (start, end) in enumerate(run):
            chunk = text[start:end]
            if _is_number(chunk):
                continue
            strong = is_strong(chunk)
            if len(run) == 1 or strong:
                shape = "strong" if strong else "capital"
                found.append(Candidate(start, end, chunk, shape, initial and not place, title, ((start, end),)))


def _is_number(chunk: str) -> bool:
    return _NUMBER.fullmatch(chunk) is not None


def _ends_bare(before: str, chunk: str) -> bool:
    """Whether a number closes no name: a release (Claude Opus 4.5, GtG 2.0) does, a count behind a word does not."""
    return _is_number(chunk) and not is_strong(before) and _RELEASE.fullmatch(chunk) is None


def _opens(text: str, start: int, opens: set[int]) -> bool:
    return start in opens or (start - 1 in opens and text[start - 1] in "\"'“‘(*[")
