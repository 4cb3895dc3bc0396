"""What a run writes: records, rejects, manifest, in every shape of output."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import zstandard
from batch_factories import Plain, Poisoned, Unbuildable
from batch_helpers import content, lines, manifest

from extract import batch
from extract.batch.inputs import name_of
from extract.batch.ledger import RejectLimitError
from extract.errors import PaperfactsError, UsageError
from extract.model import from_json, json_schema, to_json

Dump = Callable[..., Path]


def test_records_rejects_and_manifest_agree(dump: Dump, tmp_path: Path) -> None:
    path = dump(5)
    with path.open("a", encoding="utf-8") as out:
        out.write("{broken\n")
        out.write('{"id": "2301.00002", "title": "Again", "abstract": "The same id."}\n')
        out.write('{"id": "2301.00009"}\n')
        out.write('{"id": "2301.00010", "title": "Only a title"}\n')
    out = tmp_path / "out"
    assert batch.run([path], out, workers=1, factory=Plain()) == 1
    records, rejects = lines(out / "records.jsonl"), lines(out / "rejects.jsonl")
    assert [r["source"]["index"] for r in records] == [0, 1, 2, 3, 4, 8]
    assert [(r["index"], r["line"], r["reason"]) for r in rejects] == [
        (5, 6, "bad-json"), (6, 7, "duplicate-id"), (7, 8, "empty-paper"),
    ]  # fmt: skip
    data = path.read_bytes()
    for reject in rejects:
        assert reject["dump"] == "papers.jsonl"
        assert data[: reject["byte_offset"]].count(b"\n") == reject["line"] - 1
    found = manifest(out)
    assert found["counts"]["read"] == 9 == len(records) + len(rejects)
    assert found["inputs"][0]["reasons"] == {"bad-json": 1, "duplicate-id": 1, "empty-paper": 1}
    assert found["counts"]["kinds"]["methods"] == 6
    assert found["counts"]["rules"] == {"test.x": 6}
    assert found["outputs"]["records.jsonl"]["bytes"] == (out / "records.jsonl").stat().st_size
    assert not (out / ".paperfacts").exists()


def test_first_paper_with_an_id_wins_over_dumps_and_blocks(dump: Dump, tmp_path: Path) -> None:
    first, second = dump(150, name="a.jsonl"), dump(200, name="b.jsonl", first=100)
    out = tmp_path / "out"
    assert batch.run([first, second], out, workers=2, factory=Plain()) == 1
    records = lines(out / "records.jsonl")
    assert [r["id"] for r in records] == [f"arxiv:2301.{n:05d}" for n in range(300)]
    assert [r["source"]["dump"] for r in records] == ["a.jsonl"] * 150 + ["b.jsonl"] * 150
    found = manifest(out)
    assert [(i["read"], i["records"], i["rejects"]) for i in found["inputs"]] == [(150, 150, 0), (200, 150, 50)]
    # What was thrown out as a duplicate is not among the counted facts.
    assert found["counts"]["kinds"]["methods"] == 300


def test_bytes_do_not_depend_on_workers_hash_seed_locale_or_compression(dump: Dump, tmp_path: Path) -> None:
    abstract = "We propose SparseNet, which reaches 81.2% top-1 on ImageNet. Code: https://github.com/a/sparse"
    plain = tmp_path / "p.jsonl"
    plain.write_text(
        "".join(
            json.dumps({"id": f"2301.{n:05d}", "title": f"SparseNet-{n}: less is more", "abstract": abstract}) + "\n"
            for n in range(120)
        )
    )
    packed = tmp_path / "packed" / "p.jsonl"
    packed.parent.mkdir()
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    results = []
    for workers, seed, source, zone in (
        ("0", "1", plain, "UTC"), ("2", "2", packed, "Asia/Kathmandu"),
    ):  # fmt: skip
        out = tmp_path / f"out{workers}"
        environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C", "TZ": zone}
        command = [sys.executable, "-m", "extract", "run", str(source), "-o", str(out), "--workers", workers]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        results.append(((out / "records.jsonl").read_bytes(), manifest(out)["counts"]))
    assert results[0] == results[1]
    assert results[0][1]["kinds"]["methods"] >= 120


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_bytes_do_not_depend_on_the_size_of_blocks(
    dump: Dump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    titles = [{3: "RAISE", 50: "", 90: "INVALID"}.get(n, f"Net{n}") for n in range(200)]
    path = dump(titles=titles)
    text = path.read_text("utf-8").splitlines(keepends=True)
    for copy, original in ((120, 3), (121, 7), (199, 90)):  # a repeated id, of a record or of a reject
        text[copy] = text[original].replace("RAISE", "Net").replace("INVALID", "Net")
    path.write_text("".join(text), "utf-8")
    factory = Poisoned(str(tmp_path))
    batch.run([path], tmp_path / "usual", workers=0, factory=factory)
    monkeypatch.setattr("extract.batch.pool.BLOCK_PAPERS", size)
    batch.run([path], tmp_path / "other", workers=1, factory=factory)
    for name in ("records.jsonl", "rejects.jsonl"):
        assert (tmp_path / "usual" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()
    assert manifest(tmp_path / "usual") == manifest(tmp_path / "other")
    reasons = {r["index"]: r["reason"] for r in lines(tmp_path / "usual" / "rejects.jsonl")}
    assert reasons == {3: "internal-error", 90: "invalid-record", 121: "duplicate-id"}


def test_the_sample_comes_out_as_the_contract_says(tmp_path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    sample = Path(__file__).parents[2] / "output" / "sample" / "page.txt"
    assert batch.run([sample], tmp_path / "out") in (0, 1)
    raw = (tmp_path / "out" / "records.jsonl").read_bytes()
    validator = jsonschema.Draft202012Validator(json_schema())
    ids = set()
    for line in raw.splitlines():
        record = json.loads(line, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
        validator.validate(record)
        assert to_json(from_json(line)) == line
        ids.add(record["id"])
        for mention in mentions(record):
            field = record[mention["field"]]
            assert field[mention["start_char"] : mention["end_char"]] == mention["text"]
    assert len(ids) == raw.count(b"\n") > 20


def mentions(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "start_char" in node:
            yield node
        for value in node.values():
            yield from mentions(value)
    elif isinstance(node, list):
        for value in node:
            yield from mentions(value)


@pytest.mark.parametrize("ending", ["", ".gz", ".zst"])
def test_file_output(dump: Dump, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"x.jsonl{ending}"
    assert batch.run([dump(250)], target, workers=1, factory=Plain()) == 0
    raw = target.read_bytes()
    text = {"": bytes, ".gz": gzip.decompress, ".zst": zstandard.ZstdDecompressor().decompress}[ending](raw)
    assert text.count(b"\n") == 250
    assert {p.name for p in tmp_path.iterdir()} == {
        "papers.jsonl", target.name, "x.rejects.jsonl", "x.manifest.json",
    }  # fmt: skip
    before = content(tmp_path)
    assert batch.run([tmp_path / "papers.jsonl"], target, workers=1, factory=Plain()) == 0
    assert content(tmp_path) == before


def test_standard_output_and_input(dump: Dump) -> None:
    data = dump(5).read_bytes() + b"nonsense\n"
    command = [sys.executable, "-m", "extract", "run", "-", "-o", "-", "--workers", "1"]
    done = subprocess.run(command, input=data, capture_output=True, check=False)
    assert done.returncode == 1
    assert [json.loads(line)["source"]["dump"] for line in done.stdout.splitlines()] == ["-"] * 5
    assert b"bad-json" in done.stderr


def test_interrupted_standard_input_starts_over(dump: Dump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = dump(5).read_bytes()
    for more, code in ((b"torn\n", None), (b"", 0)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data + more)))
        if code is None:
            with pytest.raises(RejectLimitError):
                batch.run(["-"], tmp_path / "out", workers=1, factory=Plain(), max_rejects=0)
        else:
            assert batch.run(["-"], tmp_path / "out", workers=1, factory=Plain()) == code
    assert len(lines(tmp_path / "out" / "records.jsonl")) == 5


def test_limit_counts_papers_of_all_dumps(dump: Dump, tmp_path: Path) -> None:
    first, second = dump(150, name="a.jsonl"), dump(150, name="b.jsonl", first=500)
    batch.run([first, second], tmp_path / "out", workers=1, limit=170, factory=Plain())
    assert len(lines(tmp_path / "out" / "records.jsonl")) == 170


def test_empty_dump_is_no_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty.jsonl").touch()
    assert batch.run([tmp_path / "empty.jsonl"], tmp_path / "out", workers=1, factory=Plain()) == 0
    assert (tmp_path / "out" / "records.jsonl").read_bytes() == b""
    assert "0 papers" in capsys.readouterr().err


def test_default_folder_is_named_after_the_dump(dump: Dump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dump(2, name="arxiv.2023.jsonl")
    monkeypatch.chdir(tmp_path)
    batch.run(["arxiv.2023.jsonl"], workers=1, factory=Plain())
    assert (tmp_path / "output" / "arxiv.2023" / "records.jsonl").is_file()


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["a/b/papers.jsonl.zst"], "papers"),
        (["page.txt"], "page"),
        (["-"], "stdin"),
        (["dumps/2023/"], "2023"),
        (["dumps/2023/*.json"], "2023"),
        (["x.csv", "y.csv", "z.csv"], "x+2"),
        (["s3://bucket/daily/p.parquet"], "p"),
        (["../.."], "dumps"),
        (["v1.5"], "v1.5"),
    ],
)
def test_names(arguments: list[str], name: str) -> None:
    assert name_of(arguments) == name


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"workers": "many"}, "--workers"),
        ({"timeout": 0}, "--timeout"),
        ({"workers": -1}, "--workers -1 is negative"),
        ({"limit": -1}, "--limit"),
        ({"encoding": "idna"}, "--encoding idna cannot be read"),
        ({"encoding": "punycode"}, "--encoding punycode cannot be read"),
        ({"encoding": "undefined"}, "--encoding undefined cannot be read"),
        ({"encoding": "rot13"}, "rot13"),
        ({"encoding": "utf-16"}, "--encoding utf-16 does not fit"),
        ({"encoding": "utf-32"}, "--encoding utf-32 does not fit"),
        ({"mapping": {"titel": "title"}}, "titel"),
        ({"max_rejects": "some"}, "--max-rejects"),
        ({"max_rejects": "120%"}, "--max-rejects"),
        ({"progress": "loud"}, "--progress"),
        ({"format": "morse"}, "morse"),
        ({"rules": "nowhere"}, "nowhere"),
    ],
)
def test_bad_options_are_said_before_anything_is_written(
    dump: Dump, tmp_path: Path, more: dict[str, object], message: str
) -> None:
    factory = {} if "rules" in more else {"factory": Plain()}
    with pytest.raises(PaperfactsError, match=message) as caught:
        batch.run([dump(3)], tmp_path / "out", **{"workers": 1, **factory, **more})  # type: ignore[arg-type]
    assert caught.value.exit_code == 2
    assert not (tmp_path / "out").exists()


def test_missing_and_unknown_inputs(tmp_path: Path) -> None:
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)) * 50)
    for bad in (tmp_path / "nowhere.jsonl", tmp_path / "noise.bin"):
        with pytest.raises(UsageError):
            batch.run([bad], tmp_path / "out", workers=1, factory=Plain())
    assert not (tmp_path / "out").exists()


def test_pipeline_that_cannot_be_built(dump: Dump, tmp_path: Path) -> None:
    with pytest.raises(PaperfactsError, match="no such thing"):
        batch.run([dump(3)], tmp_path / "out", workers=1, factory=Unbuildable())


def test_strict_and_max_rejects_stop_and_go_on(dump: Dump, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    titles = ["RAISE" if n in (30, 60, 90) else f"Net{n}" for n in range(300)]
    path, out = dump(titles=titles), tmp_path / "out"
    factory = Poisoned(str(tmp_path))

    def run(**more: object) -> int:
        return batch.run([path], out, workers=1, factory=factory, **more)  # type: ignore[arg-type]

    with pytest.raises(PaperfactsError, match=r"--strict.*entry 30.*internal-error") as caught:
        run(strict=True)
    assert caught.value.exit_code == 1
    assert not (out / "records.jsonl").exists()
    with pytest.raises(PaperfactsError, match=r"3 of 91 papers.*entry 90"):
        run(max_rejects=2)
    assert "going on" in capsys.readouterr().err
    with pytest.raises(PaperfactsError, match="3 of 300 papers"):
        run(max_rejects="0.5%")
    assert run(max_rejects="5%") == 1
    assert (manifest(out)["counts"]["records"], manifest(out)["counts"]["rejects"]) == (297, 3)
    whole = tmp_path / "whole"
    batch.run([path], whole, workers=2, factory=factory)
    assert (whole / "records.jsonl").read_bytes() == (out / "records.jsonl").read_bytes()
    assert (whole / "rejects.jsonl").read_bytes() == (out / "rejects.jsonl").read_bytes()
    assert manifest(whole) == manifest(out)


def test_progress_for_machines(dump: Dump, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    batch.run([dump(400)], tmp_path / "out", workers=1, progress="json", factory=Plain(0.004))
    text = capsys.readouterr().err.splitlines()
    events = [json.loads(line) for line in text if line.startswith("{")]
    assert [e["event"] for e in events[-1:]] == ["done"]
    assert events[0]["event"] == "progress"
    amid = next(e for e in events if e["papers"])  # before it the worker may still be starting
    assert 0 < amid["share"] < 1
    assert amid["eta_seconds"] is None or amid["eta_seconds"] > 0
    assert events[-1]["papers"] == events[-1]["records"] == 400
    assert "400 papers: 400 records in" in text[-1]


def test_records_into_a_database(dump: Dump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlite3

    path = dump(20)
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert batch.run([path], "sqlite:///facts.db", workers=1, factory=Plain()) == 0
        with sqlite3.connect(tmp_path / "facts.db") as db:
            assert db.execute("SELECT count(*) FROM papers").fetchone() == (20,)
        db.close()
    assert (tmp_path / "output" / "papers" / "manifest.json").is_file()
