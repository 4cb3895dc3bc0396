"""No text makes a paper slow: time grows with length, for the whole pipeline as for each rule."""

from __future__ import annotations

import time

import pytest

from extract.model import Paper, Source
from extract.pipeline import Pipeline

PIECES = (
    "a", "1", ",", "(", ")", "%", "http://", "\\", "{", "}", "$", "<b>", "[", '"', "é", "1,", "1.", "A-", "a b ",
    "of the ", "/", "github.com/a/", "\\textbf{", "$x$ ", "\n", "We propose X. ", "5 % ", "83.5% on ImageNet, ",
)  # fmt: skip


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


@pytest.mark.parametrize("piece", PIECES)
def test_time_grows_with_length(pipeline: Pipeline, piece: str) -> None:
    """Eight times the text may take sixteen times as long at most (sorting, and noise), or is quick anyhow."""
    short, long = (min(_seconds(pipeline, piece * (size // len(piece))) for _ in range(2)) for size in (2_000, 16_000))
    assert long < 16 * short or long < 0.1


def test_a_text_of_more_than_a_million_characters_is_a_record(pipeline: Pipeline) -> None:
    text = "We propose X. " + "word " * 200_000 + "It reaches 83.5% top-1 accuracy on ImageNet."
    record = pipeline.convert(Paper("", text, Source("d", "test", 0)))
    assert [(r.value, r.dataset) for r in record.results] == [(83.5, "ImageNet")]


def _seconds(pipeline: Pipeline, text: str) -> float:
    begin = time.process_time()
    pipeline.convert(Paper("", text, Source("d", "test", 0)))
    return time.process_time() - begin
