"""The package from Python: texts as they come, and one sentence for what is no text."""

from __future__ import annotations

from typing import Any

import pytest

from extract import Paper, Pipeline, Reject


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


def test_a_text_that_is_not_there_is_none(pipeline: Pipeline) -> None:
    record = pipeline.extract(title="Wader: a heron of nets", abstract=None)
    assert (record.title, record.abstract, record.warnings) == ("Wader: a heron of nets", "", ["empty-abstract"])
    assert pipeline.extract(title=None, abstract="We count herons.").warnings == ["empty-title"]


def test_lone_surrogates_and_nuls_go_as_in_a_run(pipeline: Pipeline) -> None:
    record = pipeline.extract(title="Wa\ud800der", abstract="We count\0 herons.", comment="ten\udfff pages")
    assert (record.title, record.abstract) == ("Wader", "We count herons.")
    assert record.warnings == ["removed-characters"]


@pytest.mark.parametrize("value", [b"Wader", b"", 5, 0, float("nan"), ["Wader"]])
@pytest.mark.parametrize("name", ["title", "abstract", "comment"])
def test_what_is_no_text_is_refused(pipeline: Pipeline, name: str, value: Any) -> None:
    with pytest.raises(TypeError, match=f"{name} must be a text or None, not {type(value).__name__}"):
        pipeline.extract(**{name: value})


@pytest.mark.parametrize("papers", [[{"title": "Wader"}], {"title": "Wader"}, "Wader", [None]])
def test_rows_are_no_papers(pipeline: Pipeline, papers: Any) -> None:
    with pytest.raises(TypeError, match=r"Pipeline\.run takes papers.*batch_function"):
        list(pipeline.run(papers))


def test_rejects_are_passed_over(pipeline: Pipeline) -> None:
    papers = [Reject("-", 0, "empty-paper", "Neither a title nor an abstract."), Paper("Wader", "We count herons.")]
    assert [record.title for record in pipeline.run(papers)] == ["Wader"]
