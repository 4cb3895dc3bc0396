"""Over 10,000 real papers, where they are at hand: no defect of ours, every mention slices back."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from extract import Pipeline
from extract.model import Paper, Record, to_json
from extract.readers import read

DUMP = Path(__file__).parents[2] / "shared/dumps/arxiv_daily_jsonl/ten_thousand.jsonl.gz"
pytestmark = pytest.mark.skipif(not DUMP.is_file(), reason="the 10,000 papers are not here")


def some(step: int) -> Iterator[Paper]:
    for i, paper in enumerate(read(DUMP)):
        assert isinstance(paper, Paper)
        if i % step == 0:
            yield paper


def mentions(record: dict) -> Iterator[dict]:
    for kind in ("methods", "datasets", "metrics", "tasks", "links"):
        for item in record[kind]:
            yield from item["mentions"]
    for kind in ("results", "quantities"):
        for item in record[kind]:
            yield item["mention"]


def test_every_mention_of_every_record_slices_back() -> None:
    pipeline = Pipeline()
    seen = 0
    for paper in some(4):
        record = orjson.loads(to_json(pipeline.convert(paper)))
        for mention in mentions(record):
            seen += 1
            text = record[mention["field"]]
            assert text[mention["start_char"] : mention["end_char"]] == mention["text"]
    assert seen > 20_000


def test_the_reader_finds_as_many_papers_as_lines() -> None:
    with gzip.open(DUMP, "rb") as lines:
        assert sum(1 for _ in read(DUMP)) == sum(1 for _ in lines)


def test_the_same_paper_gives_the_same_bytes_in_any_company() -> None:
    papers = list(some(200))
    first, second = Pipeline(), Pipeline()
    forwards = [to_json(first.convert(p)) for p in papers]
    backwards = [to_json(second.convert(p)) for p in reversed(papers)]
    assert forwards == backwards[::-1]
    assert all(isinstance(first.convert(p), Record) for p in papers[:3])
