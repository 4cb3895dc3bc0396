"""Bytes from anywhere: files, standard input and remote paths, decompressed and in UTF-8, in bounded pieces.

Everything downstream sees one thing, a `ByteStream`: `read(n)`, `peek(n)`, `skip(n)`. What stands before a damage in a
compressed stream comes out first; then `read` raises `DamagedStreamError`.
"""

from __future__ import annotations

import codecs
import io
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from extract.errors import MissingExtraError, PaperfactsError, UsageError, first_line
from extract.readers.compression import DamagedStreamError, Inflater, Readable, compression_of

__all__ = ["CHUNK", "ByteStream", "DamagedStreamError", "open_stream", "wrap_stream"]

CHUNK = 1 << 18
_MAX_LAYERS = 3  # papers.jsonl.gz.gz happens; deeper is a bomb or a mistake


class ByteStream:
    """A readable stream with a look ahead. `read` may return fewer bytes than asked; b"" is the end.

    `name` is what the papers' `source.dump` says; `layers` the compressions that were peeled off, outermost first.
    """

    def __init__(
        self, raw: Readable, name: str, *, layers: tuple[str, ...] = (), close: Callable[[], None] | None = None
    ):
        self._raw = raw
        self.name = name
        self.layers = layers
        self.encoding = "utf-8"
        self._close = close
        self._ahead = bytearray()
        self._error: DamagedStreamError | None = None

    @property
    def damage(self) -> DamagedStreamError | None:
        """The damage that was met, if any; `read` raises it once what stands before is used up."""
        return self._error

    def _pull(self, size: int) -> bytes:
        if self._error is not None:
            raise self._error
        try:
            return self._raw.read(size)
        except DamagedStreamError as error:
            self._error = error
            raise
        except OSError as error:
            self._error = DamagedStreamError(f"reading failed: {error.strerror or error}")
            raise self._error from None

    def peek(self, size: int) -> bytes:
        """The next `size` bytes without consuming them; fewer at the end or before a damage."""
        while len(self._ahead) < size and self._error is None:
            try:
                piece = self._pull(max(CHUNK, size - len(self._ahead)))
            except DamagedStreamError:
                break
            if not piece:
                break
            self._ahead += piece
        return bytes(self._ahead[:size])

    def read(self, size: int = CHUNK) -> bytes:
        """Up to `size` bytes; raises `DamagedStreamError` once everything before the damage was returned."""
        if self._ahead:
            piece = bytes(self._ahead[:size])
            del self._ahead[:size]
            return piece
        return self._pull(size)

    def skip(self, count: int) -> None:
        """Pass over `count` bytes: by seeking in a plain file, else by reading."""
        ahead = min(count, len(self._ahead))
        del self._ahead[:ahead]
        count -= ahead
        raw: Any = self._raw
        if count and self._error is None and getattr(raw, "seekable", lambda: False)():
            raw.seek(count, 1)
            return
        while count > 0:
            piece = self._pull(min(CHUNK, count))
            if not piece:
                return
            count -= len(piece)

    def seekable(self) -> IO[bytes] | None:
        """The file underneath at its beginning, when nothing was peeled off (columnar files and zip need one)."""
        raw: Any = self._raw
        if self.layers or self.encoding != "utf-8" or not getattr(raw, "seekable", lambda: False)():
            return None
        raw.seek(0)
        self._ahead.clear()
        file: IO[bytes] = raw
        return file

    def seekable_or_copied(self) -> IO[bytes]:
        """`seekable`, or else a copy of what is left in a temporary file, for the caller to close."""
        if (file := self.seekable()) is not None:
            return file
        with ExitStack() as until_whole:
            copy: IO[bytes] = until_whole.enter_context(tempfile.TemporaryFile())
            while piece := self.read(CHUNK):
                copy.write(piece)
            copy.seek(0)
            until_whole.pop_all()
        return copy

    def close(self) -> None:
        """Close what was opened for this stream."""
        if self._close is not None:
            self._close()


class _Transcoder:
    """Any encoding to UTF-8. What does not decode becomes the byte 0xFF, so that its record is rejected, not mended."""

    def __init__(self, source: ByteStream, encoding: str) -> None:
        self._source, self._encoding = source, encoding
        self._decoder = codecs.getincrementaldecoder(encoding)("paperfacts-mark")
        self._done = False

    def read(self, size: int) -> bytes:
        while not self._done:
            piece = self._source.read(size)
            self._done = not piece
            try:
                text = self._decoder.decode(piece, final=self._done)
            except UnicodeError as error:  # of the whole dump: a byte that cannot be read is marked
                raise UsageError(
                    f"--encoding {self._encoding} does not fit the dump ({error}); leave it out, or give utf-16-le,"
                    " say."
                ) from None
            if text:
                return text.encode("utf-8", "surrogateescape")
        return b""


def _mark(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return "\udcff", error.end


codecs.register_error("paperfacts-mark", _mark)


def check_stdin() -> None:
    """Raise `UsageError` where a shell has closed standard input (`<&-`)."""
    if sys.stdin is None:
        raise UsageError("Standard input is closed; give it a dump, or a file instead of -.")


def open_stream(source: str | Path, *, name: str | None = None, encoding: str | None = None) -> ByteStream:
    """Open a file, `-` (standard input) or a remote URL, decompressed and in UTF-8.

    Raises `UsageError` for what is missing or cannot be read, `MissingExtraError` for zstd or remote paths without
    their package. Compression is told from the first bytes, not from the name.
    """
    source = str(source)
    if encoding is not None:
        check_encoding(encoding)
    if source == "-":
        check_stdin()
        stream = ByteStream(sys.stdin.buffer, name or "-")
    elif "://" in source:
        stream = _open_remote(source, name)
    else:
        path = Path(source)
        try:
            if path.is_dir():
                raise UsageError(f"{source} is a folder; give a file, or expand it first.")
            file = path.open("rb")
        except OSError as error:
            raise UsageError(f"Cannot read {source}: {error.strerror}.") from None
        stream = ByteStream(file, name or path.name, close=file.close)
    try:
        return lined(decoded(peeled(stream), encoding))
    except PaperfactsError:
        stream.close()
        raise


def wrap_stream(raw: Readable, name: str, encoding: str | None = None) -> ByteStream:
    """The same for a stream that is already open (a member of an archive, a buffer)."""
    return lined(decoded(peeled(ByteStream(raw, name)), encoding))


def peeled(stream: ByteStream) -> ByteStream:
    """The stream without its compression."""
    for _ in range(_MAX_LAYERS):
        kind = compression_of(stream.peek(6))
        if kind is None:
            break
        stream = ByteStream(Inflater(stream, kind), stream.name, layers=(*stream.layers, kind), close=stream.close)
    return stream


def decoded(stream: ByteStream, encoding: str | None) -> ByteStream:
    """The stream in UTF-8: by `encoding`, else by a UTF-16 byte order mark, else as it is."""
    if encoding is None:
        head = stream.peek(4)
        is_utf16 = head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) and head != codecs.BOM_UTF32_LE
        encoding = "utf-16" if is_utf16 else "utf-8"
    if codecs.lookup(encoding).name in ("utf-8", "ascii"):
        return stream
    result = ByteStream(_Transcoder(stream, encoding), stream.name, layers=stream.layers, close=stream.close)
    result.encoding = encoding
    return result


def lined(stream: ByteStream) -> ByteStream:
    """The stream with newlines where old Macs write carriage returns alone: texts whose beginning has no newline."""
    head = stream.peek(CHUNK)
    if b"\n" in head or b"\r" not in head.rstrip(b"\r") or b"\0" in head:
        return stream
    result = ByteStream(_Newlines(stream), stream.name, layers=stream.layers, close=stream.close)
    result.encoding = stream.encoding
    return result


class _Newlines:
    """Every carriage return a newline, byte for byte, so that offsets stay."""

    def __init__(self, source: ByteStream) -> None:
        self._source = source

    def read(self, size: int) -> bytes:
        return self._source.read(size).replace(b"\r", b"\n")


def recoded(stream: ByteStream, encoding: str) -> ByteStream:
    """The stream in UTF-8 from an encoding that its content declares; as it is when the encoding is unknown."""
    try:
        check_encoding(encoding)
    except UsageError:
        return stream
    return decoded(stream, encoding)


def check_encoding(encoding: str) -> None:
    """Raise `UsageError` unless `encoding` names a text encoding."""
    try:
        "".encode(encoding)
        codecs.getincrementaldecoder(encoding)
    except (LookupError, TypeError):
        raise UsageError(f"{encoding!r} is not an encoding known here; try utf-8, utf-16, latin-1 or cp1252.") from None


def _open_remote(source: str, name: str | None) -> ByteStream:
    fsspec = import_fsspec()
    try:
        file = fsspec.open(source, "rb").open()
    except ImportError as error:
        raise UsageError(f"Cannot read {source}: {error}.") from None
    except Exception as error:  # a file system of somebody else's may raise anything
        raise UsageError(f"Cannot read {source}: {first_line(error)}.") from None
    return ByteStream(_Foreign(file), name or source.rsplit("/", 1)[-1] or source, close=file.close)


class _Foreign(io.RawIOBase):
    """A remote file whose failures, of whatever type, are damage."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes."""
        try:
            return bytes(self._file.read(size))
        except Exception as error:
            raise DamagedStreamError(f"the remote file broke off: {first_line(error)}") from None

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """Whether the file system can seek in it."""
        return bool(self._file.seekable())

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a position."""
        return int(self._file.seek(offset, whence))

    def tell(self) -> int:
        """The position."""
        return int(self._file.tell())


def import_fsspec() -> Any:
    """The package behind remote paths; raises `MissingExtraError` without it."""
    try:
        import fsspec
    except ImportError:
        raise MissingExtraError("A remote path", "remote") from None
    return fsspec
