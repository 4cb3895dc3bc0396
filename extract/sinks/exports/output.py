"""Where an export goes: one file, a folder of files, or standard output; complete under its final name or not there."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Protocol

from extract.errors import TargetError, UsageError
from extract.sinks.exports.folder import FolderOutput
from extract.sinks.parts import Part


class Output(Protocol):
    """Takes pieces: all of one file for a folder, consecutive parts of the one output otherwise."""

    @property
    def files(self) -> int:
        """How many files there are so far."""

    size: int

    def write(self, name: str, content: bytes) -> None:
        """Write a piece."""


class StreamOutput:
    """One stream."""

    files = 1

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.size = 0

    def write(self, name: str, content: bytes) -> None:
        """Write the next piece; it has no name of its own."""
        self._stream.write(content)
        self.size += len(content)


@contextmanager
def open_output(path: Path | None, folder: str | None) -> Iterator[Output]:
    """Open an output: `folder` is the name of a format that fills one. Errors of the system are a `TargetError`."""
    try:
        if path is None:
            yield StreamOutput(sys.stdout.buffer)
            sys.stdout.buffer.flush()
        elif folder:
            with closing(FolderOutput(path, folder)) as files:
                yield files
                files.finish()
        else:
            if path.is_dir():
                raise UsageError(f"{path} is a folder: give a file name.")
            path.parent.mkdir(parents=True, exist_ok=True)
            with closing(Part(path)) as part:
                with part.path.open("wb") as stream:
                    yield StreamOutput(stream)
                    stream.flush()
                    os.fsync(stream.fileno())
                part.path.replace(path)
    except BrokenPipeError:
        # The reader has what it wanted; Python must not complain when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        name = path or "standard output"
        raise TargetError(
            f"{name} could not be written ({error.strerror or error}): mend this and export again."
        ) from None
