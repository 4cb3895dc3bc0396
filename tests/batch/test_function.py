"""The callable for other people's engines."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import orjson
import pytest
from batch_factories import Plain, Poisoned

import extract
from extract.batch.function import COLUMNS
from extract.model import from_json

ROWS = [
    {"arxiv_id": "2301.00001", "title": "Net1: small", "summary": "One."},
    {"arxiv_id": "2301.00002", "title": "", "summary": ""},
    {"arxiv_id": "2301.00003", "title": "RAISE", "summary": "Three."},
    {"arxiv_id": "2301.00004", "title": "KILL", "summary": "Four."},
    {"arxiv_id": "2301.00005", "title": "Net5: large", "summary": "Five."},
]
REASONS = [None, "empty-paper", "internal-error", "worker-died", None]


@pytest.fixture
def function(tmp_path: Path) -> Any:
    return pickle.loads(pickle.dumps(extract.batch_function(factory=Poisoned(str(tmp_path)))))


def test_list_of_dicts(function: Any) -> None:
    found = function(ROWS)
    assert [r.get("reject", {}).get("reason") for r in found] == REASONS
    assert [from_json(orjson.dumps(r)).id for r in found if "reject" not in r] == [
        "arxiv:2301.00001", "arxiv:2301.00005",
    ]  # fmt: skip
    assert function([]) == []


def test_arrow(function: Any) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.Table.from_pylist(ROWS)
    for batch in (table, table.to_batches()[0]):
        found = function(batch)
        assert type(found) is type(batch)
        assert found.schema.names == list(COLUMNS)
        rejects = [None if text is None else orjson.loads(text)["reason"] for text in found["reject"].to_pylist()]
        assert rejects == REASONS
        assert from_json(found["record"][0].as_py()).title == "Net1: small"
    assert function(table.slice(0, 0)).num_rows == 0


def test_columns(function: Any) -> None:
    numpy = pytest.importorskip("numpy")
    plain = {name: [row[name] for row in ROWS] for name in ROWS[0]}
    found = function(plain)
    assert found == function({name: numpy.array(values) for name, values in plain.items()})
    assert found["id"] == [f"arxiv:2301.0000{n}" for n in (1,)] + ["2301.00002"] + [
        f"arxiv:2301.0000{n}" for n in (3, 4, 5)
    ]


def test_hugging_face_datasets() -> None:
    datasets = pytest.importorskip("datasets")
    source = datasets.Dataset.from_list(ROWS)
    found = source.map(
        extract.batch_function(factory=Plain(), isolate=False), batched=True, remove_columns=source.column_names
    )
    assert found.column_names == list(COLUMNS)
    assert [text is None for text in found["record"]] == [False, True, False, False, False]


def test_mapping_and_the_real_pipeline() -> None:
    rows = [{"name": "GridNet: a fast network", "text": "GridNet reaches 81.3% accuracy on CIFAR-10."}]
    [record] = extract.batch_function(mapping={"title": "name", "abstract": "text"}, isolate=False)(rows)
    assert record["abstract"] == rows[0]["text"]
    assert [r["value"] for r in record["results"]] == [81.3]
    assert record == orjson.loads(
        orjson.dumps(extract.batch_function(mapping={"title": "name", "abstract": "text"})(rows)[0])
    )
