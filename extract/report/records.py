"""Reads the records of a run back, one at a time, and the rejects that stand beside them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from extract import recordfiles
from extract.errors import UsageError
from extract.recordfiles import file_of, read_lines


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
    for _, record in recordfiles.read_records(path or Path("-")):
        yield record


def read_rejects(path: Path) -> Iterator[str]:
    """The reason code of every reject; a line that is no reject counts as "unreadable"."""
    for _, line in read_lines(path):
        try:
            reject = orjson.loads(line)
            yield str(reject["reason"])
        except (orjson.JSONDecodeError, KeyError, TypeError):
            yield "unreadable"
