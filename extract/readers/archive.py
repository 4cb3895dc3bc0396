"""Archives of dumps: zip and tar, member by member, none of them held whole or written out."""

from __future__ import annotations

import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO

from extract.model import Paper, Reject
from extract.readers.beside import by_name
from extract.readers.dump import Dump, printable
from extract.readers.sniff import is_archive
from extract.readers.streams import ByteStream, DamagedStreamError, wrap_stream

Opened = Callable[[ByteStream, str], Iterator[Paper | Reject]]
"""Reads one member: its stream and its name."""


def read_zip(dump: Dump, read_member: Opened, encoding: str | None) -> Iterator[Paper | Reject]:
    """The papers of the members of a zip archive, in the order of its directory."""
    with dump.stream.seekable_or_copied() as file:
        try:
            archive = zipfile.ZipFile(file)
            members = archive.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
            raise DamagedStreamError(f"the zip archive is damaged ({error})") from None
        for member in members:
            if member.is_dir() or _left_alone(dump, member.filename):
                continue
            if member.flag_bits & 1:
                yield dump.reject("unsupported-member", f"{member.filename} is encrypted.", excerpt=member.filename)
                continue
            try:
                opened = archive.open(member)
            except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, zlib.error) as error:
                yield dump.reject(
                    "damaged-stream", f"{member.filename} cannot be read: {error}.", excerpt=member.filename
                )
                continue
            with opened:
                yield from _member(dump, _Guarded(opened), member.filename, read_member, encoding)


def read_tar(dump: Dump, read_member: Opened, encoding: str | None) -> Iterator[Paper | Reject]:
    """The papers of the members of a tar archive, as they come."""
    try:
        archive = tarfile.open(fileobj=_Endless(dump.stream), mode="r|")  # type: ignore[call-overload]  # noqa: SIM115
        for member in archive:
            if not member.isfile() or _left_alone(dump, member.name):
                continue
            opened = archive.extractfile(member)
            if opened is not None:
                yield from _member(dump, _Guarded(opened, member.size), member.name, read_member, encoding)
            archive.members.clear()  # tarfile keeps every header it has seen
    except (tarfile.TarError, EOFError, OSError, ValueError, OverflowError) as error:
        raise DamagedStreamError(f"the tar archive is damaged ({error})") from None


def _left_alone(dump: Dump, name: str) -> bool:
    """Whether a member is not opened: clutter of an operating system, or no dump by its name, which is noted.

    A path that leads outside (`../x.jsonl`) is a name like any other: nothing is ever written there.
    """
    parts = name.replace("\\", "/").split("/")
    if any(p.startswith(".") or p == "__MACOSX" for p in parts if p not in ("", ".", "..")):
        return True
    if beside := by_name(name):
        dump.passed_over.add(printable(f"{dump.name}/{name}"))
    return beside


def _member(
    dump: Dump, raw: _Guarded, name: str, read_member: Opened, encoding: str | None
) -> Iterator[Paper | Reject]:
    name = printable(name)
    stream = wrap_stream(raw, f"{dump.name}/{name}", encoding)
    if is_archive(stream.peek(512), name):
        yield dump.reject(
            "unsupported-member", f"{name} is an archive inside the archive; unpack it first.", excerpt=name
        )
        return
    yield from read_member(stream, name)


class _Guarded:
    """A member whose failures, of whatever kind, are damage of its stream."""

    def __init__(self, file: IO[bytes], size: int | None = None) -> None:
        self._file = file
        self._left = size

    def read(self, size: int) -> bytes:
        try:
            piece = self._file.read(size)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, tarfile.TarError, RuntimeError) as error:
            raise DamagedStreamError(f"the member is damaged ({error})") from None
        if self._left is not None:
            self._left -= len(piece)
            if not piece and self._left > 0 and size:
                raise DamagedStreamError("the archive is cut off")
        return piece


class _Endless:
    """What tarfile reads from: it wants exactly as many bytes as it asks for."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream

    def read(self, size: int) -> bytes:
        pieces = []
        while size > 0 and (piece := self._stream.read(size)):
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)
