"""The one-liners of the README: other people's tools read what is written here."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from sink_records import empty_record, make_record, write

from extract.sinks import load
from extract.sinks.arrow import features, record_schema

pytestmark = pytest.mark.filterwarnings("ignore")
PAPERS = 12


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """Records as JSONL; the first ones are empty, which is what breaks inference."""
    return write(tmp_path / "records.jsonl", [empty_record(n) for n in range(4)] + [make_record(n) for n in range(8)])


@pytest.fixture
def parquet(lines: Path, tmp_path: Path) -> Path:
    """The same as Parquet."""
    pytest.importorskip("pyarrow")
    load([lines], f"{tmp_path}/records.parquet")
    return tmp_path / "records.parquet"


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of its own for Hugging Face, and no network."""
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return tmp_path / "hf"


def test_datasets_reads_parquet(parquet: Path, hub: Path) -> None:
    datasets = pytest.importorskip("datasets")
    found = datasets.load_dataset("parquet", data_files=str(parquet), split="train", cache_dir=str(hub))
    assert len(found) == PAPERS
    assert found.features.arrow_schema.names == record_schema().names
    assert found[5]["results"][0]["value"] == make_record(1).results[0].value


def test_datasets_reads_jsonl_with_our_features(lines: Path, tmp_path: Path, hub: Path) -> None:
    datasets = pytest.importorskip("datasets")
    found = datasets.load_dataset("json", data_files=str(lines), features=features(), split="train", cache_dir=str(hub))
    assert found[4]["methods"][0]["name"] == "PondNet-0"
    assert found[0]["methods"] == []
    # A file in which no list holds anything loads the same: without the features its columns have no type.
    empty = write(tmp_path / "empty.jsonl", [empty_record(n) for n in range(3)])
    both = datasets.load_dataset(
        "json", data_files=[str(empty), str(lines)], features=features(), split="train", cache_dir=str(hub)
    )
    assert len(both) == PAPERS + 3
    assert both.features == found.features


def test_pandas(lines: Path, parquet: Path) -> None:
    pandas = pytest.importorskip("pandas")
    assert len(pandas.read_json(lines, lines=True)) == PAPERS
    frame = pandas.read_parquet(parquet).explode("results").dropna(subset="results")
    assert len(frame) == 8 * 4


def test_polars(lines: Path, parquet: Path) -> None:
    polars = pytest.importorskip("polars")
    assert len(polars.read_ndjson(lines, infer_schema_length=None)) == PAPERS
    results = polars.read_parquet(parquet).explode("results").unnest("results", separator=".")
    assert results["results.value"].drop_nulls().len() == 8 * 4


def test_duckdb(lines: Path, parquet: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    for source in (f"read_json('{lines}')", f"'{parquet}'"):
        query = f"SELECT count(*) FROM (SELECT unnest(results) AS r FROM {source}) WHERE r.kind = 'absolute'"
        with duckdb.connect() as db:
            assert db.execute(query).fetchall() == [(8 * 2,)]


def test_sqlite_utils(lines: Path, tmp_path: Path) -> None:
    pytest.importorskip("sqlite_utils")
    load([lines], f"sqlite:///{tmp_path}/papers.db")
    command = [sys.executable, "-m", "sqlite_utils"]
    done = subprocess.run(
        [*command, "rows", str(tmp_path / "papers.db"), "leaderboard", "--csv"],
        capture_output=True,
        check=True,
        text=True,
    )
    assert len(done.stdout.splitlines()) == 8 + 1
    subprocess.run([*command, "insert", str(tmp_path / "other.db"), "records", str(lines), "--nl"], check=True)


def test_datasette(lines: Path, tmp_path: Path) -> None:
    app = pytest.importorskip("datasette.app")
    load([lines], f"sqlite:///{tmp_path}/papers.db")
    datasette = app.Datasette([str(tmp_path / "papers.db")])
    try:
        response = asyncio.run(datasette.client.get("/papers/papers_flat.json?_shape=array"))
        assert len(response.json()) == PAPERS
    finally:
        for database in datasette.databases.values():
            database.close()
