"""Scoring, calibration and comparison, on a gold of our own."""

import gzip
from collections.abc import Iterable
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from extract import Pipeline
from extract.cli import app
from extract.errors import UsageError
from extract.evaluate import evaluate, read_gold, read_records
from extract.evaluate.calibration import bins, by_rule, rankings
from extract.evaluate.compare import by_rule as by_rule_of_changes
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
        "id": "text:1", "schema_version": "1.0", "source": {"index": 0}, "abstract": "",
        "title": "Heron: a wading network",
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


def test_compare_tells_gained_lost_and_changed() -> None:
    other = _record(methods=[_entity("Heron", role="used"), _entity("Egret", role="used")])
    changes = {(c.kind, c.fact, c.change): c.fields for c in compare(_record(), other)}
    assert changes == {
        ("methods", "CNN [used]", "lost"): {},
        ("methods", "Egret [used]", "gained"): {},
        ("methods", "Heron [used]", "changed"): {"role": ("proposed", "used")},
    }
    assert list(compare(_record(), _record())) == []


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("results", "value", 45.6),
        ("results", "value_high", 93.0),
        ("results", "uncertainty", 0.3),
        ("results", "qualifier", "up to"),
        ("results", "direction", "increase"),
        ("results", "conditions", ["5-shot"]),
        ("results", "surface", "91.2% accuracy"),
        ("results", "confidence", 0.4),
        ("results", "task", "wading"),
        ("results", "a field of a later version", True),
        ("quantities", "value", 4.0),
        ("quantities", "qualifier", "about"),
        ("methods", "aliases", ["HRN"]),
        ("metrics", "higher_is_better", False),
        ("links", "status", "released"),
    ],
)
def test_every_field_of_a_fact_is_compared(kind: str, field: str, value: object) -> None:
    other = _record()
    before = other[kind][0].get(field)
    other[kind] = [other[kind][0] | {field: value}, *other[kind][1:]]
    (change,) = compare(_record(), other)
    what = "reweighed" if field == "confidence" else "changed"
    assert (change.kind, change.change, change.fields) == (kind, what, {field: (before, value)})


@pytest.mark.parametrize("field", ["code_availability", "comment", "abstract", "warnings", "metadata"])
def test_what_a_paper_says_as_a_whole_is_compared(field: str) -> None:
    (change,) = compare(_record(), _record(**{field: "other"}))
    assert (change.kind, change.fields) == ("paper", {field: (_record().get(field), "other")})
    assert list(compare(_record(source={"index": 1}), _record(source={"index": 2}))) == []


def test_a_fact_that_another_rule_reads_belongs_to_both() -> None:
    other = _record()
    other["results"][0]["mention"] = other["results"][0]["mention"] | {"rule": "result.other"}
    (change,) = compare(_record(), other)
    assert change.fields == {"rule": ("result.level", "result.other")}
    assert change.rules == ("result.other", "result.level")


def test_several_numbers_at_one_place_are_paired_by_likeness() -> None:
    base = _record()["results"][0]
    first, second = base | {"dataset": "Marsh"}, base | {"dataset": "Pond", "group": "g1"}
    changes = list(
        compare(_record(results=[first, second]), _record(results=[second | {"value": 45.6, "group": "g7"}]))
    )
    assert [(c.change, c.fields) for c in changes] == [("changed", {"value": (91.2, 45.6)}), ("lost", {})]


def test_new_confidences_do_not_hide_a_change() -> None:
    other = _record(
        methods=[_entity(n, role=r) | {"confidence": 0.1} for n, r in (("Heron", "proposed"), ("CNN", "used"))]
    )
    other["results"] = [other["results"][0] | {"value": 45.6}]
    rows = by_rule_of_changes(list(compare(_record(), other)))
    assert [(kind, dict(counts)) for kind, _, counts in rows] == [
        ("results", {"changed": 1}),
        ("methods", {"reweighed": 2}),
    ]


def test_a_paper_that_one_set_lacks_is_one_change() -> None:
    ((lost,), (gained,)) = compare(_record(), None), compare(None, _record())
    assert (lost.kind, lost.change, gained.change) == ("papers", "lost", "gained")


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
    halved = _record(id="text:2")
    halved["results"] = [halved["results"][0] | {"value": 45.6}]
    records_file.write_bytes(b"\n".join(orjson.dumps(_record(id=f"text:{n}")) for n in (1, 2, 3)))
    other.write_bytes(b"\n".join(map(orjson.dumps, (_record(id="text:1"), halved, _record(id="text:4")))))
    said = CliRunner().invoke(app, ["diff", str(records_file), str(other)]).output.splitlines()
    assert [line.split() for line in said if line[0] != " "] == [
        ["kind", "rule", "gained", "lost", "changed", "reweighed"],
        ["papers", "-", "1", "1", "0", "0"],
        ["results", "result.level", "0", "0", "1", "0"],
        ["3", "changes", "in", "3", "papers"],
        ["changed", "fields:", "value", "1"],
    ]
    assert any(line.endswith(": value 91.2 → 45.6") for line in said)
    counts = CliRunner().invoke(app, ["diff", str(records_file), str(other), "--limit", "0", "--rule", "result."])
    assert "text:" not in counts.output
    assert "1 change in 1 paper\n" in counts.output
    found = CliRunner().invoke(app, ["diff", str(records_file), str(other), "--json", "--rule", "result."]).output
    assert orjson.loads(found)["fields"] == {"value": [91.2, 45.6]}


@pytest.mark.parametrize("ending", ["", ".gz", ".zst"])
def test_records_may_be_a_folder_and_compressed(
    ending: str, gold_file: Path, records_file: Path, tmp_path: Path
) -> None:
    data = records_file.read_bytes()
    folder = tmp_path / "run"
    folder.mkdir()
    if ending == ".gz":
        data = gzip.compress(data)
    elif ending == ".zst":
        data = pytest.importorskip("zstandard").compress(data)
    file = folder / f"records.jsonl{ending}"
    file.write_bytes(data)
    for records in (folder, file):
        run = CliRunner().invoke(app, ["diff", str(records_file), str(records)])
        assert "0 changes in 0 papers" in run.output, run.output
        run = CliRunner().invoke(app, ["eval", "--gold", str(gold_file), "--records", str(records), "--json"])
        assert orjson.loads(run.output)["scores"]["methods"]["f1"] == 1.0


def test_what_holds_no_records_is_one_sentence(records_file: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"title": "no id"}\n')
    dump = tmp_path / "dump.jsonl"
    dump.write_text('{"id": "2401.00001", "title": "Heron", "abstract": "A network.", "source": "arxiv"}\n')
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{\n")
    other = tmp_path / "other.jsonl"
    other.write_bytes(orjson.dumps(_record(schema_version="7.0")))
    for path, words in (
        (tmp_path / "empty", "holds no records"),
        (tmp_path / "x", "cannot be read"),
        (bad, "line 1: not a paperfacts record"),
        (dump, "line 1: not a paperfacts record"),
        (broken, "line 1: not JSON"),
        (other, "schema version '7.0'"),
    ):
        for command in (
            ("diff", str(records_file), str(path)),
            ("diff", str(path), str(records_file)),
            ("stats", str(path)),
        ):
            if command[0] == "stats" and path.name == "x":
                continue  # says that there is no such file
            run = CliRunner().invoke(app, command)
            assert isinstance(run.exception, UsageError)
            assert words in str(run.exception)


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


PAPERS = {
    "2401.00001": ("Reed: A Small Detector", "We propose Reed. Reed obtains 36.9 AP on COCO at 118 FPS."),
    "2401.00002": ("Sedge: A Large Detector", "Sedge reaches 83.1% top-1 accuracy on ImageNet-1K."),
    "2401.00003": ("Rush: A Third Detector", "Rush reaches 80.1% top-1 accuracy on ImageNet-1K."),
}


def _gold_of(idents: Iterable[str], path: Path) -> str:
    rows = [
        {"id": f"arxiv:{ident}", "methods": [{"name": PAPERS[ident][0].partition(":")[0], "role": "proposed"}]}
        for ident in idents
    ]
    path.write_bytes(b"\n".join(map(orjson.dumps, rows)))
    return str(path)


def _dump_of(idents: Iterable[str], path: Path, *lines: str) -> str:
    rows = [orjson.dumps({"id": i, "title": PAPERS[i][0], "abstract": PAPERS[i][1]}).decode() for i in idents]
    path.write_text("\n".join([*rows, *lines]) + "\n")
    return str(path)


def _scored(*args: str) -> tuple[dict[str, dict], str]:
    run = CliRunner().invoke(app, ["eval", *args, "--json", "--bootstrap", "0"])
    assert run.exit_code == 0, run.output
    return orjson.loads(run.stdout)["scores"], run.stderr


def test_gold_papers_that_the_dump_lacks_are_left_out_and_said(tmp_path: Path) -> None:
    gold, yours = _gold_of(PAPERS, tmp_path / "gold.jsonl"), tmp_path / "yours.jsonl"
    _dump_of([*PAPERS][:1], yours)
    scores, said = _scored("--gold", gold, "--papers", str(yours))
    assert said == f"paperfacts: 2 of 3 gold papers are not in {yours}; scored on 1.\n"
    assert (scores["papers"]["tp"], scores["papers"]["fn"], scores["methods"]["fn"]) == (1, 0, 0)
    _dump_of([*PAPERS][:2], yours)
    assert "1 of 3 gold papers is not in" in _scored("--gold", gold, "--papers", str(yours))[1]
    _dump_of(PAPERS, yours)
    assert _scored("--gold", gold, "--papers", str(yours))[1] == ""


@pytest.mark.parametrize(
    "line",
    [
        '{"id": "2401.00003", "title": "", "abstract": ""}',
        '{"id": "2401.00003", "title": "Rush',
        '{"abstract": 3, "key": "arXiv:2401.00003v2",',
    ],
)
def test_a_gold_paper_that_became_a_reject_is_missed(line: str, tmp_path: Path) -> None:
    gold = _gold_of(PAPERS, tmp_path / "gold.jsonl")
    yours = _dump_of([*PAPERS][:1], tmp_path / "yours.jsonl", line)
    scores, said = _scored("--gold", gold, "--papers", yours)
    assert "1 of 3 gold papers is not in" in said
    assert (scores["papers"]["tp"], scores["papers"]["fn"], scores["methods"]["fn"]) == (1, 1, 1)


def test_a_reject_is_known_by_its_title_too(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    rows = [{"title": title, "methods": [{"name": "X"}]} for title, _ in PAPERS.values()]
    gold.write_bytes(b"\n".join(map(orjson.dumps, rows)))
    yours = _dump_of([*PAPERS][:1], tmp_path / "yours.jsonl", '{"title": "RUSH: a third detector", "abstract": "cut')
    scores, said = _scored("--gold", str(gold), "--papers", yours)
    assert "1 of 3 gold papers is not in" in said
    assert (scores["papers"]["tp"], scores["papers"]["fn"]) == (1, 1)


def test_papers_without_a_record_are_missed_whether_or_not_the_dump_is_given(tmp_path: Path) -> None:
    gold = _gold_of(PAPERS, tmp_path / "gold.jsonl")
    yours = _dump_of([*PAPERS][:2], tmp_path / "yours.jsonl")
    records = tmp_path / "records.jsonl"
    records.write_bytes(orjson.dumps(_record(id="arxiv:2401.00001", title=PAPERS["2401.00001"][0])))
    scores, said = _scored("--gold", gold, "--papers", yours, "--records", str(records))
    assert "1 of 3 gold papers is not in" in said
    assert (scores["papers"]["tp"], scores["papers"]["fn"]) == (1, 1)
    scores, said = _scored("--gold", gold, "--records", str(records))
    assert (scores["papers"]["tp"], scores["papers"]["fn"], said) == (1, 2, "")


def test_gold_may_carry_its_papers_or_their_numbers(tmp_path: Path) -> None:
    gold, yours = tmp_path / "gold.jsonl", tmp_path / "yours.jsonl"
    rows = [{"n": n, "title": title, "abstract": text} for n, (title, text) in enumerate(PAPERS.values())]
    gold.write_bytes(b"\n".join(orjson.dumps(row | {"methods": []}) for row in rows))
    scores, said = _scored("--gold", str(gold), "--papers", str(gold))
    assert (scores["papers"]["tp"], said) == (3, "")
    gold.write_bytes(b"\n".join(orjson.dumps({"n": row["n"], "methods": []}) for row in rows))
    yours.write_bytes(b"\n".join(map(orjson.dumps, rows[:2])))
    scores, said = _scored("--gold", str(gold), "--papers", str(yours))
    assert (scores["papers"]["tp"], scores["papers"]["fn"]) == (2, 0)
    assert "1 of 3 gold papers is not in" in said


def test_gold_that_says_nothing_of_the_papers_is_one_sentence(tmp_path: Path) -> None:
    one, other, *_ = PAPERS
    gold, yours = _gold_of([one], tmp_path / "gold.jsonl"), _dump_of([other], tmp_path / "yours.jsonl")
    links = tmp_path / "links.jsonl"
    links.write_text('{"id": "2401.00002", "title": "Sedge", "links": ["https://github.com/a/sedge"]}\n')
    for annotated, words in (
        (gold, f"None of the papers of {gold} is in {yours};"),
        (yours, f"{yours} holds no annotated papers"),
        (str(links), "has links that are no annotated facts; each needs url."),
    ):
        run = CliRunner().invoke(app, ["eval", "--gold", annotated, "--papers", yours])
        assert isinstance(run.exception, UsageError)
        assert words in str(run.exception)
        assert run.exception.exit_code == 2
