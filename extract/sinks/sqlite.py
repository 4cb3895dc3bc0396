"""SQLite, by the standard library: one immediate transaction a batch, write-ahead log, foreign keys on."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import orjson

from extract.errors import TargetError, UsageError
from extract.sinks.migrations import statements
from extract.sinks.source import Item
from extract.sinks.store import LoadSummary, Run, changed, rows_of
from extract.sinks.tables import BY_NAME, OF_A_PAPER, VERSION_TABLE

# Seconds that a load waits for another process that is writing a batch.
TIMEOUT = 60.0
_PAUSE = 0.02


class SqliteStore:
    """A database file; `put` writes a batch in one transaction."""

    def __init__(self, path: Path, run: Run | None, *, validate: bool = True) -> None:
        self._name = str(path)
        self._run = run
        self._validate = validate
        with self._errors():
            self._db = sqlite3.connect(path, timeout=TIMEOUT, isolation_level=None)
        try:
            with self._errors():
                self._write_ahead()
                self._db.execute("PRAGMA synchronous = NORMAL")
                self._db.execute("PRAGMA foreign_keys = ON")
                self._db.execute("PRAGMA cache_size = -65536")
                self._db.execute("PRAGMA wal_autocheckpoint = 16384")  # pages: a batch is 4,000, and touches old ones
                self._prepare()
        except BaseException:
            self._db.close()
            raise

    def _write_ahead(self) -> None:
        """Switch a fresh file over to its log: for this SQLite itself does not wait while another process writes."""
        until = time.monotonic() + TIMEOUT
        while True:
            try:
                self._db.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(_PAUSE)
            else:
                return

    def _prepare(self) -> None:
        strict = sqlite3.sqlite_version_info >= (3, 37)
        with self._transaction():
            tables = {name for (name,) in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            version = None
            if VERSION_TABLE in tables:
                found = self._db.execute(f"SELECT max(version) FROM {VERSION_TABLE}").fetchone()
                version = found[0]
            for statement in statements(self._name, "sqlite", tables, version, strict=strict):
                self._db.execute(statement)

    def put(self, items: Sequence[Item]) -> LoadSummary:
        """Write the records that are new or changed, all in one transaction."""
        with self._errors():
            if not changed(items, self._known(items)):
                return LoadSummary(read=len(items), unchanged=len(items))
            with self._transaction():
                # Read again under the lock: another process may have written some of them meanwhile.
                known = self._known(items)
                todo = changed(items, known)
                rows = rows_of(todo, self._run, validate=self._validate)
                replaced = [(item.id,) for item in todo if item.id in known]
                if self._run and todo:
                    self._insert("runs", [self._run.row], "OR IGNORE ")
                self._db.executemany("DELETE FROM papers WHERE id = ?", replaced)
                for table in OF_A_PAPER:
                    self._insert(table.name, rows[table.name])
        return LoadSummary.of_batch(len(items), len(todo), len(replaced), rows)

    def finish(self) -> LoadSummary:
        """Nothing is left to do after the last batch."""
        return LoadSummary()

    def close(self) -> None:
        """Close the database; a transaction that is open is rolled back."""
        self._db.close()

    def _known(self, items: Sequence[Item]) -> dict[str, str]:
        ids = orjson.dumps([item.id for item in items]).decode()
        query = "SELECT id, content_hash FROM papers WHERE id IN (SELECT value FROM json_each(?))"
        return dict(self._db.execute(query, (ids,)).fetchall())

    def _insert(self, table: str, rows: Sequence[tuple[object, ...]], or_: str = "") -> None:
        if rows:
            marks = ", ".join("?" * len(BY_NAME[table].columns))
            self._db.executemany(f"INSERT {or_}INTO {table} VALUES ({marks})", rows)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OverflowError) as error:
            message = str(error)
            if "not a database" in message:
                raise UsageError(f"{self._name} is not a SQLite database: give another file.") from None
            if "unable to open" in message:
                raise TargetError(
                    f"{self._name} cannot be opened: does its folder exist, may you write there?"
                ) from None
            raise TargetError(
                f"{self._name} could not be written ({message}): nothing of the batch was kept; load again when this"
                " is mended."
            ) from None
