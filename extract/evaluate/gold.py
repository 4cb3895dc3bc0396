"""Reads annotated papers and records.

Gold is JSONL, one object a paper: `methods`, `datasets`, `metrics`, `links`, `results`, `quantities` as README
describes, joined to records by `id`, by title, or by `n` through a papers file that holds `n` and `title`. The report's
exported judgements are in the same form.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from extract import recordfiles
from extract.errors import UsageError
from extract.evaluate.names import folded

_LISTS = ("methods", "datasets", "metrics", "links", "results", "quantities")


@dataclass(frozen=True, slots=True)
class Gold:
    """The annotation of one paper and how to find its record."""

    where: str
    id: str | None
    title: str
    facts: dict[str, Any]


def read_lines(path: str | Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSONL file; raises UsageError with the line."""
    try:
        lines = Path(path).read_bytes().split(b"\n")
    except OSError as error:
        raise UsageError(f"Cannot read {path} ({error.strerror}); give a JSONL file.") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise UsageError(f"{path}:{number}: not JSON ({error}); mend or remove that line.") from None
        if not isinstance(value, dict):
            raise UsageError(f"{path}:{number}: not a JSON object; each line holds one paper.")
        yield value


def read_gold(gold: str | Path, papers: str | Path | None = None) -> list[Gold]:
    """Annotated papers in file order; `papers` gives the titles of those that carry only a number `n`."""
    rows = list(read_lines(gold))
    titles: dict[Any, str] = {}
    if papers and not all(row.get("title") or row.get("id") for row in rows):
        titles = {row["n"]: row.get("title", "") for row in read_lines(papers) if "n" in row}
    found = []
    for row in rows:
        title = row.get("title") or titles.get(row.get("n"), "")
        if not title and not row.get("id"):
            raise UsageError(f"{gold}: the paper n={row.get('n')!r} has neither id nor title; give --papers.")
        facts = {key: list(row.get(key) or ()) for key in _LISTS}
        found.append(Gold(str(row.get("n", row.get("id", title))), row.get("id"), title, facts))
    return found


def read_records(path: str | Path) -> dict[str, dict[str, Any]]:
    """Records of a file, a run's folder or standard input, by id and by folded title."""
    return index_records(record for _, record in record_lines(path))


def record_lines(path: str | Path) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Each record of a file, a run's folder or standard input (`-`) as its line and as an object; raises UsageError."""
    name = recordfiles.name_of(Path(path))
    for number, line in recordfiles.read_lines(Path(path)):
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise UsageError(f"{name}:{number}: not JSON ({error}); mend or remove that line.") from None
        if not isinstance(record, dict) or not isinstance(record.get("id"), str):
            raise UsageError(f"{name}:{number}: not a record; give the records.jsonl of a run.")
        yield line, record


def index_records(records: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Records by id and by folded title; the first of two with one title stands."""
    index: dict[str, dict[str, Any]] = {}
    for record in records:
        index.setdefault(record["id"], record)
        index.setdefault("title:" + folded(record.get("title")), record)
    return index


def record_of(gold: Gold, index: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    """The record of an annotated paper."""
    if gold.id and gold.id in index:
        return index[gold.id]
    return index.get("title:" + folded(gold.title)) if gold.title else None


def converted(papers: str, rules: str | None = None, *, calibrated: bool = True) -> dict[str, dict[str, Any]]:
    """Records of a dump made now, by id and by folded title."""
    from extract.model import to_json
    from extract.pipeline import Pipeline
    from extract.readers import read

    pipeline = Pipeline(rules, calibrated=calibrated)
    return index_records(orjson.loads(to_json(record)) for record in pipeline.run(read(papers)))
