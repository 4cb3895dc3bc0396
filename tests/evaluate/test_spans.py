"""Corpora in their public forms, and the scores on them."""

import json
import random
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from extract import Pipeline
from extract.cli import app
from extract.errors import UsageError
from extract.evaluate.corpora import Passage, Span, read_corpus
from extract.evaluate.spans import LEVELS, _matching, evaluate_spans, found_spans

SHARED = Path(__file__).parents[2] / "../shared/eval"
SENTENCE = "We test the tagger on the Marsh-9 dataset and report 91.3% accuracy."


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


def marked(passage: Passage) -> list[tuple[str, str]]:
    return [(passage.text[s.start : s.end], s.label) for s in passage.spans]


def test_words_with_offsets_and_tags(tmp_path: Path) -> None:
    words = [("It", 90, "O"), ("scores", 93, "O"), ("91", 100, "O"), (".", 102, "O"), ("3", 103, "O"), ("F", 105, "B-METRIC"),
             ("1", 106, "I-METRIC"), ("on", 108, "O"), ("Marsh", 111, "B-DATASET"), ("-", 116, "I-DATASET"), ("9", 117, "I-DATASET")]  # fmt: skip
    (tmp_path / "a.conll").write_text("".join(f"{w}\t{o}\t{t}\n" for w, o, t in words) + "\nNext\t0\tO\n")
    first, second = read_corpus(tmp_path / "a.conll")
    assert first.text == "It scores 91.3 F1 on Marsh-9"
    assert marked(first) == [("F1", "metric"), ("Marsh-9", "dataset")]
    assert (second.text, second.spans) == ("Next", [])


def test_words_without_offsets_are_joined_as_text(tmp_path: Path) -> None:
    rows = [("We", "O"), ("use", "O"), ("Heron", "B"), ("and", "I"), ("Marsh", "I"), ("-", "I"), ("9", "I"), ("(", "O"),
            ("both", "O"), (")", "O"), (",", "O"), ("Reed", "B"), (".", "O")]  # fmt: skip
    lines = [f'{i},Sentence: 1,"{w}",NN,{t}' for i, (w, t) in enumerate(rows)]
    (tmp_path / "a.csv").write_text("\n".join([",Sentence #,Word,POS,Tag", *lines, "13,Sentence: 2,None,NN,O"]))
    first, second = read_corpus(tmp_path / "a.csv")
    assert first.text == "We use Heron and Marsh-9 (both), Reed."
    assert marked(first) == [("Heron and Marsh-9", "dataset"), ("Reed", "dataset")]
    assert second.id == "Sentence: 2"


def test_marked_words_find_their_places(tmp_path: Path) -> None:
    row = {
        "doc_id": "7",
        "sentence": "A CNN is no 3D CNN, but a CNN.",
        "ner": [["CNN", "Method"], ["3D CNN", "Method"], ["CNN", "Method"]],
    }
    (tmp_path / "a.jsonl").write_text(json.dumps(row))
    (passage,) = read_corpus(tmp_path / "a.jsonl")
    assert [(s.start, s.end) for s in passage.spans] == [(2, 5), (12, 18), (26, 29)]


def test_a_folder_of_texts_and_tables(tmp_path: Path) -> None:
    (tmp_path / "text").mkdir()
    (tmp_path / "tsv").mkdir()
    (tmp_path / "text/p1.txt").write_text("A tower of 30 m, “tall”.", "utf-8")
    head = "docId\tannotSet\tannotType\tstartOffset\tendOffset\tannotId\ttext\tother"
    rows = [
        'p1\t1\tQuantity\t11\t15\tT1-1\t30 m\t{"unit": "m"}',
        'p1\t1\tMeasuredEntity\t2\t7\tT2-1\ttower\t{"HasQuantity": "T1-1"}',
    ]
    (tmp_path / "tsv/p1.tsv").write_text("\n".join([head, *rows]))
    (passage,) = read_corpus(tmp_path)
    assert marked(passage) == [("30 m", "quantity"), ("tower", "measuredentity")]


def test_what_is_no_corpus_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("no tags here\n")
    (tmp_path / "b.csv").write_text("title,abstract\na,b\n")
    (tmp_path / "c.jsonl").write_text('{"title": "a"}\n')
    (tmp_path / "d").mkdir()
    for name in ("a.txt", "b.csv", "c.jsonl", "d", "e.conll"):
        with pytest.raises(UsageError, match="give a"):
            read_corpus(tmp_path / name)


def test_three_levels(pipeline: Pipeline) -> None:
    def place(words: str, label: str) -> Span:
        return Span(SENTENCE.index(words), SENTENCE.index(words) + len(words), label)

    spans = [place("the Marsh-9 dataset", "dataset"), place("accuracy", "metric"), place("91.3%", "quantity")]
    totals = evaluate_spans([Passage("1", SENTENCE, spans)], pipeline).totals()
    assert [totals[f"dataset {level}"] for level in LEVELS] == [(0, 1, 1), (1, 0, 0), (1, 0, 0)]
    assert totals["metric exact"] == totals["quantity exact"] == (1, 0, 0)
    assert list(totals) == [f"{label} {level}" for label in ("dataset", "metric", "quantity") for level in LEVELS]


def test_a_change_from_one_number_to_another_is_one_place(pipeline: Pipeline) -> None:
    text = "The share rises from 10% to 35% there."
    assert [text[s.start : s.end] for s in found_spans(pipeline, text) if s.label == "quantity"] == ["10% to 35%"]


def test_one_place_pairs_with_one() -> None:
    def span(start: int, end: int) -> Span:
        return Span(start, end, "dataset")

    assert len(_matching([span(0, 20)], [span(0, 5), span(8, 12)])) == 1
    assert len(_matching([span(0, 6), span(8, 20)], [span(0, 9), span(10, 12)])) == 2
    assert _matching([span(0, 5)], [span(5, 9)]) == {}


def test_the_command(tmp_path: Path) -> None:
    row = {"id": "1", "text": SENTENCE, "mentions": [{"start": 26, "end": 33, "label": "dataset"}]}
    corpus = tmp_path / "mine.jsonl"
    corpus.write_text(json.dumps(row))
    run = CliRunner().invoke(app, ["eval", "--spans", str(corpus), "--floor", "dataset exact=1", "--errors"])
    assert run.exit_code == 0, run.output
    assert "dataset overlap" in run.output
    assert "calibration" not in run.output
    corpus.write_text(json.dumps(row | {"mentions": [{"start": 12, "end": 18, "label": "dataset"}]}))
    run = CliRunner().invoke(app, ["eval", "--spans", str(corpus), "--floor", "dataset exact=1", "--errors"])
    assert run.exit_code == 1
    assert "We test the [[tagger]] on" in run.output
    assert isinstance(CliRunner().invoke(app, ["eval"]).exception, UsageError)
    assert isinstance(CliRunner().invoke(app, ["eval", "--spans", str(corpus), "--gold", "x"]).exception, UsageError)


@pytest.mark.parametrize("name", ["tdmsci.train", "heddes.train", "scier-sent.dev", "measeval.dev"])
def test_counts_agree_with_the_reference_scorer(name: str, tmp_path: Path, pipeline: Pipeline) -> None:
    corpus = SHARED / f"spans/{name}.jsonl"
    if not corpus.is_file():
        pytest.skip("the corpora are not here")
    lines = corpus.read_text("utf-8").splitlines()
    lines = random.Random(7).sample(lines, min(300, len(lines)))
    part, found = tmp_path / "part.jsonl", tmp_path / "found.jsonl"
    part.write_text("\n".join(lines), "utf-8")
    passages = read_corpus(part)
    with found.open("wb") as out:
        for p in passages:
            mentions = [s._asdict() for s in found_spans(pipeline, p.text)]
            out.write(orjson.dumps({"id": p.id, "mentions": mentions}) + b"\n")
    command = [
        sys.executable,
        SHARED / "score_spans.py",
        "--gold",
        part,
        "--pred",
        found,
        "--json",
        tmp_path / "s.json",
    ]
    subprocess.run(command, check=True, capture_output=True)
    theirs = json.loads((tmp_path / "s.json").read_text())
    ours = evaluate_spans(passages, pipeline).totals()
    assert {name.split()[0] for name in ours} == set(theirs) - {"ALL", "_"}
    for tally, count in ours.items():
        label, level = tally.split()
        if level != "core":
            row = theirs[label][level]
            assert (count.tp, count.tp + count.fp, count.tp + count.fn) == (
                row["matched"],
                row["predicted"],
                row["gold"],
            )
