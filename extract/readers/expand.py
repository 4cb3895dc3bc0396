"""Arguments to dumps: files, folders, globs, `-` and URLs, in an order that does not depend on the file system."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from extract.errors import UsageError
from extract.readers.beside import by_name, standing
from extract.readers.dump import printable
from extract.readers.fields import check_mapping
from extract.readers.passed import PassedOver
from extract.readers.streams import import_fsspec, open_stream
from extract.readers.table import format_named


@dataclass(frozen=True, slots=True)
class DumpFile:
    """One dump: the path or URL to open, and the name its records carry (unique in the list it came in).

    `asked` is false for a file of a folder, which nobody named.
    """

    source: str
    name: str
    asked: bool = True


class Dumps(list[DumpFile]):
    """The dumps behind the arguments, and what stands beside them in folders."""

    def __init__(self, dumps: Iterable[DumpFile], passed_over: PassedOver) -> None:
        super().__init__(dumps)
        self.passed_over = passed_over


@dataclass(frozen=True, slots=True)
class _Search:
    """How a folder is looked through, and what is passed over in it."""

    format: str
    encoding: str | None
    mapping: Mapping[str, str]
    passed_over: PassedOver


def expand(
    sources: Iterable[str | Path],
    *,
    format: str = "auto",  # noqa: A002
    encoding: str | None = None,
    mapping: Mapping[str, str] | None = None,
) -> Dumps:
    """The dumps behind the arguments: folders (searched to any depth) and globs in the order of their names.

    Links are followed, to each real folder and file once. Raises `UsageError`: nothing there, not readable, a folder or
    pattern without a dump.
    """
    if format != "auto":
        format_named(format)
    search = _Search(format, encoding, check_mapping(mapping), PassedOver())
    found: list[DumpFile] = []
    for source in sources:
        found += _expand_one(str(source), search)
    if not found:
        raise UsageError("Give at least one dump: a file, a folder, a pattern or - for standard input.")
    if sum(dump.source == "-" for dump in found) > 1:
        raise UsageError("Standard input (-) can be read only once.")
    return Dumps(_named_apart(found), search.passed_over)


def _expand_one(source: str, search: _Search) -> list[DumpFile]:
    if source == "-":
        return [DumpFile("-", "-")]
    if "://" in source:
        return _expand_remote(source)
    path = Path(source)
    try:
        if path.is_dir():
            return _folder(path, search)
        if path.exists():
            if not os.access(path, os.R_OK):  # not by opening it: a pipe opens only once
                raise UsageError(f"Cannot read {source}: Permission denied.")
            return [DumpFile(source, printable(path.name))]
    except OSError as error:
        raise UsageError(f"Cannot read {source}: {error.strerror}.") from None
    if glob.has_magic(source):
        matches = _each_once(p for p in _glob(source) if Path(p).is_file())
        if not matches:
            raise UsageError(f"No file matches {source}.")
        return [DumpFile(match, printable(Path(match).name)) for match in matches]
    raise UsageError(f"There is no file or folder {source}.")


def _folder(folder: Path, search: _Search) -> list[DumpFile]:
    paths: list[str] = []
    for path in _files(folder):
        if not path.is_file():
            why = "a link to nothing" if path.is_symlink() else "no regular file"
            search.passed_over.add(_name_in(folder, str(path)), why)
        elif _is_dump(path, _name_in(folder, str(path)), search):
            paths.append(str(path))
        else:
            search.passed_over.add(_name_in(folder, str(path)))
    if not paths:
        passed = f" ({search.passed_over.sentence()})" if search.passed_over.count else ""
        raise UsageError(
            f"The folder {folder} holds no dump of a known format{passed}; `paperfacts formats` lists them."
        )
    return [DumpFile(path, _name_in(folder, path), asked=False) for path in _each_once(paths)]


def _name_in(folder: Path, path: str) -> str:
    return printable(Path(path).relative_to(folder).as_posix())


def _files(folder: Path) -> Iterator[Path]:
    found = []
    for root, names in _walk(str(folder)):
        found += [Path(root) / name for name in names if not name.startswith(".")]
    yield from sorted(found)


def _walk(start: str) -> Iterator[tuple[str, list[str]]]:
    """The folders from `start` on with the names of their files; each real folder once, hidden ones never."""

    def refuse(error: OSError) -> None:
        raise error

    entered = set()
    for root, folders, files in os.walk(start, onerror=refuse, followlinks=True):
        real = os.path.realpath(root)
        if real in entered:
            folders.clear()  # a link to where we were: a loop has no end
            continue
        entered.add(real)
        inner = (Path(root) / f for f in folders if not f.startswith((".", "__")))
        # Links last: what can be reached by its own name has that one.
        folders[:] = [f.name for f in sorted(inner, key=lambda f: (f.is_symlink(), f))]
        yield root, files


_DEEP = re.compile(r"(?P<before>(?:.*?/)?)\*\*(?:/(?P<rest>.*))?", re.DOTALL)


def _glob(pattern: str) -> Iterator[str]:
    """What a pattern matches, `**` any depth of folders. The library's own goes round a loop of links forty times."""
    found = _DEEP.fullmatch(pattern)
    if found is None:
        yield from glob.glob(pattern)  # noqa: PTH207 (absolute patterns)
        return
    for start in glob.glob(found["before"] or "./"):  # noqa: PTH207
        for root, _ in _walk(start):
            below = glob.escape(root.rstrip("/")) + "/" + (found["rest"] or "*")
            yield from _glob(below if found["before"] else below.removeprefix("./"))


def _each_once(paths: Iterable[str]) -> list[str]:
    """The paths in order, of those that lead to one file the shortest."""
    real: dict[str, str] = {}
    for path in sorted(paths, key=lambda path: (path.count(os.sep), path)):
        real.setdefault(os.path.realpath(path), path)
    return sorted(real.values())


def _is_dump(path: Path, name: str, search: _Search) -> bool:
    """Whether a file of a folder is read; what only looks like data is, so that it is said and not passed over."""
    if search.format != "auto":
        return not by_name(name)
    stream = open_stream(path, encoding=search.encoding)
    try:
        return standing(stream, name, search.mapping)[0] != "beside"
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
            parts = Path(printable(dump.source)).parts
            name = next(
                (
                    ending
                    for n in range(1, len(parts) + 1)
                    if sum(Path(printable(other.source)).parts[-n:] == parts[-n:] for other in found) == 1
                    and (ending := "/".join(parts[-n:]).lstrip("/"))
                ),
                printable(dump.source),
            )
        base, n = name, 2
        while name in taken:
            name, n = f"{base}#{n}", n + 1
        taken.add(name)
        result.append(replace(dump, name=name))
    return result
