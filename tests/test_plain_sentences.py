"""How results are commonly told, one sentence each: what comes out of it whole, without any other help."""

import csv
from pathlib import Path

import pytest

from extract import Paper, Pipeline
from extract.model import Result

TABLE = Path(__file__).with_name("plain_sentences.tsv")
with TABLE.open(encoding="utf-8", newline="") as lines:
    ROWS = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


def shown(result: Result) -> str:
    high = "" if result.value_high is None else f"-{result.value_high:g}"
    slots = " | ".join(name or "-" for name in (result.metric, result.dataset, result.method, result.baseline))
    return f"{result.value:g}{high}{result.unit or ''} {result.kind} {slots}"


@pytest.mark.parametrize(("sentence", "results"), ROWS)
def test_a_plain_sentence_gives_whole_rows(sentence: str, results: str, pipeline: Pipeline) -> None:
    paper = Paper(title="Kea: A Network for Fast Signs", abstract=f"We propose Kea, a new network. {sentence}")
    assert " ; ".join(map(shown, pipeline.convert(paper).results)) == results
