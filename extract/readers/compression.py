"""Decompression in bounded pieces that says damage instead of guessing: gzip, bzip2, xz, zstd.

The file classes of the standard library are not used: they lose what stands before a damage, and python-zstandard's
stream reader reads a cut frame to its end without an error.
"""

from __future__ import annotations

import bz2
import lzma
import sys
import zlib
from collections.abc import Callable
from typing import Any, Protocol

from extract.errors import MissingExtraError

_MAGIC = (
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
)
_BITE = 1 << 14  # compressed bytes taken at a time
_PIECE = 1 << 16  # most decompressed bytes given at a time


class DamagedStreamError(Exception):
    """The stream is cut or corrupt at this point; everything before it has been read."""


class Readable(Protocol):
    """Anything that gives bytes."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; b"" at the end."""


def compression_of(head: bytes) -> str | None:
    """The compression that a file begins with, by its signature."""
    kind = next((kind for magic, kind in _MAGIC if head.startswith(magic)), None)
    return None if kind == "bzip2" and not head[3:4].isdigit() else kind


class Inflater:
    """Bounded decompression that says damage instead of guessing: members follow each other, the last must end."""

    def __init__(self, source: Readable, kind: str) -> None:
        self._source = source
        self._kind = kind
        self._make = _DECOMPRESSORS[kind]()
        self._state: Any = self._make()
        self._input = b""
        self._started = False
        self._damage: DamagedStreamError | None = None

    def read(self, size: int) -> bytes:
        """The next decompressed bytes; b"" at the end of the last member."""
        while self._damage is None:
            if self._state.eof and not self._next_member():
                return b""
            if not self._input and getattr(self._state, "needs_input", True):
                self._input = self._source.read(_BITE)
                if not self._input:
                    return self._cut_off(size)
            self._started = True
            if piece := self._decompress(min(size, _PIECE)):
                return piece
        raise self._damage

    def _decompress(self, size: int) -> bytes:
        errors: tuple[type[Exception], ...] = (
            zlib.error,
            lzma.LZMAError,
            OSError,
            EOFError,
            ValueError,
            *_zstd_errors(),
        )
        before = self._state.copy() if self._kind == "gzip" else None
        try:
            if self._kind == "zstd":  # has no output limit, so it gets small bites: 1 KiB is 32 MiB at the very worst
                data, self._input = self._input[:1024], self._input[1024:]
                piece: bytes = self._state.decompress(data)
                if self._state.eof:
                    self._input = self._state.unused_data + self._input
            else:
                piece = self._state.decompress(self._input, size)
                self._input = self._state.unconsumed_tail if self._kind == "gzip" else b""
                if self._state.eof:
                    self._input = self._state.unused_data
            return piece
        except errors as error:
            self._damage = DamagedStreamError(f"the {self._kind} stream is corrupt ({error})")
            return self._up_to_damage(before) if before is not None else b""

    def _up_to_damage(self, state: Any) -> bytes:
        """What still comes out before the damage: zlib drops the output of the call that fails."""
        pieces, data = [], self._input
        try:
            while piece := state.decompress(data, 1):
                pieces.append(piece)
                data = state.unconsumed_tail
        except zlib.error:
            pass
        return b"".join(pieces)

    def _cut_off(self, size: int) -> bytes:
        """At the end of the input inside a member: what is still pending, then the damage."""
        if not self._started:
            return b""
        piece = self._state.decompress(b"", size) if self._kind == "gzip" else b""
        if not piece:
            raise DamagedStreamError(f"the {self._kind} stream is cut off")
        return bytes(piece)

    def _next_member(self) -> bool:
        """Whether another member follows; zero padding may, anything else is damage."""
        while len(self._input) < 6:
            more = self._source.read(_BITE)
            if not more:
                break
            self._input += more
        while self._input and not self._input.strip(b"\0"):
            self._input = self._source.read(_BITE)
        if not self._input:
            return False
        if not any(self._input.startswith(magic) for magic, kind in _MAGIC if kind == self._kind):
            raise DamagedStreamError(f"the {self._kind} stream is followed by bytes that do not belong to it")
        self._state = self._make()
        return True


def _zstd() -> Callable[[], Any]:
    try:
        import zstandard
    except ImportError:
        raise MissingExtraError("Reading zstd", "zstd") from None
    # 2^27 is what the zstd tool itself accepts without --long.
    decompressor = zstandard.ZstdDecompressor(max_window_size=1 << 27)
    make: Callable[[], Any] = decompressor.decompressobj
    return make


def _zstd_errors() -> tuple[type[Exception], ...]:
    module = sys.modules.get("zstandard")
    return (module.ZstdError,) if module is not None else ()


_DECOMPRESSORS: dict[str, Callable[[], Callable[[], Any]]] = {
    "gzip": lambda: lambda: zlib.decompressobj(31),
    "bzip2": lambda: bz2.BZ2Decompressor,
    # 256 MiB: xz -9 needs 65 MiB; a header that asks for more is refused instead of allocated.
    "xz": lambda: lambda: lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=1 << 28),
    "zstd": _zstd,
}
