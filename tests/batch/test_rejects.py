"""What was rejected, mended, and run alone; and what does not count as a fault."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from batch_factories import Plain, Poisoned
from batch_helpers import lines, manifest

from extract import batch
from extract.errors import PaperfactsError, UsageError

Dump = Callable[..., Path]


def test_mended_rejects_run_alone(dump: Dump, tmp_path: Path) -> None:
    titles = ["RAISE it" if n in (3, 120) else f"Net{n}" for n in range(150)]
    path, out, again = dump(titles=titles), tmp_path / "out", tmp_path / "again"
    path.write_text(path.read_text() + '{broken\n{"id": "2301.00002", "title": "Twice", "abstract": "A."}\n')
    assert batch.run([path], out, workers=1, factory=Poisoned(str(tmp_path))) == 1
    assert [r["index"] for r in lines(out / "rejects.jsonl")] == [3, 120, 150, 151]
    path.write_text(path.read_text().replace("{broken", '{"id": "2301.00777", "title": "Whole", "abstract": "A."}'))
    assert batch.run([path], again, workers=2, factory=Plain(), only_rejects=out) == 0
    assert [r["source"]["index"] for r in lines(again / "records.jsonl")] == [
        3,
        120,
        150,
    ]  # no duplicate: that is right
    assert manifest(again)["counts"]["read"] == 3
    whole = tmp_path / "whole"
    batch.run([path], whole, workers=1, factory=Plain())
    both = sorted(
        (out / "records.jsonl").read_bytes().splitlines() + (again / "records.jsonl").read_bytes().splitlines()
    )
    assert both == sorted((whole / "records.jsonl").read_bytes().splitlines())


def test_what_stood_behind_a_damage_is_run(dump: Dump, tmp_path: Path) -> None:
    other, path = dump(20, name="other.jsonl", first=5000), dump(3000)
    whole = gzip.compress(path.read_bytes())
    packed = tmp_path / "papers.jsonl.gz"
    packed.write_bytes(whole[: len(whole) // 2])
    out = tmp_path / "out"
    assert batch.run([other, packed], out, workers=1, factory=Plain()) == 1
    packed.write_bytes(whole)
    again = tmp_path / "again"
    assert batch.run([other, packed], again, workers=1, factory=Plain(), only_rejects=out / "rejects.jsonl") == 0
    found = lines(out / "records.jsonl") + lines(again / "records.jsonl")
    assert len(found) == 3020
    assert len({r["id"] for r in found}) == 3020


def test_other_rejects_are_another_run(dump: Dump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path, factory = dump(titles=["RAISE", "Net"]), Poisoned(str(tmp_path))
    batch.run([path], workers=1, factory=factory)
    batch.run([path], workers=1, factory=factory, only_rejects="output/papers")
    assert len(lines(tmp_path / "output/papers-rejects/rejects.jsonl")) == 1
    assert batch.run([path], workers=1, factory=factory, only_rejects="output/papers") == 1  # finished: nothing to do
    with Path("output/papers/rejects.jsonl").open("a") as more:
        more.write(json.dumps({"dump": "papers.jsonl", "index": 1, "reason": "timeout"}) + "\n")
    with pytest.raises(UsageError, match="--force"):
        batch.run([path], workers=1, factory=factory, only_rejects="output/papers")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "Cannot read"),
        ("{}\n", "no file of rejects"),
        ("", "nothing to convert again"),
        ('{"dump": "papers.jsonl", "index": 1, "reason": "duplicate-id"}\n', "nothing to convert again"),
        ('{"dump": "else.jsonl", "index": 1, "reason": "timeout"}\n', "rejected nothing of these dumps"),
    ],
)
def test_what_cannot_be_run_again_is_said(dump: Dump, tmp_path: Path, content: str | None, said: str) -> None:
    if content is not None:
        (tmp_path / "rejects.jsonl").write_text(content)
    with pytest.raises(UsageError, match=said):
        batch.run([dump(3)], tmp_path / "out", workers=1, factory=Plain(), only_rejects=tmp_path)
    assert not (tmp_path / "out").exists()


def test_deleted_papers_are_no_faults(tmp_path: Path) -> None:
    gone = '<record><header status="deleted"><identifier>oai:arXiv.org:2301.0000{}</identifier></header></record>'
    kept = (
        "<record><header><identifier>oai:arXiv.org:2301.00009</identifier></header><metadata>"
        '<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>2301.00009</id><title>Reed</title>{}</arXivRaw></metadata></record>'
    )
    abstract = "<abstract>We propose Reed.</abstract>"
    head = '<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>'
    path = tmp_path / "oai.xml"
    records = gone.format(1) + gone.format(2) + kept.format(abstract)
    path.write_text(f"{head}{records}</ListRecords></OAI-PMH>")
    batch.run([path], tmp_path / "out", workers=1, factory=Plain(), strict=True)
    counts = manifest(tmp_path / "out")["counts"]
    assert (counts["read"], counts["records"], counts["rejects"]) == (3, 1, 2)
    path.write_text(f"{head}{records}{kept.format('').replace('<title>Reed</title>', '')}</ListRecords></OAI-PMH>")
    with pytest.raises(PaperfactsError, match=r"first reject.*empty-paper"):
        batch.run([path], tmp_path / "two", workers=1, factory=Plain(), strict=True)
