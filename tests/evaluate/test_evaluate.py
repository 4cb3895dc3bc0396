"""Scoring, calibration and comparison, on a gold of our own."""

from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from extract import Pipeline
from extract.cli import app
from extract.evaluate import evaluate, read_gold, read_records
from extract.evaluate.calibration import bins, by_rule, rankings
from extract.evaluate.compare import compare
from extract.evaluate.names import folded, same_name, same_unit
from extract.evaluate.score import Judged
from extract.model import to_json

ROOT = Path(__file__).parents[2]

GOLD = {
    "title": "Heron: A Wading Network",
    "methods": [{"name": "Heron", "role": "proposed"}, {"name": "CNN", "role": "used", "optional": True}],
    "datasets": [{"name": "Marsh-1K", "aliases": ["Marsh"]}],
    "metrics": [{"name": "accuracy"}],
    "links": [{"url": "https://github.com/a/heron", "kind": "code", "status": "released"}],
    "results": [
        {"surface": "91.2%", "value": 91.2, "unit": "%", "kind": "absolute", "metric": "accuracy",
         "dataset": ["Marsh-1K", None], "method": "Heron"},
    ],
    "quantities": [{"surface": "7B parameters", "value": 7e9, "unit": "parameters", "kind": "model_size"}],
}  # fmt: skip


def _entity(name: str, **more: object) -> dict:
    mention = {"field": "title", "start_char": 0, "end_char": 5, "text": name, "rule": "test.rule"}
    return {"name": name, "aliases": [], "confidence": 0.9, "mentions": [mention], **more}


def _record(**more: object) -> dict:
    mention = {"field": "abstract", "start_char": 0, "end_char": 5, "text": "91.2%", "rule": "result.level"}
    return {
        "id": "text:1", "title": "Heron: a wading network",
        "methods": [_entity("Heron", role="proposed"), _entity("CNN", role="used")],
        "datasets": [_entity("marsh 1k dataset")], "metrics": [_entity("accuracy")], "tasks": [],
        "links": [{"url": "http://www.github.com/a/heron.git", "kind": "code", "status": "promised", "confidence": 1.0,
                   "mentions": [mention]}],
        "results": [{"surface": "91.2%", "value": 91.2, "value_high": None, "unit": "%", "kind": "absolute", "metric": "accuracy",
                     "dataset": None, "split": None, "method": None, "baseline": None, "mention": mention, "confidence": 0.8}],
        "quantities": [{"surface": "3 cats", "value": 3.0, "unit": "cats", "kind": "count", "mention": mention, "confidence": 0.5}],
        **more,
    }  # fmt: skip


@pytest.fixture
def gold_file(tmp_path: Path) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_bytes(orjson.dumps(GOLD) + b"\n")
    return path


@pytest.fixture
def records_file(tmp_path: Path) -> Path:
    path = tmp_path / "records.jsonl"
    path.write_bytes(orjson.dumps(_record()) + b"\n")
    return path


def test_counts_by_kind_and_tier(gold_file: Path, records_file: Path) -> None:
    totals = evaluate(read_gold(gold_file), read_records(records_file)).totals()
    assert totals["methods"] == (1, 0, 0)  # the optional one counts neither way
    assert totals["datasets"] == (1, 0, 0)
    assert totals["links"] == (1, 0, 0)
    assert totals["links+kind+status"] == (0, 1, 1)
    assert totals["results+dataset"] == (1, 0, 0)  # null is among the wanted names
    assert totals["results+method"] == (0, 1, 1)
    assert totals["quantities"] == (0, 1, 1)


def test_a_missing_record_misses_everything(gold_file: Path) -> None:
    totals = evaluate(read_gold(gold_file), {}).totals()
    assert totals["papers"].fn == 1
    assert totals["results+value"].fn == 1
    assert totals["methods"].f1 == 0.0


def test_calibration_speaks_of_every_judged_fact(gold_file: Path, records_file: Path) -> None:
    result = evaluate(read_gold(gold_file), read_records(records_file))
    assert sum(b.facts for b in bins(result.judged)) == len(result.judged)
    measured = {(m.kind, m.rule): m for m in by_rule(result.judged)}
    assert (measured["results", "result.level"].right, measured["results", "result.level"].wrong) == (0, 1)  # no method
    assert (
        0 < measured["quantities", "result.level"].precision < 0.5 or measured["quantities", "result.level"].right == 0
    )


def test_names_fold_and_lists_hold_alternatives() -> None:
    assert folded("MS-COCO dataset") == folded("ms coco")
    assert same_name(["A", "B"], "b", [])
    assert same_name("IoU", "intersection over union", [{"name": "IoU", "aliases": ["intersection over union"]}])
    assert not same_name("MBPP", "MBPP2", [])
    assert same_unit("actions", None)
    assert not same_unit("%", None)


def test_intervals_hold_the_score(gold_file: Path, records_file: Path) -> None:
    result = evaluate(read_gold(gold_file), read_records(records_file))
    low, high = result.intervals(50)["methods"]
    assert low <= result.totals()["methods"].f1 <= high


def test_compare_tells_gained_from_lost() -> None:
    changed = _record(methods=[_entity("Heron", role="used")])
    changes = list(compare(_record(), changed))
    assert {(c.kind, c.gained) for c in changes} == {("methods", True), ("methods", False)}
    assert list(compare(_record(), _record())) == []


def test_the_command_scores_and_keeps_floors(gold_file: Path, records_file: Path) -> None:
    run = CliRunner().invoke(
        app, ["eval", "--gold", str(gold_file), "--records", str(records_file), "--errors", "--by-rule"]
    )
    assert run.exit_code == 0, run.output
    assert "results+method" in run.output
    assert "spurious" in run.output
    args = ["eval", "--gold", str(gold_file), "--records", str(records_file), "--floor", "quantities=0.5"]
    assert CliRunner().invoke(app, args).exit_code == 1
    data = orjson.loads(CliRunner().invoke(app, [*args[:-2], "--json"]).output)
    assert data["scores"]["methods"]["f1"] == 1.0


def test_the_command_compares(records_file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    other.write_bytes(orjson.dumps(_record(datasets=[])) + b"\n")
    run = CliRunner().invoke(app, ["diff", str(records_file), str(other)])
    assert run.exit_code == 0, run.output
    assert "- text:1: marsh 1k dataset" in run.output


def test_scores_agree_with_the_reference_scorer(tmp_path: Path) -> None:
    shared = ROOT / "../shared/eval"
    if not shared.is_dir():
        pytest.skip("the annotated papers are not here")
    import subprocess
    import sys

    papers, gold = shared / "dev_mixed/papers.jsonl", shared / "dev_mixed/gold.jsonl"
    records = tmp_path / "records.jsonl"
    pipeline = Pipeline()
    with records.open("wb") as out:
        for line in papers.read_text("utf-8").splitlines():
            row = orjson.loads(line)
            out.write(to_json(pipeline.extract(title=row["title"], abstract=row["abstract"])) + b"\n")
    command = [
        sys.executable,
        shared / "score_records.py",
        "--papers",
        papers,
        "--gold",
        gold,
        "--records",
        records,
        "--json",
    ]
    theirs = orjson.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    ours = evaluate(read_gold(gold, papers), read_records(records)).totals()
    for name, row in theirs.items():
        mine = ours["quantities" if name == "quantities value" else name]
        assert (mine.tp, mine.fp, mine.fn) == (row["tp"], row["fp"], row["fn"]), name


def test_ranking_counts_the_pairs_in_which_the_right_fact_is_surer() -> None:
    judged = [
        Judged("results", "r", 0.9, True), Judged("results", "r", 0.5, True),
        Judged("results", "r", 0.5, False), Judged("results", "r", 0.2, False), Judged("links", "l", 0.9, True),
    ]  # fmt: skip
    assert rankings(judged) == [("results", 4, 0.875)]
