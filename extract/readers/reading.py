"""Reading one dump: opened, recognised, and its items yielded with damage said instead of raised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from extract.errors import PaperfactsError, UsageError
from extract.model import Paper, Reject
from extract.readers.archive import read_tar, read_zip
from extract.readers.beside import standing
from extract.readers.dump import MAX_RECORD, Dump, Position
from extract.readers.fields import check_mapping
from extract.readers.passed import PassedOver
from extract.readers.sniff import HEAD, Head, Verdict, is_archive, is_zip
from extract.readers.streams import ByteStream, DamagedStreamError, open_stream
from extract.readers.table import Format, Found, detect, format_named


@dataclass(frozen=True, slots=True)
class Detected:
    """What a dump was taken for: the format (None for an empty dump), why, its compression and encoding."""

    format: Format | None
    reason: str
    layers: tuple[str, ...] = ()
    encoding: str = "utf-8"
    archive: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


def read(
    source: str | Path,
    *,
    format: str = "auto",  # noqa: A002
    mapping: Mapping[str, str] | None = None,
    encoding: str | None = None,
    max_record: int = MAX_RECORD,
    start: Position | None = None,
    name: str | None = None,
    asked: bool = True,
    passed_over: PassedOver | None = None,
) -> Iterator[Paper | Reject]:
    """The papers and rejects of one dump, in order.

    `source` is a file, `-` or a URL; `format` a name of the table or "auto"; `mapping` says which field is the title,
    the abstract, ... ({"abstract": "Zusammenfassung"}); `encoding` overrides UTF-8; `max_record` is in bytes; `start`
    is the place of the first item wanted; `name` what the sources say. Raises `UsageError` at the call for what is
    missing, unreadable or of no known format. `asked` is false for a file of a folder, which nobody named: of no known
    format, it is a reject. `passed_over` collects the members of an archive that are no dumps. An empty dump yields
    nothing; one that is not empty and holds no paper, a reject that says so.
    """
    return open_dump(
        source,
        format=format,
        mapping=mapping,
        encoding=encoding,
        max_record=max_record,
        start=start,
        name=name,
        asked=asked,
        passed_over=passed_over,
    ).items


@dataclass(frozen=True, slots=True)
class OpenDump:
    """A dump that is being read: what it was taken for, its state and its items."""

    detected: Detected
    dump: Dump
    items: Iterator[Paper | Reject]


def open_dump(
    source: str | Path,
    *,
    format: str = "auto",  # noqa: A002
    mapping: Mapping[str, str] | None = None,
    encoding: str | None = None,
    max_record: int = MAX_RECORD,
    start: Position | None = None,
    name: str | None = None,
    asked: bool = True,
    passed_over: PassedOver | None = None,
) -> OpenDump:
    """What `read` does, with what it found out on the way; the arguments and errors are the same."""
    options = check_mapping(mapping)
    chosen = None if format == "auto" else format_named(format)
    stream = open_stream(source, name=name, encoding=encoding)
    unknown = ""
    try:
        detected = _identified(stream, chosen, options)
    except UsageError as error:
        if asked:
            stream.close()
            raise
        detected, unknown = Detected(None, "it looks like data of no format known here"), str(error)
    except PaperfactsError:
        stream.close()
        raise
    row = detected.format
    label = row.name if row and not detected.archive else detected.archive
    dump = Dump(stream, stream.name, label, options, max_record, start or Position(0), details=dict(detected.details))
    dump.passed_over = dump.passed_over if passed_over is None else passed_over
    items: Iterator[Paper | Reject]
    if unknown:
        items = _unknown(dump, unknown)
    elif detected.archive:
        items = _members(dump, detected.archive, chosen, encoding)
    elif row is not None:
        dump.start = dump.start if row.resumes else Position(0)
        items = row.read(dump) if asked else _refusal_said(dump, row.read(dump))
    else:
        items = iter(())
    return OpenDump(detected, dump, _guarded(dump, items, start.index if start else 0))


def identify(
    source: str | Path,
    *,
    format: str = "auto",  # noqa: A002
    encoding: str | None = None,
    mapping: Mapping[str, str] | None = None,
) -> Detected:
    """What `read` would take a dump for, and why."""
    stream = open_stream(source, encoding=encoding)
    try:
        return _identified(stream, None if format == "auto" else format_named(format), check_mapping(mapping))
    finally:
        stream.close()


def _identified(
    stream: ByteStream, chosen: Format | None, mapping: Mapping[str, str], found: Found | None = None
) -> Detected:
    """`found` is what detection found, where it has been asked already."""
    head = stream.peek(HEAD)
    if is_archive(head, stream.name):
        archive = "zip" if is_zip(head) else "tar"
        return Detected(
            chosen, f"a {archive} archive; each member is told apart", stream.layers, stream.encoding, archive
        )
    if chosen is not None:
        verdict = chosen.sniff(Head(head, stream.name, len(head) < HEAD, mapping)) or Verdict("")
        return Detected(chosen, "as asked", stream.layers, stream.encoding, details=verdict.details)
    if _is_blank(head):
        if stream.damage is None:
            return Detected(None, "it is empty", stream.layers, stream.encoding)
        return Detected(format_named("page"), "nothing of it can be read", stream.layers, stream.encoding)
    found = found or detect(head, stream.name, complete=len(head) < HEAD, mapping=mapping)
    if found is None:
        raise UsageError(
            f"{stream.name} is of no format known here: see `paperfacts formats`, or give --format, --encoding, or "
            "--map title=COLUMN,abstract=COLUMN."
        )
    row, verdict = found
    return Detected(row, verdict.reason, stream.layers, stream.encoding, details=verdict.details)


def _is_blank(head: bytes) -> bool:
    return len(head) < HEAD and not head.strip(b" \t\r\n\xef\xbb\xbf")


def _members(dump: Dump, archive: str, chosen: Format | None, encoding: str | None) -> Iterator[Paper | Reject]:
    """The items of an archive's members, numbered through; a member that cannot be read costs only itself."""
    empty = False

    def read_member(stream: ByteStream, name: str) -> Iterator[Paper | Reject]:
        nonlocal empty
        kind, found = standing(stream, name, dump.mapping) if chosen is None else ("dump", None)
        if kind == "beside":
            dump.passed_over.add(stream.name)
            return
        if kind == "unknown data":
            yield dump.reject("unknown-format", f"{name} is of no format known here.", excerpt=stream.peek(200))
            return
        row = _identified(stream, chosen, dump.mapping, found)
        if row.format is None:
            empty = True
            return
        inner = Dump(
            stream,
            stream.name,
            row.format.name,
            dump.mapping,
            dump.max_record,
            index=dump.index,
            details=dict(row.details),
        )
        inner.vacant = _is_blank(stream.peek(HEAD))
        for item in _nothing_said(inner, _damage_said(inner, _refusal_said(inner, row.format.read(inner)))):
            dump.index, dump.columns = inner.index, dump.columns or inner.columns
            yield item
        empty = empty or inner.vacant
        dump.index = inner.index

    yield from (read_zip if archive == "zip" else read_tar)(dump, read_member, encoding)
    dump.vacant = empty or not dump.passed_over.count


def _unknown(dump: Dump, message: str) -> Iterator[Reject]:
    yield dump.reject("unknown-format", message, line=1, byte_offset=0, excerpt=dump.stream.peek(200))


def _refusal_said(dump: Dump, items: Iterator[Paper | Reject]) -> Iterator[Paper | Reject]:
    """The items; what would end the run for a dump that the user named is a reject of one that he did not."""
    try:
        yield from items
    except UsageError as error:
        yield dump.reject("unknown-format", str(error), line=1, byte_offset=0)


def _nothing_said(dump: Dump, items: Iterator[Paper | Reject]) -> Iterator[Paper | Reject]:
    """The items; a reject when there is none though the dump is not empty."""
    before, start = dump.index, dump.stream.peek(200)
    yield from items
    if dump.index == before and not dump.vacant:
        message = f"Nothing in {dump.name} was recognised as a paper; see paperfacts inspect."
        yield dump.reject("no-paper", message, line=1, byte_offset=0, excerpt=start)


def _damage_said(dump: Dump, items: Iterator[Paper | Reject]) -> Iterator[Paper | Reject]:
    try:
        yield from items
    except DamagedStreamError as error:
        yield dump.reject("damaged-stream", f"Reading stopped: {error}.")


def _guarded(dump: Dump, items: Iterator[Paper | Reject], first: int) -> Iterator[Paper | Reject]:
    """The items from index `first` on; a damage of the stream is the last of them."""
    dump.vacant = dump.vacant or _is_blank(dump.stream.peek(HEAD))
    try:
        for item in _nothing_said(dump, _damage_said(dump, items)):
            if (item.index if isinstance(item, Reject) else item.source.index) >= first:
                yield item
    finally:
        dump.stream.close()
