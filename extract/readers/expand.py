"""Arguments to dumps: files, folders, globs, `-` and URLs, in an order that does not depend on the file system."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from extract.errors import UsageError
from extract.readers.sniff import HEAD
from extract.readers.streams import DamagedStreamError, import_fsspec, open_stream
from extract.readers.table import detect, format_named

# Files that stand beside dumps and are none, whatever is in them.
_NOT_DUMPS = (
    ".pdf", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".py", ".ipynb", ".sh", ".toml", ".yml", ".yaml", ".lock", ".log",
    ".pkl", ".npy", ".npz", ".pt", ".safetensors", ".exe", ".dll", ".so", ".css", ".js", ".sqlite", ".db", ".duckdb",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DumpFile:
    """One dump: the path or URL to open, and the name its records carry (unique in the list it came in)."""

    source: str
    name: str


def expand(sources: Iterable[str | Path], *, format: str = "auto", encoding: str | None = None) -> list[DumpFile]:  # noqa: A002
    """The dumps behind the arguments: folders (searched to any depth) and globs in the order of their names.

    Raises `UsageError`: nothing there, not readable, a folder or pattern without a dump.
    """
    if format != "auto":
        format_named(format)
    found: list[DumpFile] = []
    for source in sources:
        found += _expand_one(str(source), format, encoding)
    if not found:
        raise UsageError("Give at least one dump: a file, a folder, a pattern or - for standard input.")
    if sum(dump.source == "-" for dump in found) > 1:
        raise UsageError("Standard input (-) can be read only once.")
    return _named_apart(found)


def _expand_one(source: str, format: str, encoding: str | None) -> list[DumpFile]:  # noqa: A002
    if source == "-":
        return [DumpFile("-", "-")]
    if "://" in source:
        return _expand_remote(source)
    path = Path(source)
    try:
        if path.is_dir():
            return _folder(path, format, encoding)
        if path.exists():
            if not os.access(path, os.R_OK):  # not by opening it: a pipe opens only once
                raise UsageError(f"Cannot read {source}: Permission denied.")
            return [DumpFile(source, path.name)]
    except OSError as error:
        raise UsageError(f"Cannot read {source}: {error.strerror}.") from None
    if glob.has_magic(source):
        matches = sorted(p for p in glob.glob(source, recursive=True) if Path(p).is_file())  # noqa: PTH207 (absolute patterns)
        if not matches:
            raise UsageError(f"No file matches {source}.")
        return [DumpFile(match, Path(match).name) for match in matches]
    raise UsageError(f"There is no file or folder {source}.")


def _folder(folder: Path, format: str, encoding: str | None) -> list[DumpFile]:  # noqa: A002
    dumps = [
        DumpFile(str(path), path.relative_to(folder).as_posix())
        for path in _files(folder)
        if format != "auto" or _is_dump(path, encoding)
    ]
    if not dumps:
        raise UsageError(f"The folder {folder} holds no dump of a known format; `paperfacts formats` lists them.")
    return dumps


def _files(folder: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise error

    found = []
    for root, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = [f for f in folders if not f.startswith((".", "__"))]
        found += [Path(root) / f for f in files if not f.startswith(".") and not f.lower().endswith(_NOT_DUMPS)]
    yield from sorted(found)


def _is_dump(path: Path, encoding: str | None) -> bool:
    """Whether a file of a folder is a dump; an empty or damaged one is, so that it is said and not passed over."""
    stream = open_stream(path, encoding=encoding)
    try:
        head = stream.peek(HEAD)
        return not head or detect(head, path.name, complete=len(head) < HEAD) is not None
    except DamagedStreamError:
        return True
    finally:
        stream.close()


def _expand_remote(source: str) -> list[DumpFile]:
    fsspec = import_fsspec()
    if not glob.has_magic(source) and not source.endswith("/"):
        return [DumpFile(source, source.rsplit("/", 1)[-1] or source)]
    try:
        system, _, paths = fsspec.get_fs_token_paths(source.rstrip("/") + ("/**" if source.endswith("/") else ""))
        found = sorted(p for p in paths if system.isfile(p))
    except Exception as error:  # a file system of somebody else's may raise anything
        raise UsageError(f"Cannot list {source}: {error}.") from None
    if not found:
        raise UsageError(f"No file matches {source}.")
    return [DumpFile(system.unstrip_protocol(p), p.rsplit("/", 1)[-1]) for p in found]


def _named_apart(found: list[DumpFile]) -> list[DumpFile]:
    """The same dumps with names that differ: the shortest endings of their paths that do."""
    result: list[DumpFile] = []
    names = [dump.name for dump in found]
    taken: set[str] = set()
    for dump in found:
        name = dump.name
        if names.count(name) > 1:
            parts = Path(dump.source).parts
            name = next(
                (
                    ending
                    for n in range(1, len(parts) + 1)
                    if sum(Path(other.source).parts[-n:] == parts[-n:] for other in found) == 1
                    and (ending := "/".join(parts[-n:]).lstrip("/"))
                ),
                dump.source,
            )
        base, n = name, 2
        while name in taken:
            name, n = f"{base}#{n}", n + 1
        taken.add(name)
        result.append(DumpFile(dump.source, name))
    return result
