"""Finds where JSON values end without parsing them, in a stream of any size and a buffer of one record.

Why not a parser of events: this one goes on after a malformed value, gives byte offsets, and needs nothing installed.
The values themselves are parsed (and so checked) by orjson.
"""

from __future__ import annotations

import re

from extract.patterns import quick
from extract.readers.lines import BOM
from extract.readers.streams import CHUNK, ByteStream

# Everything up to the next bracket: strings, and between them what JSON and pandas (NaN, Infinity) can hold.
_RUN = quick(
    rb'(?:[\s,:0-9.eE+\-trufalsnNIity]*+"[^"\\\x00-\x1f]*+(?:\\.[^"\\\x00-\x1f]*+)*+")*+[\s,:0-9.eE+\-trufalsnNIity]*+'
)
_OPEN_STRING = quick(rb'"[^"\\\x00-\x1f]*+(?:\\.[^"\\\x00-\x1f]*+)*+\\?\Z', re.DOTALL)
_SPACE = re.compile(rb"[\s\x1e]*+")
_PARTNER = {ord("}"): ord("{"), ord("]"): ord("[")}


class MalformedError(Exception):
    """The bytes are not JSON from about this offset (relative to the buffer) on."""


class TooLargeError(Exception):
    """The value is over the limit."""


class Scanner:
    """A buffer over a stream; positions are relative to the buffer, `offset` and `line` tell where its cursor is."""

    def __init__(self, stream: ByteStream, limit: int) -> None:
        self._stream = stream
        self.limit = limit
        self.buffer = b""
        self.cursor = 0
        self._base = 0
        self._line = 1
        self._counted = 0  # up to where in the buffer the newlines are counted in `_line`
        self.reached = 0  # how far the last failed `value` looked
        self.ended = False
        if stream.peek(3) == BOM:
            stream.skip(3)
            self._base = 3

    @property
    def offset(self) -> int:
        """Byte offset of the cursor in the dump."""
        return self._base + self.cursor

    @property
    def line(self) -> int:
        """Line number of the cursor."""
        if self.cursor >= self._counted:
            self._line += self.buffer.count(b"\n", self._counted, self.cursor)
        else:
            self._line -= self.buffer.count(b"\n", self.cursor, self._counted)
        self._counted = self.cursor
        return self._line

    def fill(self) -> bool:
        """Read more; the buffer doubles, so that a long value is scanned again only a few times."""
        if self.ended:
            return False
        if self.cursor:
            _ = self.line
            self._base += self.cursor
            self.buffer = self.buffer[self.cursor :]
            self.cursor = self._counted = 0
        want = max(CHUNK, len(self.buffer))
        pieces = []
        while want > 0 and (piece := self._stream.read(want)):
            pieces.append(piece)
            want -= len(piece)
        self.ended = want > 0
        self.buffer = b"".join((self.buffer, *pieces))
        return bool(pieces)

    def space(self) -> int:
        """Pass over white space; the next byte, or -1 at the end."""
        while True:
            found = _SPACE.match(self.buffer, self.cursor)
            assert found is not None
            self.cursor = found.end()
            if self.cursor < len(self.buffer):
                return self.buffer[self.cursor]
            if not self.fill():
                return -1

    def value(self) -> bytes:
        """The object or array at the cursor, which moves behind it.

        Raises `MalformedError` and `TooLargeError`; the cursor stays then, and `reached` is how far it looked.
        """
        stack = bytearray()
        at = self.cursor
        while True:
            self.reached = at
            if at - self.cursor > self.limit:
                raise TooLargeError
            found = _RUN.match(self.buffer, at)
            assert found is not None
            end = found.end()
            if end == len(self.buffer) or _OPEN_STRING.match(self.buffer, end):
                if len(self.buffer) - self.cursor > self.limit + CHUNK:
                    raise TooLargeError
                at -= self.cursor
                if not self.fill():
                    raise MalformedError("it ends before it is closed")
                continue
            byte = self.buffer[end]
            if byte in b"{[":
                if stack and not _may_open(stack[-1], self.buffer[at:end]):
                    raise MalformedError("a brace or bracket opens where none may")
                stack.append(byte)
            elif byte not in b"}]" or not stack or stack.pop() != _PARTNER[byte]:
                raise MalformedError("quotes, braces or brackets do not match")
            at = end + 1
            if not stack:
                text = self.buffer[self.cursor : at]
                if len(text) > self.limit:
                    raise TooLargeError
                self.cursor = at
                return text

    def skip_list(self) -> None:
        """Move behind the end of the array that the cursor stands in, whatever its size; raises `MalformedError`."""
        stack = bytearray(b"[")
        while stack:
            found = _RUN.match(self.buffer, self.cursor)
            assert found is not None
            end = found.end()
            self.cursor = end
            if end == len(self.buffer) or _OPEN_STRING.match(self.buffer, end):
                if len(self.buffer) - end > self.limit:
                    raise MalformedError("a string over the limit")
                if not self.fill():
                    raise MalformedError("it ends before it is closed")
                continue
            byte = self.buffer[end]
            if byte in b"{[":
                stack.append(byte)
            elif byte not in b"}]" or stack.pop() != _PARTNER[byte]:
                raise MalformedError("quotes, braces or brackets do not match")
            self.cursor = end + 1

    def scalar(self) -> bytes:
        """A string, number or word at the cursor, which moves behind it; raises `MalformedError`."""
        while True:
            found = _SCALAR.match(self.buffer, self.cursor)
            if found is not None and (found.end() < len(self.buffer) or self.ended):
                self.cursor = found.end()
                return found.group()
            if len(self.buffer) - self.cursor > self.limit:
                raise TooLargeError
            if (found is None and not _OPEN_STRING.match(self.buffer, self.cursor)) or not self.fill():
                raise MalformedError("a value that is none")

    def find(self, pattern: re.Pattern[bytes]) -> re.Match[bytes] | None:
        """Move the cursor to the next match of `pattern` (at most 512 bytes long), dropping what stands before."""
        while True:
            if found := pattern.search(self.buffer, self.cursor):
                self.cursor = found.start()
                return found
            self.cursor = max(self.cursor, len(self.buffer) - 512)
            if not self.fill():
                self.cursor = len(self.buffer)
                return None


_SCALAR = quick(rb'"[^"\\\x00-\x1f]*+(?:\\.[^"\\\x00-\x1f]*+)*+"|[0-9A-Za-z+\-.]++', re.DOTALL)


def _may_open(container: int, run: bytes) -> bool:
    """Whether an object or array may begin after `run`: behind a colon in an object, else behind a comma or first."""
    before = run.rstrip()[-1:]
    return before == b":" if container == ord("{") else before in (b"", b",")
