"""The two dumps of Papers with Code that others still read: links between papers and code, and evaluation tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from extract.model import Record
from extract.sinks.exports import Piece
from extract.sinks.exports.claims import Options, claims, code_urls, number, paper_date, paper_url

# Claims without a task go under this name: the tables are keyed by task.
NO_TASK = "Unspecified"


def export_links(records: Iterator[Record], _options: Options) -> Iterator[Piece]:
    """A JSON array of one object for each paper and code repository."""
    comma = b"["
    for record in records:
        url = paper_url(record)
        arxiv = record.identifiers.get("arxiv")
        for link in record.links:
            if link.kind != "code":
                continue
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
            table = tasks.setdefault(claim.task or NO_TASK, {}).setdefault(
                dataset, {"name": claim.dataset.name, "metrics": {}, "rows": {}}
            )
            metric = table["metrics"].setdefault(claim.metric.canonical or claim.metric.name, claim.metric.name)
            row = table["rows"].setdefault((record.id, claim.method.name, claim.result.split), _row(record))
            row["model_name"] = claim.method.name
            # Two values of one metric in one row (two settings): the first is the one that the abstract leads with.
            row["metrics"].setdefault(metric, number(claim.result.value) + ("%" if claim.result.unit == "%" else ""))
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


def _row(record: Record) -> dict[str, Any]:
    return {
        "model_name": "",
        "metrics": {},
        "paper_title": record.title,
        "paper_url": paper_url(record),
        "paper_date": paper_date(record),
        "code_links": [{"title": url.split("://", 1)[-1], "url": url} for url in code_urls(record)],
        "model_links": [],
        "uses_additional_data": False,
    }


def _dataset(table: dict[str, Any]) -> dict[str, Any]:
    return {
        "dataset": table["name"],
        "description": "",
        "dataset_citations": [],
        "dataset_links": [],
        "subdatasets": [],
        "sota": {"metrics": list(table["metrics"].values()), "rows": list(table["rows"].values())},
    }
