"""Reads the records of a run back, one at a time, and the rejects that stand beside them."""

from __future__ import annotations

import gzip
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import orjson

from extract.errors import UsageError
from extract.model import SCHEMA_VERSION

# What a record must hold for the report and the statistics; everything else has a default.
_NEEDED = ("id", "source", "title", "abstract")
_MAJOR = SCHEMA_VERSION.split(".")[0]


def records_file(target: str) -> Path | None:
    """The file behind a RECORDS argument (a file or the folder of a run); None for standard input (`-`).

    Raises UsageError when there is none.
    """
    if target == "-":
        return None
    path = Path(target)
    if path.is_dir():
        for name in ("records.jsonl", "records.jsonl.gz"):
            if (path / name).is_file():
                return path / name
        raise UsageError(f"The folder {target} holds no records.jsonl; give the output folder of a finished run.")
    if not path.is_file():
        raise UsageError(f"There is no file {target}; give the records.jsonl that `paperfacts run` wrote.")
    if not path.name.endswith((".jsonl", ".jsonl.gz", ".ndjson", ".json")):
        raise UsageError(f"{target} is not a JSONL file; give records.jsonl (or records.jsonl.gz) of a run.")
    return path


def rejects_beside(path: Path | None) -> Path | None:
    """The rejects file in the folder of a records file, if there is one."""
    if path is None:
        return None
    beside = path.parent / "rejects.jsonl"
    return beside if beside.is_file() else None


def read_records(path: Path | None) -> Iterator[dict[str, Any]]:
    """Records as plain dicts in file order, one in memory at a time; raises UsageError naming the first bad line."""
    name = "standard input" if path is None else str(path)
    for number, line in _lines(path):
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError:
            raise UsageError(f"{name}, line {number}: not JSON; give the records.jsonl of a finished run.") from None
        if not isinstance(record, dict) or any(key not in record for key in _NEEDED):
            raise UsageError(f"{name}, line {number}: not a paperfacts record; give the records.jsonl of a run.")
        version = str(record.get("schema_version", ""))
        if version.split(".")[0] != _MAJOR:
            raise UsageError(
                f"{name}, line {number}: schema version {version[:20]!r}, but this program reads {SCHEMA_VERSION}; "
                "convert the dump again."
            )
        yield record


def read_rejects(path: Path) -> Iterator[str]:
    """The reason code of every reject; a line that is no reject counts as "unreadable"."""
    for _, line in _lines(path):
        try:
            reject = orjson.loads(line)
            yield str(reject["reason"])
        except (orjson.JSONDecodeError, KeyError, TypeError):
            yield "unreadable"


def _lines(path: Path | None) -> Iterator[tuple[int, bytes]]:
    try:
        stream = _open(path)
        try:
            for number, line in enumerate(stream, 1):
                if line.strip():
                    yield number, line
        finally:
            if path is not None:
                stream.close()
    except (OSError, EOFError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{path} cannot be read ({reason}); check the file and its permissions.") from None


def _open(path: Path | None) -> IO[bytes]:
    if path is None:
        return sys.stdin.buffer
    if path.name.endswith(".gz"):
        return io.BufferedReader(gzip.open(path, "rb"))
    return path.open("rb")
