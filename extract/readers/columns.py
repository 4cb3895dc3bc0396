"""JSON that holds papers by columns: {"title": [...], "abstract": [...]}, and what pandas and SQL tools write.

Read as it stands, such an object would be one record made of several papers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extract.readers.fields import NO_MAPPING, plan_for

Row = tuple[str, dict[str, Any]]
"""A paper of a table with the name of its row ("" when rows have none)."""
_ROWS = ("data", "rows", "values")


def rows_of_columns(data: Mapping[str, Any], mapping: Mapping[str, str] = NO_MAPPING) -> list[Row] | None:
    """The rows of a table of papers that lies by columns, or whose columns are named apart; None for anything else.

    - {"title": ["A", "B"], "abstract": ["a", "b"]}: every value is a list, all of one length
    - {"title": {"0": "A"}, "abstract": {"0": "a"}}: pandas' `to_json()`
    - {"columns": ["title", "abstract"], "data": [["A", "a"]]}: pandas' orient="split", Datasette (rows)
    """
    return _listed(data, mapping) or _by_row(data, mapping) or _split(data, mapping)


def mixed(data: Mapping[str, Any], mapping: Mapping[str, str] = NO_MAPPING) -> str | None:
    """Why an object must not become one paper: titles and abstracts of several stand in it. None when it may."""
    if not any(isinstance(value, list | dict) for value in data.values()):
        return None
    plan = plan_for(tuple(data), tuple(mapping.items()))
    if not plan.keys["title"]:
        return None
    lengths = {key: len(value) for key, value in data.items() if isinstance(value, list)}
    if len(lengths) == len(data) > 1 and _texts(data[plan.keys["title"][0]]) >= 2:
        several = len(set(lengths.values())) == 1 or any(_texts(data[key]) >= 2 for key in plan.keys["abstract"])
    else:
        several = _by_row(data, mapping) is not None
    if several:
        found = ", ".join(f"{key[:40]} {count:,}" for key, count in list(lengths.items())[:10])
        found = f" of lengths {found}" if found else ""
        return f"Columns{found} with the titles of several papers: give one object a paper, or columns of one length."
    return None


def _texts(value: Any) -> int:
    return sum(isinstance(v, str) for v in value) if isinstance(value, list) else 0


def _is_table(names: tuple[str, ...], mapping: Mapping[str, str]) -> bool:
    return bool(plan_for(names, tuple(mapping.items())).keys["title"])


def _listed(data: Mapping[str, Any], mapping: Mapping[str, str]) -> list[Row] | None:
    if not data or not all(isinstance(value, list) for value in data.values()) or not _is_table(tuple(data), mapping):
        return None
    title = data[plan_for(tuple(data), tuple(mapping.items())).keys["title"][0]]
    # Of lists of one, each field of one paper is a list, as Solr and Crossref have it.
    if not _texts(title) or len(title) < 2 or len({len(value) for value in data.values()}) != 1:
        return None
    return [("", dict(zip(data, row, strict=True))) for row in zip(*data.values(), strict=True)]


def _by_row(data: Mapping[str, Any], mapping: Mapping[str, str]) -> list[Row] | None:
    columns = list(data.values())
    if not columns or not all(isinstance(column, dict) for column in columns) or not _is_table(tuple(data), mapping):
        return None
    names = columns[0].keys()
    title = data[plan_for(tuple(data), tuple(mapping.items())).keys["title"][0]]
    # OpenReview wraps each field of one paper: {"title": {"value": ...}}.
    if not names or "value" in names or any(column.keys() != names for column in columns):
        return None
    if not any(isinstance(text, str) for text in title.values()):
        return None
    return [(name, {key: column[name] for key, column in data.items()}) for name in names]


def _split(data: Mapping[str, Any], mapping: Mapping[str, str]) -> list[Row] | None:
    columns = data.get("columns")
    rows = next((data[key] for key in _ROWS if isinstance(data.get(key), list)), None)
    if not isinstance(columns, list) or not all(isinstance(name, str) for name in columns) or rows is None:
        return None
    if not _is_table(tuple(columns), mapping):
        return None
    index = data.get("index")
    names = index if isinstance(index, list) and len(index) == len(rows) else [""] * len(rows)
    if not all(isinstance(row, list) and len(row) == len(columns) for row in rows):
        return None
    return [(str(name), dict(zip(columns, row, strict=True))) for name, row in zip(names, rows, strict=True)]
