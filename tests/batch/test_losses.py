"""What a run says of files, members and papers that it did not convert."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from batch_factories import Plain
from batch_helpers import content, lines, manifest

from extract import batch
from extract.batch.parts import Part
from extract.errors import PaperfactsError

Dump = Callable[..., Path]


def convert(out: Path, *dumps: Path | str, **more: object) -> int:
    return batch.run(dumps, out, workers=1, factory=Plain(), **more)  # type: ignore[arg-type]


def test_files_and_members_passed_over_stand_in_the_manifest(
    dump: Dump, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    dump(5, name="in/a.jsonl")
    (folder / "LICENSE").write_text("All rights reserved.")
    (folder / "noise.bin").write_bytes(bytes(range(256)) * 9)
    with zipfile.ZipFile(folder / "b.zip", "w") as archive:
        archive.write(dump(5, name="c.jsonl", first=50), "c.jsonl")
        archive.writestr("LICENSE", "All rights reserved.")
    out = tmp_path / "out"
    assert convert(out, folder) == 0
    said = capsys.readouterr().err
    assert "2 files passed over: LICENSE, noise.bin (of no format known here)." in said
    assert "1 file passed over: b.zip/LICENSE (of no format known here)." in said
    found = manifest(out)
    assert found["passed_over"]["first"] == [[name, "of no format known here"] for name in ("LICENSE", "noise.bin")]
    assert [dump.get("passed_over", {}).get("count") for dump in found["inputs"]] == [None, 1]
    assert found["counts"]["records"] == 10
    before = content(out)
    assert convert(out, folder) == 0
    assert content(out) == before


def test_members_passed_over_are_remembered_over_a_stop(dump: Dump, tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("LICENSE", "All rights reserved.")
        archive.write(dump(5, name="c.jsonl"), "c.jsonl")
    bad = tmp_path / "x.jsonl"
    bad.write_text('{"title": "Terns"}\n{"title": broken}\n')
    with pytest.raises(PaperfactsError, match="--strict"):
        convert(tmp_path / "out", path, bad, strict=True)
    assert convert(tmp_path / "out", path, bad) == 1
    assert convert(tmp_path / "whole", path, bad) == 1
    assert manifest(tmp_path / "out") == manifest(tmp_path / "whole")


def test_a_dump_of_which_nothing_is_known_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps([{"heading": "Gulls", "text": "They fly."}] * 3))
    assert convert(tmp_path / "out", path) == 1
    assert "nothing in x.json was recognised as a paper; see paperfacts inspect, and --map" in capsys.readouterr().err


def test_a_dump_that_yields_nothing_is_no_success(
    dump: Dump, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("id,other\n1,2\n")
    assert convert(tmp_path / "out", path, format="bibtex") == 1
    assert "nothing in x.csv was recognised as a paper" in capsys.readouterr().err
    folder = tmp_path / "in"
    folder.mkdir()
    path.rename(folder / "x.csv")
    assert convert(tmp_path / "two", folder, dump(3)) == 1
    (folder / "x.csv").write_text("title,abstract\nGulls,They fly\nTerns,They wait\n")
    assert convert(tmp_path / "three", folder, dump(3), only_rejects=tmp_path / "two") == 0
    assert [r["title"] for r in lines(tmp_path / "three" / "records.jsonl")] == ["Gulls", "Terns"]


def test_a_duplicate_shows_how_it_begins(dump: Dump, tmp_path: Path) -> None:
    path = dump(2)
    path.write_text(path.read_text() * 2)
    assert convert(tmp_path / "out", path) == 1
    assert [r["excerpt"] for r in lines(tmp_path / "out" / "rejects.jsonl")] == [
        "Net0: a model of number 0",
        "Net1: a model of number 1",
    ]


def test_file_names_that_are_not_utf_8(dump: Dump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    name = os.fsdecode(os.fsencode(folder) + b"/caf\xe9.jsonl")
    dump(3).rename(name)
    monkeypatch.chdir(tmp_path)
    for source in (folder, name):
        assert convert(tmp_path / "out", source, force=True) == 0
        assert lines(tmp_path / "out" / "records.jsonl")[0]["source"]["dump"] == "caf\\xe9.jsonl"
    assert batch.run([name], workers=1, factory=Plain()) == 0
    assert (tmp_path / "output" / "caf\\xe9" / "records.jsonl").is_file()
    part = Part(0, 0, name, "x", (3, None, 7), None, "p", False)
    assert Part.from_json(part.to_json()) == part
