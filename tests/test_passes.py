"""Papers that take each pass of the pipeline together give what they give one by one."""

import gzip
import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from extract.model import Paper, to_json
from extract.pipeline import Pipeline

PIPELINE = Pipeline()
PAPERS = [
    Paper(
        "GridNet: cells in a grid", "We propose GridNet. It reaches 81.2% accuracy on ImageNet, 3% more than ResNet."
    ),
    Paper("", "Tidal Sign Fusion (TSF) needs 3 GB. Code: https://github.com/a/tsf"),
    Paper("A title", "", comment="Code at https://github.com/b/c"),
    Paper("", ""),
    Paper("GridNet: cells in a grid", "GridNet is evaluated on COCO and KITTI with 51.2 AP."),
]
DUMP = Path(__file__).parents[2] / "shared" / "dumps" / "arxiv_daily_jsonl" / "ten_thousand.jsonl.gz"


def records(papers: list[Paper]) -> list[bytes]:
    found = PIPELINE.plain_many(papers)
    assert not [f for f in found if isinstance(f, Exception)]
    return [to_json(f) for f in found if not isinstance(f, Exception)]


def test_together_as_one_by_one() -> None:
    heard: list[int] = []
    assert (
        records(PAPERS)
        == [to_json(PIPELINE.plain(p)) for p in PAPERS]
        == [to_json(PIPELINE.convert(p)) for p in PAPERS]
    )
    PIPELINE.plain_many(PAPERS, heard.append)
    assert heard[: len(PAPERS)] == list(range(len(PAPERS)))
    assert set(heard) == set(range(len(PAPERS)))


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(PAPERS), st.text(max_size=60)), max_size=4))
def test_any_text_beside_any(pairs: list[tuple[Paper, str]]) -> None:
    papers = [Paper(p.title, f"{p.abstract} {more}", comment=p.comment) for p, more in pairs]
    assert records(papers) == [to_json(PIPELINE.plain(p)) for p in papers]


def test_real_papers() -> None:
    if not DUMP.exists():
        pytest.skip("no dump here")
    with gzip.open(DUMP) as lines:
        papers = [Paper(d["title"], d["summary"]) for d in map(json.loads, itertools.islice(lines, 64))]
    assert records(papers) == [to_json(PIPELINE.plain(p)) for p in papers]


@Language.component("stumbles")
def stumbles(doc: Doc) -> Doc:
    if "KITTI" in doc.text:
        raise KeyError("KITTI")
    return doc


def test_a_paper_that_raises_leaves_the_others() -> None:
    pipeline = Pipeline()
    pipeline.nlp.add_pipe("stumbles", before="paperfacts_names")
    *fine, last = pipeline.plain_many(PAPERS)
    assert isinstance(last, KeyError)
    assert fine == [PIPELINE.plain(p) for p in PAPERS[:-1]]
