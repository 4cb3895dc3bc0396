"""Files of records, read line by line: plain or compressed, the folder of a run, standard input.

Everything that reads records back goes through here: `load`, `export`, `report`, `stats`, `diff` and `eval`.
"""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import orjson

from extract.errors import MissingExtraError, UsageError
from extract.model import SCHEMA_VERSION

# Above every record that a run can write (the limit on one input record is 8 MiB, mentions repeat parts of it).
MAX_LINE = 64 << 20
_CHUNK = 1 << 20
_ENDINGS = ("", ".gz", ".zst")
# What a record must hold to be shown, counted and compared; everything else has a default.
_NEEDED = ("id", "schema_version", "source", "title", "abstract")
_MAJOR = SCHEMA_VERSION.split(".")[0]


def file_of(path: Path) -> Path:
    """The file behind a path: a folder's `records.jsonl`, `.gz` or `.zst`; raises `UsageError` when it has none."""
    if not path.is_dir():
        return path
    for ending in _ENDINGS:
        if (file := path / f"records.jsonl{ending}").is_file():
            return file
    raise UsageError(f"The folder {path} holds no records.jsonl; give the output folder of a finished run.")


def refuse_replacing(target: Path, records: Iterable[Path]) -> None:
    """Raise `UsageError` where writing a file would replace the records it is made of, or what a run has written."""
    if not target.exists():
        return
    for path in records:
        if str(path) != "-" and (file := file_of(path)).exists() and file.samefile(target):
            raise UsageError(f"{target} is what is read; give another name for what is written.")
    for path in target.parent.glob("*manifest.json"):
        try:
            manifest = orjson.loads(path.read_bytes())
        except (OSError, orjson.JSONDecodeError):
            continue
        ours = isinstance(manifest, dict) and "paperfacts_manifest" in manifest
        if ours and (target.name in manifest.get("outputs", ()) or target.samefile(path)):
            raise UsageError(f"{target} belongs to a finished run; give another name, or remove it first.")


def name_of(path: Path) -> str:
    """What messages call it: `-` is standard input."""
    return "standard input" if str(path) == "-" else str(path)


def read_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Number (from 1) and bytes of every line that is not blank; raises `UsageError` for what cannot be read."""
    name, number = name_of(path), 0
    with _open(path, name) as stream:
        while True:
            try:
                line = stream.readline(MAX_LINE)
            except (EOFError, OSError, zlib.error) as error:
                raise UsageError(f"{name} is damaged after line {number} ({error}): write it again.") from None
            if not line:
                return
            number += 1
            if len(line) == MAX_LINE:
                raise UsageError(
                    f"{name} line {number} is longer than {MAX_LINE >> 20} MiB: it is not a file of records."
                )
            if line := line.strip():
                yield number, line


def read_records(path: Path) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Each record in file order, as its line and as an object; raises `UsageError` naming the first bad line."""
    name = name_of(path)
    for number, line in read_lines(path):
        yield line, _record(line, f"{name}, line {number}")


def _record(line: bytes, place: str) -> dict[str, Any]:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        raise UsageError(f"{place}: not JSON; give the records.jsonl of a finished run.") from None
    if not isinstance(record, dict) or any(key not in record for key in _NEEDED) or not isinstance(record["id"], str):
        raise UsageError(f"{place}: not a paperfacts record; give the records.jsonl of a run.")
    version = str(record["schema_version"])
    if version.split(".")[0] != _MAJOR:
        raise UsageError(
            f"{place}: schema version {version[:20]!r}, but this program reads {SCHEMA_VERSION}; "
            "convert the dump again."
        )
    return record


@contextmanager
def _open(path: Path, name: str) -> Iterator[io.BufferedIOBase | IO[bytes]]:
    if str(path) == "-":
        yield sys.stdin.buffer
        return
    try:
        raw = file_of(path).open("rb", buffering=_CHUNK)
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
