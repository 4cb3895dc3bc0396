"""The arguments of a run, checked before anything else: a refused command leaves no trace."""

from __future__ import annotations

import codecs
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extract.batch.inputs import Reading, Wanted
from extract.batch.ledger import RejectLimit
from extract.batch.pool import Factory
from extract.batch.progress import MODES
from extract.errors import UsageError
from extract.readers import MAX_RECORD
from extract.readers.fields import check_mapping
from extract.readers.streams import check_encoding

ENGINES = ("local", "daft")


@dataclass(frozen=True, slots=True)
class Options:
    """Everything about a run but its dumps and its output."""

    reading: Reading
    limit: int | None
    workers: int
    rules: str | None
    rejects: RejectLimit
    force: bool
    timeout: float
    progress: str
    factory: Factory | None
    engine: str
    address: str | None
    wanted: Wanted | None

    def __post_init__(self) -> None:
        """Raise `UsageError` for the first argument that cannot be meant."""
        if not self.timeout > 0:
            raise UsageError(f"--timeout {self.timeout:g} is no time; give seconds, 30 for instance.")
        if self.limit is not None and self.limit < 0:
            raise UsageError(f"--limit {self.limit} is negative; give the number of papers to stop after.")
        if self.reading.max_record < 1:
            raise UsageError(
                f"--max-record {self.reading.max_record} is too small; give bytes, {MAX_RECORD} for instance."
            )
        if self.engine not in ENGINES:
            raise UsageError(f"--engine {self.engine} is not known; give one of {', '.join(ENGINES)}.")
        if self.address is not None and self.engine == "local":
            raise UsageError("--address is the address of a Ray cluster; it needs --engine daft.")
        if self.wanted is not None and self.engine != "local":
            raise UsageError("--only-rejects needs --engine local; rejects are few.")
        if self.progress not in MODES:
            raise UsageError(f"--progress {self.progress} is not known; give one of {', '.join(MODES)}.")
        check_mapping(self.reading.mapping)
        if self.reading.encoding is not None:
            _check_encoding(self.reading.encoding)

    def that_decide(self) -> dict[str, Any]:
        """The arguments that decide what comes out: a run resumed with others would be two runs in one file."""
        how = self.reading
        chosen = {"only_rejects": self.wanted.sha256} if self.wanted else {}
        return chosen | {
            "format": how.format,
            "map": dict(sorted(how.mapping.items())) if how.mapping else None,
            "encoding": how.encoding,
            "limit": self.limit,
            "max_record": how.max_record,
            "timeout": self.timeout,
        }


def workers_of(text: int | str) -> int:
    """The number of worker processes from a number or `auto`; raises `UsageError`."""
    if str(text) == "auto":
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        number = int(text)
    except ValueError:
        raise UsageError(f"--workers {text} is no number; give one, or auto for one a core.") from None
    if number < 0:
        raise UsageError(f"--workers {text} is negative; give a number, 0 for no worker, or auto for one a core.")
    return number


def rules_of(folder: str | Path | None) -> str | None:
    """The folder of rules with its whole path: a worker may run in another folder."""
    return None if folder is None else str(Path(folder).absolute())


def _check_encoding(encoding: str) -> None:
    """Beside names that nobody knows, those are refused that are known but decode no stream of text."""
    try:
        check_encoding(encoding)
        codecs.getincrementaldecoder(encoding)("paperfacts-mark").decode(b"", final=True)
    except (UnicodeError, ValueError):
        raise UsageError(
            f"--encoding {encoding} cannot be read from a file; give utf-8, utf-16-le, latin-1 or cp1252, say."
        ) from None
