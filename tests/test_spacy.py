"""spaCy's own tools work with the pipeline: registry, displaCy, analysis, saving and loading."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import spacy
from spacy import displacy

from extract.model import Paper
from extract.pipeline import Pipeline, make_nlp
from extract.stages import STAGES

ABSTRACT = (
    "We introduce GridNet, a backbone for semantic segmentation. GridNet reaches 55.6 mIoU on ADE20K, 1.2 points "
    "better than ConvNeXt, on 8 GPUs. Code: https://github.com/a/gridnet"
)


def fresh(code: str) -> str:
    """The output of a new interpreter that imported nothing of ours."""
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


def test_every_stage_is_found_through_its_entry_point() -> None:
    out = fresh(
        "import spacy\n"
        "nlp = spacy.blank('en')\n"
        "nlp.add_pipe('paperfacts_links')\n"
        "print(len(nlp('See https://github.com/a/gridnet.').user_data['paperfacts'].links), 'alone')\n"
        f"for name in {STAGES[1:]!r}: nlp.add_pipe(name)\n"
        "doc = nlp('We introduce GridNet. Code: https://github.com/a/gridnet')\n"
        "print(nlp.pipe_names, doc.user_data['paperfacts'].links[0].repo)"
    )
    assert "1 alone" in out
    assert "paperfacts_quantities" in out
    assert "gridnet" in out


def test_displacy_draws_the_spans(pipeline: Pipeline) -> None:
    doc = pipeline.doc(Paper(title="GridNet: cells in a grid", abstract=ABSTRACT))
    keys = {key for key in doc.spans if len(doc.spans[key])}
    assert keys
    for key in keys:
        page = displacy.render(doc, style="span", options={"spans_key": key})
        assert doc.spans[key][0].label_ in page
        assert all(span.text for span in doc.spans[key])


@pytest.mark.parametrize("kind", ["links", "results", "quantities"])
def test_the_mirrored_spans_cover_the_facts(pipeline: Pipeline, kind: str) -> None:
    doc = pipeline.doc(Paper(title="GridNet: cells in a grid", abstract=ABSTRACT))
    facts = doc.user_data["paperfacts"]
    spans = [(span.start_char, span.end_char) for span in doc.spans[kind]]
    for found in getattr(facts, kind):
        start, end = (
            (found.spans[0].start, found.spans[0].end) if kind == "links" else (found.number.start, found.number.end)
        )
        assert any(low <= start and end <= high for low, high in spans)


def test_the_analysis_finds_no_problem() -> None:
    analysis = make_nlp().analyze_pipes()
    assert not any(analysis["problems"].values())
    assert all("doc.user_data" in analysis["summary"][stage]["assigns"] for stage in STAGES)


def test_a_saved_pipeline_loads_again(tmp_path: Path, pipeline: Pipeline) -> None:
    pipeline.nlp.to_disk(tmp_path / "saved")
    again = spacy.load(tmp_path / "saved")
    assert again.pipe_names == pipeline.nlp.pipe_names
    found = again(ABSTRACT).user_data["paperfacts"]
    expected = pipeline.nlp(ABSTRACT).user_data["paperfacts"]
    assert [(r.number.value, r.kind, r.rule) for r in found.results] == [
        (r.number.value, r.kind, r.rule) for r in expected.results
    ]
    assert [e.name for e in found.entities] == [e.name for e in expected.entities]
    out = fresh(f"import spacy\nprint(spacy.load({str(tmp_path / 'saved')!r}).pipe_names)")
    assert "paperfacts_quantities" in out
