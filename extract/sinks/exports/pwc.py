"""The two dumps of Papers with Code that others still read: links between papers and code, and evaluation tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from extract.model import Record, Result
from extract.sinks.exports import Piece
from extract.sinks.exports.claims import Claim, Options, claims, number, paper_date, paper_url, released_code

# Claims without a task go under this name: the tables are keyed by task.
NO_TASK = "Unspecified"


def export_links(records: Iterator[Record], _options: Options) -> Iterator[Piece]:
    """A JSON array of one object for each paper and released code repository."""
    comma = b"["
    for record in records:
        url = paper_url(record)
        arxiv = record.identifiers.get("arxiv")
        for link in released_code(record):
            row = {
                "paper_url": url,
                "paper_title": record.title,
                "paper_arxiv_id": arxiv,
                "paper_url_abs": f"https://arxiv.org/abs/{arxiv}" if arxiv else url,
                "paper_url_pdf": f"https://arxiv.org/pdf/{arxiv}" if arxiv else None,
                "repo_url": link.url,
                # An abstract that says "our code is at" speaks of the authors' own repository.
                "is_official": True,
                "mentioned_in_paper": bool(link.mentions),
                "mentioned_in_github": False,
                "framework": "none",
            }
            yield "", comma + b"\n" + orjson.dumps(row)
            comma = b","
    yield "", (b"[]\n" if comma == b"[" else b"\n]\n")


def export_tables(records: Iterator[Record], options: Options) -> Iterator[Piece]:
    """A JSON array of tasks, each with its data sets, each with one table of models by metrics."""
    tasks: dict[str, dict[str, dict[str, Any]]] = {}
    for record in records:
        for claim in claims(record, options):
            dataset = claim.dataset.canonical or claim.dataset.name
            table = tasks.setdefault(claim.result.task or NO_TASK, {}).setdefault(
                dataset, {"name": claim.dataset.name, "metrics": {}, "rows": {}}
            )
            metric = table["metrics"].setdefault(claim.metric.canonical or claim.metric.name, claim.metric.name)
            _, values = table["rows"].setdefault((record.id, _model(claim)), (_row(record, _model(claim)), {}))
            values[metric, _value(claim.result)] = None
    found = [
        {
            "task": task,
            "categories": [],
            "description": "",
            "source_link": None,
            "subtasks": [],
            "synonyms": [],
            "datasets": [_dataset(table) for _, table in sorted(tables.items())],
        }
        for task, tables in sorted(tasks.items())
    ]
    yield "", orjson.dumps(found, option=orjson.OPT_INDENT_2) + b"\n"


def _model(claim: Claim) -> str:
    """The method with what the number is conditioned on: the format has no other place for that."""
    given = [*([claim.result.split] if claim.result.split else []), *claim.result.conditions]
    return f"{claim.method.name} ({'; '.join(given)})" if given else claim.method.name


def _value(result: Result) -> str:
    unit = result.unit or ""
    return number(result.value) + (unit if unit in ("", "%") else f" {unit}")


def _row(record: Record, model: str) -> dict[str, Any]:
    return {
        "model_name": model,
        "metrics": {},
        "paper_title": record.title,
        "paper_url": paper_url(record),
        "paper_date": paper_date(record),
        "code_links": [{"title": link.url.split("://", 1)[-1], "url": link.url} for link in released_code(record)],
        "model_links": [],
        "uses_additional_data": False,
    }


def _rows(row: dict[str, Any], values: Iterable[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    """One row with all values; where a metric has two, which of the others goes with which is not said: one each."""
    found = list(values)
    if len(dict(found)) == len(found):
        yield row | {"metrics": dict(found)}
        return
    for metric, value in found:
        yield row | {"metrics": {metric: value}}


def _dataset(table: dict[str, Any]) -> dict[str, Any]:
    rows = [one for row, values in table["rows"].values() for one in _rows(row, values)]
    return {
        "dataset": table["name"],
        "description": "",
        "dataset_citations": [],
        "dataset_links": [],
        "subdatasets": [],
        "sota": {"metrics": list(table["metrics"].values()), "rows": rows},
    }
