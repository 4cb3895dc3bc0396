"""Records as rows: the tuples and the tables say the same."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import orjson
import pytest
from sink_records import empty_record, hostile_records, make_record

from extract.model import Record, to_json
from extract.sinks.migrations import statements
from extract.sinks.rows import content_hash, new_rows, shred
from extract.sinks.source import Item
from extract.sinks.store import rows_of
from extract.sinks.tables import BY_NAME, OF_A_PAPER, TABLES


def _rows(record: Record) -> dict[str, list[dict[str, object]]]:
    rows = new_rows()
    shred(record.model_dump(), "0" * 32, None, rows)
    return {name: [dict(zip(BY_NAME[name].names, row, strict=True)) for row in found] for name, found in rows.items()}


def test_every_field_of_a_record_is_in_a_row() -> None:
    record = make_record(20)
    rows = _rows(record)
    paper = rows["papers"][0]
    assert (paper["id"], paper["title"], paper["comment"]) == (record.id, record.title, record.comment)
    assert (paper["dump"], paper["dump_index"], paper["byte_offset"]) == ("d.jsonl", 20, 2000)
    assert orjson.loads(str(paper["authors"])) == record.metadata.authors
    assert orjson.loads(str(paper["identifiers"])) == record.identifiers
    for kind in ("methods", "datasets", "metrics", "tasks"):
        assert [row["name"] for row in rows[kind]] == [entity.name for entity in getattr(record, kind)]
    for row, result in zip(rows["results"], record.results, strict=True):
        for name in set(BY_NAME["results"].names) - {"paper_id", "seq", "conditions", "group_id"}:
            source = result.mention if name in ("field", "start_char", "end_char", "text", "rule") else result
            assert row[name] == getattr(source, name), name
        assert row["group_id"] == result.group
    entities = [*record.methods, *record.datasets, *record.metrics, *record.tasks, *record.links]
    assert len(rows["mentions"]) == sum(len(entity.mentions) for entity in entities)
    mention = rows["mentions"][0]
    assert getattr(record, str(mention["field"]))[mention["start_char"] : mention["end_char"]] == mention["text"]


def test_an_empty_record_is_one_row() -> None:
    assert {name: len(found) for name, found in _rows(empty_record(1)).items() if found} == {"papers": 1}


def test_the_hash_follows_the_content() -> None:
    assert content_hash(to_json(make_record(1))) == content_hash(to_json(make_record(1)))
    assert content_hash(to_json(make_record(1))) != content_hash(to_json(make_record(1, version=1)))


def test_defaults_that_a_line_leaves_out_are_filled() -> None:
    bare = {"id": "x:1", "source": {"dump": "d", "format": "f", "index": 0}, "title": "T", "abstract": ""}
    item = Item("x:1", orjson.dumps(bare), ("f", 1))
    for validate in (True, False):
        rows = rows_of([item], None, validate=validate)
        assert rows["papers"][0][BY_NAME["papers"].names.index("code_availability")] == "none_stated"
        assert len(rows["papers"]) == 1


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    """The tables, empty."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        made.execute("PRAGMA foreign_keys = ON")
        for statement in statements("x", "sqlite", (), None, strict=True):
            made.execute(statement)
        yield made


def _insert(db: sqlite3.Connection, record: Record) -> None:
    rows = new_rows()
    shred(record.model_dump(), "0" * 32, None, rows)
    for table in OF_A_PAPER:
        marks = ", ".join("?" * len(table.columns))
        db.executemany(f"INSERT INTO {table.name} VALUES ({marks})", rows[table.name])


def test_the_tables_take_whatever_the_models_take(db: sqlite3.Connection) -> None:
    for record in [make_record(1), empty_record(1), *hostile_records()]:
        _insert(db, record)
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE results SET kind = 'hearsay'",
        "UPDATE methods SET role = 'liked'",
        "UPDATE links SET kind = 'cat'",
        "UPDATE methods SET confidence = 1.5",
        "UPDATE mentions SET end_char = start_char - 1",
        "UPDATE results SET metric = 'no such metric'",
        "UPDATE metrics SET higher_is_better = 2",
        "UPDATE papers SET title = NULL",
        "INSERT INTO tasks VALUES ('nobody', 0, 'x', NULL, '[]', 1)",
        "DELETE FROM datasets",
    ],
)
def test_the_tables_refuse_what_is_no_record(db: sqlite3.Connection, change: str) -> None:
    _insert(db, make_record(1))
    with pytest.raises(sqlite3.IntegrityError):
        db.execute(change)


def test_deleting_a_paper_takes_all_that_is_its_own(db: sqlite3.Connection) -> None:
    _insert(db, make_record(1))
    db.execute("DELETE FROM papers")
    assert [db.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0] for table in TABLES] == [0] * len(TABLES)
