"""Papers with their facts as a note, for reference managers: CSL-JSON and BibTeX."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import orjson

from extract.model import Record
from extract.sinks.exports import Piece
from extract.sinks.exports.claims import Options, code_urls, paper_date, paper_url
from extract.sinks.exports.tex import author, escaped, tex


def export_csl(records: Iterator[Record], _options: Options) -> Iterator[Piece]:
    """A CSL-JSON array of one item a paper."""
    comma = b"["
    for record in records:
        item: dict[str, Any] = {"id": record.id, "type": "article", "title": record.title}
        if record.metadata.authors:
            item["author"] = [{"literal": name} for name in record.metadata.authors]
        if parts := _date_parts(record):
            item["issued"] = {"date-parts": [parts]}
        if doi := record.identifiers.get("doi"):
            item["DOI"] = doi
        if url := paper_url(record):
            item["URL"] = url
        if record.abstract:
            item["abstract"] = record.abstract
        if note := _note(record):
            item["note"] = note
        yield "", comma + b"\n" + orjson.dumps(item)
        comma = b","
    yield "", (b"[]\n" if comma == b"[" else b"\n]\n")


def export_bibtex(records: Iterator[Record], _options: Options) -> Iterator[Piece]:
    """One @misc entry a paper; keys are the ids without what BibTeX does not take."""
    for record in records:
        fields = {"title": tex(record.title)}
        if record.metadata.authors:
            fields["author"] = " and ".join(author(name) for name in record.metadata.authors)
        if parts := _date_parts(record):
            fields["year"] = str(parts[0])
        if arxiv := record.identifiers.get("arxiv"):
            fields |= {"eprint": _bare(arxiv), "archivePrefix": "arXiv"}
        if doi := record.identifiers.get("doi"):
            fields["doi"] = _bare(doi)
        if url := paper_url(record):
            fields["url"] = _bare(url)
        if note := _note(record, tex, escaped):
            fields["note"] = note
        body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
        key = re.sub(r"[^A-Za-z0-9:._/-]+", "-", record.id)
        yield "", f"@misc{{{key},\n{body}}}\n\n".encode()


def _note(record: Record, text: Callable[[str], str] = str, url: Callable[[str], str] = str) -> str:
    """What was found, each piece as `text` or `url` writes it: one that breaks off inside a formula spoils no other."""
    found = {
        "Proposes": ", ".join(text(method.name) for method in record.methods if method.role == "proposed"),
        "Data sets": ", ".join(text(dataset.name) for dataset in record.datasets),
        "Results": ", ".join(text(result.surface) for result in record.results),
        "Code": " ".join(url(address) for address in code_urls(record)),
    }
    return ". ".join(f"{label}: {pieces}" for label, pieces in found.items() if pieces)


def _date_parts(record: Record) -> list[int]:
    date = paper_date(record)
    return [int(part) for part in date.split("-")] if date else []


def _bare(text: str) -> str:
    return "".join(text.split()).replace("{", "").replace("}", "").replace("\\", "")
