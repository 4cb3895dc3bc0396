"""Files and folders that are written beside their final names, and what a killed process left of them.

A part is locked while its process lives: the system drops the lock when the process dies, so a part without one is left
over, whatever its number says (process numbers come again, and other containers count their own).
"""

from __future__ import annotations

import errno
import fcntl
import glob
import os
import re
import shutil
from contextlib import suppress
from pathlib import Path


class Part:
    """A file, or with `folder` a folder, that becomes `name` when it is complete; raises `OSError`."""

    def __init__(self, name: Path, *, folder: bool = False) -> None:
        _remove_left_over(name)
        self.path = name.with_name(f".{name.name}.{os.getpid()}.part")
        if folder:
            self.path.mkdir(exist_ok=True)
        else:
            self.path.touch()
        self._lock = os.open(self.path, os.O_RDONLY)
        try:
            _lock(self._lock)
        except BaseException:
            os.close(self._lock)
            raise

    def close(self) -> None:
        """Remove the part unless it has been renamed, and let go of it."""
        if self._lock < 0:
            return
        _remove(self.path)
        os.close(self._lock)
        self._lock = -1


def _lock(handle: int) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # A file system without locks has no protection, and none of its parts is ever taken for left over.
        if error.errno in (errno.EAGAIN, errno.EACCES):
            raise


def _remove_left_over(name: Path) -> None:
    number = re.compile(rf"\.{re.escape(name.name)}\.\d+\.part")
    for part in name.parent.glob(f".{glob.escape(name.name)}.*.part"):
        if not number.fullmatch(part.name):
            continue
        with suppress(OSError):
            handle = os.open(part, os.O_RDONLY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _remove(part)
            finally:
                os.close(handle)


def _remove(part: Path) -> None:
    if part.is_dir():
        shutil.rmtree(part, ignore_errors=True)
    else:
        part.unlink(missing_ok=True)
