"""The dumps of a run: which files the arguments name, and what makes them the same files as before."""

from __future__ import annotations

import hashlib
import stat
import sys
from collections.abc import Callable, Generator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from extract.errors import UsageError
from extract.model import DELETED, Paper, Reject
from extract.readers import MAX_RECORD, DumpFile, PassedOver, Position, expand, identify, read
from extract.readers.dump import printable
from extract.readers.reasons import DAMAGE, NOT_READ

DUPLICATE = "duplicate-id"
"""The reason of a paper whose id an earlier one of the run has."""

# Endings of names, which the name of an output folder goes without.
COMPRESSED = {".gz", ".zst", ".bz2", ".xz", ".zip", ".tar", ".tgz"}
NAMES_A_FORMAT = {
    ".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".txt", ".text", ".xml", ".atom", ".rss", ".bib", ".ris", ".md",
    ".html", ".htm", ".parquet", ".arrow", ".feather", ".medline", ".nbib",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a dump was when the run began. `sha256` is null where the content cannot be read twice (standard input)."""

    dump: str
    bytes: int | None
    sha256: str | None

    def to_state(self) -> dict[str, Any]:
        """Plain data for checkpoint and manifest."""
        return asdict(self)


def fingerprint(dump: str) -> Fingerprint:
    """Size and SHA-256 of a file's whole content; a remote file's size and whatever version its store tells.

    The whole content is read, at about a second a gigabyte against six minutes of conversion: a changed file of the
    same size and time stamp is still noticed.
    """
    if dump == "-":
        return Fingerprint(dump, None, None)
    if "://" in dump:
        return _remote(dump)
    path, name = Path(dump), printable(dump)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return Fingerprint(name, None, None)  # a named pipe gives its content once
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return Fingerprint(name, file.tell(), digest)
    except OSError as error:
        raise UsageError(f"Cannot read {dump}: {error.strerror}.") from None


def _remote(dump: str) -> Fingerprint:
    try:
        import fsspec

        system, path = fsspec.core.url_to_fs(dump)
        return Fingerprint(dump, system.info(path).get("size"), f"version {system.ukey(path)}")
    except ImportError:
        return Fingerprint(dump, None, None)  # the reader says which package is missing
    except Exception as error:  # a file system of somebody else's may raise anything
        raise UsageError(f"Cannot read {dump}: {str(error).splitlines()[0] if str(error) else error!r}.") from None


def repeatable(dumps: list[Fingerprint]) -> bool:
    """Whether a later run can tell that it reads the same."""
    return all(d.sha256 is not None for d in dumps)


def name_of(arguments: list[str]) -> str:
    """The name of the output folder: the dump's without its endings; of several the first one's with `+` and how
    many more."""
    first = arguments[0]
    if first == "-":
        name = "stdin"
    else:
        parts = [p for p in first.replace("\\", "/").split("/") if p not in ("", ".", "..")]
        plain = [p for p in parts if not set(p) & set("*?[")] or ["dumps"]
        name = printable(_stem(parts[-1] if parts and parts[-1] in plain else plain[-1]))
    return name if len(arguments) == 1 else f"{name}+{len(arguments) - 1}"


def _stem(name: str) -> str:
    path = Path(name)
    while path.suffix.lower() in COMPRESSED:
        path = path.with_suffix("")
    if path.suffix.lower() in NAMES_A_FORMAT:
        path = path.with_suffix("")
    return path.name or name


@dataclass(frozen=True, slots=True)
class Reading:
    """How the dumps are read; the same for all of a run."""

    format: str = "auto"
    mapping: Mapping[str, str] | None = None
    encoding: str | None = None
    max_record: int = MAX_RECORD


def entries_from(
    dump: DumpFile, how: Reading, start: Position | None, passed_over: PassedOver | None = None
) -> Generator[Paper | Reject, None, None]:
    """Papers and rejects of a dump, in order, from the one at `start` on; closing it closes the file.

    `passed_over` collects the members of an archive that are no dumps.
    """
    yield from read(
        dump.source,
        format=how.format,
        mapping=how.mapping,
        encoding=how.encoding,
        max_record=how.max_record,
        start=start,
        name=dump.name,
        asked=dump.asked,
        passed_over=passed_over,
    )


def entries(
    dump: DumpFile, how: Reading, done: Position | None, passed_over: PassedOver | None = None
) -> Generator[Paper | Reject, None, None]:
    """Papers and rejects of a dump, in order; with `done`, those after the entry at that place."""
    found = entries_from(dump, how, done, passed_over)
    if done is None:
        yield from found
        return
    for entry in found:
        if place_of(entry).index > done.index:
            yield entry
            break
    yield from found


@dataclass(frozen=True, slots=True)
class Wanted:
    """The entries that an earlier run rejected: by dump, which of them, and from which one on everything was lost."""

    places: Mapping[str, frozenset[int]]
    lost_from: Mapping[str, int]
    sha256: str
    path: str

    @classmethod
    def of(cls, source: str | Path) -> Wanted:
        """From `rejects.jsonl` or the folder that holds it. Duplicates and deleted papers are as they should be."""
        path = Path(source)
        if path.is_dir():
            path /= "rejects.jsonl"
        try:
            data = path.read_bytes()
            rejects = [orjson.loads(line) for line in data.splitlines()]
            found = [(r["dump"], int(r["index"]), r["reason"]) for r in rejects]
        except OSError as error:
            raise UsageError(f"Cannot read {path} ({error.strerror}); give the folder of a run.") from None
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            raise UsageError(f"{path} is no file of rejects; give the folder of a run.") from None
        places: dict[str, set[int]] = {}
        lost_from: dict[str, int] = {}
        for dump, index, reason in found:
            if reason in DAMAGE or (reason in NOT_READ and index == 0):
                lost_from[dump] = min(index, lost_from.get(dump, index))
            elif reason not in (DUPLICATE, DELETED):
                places.setdefault(dump, set()).add(index)
        if not places and not lost_from:
            raise UsageError(f"{path} holds nothing to convert again.")
        digest = hashlib.sha256(data).hexdigest()
        return cls({dump: frozenset(p) for dump, p in places.items()}, lost_from, digest, str(path))

    def of_dump(self, name: str) -> Callable[[Paper | Reject], bool] | None:
        """Tells the entries of a dump that are wanted; None when there are none."""
        places, lost_from = self.places.get(name, frozenset()), self.lost_from.get(name, sys.maxsize)
        if not places and lost_from == sys.maxsize:
            return None
        return lambda entry: (index := place_of(entry).index) in places or index >= lost_from


def decoded_size(dump: DumpFile, print_: Fingerprint) -> int | None:
    """Bytes of a dump once decompressed, as far as they are known without reading it (gzip says it at its end)."""
    if print_.sha256 is None or print_.bytes is None or "://" in dump.source:
        return None
    with Path(dump.source).open("rb") as file:
        magic = file.read(4)
        if magic[:2] == b"\x1f\x8b" and print_.bytes >= 18:
            file.seek(-4, 2)
            size = int.from_bytes(file.read(4), "little")  # modulo 4 GiB, of the last member
            return size if size > print_.bytes else None
    packed = magic in (b"\x28\xb5\x2f\xfd", b"\xfd7zX", b"PK\x03\x04") or magic[:3] == b"BZh"
    return None if packed else print_.bytes


def place_of(entry: Paper | Reject) -> Position:
    """Where an entry stands in its dump."""
    place = entry.source if isinstance(entry, Paper) else entry
    return Position(place.index, place.line, place.byte_offset)


__all__ = [
    "COMPRESSED",
    "DUPLICATE",
    "NAMES_A_FORMAT",
    "DumpFile",
    "Fingerprint",
    "Position",
    "Reading",
    "Wanted",
    "decoded_size",
    "entries",
    "entries_from",
    "expand",
    "fingerprint",
    "identify",
    "name_of",
    "place_of",
    "repeatable",
]
