"""Records from files: lines of JSONL, plain or compressed, in batches, each with its id and content hash.

A line is read into the models only when its rows are needed: a record that the database already holds costs a hash
and the reading of its id.
"""

from __future__ import annotations

import gzip
import io
import re
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any, cast

import orjson
from pydantic import ValidationError

from extract.errors import MissingExtraError, UsageError
from extract.model import Record
from extract.sinks.rows import content_hash

# Above every record that a run can write (the limit on one input record is 8 MiB, mentions repeat parts of it).
MAX_LINE = 64 << 20
_CHUNK = 1 << 20

# How `extract.model.to_json` begins a record: the id without parsing the rest. Any other order takes the slow way.
_ID = re.compile(rb'\{"schema_version":"[^"\\]*","id":("(?:[^"\\]|\\.)*")')


class Item:
    """One serialised record: its id, bytes and place (file and line from 1)."""

    __slots__ = ("_digest", "id", "line", "place")

    def __init__(self, id_: str, line: bytes, place: tuple[str, int]) -> None:
        self.id = id_
        self.line = line
        self.place = place
        self._digest = ""

    @property
    def digest(self) -> str:
        """The content hash."""
        if not self._digest:
            self._digest = content_hash(self.line)
        return self._digest

    def parts(self, *, validate: bool = True) -> dict[str, Any]:
        """The record as a mapping; raises `UsageError` with the place when it breaks the contract."""
        try:
            record = orjson.loads(self.line)
        except orjson.JSONDecodeError as error:
            raise UsageError(f"{_place(self.place)} is not JSON ({error}): write the file again.") from None
        if validate:
            self.validated(record)
        return cast("dict[str, Any]", record)

    def validated(self, record: object) -> Record:
        """The record as its model; raises `UsageError` with the place when it breaks the contract."""
        try:
            return Record.model_validate(record)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise UsageError(
                f"{_place(self.place)} is not a record of this version: {where + ': ' if where else ''}{first['msg']};"
                " convert the papers again or leave the line out."
            ) from None


def _place(place: tuple[str, int]) -> str:
    return f"{place[0]} line {place[1]}"


def read_items(paths: Sequence[Path]) -> Iterator[Item]:
    """Every record of the files in order; `-` is standard input, a folder stands for its `records.jsonl`."""
    for path in paths:
        name = "standard input" if str(path) == "-" else str(path)
        with _open(path, name) as stream:
            for number, line in enumerate(_lines(stream, name), start=1):
                line = line.strip()
                if line:
                    yield Item(_id(line, (name, number)), line, (name, number))


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Lists of `size` items; the last one is shorter."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _id(line: bytes, place: tuple[str, int]) -> str:
    try:
        match = _ID.match(line)
        found = orjson.loads(match[1]) if match else orjson.loads(line)["id"]
    except (orjson.JSONDecodeError, KeyError, TypeError, IndexError):
        found = None
    if not isinstance(found, str) or not found:
        raise UsageError(f"{_place(place)} is not a record: give files that `paperfacts run` wrote (records.jsonl).")
    return found


@contextmanager
def _open(path: Path, name: str) -> Iterator[io.BufferedIOBase | IO[bytes]]:
    if str(path) == "-":
        yield sys.stdin.buffer
        return
    if path.is_dir():
        path = path / "records.jsonl"
    try:
        raw = path.open("rb", buffering=_CHUNK)
    except OSError as error:
        raise UsageError(f"{name} cannot be read ({error.strerror}): give the records.jsonl of a run.") from None
    with raw:
        head = raw.read(4)
        raw.seek(0)
        if head[:2] == b"\x1f\x8b":
            with gzip.open(raw) as stream:
                yield io.BufferedReader(stream, _CHUNK)
        elif head == b"\x28\xb5\x2f\xfd":
            yield io.BufferedReader(_ZstdReader(raw), _CHUNK)
        else:
            yield raw


class _ZstdReader(io.RawIOBase):
    """Zstandard frames one after another; unlike the library's own reader it says when the last one is cut."""

    def __init__(self, raw: IO[bytes]) -> None:
        try:
            import zstandard
        except ImportError:
            raise MissingExtraError("Reading Zstandard", "zstd") from None
        self._raw = raw
        self._new = zstandard.ZstdDecompressor().decompressobj
        self._error: type[Exception] = zstandard.ZstdError
        self._frame = self._new()
        self._pending = b""
        self._fed = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        while not self._pending:
            rest = self._frame.unused_data if self._frame.eof else b""
            if self._frame.eof:
                self._frame, self._fed = self._new(), False
            data = rest or self._raw.read(_CHUNK // 8)
            if not data:
                if self._fed:
                    raise EOFError("the last frame is cut")
                return 0
            self._fed = True
            try:
                self._pending = self._frame.decompress(data)
            except self._error as error:
                raise EOFError(str(error)) from None
        taken = min(len(view), len(self._pending))
        view[:taken] = self._pending[:taken]
        self._pending = self._pending[taken:]
        return taken


def _lines(stream: io.BufferedIOBase | IO[bytes], name: str) -> Iterator[bytes]:
    number = 0
    while True:
        try:
            line = stream.readline(MAX_LINE)
        except (EOFError, OSError, zlib.error) as error:
            raise UsageError(f"{name} is damaged after line {number} ({error}): write it again.") from None
        if not line:
            return
        number += 1
        if len(line) == MAX_LINE:
            raise UsageError(f"{name} line {number} is longer than {MAX_LINE >> 20} MiB: it is not a file of records.")
        yield line
