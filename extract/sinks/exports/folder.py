"""A folder that holds exactly the files of the last export of a format.

Files are staged inside the folder and moved into place when the export is complete; then what only the export before
had is removed. Which files those are stands in `.paperfacts-<format>.files`; it names the new ones before the first is
moved, so that whatever a killed export leaves is known to the next. A file that no export wrote is never touched, and
one that stands in the way is refused.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

from extract.errors import UsageError
from extract.sinks.parts import Part


class FolderOutput:
    """Takes whole files by their path in the folder; they appear with `finish`."""

    def __init__(self, folder: Path, format_: str) -> None:
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder} is a file: give a folder.")
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._list = folder / f".paperfacts-{format_}.files"
        self._known = frozenset(_listed(self._list))
        self._names: set[str] = set()
        self._stage = Part(self._list, folder=True)
        self.size = 0

    @property
    def files(self) -> int:
        """How many files there are so far."""
        return len(self._names)

    def write(self, name: str, content: bytes) -> None:
        """Stage one file."""
        target = self._folder / name
        if name not in self._known and os.path.lexists(target):
            raise UsageError(f"{target} was not written by an export: move it away or give another folder.")
        staged = self._staged(name)
        staged.parent.mkdir(parents=True, exist_ok=True)
        staged.write_bytes(content)
        self._names.add(name)
        self.size += len(content)

    def finish(self) -> None:
        """Move the files into place and remove those of the export before that are no longer among them."""
        self._write_list(self._known | self._names)
        for name in sorted(self._names):
            target = self._folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            self._staged(name).replace(target)
        for name in self._known - self._names:
            (self._folder / name).unlink(missing_ok=True)
            _remove_empty(self._folder, name)
        self._write_list(self._names)

    def close(self) -> None:
        """Remove what is staged."""
        self._stage.close()

    def _staged(self, name: str) -> Path:
        return self._stage.path / "files" / name

    def _write_list(self, names: Collection[str]) -> None:
        staged = self._stage.path / "list"
        staged.write_text("".join(f"{name}\n" for name in sorted(names)), encoding="utf-8")
        staged.replace(self._list)


def _listed(path: Path) -> Iterator[str]:
    """The files of the last export; a list that somebody changed names nothing outside its folder."""
    if not path.exists():
        return
    for name in path.read_text(encoding="utf-8", errors="replace").splitlines():
        pure = PurePosixPath(name)
        if pure.parts and not pure.is_absolute() and ".." not in pure.parts:
            yield name


def _remove_empty(folder: Path, name: str) -> None:
    with suppress(OSError):  # a folder that holds something else stays
        for parent in list(PurePosixPath(name).parents)[:-1]:
            (folder / parent).rmdir()
