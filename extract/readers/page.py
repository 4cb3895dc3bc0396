"""Text copied from a page of papers: a title, an abstract, a title, ... between whatever else the page holds.

Everything goes by shape, nothing by words: long paragraphs are abstracts, the title stands before its abstract, and
what is neither title-shaped nor long (buttons, dates, bylines, counts) is passed over. Paragraphs end at blank lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import regex

from extract.model import Paper, Reject
from extract.readers.dump import Dump
from extract.readers.lines import Oversized

LONG = 250  # characters; in 25,000 arXiv papers 0.2% of the titles are longer
_SHORT_ABSTRACT = 150
_LEAST_ABSTRACT = 60  # characters; of 10,000 arXiv abstracts none is shorter
_COMPLETE = 400
_SENTENCE_END = regex.compile(r"""[.!?][)\]"'”’»]*$""")
_FULL_STOP = regex.compile(r"""\.[)\]"'”’»]*$""")
_INNER_FULL_STOP = regex.compile(r"\w{2,}\.\s+\p{Lu}")
_INNER_STOP = regex.compile(r"\w{2,}[.!?]\s+[\p{Lu}$\\]")
_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{N}'’.+/^_-]*")
_DATE = regex.compile(
    r"(?:\w+ ){0,3}(?:\d{1,2}[./ -])?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\p{L}*\.?"
    r"(?:[ ,./-]+\d{1,4})*(?: ?[-–·|].*)?"
    r"|[\d./: -]+",
    regex.IGNORECASE,
)
_NAME = r"\p{Lu}[\p{L}.'’-]*+(?:\s+(?:(?:de|van|von|der|den|la|le|di|da|bin|al|el)\s+)*+\p{Lu}[\p{L}.'’-]*+){1,3}+"
_BYLINE = regex.compile(rf"{_NAME}(?:\s*[,;·]\s*{_NAME})*+(?:\s*,?\s*(?:and|&)\s+{_NAME})?")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines between blank ones: their text, joined by newlines, and where they begin."""

    text: str
    line: int
    offset: int
    bad: str | None = None  # the reason code when it cannot be used
    heads: bool = False  # it stands right over a long line, which makes it a title

    @property
    def is_long(self) -> bool:
        """Whether it has the length of an abstract, or a shorter one's several sentences."""
        text = self.text
        return len(text) >= LONG or (
            len(text) >= _SHORT_ABSTRACT and bool(_SENTENCE_END.search(text)) and bool(_INNER_STOP.search(text))
        )

    @property
    def is_sentence(self) -> bool:
        """Whether it could be a very short abstract: a sentence with its full stop."""
        stops = _FULL_STOP.search(self.text) or _INNER_FULL_STOP.search(self.text)
        return bool(stops) and len(_WORD.findall(self.text)) >= 8


def read_page(dump: Dump) -> Iterator[Paper | Reject]:
    """The papers of a page text."""
    run: list[Paragraph] = []  # short paragraphs since the last abstract
    held: tuple[Paragraph | None, list[Paragraph]] | None = None  # a title and its abstract, which may go on
    seen = False
    for paragraph in paragraphs(dump):
        if paragraph.bad:
            if held:
                yield _paper(dump, *held)
                held = None
            yield from _flush(dump, run, seen)
            run = []
            seen = True
            yield _bad(dump, paragraph)
        elif not paragraph.is_long:
            run.append(paragraph)
            if len(run) > 1000:  # a page of nothing but short lines stays bounded
                del run[:500]
        elif held and not run and _goes_on(held[1][-1].text, paragraph.text):
            held[1].append(paragraph)
        else:
            if held:
                yield _paper(dump, *held)
            before, title = _split_run(run, seen)
            run = []
            yield from (_paper(dump, *pair) for pair in before)
            held, seen = (title, [paragraph]), True
    if held:
        yield _paper(dump, *held)
    yield from _flush(dump, run, seen)


def _bad(dump: Dump, paragraph: Paragraph) -> Reject:
    message = {
        "bad-encoding": "A paragraph that is not UTF-8.",
        "too-large": f"A paragraph over the limit of {dump.max_record:,} bytes.",
    }[paragraph.bad or ""]
    return dump.reject(
        paragraph.bad or "", message, line=paragraph.line, byte_offset=paragraph.offset, excerpt=paragraph.text
    )


def _paper(dump: Dump, title: Paragraph | None, abstract: list[Paragraph]) -> Paper | Reject:
    start = title or abstract[0]
    return dump.paper(
        title.text if title else "", "\n\n".join(p.text for p in abstract), line=start.line, byte_offset=start.offset
    )


def _goes_on(text: str, more: str) -> bool:
    """Whether a long paragraph right after an abstract belongs to it, rather than to a paper without a title."""
    complete = len(text) >= _COMPLETE and _SENTENCE_END.search(text) and len(more) >= _COMPLETE
    return not complete or more[:1].islower()


Pairs = list[tuple[Paragraph | None, list[Paragraph]]]


def _split_run(run: list[Paragraph], seen: bool) -> tuple[Pairs, Paragraph | None]:
    """Short paragraphs before an abstract: the papers that end among them, and the title of that abstract."""
    strengths = [4 if p.heads else title_strength(p.text) for p in run]
    best = max(strengths, default=0)
    if not best:
        # A title that ends in a full stop, or the one word between two abstracts, or nothing at all.
        last = run[-1] if run else None
        alone = len(run) == 1 and seen and run[0].text[:1].isupper()
        return [], last if last and (alone or last.is_sentence) else None
    at = max(i for i, strength in enumerate(strengths) if strength == best)
    after_pair = strengths[-1] >= 2 and len(run) > 2 and strengths[-3] >= 2 and run[-2].is_sentence
    if at + 1 < len(run) and (after_pair or (best < 3 and strengths[-1] == 2 and not seen)):
        at = len(run) - 1
    return (_unpaired(run[:at]) if seen else _first_pairs(run[:at])), run[at]


def _flush(dump: Dump, run: list[Paragraph], seen: bool) -> Iterator[Paper | Reject]:
    """Short paragraphs at the end: titles without an abstract, and short abstracts."""
    yield from (_paper(dump, *pair) for pair in (_unpaired(run) if seen else _first_pairs(run)))


def _first_pairs(run: list[Paragraph]) -> Pairs:
    """Titles with short abstracts before the first long one, where a page has its own headings and mottos too.

    A motto stands alone under its heading: one pair counts only when its title is one beyond doubt and its sentence has
    the length of an abstract.
    """
    pairs = [(title, [text]) for title, text in pairwise(run) if title_strength(title.text) >= 2 and text.is_sentence]
    if len(pairs) == 1 and (title_strength(pairs[0][0].text) < 3 or len(pairs[0][1][0].text) < _LEAST_ABSTRACT):
        return []
    return list(pairs)


def _unpaired(run: list[Paragraph]) -> Pairs:
    pairs: Pairs = []
    i = 0
    while i < len(run):
        if title_strength(run[i].text) >= 2:
            if i + 1 < len(run) and run[i + 1].is_sentence:
                pairs.append((run[i], [run[i + 1]]))
                i += 1
            else:
                pairs.append((run[i], []))
        i += 1
    return pairs


def title_strength(text: str) -> int:
    """How much a short paragraph looks like a title: 0 not at all, 1 it could be, 2 it does, 3 beyond doubt."""
    text = " ".join(text.split())
    words = _WORD.findall(text)
    letters = sum(map(str.isalpha, text))
    if not words or letters < 0.5 * len(text) or text[-1] in ".!…" or _DATE.fullmatch(text):
        return 0
    first = text.lstrip("\"'“‘([{$\\*")[:1]
    if not first or not (first.isupper() or first.isdigit() or any(c.isupper() for c in words[0])):
        return 0
    if len(words) == 1:
        return 1 if len(words[0]) >= 4 and ("-" in text or any(c.isupper() or c.isdigit() for c in words[0][1:])) else 0
    if _BYLINE.fullmatch(text) and ("," in text or len(words) == 2):
        return 1 if len(words) == 2 else 0
    content = [w for w in words if len(w) >= 4]
    capital = sum(any(c.isupper() for c in w) for w in content)
    if ": " in text and len(words) >= 3:
        return 3
    if len(words) >= 3 and content and capital >= 0.6 * len(content):
        return 3 if len(words) >= 4 else 2
    return 2 if len(words) >= 6 else 1


def paragraphs(dump: Dump) -> Iterator[Paragraph]:
    """The paragraphs of a text; a title line right over a long line is a paragraph of its own."""
    lines: list[tuple[int, int, str]] = []
    size = 0
    bad: tuple[str, int, int, str] | None = None
    for offset, number, raw in dump.lines():
        if isinstance(raw, Oversized):
            bad = bad or ("too-large", number, offset, raw.start.decode("utf-8", "backslashreplace"))
            continue
        if not raw or raw.isspace():
            yield from _close(lines, bad)
            lines, size, bad = [], 0, None
            continue
        size += len(raw)
        if bad or size > dump.max_record:
            bad = bad or ("too-large", number, offset, raw[:200].decode("utf-8", "backslashreplace"))
            lines = []
            continue
        try:
            lines.append((number, offset, raw.rstrip(b"\r").decode("utf-8")))
        except UnicodeDecodeError:
            bad = ("bad-encoding", number, offset, raw[:200].decode("utf-8", "backslashreplace"))
    yield from _close(lines, bad)


def _close(lines: list[tuple[int, int, str]], bad: tuple[str, int, int, str] | None) -> Iterator[Paragraph]:
    if bad:
        reason, number, offset, start = bad
        yield Paragraph(start, number, offset, reason)
        return
    first = lines[0][2] if lines else ""
    if len(lines) >= 2 and len(first) < _SHORT_ABSTRACT and first[:1].isupper() and first[-1:] not in ".,;":
        wide = next((i for i, (_, _, text) in enumerate(lines) if len(text) >= LONG), None)
        if wide is not None and 0 < wide <= 3:
            yield _joined(lines[:wide], heads=True)
            lines = lines[wide:]
    if lines:
        yield _joined(lines)


def _joined(lines: list[tuple[int, int, str]], heads: bool = False) -> Paragraph:
    return Paragraph("\n".join(text for _, _, text in lines).strip(), lines[0][0], lines[0][1], heads=heads)
