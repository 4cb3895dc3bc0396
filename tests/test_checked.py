"""`checked` and the models accept the same data, give the same bytes, and say the same of what they refuse."""

import copy
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from extract.batch.books import Tally
from extract.model import Paper, Record, Source, checked, to_json
from extract.pipeline import Pipeline

TITLE = "Kea: fast detection"
ABSTRACT = "Kea reaches 51.2 AP on COCO with 7B parameters, 3% more than Moa. Code: https://github.com/a/kea"


def mention(field: str, text: str) -> dict[str, Any]:
    start = {"title": TITLE, "abstract": ABSTRACT}[field].index(text)
    return {"field": field, "start_char": start, "end_char": start + len(text), "text": text, "rule": "a.rule"}


def entity(name: str, **more: Any) -> dict[str, Any]:
    places = [mention(field, name) for field, text in (("title", TITLE), ("abstract", ABSTRACT)) if name in text]
    return {"name": name, "canonical": None, "aliases": ["other"], "confidence": 0.9, "mentions": places, **more}


def number(surface: str, **more: Any) -> dict[str, Any]:
    return {"surface": surface, "mention": mention("abstract", surface), "confidence": 0.5, **more}


RECORD: dict[str, Any] = {
    "schema_version": "1.0",
    "id": "arxiv:1",
    "source": {"dump": "d", "format": "jsonl", "index": 0, "line": 1, "byte_offset": 0},
    "title": TITLE,
    "abstract": ABSTRACT,
    "identifiers": {"arxiv": "1"},
    "metadata": {"authors": ["A"], "published": None, "categories": [], "url": None},
    "methods": [entity("Kea", role="proposed"), entity("Moa", role="used")],
    "datasets": [entity("COCO")],
    "metrics": [entity("AP", higher_is_better=True)],
    "tasks": [entity("detection")],
    "links": [
        {"url": "https://github.com/a/kea", "kind": "code", "status": "released", "host": "github.com",
         "mentions": [mention("abstract", "https://github.com/a/kea")], "confidence": 1.0},
        {"url": "https://a.org", "kind": "other", "status": "released", "host": "a.org", "from_dump": "url"},
    ],
    "results": [
        number("51.2", value=51.2, kind="absolute", metric="AP", dataset="COCO", method="Kea", task="detection"),
        number("3%", value=3, unit="%", kind="delta", direction="increase", baseline="Moa", conditions=["5-shot"]),
    ],
    "quantities": [number("7B", value=7e9, kind="model_size", qualifier="about")],
    "code_availability": "released",
    "warnings": [],
}  # fmt: skip
WRONG: tuple[Any, ...] = (
    None,
    "",
    "no such",
    -1,
    7,
    2**40,
    0.25,
    float("nan"),
    float("inf"),
    True,
    [],
    {},
    [None],
    ["x"],
)


def outcome(call: Any, fields: dict[str, Any]) -> tuple[bool, Any]:
    try:
        return True, to_json(call(fields))
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False, include_input=False)
        # A value that is no mapping at all is "no model" to the one and "no dictionary" to the other.
        return False, [(d["loc"], d["msg"]) for d in details if d["type"] not in ("model_type", "dict_type")]


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from paths(inner, (*path, key))


PATHS = [path for path in paths(RECORD) if path]


def changed(path: tuple[Any, ...], change: str, value: Any = None) -> dict[str, Any]:
    record = copy.deepcopy(RECORD)
    inside: Any = record
    for key in path[:-1]:
        inside = inside[key]
    if change == "drop":
        del inside[path[-1]]
    elif change == "add" and isinstance(inside, dict):
        inside["unknown"] = value
    elif change == "double" and isinstance(inside, list):
        inside.append(copy.deepcopy(inside[path[-1]]))
    else:
        inside[path[-1]] = value
    return record


def test_a_full_record_is_accepted() -> None:
    assert to_json(checked(RECORD)) == to_json(Record.model_validate(RECORD))
    assert checked(RECORD)["links"][1]["confidence"] == 1.0


@pytest.mark.parametrize("change", ["drop", "add", "double", "set"])
def test_every_change_meets_the_same_verdict(change: str) -> None:
    refused = 0
    for path in PATHS:
        for value in WRONG if change == "set" else (None,):
            fields = changed(path, change, value)
            fast, plain = outcome(checked, fields), outcome(Record.model_validate, fields)
            assert fast == plain, (path, change, value)
            refused += not fast[0]
    assert refused > len(PATHS) // 4


@given(st.lists(st.tuples(st.sampled_from(PATHS), st.sampled_from(WRONG)), min_size=2, max_size=4))
@settings(max_examples=200, deadline=None)
def test_several_changes_meet_the_same_verdict(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    fields = copy.deepcopy(RECORD)
    for path, value in changes:
        inside: Any = fields
        try:
            for key in path[:-1]:
                inside = inside[key]
            inside[path[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue
    assert outcome(checked, fields)[0] == outcome(Record.model_validate, fields)[0]


def test_the_pipeline_writes_the_same_both_ways() -> None:
    pipeline = Pipeline()
    paper = Paper(TITLE, ABSTRACT, Source("d", "jsonl", 0), dump_links=(("url", "https://a.org/x"),))
    plain, record = pipeline.plain(paper), pipeline.convert(paper)
    assert orjson.loads(to_json(plain))["results"]
    assert to_json(plain) == to_json(record)
    one, two = Tally(), Tally()
    one.add(plain)
    two.add(record)
    assert one == two
