"""A target that fails: one sentence, exit 1, nothing torn under a final name, and the run goes on when it is mended."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from batch_factories import Plain
from batch_helpers import lines, manifest

from extract import batch
from extract.batch.state import Appender
from extract.batch.targets import layout_of
from extract.errors import MissingExtraError, TargetError, UsageError

Dump = Callable[..., Path]
Spawn = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MB; skips where we may not mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if shutil.which("mount") is None or os.geteuid() != 0:
        pytest.skip("mounting needs root")
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True)
    if done.returncode:
        pytest.skip("mounting is not allowed here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_full_disk(dump: Dump, small_disk: Path, tmp_path: Path) -> None:
    path, out = dump(4000), small_disk / "out"
    with pytest.raises(TargetError, match=r"disk of .*out is full; free some space") as caught:
        batch.run([path], out, workers=1, factory=Plain())
    assert caught.value.exit_code == 1
    assert not list(out.glob("*.json*"))
    subprocess.run(["mount", "-o", "remount,size=20m", str(small_disk)], check=True)
    assert batch.run([path], out, workers=1, factory=Plain()) == 0
    assert len(lines(out / "records.jsonl")) == 4000
    batch.run([path], tmp_path / "whole", workers=0, factory=Plain())
    assert manifest(out) == manifest(tmp_path / "whole")


def test_full_disk_before_the_first_byte(dump: Dump, small_disk: Path) -> None:
    (small_disk / "filler").write_bytes(b"x" * (1 << 20))
    with pytest.raises(TargetError, match="is full"):
        batch.run([dump(10)], small_disk / "out", workers=0, factory=Plain())


@pytest.mark.parametrize("file", ["records.jsonl.part", "rejects.jsonl.part"])
def test_disk_that_is_full_only_for_a_moment(
    dump: Dump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    """The checkpoint after the failure can be written again: it must not count the block that was lost."""
    titles = [f"Net{n}" if n % 9 else "" for n in range(1000)]
    path, out = dump(titles=titles), tmp_path / "out"
    text = path.read_text("utf-8").replace('"abstract": "We study the case 9 ', '"abstract": "", "x": "')
    path.write_text(text + "torn\n", "utf-8")
    batch.run([path], tmp_path / "whole", workers=0, factory=Plain())
    real = Appender.write
    written = 0

    def write(self: Appender, data: bytes) -> None:
        nonlocal written
        if self.path.name == file:
            written += 1
            if written == (6 if file.startswith("records") else 1):
                real(self, data[: len(data) // 2])
                raise OSError(errno.ENOSPC, "No space left on device")
        real(self, data)

    monkeypatch.setattr(Appender, "write", write)
    with pytest.raises(TargetError, match="is full"):
        batch.run([path], out, workers=0, factory=Plain())
    assert batch.run([path], out, workers=0, factory=Plain()) == 1
    for name in ("records.jsonl", "rejects.jsonl"):
        assert (out / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert manifest(out) == manifest(tmp_path / "whole")


def test_read_only_target(dump: Dump, small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(TargetError, match="cannot be written"):
        batch.run([dump(10)], small_disk / "out", workers=0, factory=Plain())


def test_vanished_folder(dump: Dump, tmp_path: Path, spawn: Spawn) -> None:
    out = tmp_path / "out"
    process = spawn(0.002, 1, out, dump(1500))
    part = out / ".paperfacts" / "records.jsonl.part"
    while not (part.exists() and part.stat().st_size):
        time.sleep(0.02)
    while out.exists():
        shutil.rmtree(out, ignore_errors=True)  # a checkpoint may be written meanwhile
    _, message = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "has vanished" in message
    assert message.count("\n") == 1
    assert not out.exists()


def test_closed_pipe_is_quiet(dump: Dump) -> None:
    command = [sys.executable, str(Path(__file__).parent / "support" / "run_plain.py"), "0", "1", "-", str(dump(5000))]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None and process.stderr is not None
    assert process.stdout.readline().startswith(b'{"schema_version"')
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(10) == 1


def test_target_that_is_a_file(dump: Dump, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x")
    command = [sys.executable, "-m", "extract", "run", str(dump(2)), "-o", str(tmp_path / "taken"), "--workers", "0"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("paperfacts: ") and done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("", "empty name: give a folder"),
        ("x.csv", "does not write .csv files"),
        ("out.json", "does not write .json files"),
        ("x.jsonl.bz2", "does not write .bz2 files"),
        ("/proc/x", "No folder can be made for /proc/x"),
        ("papers.jsonl/x", "No folder can be made for papers.jsonl/x"),
        ("nowhere://x/y", "Protocol not known: nowhere"),
        ("s3://bucket/x.jsonl", "is a remote file; give the remote folder"),
        ("s3://bucket/x.parquet", "is a remote file; give the remote folder"),
    ],
)
def test_targets_that_cannot_be_are_refused_before_the_first_paper(
    dump: Dump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    dump(2)
    with pytest.raises(UsageError, match=words):
        batch.run(["papers.jsonl"], output, workers=0, factory=Plain())
    assert {p.name for p in tmp_path.iterdir()} == {"papers.jsonl"}


@pytest.mark.parametrize(
    ("output", "error", "words"),
    [
        ("postgresql://me:secret@127.0.0.1:1/db", TargetError, "postgresql://127.0.0.1/db cannot be reached"),
        ("sqlite:///no/such/folder/x.db", TargetError, "x.db"),
        ("sqlite:///theirs.db", UsageError, "theirs.db"),
        ("duckdb:///theirs.db", UsageError, "theirs.db"),
        ("parquet:papers.jsonl/x", TargetError, "papers.jsonl"),
    ],
)
def test_targets_that_fail_do_so_before_the_first_paper(
    dump: Dump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str, error: type[Exception], words: str
) -> None:
    pytest.importorskip("psycopg")
    monkeypatch.chdir(tmp_path)
    dump(2)
    with closing(sqlite3.connect("theirs.db")) as db:
        db.execute("CREATE TABLE papers (title TEXT)")
        db.commit()
    with pytest.raises(error, match=words) as caught:
        batch.run(["papers.jsonl"], output, workers=0, factory=Plain())
    assert "secret" not in str(caught.value)
    assert {p.name for p in tmp_path.iterdir()} == {"papers.jsonl", "theirs.db"}


@pytest.mark.parametrize(
    ("output", "package"),
    [
        ("postgresql://host/db", "psycopg"),
        ("duckdb:///x.duckdb", "duckdb"),
        ("x.parquet", "pyarrow"),
        ("x.jsonl.zst", "zstandard"),
        ("s3://bucket/x", "fsspec"),
    ],
)
def test_a_package_that_is_missing_is_said_before_the_first_paper(
    dump: Dump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str, package: str
) -> None:
    monkeypatch.chdir(tmp_path)
    dump(2)
    monkeypatch.setitem(sys.modules, package, None)  # what Python does for a package that cannot be imported
    with pytest.raises(MissingExtraError, match=r"pip install 'paperfacts\["):
        batch.run(["papers.jsonl"], output, workers=0, factory=Plain())
    assert {p.name for p in tmp_path.iterdir()} == {"papers.jsonl"}


def test_a_file_system_whose_package_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    fsspec = pytest.importorskip("fsspec")

    def missing(url: str) -> None:
        raise ImportError("Install s3fs to access S3")

    monkeypatch.setattr(fsspec.core, "url_to_fs", missing)
    with pytest.raises(UsageError, match="one more package: Install s3fs"):
        layout_of("s3://bucket/x", "x")


def test_a_slash_makes_a_folder_of_any_name(tmp_path: Path) -> None:
    layout = layout_of(f"{tmp_path}/x.csv/", "x")
    assert layout is not None and layout.records == tmp_path / "x.csv" / "records.jsonl"


SHELL = [  # what a shell does to the standard files, the exit code, and what is said
    ("run {dump} -o - > /dev/full", 1, "The disk of standard output is full"),
    ("run {dump} -o - >&-", 2, "Standard output is closed"),
    ("run - -o {out} <&-", 2, "Standard input is closed"),
    ("show - <&-", 2, "Standard input is closed"),
    ("run {dump} -o {out} <&- 2>&-", 0, ""),
]


@pytest.mark.parametrize(("command", "code", "words"), SHELL)
def test_standard_files_that_are_full_or_closed(
    dump: Dump, tmp_path: Path, command: str, code: int, words: str
) -> None:
    line = f"{sys.executable} -m extract {command.format(dump=dump(2), out=tmp_path / 'out')}"
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert done.stderr.count("\n") == (1 if words else 0)
    assert (tmp_path / "out").exists() == (code == 0)
