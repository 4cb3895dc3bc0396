"""What runs have written is never replaced unasked, never read by the run that writes it, and never taken for a dump."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from batch_factories import Plain
from batch_helpers import content, lines

from extract import batch
from extract.batch.ledger import RejectLimitError
from extract.errors import UsageError

Dump = Callable[..., Path]


def piped(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


@pytest.mark.parametrize("first", ["a file", "standard input"])
def test_standard_input_replaces_no_finished_run(
    dump: Dump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    monkeypatch.chdir(tmp_path)
    path, out = dump(3), tmp_path / "output" / "stdin"
    piped(path.read_bytes(), monkeypatch)
    batch.run([path if first == "a file" else "-"], out, workers=0, factory=Plain())
    before = content(out)
    for output in (out, None):
        piped(b"", monkeypatch)
        with pytest.raises(UsageError, match=r"holds a .*--force"):
            batch.run(["-"], output, workers=0, factory=Plain())
        assert content(out) == before
    piped(b"", monkeypatch)
    assert batch.run(["-"], out, workers=0, factory=Plain(), force=True) == 0
    assert lines(out / "records.jsonl") == []


def test_standard_input_replaces_no_unfinished_run_of_a_file(
    dump: Dump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = dump(titles=["Net0: a", "", "Net2: c"]), tmp_path / "out"
    path.write_bytes(path.read_bytes() + b"torn\n")
    with pytest.raises(RejectLimitError):
        batch.run([path], out, workers=0, factory=Plain(), strict=True)
    before = content(out)
    piped(b"", monkeypatch)
    with pytest.raises(UsageError, match="another world: the list of dumps changed"):
        batch.run(["-"], out, workers=0, factory=Plain())
    assert {k: v for k, v in content(out).items() if "lock" not in k} == {
        k: v for k, v in before.items() if "lock" not in k
    }


@pytest.mark.parametrize("name", ["rejects.jsonl", "manifest.json"])
def test_no_file_of_somebody_else_is_replaced(dump: Dump, tmp_path: Path, name: str) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).write_text('{"name": "a web page"}')
    with pytest.raises(UsageError, match=f"{name} exists and no run of paperfacts wrote it"):
        batch.run([dump(3)], tmp_path / "out", workers=0, factory=Plain())


def test_a_run_of_another_world_without_its_rejects_is_not_replaced(dump: Dump, tmp_path: Path) -> None:
    out = tmp_path / "out"
    batch.run([dump(3)], out, workers=0, factory=Plain())
    (out / "rejects.jsonl").unlink()
    with pytest.raises(UsageError, match="another world"):
        batch.run([dump(4, name="other.jsonl")], out, workers=0, factory=Plain())
    assert len(lines(out / "records.jsonl")) == 3


@pytest.mark.parametrize("output", ["out", "out/records.jsonl", "out/../out"])
def test_no_run_replaces_what_it_reads(
    dump: Dump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str
) -> None:
    monkeypatch.chdir(tmp_path)
    batch.run([dump(3)], "out", workers=0, factory=Plain())
    (tmp_path / "link.jsonl").symlink_to("out/records.jsonl")
    before = content(tmp_path)
    for source in ("out/records.jsonl", str(tmp_path / "out" / "records.jsonl"), "link.jsonl"):
        with pytest.raises(UsageError, match=r"would replace .* which it reads"):
            batch.run([source], output, workers=0, factory=Plain(), force=True)
    with (tmp_path / "out" / "records.jsonl").open() as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        with pytest.raises(UsageError, match="would replace standard input"):
            batch.run(["-"], output, workers=0, factory=Plain(), force=True)
    assert content(tmp_path) == before


def test_no_run_over_rejects_replaces_the_run_that_they_are_of(dump: Dump, tmp_path: Path) -> None:
    path, out = dump(2), tmp_path / "out"
    path.write_bytes(path.read_bytes() + b"torn\n")
    batch.run([path], out, workers=0, factory=Plain())
    with pytest.raises(UsageError, match=r"would replace .*rejects\.jsonl"):
        batch.run([path], out, workers=0, factory=Plain(), only_rejects=out, force=True)
    assert len(lines(out / "records.jsonl")) == 2


@pytest.mark.parametrize(("name", "target"), [("p.parquet", "p.parquet"), ("results.csv", "csv:.")])
def test_no_load_replaces_what_the_run_reads(
    dump: Dump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, target: str
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(dump(3), tmp_path / name)
    for source in (name, "."):
        with pytest.raises(UsageError, match=f"would replace {name}"):
            batch.run([source], target, workers=0, factory=Plain(), format="jsonl", force=True)


@pytest.mark.parametrize("argument", [".", "*"])
@pytest.mark.parametrize("output", [None, ".", "all.jsonl", "all.jsonl.gz", "all.parquet", "csv:."])
def test_a_run_over_the_folder_it_stands_in_can_be_repeated(
    dump: Dump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, argument: str, output: str | None
) -> None:
    monkeypatch.chdir(tmp_path)
    dump(3)
    assert batch.run([argument], output, workers=0, factory=Plain()) == 0
    before = content(tmp_path)
    assert batch.run([argument], output, workers=0, factory=Plain()) == 0
    assert content(tmp_path) == before


def test_a_run_killed_while_it_names_its_files_finds_the_same_dumps(
    dump: Dump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    dump(3)
    rename = Path.replace

    def dies(self: Path, target: Path) -> Path:
        if Path(target).name == "all.manifest.json":
            raise KeyboardInterrupt
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", dies)
        with pytest.raises(KeyboardInterrupt):
            batch.run(["."], "all.jsonl", workers=0, factory=Plain())
    assert (tmp_path / "all.rejects.jsonl").exists() and not (tmp_path / "all.manifest.json").exists()
    assert batch.run(["."], "all.jsonl", workers=0, factory=Plain()) == 0
    assert (tmp_path / "all.manifest.json").exists()


def test_outputs_of_other_runs_are_no_dumps_unless_they_are_named(
    dump: Dump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dumps" / "one").mkdir(parents=True)
    batch.run([dump(3)], "dumps/one", workers=0, factory=Plain())
    (tmp_path / "dumps" / "one" / "report.html").write_text("<!DOCTYPE html><html><body>ours</body></html>")
    with pytest.raises(UsageError, match="nothing but what paperfacts wrote"):
        batch.run(["dumps"], "out", workers=0, factory=Plain())
    dump(5, name="dumps/new.jsonl", first=50)
    batch.run(["dumps"], "out", workers=0, factory=Plain())
    assert len(lines(tmp_path / "out" / "records.jsonl")) == 5
    batch.run(["dumps/one/records.jsonl"], "again", workers=0, factory=Plain())
    assert len(lines(tmp_path / "again" / "records.jsonl")) == 3


def test_a_refused_command_leaves_nothing(dump: Dump, tmp_path: Path) -> None:
    table, out = tmp_path / "table.csv", tmp_path / "out"
    table.write_text("title,abstract\nNet1: a title,An abstract.\n")
    with pytest.raises(UsageError, match="no target 'titel'"):
        batch.run([table], out, workers=0, factory=Plain(), mapping={"titel": "title"})
    assert not out.exists()
    with pytest.raises(UsageError, match="Titel"):  # which only the reader can know
        batch.run([table], out, workers=0, factory=Plain(), mapping={"title": "Titel"})
    assert content(out) == {}
    assert batch.run([table], out, workers=0, factory=Plain()) == 0


def test_a_run_without_a_record_gives_way_to_another(dump: Dump, tmp_path: Path) -> None:
    path, out = dump(2), tmp_path / "out"
    path.write_bytes(b'{"title": "", "abstract": ""}\n' + path.read_bytes())
    with pytest.raises(RejectLimitError):
        batch.run([path], out, workers=0, factory=Plain(), strict=True)
    assert (out / ".paperfacts" / "checkpoint.json").exists()
    assert batch.run([path], out, workers=0, factory=Plain(), limit=3) == 1
    assert lines(out / "records.jsonl")
