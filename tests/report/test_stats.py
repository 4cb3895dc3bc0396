"""The figures: counted once, in bounded memory, and shown plainly where there is no terminal."""

from __future__ import annotations

import gzip
import io
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from extract.cli import app
from extract.errors import UsageError
from extract.report.overview import Overview, Tally, overview_of
from extract.report.records import read_records, records_file
from extract.report.sample import Sample
from extract.report.terminal import print_stats, safe, safe_json

Maker = Callable[[int], Iterator[dict[str, Any]]]


def test_the_figures_agree_with_a_count_by_hand(run_folder: Path) -> None:
    records = [json.loads(line) for line in (run_folder / "records.jsonl").read_text("utf-8").splitlines()]
    figures = overview_of(run_folder / "records.jsonl").as_dict()
    for kind, count in figures["facts"].items():
        assert count == sum(len(r[kind]) for r in records)
        assert sum(figures["confidence"][kind]) == count
        assert figures["papers_with"][kind] == sum(bool(r[kind]) for r in records)
    results = [x for r in records for x in r["results"]]
    assert figures["results"]["linked"]["dataset"] == sum(x["dataset"] is not None for x in results)
    assert sum(figures["code_availability"].values()) == len(records)
    assert figures["rejects"] == {"malformed-json": 2, "duplicate-id": 1, "no-text": 1}
    assert figures["top"]["datasets"][0]["count"] >= figures["top"]["datasets"][1]["count"]
    assert not figures["approximate"]


def test_rejects_are_unknown_without_their_file(run_folder: Path, tmp_path: Path) -> None:
    shutil.copy(run_folder / "records.jsonl", tmp_path)
    assert overview_of(tmp_path / "records.jsonl").as_dict()["rejects"] is None


def test_a_tally_stays_bounded_and_keeps_the_head() -> None:
    tally = Tally(limit=100)
    for n in range(5000):
        tally.add("often", "Often")
        tally.add(f"rare {n}", f"Rare {n}")
    assert len(tally) <= 201
    assert not tally.complete
    assert tally.top(1) == [("often", "Often", 5000)]


def test_a_key_is_shown_by_the_name_it_mostly_has() -> None:
    tally = Tally()
    for label in ("Rare", "usual", "usual", "other", "usual", "usual"):
        tally.add("key", label)
    assert tally.top() == [("key", "usual", 6)]


def test_equal_counts_come_in_the_order_of_their_keys() -> None:
    tally = Tally()
    for key in ("b", "c", "a"):
        tally.add(key, key.upper())
    assert [label for _, label, _ in tally.top()] == ["A", "B", "C"]


@given(st.lists(st.text(max_size=8), unique=True, max_size=60), st.randoms(use_true_random=False))
def test_a_sample_does_not_depend_on_order(keys: list[str], chance: Any) -> None:
    shuffled = list(keys)
    chance.shuffle(shuffled)
    kept = []
    for order in (keys, shuffled):
        sample = Sample(10)
        for key in order:
            if sample.wants(key):
                sample.add(key, key)
        kept.append(set(sample))
    assert kept[0] == kept[1]
    assert len(kept[0]) == min(10, len(keys))


def test_stats_is_plain_in_a_pipe_and_json_on_demand(run_folder: Path) -> None:
    runner = CliRunner()
    said = runner.invoke(app, ["stats", str(run_folder)])
    assert said.exit_code == 0
    assert "papers\tpapers\t62" in said.stdout.splitlines()
    assert "\x1b" not in said.stdout
    figures = json.loads(runner.invoke(app, ["stats", str(run_folder), "--json", "--top", "3"]).stdout)
    assert figures["papers"] == 62
    assert len(figures["top"]["methods"]) == 3


def test_stats_draws_bars_on_a_terminal(run_folder: Path) -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=120, color_system="truecolor")
    print_stats(overview_of(run_folder / "records.jsonl").as_dict(), console)
    assert "62" in out.getvalue()
    assert "█" in out.getvalue()
    assert "\x1b[31m\x1b" not in out.getvalue().replace("\x1b[0m", "")


def test_an_empty_run_has_figures(tmp_path: Path) -> None:
    (tmp_path / "records.jsonl").touch()
    out = io.StringIO()
    print_stats(overview_of(tmp_path / "records.jsonl").as_dict(), Console(file=out, force_terminal=True, width=80))
    assert Overview().as_dict()["papers"] == 0


def test_records_come_from_a_file_a_folder_or_compressed(run_folder: Path, tmp_path: Path) -> None:
    plain = (run_folder / "records.jsonl").read_bytes()
    wanted = list(read_records(records_file(str(run_folder))))
    (tmp_path / "records.jsonl.gz").write_bytes(gzip.compress(plain))
    assert list(read_records(records_file(str(tmp_path)))) == wanted
    (tmp_path / "records.jsonl.gz").unlink()
    (tmp_path / "records.jsonl.zst").write_bytes(pytest.importorskip("zstandard").compress(plain))
    assert list(read_records(records_file(str(tmp_path)))) == wanted
    assert list(read_records(records_file(str(tmp_path / "records.jsonl.zst")))) == wanted
    assert records_file("-") is None


def test_what_is_no_records_file_is_one_sentence(tmp_path: Path, make_records: Maker) -> None:
    cut = tmp_path / "cut.jsonl.gz"
    cut.write_bytes(gzip.compress(json.dumps(next(make_records(1))).encode() * 50)[:-30])
    other = tmp_path / "other.jsonl"
    other.write_text(json.dumps({**next(make_records(1)), "schema_version": "9.0"}))
    torn = tmp_path / "torn.jsonl"
    torn.write_text(json.dumps({**next(make_records(1)), "results": [{"surface": "no kind"}]}))
    for target in (str(tmp_path), str(tmp_path / "absent")):
        with pytest.raises(UsageError):
            records_file(target)
    for path, words in ((cut, "cut.jsonl.gz"), (other, "9.0"), (torn, "record 1")):
        with pytest.raises(UsageError, match=words):
            overview_of(path)


def test_controls_are_shown_as_signs_one_for_one() -> None:
    text = "a\x1b[31mb\x9bc\u202ed\x00\x7f\ttab\nline"
    assert safe(text) == "a␛[31mb␦c␦d␀␡\ttab\nline"
    assert len(safe(text)) == len(text)
    assert json.loads(safe_json(json.dumps({"x": text}, ensure_ascii=False))) == {"x": text}
    assert "\x9b" not in safe_json(json.dumps({"x": text}, ensure_ascii=False))
