"""Exports, held against the formats they are for.

`EEE` says what version 0.2.2 of Every Eval Ever's eval.schema.json asks of the parts that are written here, in a
JSON Schema of our own; the Hub's results are read by huggingface_hub itself where it is installed.
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sink_records import empty_record, hostile_records, make_record, write

from extract.errors import UsageError
from extract.model import Paper, Record
from extract.readers import read
from extract.sinks.exports import FORMATS, export
from extract.sinks.exports.tex import author, tex

STRINGS = {"type": "object", "additionalProperties": {"type": "string"}}
EEE: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": [
        "schema_version",
        "evaluation_id",
        "retrieved_timestamp",
        "source_metadata",
        "eval_library",
        "model_info",
        "evaluation_results",
    ],
    "properties": {
        "schema_version": {"const": "0.2.2"},
        "evaluation_id": {"type": "string", "pattern": "^[^/]+/[^/]+/[^/]+/[0-9.]+$"},
        "retrieved_timestamp": {"type": "string", "pattern": r"^\d+(\.\d+)?$"},
        "source_metadata": {
            "type": "object",
            "required": ["source_type", "source_organization_name", "evaluator_relationship"],
            "additionalProperties": False,
            "properties": {
                "source_name": {"type": "string"},
                "source_type": {"enum": ["documentation", "evaluation_run"]},
                "source_organization_name": {"type": "string", "minLength": 1},
                "evaluator_relationship": {"enum": ["first_party", "third_party", "collaborative", "other"]},
                "additional_details": STRINGS,
            },
        },
        "eval_library": {
            "type": "object",
            "required": ["name", "version"],
            "additionalProperties": {"type": "string"},
        },
        "model_info": {
            "type": "object",
            "required": ["name", "id"],
            "additionalProperties": False,
            "properties": {
                "name": {"type": "string", "minLength": 1},
                "id": {"type": "string", "pattern": "^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$"},
                "developer": {"type": "string"},
            },
        },
        "evaluation_results": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["evaluation_name", "source_data", "metric_config", "score_details"],
                "additionalProperties": False,
                "properties": {
                    "evaluation_result_id": {"type": "string"},
                    "evaluation_name": {"type": "string", "minLength": 1},
                    "source_data": {
                        "type": "object",
                        "required": ["dataset_name", "source_type"],
                        "additionalProperties": False,
                        "properties": {
                            "dataset_name": {"type": "string", "minLength": 1},
                            "source_type": {"const": "other"},
                            "source_id": {"type": "string"},
                            "additional_details": STRINGS,
                        },
                    },
                    "metric_config": {
                        "type": "object",
                        "required": ["lower_is_better"],
                        "additionalProperties": False,
                        "properties": {
                            "metric_name": {"type": "string"},
                            "metric_id": {"type": "string"},
                            "metric_unit": {"type": "string"},
                            "lower_is_better": {"type": "boolean"},
                            "score_type": {"const": "continuous"},
                            "min_score": {"type": "number"},
                            "max_score": {"type": "number"},
                        },
                        # A continuous score has both bounds.
                        "dependentRequired": {"score_type": ["min_score", "max_score"]},
                    },
                    "score_details": {
                        "type": "object",
                        "required": ["score"],
                        "additionalProperties": False,
                        "properties": {"score": {"type": "number"}, "details": STRINGS},
                    },
                },
            },
        },
    },
}


def records() -> list[Record]:
    """Full, empty and hostile records."""
    return [make_record(n) for n in range(12)] + [empty_record(1), *hostile_records()]


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The records in a file that was written at a known time."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1760000000")
    return write(tmp_path / "records.jsonl", records())


def written(folder: Path) -> list[Path]:
    """The files of an export, without the list of them."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".paperfacts-"))


def own(record: Record) -> list[Any]:
    """What may stand in a leaderboard."""
    proposed = {method.name for method in record.methods if method.role == "proposed"}
    return [r for r in record.results if r.kind == "absolute" and r.method in proposed and r.dataset and r.metric]


def test_every_format_is_the_same_when_written_again(path: Path, tmp_path: Path) -> None:
    for format_, (_, _, folder) in FORMATS.items():
        contents = []
        for n in range(2):
            out = tmp_path / f"{format_}-{n}"
            summary = export(format_, [path], out)
            assert summary.papers == len(records())
            files = written(out) if folder else [out]
            contents.append([(file.relative_to(out), file.read_bytes()) for file in files])
            if format_ != "hf-eval-results":
                assert sum(len(content) for _, content in contents[-1]) == summary.size > 0
        assert contents[0] == contents[1], format_


def test_every_eval_ever(path: Path, tmp_path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    export("eee", [path], tmp_path / "eee")
    validator = jsonschema.Draft202012Validator(EEE)
    scores = 0
    for file in (tmp_path / "eee").rglob("*.json"):
        log = json.loads(file.read_bytes())
        validator.validate(log)
        assert file.relative_to(tmp_path / "eee").parts[:2] == ("data", "paperfacts")
        assert file.parent.parts[-2:] == tuple(log["model_info"]["id"].split("/"))
        assert re.fullmatch(r"[0-9a-f-]{36}\.json", file.name)
        assert log["source_metadata"]["evaluator_relationship"] == "first_party"
        scores += len(log["evaluation_results"])
    directed = [r for r in records() for _ in own(r) if r.metrics[0].higher_is_better is not None]
    assert scores == len(directed) > 5


def test_hub_results_are_read_by_the_hub(tmp_path: Path) -> None:
    yaml = pytest.importorskip("yaml")
    source = [make_record(n, hostile=hostile) for n, hostile in enumerate(["", "a: [b] #c", "'\"\\ \u2028 😀 \x7f"])]
    papers = []
    for record in source:
        data = record.model_dump()
        data["datasets"][0]["canonical"] = "gsm8k"
        data["metrics"][0]["canonical"] = "accuracy"
        papers.append(Record.model_validate(data))
    path = write(tmp_path / "r.jsonl", papers)
    export("hf-eval-results", [path], tmp_path / "hub")
    files = sorted((tmp_path / "hub").rglob("*.yaml"))
    assert len(files) == 3
    for file in files:
        assert file.parent.name == ".eval_results"
        (entry,) = yaml.safe_load(file.read_text(encoding="utf-8"))
        assert entry["dataset"] == {"id": "openai/gsm8k", "task_id": "gsm8k"}
        assert entry["value"] in [record.results[0].value for record in papers]
        assert entry["source"]["name"] in [record.title for record in papers]
        hub = pytest.importorskip("huggingface_hub")
        (parsed,) = hub.parse_eval_result_entries([entry])
        assert hub.eval_result_entries_to_yaml([parsed]) == [entry]


def test_more_benchmarks_of_the_hub_can_be_named(tmp_path: Path) -> None:
    path = write(tmp_path / "r.jsonl", [make_record(n) for n in range(12)])
    table = tmp_path / "hub.tsv"
    assert export("hf-eval-results", [path], tmp_path / "none").files == 0
    # Without metrics of its own a benchmark is measured by accuracy and its like, which none of these papers name.
    table.write_text("# canonical\tid\ttask\ncoco\torg/coco\tbox\n")
    assert export("hf-eval-results", [path], tmp_path / "some", hub=table).files == 0
    table.write_text("# canonical\tid\ttask\ncoco\torg/coco\tbox\tmean-iou,top-1-accuracy\n")
    assert export("hf-eval-results", [path], tmp_path / "some", hub=table).files > 0
    table.write_text("coco only\n")
    with pytest.raises(UsageError, match="line 1"):
        export("hf-eval-results", [path], tmp_path / "some", hub=table)


def changed(n: int, *results: dict[str, Any], datasets: str = "gsm8k", metric: str = "accuracy") -> Record:
    """Record `n` with these results of its own method, given by their differences from its first."""
    data = make_record(n).model_dump()
    data["datasets"][0]["canonical"] = datasets
    data["metrics"][0]["canonical"] = metric
    first = data["results"][0] | {"split": None, "conditions": [], "task": None}
    data["results"] = [first | result for result in results]
    return Record.model_validate(data)


def test_only_its_own_measure_is_a_score_of_a_benchmark_and_each_once(tmp_path: Path) -> None:
    yaml = pytest.importorskip("yaml")
    papers = [
        changed(1, {"value": 71.0}, {"value": 71.0}, {"value": 72.0, "conditions": ["4-shot"]}),
        changed(2, {"value": 65.0}, metric="reduction-ratio"),
        changed(3, {"value": 3.0, "unit": "x"}),
        changed(4, {"value": 31.5}, metric="pass-at-1", datasets="hle"),
    ]
    export("hf-eval-results", [write(tmp_path / "r.jsonl", papers)], tmp_path / "hub")
    found = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in written(tmp_path / "hub")]
    assert [[entry["value"] for entry in entries] for entries in found] == [[71, 72], [31.5]]


def test_a_task_that_no_result_names_is_not_given(tmp_path: Path) -> None:
    path = write(tmp_path / "r.jsonl", [changed(1, {"value": 71.0}, datasets="coco", metric="mean-iou")])
    assert len(make_record(1).tasks) == 1
    export("tdms", [path], tmp_path / "t.tsv")
    assert "\tunknown#" in (tmp_path / "t.tsv").read_text(encoding="utf-8")
    export("pwc-tables", [path], tmp_path / "tables.json")
    assert [task["task"] for task in json.loads((tmp_path / "tables.json").read_bytes())] == ["Unspecified"]
    export("eee", [path], tmp_path / "eee")
    for file in written(tmp_path / "eee"):
        (result,) = json.loads(file.read_bytes())["evaluation_results"]
        assert result["evaluation_name"] == result["source_data"]["dataset_name"]


def test_tables_keep_every_value_with_its_unit_and_what_it_is_conditioned_on(tmp_path: Path) -> None:
    values: list[dict[str, Any]] = [{"value": 70.0 + k} for k in range(7)]
    values += [{"value": 12.5, "unit": "ms", "split": "val"}, {"value": 71.0, "conditions": ["4-shot", "A100"]}]
    values += [{"value": 70.0}]
    path = write(tmp_path / "r.jsonl", [changed(1, *values)])
    export("pwc-tables", [path], tmp_path / "tables.json")
    ((dataset,),) = (task["datasets"] for task in json.loads((tmp_path / "tables.json").read_bytes()))
    (metric,) = dataset["sota"]["metrics"]
    rows = [(row["model_name"], row["metrics"][metric]) for row in dataset["sota"]["rows"]]
    assert rows == [
        *(("PondNet-1", f"{70 + k}%") for k in range(7)),
        ("PondNet-1 (val)", "12.5 ms"),
        ("PondNet-1 (4-shot; A100)", "71%"),
    ]


def test_a_line_of_triples_stands_once(tmp_path: Path) -> None:
    again = [{"value": 70.0}, {"value": 70.0}, {"value": 70.0, "conditions": ["4-shot"]}, {"value": 71.0}]
    export("tdms", [write(tmp_path / "r.jsonl", [changed(1, *again)])], tmp_path / "t.tsv")
    lines = (tmp_path / "t.tsv").read_text(encoding="utf-8").splitlines()[1:]
    assert [line.split("\t")[2] for line in lines] == ["70", "71"]


@pytest.mark.parametrize("format_", ["eee", "hf-eval-results"])
def test_a_folder_holds_the_last_export_and_what_no_export_wrote(format_: str, tmp_path: Path) -> None:
    papers = [changed(n, {"value": 70.0 + n}) for n in range(1, 4)]
    if format_ == "eee":
        papers = [make_record(n) for n in range(12)]
    some, all_ = write(tmp_path / "some.jsonl", papers[:-2]), write(tmp_path / "all.jsonl", papers)
    out, fresh = tmp_path / "out", tmp_path / "fresh"
    export(format_, [all_], out)
    beside = written(out)[-1].with_name("mine.txt")
    beside.write_text("not of an export")
    export(format_, [some], out)
    export(format_, [some], fresh)
    assert {file.relative_to(out): file.read_bytes() for file in written(out) if file != beside} == {
        file.relative_to(fresh): file.read_bytes() for file in written(fresh)
    }
    assert beside.read_text() == "not of an export"
    beside.unlink()
    assert not list(out.glob(".*.part"))
    # Of all the folders that the first export made, only those that hold something are left.
    assert [path for path in fresh.rglob("*") if path.is_dir() and not any(path.iterdir())] == []


def test_a_file_that_no_export_wrote_is_not_overwritten(tmp_path: Path) -> None:
    path = write(tmp_path / "r.jsonl", [changed(n, {"value": 70.0}) for n in range(1, 4)])
    export("hf-eval-results", [path], tmp_path / "one")
    name = written(tmp_path / "one")[-1].relative_to(tmp_path / "one")
    mine = tmp_path / "two" / name
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    with pytest.raises(UsageError, match="not written by an export"):
        export("hf-eval-results", [path], tmp_path / "two")
    assert [file.read_text() for file in (tmp_path / "two").rglob("*") if file.is_file()] == ["mine"]


def test_what_a_killed_export_left_is_known_to_the_next(tmp_path: Path) -> None:
    path = write(tmp_path / "r.jsonl", [changed(n, {"value": 70.0}) for n in range(1, 4)])
    # The process kills itself when it has moved the first file of three into place.
    code = """
import os, signal, sys
from pathlib import Path
from extract.sinks.exports import export
replace = Path.replace
def one(self, target):
    replace(self, target)
    if target.suffix == ".yaml":
        os.kill(os.getpid(), signal.SIGKILL)
Path.replace = one
export("hf-eval-results", [Path(sys.argv[1])], Path(sys.argv[2]))
"""
    out = tmp_path / "out"
    done = subprocess.run([sys.executable, "-c", code, str(path), str(out)], timeout=60, check=False)
    assert done.returncode == -9
    assert len(list(out.glob("arxiv*"))) == 1
    assert len(list(out.glob(".*.part"))) == 1
    export("hf-eval-results", [write(tmp_path / "none.jsonl", [empty_record(1)])], out)
    assert [file.name for file in out.rglob("*")] == [".paperfacts-hf-eval-results.files"]


def test_a_list_of_files_names_nothing_outside_its_folder(tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("kept")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".paperfacts-eee.files").write_text(f"../outside.txt\n{outside}\n")
    export("eee", [write(tmp_path / "r.jsonl", [make_record(4)])], tmp_path / "out")
    assert outside.read_text() == "kept"


def test_links_between_papers_and_code(path: Path, tmp_path: Path) -> None:
    export("pwc-links", [path], tmp_path / "links.json")
    rows = json.loads((tmp_path / "links.json").read_bytes())
    keys = "paper_url paper_title paper_arxiv_id paper_url_abs paper_url_pdf repo_url is_official mentioned_in_paper"
    assert {frozenset(row) for row in rows} == {frozenset([*keys.split(), "mentioned_in_github", "framework"])}
    assert [row["repo_url"] for row in rows] == [
        link.url for record in records() for link in record.links if link.kind == "code" and link.status == "released"
    ]
    assert any(link.status == "promised" for record in records() for link in record.links if link.kind == "code")


def test_evaluation_tables(path: Path, tmp_path: Path) -> None:
    export("pwc-tables", [path], tmp_path / "tables.json")
    tasks = json.loads((tmp_path / "tables.json").read_bytes())
    task_keys = {"task", "categories", "description", "source_link", "subtasks", "synonyms", "datasets"}
    assert {frozenset(task) for task in tasks} == {frozenset(task_keys)}
    rows = 0
    for task in tasks:
        for dataset in task["datasets"]:
            assert set(dataset) >= {"dataset", "subdatasets", "dataset_links", "dataset_citations", "sota"}
            for row in dataset["sota"]["rows"]:
                assert set(row["metrics"]) <= set(dataset["sota"]["metrics"])
                assert all(re.fullmatch(r"-?\d+(\.\d+)?%?", value) for value in row["metrics"].values())
                assert row["model_name"].startswith("PondNet")
                rows += 1
    assert rows == sum(len(own(record)) for record in records())


def test_triples(path: Path, tmp_path: Path) -> None:
    export("tdms", [path], tmp_path / "t.tsv")
    with (tmp_path / "t.tsv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert len(rows) == sum(len(own(record)) for record in records())
    assert all(row["task#dataset#metric"].count("#") == 2 and float(row["score"]) for row in rows)
    assert None not in {key for row in rows for key in row}


def test_quoted_baselines_only_on_request_and_differences_never(path: Path, tmp_path: Path) -> None:
    few = export("tdms", [path], tmp_path / "few.tsv")
    more = export("tdms", [path], tmp_path / "more.tsv", baselines=True)
    assert few.size < more.size
    lines = (tmp_path / "more.tsv").read_text(encoding="utf-8").splitlines()[1:]
    assert any("\tBrook" in line for line in lines)
    expected = [r.value for record in records() for r in record.results if r.kind == "absolute"]
    assert [float(line.split("\t")[2]) for line in lines] == expected


def test_reference_managers(path: Path, tmp_path: Path) -> None:
    export("csl-json", [path], tmp_path / "c.json")
    items = json.loads((tmp_path / "c.json").read_bytes())
    assert [item["id"] for item in items] == [record.id for record in records()]
    assert items[0]["issued"] == {"date-parts": [[2010, 1, 1]]}
    export("bibtex", [path], tmp_path / "b.bib")
    bibtexparser = pytest.importorskip("bibtexparser")
    library = bibtexparser.parse_string((tmp_path / "b.bib").read_text(encoding="utf-8"))
    assert len(library.failed_blocks) == 0
    assert len(library.entries) == len(records())
    assert library.entries[0]["author"] == "Ada Pond and Bo Brook"


TEX = {
    r"The $\ell_1$ norm of $x^{2}$": r"The $\ell_1$ norm of $x^{2}$",
    "a_b^c & 50% of #1 ~ 2": r"a\_b\^{}c \& 50\% of \#1 \textasciitilde{} 2",
    "x < 3 | y > 4": r"x \textless{} 3 \textbar{} y \textgreater{} 4",
    r"\leq$ 30ms": "≤ 30ms",  # slices of formulas
    r"x_1$ and $y": r"x\_1 and y",
    r"5\times": "5×",
    "from $5 to $10": r"from \$5 to \$10",
    r"A $5 robot finds $\ell_1$": r"A \$5 robot finds $\ell_1$",
    r"\$5 for $a\$b$": r"\$5 for $a\$b$",
    "$ x_1 $ and $$y_1$$": r"x\_1 and y\_1",
    r"$a%b$ and $a & b$": r"a\%b and a \& b",
    r"$\{x$": r"\textbraceleft{}x",
    r"$\{x}$": r"\textbraceleft{}x",  # in balance for BibTeX alone
    r"$a \\% b$ $c \\ d$": r"a \% b $c \\ d$",
    r"Poincar\'e's {BERT} \& \textbf{all}": r"Poincaré's BERT \& all",
    "ends with \\": "ends with",
    "": "",
}


@pytest.mark.parametrize(("text", "expected"), TEX.items())
def test_text_as_tex(text: str, expected: str) -> None:
    assert tex(text) == expected


PIECES = ["$", "$$", "\\", "\\leq", "\\$", "{", "}", "\\{", "_", "^", "%", "&", "#", "~", "x", "5", " ", "<b>", "\\("]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_tex_always_compiles(text: str) -> None:
    written = tex(text)
    assert written.count("{") == written.count("}")  # BibTeX
    depth, math = 0, False  # TeX, a symbol at a time: "\\\\" is one, and escapes nothing that follows
    for symbol in re.findall(r"\\(?:\^\{\}|text[a-z]+\{\}|.)|.", written):
        if symbol == "$":
            math = not math
        assert symbol not in ({"%", "#", "&"} if math else {"%", "#", "&", "_", "^", "~", "{", "}", "\\\\", "\\{"})
        assert math or not re.fullmatch(r"\\[^&%#_$^t]", symbol)
        depth += {"{": 1, "}": -1}.get(symbol, 0)
        assert depth >= 0
        assert not (symbol == "$" and depth)
    assert not math
    assert not depth


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Ada Pond", "Ada Pond"),
        ("Pond, Ada", "Pond, Ada"),
        ("Anders Sandoval", "Anders Sandoval"),
        ("M. Brook-Company", "M. Brook-Company"),
        ("Ada~Pond", "Ada Pond"),
        ("Pond and Brook Consortium", "{Pond and Brook Consortium}"),
        ("Heron Team", "{Heron Team}"),
        ("The University of the Marsh", "{The University of the Marsh}"),
        ("Reeds, Rushes, Sedges, Ltd.", "{Reeds, Rushes, Sedges, Ltd.}"),
        ("R_1 & Sons", r"R\_1 \& Sons"),
    ],
)
def test_authors_as_tex(name: str, written: str) -> None:
    assert author(name) == written


def test_bibtex_comes_back_as_it_went(tmp_path: Path) -> None:
    authors = ["Pond and Brook Consortium", "Ada Pond", "Heron Team"]
    record = make_record(0)
    metadata = record.metadata.model_copy(update={"authors": authors, "published": "Mon, 2 Apr 2007 14:10:13 GMT"})
    results = [result.model_copy(update={"surface": r"\leq$ 30ms"}) for result in record.results]
    changed = {"title": r"On $\ell_1$ ponds", "metadata": metadata, "results": results}
    path = write(tmp_path / "r.jsonl", [Record.model_construct(**(dict(record) | changed))])
    export("bibtex", [path], tmp_path / "b.bib")
    (paper,) = read(tmp_path / "b.bib")
    assert isinstance(paper, Paper)
    assert (paper.title, paper.published) == (r"On $\ell_1$ ponds", "2007")
    assert list(paper.authors) == authors
    assert "Results: ≤ 30ms, ≤ 30ms" in (paper.comment or "")


@pytest.mark.parametrize(
    ("published", "parts", "day"),
    [
        ("2025-13-45", [2025], "2025"),
        ("Mon, 2 Apr 2007 14:10:13 GMT", [2007, 4, 2], "2007-04-02"),
        ("2024-05-06T07:08:09Z", [2024, 5, 6], "2024-05-06"),
        ("soon", None, None),
    ],
)
def test_dates_of_older_records(tmp_path: Path, published: str, parts: list[int] | None, day: str | None) -> None:
    record = make_record(0)
    record = record.model_copy(update={"metadata": record.metadata.model_copy(update={"published": published})})
    path = write(tmp_path / "r.jsonl", [record])
    export("csl-json", [path], tmp_path / "c.json")
    (item,) = json.loads((tmp_path / "c.json").read_bytes())
    assert item.get("issued") == ({"date-parts": [parts]} if parts else None)
    export("pwc-tables", [path], tmp_path / "t.json")
    (task,) = json.loads((tmp_path / "t.json").read_bytes())
    assert task["datasets"][0]["sota"]["rows"][0]["paper_date"] == day


def test_nothing_to_export_is_a_whole_file(tmp_path: Path) -> None:
    path = write(tmp_path / "e.jsonl", [empty_record(1)])
    for format_ in ("pwc-links", "pwc-tables"):
        export(format_, [path], tmp_path / format_)
        assert json.loads((tmp_path / format_).read_bytes()) == []


def test_arguments_that_cannot_be_used(path: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no export format"):
        export("word", [path], tmp_path / "x")
    with pytest.raises(UsageError, match="folder of files"):
        export("eee", [path], None)
    with pytest.raises(UsageError, match="is a folder"):
        export("tdms", [path], tmp_path)
    with pytest.raises(UsageError, match="is a file"):
        export("eee", [path], path)
    bad = tmp_path / "bad.jsonl"
    bad.write_bytes(b'{"id": "x"}\n')
    with pytest.raises(UsageError, match="line 1"):
        export("tdms", [bad], tmp_path / "x.tsv")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["bad.jsonl", "records.jsonl"]
