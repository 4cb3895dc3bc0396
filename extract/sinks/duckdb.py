"""DuckDB, through Arrow: a batch is one transaction of one INSERT a table.

DuckDB keeps primary keys and checks here, but no foreign keys: it refuses to delete a row and what refers to it in
one transaction, which is what replacing a paper is. The records are checked before, so nothing dangles.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from extract.errors import MissingExtraError, TargetError, UsageError
from extract.sinks.arrow import table_of
from extract.sinks.migrations import statements
from extract.sinks.source import Item
from extract.sinks.store import LoadSummary, Run, changed, rows_of
from extract.sinks.tables import BY_NAME, OF_A_PAPER, VERSION_TABLE

# DuckDB lets one process at a time have the file. A load keeps it for so many seconds, since opening and closing cost
# more than a batch, then lets others have it for a moment; and it waits so long for them before it gives up.
SLICE = 3.0
PAUSE = 0.2
TIMEOUT = 120.0


_SQLITE = b"SQLite format 3\0"  # DuckDB would fetch an extension to read it


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(_SQLITE))


class DuckdbStore:
    """A database file; `put` writes a batch in one transaction, and lets others have the file now and then."""

    def __init__(self, path: Path, run: Run | None, *, validate: bool = True) -> None:
        try:
            import duckdb
            import pyarrow  # noqa: F401
        except ImportError:
            raise MissingExtraError("Loading into DuckDB", "duckdb") from None
        self._duckdb = duckdb
        self._path = path
        self._name = str(path)
        self._run = run
        self._validate = validate
        self._db: Any = None
        self._since = 0.0
        if path.is_file() and path.stat().st_size and _head(path) == _SQLITE:
            raise UsageError(f"{path} is a SQLite database: give another file, or sqlite:///{path}.")
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> None:
        with self._transaction() as db:
            query = "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
            tables = {name for (name,) in db.execute(query).fetchall()}
            version = None
            if VERSION_TABLE in tables:
                version = db.execute(f"SELECT max(version) FROM {VERSION_TABLE}").fetchone()[0]
            for statement in statements(self._name, "duckdb", tables, version, foreign=False):
                db.execute(statement)

    def put(self, items: Sequence[Item]) -> LoadSummary:
        """Write the records that are new or changed, all in one transaction."""
        with self._transaction() as db:
            query = "SELECT id, content_hash FROM papers WHERE id IN (SELECT unnest(?))"
            known = dict(db.execute(query, [[item.id for item in items]]).fetchall())
            todo = changed(items, known)
            rows = rows_of(todo, self._run, validate=self._validate)
            replaced = [item.id for item in todo if item.id in known]
            if replaced:
                for table in reversed(OF_A_PAPER):
                    key = "id" if table.name == "papers" else "paper_id"
                    db.execute(f"DELETE FROM {table.name} WHERE {key} IN (SELECT unnest(?))", [replaced])
            if self._run and todo:
                marks = ", ".join("?" * len(BY_NAME["runs"].columns))
                db.execute(f"INSERT OR IGNORE INTO runs VALUES ({marks})", self._run.row)
            for table in OF_A_PAPER:
                if rows[table.name]:
                    db.register("batch", table_of(table, rows[table.name]))
                    db.execute(f"INSERT INTO {table.name} SELECT * FROM batch")
                    db.unregister("batch")
        return LoadSummary.of_batch(len(items), len(todo), len(replaced), rows)

    def finish(self) -> LoadSummary:
        """Nothing is left to do after the last batch."""
        return LoadSummary()

    def close(self) -> None:
        """Close the database; a transaction that is open is rolled back."""
        if self._db is not None:
            self._db.close()
            self._db = None

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        """The connection with a transaction: committed at the end, rolled back by an error."""
        try:
            if self._db is not None and time.monotonic() - self._since > SLICE:
                self.close()
                time.sleep(PAUSE)
            if self._db is None:
                self._db = self._connect()
                self._since = time.monotonic()
            self._db.execute("BEGIN")
            try:
                yield self._db
            except BaseException:
                self.close()
                raise
            self._db.execute("COMMIT")
        except self._duckdb.Error as error:
            message = str(error).splitlines()[0]
            if "not a valid DuckDB database" in message:
                raise UsageError(f"{self._name} is not a DuckDB database: give another file.") from None
            raise TargetError(
                f"{self._name} could not be written ({message}): nothing of the batch was kept; load again when this"
                " is mended."
            ) from None

    def _connect(self) -> Any:
        deadline = time.monotonic() + TIMEOUT
        while True:
            try:
                return self._duckdb.connect(self._name)
            except self._duckdb.IOException as error:
                if "lock" not in str(error) or time.monotonic() > deadline:
                    raise
            time.sleep(0.05)
