"""The relational schema, once for every database: tables, keys, checks, indexes, and the DDL of each dialect.

The vocabularies of the checks are read from the models in `extract.model`, so a value that the models accept is a
value that the databases accept. Keys are natural (the record's id, the name of an entity, the place in a list), so
the same record always gives the same rows, in whichever order and by however many processes it is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from extract import model

Type = Literal["text", "integer", "real", "boolean", "json"]
Dialect = Literal["sqlite", "duckdb", "postgresql"]

# Raised with every change of the tables or views; `extract.sinks.migrations` holds the steps from older versions.
TABLES_VERSION = 2
# The version of the tables that last changed what the rows of a record hold.
ROWS_VERSION = 1
VERSION_TABLE = "paperfacts_schema"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its type in neutral terms, whether it may be null, and the closed vocabulary or range it keeps."""

    name: str
    type: Type = "text"
    null: bool = False
    values: tuple[str, ...] = ()
    check: str = ""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """`columns` of this table name a row of `table` by `target`."""

    columns: tuple[str, ...]
    table: str
    target: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One table: columns in the order of the rows that `extract.sinks.rows` makes, primary key, foreign keys.

    `wide` rows hold whole texts: SQLite keeps them apart from the key's tree, where they would slow every look-up.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    foreign: tuple[ForeignKey, ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    wide: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The column names in order."""
        return tuple(column.name for column in self.columns)


def _null(name: str, type_: Type = "text", values: tuple[str, ...] = ()) -> Column:
    return Column(name, type_, null=True, values=values)


_PAPER = Column("paper_id")
_SEQ = Column("seq", "integer", check="seq >= 0")
_CONFIDENCE = Column("confidence", "real", check="confidence >= 0 AND confidence <= 1")
_OF_PAPER = ForeignKey(("paper_id",), "papers", ("id",))
_FIELDS = get_args(model.FieldName)
_PLACE = (
    Column("field", values=_FIELDS),
    Column("start_char", "integer", check="start_char >= 0"),
    Column("end_char", "integer", check="end_char >= start_char"),
    Column("text"),
    Column("rule"),
)
_NUMBER = (
    _PAPER,
    _SEQ,
    Column("surface"),
    Column("value", "real"),
    _null("value_high", "real"),
)


def _entity(name: str, *more: Column, indexes: tuple[tuple[str, ...], ...] = (("canonical",),)) -> Table:
    columns = (_PAPER, _SEQ, Column("name"), _null("canonical"), Column("aliases", "json"), _CONFIDENCE, *more)
    return Table(name, columns, ("paper_id", "name"), (_OF_PAPER,), indexes)


def _named(slot: str, table: str) -> ForeignKey:
    return ForeignKey(("paper_id", slot), table, ("paper_id", "name"))


TABLES: tuple[Table, ...] = (
    Table(
        "runs",
        (
            Column("id"),
            _null("dump"),
            _null("package_version"),
            _null("schema_version"),
            _null("rules_hash"),
            _null("papers_read", "integer"),
            _null("records", "integer"),
            _null("rejects", "integer"),
            Column("manifest", "json"),
        ),
        ("id",),
    ),
    Table(
        "papers",
        (
            Column("id"),
            Column("content_hash"),
            _null("run_id"),
            Column("schema_version"),
            Column("dump"),
            Column("format"),
            Column("dump_index", "integer"),
            _null("line", "integer"),
            _null("byte_offset", "integer"),
            Column("title"),
            Column("abstract"),
            _null("comment"),
            _null("arxiv"),
            _null("doi"),
            Column("identifiers", "json"),
            Column("authors", "json"),
            _null("published"),
            Column("categories", "json"),
            _null("url"),
            Column("code_availability", values=get_args(model.CodeAvailability)),
            Column("warnings", "json"),
        ),
        ("id",),
        (ForeignKey(("run_id",), "runs", ("id",)),),
        (("published",),),
        wide=True,
    ),
    _entity("methods", Column("role", values=get_args(model.Role)), indexes=(("canonical",), ("name",))),
    _entity("datasets"),
    _entity("metrics", _null("higher_is_better", "boolean")),
    _entity("tasks"),
    Table(
        "links",
        (
            _PAPER,
            _SEQ,
            Column("url"),
            Column("kind", values=get_args(model.LinkKind)),
            Column("status", values=get_args(model.LinkStatus)),
            Column("host"),
            _null("owner"),
            _null("repo"),
            _null("from_dump"),
            _CONFIDENCE,
        ),
        ("paper_id", "seq"),
        (_OF_PAPER,),
    ),
    Table(
        "mentions",
        (
            _PAPER,
            Column("kind", values=("method", "dataset", "metric", "task", "link")),
            Column("item", "integer", check="item >= 0"),
            _SEQ,
            *_PLACE,
        ),
        ("paper_id", "kind", "item", "seq"),
        (_OF_PAPER,),
    ),
    Table(
        "results",
        (
            *_NUMBER,
            _null("uncertainty", "real"),
            _null("unit"),
            Column("kind", values=get_args(model.ResultKind)),
            _null("qualifier", values=get_args(model.Qualifier)),
            _null("direction", values=get_args(model.Direction)),
            _null("metric"),
            _null("dataset"),
            _null("split"),
            _null("method"),
            _null("baseline"),
            _null("task"),
            Column("conditions", "json"),
            _null("group_id"),
            *_PLACE,
            _CONFIDENCE,
        ),
        ("paper_id", "seq"),
        (
            _OF_PAPER,
            _named("metric", "metrics"),
            _named("dataset", "datasets"),
            _named("method", "methods"),
            _named("task", "tasks"),
        ),
        (("dataset", "metric"),),
    ),
    Table(
        "quantities",
        (
            *_NUMBER,
            _null("unit"),
            Column("kind", values=get_args(model.QuantityKind)),
            _null("qualifier", values=get_args(model.Qualifier)),
            *_PLACE,
            _CONFIDENCE,
        ),
        ("paper_id", "seq"),
        (_OF_PAPER,),
    ),
)

BY_NAME = {table.name: table for table in TABLES}
# What belongs to one paper and goes with it, in the order that the foreign keys ask for.
OF_A_PAPER: tuple[Table, ...] = tuple(table for table in TABLES if table.name != "runs")

_TYPES: dict[Dialect, dict[Type, str]] = {
    "sqlite": {"text": "TEXT", "integer": "INTEGER", "real": "REAL", "boolean": "INTEGER", "json": "TEXT"},
    "duckdb": {"text": "VARCHAR", "integer": "BIGINT", "real": "DOUBLE", "boolean": "BOOLEAN", "json": "VARCHAR"},
    "postgresql": {
        "text": "text",
        "integer": "bigint",
        "real": "double precision",
        "boolean": "boolean",
        "json": "jsonb",
    },
}


def quote(text: str) -> str:
    """A string literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def _column(column: Column, dialect: Dialect) -> str:
    checks = []
    if column.values:
        # Not IN: SQLite builds a table for it again with every row, which doubled the time of a load.
        checks.append(" OR ".join(f"{column.name} = {quote(value)}" for value in column.values))
    if column.check:
        checks.append(column.check)
    if dialect == "sqlite" and column.type == "boolean":
        checks.append(f"{column.name} IN (0, 1)")
    null = "" if column.null else " NOT NULL"
    return f"{column.name} {_TYPES[dialect][column.type]}{null}" + "".join(f" CHECK ({check})" for check in checks)


def create_table(table: Table, dialect: Dialect, *, strict: bool = False, foreign: bool = True) -> str:
    """The CREATE TABLE statement; `strict` makes SQLite (3.37 or newer) hold the types.

    Deleting a paper takes what is its own; deleting an entity that a result names is refused.
    """
    lines = [_column(column, dialect) for column in table.columns]
    lines.append(f"PRIMARY KEY ({', '.join(table.key)})")
    if foreign:
        lines.extend(
            f"FOREIGN KEY ({', '.join(key.columns)}) REFERENCES {key.table} ({', '.join(key.target)})"
            + (" ON DELETE CASCADE" if key.table == "papers" else "")
            for key in table.foreign
        )
    options = []
    if dialect == "sqlite":
        options = ["STRICT"] * strict + ["WITHOUT ROWID"] * (not table.wide)
    return f"CREATE TABLE {table.name} (\n  " + ",\n  ".join(lines) + "\n) " + ", ".join(options)


def create_indexes(table: Table) -> Iterator[str]:
    """The CREATE INDEX statements of a table."""
    for columns in table.indexes:
        yield f"CREATE INDEX {table.name}_{'_'.join(columns)} ON {table.name} ({', '.join(columns)})"
