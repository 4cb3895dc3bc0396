"""XML as a stream of records: memory of one record, entities refused, and a malformed record costs only itself.

expat is driven directly rather than through iterparse: it gives byte offsets, and after an error reading goes on at the
next record's start tag. No external file or entity is ever opened.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from extract.model import Reject
from extract.readers.dump import Dump
from extract.readers.streams import CHUNK, ByteStream, recoded

_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]+)""")
_EMPTY_ANSWER = 40  # elements; an answer without a record has up to twenty, of title, address, counts, an image
_JUNK = expat.errors.codes[expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]  # another document, of a later answer


@dataclass(slots=True)
class XmlRecord:
    """One record: its element (names without prefix) and where its start tag stands."""

    element: Element
    line: int
    offset: int


class UnsafeXmlError(Exception):
    """The document declares entities."""


class _Parser:
    """One run of expat, collecting the elements named in `tags`."""

    def __init__(self, tags: frozenset[str], offset: int, line: int, limit: int, resumed: bool) -> None:
        self._tags = tags
        self._offset = offset
        self._line = line - 1
        self._limit = limit
        self.elements = 0
        self.found: list[XmlRecord | tuple[str, str, int, int]] = []  # records, and (reason, message, line, offset)
        self.start: int | None = None  # byte offset of the record that is open
        self.start_line = 0
        self._builder: TreeBuilder | None = None
        self._depth = 0
        self.unclosed = 0
        self.resumed = resumed
        parser: Any = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        parser.EntityDeclHandler = self._entity
        # With a foreign DTD that is empty, &nbsp; and its like come to the handler instead of ending the document.
        parser.UseForeignDTD(True)
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_ALWAYS)
        parser.ExternalEntityRefHandler = self._empty_dtd
        parser.SkippedEntityHandler = self._skipped
        self._parser = parser
        if resumed:
            prefix = b"<r>"
            self._offset -= len(prefix)
            parser.Parse(prefix)

    @property
    def position(self) -> int:
        """Byte offset up to which expat has seen."""
        return self._offset + max(0, int(self._parser.CurrentByteIndex))

    @property
    def line(self) -> int:
        """Line number there."""
        return self._line + int(self._parser.CurrentLineNumber)

    def feed(self, data: bytes, final: bool) -> None:
        """Parse more; raises `expat.ExpatError` and `UnsafeXmlError`."""
        self._parser.Parse(data, final)
        if self._builder is not None and self.start is not None and self.position - self.start > self._limit:
            message = f"A record over the limit of {self._limit:,} bytes."
            self.found.append(("too-large", message, self.start_line, self.start))
            self._builder = self._parser.CharacterDataHandler = None

    def _open(self, tag: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        name = tag.rpartition(":")[2]
        if name in self._tags:
            if self.start is not None:
                if self._builder is not None:
                    message = f"<{name}> is not closed before the next one begins."
                    self.found.append(("bad-xml", message, self.start_line, self.start))
                self.unclosed += 1
            self.start, self.start_line = self.position, self.line
            self._builder, self._depth = TreeBuilder(), 0
            self._parser.CharacterDataHandler = self._builder.data
        if self.start is not None:
            self._depth += 1
            if self._builder is not None:
                named = (
                    {key.rpartition(":")[2]: value for key, value in attributes.items()} if attributes else attributes
                )
                self._builder.start(name, named)

    def _close(self, tag: str) -> None:
        if self.start is None:
            return
        name = tag.rpartition(":")[2]
        self._depth -= 1
        if self._builder is not None:
            self._builder.end(name)
        if self._depth == 0:
            if self._builder is not None:
                size = self.position - self.start
                if size > self._limit:
                    message = f"{size:,} bytes are over the limit of {self._limit:,} for one record."
                    self.found.append(("too-large", message, self.start_line, self.start))
                else:
                    self.found.append(XmlRecord(self._builder.close(), self.start_line, self.start))
            self.start = self._builder = self._parser.CharacterDataHandler = None

    def _skipped(self, name: str, is_parameter: bool) -> None:
        if self._builder is not None and not is_parameter:
            self._builder.data(html.unescape(f"&{name};"))

    def _empty_dtd(self, context: str | None, *_: object) -> int:
        self._parser.ExternalEntityParserCreate(context).Parse(b"", True)
        return 1

    def _entity(self, *_: object) -> None:
        raise UnsafeXmlError


def xml_records(dump: Dump, tags: frozenset[str]) -> Iterator[XmlRecord | Reject]:
    """The elements named in `tags`, one at a time, with a reject for each that is malformed."""
    stream = _utf8(dump.stream)
    limit = dump.max_record
    again = re.compile(
        rb"<(?:[A-Za-z_][\w.-]*:)?(?:" + b"|".join(re.escape(t.encode()) for t in sorted(tags)) + rb")[\s>/]"
    )
    parser = _Parser(tags, 0, 1, limit, resumed=False)
    held, held_at = b"", 0  # the bytes from the open record (or the last piece) on
    pending = b""  # bytes that are to be parsed again
    while True:
        data = pending or stream.read(CHUNK)
        pending = b""
        final = not data
        held += data
        error: str | None = None
        expected = False  # another document, or the end tags of what an earlier parser saw begin
        try:
            parser.feed(data, final)
            if parser.position < held_at + len(held) - limit - CHUNK:
                error = "A tag, comment or section that does not end."
        except UnsafeXmlError:
            yield from _given(dump, parser)
            message = "The document declares entities; take the DOCTYPE out if you trust it."
            yield dump.reject("unsafe-xml", message, line=parser.line, byte_offset=parser.position)
            return
        except expat.ExpatError as failure:
            error = f"Not well-formed: {expat.ErrorString(failure.code)}."
            expected = parser.start is None and (parser.resumed or parser.unclosed > 0 or failure.code == _JUNK)
        yield from _given(dump, parser)
        if error is None:
            if final:
                dump.vacant = dump.vacant or parser.elements <= _EMPTY_ANSWER
                return
            keep = parser.start if parser.start is not None else parser.position
            held, held_at = held[max(0, keep - held_at) :], max(keep, held_at)
            if len(held) > limit + CHUNK:  # inside a record that is too large and already said to be
                held, held_at = held[-CHUNK:], held_at + len(held) - CHUNK
            continue
        at, line = (parser.start, parser.start_line) if parser.start is not None else (parser.position, parser.line)
        piece = held[max(0, at - held_at) :]
        if not expected:
            reason = "bad-xml" if _is_utf8(piece) else "bad-encoding"
            yield dump.reject(reason, error, line=line, byte_offset=at, excerpt=piece[:200])
        found = _search(again, held, max(0, at - held_at) + 1)
        while found is None:
            held_at += max(0, len(held) - 256)
            held = held[-256:]
            more = stream.read(CHUNK)
            if not more:
                return
            held += more
            found = _search(again, held, 0)
        line += held.count(b"\n", max(0, at - held_at), found) if at >= held_at else 0
        held, held_at = held[found:], held_at + found
        parser = _Parser(tags, held_at, line, limit, resumed=True)
        pending, held = held, b""


def _search(pattern: re.Pattern[bytes], data: bytes, start: int) -> int | None:
    found = pattern.search(data, start)
    return found.start() if found else None


def _given(dump: Dump, parser: _Parser) -> Iterator[XmlRecord | Reject]:
    found, parser.found = parser.found, []
    for item in found:
        if isinstance(item, XmlRecord):
            yield item
        else:
            reason, message, line, offset = item
            yield dump.reject(reason, message, line=line, byte_offset=offset)


def _utf8(stream: ByteStream) -> ByteStream:
    """The stream in UTF-8, by the XML declaration when the stream itself does not know better."""
    declared = _DECLARED.match(stream.peek(400).removeprefix(b"\xef\xbb\xbf"))
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    if (
        stream.encoding != "utf-8"
        or name.replace("_", "-") in ("utf-8", "utf8", "us-ascii", "ascii")
        or name.startswith("utf")
    ):
        return stream
    return recoded(stream, name)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return True


def text_of(element: Element | None) -> str:
    """The text of an element with its inline markup: sup and sub as ^ and _, formulas between dollar signs."""
    if element is None:
        return ""
    parts = [element.text or ""]
    for child in element:
        inner = text_of(child)
        if inner and child.tag in ("sup", "sub"):
            parts.append(("^" if child.tag == "sup" else "_") + inner)
        elif inner and child.tag == "tex-math":
            parts.append(f"${inner}$")
        else:
            parts.append(inner)
        parts.append(child.tail or "")
    return "".join(parts)
