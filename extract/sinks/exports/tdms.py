"""TDMS: one line for each score, as task#dataset#metric triples (Hou et al. 2019, "Identification of Tasks, Datasets,
Evaluation Metrics, and Numeric Scores"); "unknown" stands for a task that the text does not give."""

from __future__ import annotations

from collections.abc import Iterator

from extract.model import Record
from extract.sinks.exports import Piece
from extract.sinks.exports.claims import Options, claims, number

HEADER = ("paper_id", "task#dataset#metric", "score", "unit", "method", "title")


def export(records: Iterator[Record], options: Options) -> Iterator[Piece]:
    """A TSV file with a header."""
    yield "", ("\t".join(HEADER) + "\n").encode()
    for record in records:
        lines: dict[str, None] = {}  # each once: a line does not hold the conditions that part two claims
        for claim in claims(record, options):
            triple = "#".join(map(_part, (claim.result.task or "unknown", claim.dataset.name, claim.metric.name)))
            cells = (record.id, triple, number(claim.result.value), claim.result.unit or "")
            lines["\t".join(map(_cell, (*cells, claim.method.name, record.title)))] = None
        for line in lines:
            yield "", (line + "\n").encode()


def _part(text: str) -> str:
    return text.replace("#", "＃")


def _cell(text: str) -> str:
    # str.split takes every kind of line break and tab.
    return " ".join(text.split())
