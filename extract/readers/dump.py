"""One dump while it is read: its stream and options, and the making of papers and rejects with their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from extract.dates import iso_date
from extract.model import Paper, Reject, Source, cleaned
from extract.readers.lines import Line, Oversized, iter_lines
from extract.readers.passed import PassedOver
from extract.readers.streams import ByteStream

MAX_RECORD = 8 << 20
"""Bytes: a line, field or record over this is rejected without being held whole."""
_EXCERPT = 200


@dataclass(frozen=True, slots=True)
class Position:
    """Where to go on: the place of the first item (paper or reject) not yet done, as its source gives it."""

    index: int
    line: int | None = None
    byte_offset: int | None = None


@dataclass(slots=True)
class Dump:
    """What a reader gets. It yields what `paper` and `reject` make, one for every item of the dump, in order."""

    stream: ByteStream
    name: str
    format: str
    mapping: Mapping[str, str] = field(default_factory=dict)
    max_record: int = MAX_RECORD
    start: Position = Position(0)
    index: int = 0
    details: dict[str, str] = field(default_factory=dict)
    """What detection found out and a reader may use (the CSV delimiter, ...)."""
    columns: tuple[str, ...] = ()
    """The field names of the first record, where the format has some."""
    vacant: bool = False
    """Whether a dump without papers is one that holds none (an empty list), and not one that was not understood."""
    passed_over: PassedOver = field(default_factory=PassedOver)
    """Collects the members of an archive that are no dumps."""

    def lines(self) -> Iterator[Line]:
        """The lines of the dump from the start position on."""
        offset = self.start.byte_offset or 0
        if offset:
            self.stream.skip(offset)
            self.index = self.start.index
        return iter_lines(self.stream, self.max_record, offset, self.start.line or 1 if offset else 1)

    def paper(
        self,
        title: str,
        abstract: str,
        *,
        line: int | None = None,
        byte_offset: int | None = None,
        comment: str | None = None,
        identifiers: Mapping[str, str] | None = None,
        authors: Sequence[str] = (),
        published: str | None = None,
        categories: Sequence[str] = (),
        url: str | None = None,
        dump_links: Sequence[tuple[str, str]] = (),
        warnings: Sequence[str] = (),
        excerpt: bytes | str = "",
    ) -> Paper | Reject:
        """The next paper; a reject when it has neither title nor abstract. NULs and lone surrogates go, with a warning.

        `title` and `abstract` are given as the dump has them, nothing cleaned; so is `published`, which becomes an
        ISO date here (`extract.dates`), or None when it cannot be read. `excerpt` is what a reject shows.
        """
        published = iso_date(published)
        texts = [title, abstract, comment or "", url or "", *authors, *categories]
        texts += [part for link in dump_links for part in link]
        if identifiers:
            texts += identifiers.values()
        joined = "".join(texts)
        if not is_clean(joined):
            title, abstract = cleaned(title), cleaned(abstract)
            comment = cleaned(comment) if comment is not None else None
            url = cleaned(url) if url is not None else None
            authors = [cleaned(a) for a in authors]
            categories = [cleaned(c) for c in categories]
            dump_links = [(cleaned(k), cleaned(v)) for k, v in dump_links]
            identifiers = {k: cleaned(v) for k, v in (identifiers or {}).items()}
            warnings = (*warnings, "removed-characters")
        if not title.strip() and not abstract.strip():
            ident = next(iter(identifiers.values()), None) if identifiers else None
            message = "Neither a title nor an abstract."
            known = {"identifiers": dict(identifiers or {}), "authors": list(authors), "date": published, "url": url}
            excerpt = excerpt or ", ".join(f"{name}: {value}" for name, value in known.items() if value)
            return self.reject("empty-paper", message, line=line, byte_offset=byte_offset, excerpt=excerpt, id=ident)
        index = self.index
        self.index = index + 1
        return Paper(
            title,
            abstract,
            Source(self.name, self.format, index, line, byte_offset),
            comment,
            identifiers or {},
            tuple(authors),
            published,
            tuple(categories),
            url,
            tuple(dump_links),
            tuple(warnings),
        )

    def reject(
        self,
        reason: str,
        message: str,
        *,
        line: int | None = None,
        byte_offset: int | None = None,
        excerpt: bytes | str = "",
        id: str | None = None,  # noqa: A002
    ) -> Reject:
        """The next reject: `reason` is a code of `extract.readers.REASONS`, `message` one sentence."""
        index = self.index
        self.index = index + 1
        return Reject(self.name, index, reason, message, line, byte_offset, escaped(excerpt), id)

    def oversized(self, line: int, byte_offset: int, item: Oversized) -> Reject:
        """The reject for a line over the limit."""
        return self.too_large(item.length, item.start, line, byte_offset)

    def too_large(self, size: int, start: bytes, line: int | None, byte_offset: int | None) -> Reject:
        """The reject for anything over the limit: its size in bytes and its beginning."""
        message = f"{size:,} bytes are over the limit of {self.max_record:,} for one record."
        return self.reject("too-large", message, line=line, byte_offset=byte_offset, excerpt=start)


def is_clean(text: str) -> bool:
    """Whether the text has neither NULs nor lone surrogates."""
    if "\0" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def printable(name: str) -> str:
    """A file name as text: bytes of it that are not UTF-8 become escapes (`caf\\xe9.jsonl`)."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def escaped(excerpt: bytes | str, length: int = _EXCERPT) -> str:
    """At most `length` characters, on one line, with everything unprintable written as an escape."""
    text = excerpt[:length].decode("utf-8", "backslashreplace") if isinstance(excerpt, bytes) else excerpt[:length]
    if not text.isprintable():
        text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
    return text[:length]
