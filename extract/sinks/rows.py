"""A record as rows: one function that takes a record apart into the tables of `extract.sinks.tables`.

The order of the values in each tuple is the order of the columns there; a test holds the two together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

import orjson

from extract.sinks.tables import OF_A_PAPER, ROWS_VERSION

Row = tuple[Any, ...]
Rows = dict[str, list[Row]]

# A change of the rows changes every hash, so that the next load fills what is new; new views over them do not.
_PERSON = b"paperfacts/%d" % ROWS_VERSION


def content_hash(line: bytes) -> str:
    """Hash of the record as it was serialised: 32 hexadecimal digits; equal lines give equal rows."""
    return hashlib.blake2b(line, digest_size=16, person=_PERSON).hexdigest()


def new_rows() -> Rows:
    """An empty list for every table that belongs to a paper."""
    return {table.name: [] for table in OF_A_PAPER}


def _json(value: object) -> str:
    # Nearly all lists of a record are empty: the constant saves a call for each.
    return orjson.dumps(value).decode() if value else "[]"


# One call for many values of a mapping: `mentions` alone is half of all rows.
_PLACE = itemgetter("field", "start_char", "end_char", "text", "rule")
_ENTITY = itemgetter("name", "canonical")
_LINK = itemgetter("url", "kind", "status", "host", "owner", "repo", "from_dump", "confidence")
_RESULT = itemgetter(
    "surface", "value", "value_high", "uncertainty", "unit", "kind", "qualifier", "direction", "metric", "dataset",
    "split", "method", "baseline", "task",
)  # fmt: skip
_QUANTITY = itemgetter("surface", "value", "value_high", "unit", "kind", "qualifier")


def shred(record: Mapping[str, Any], digest: str, run_id: str | None, rows: Rows) -> None:
    """Append the rows of one record to `rows`."""
    paper = record["id"]
    source, metadata, identifiers = record["source"], record["metadata"], record["identifiers"]
    rows["papers"].append(
        (
            paper,
            digest,
            run_id,
            record["schema_version"],
            source["dump"],
            source["format"],
            source["index"],
            source["line"],
            source["byte_offset"],
            record["title"],
            record["abstract"],
            record["comment"],
            identifiers.get("arxiv"),
            identifiers.get("doi"),
            orjson.dumps(identifiers).decode(),
            _json(metadata["authors"]),
            metadata["published"],
            _json(metadata["categories"]),
            metadata["url"],
            record["code_availability"],
            _json(record["warnings"]),
        )
    )
    mentions = rows["mentions"]
    for seq, method in enumerate(record["methods"]):
        rows["methods"].append((*_entity(paper, seq, method), method["role"]))
        _mentions(paper, "method", seq, method["mentions"], mentions)
    for seq, dataset in enumerate(record["datasets"]):
        rows["datasets"].append(_entity(paper, seq, dataset))
        _mentions(paper, "dataset", seq, dataset["mentions"], mentions)
    for seq, metric in enumerate(record["metrics"]):
        rows["metrics"].append((*_entity(paper, seq, metric), metric["higher_is_better"]))
        _mentions(paper, "metric", seq, metric["mentions"], mentions)
    for seq, task in enumerate(record["tasks"]):
        rows["tasks"].append(_entity(paper, seq, task))
        _mentions(paper, "task", seq, task["mentions"], mentions)
    for seq, link in enumerate(record["links"]):
        rows["links"].append((paper, seq, *_LINK(link)))
        _mentions(paper, "link", seq, link["mentions"], mentions)
    for seq, result in enumerate(record["results"]):
        conditions, group = _json(result["conditions"]), result["group"]
        place = _PLACE(result["mention"])
        rows["results"].append((paper, seq, *_RESULT(result), conditions, group, *place, result["confidence"]))
    for seq, quantity in enumerate(record["quantities"]):
        place = _PLACE(quantity["mention"])
        rows["quantities"].append((paper, seq, *_QUANTITY(quantity), *place, quantity["confidence"]))


def _entity(paper: str, seq: int, entity: Mapping[str, Any]) -> Row:
    aliases = entity["aliases"]
    return (paper, seq, *_ENTITY(entity), _json(aliases) if aliases else "[]", entity["confidence"])


def _mentions(paper: str, kind: str, item: int, mentions: Sequence[Mapping[str, Any]], into: list[Row]) -> None:
    for seq, mention in enumerate(mentions):
        into.append((paper, kind, item, seq, *_PLACE(mention)))
