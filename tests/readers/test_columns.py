"""JSON in which papers do not stand one an object: columns, wrapped rows, papers under their ids; and `--map` for it."""

from __future__ import annotations

import json

import pytest

from extract.model import Reject
from extract.readers import read
from extract.readers.inspection import inspect_dump

TITLES = ["Gulls Over the Sea", "Terns in Winter", "Skuas Steal"]
ABSTRACTS = ["They fly.", "They wait.", "They take."]


def items_of(tmp_path, value, **options):
    path = tmp_path / "dump"
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return list(read(path, **options))


def texts(items):
    return [(item.title, item.abstract) for item in items]


def by_row(values):
    return {str(n): value for n, value in enumerate(values)}


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize(
    "value",
    [
        {"title": TITLES, "abstract": ABSTRACTS, "year": [2022, 2023, 2024]},
        {"title": by_row(TITLES), "abstract": by_row(ABSTRACTS)},
        {"columns": ["title", "abstract"], "index": [0, 1, 2], "data": list(zip(TITLES, ABSTRACTS, strict=True))},
        {"columns": ["title", "abstract"], "rows": list(zip(TITLES, ABSTRACTS, strict=True)), "truncated": False},
        {"rows": [{"row_idx": 0, "row": {"title": t, "abstract": a}} for t, a in zip(TITLES, ABSTRACTS, strict=True)]},
        [{"data": {"title": t, "abstract": a}} for t, a in zip(TITLES, ABSTRACTS, strict=True)],
    ],
    ids=["lists", "pandas", "pandas-split", "datasette", "rows", "data"],
)
def test_papers_by_columns_or_wrapped(tmp_path, value, indent):
    items = items_of(tmp_path, json.dumps(value, indent=indent))
    assert texts(items) == list(zip(TITLES, ABSTRACTS, strict=True))


def test_against_pandas(tmp_path):
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"title": TITLES, "abstract": ABSTRACTS, "year": [1, 2, None]})
    for orient in ("columns", "index", "records", "split", "table"):
        text = table.to_json(orient=orient)
        assert texts(items_of(tmp_path, text)) == list(zip(TITLES, ABSTRACTS, strict=True)), orient


@pytest.mark.parametrize(
    "value",
    [
        {"title": TITLES, "abstract": ABSTRACTS[:2]},
        [{"title": TITLES, "abstract": ABSTRACTS}],
    ],
)
def test_several_papers_never_become_one(tmp_path, value):
    (item,) = items_of(tmp_path, value)
    assert isinstance(item, Reject)
    assert item.reason == "wrong-type"
    assert "title 3" in item.message
    lines = json.dumps({"title": TITLES, "abstract": ABSTRACTS}) + "\n" + json.dumps({"title": "Auks"}) + "\n"
    assert [getattr(item, "reason", "paper") for item in items_of(tmp_path, lines)] == ["wrong-type", "paper"]


@pytest.mark.parametrize(
    "value",
    [
        {"title": ["Gulls", "Of Ships"], "abstract": ["They fly."], "DOI": "10.1000/x"},
        {"title": ["Gulls"], "abstract": ["They fly.", "They wait."], "authors": ["Ada Fox"]},
        {"title": {"value": "Gulls"}, "abstract": {"value": "They fly."}},
    ],
)
def test_lists_in_one_paper_are_still_one_paper(tmp_path, value):
    (paper,) = items_of(tmp_path, value)
    assert paper.title == "Gulls"
    assert paper.abstract.startswith("They fly.")


def test_the_name_a_paper_stands_under_is_its_identifier(tmp_path):
    names = ["2401.00001", "10.1000/AB", "2024.acl-long.7", "third"]
    found = items_of(tmp_path, {name: {"title": f"On {name}", "abstract": "They fly."} for name in names})
    assert [paper.id for paper in found[:3]] == ["arxiv:2401.00001", "doi:10.1000/ab", "acl:2024.acl-long.7"]
    assert found[3].id.startswith("text:")
    (paper,) = items_of(tmp_path, {"papers": {"2401.00001": {"id": "2401.00009", "title": "Own", "abstract": "x"}}})
    assert paper.id == "arxiv:2401.00009"


@pytest.mark.parametrize(
    ("value", "mapping"),
    [
        ([{"row": {"Titel": "Gulls", "Text": "They fly."}}], {"title": "row.Titel", "abstract": "row.Text"}),
        ({"rows": [{"row": {"Titel": "Gulls", "Text": "They fly."}}]}, {"title": "row.Titel", "abstract": "row.Text"}),
        ({"results": [{"Titel": "Gulls", "Text": "They fly."}]}, {"title": "Titel", "abstract": "Text"}),
        ({"Titel": "Gulls", "Text": "They fly."}, {"title": "Titel", "abstract": "Text"}),
    ],
)
def test_a_mapping_reaches_into_objects_and_lists(tmp_path, value, mapping):
    assert texts(items_of(tmp_path, value, mapping=mapping)) == [("Gulls", "They fly.")]


def test_a_paper_without_known_fields_says_which_it_has(tmp_path):
    for item in items_of(tmp_path, [{"heading": "Gulls", "text": "They fly."}] * 2):
        assert item.reason == "empty-paper"
        assert "(heading, text)" in item.message
        assert "--map title=FIELD" in item.message
        assert item.excerpt == '{"heading": "Gulls", "text": "They fly."}'


def test_a_text_named_like_a_wrapper_is_a_column_not_read(tmp_path):
    path = tmp_path / "dump"
    path.write_text(json.dumps([{"title": "Gulls", "content": "They fly."}]))
    assert inspect_dump(path).unused == ("content",)
    path.write_text(json.dumps([{"content": {"title": "Gulls", "mood": "fair"}, "id": "x"}]))
    assert inspect_dump(path).unused == ("mood",)
