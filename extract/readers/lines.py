"""Lines of a stream: ended by `\\n` and nothing else, with their place, never more than a limit held in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from extract.readers.streams import CHUNK, ByteStream

BOM = b"\xef\xbb\xbf"
_KEPT = 200


@dataclass(frozen=True, slots=True)
class Oversized:
    """A line over the limit: its beginning (200 bytes) and its length in bytes."""

    start: bytes
    length: int


Line = tuple[int, int, bytes | Oversized]
"""Byte offset from 0, line number from 1, and the line without its newline."""


def iter_lines(stream: ByteStream, limit: int, offset: int = 0, number: int = 1) -> Iterator[Line]:
    """The lines of `stream`, the last one with or without its newline; a byte order mark at offset 0 is left out.

    A damaged stream raises `DamagedStreamError` after the last complete line: the torn one never comes out.
    """
    parts: list[bytes] = []
    held = 0
    skipped = 0  # bytes of an oversized line that were passed over
    if offset == 0 and stream.peek(3) == BOM:
        stream.skip(3)
        offset = 3
    while chunk := stream.read(CHUNK):
        if b"\n" not in chunk:
            if held + len(chunk) > limit or skipped:
                if not skipped:
                    parts = [b"".join((*parts, chunk))[:_KEPT]]
                skipped += (held + len(chunk)) if not skipped else len(chunk)
                held = 0
            else:
                parts.append(chunk)
                held += len(chunk)
            continue
        lines = chunk.split(b"\n")
        first = lines[0]
        rest = lines.pop()
        if skipped or held + len(first) > limit:
            length = (skipped or held) + len(first)
            yield offset, number, Oversized(b"".join((*parts, first))[:_KEPT], length)
            offset += length + 1
            number += 1
            del lines[0]
        elif parts:
            lines[0] = b"".join((*parts, first))
        for line in lines:
            size = len(line)
            yield offset, number, line if size <= limit else Oversized(line[:_KEPT], size)
            offset += size + 1
            number += 1
        parts, held, skipped = ([rest], len(rest), 0) if rest else ([], 0, 0)
    if skipped:
        yield offset, number, Oversized(parts[0], skipped)
    elif parts:
        line = b"".join(parts)
        yield offset, number, line if len(line) <= limit else Oversized(line[:_KEPT], len(line))
