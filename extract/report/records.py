"""Reads the records of a run back, one at a time, and the rejects that stand beside them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from extract.errors import UsageError
from extract.model import SCHEMA_VERSION
from extract.recordfiles import file_of, name_of, read_lines

# What a record must hold for the report and the statistics; everything else has a default.
_NEEDED = ("id", "source", "title", "abstract")
_MAJOR = SCHEMA_VERSION.split(".")[0]


def records_file(target: str) -> Path | None:
    """The file behind a RECORDS argument (a file or the folder of a run); None for standard input (`-`).

    Raises UsageError when there is none.
    """
    if target == "-":
        return None
    path = file_of(Path(target))
    if not path.is_file():
        raise UsageError(f"There is no file {target}; give the records.jsonl that `paperfacts run` wrote.")
    if not path.name.endswith((".jsonl", ".jsonl.gz", ".jsonl.zst", ".ndjson", ".json")):
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
    path = path or Path("-")
    name = name_of(path)
    for number, line in read_lines(path):
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
    for _, line in read_lines(path):
        try:
            reject = orjson.loads(line)
            yield str(reject["reason"])
        except (orjson.JSONDecodeError, KeyError, TypeError):
            yield "unreadable"
