"""The page as a file: its policy, its data, its size, and that it is written whole or not at all."""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from extract.cli import main
from extract.errors import TargetError
from extract.report.embed import COLUMNS, Encoder
from extract.report.page import write_report

Maker = Callable[[int], Iterator[dict[str, Any]]]


def data_of(page: str) -> dict[str, Any]:
    head, rows = (
        json.loads(gzip.decompress(base64.b64decode(re.search(rf'id="{name}">([^<]*)</script>', page)[1])))
        for name in ("head", "data")
    )
    return {**head, "papers": rows}


@pytest.fixture(scope="module")
def page(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    target = tmp_path_factory.mktemp("page") / "r.html"
    written = write_report(run_folder / "records.jsonl", target)
    assert (written.papers, written.shown, written.size) == (62, 62, target.stat().st_size)
    return target.read_text("utf-8")


def test_the_policy_allows_exactly_the_script_and_the_style_of_the_page(page: str) -> None:
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1])
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy
    for kind, text in (("script", r"<script>(.*?)</script>"), ("style", r"<style>(.*?)</style>")):
        bodies = re.findall(text, page, re.DOTALL)
        assert len(bodies) == 1
        digest = base64.b64encode(hashlib.sha256(bodies[0].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy


def test_nothing_is_loaded_and_no_text_of_a_paper_stands_in_the_markup(page: str) -> None:
    markup = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", page, flags=re.DOTALL)
    assert not re.search(r"""(?:src|href|action)=["']?(?:https?:)?//""", markup)
    assert "onerror" not in page
    assert "alert(" not in page
    assert "style=" not in markup


def test_the_data_holds_every_record(page: str, run_folder: Path) -> None:
    data = data_of(page)
    records = [json.loads(line) for line in (run_folder / "records.jsonl").read_text("utf-8").splitlines()]
    assert data["overview"]["papers"] == len(records) == len(data["papers"])
    assert data["overview"]["rejects"] == {"malformed-json": 2, "duplicate-id": 1, "no-text": 1}
    for record, row in zip(records, data["papers"], strict=True):
        paper = dict(zip(data["columns"]["paper"], row, strict=True))
        assert (paper["id"], paper["title"], paper["abstract"]) == (record["id"], record["title"], record["abstract"])
        for kind in ("results", "methods", "datasets", "metrics", "tasks", "links", "quantities"):
            assert len(paper[kind]) == len(record[kind])


def test_offsets_count_utf16_units(make_records: Maker) -> None:
    record = next(iter(make_records(1)))
    assert "🚀" in record["abstract"]
    row = dict(zip(COLUMNS["paper"], Encoder().row(record), strict=True))
    result = dict(zip(COLUMNS["result"], row["results"][0], strict=True))
    field, start, end, _ = result["mentions"][0]
    assert field == 1
    units = record["abstract"].encode("utf-16-le")
    assert units[2 * start : 2 * end].decode("utf-16-le") == record["results"][0]["mention"]["text"]
    assert start != record["results"][0]["mention"]["start_char"]


def test_the_same_records_give_the_same_bytes(run_folder: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_report(run_folder / "records.jsonl", tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_larger_run_is_sampled_and_counted_whole(run_folder: Path, tmp_path: Path) -> None:
    written = write_report(run_folder / "records.jsonl", tmp_path / "r.html", papers=20)
    data = data_of((tmp_path / "r.html").read_text("utf-8"))
    assert (written.papers, written.shown, len(data["papers"])) == (62, 20, 20)
    assert data["overview"]["papers"] == 62
    places = [row[1] for row in data["papers"]]
    assert places == sorted(places)


def test_a_rule_is_explained_from_the_rule_book(run_folder: Path, tmp_path: Path) -> None:
    from extract.rulebook import load

    known = next(iter(load(None).rules))
    records = [json.loads(line) for line in (run_folder / "records.jsonl").read_text("utf-8").splitlines()][:1]
    records[0]["results"][0]["mention"]["rule"] = known
    (tmp_path / "records.jsonl").write_text(json.dumps(records[0]) + "\n")
    write_report(tmp_path / "records.jsonl", tmp_path / "r.html")
    rules = {rule["id"]: rule for rule in data_of((tmp_path / "r.html").read_text("utf-8"))["rules"]}
    assert "doc" in rules[known]
    assert set(rules["method.introduced"]) == {"id"}


def test_a_page_that_cannot_be_written_leaves_the_old_one(run_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / "r.html").write_text("old")
    with pytest.raises(TargetError, match="cannot be written"):
        write_report(run_folder / "records.jsonl", folder / "r.html" / "x.html")
    with pytest.raises(TargetError):
        write_report(run_folder / "records.jsonl", tmp_path / "absent" / "r.html")
    assert (folder / "r.html").read_text() == "old"
    assert not list(folder.glob("*.part"))


def test_the_command_says_what_it_wrote_and_refuses_what_it_cannot_read(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["paperfacts", "report", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
        return int(left.value.code or 0), capsys.readouterr().err

    code, said = run(str(run_folder), "-o", str(tmp_path), "--papers", "20")
    assert code == 0
    assert "sample of 20 of 62 papers" in said
    page = tmp_path / "report.html"
    assert page.is_file()
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"id": 1}\n')
    for argument, words in (
        (str(tmp_path / "none.jsonl"), "no file"),
        (str(bad), "line 1"),
        (str(page), "not a JSONL"),
    ):
        code, said = run(argument)
        assert code == 2
        assert words in said
        assert said.count("\n") == 1
