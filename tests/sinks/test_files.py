"""File targets and the files that records are read from."""

from __future__ import annotations

import csv
import gzip
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from sink_records import HOSTILE, empty_record, hostile_records, make_record, write

from extract.errors import TargetError, UsageError
from extract.model import from_json
from extract.sinks import is_target, load, parse_target
from extract.sinks.source import read_items
from extract.sinks.tables import BY_NAME, TABLES

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("text", "kind", "location"),
    [
        ("sqlite:///x.db", "sqlite", "x.db"),
        ("sqlite:////tmp/x.db", "sqlite", "/tmp/x.db"),
        ("sqlite:x.db", "sqlite", "x.db"),
        ("papers.sqlite", "sqlite", "papers.sqlite"),
        ("duckdb:///a b.duckdb", "duckdb", "a b.duckdb"),
        ("postgres://u@h/d", "postgresql", "postgres://u@h/d"),
        ("x.parquet", "parquet", "x.parquet"),
        ("parquet:out", "parquet-folder", "out"),
        ("csv:///out/dir", "csv-folder", "out/dir"),
        ("x.jsonl.zst", "jsonl", "x.jsonl.zst"),
    ],
)
def test_targets_are_read_from_text(text: str, kind: str, location: str) -> None:
    assert is_target(text)
    target = parse_target(text)
    assert (target.kind, target.location) == (kind, location)


def test_messages_never_hold_a_password() -> None:
    assert parse_target("postgresql://me:secret@h:5/d?password=secret").shown == "postgresql://h/d"
    assert parse_target("sqlite:///x.db").shown == "x.db"


@pytest.mark.parametrize(
    "text",
    ["out", "out/", "mysql://h/d", "x.json", "", "sqlite:", "sqlite:///", "sqlite://host/x", "postgresql://[x/y"],
)
def test_what_is_no_target_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_target(text)
    assert not is_target("out")


FILES = ["x.jsonl", "x.jsonl.gz", "x.jsonl.zst", "x.parquet", "parquet:pq", "csv:tables"]


@pytest.mark.parametrize("target", FILES)
def test_a_second_load_leaves_the_files_alone(
    target: str, some: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyarrow")
    pytest.importorskip("zstandard")
    monkeypatch.chdir(tmp_path)
    assert load([some], target, batch_size=25).inserted == 60
    files = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in Path().rglob("*") if path.is_file()}
    assert not [path for path in files if path.name.startswith(".")]
    assert load([some], target, batch_size=25).unchanged == 60
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in files} == files


@pytest.mark.parametrize("target", FILES)
def test_a_failed_load_leaves_the_old_file(
    target: str, some: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyarrow")
    pytest.importorskip("zstandard")
    monkeypatch.chdir(tmp_path)
    load([some], target)
    files = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    bad = tmp_path / "bad.jsonl"
    bad.write_bytes(some.read_bytes() + b'{"id": "x"}\n')
    files[Path("bad.jsonl")] = bad.read_bytes()
    with pytest.raises(UsageError, match="line 61"):
        load([bad], target)
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == files


@pytest.mark.parametrize("target", ["x.jsonl", "csv:tables"])
def test_what_a_killed_load_left_is_removed_and_a_running_load_is_let_be(
    target: str, some: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code = (
        "import sys, time; from pathlib import Path; from extract.sinks import load; load([Path(sys.argv[1])],"
        " sys.argv[2], batch_size=10, progress=lambda _: (print(flush=True), time.sleep(60)))"
    )
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {code}", str(some), target]

    def parts() -> list[Path]:
        return [path for path in Path().rglob(".*.part") if path.is_file()]

    with subprocess.Popen(command, stdout=subprocess.PIPE) as other:
        assert other.stdout
        other.stdout.readline()
        running = parts()
        assert len(running) == (1 if target == "x.jsonl" else len(TABLES))
        assert load([some], target).inserted == 60
        assert parts() == running
        other.kill()
    note = running[0].with_name(f"{running[0].name}.part")
    note.write_text("somebody else's")
    assert load([some], target).unchanged == 60
    assert parts() == [note]


def test_jsonl_comes_back_byte_for_byte(some: Path, tmp_path: Path) -> None:
    pytest.importorskip("zstandard")
    for ending in ("", ".gz", ".zst"):
        target = tmp_path / f"x.jsonl{ending}"
        load([some], str(target))
        assert b"".join(item.line + b"\n" for item in read_items([target])) == some.read_bytes()


def test_parquet_holds_whole_records(tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    records = [make_record(n) for n in range(5)] + [empty_record(1), *hostile_records()]
    load([write(tmp_path / "r.jsonl", records)], str(tmp_path / "x.parquet"), batch_size=4)
    rows = pq.read_table(tmp_path / "x.parquet").to_pylist()
    for row, record in zip(rows, records, strict=True):
        row["identifiers"] = {key: value for key, value in row["identifiers"].items() if key in record.identifiers}
        assert from_json(orjson.dumps(row)) == record


def test_a_file_of_empty_records_has_the_same_schema(some: Path, tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    empty = write(tmp_path / "e.jsonl", [empty_record(n) for n in range(3)])
    for source, name in ((some, "a"), (empty, "b")):
        load([source], f"{tmp_path}/{name}.parquet")
        load([source], f"parquet:{tmp_path}/{name}")
    assert pq.read_schema(tmp_path / "a.parquet") == pq.read_schema(tmp_path / "b.parquet")
    for table in TABLES:
        schemas = [pq.read_schema(tmp_path / name / f"{table.name}.parquet") for name in ("a", "b")]
        assert schemas[0] == schemas[1]
        assert tuple(schemas[0].names) == table.names


def test_no_spreadsheet_runs_a_cell(tmp_path: Path) -> None:
    records = list(hostile_records())
    load([write(tmp_path / "h.jsonl", records)], f"csv:{tmp_path}/out")
    formulas = 0
    for table in TABLES:
        with (tmp_path / "out" / f"{table.name}.csv").open(encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream))
        assert tuple(rows[0]) == table.names
        numbers = [column.type in ("integer", "real") for column in table.columns]
        for row in rows[1:]:
            assert len(row) == len(numbers)
            for cell, number in zip(row, numbers, strict=True):
                assert number or not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
                formulas += cell.startswith("'")
    with (tmp_path / "out" / "methods.csv").open(encoding="utf-8", newline="") as stream:
        names = [row["name"] for row in csv.DictReader(stream)]
    assert names == [method.name for record in records for method in record.methods]
    bad = make_record(1, hostile="").model_dump()
    bad["methods"][0]["aliases"] = []
    bad["code_availability"] = "released"
    bad["metadata"]["url"] = HOSTILE[2]
    one = tmp_path / "one.jsonl"
    one.write_bytes(orjson.dumps(bad) + b"\n")
    load([one], f"csv:{tmp_path}/one")
    with (tmp_path / "one" / "papers.csv").open(encoding="utf-8", newline="") as stream:
        assert next(csv.DictReader(stream))["url"] == "'" + HOSTILE[2]


def test_a_run_is_in_the_tables(some: Path, tmp_path: Path) -> None:
    load([some], f"csv:{tmp_path}/out", run={"dump": "d.jsonl", "rules_hash": "ab"})
    with (tmp_path / "out" / "runs.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["dump"], row["rules_hash"]) for row in rows] == [("d.jsonl", "ab")]
    assert len(BY_NAME["runs"].names) == len(rows[0])


def test_targets_that_cannot_be_written_are_one_sentence(some: Path, tmp_path: Path) -> None:
    (tmp_path / "folder.jsonl").mkdir()
    with pytest.raises(UsageError, match="is a folder"):
        load([some], str(tmp_path / "folder.jsonl"))
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="is a file"):
        load([some], f"csv:{tmp_path}/file")
    with pytest.raises(TargetError, match="could not be written"):
        load([some], f"{tmp_path}/file/x.jsonl")


def test_records_that_cannot_be_read_are_one_sentence(tmp_path: Path) -> None:
    target = f"sqlite:///{tmp_path}/x.db"
    with pytest.raises(UsageError, match="No records"):
        load([], target)
    with pytest.raises(UsageError, match="cannot be read"):
        load([tmp_path / "none.jsonl"], target)
    for content in (b"not json\n", b'{"title": "no id"}\n', b"[1, 2]\n", b'{"id": 7}\n', b"\x80\x81\n"):
        path = tmp_path / "bad.jsonl"
        path.write_bytes(content)
        with pytest.raises(UsageError, match=r"line 1 is not a record"):
            load([path], target)


@pytest.mark.parametrize("ending", ["gz", "zst"])
def test_a_cut_file_is_said(ending: str, some: Path, tmp_path: Path) -> None:
    if ending == "gz":
        data = gzip.compress(some.read_bytes())
    else:
        data = pytest.importorskip("zstandard").compress(some.read_bytes())
    path = tmp_path / f"r.jsonl.{ending}"
    for cut in (len(data) // 2, len(data) - 3):
        path.write_bytes(data[:cut])
        with pytest.raises(UsageError, match="is damaged after line"):
            load([path], f"sqlite:///{tmp_path}/x.db")
    # Several members or frames one after another are one file.
    path.write_bytes(data + data)
    summary = load([path], f"sqlite:///{tmp_path}/x.db")
    assert (summary.read, summary.duplicates) == (120, 60)


def test_a_folder_of_a_run_stands_for_its_records(some: Path, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "records.jsonl").write_bytes(some.read_bytes() + b"\n")
    assert load([tmp_path / "run"], f"sqlite:///{tmp_path}/x.db").inserted == 60
    (tmp_path / "run" / "records.jsonl").unlink()
    with pytest.raises(UsageError, match=r"holds no records\.jsonl"):
        load([tmp_path / "run"], f"sqlite:///{tmp_path}/x.db")
    (tmp_path / "run" / "records.jsonl.gz").write_bytes(gzip.compress(some.read_bytes()))
    assert load([tmp_path / "run"], f"sqlite:///{tmp_path}/x.db").unchanged == 60
