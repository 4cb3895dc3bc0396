"""Where an export goes: one file, a folder of files, or standard output; complete under its final name or not there."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from extract.errors import TargetError, UsageError


class Output:
    """Takes pieces: all of one file for a folder, consecutive parts of the one output otherwise."""

    def __init__(self, folder: Path | None, stream: IO[bytes] | None) -> None:
        self._folder = folder
        self._stream = stream
        self.files = 0 if folder else 1
        self.size = 0

    def write(self, name: str, content: bytes) -> None:
        """Write a piece."""
        self.size += len(content)
        if self._stream:
            self._stream.write(content)
        elif self._folder:
            path = self._folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.part")
            part.write_bytes(content)
            part.replace(path)
            self.files += 1


@contextmanager
def open_output(path: Path | None, folder: bool) -> Iterator[Output]:
    """Open an output; errors of the system are a `TargetError`."""
    name = path or "standard output"
    part: Path | None = None
    try:
        if path is None:
            yield Output(None, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        elif folder:
            if path.exists() and not path.is_dir():
                raise UsageError(f"{path} is a file: give a folder.")
            path.mkdir(parents=True, exist_ok=True)
            yield Output(path, None)
        else:
            if path.is_dir():
                raise UsageError(f"{path} is a folder: give a file name.")
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.{os.getpid()}.part")
            with part.open("wb") as stream:
                yield Output(None, stream)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(path)
    except BrokenPipeError:
        # The reader has what it wanted; Python must not complain when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        raise TargetError(
            f"{name} could not be written ({error.strerror or error}): mend this and export again."
        ) from None
    finally:
        if part:
            part.unlink(missing_ok=True)
