"""What the text after `-o` or the last argument of `load` means: which kind of target, and where."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from extract.errors import UsageError

if TYPE_CHECKING:
    from extract.sinks.store import Run, Store

Kind = Literal["sqlite", "duckdb", "postgresql", "parquet", "parquet-folder", "csv-folder", "jsonl"]

_SCHEME = re.compile(r"(?P<scheme>[a-z][a-z0-9+]+):(?P<rest>.*)", re.DOTALL)
_SCHEMES: dict[str, Kind] = {
    "sqlite": "sqlite",
    "duckdb": "duckdb",
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "parquet": "parquet-folder",
    "csv": "csv-folder",
}
_ENDINGS: tuple[tuple[str, Kind], ...] = (
    (".db", "sqlite"),
    (".sqlite", "sqlite"),
    (".sqlite3", "sqlite"),
    (".duckdb", "duckdb"),
    (".parquet", "parquet"),
    (".jsonl", "jsonl"),
    (".jsonl.gz", "jsonl"),
    (".jsonl.zst", "jsonl"),
)
_EXAMPLES = (
    "sqlite:///papers.db, duckdb:///papers.duckdb, postgresql://host/db, records.parquet, parquet:folder, csv:folder"
    " or records.jsonl[.gz|.zst]"
)


@dataclass(frozen=True, slots=True)
class Target:
    """A kind of target and its path, or the connection string of a server."""

    kind: Kind
    location: str

    @property
    def path(self) -> Path:
        """The file or folder."""
        return Path(self.location)

    @property
    def shown(self) -> str:
        """What messages call it: of a server, host and database, never user or password."""
        if self.kind != "postgresql":
            return self.location
        parts = urlsplit(self.location)
        return f"postgresql://{parts.hostname or ''}{parts.path}"


def is_target(text: str) -> bool:
    """Whether `text` names a database or a file that `load` writes, rather than a folder for a run's output."""
    return _kind(text) is not None


def parse_target(text: str) -> Target:
    """The target that `text` names; raises `UsageError` for anything else.

    `sqlite:///x.db` is a relative path and `sqlite:////x.db` an absolute one, as in SQLAlchemy; `sqlite:x.db` and a
    plain path with a known ending do as well.
    """
    kind = _kind(text)
    if kind is None:
        raise UsageError(f"{text!r} is no target that paperfacts can load into: give {_EXAMPLES}.")
    if kind == "postgresql":
        try:
            urlsplit(text)
        except ValueError as error:
            raise UsageError(f"That is no address of a PostgreSQL ({error}): give postgresql://host/db.") from None
        return Target(kind, text)
    match = _SCHEME.fullmatch(text)
    location = text
    if match and match["scheme"] in _SCHEMES:
        location = match["rest"]
        if location.startswith("//"):
            host, _, location = location[2:].partition("/")
            if host:
                raise UsageError(f"{text!r} names a host: write {match['scheme']}:///{host}/{location} for a file.")
    if not location or location == ":memory:":
        raise UsageError(f"{text!r} names no file: give {_EXAMPLES}.")
    return Target(kind, location)


def _kind(text: str) -> Kind | None:
    match = _SCHEME.fullmatch(text)
    if match and (kind := _SCHEMES.get(match["scheme"])):
        return kind
    lowered = text.lower()
    return next((kind for ending, kind in _ENDINGS if lowered.endswith(ending)), None)


def open_store(target: Target, run: Run | None, *, validate: bool = True) -> Store:
    """Open a target; a missing optional package is a `MissingExtraError`."""
    if target.kind == "sqlite":
        from extract.sinks.sqlite import SqliteStore

        return SqliteStore(target.path, run, validate=validate)
    if target.kind == "postgresql":
        from extract.sinks.postgres import PostgresStore

        return PostgresStore(target, run, validate=validate)
    if target.kind == "duckdb":
        from extract.sinks.duckdb import DuckdbStore

        return DuckdbStore(target.path, run, validate=validate)
    from extract.sinks import files

    return files.open_store(target, run, validate=validate)
