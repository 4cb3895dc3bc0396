"""PostgreSQL, by psycopg 3: a batch is one upsert from a staging table and its children by COPY, in a transaction.

psycopg is LGPL-3.0 and an optional extra; nothing else here is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from extract.errors import MissingExtraError, TargetError, UsageError, first_line
from extract.sinks.migrations import statements
from extract.sinks.source import Item
from extract.sinks.store import LoadSummary, Run, changed, dangling, rows_of
from extract.sinks.tables import OF_A_PAPER, VERSION_TABLE, Table
from extract.sinks.targets import Target

# Two loads that create or upgrade the tables at once wait for each other: the number is "paper" in ASCII.
_LOCK = 0x7061706572
_TYPES = {"text": "text", "integer": "int8", "real": "float8", "boolean": "bool", "json": "jsonb"}


class PostgresStore:
    """A schema of a server (the first of the connection's search path); `put` writes a batch in one transaction."""

    def __init__(self, target: Target, run: Run | None, *, validate: bool = True) -> None:
        try:
            import psycopg
            import psycopg.types.json
        except ImportError:
            raise MissingExtraError("Loading into PostgreSQL", "postgres") from None
        self._error: type[Exception] = psycopg.Error
        self._run = run
        self._validate = validate
        self._name = target.shown
        try:
            self._db: psycopg.Connection[tuple[Any, ...]] = psycopg.connect(
                target.location, autocommit=True, connect_timeout=30
            )
        except psycopg.Error as error:
            raise TargetError(
                f"{self._name} cannot be reached ({first_line(error)}): check the server and the connection string."
            ) from None
        psycopg.types.json.set_json_dumps(_as_it_is, self._db)
        try:
            with self._errors():
                self._prepare()
        except BaseException:
            self._db.close()
            raise

    def _prepare(self) -> None:
        with self._db.transaction():
            self._db.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            query = "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
            tables = {name for (name,) in self._db.execute(query)}
            version = None
            if VERSION_TABLE in tables:
                found = self._db.execute(f"SELECT max(version) FROM {VERSION_TABLE}").fetchone()
                version = found[0] if found else None
            for statement in statements(self._name, "postgresql", tables, version):
                self._db.execute(statement.encode())
        columns = ", ".join(f"{column.name} {_TYPES[column.type]}" for column in _PAPERS.columns)
        self._db.execute(f"CREATE TEMP TABLE stage_papers ({columns}) ON COMMIT DELETE ROWS".encode())
        # The server checks a foreign key row by row, which is more than half of a load. A superuser's load checks
        # them once a batch instead (`dangling`), unless somebody has put triggers of their own on the tables.
        found = self._db.execute(_MAY_CHECK_BY_BATCH, ([table.name for table in OF_A_PAPER],)).fetchone()
        self._by_batch = bool(found and found[0])

    def put(self, items: Sequence[Item]) -> LoadSummary:
        """Write the records that are new or changed, all in one transaction."""
        with self._errors():
            query = "SELECT id, content_hash FROM papers WHERE id = ANY(%s)"
            known = dict(self._db.execute(query, ([item.id for item in items],)).fetchall())
            todo = changed(items, known)
            if not todo:
                return LoadSummary(read=len(items), unchanged=len(items))
            rows = rows_of(todo, self._run, validate=self._validate)
            if self._by_batch and (found := dangling(rows)):
                raise UsageError(
                    f"The record {found[0]} names {found[1]!r} and does not hold it: convert the paper again."
                )
            with self._db.transaction():
                self._copy(_PAPERS, rows["papers"], "stage_papers")
                if self._by_batch:
                    self._db.execute("SET LOCAL session_replication_role = replica")
                if self._run:
                    marks = ", ".join(["%s"] * len(self._run.row))
                    query = f"INSERT INTO runs VALUES ({marks}) ON CONFLICT (id) DO NOTHING"
                    self._db.execute(query.encode(), self._run.row)
                written = self._db.execute(_UPSERT.encode()).fetchall()
                replaced = [paper for paper, inserted in written if not inserted]
                if replaced:
                    for table in reversed(OF_A_PAPER[1:]):
                        self._db.execute(f"DELETE FROM {table.name} WHERE paper_id = ANY(%s)".encode(), (replaced,))
                if len(written) < len(todo):
                    # Another load has written the same content since `known` was read: that is left alone.
                    ours = {paper for paper, _ in written}
                    rows = {name: [row for row in of_table if row[0] in ours] for name, of_table in rows.items()}
                for table in OF_A_PAPER[1:]:
                    self._copy(table, rows[table.name], table.name)
        return LoadSummary.of_batch(len(items), len(written), len(replaced), rows)

    def finish(self) -> LoadSummary:
        """Nothing is left to do after the last batch."""
        return LoadSummary()

    def close(self) -> None:
        """Close the connection; a transaction that is open is rolled back by the server."""
        self._db.close()

    def _copy(self, table: Table, rows: Sequence[tuple[object, ...]], into: str) -> None:
        if not rows:
            return
        with self._db.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN (FORMAT BINARY)".encode()) as copy:
            copy.set_types([_TYPES[column.type] for column in table.columns])
            write = copy.write_row
            for row in rows:
                write(row)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except self._error as error:
            if "permission denied" in str(error):
                raise UsageError(
                    f"{self._name} refuses ({first_line(error)}): give a role that may create tables and write."
                ) from None
            raise TargetError(
                f"{self._name} could not be written ({first_line(error)}): nothing of the batch was kept; load again"
                " when this is mended."
            ) from None


def _as_it_is(text: str) -> str:
    """The JSON of our rows is text already."""
    return text


# In the order of the ids, so that two loads of the same papers lock them in the same order and never deadlock. `xmax`
# is 0 for a row that was inserted rather than updated.
_PAPERS = OF_A_PAPER[0]
_UPSERT = (
    "INSERT INTO papers SELECT * FROM stage_papers ORDER BY id ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{name} = EXCLUDED.{name}" for name in _PAPERS.names if name != "id")
    + " WHERE papers.content_hash <> EXCLUDED.content_hash RETURNING id, xmax = 0"
)

_MAY_CHECK_BY_BATCH = """
SELECT rolsuper AND NOT EXISTS (
  SELECT FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
  WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace AND c.relname = ANY(%s))
FROM pg_roles WHERE rolname = current_user
"""
