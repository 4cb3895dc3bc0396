"""What survives a kill: the lock, the checkpoint, and files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from extract.errors import TargetError, UsageError

_INDENT = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


@contextlib.contextmanager
def target_errors(target: object, hint: str = "run the same command again to go on") -> Iterator[None]:
    """Turn what a file system or SQLite says while we write into one sentence."""
    try:
        yield
    except OSError as error:
        raise TargetError(_sentence(target, error.errno, error.strerror or str(error), hint)) from None
    except sqlite3.OperationalError as error:
        full = "full" in str(error)
        raise TargetError(_sentence(target, errno.ENOSPC if full else None, str(error), hint)) from None


def _sentence(target: object, code: int | None, text: str, hint: str) -> str:
    if code in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk of {target} is full; free some space, then {hint}."
    if code == errno.ENOENT:
        return f"The folder of {target} has vanished; {hint}."
    if code in (errno.EROFS, errno.EACCES, errno.EPERM):
        return f"{target} cannot be written ({text}); choose another place with -o."
    return f"Writing {target} failed ({text}); mend that, then {hint}."


def sync_folder(folder: Path) -> None:
    """Make a rename or a new name in a folder last."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def write_whole(path: Path, data: bytes) -> None:
    """Write a small file beside its final name, flush it to the disk, rename it."""
    part = path.with_name(path.name + ".new")
    with part.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)
    sync_folder(path.parent)


def write_json(path: Path, data: Any) -> None:
    """`write_whole` for JSON, indented."""
    write_whole(path, orjson.dumps(data, option=_INDENT))


def read_json(path: Path) -> Any:
    """The content of a JSON file, None when there is none or it is not ours."""
    try:
        return orjson.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError, orjson.JSONDecodeError):
        return None


class Appender:
    """A file that grows, unbuffered below us: what `write` took is with the operating system."""

    def __init__(self, path: Path, size: int) -> None:
        self.path = path
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        found = os.fstat(self._fd).st_size
        if found < size:
            os.close(self._fd)
            raise UsageError(f"{path} is shorter than its checkpoint says; start over with --force.")
        os.ftruncate(self._fd, size)  # what a killed run wrote after its checkpoint is written again
        os.lseek(self._fd, size, os.SEEK_SET)
        self.size = size

    def write(self, data: bytes) -> None:
        """Append all of `data`."""
        view = memoryview(data)
        while view:
            view = view[os.write(self._fd, view) :]
        self.size += len(data)

    def sync(self) -> None:
        """Flush to the disk."""
        os.fsync(self._fd)

    def close(self) -> None:
        """Give the file back."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


class Lock:
    """One run on one output. The system drops the lock when its process dies, so a dead run never blocks."""

    def __init__(self, path: Path, target: object) -> None:
        self.path = path
        self.left_by_dead_run = False
        while True:
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
            try:
                fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                holder = os.read(self._fd, 200).decode("utf-8", "replace").strip() or "another process"
                os.close(self._fd)
                if error.errno not in (errno.EAGAIN, errno.EACCES):
                    raise
                message = f"Another run ({holder}) is writing {target}; wait for it or choose another -o."
                raise UsageError(message) from None
            with contextlib.suppress(FileNotFoundError):
                if os.fstat(self._fd).st_ino == path.stat().st_ino:
                    break  # else its holder finished and removed the file between our open and our lock
            os.close(self._fd)
        self.left_by_dead_run = os.fstat(self._fd).st_size > 0
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, f"process {os.getpid()} on {socket.gethostname()}\n".encode(), 0)

    def release(self, *, orderly: bool = True) -> None:
        """Let go; an orderly end leaves an empty file, so that the next run does not speak of a dead one."""
        if self._fd < 0:
            return
        if orderly:
            with contextlib.suppress(OSError):
                os.ftruncate(self._fd, 0)
        os.close(self._fd)
        self._fd = -1


def clear_state(folder: Path, lock: Lock) -> None:
    """Remove everything of a run but its lock."""
    for path in folder.iterdir():
        if path == lock.path:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def remove_state(folder: Path, lock: Lock) -> None:
    """Remove the state of a finished run, its lock last."""
    clear_state(folder, lock)
    lock.path.unlink()
    lock.release()
    folder.rmdir()


def changed(old: dict[str, Any], new: dict[str, Any]) -> str | None:
    """What of the world differs between a run and its resumption, in words; None when nothing does."""
    for key, what in (("version", "paperfacts"), ("schema_version", "the record schema"), ("rules", "the rules")):
        if old[key] != new[key]:
            return f"{what} changed ({old[key]} then, {new[key]} now)"
    if [i["dump"] for i in old["inputs"]] != [i["dump"] for i in new["inputs"]]:
        return "the list of dumps changed"
    for before, now in zip(old["inputs"], new["inputs"], strict=True):
        if before["bytes"] != now["bytes"]:
            return f"the input {now['dump']} changed ({before['bytes']} bytes then, {now['bytes']} now)"
        if before["sha256"] != now["sha256"]:
            return f"the input {now['dump']} changed (same size, other content)"
    for key in sorted(old["options"].keys() | new["options"].keys()):
        if old["options"].get(key) != new["options"].get(key):
            return f"--{key.replace('_', '-')} changed ({old['options'].get(key)} then, {new['options'].get(key)} now)"
    return None


__all__ = [
    "Appender",
    "Lock",
    "changed",
    "clear_state",
    "read_json",
    "remove_state",
    "sync_folder",
    "target_errors",
    "write_json",
    "write_whole",
]
