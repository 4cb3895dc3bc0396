"""Files that several machines see: on a disk that they share, or in an object store through fsspec."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from extract.errors import MissingExtraError, TargetError, UsageError, first_line


def is_remote(path: str) -> bool:
    """Whether a path is a URL for fsspec (`s3://...`)."""
    return "://" in path


def check_remote(url: str) -> None:
    """Raise `UsageError` or `MissingExtraError` where nothing could be written to a URL: no such file system, or the
    package of it is missing."""
    try:
        _system(url)
    except MissingExtraError:
        raise
    except ImportError as error:
        raise UsageError(f"{url} needs one more package: {first_line(error)}.") from None
    except Exception as error:  # a file system of somebody else's may raise anything
        raise UsageError(f"{url} cannot be written ({first_line(error)}); give a folder or another URL.") from None


def exists(path: str) -> bool:
    """Whether a file is there."""
    if not is_remote(path):
        return Path(path).exists()
    system, plain = _system(path)
    return bool(system.exists(plain))


def open_shared(path: str) -> IO[bytes]:
    """Open a file for reading."""
    if not is_remote(path):
        return Path(path).open("rb")
    system, plain = _system(path)
    return system.open(plain, "rb")  # type: ignore[no-any-return]


@contextlib.contextmanager
def whole_file(path: str) -> Iterator[IO[bytes]]:
    """A file to write that appears under its name when it is complete, and not at all after an error."""
    if is_remote(path):
        with tempfile.NamedTemporaryFile() as local:
            yield local
            local.flush()
            put(Path(local.name), path)
        return
    working = Path(f"{path}.{os.getpid()}.new")
    try:
        with working.open("wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        working.replace(path)
    except BaseException:
        working.unlink(missing_ok=True)
        raise


def put(local: Path, remote: str) -> None:
    """Copy a local file to a URL; object stores show it when it is complete."""
    system, plain = _system(remote)
    try:
        system.makedirs(plain.rsplit("/", 1)[0], exist_ok=True)
        system.put_file(str(local), plain)
    except Exception as error:  # a file system of somebody else's may raise anything
        message = f"Writing {remote} failed ({first_line(error)}); mend that, then run the same command again to go on."
        raise TargetError(message) from None


def remove_folder(path: str) -> None:
    """Remove a folder and what is in it; nothing happens when it is not there."""
    system, plain = _system(path)
    if system.exists(plain):
        system.rm(plain, recursive=True)


def _system(path: str) -> tuple[Any, str]:
    try:
        import fsspec
    except ImportError:
        raise MissingExtraError("A remote folder", "remote") from None
    return fsspec.core.url_to_fs(path)  # type: ignore[no-any-return]
