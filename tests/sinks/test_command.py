"""`paperfacts load` and `paperfacts export` at the command line."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from sink_records import make_record, write

from extract import __version__
from extract.commands.load import _as_written
from extract.model import SCHEMA_VERSION


def run(*arguments: object, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    """The command with its output."""
    command = [sys.executable, "-m", "extract", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, input=stdin, timeout=60, check=False)


def test_load_says_what_it_did(some: Path, tmp_path: Path) -> None:
    target = f"sqlite:///{tmp_path}/x.db"
    (tmp_path / "some.manifest.json").write_text(json.dumps({"dump": "the dump", "counts": {"records": 60}}))
    first = run("load", some, target)
    assert first.returncode == 0
    assert first.stderr.startswith(b"60 papers read: 60 inserted, 0 replaced, 0 unchanged; ")
    assert run("load", "-", target, stdin=some.read_bytes()).stderr == (
        b"60 papers read: 0 inserted, 0 replaced, 60 unchanged; 0 rows written.\n"
    )
    import sqlite3

    db = sqlite3.connect(tmp_path / "x.db")
    assert db.execute("SELECT runs.dump, records FROM runs JOIN papers ON run_id = runs.id LIMIT 1").fetchall() == [
        ("the dump", 60)
    ]
    db.close()


def test_a_load_into_duckdb_says_nothing_else(some: Path, tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    done = run("load", some, f"duckdb:///{tmp_path}/x.duckdb")
    assert done.returncode == 0
    assert done.stderr.count(b"\n") == 1, done.stderr


def test_bad_arguments_are_one_sentence(some: Path, tmp_path: Path) -> None:
    for arguments in (("load", some), ("load", some, "nowhere"), ("load", "none.jsonl", "x.db"), ("export", "x", some)):
        done = run(*arguments)
        assert not Path("x.db").exists()
        assert done.returncode == 2, arguments
        assert done.stderr.startswith(b"paperfacts: ")
        assert done.stderr.count(b"\n") == 1
    gone = run("load", some, f"sqlite:///{tmp_path}/no/x.db")
    assert gone.returncode == 1
    assert gone.stderr.count(b"\n") == 1


def test_export_to_standard_output_and_files(some: Path, tmp_path: Path) -> None:
    printed = run("export", "tdms", some)
    assert printed.returncode == 0
    assert printed.stderr == b""
    saved = run("export", "tdms", some, "-o", tmp_path / "t.tsv")
    assert saved.stderr.startswith(b"60 papers read, 1 file written to ")
    assert (tmp_path / "t.tsv").read_bytes() == printed.stdout
    assert run("export", "eee", some, "-o", tmp_path / "eee").returncode == 0
    dash = run("export", "tdms", some, "-o", "-")
    assert (dash.stdout, dash.stderr) == (printed.stdout, b"")
    assert not Path("-").exists()
    assert b"say where with -o FOLDER" in run("export", "eee", some, "-o", "-").stderr


def test_a_closed_pipe_is_quiet(tmp_path: Path) -> None:
    path = write(tmp_path / "r.jsonl", [make_record(n) for n in range(400)])
    command = [sys.executable, "-m", "extract", "export", "csl-json", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""


def test_records_are_trusted_only_as_this_version_wrote_them(tmp_path: Path) -> None:
    records = write(tmp_path / "records.jsonl", [make_record(1)])
    digest = hashlib.sha256(records.read_bytes()).hexdigest()
    manifest = {
        "version": __version__,
        "schema_version": SCHEMA_VERSION,
        "outputs": {"records.jsonl": {"sha256": digest}},
    }
    assert _as_written(records, manifest)
    assert _as_written(tmp_path, manifest)
    assert not _as_written(records, None)
    assert not _as_written(records, manifest | {"version": "0.0"})
    assert not _as_written(records, manifest | {"schema_version": "0.9"})
    assert not _as_written(records, manifest | {"outputs": {}})
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    records.write_bytes(records.read_bytes().replace(b'"confidence":', b'"confidence":7', 1))
    assert not _as_written(records, manifest)
    done = run("load", records, f"sqlite:///{tmp_path}/x.db")
    assert done.returncode == 2
    assert b"is not a record of this version" in done.stderr


@pytest.mark.parametrize("command", ["load", "export", "report"])
def test_no_output_replaces_what_is_read_or_what_a_run_wrote(command: str, tmp_path: Path) -> None:
    for name in ("one", "two"):
        page = Path(__file__).parents[2] / "output" / "sample" / "page.txt"
        assert run("run", page, "-o", tmp_path / name).returncode == 0
    mine, other = tmp_path / "one" / "records.jsonl", tmp_path / "two" / "records.jsonl"
    before = mine.read_bytes(), other.read_bytes()
    for target, words in ((mine, b"is what is read"), (other, b"belongs to a finished run")):
        words_of = {
            "load": ["load", tmp_path / "one", target],
            "export": ["export", "tdms", tmp_path / "one", "-o", target],
            "report": ["report", tmp_path / "one", "-o", target],
        }
        done = run(*words_of[command])
        assert done.returncode == 2
        assert words in done.stderr
        assert done.stderr.count(b"\n") == 1
    manifest = tmp_path / "two" / "manifest.json"
    assert b"belongs to a finished run" in run("export", "tdms", mine, "-o", manifest).stderr
    assert before == (mine.read_bytes(), other.read_bytes())


def test_an_export_takes_each_paper_once(some: Path, tmp_path: Path) -> None:
    once, twice = tmp_path / "once.bib", tmp_path / "twice.bib"
    run("export", "bibtex", some, "-o", once)
    done = run("export", "bibtex", some, some, "-o", twice)
    assert done.stderr.startswith(b"120 papers read, 60 repeated ids left out, 1 file written to ")
    assert once.read_bytes() == twice.read_bytes()


def test_duckdb_is_not_given_a_file_of_sqlite(some: Path, tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    assert run("load", some, f"sqlite:///{tmp_path}/x.db").returncode == 0
    done = run("load", some, f"duckdb:///{tmp_path}/x.db")
    assert done.returncode == 2
    assert b"is a SQLite database" in done.stderr
