"""Standard output as the target of a run."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

import orjson

from extract.batch.progress import say
from extract.batch.state import target_errors
from extract.errors import UsageError

_SHOWN = 10


class Stdout:
    """Standard output for records; the first ten rejects as one line each on standard error.

    Raises `UsageError` where it is closed, `TargetError` where it fails, `BrokenPipeError` where nobody reads it.
    """

    def __init__(self) -> None:
        if sys.stdout is None:
            raise UsageError("Standard output is closed; give a folder or a file with -o.")
        self.rejects = _Rejects()

    def write(self, data: bytes) -> None:
        """Pass on finished lines."""
        with _failing():
            sys.stdout.buffer.write(data)

    def flush(self) -> None:
        """Have them written."""
        with _failing():
            sys.stdout.buffer.flush()


@contextlib.contextmanager
def _failing() -> Iterator[None]:
    """Once it has failed, nothing more is written, so that Python's own flush at exit does not fail again."""
    try:
        yield
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        if isinstance(error, BrokenPipeError):
            raise
        with target_errors("standard output", "run the command again"):
            raise


class _Rejects:
    shown = 0

    def write(self, data: bytes) -> None:
        for line in data.splitlines():
            self.shown += 1
            if self.shown <= _SHOWN:
                found = orjson.loads(line)
                say(f"rejected {found['dump']}, entry {found['index']}: {found['reason']}: {found['message']}")
