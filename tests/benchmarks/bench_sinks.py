"""Rows per second into each target, beside the bare client's own bulk load of the same rows in the same run.

    python tests/benchmarks/bench_sinks.py [--records records.jsonl] [--results 100000] [--postgres DSN]

"load" is the whole of `extract.sinks.load`, from JSONL lines to committed rows with keys, checks, foreign keys and
indexes; "bare" is the client's fastest way with rows that lie ready in memory, into tables without any of these;
"read" is what it takes to make these rows from the lines, which the bare client's user has to do as well.
"again" is the second load of the same records. Rows are those of all tables. Times are the best of three, and CPU time
of this process, so that a busy machine does not blur them; for PostgreSQL, where another process works, wall time.
"""

from __future__ import annotations

import argparse
import csv
import gc
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "sinks"))

import sink_records as made

from extract.sinks import load
from extract.sinks.arrow import record_schema, table_of
from extract.sinks.rows import Rows
from extract.sinks.source import batches, read_items
from extract.sinks.store import count_rows, rows_of
from extract.sinks.tables import _TYPES, OF_A_PAPER

ROUNDS = 3


def best(
    function: Callable[[], object],
    before: Callable[[], object] = lambda: None,
    clock: Callable[[], float] = time.process_time,
) -> float:
    """Seconds, the best of the rounds; `before` is not timed."""
    times = []
    for _ in range(ROUNDS):
        before()
        gc.collect()
        start = clock()
        function()
        times.append(clock() - start)
    return min(times)


def plain(dialect: str) -> list[str]:
    """CREATE TABLE without keys, checks and references."""
    types = {**_TYPES[dialect], "json": "text"}
    return [
        f"CREATE TABLE {table.name} ({', '.join(f'{c.name} {types[c.type]}' for c in table.columns)})"
        for table in OF_A_PAPER
    ]


def bare_sqlite(parts: list[Rows], folder: Path) -> None:
    import sqlite3

    db = sqlite3.connect(folder / "bare.db", isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    for statement in plain("sqlite"):
        db.execute(statement)
    for rows in parts:
        db.execute("BEGIN")
        for table in OF_A_PAPER:
            marks = ", ".join("?" * len(table.columns))
            db.executemany(f"INSERT INTO {table.name} VALUES ({marks})", rows[table.name])
        db.execute("COMMIT")
    db.close()


def bare_duckdb(parts: list[Rows], folder: Path) -> None:
    import duckdb

    db = duckdb.connect(str(folder / "bare.duckdb"))
    for statement in plain("duckdb"):
        db.execute(statement)
    for rows in parts:
        db.execute("BEGIN")
        for table in OF_A_PAPER:
            db.register("batch", table_of(table, rows[table.name]))
            db.execute(f"INSERT INTO {table.name} SELECT * FROM batch")
        db.execute("COMMIT")
    db.close()


def bare_postgres(parts: list[Rows], dsn: str) -> None:
    import psycopg

    types = {"text": "text", "integer": "int8", "real": "float8", "boolean": "bool", "json": "text"}
    with psycopg.connect(dsn) as db:
        db.execute("CREATE SCHEMA bare")
        db.execute("SET search_path = bare")
        for statement in plain("postgresql"):
            db.execute(statement)
        for rows in parts:
            for table in OF_A_PAPER:
                with db.cursor() as cursor, cursor.copy(f"COPY {table.name} FROM STDIN (FORMAT BINARY)") as copy:
                    copy.set_types([types[c.type] for c in table.columns])
                    for row in rows[table.name]:
                        copy.write_row(row)
            db.commit()


def bare_parquet_tables(parts: list[Rows], folder: Path) -> None:
    import pyarrow.parquet as pq

    for table in OF_A_PAPER:
        writer = None
        for rows in parts:
            arrow = table_of(table, rows[table.name])
            writer = writer or pq.ParquetWriter(folder / f"{table.name}.parquet", arrow.schema, compression="zstd")
            writer.write_table(arrow)
        if writer:
            writer.close()


def bare_parquet(data: bytes, folder: Path) -> None:
    import io

    import pyarrow.json as pj
    import pyarrow.parquet as pq

    options = pj.ParseOptions(explicit_schema=record_schema())
    size = pj.ReadOptions(use_threads=False, block_size=16 << 20)
    with (
        pj.open_json(io.BytesIO(data), size, options) as reader,
        pq.ParquetWriter(folder / "bare.parquet", record_schema(), compression="zstd") as out,
    ):
        for batch in reader:
            out.write_batch(batch)


def bare_csv(parts: list[Rows], folder: Path) -> None:
    for table in OF_A_PAPER:
        with (folder / f"{table.name}.csv").open("w", newline="") as out:
            writer = csv.writer(out)
            for rows in parts:
                writer.writerows(rows[table.name])


def bare_jsonl(lines: list[bytes], folder: Path) -> None:
    with (folder / "bare.jsonl").open("wb") as out:
        for line in lines:
            out.write(line + b"\n")


def measure(path: Path, dsn: str | None, only: str | None) -> list[dict[str, object]]:
    """One row for each target."""
    folder = Path(tempfile.mkdtemp())
    items = list(read_items([path]))
    parts = [rows_of(batch, None, validate=False) for batch in batches(items, 2000)]
    total = sum(map(count_rows, parts))
    lines = [item.line for item in items]
    data = b"\n".join(lines)

    def read(validate: bool) -> None:
        for batch in batches(read_items([path]), 2000):
            rows_of(batch, None, validate=validate)

    def fresh() -> None:
        shutil.rmtree(folder)
        folder.mkdir()

    def fresh_postgres() -> None:
        import psycopg

        with psycopg.connect(dsn or "", autocommit=True) as db:
            db.execute("SET client_min_messages = warning")
            db.execute("DROP SCHEMA IF EXISTS bench CASCADE")
            db.execute("DROP SCHEMA IF EXISTS bare CASCADE")
            db.execute("CREATE SCHEMA bench")

    reading = best(lambda: read(False))
    print(
        f"reading lines into rows: {total / reading:,.0f} rows/s; with validation {total / best(lambda: read(True)):,.0f}"
    )
    targets = {
        "SQLite": (f"sqlite:///{folder}/x.db", lambda: bare_sqlite(parts, folder), fresh),
        "DuckDB": (f"duckdb:///{folder}/x.duckdb", lambda: bare_duckdb(parts, folder), fresh),
        "Parquet tables": (f"parquet:{folder}/pq", lambda: bare_parquet_tables(parts, folder), fresh),
        "CSV tables": (f"csv:{folder}/csv", lambda: bare_csv(parts, folder), fresh),
        "Parquet records": (f"{folder}/x.parquet", lambda: bare_parquet(data, folder), fresh),
        "JSONL": (f"{folder}/x.jsonl", lambda: bare_jsonl(lines, folder), fresh),
    }
    if dsn:
        option = ("&" if "?" in dsn else "?") + "options=-csearch_path%3Dbench"
        targets["PostgreSQL"] = (dsn + option, lambda: bare_postgres(parts, dsn), fresh_postgres)
    found = []
    for name, (target, bare, before) in targets.items():
        if only not in (None, name):
            continue
        clock = time.perf_counter if name == "PostgreSQL" else time.process_time
        whole = name in ("Parquet records", "JSONL")
        count = len(items) if whole else total
        bare_time = best(bare, before, clock)
        quick = best(lambda target=target: load([path], target, validate=False), before, clock)
        full = best(lambda target=target: load([path], target), before, clock)
        again = best(lambda target=target: load([path], target, validate=False), clock=clock)
        rate = {
            "target": name,
            "rows": count,
            "bare": round(count / bare_time),
            "bare + read": round(count / (bare_time + (0 if whole else reading))),
            "load": round(count / quick),
            "load, validated": round(count / full),
            "load : bare": round(bare_time / quick, 2),
            "load : bare + read": round((bare_time + (0 if whole else reading)) / quick, 2),
            "again, papers/s": round(len(items) / again),
        }
        print(json.dumps(rate), flush=True)
        found.append(rate)
    shutil.rmtree(folder)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=Path, help="records.jsonl of a run; without it, records are made up")
    parser.add_argument("--results", type=int, default=100_000, help="result rows to make up")
    parser.add_argument("--only", help="one target, such as SQLite")
    parser.add_argument("--postgres", help="connection string; schemas `bench` and `bare` in it are dropped")
    arguments = parser.parse_args()
    if arguments.records:
        measure(arguments.records, arguments.postgres, arguments.only)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.jsonl"
        made.write(path, (made.make_record(n, results=10) for n in range(arguments.results // 10)))
        measure(path, arguments.postgres, arguments.only)


if __name__ == "__main__":
    main()
