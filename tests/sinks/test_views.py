"""The views, and the questions that they are there for, in every database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sink_records import empty_record, write

from extract.model import Record
from extract.sinks import load

Query = Callable[[str, str], list[tuple[Any, ...]]]


def paper(
    n: int,
    results: list[dict[str, Any]],
    *,
    published: str = "2026-11-03",
    status: str = "released",
    used: str = "Carp",
) -> Record:
    """A paper that proposes `Pike-n`, with results given by their differences from a plain accuracy."""
    abstract = f"Pike-{n} {used} ImageNet ImageNet-1K COCO ADE20K top-1 FID zing 1 https://github.com/o/r{n}"

    def mention(text: str) -> dict[str, Any]:
        start = abstract.index(text)
        return {"field": "abstract", "start_char": start, "end_char": start + len(text), "text": text, "rule": "t"}

    def entity(name: str, canonical: str | None = None, **more: Any) -> dict[str, Any]:
        return {"name": name, "canonical": canonical, "confidence": 0.9, "mentions": [mention(name)], **more}

    plain = {
        "surface": "1",
        "unit": "%",
        "kind": "absolute",
        "metric": "top-1",
        "dataset": "ImageNet-1K",
        "method": f"Pike-{n}",
        "mention": mention("1"),
        "confidence": 0.8,
    }
    return Record.model_validate(
        {
            "id": f"arxiv:2611.{n:05d}",
            "source": {"dump": "d", "format": "text", "index": n},
            "title": f"Pike {n}",
            "abstract": abstract,
            "identifiers": {"arxiv": f"2611.{n:05d}"},
            "metadata": {"published": published, "url": f"https://arxiv.org/abs/2611.{n:05d}"},
            "methods": [entity(f"Pike-{n}", role="proposed"), entity(used, "carp", role="used")],
            "datasets": [
                entity("ImageNet-1K", "imagenet-1k"),
                entity("COCO", "coco"),
                entity("ADE20K", "ade20k"),
            ],
            "metrics": [
                entity("top-1", "top-1-accuracy", higher_is_better=True),
                entity("FID", "fid", higher_is_better=False),
                entity("zing"),
            ],
            "links": [
                {
                    "url": f"https://github.com/o/r{n}",
                    "kind": "code",
                    "status": status,
                    "host": "github.com",
                    "owner": "o",
                    "repo": f"r{n}",
                    "mentions": [mention(f"https://github.com/o/r{n}")],
                }
            ],
            "results": [plain | result for result in results],
            "code_availability": status,
        }
    )


RECORDS = [
    paper(1, [{"value": 83.5}, {"value": 2.5, "kind": "delta"}, {"value": 90.0, "method": "Carp"}]),
    paper(2, [{"value": 85.1, "unit": None}, {"value": 7.0, "metric": "FID", "unit": None}], published="2026-10-30"),
    paper(3, [{"value": 0.812, "unit": None}, {"value": 3.5, "metric": "FID", "unit": None}], status="promised"),
    paper(
        4, [{"value": 55.0, "dataset": "COCO"}, {"value": 48.0, "dataset": "ADE20K", "metric": "zing"}], published=None
    ),
    paper(5, [{"value": 99.0, "method": None}, {"value": 98.0, "dataset": None}, {"value": 97.0, "kind": "relative"}]),
    empty_record(1),
]


@pytest.fixture
def loaded(database: str, tmp_path: Path) -> str:
    """Each database in turn, holding the papers above."""
    load([write(tmp_path / "views.jsonl", RECORDS)], database)
    return database


def test_the_leaderboard_ranks_by_direction_and_unit(loaded: str, query: Query) -> None:
    board = query(
        loaded,
        "SELECT rank, method, value FROM leaderboard WHERE dataset = 'imagenet-1k' AND metric = 'top-1-accuracy'"
        " ORDER BY rank",
    )
    # 85.1 without a unit, 83.5% and the fraction 0.812 are one board; no delta, no quoted baseline, no orphan.
    assert board == [(1, "Pike-2", 85.1), (2, "Pike-1", 83.5), (3, "Pike-3", 0.812)]
    fid = query(loaded, "SELECT rank, method FROM leaderboard WHERE metric = 'fid' ORDER BY rank")
    assert fid == [(1, "Pike-3"), (2, "Pike-2")]
    assert query(loaded, "SELECT rank FROM leaderboard WHERE metric = 'zing'") == [(None,)]
    assert query(loaded, "SELECT count(*) FROM leaderboard") == [(7,)]


def board(query: Query, database: str, tmp_path: Path, papers: list[Record], *, metric: str) -> list[tuple[Any, ...]]:
    """The ranks, values and scales of a metric on these papers."""
    load([write(tmp_path / "board.jsonl", papers)], database)
    order = "ORDER BY scale IS NOT NULL, rank, paper_id"
    return query(database, f"SELECT rank, value, scale FROM leaderboard WHERE metric = '{metric}' {order}")


def test_ranges_and_bounds_are_reported_and_not_ranked(database: str, tmp_path: Path, query: Query) -> None:
    loose = [
        {"value": 90.0, "value_high": 95.0},
        *({"value": 99.0, "qualifier": q} for q in ("up to", "at least", "at most", "about")),
    ]
    found = board(query, database, tmp_path, [paper(1, [*loose, {"value": 81.0}])], metric="top-1-accuracy")
    assert found == [(1, 81.0, None)]
    assert query(database, "SELECT count(*) FROM reported") == [(6,)]


def test_a_fraction_becomes_percent_only_where_it_can_be_nothing_else(
    database: str, tmp_path: Path, query: Query
) -> None:
    # Lower is better: 0.18 beside 0.30% may well be a percentage.
    low = [{"value": 0.3, "metric": "FID"}, {"value": 0.18, "unit": None, "metric": "FID"}]
    # What goes beyond 100 is no share: 0.6 may be anything.
    mixed = [{"value": 61.0}, {"value": 0.6, "unit": None}, {"value": 162.0, "unit": None}]
    found = board(query, database, tmp_path, [paper(1, low), paper(2, mixed)], metric="fid")
    assert found == [(1, 0.3, None), (1, 0.18, "fraction")]
    found = board(query, database, tmp_path, [], metric="top-1-accuracy")
    assert found == [(1, 162.0, None), (2, 61.0, None), (1, 0.6, "fraction")]


def test_another_unit_is_another_scale(database: str, tmp_path: Path, query: Query) -> None:
    timed = [{"value": v, "unit": u, "metric": "FID"} for v, u in ((3.0, "ms"), (5.0, "ms"), (1.0, "s"))]
    found = board(query, database, tmp_path, [paper(1, timed)], metric="fid")
    assert sorted(found) == [(1, 1.0, "s"), (1, 3.0, "ms"), (2, 5.0, "ms")]


def test_a_claim_made_twice_is_one_row_and_ties_share_a_rank(database: str, tmp_path: Path, query: Query) -> None:
    twice = [{"value": 84.0}, {"value": 0.84, "unit": None}, {"value": 84.0, "split": "test"}]
    papers = [paper(1, twice), paper(2, [{"value": 84.0}]), paper(3, [{"value": 80.0}])]
    found = board(query, database, tmp_path, papers, metric="top-1-accuracy")
    assert [(rank, value) for rank, value, _ in found] in (
        [(1, 84.0), (1, 84.0), (3, 80.0)],
        [(1, 0.84), (1, 84.0), (3, 80.0)],
    )


def test_papers_of_a_month_that_release_code(loaded: str, query: Query) -> None:
    found = query(
        loaded,
        "SELECT title, url FROM code_links WHERE status = 'released' AND month = '2026-11' ORDER BY title",
    )
    assert found == [(f"Pike {n}", f"https://github.com/o/r{n}") for n in (1, 4, 5)]


def test_methods_that_report_on_two_data_sets(loaded: str, query: Query) -> None:
    found = query(
        loaded,
        "SELECT method_id FROM reported WHERE dataset_id IN ('coco', 'ade20k') AND method IS NOT NULL"
        " GROUP BY method_id HAVING COUNT(DISTINCT dataset_id) = 2",
    )
    assert found == [("Pike-4",)]


def test_flat_papers_and_the_timeline_of_a_method(loaded: str, query: Query) -> None:
    flat = query(
        loaded, "SELECT proposed_methods, used_methods, datasets, result_count FROM papers_flat WHERE title = 'Pike 1'"
    )
    assert flat == [("Pike-1", "Carp", "ImageNet-1K; COCO; ADE20K", 3)]
    assert query(loaded, "SELECT count(*) FROM papers_flat") == [(6,)]
    timeline = query(loaded, "SELECT nth, paper_id FROM method_timeline WHERE method = 'carp' ORDER BY nth LIMIT 2")
    assert timeline == [(1, "arxiv:2611.00002"), (2, "arxiv:2611.00001")]
