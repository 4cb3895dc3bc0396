"""Reading one dump: opened, recognised, and its items yielded with damage said instead of raised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from extract.errors import UsageError
from extract.model import Paper, Reject
from extract.readers.dump import MAX_RECORD, Dump, Position
from extract.readers.fields import check_mapping
from extract.readers.formats import Format, detect, format_named
from extract.readers.sniff import HEAD, Head, Verdict
from extract.readers.streams import ByteStream, DamagedStreamError, open_stream


@dataclass(frozen=True, slots=True)
class Detected:
    """What a dump was taken for: the format (None for an empty dump), why, its compression and encoding."""

    format: Format | None
    reason: str
    layers: tuple[str, ...] = ()
    encoding: str = "utf-8"
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
) -> Iterator[Paper | Reject]:
    """The papers and rejects of one dump, in order.

    `source` is a file, `-` or a URL; `format` a name of the table or "auto"; `mapping` says which field is the title,
    the abstract, ... ({"abstract": "Zusammenfassung"}); `encoding` overrides UTF-8; `max_record` is in bytes; `start`
    is the place of the first item wanted; `name` what the sources say. Raises `UsageError` at the call for what is
    missing, unreadable or of no known format. An empty dump yields nothing.
    """
    options = check_mapping(mapping)
    chosen = None if format == "auto" else format_named(format)
    stream = open_stream(source, name=name, encoding=encoding)
    try:
        detected = _identified(stream, chosen)
    except UsageError:
        stream.close()
        raise
    if detected.format is None:
        return _empty(stream)
    dump = Dump(
        stream,
        stream.name,
        detected.format.name,
        options,
        max_record,
        start or Position(0),
        details=dict(detected.details),
    )
    return _items(dump, detected.format, start.index if start else 0)


def identify(source: str | Path, *, format: str = "auto", encoding: str | None = None) -> Detected:  # noqa: A002
    """What `read` would take a dump for, and why."""
    stream = open_stream(source, encoding=encoding)
    try:
        return _identified(stream, None if format == "auto" else format_named(format))
    finally:
        stream.close()


def _identified(stream: ByteStream, chosen: Format | None) -> Detected:
    head = stream.peek(HEAD)
    if chosen is not None:
        verdict = chosen.sniff(Head(head, stream.name, len(head) < HEAD)) or Verdict("")
        return Detected(chosen, "as asked", stream.layers, stream.encoding, verdict.details)
    if not head:
        if stream.damage is None:
            return Detected(None, "it is empty", stream.layers, stream.encoding)
        return Detected(format_named("page"), "nothing of it can be read", stream.layers, stream.encoding)
    found = detect(head, stream.name, complete=len(head) < HEAD)
    if found is None:
        raise UsageError(
            f"{stream.name} is of no format known here: see `paperfacts formats`, or give --format or --encoding."
        )
    row, verdict = found
    return Detected(row, verdict.reason, stream.layers, stream.encoding, verdict.details)


def _empty(stream: ByteStream) -> Iterator[Paper | Reject]:
    stream.close()
    return iter(())


def _items(dump: Dump, row: Format, first: int) -> Iterator[Paper | Reject]:
    """The items from index `first` on; a damage of the stream is the last of them."""
    if not row.resumes:
        dump.start = Position(0)
    try:
        for item in row.read(dump):
            index = item.index if isinstance(item, Reject) else item.source.index
            if index >= first:
                yield item
    except DamagedStreamError as error:
        yield dump.reject("damaged-stream", f"Reading stopped: {error}.")
    finally:
        dump.stream.close()
