"""Records to the compact data that the page carries: rows instead of objects, rule ids once, gzip in base64.

A JavaScript string counts UTF-16 units, a record counts code points: offsets are converted here, for the few papers
with characters beyond U+FFFF, and the page converts them back when it exports judgements.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

FIELDS = ("title", "abstract", "comment")
# The rows of the page's data; the page reads the names from here, so that the two cannot drift apart.
COLUMNS: dict[str, tuple[str, ...]] = {
    "paper": (
        "id", "n", "title", "abstract", "comment", "published", "url", "categories", "code", "warnings",
        "methods", "datasets", "metrics", "tasks", "links", "results", "quantities",
    ),
    "entity": ("name", "canonical", "aliases", "confidence", "extra", "mentions"),
    "link": ("url", "kind", "status", "host", "fromDump", "confidence", "mentions"),
    "result": (
        "surface", "value", "high", "uncertainty", "unit", "kind", "qualifier", "direction", "metric", "dataset",
        "split", "method", "baseline", "task", "conditions", "group", "confidence", "mentions",
    ),
    "quantity": ("surface", "value", "high", "unit", "kind", "qualifier", "confidence", "mentions"),
}  # fmt: skip


class Encoder:
    """Turns records into rows; keeps the table of rule ids that the rows refer to by number."""

    def __init__(self) -> None:
        self.rules: dict[str, int] = {}

    def row(self, record: Mapping[str, Any]) -> list[Any]:
        """One record as a row of `COLUMNS["paper"]`; absent values are 0 where the page expects text or lists."""
        units = {field: _units(record.get(field) or "") for field in FIELDS}

        def mentions(item: Mapping[str, Any]) -> list[list[int]]:
            found = [item["mention"]] if "mention" in item else item.get("mentions", ())
            return [self._mention(m, units) for m in found]

        def entities(kind: str, extra: str | None = None) -> list[list[Any]]:
            return [
                [
                    e["name"], e.get("canonical") or 0, e.get("aliases") or 0, e["confidence"],
                    e.get(extra) if extra else None, mentions(e),
                ]
                for e in record.get(kind, ())
            ]  # fmt: skip

        metadata = record.get("metadata") or {}
        return [
            record["id"], record["source"]["index"], record["title"], record["abstract"], record.get("comment") or 0,
            metadata.get("published") or 0, metadata.get("url") or 0, metadata.get("categories") or 0,
            record.get("code_availability", "none_stated"), record.get("warnings") or 0,
            entities("methods", "role"), entities("datasets"), entities("metrics", "higher_is_better"),
            entities("tasks"),
            [
                [k["url"], k["kind"], k["status"], k["host"], k.get("from_dump") or 0, k.get("confidence", 1.0),
                 mentions(k)]
                for k in record.get("links", ())
            ],
            [
                [r["surface"], r["value"], r.get("value_high"), r.get("uncertainty"), r.get("unit"), r["kind"],
                 r.get("qualifier"), r.get("direction"), r.get("metric"), r.get("dataset"), r.get("split"),
                 r.get("method"), r.get("baseline"), r.get("task"), r.get("conditions") or 0, r.get("group"),
                 r["confidence"], mentions(r)]
                for r in record.get("results", ())
            ],
            [
                [q["surface"], q["value"], q.get("value_high"), q.get("unit"), q["kind"], q.get("qualifier"),
                 q.get("confidence", 1.0), mentions(q)]
                for q in record.get("quantities", ())
            ],
        ]  # fmt: skip

    def _mention(self, mention: Mapping[str, Any], units: Mapping[str, Sequence[int] | None]) -> list[int]:
        start, end = mention["start_char"], mention["end_char"]
        places = units[mention["field"]]
        if places is not None:
            start, end = places[start], places[end]
        rule = self.rules.setdefault(mention["rule"], len(self.rules))
        return [FIELDS.index(mention["field"]), start, end, rule]


def _units(text: str) -> list[int] | None:
    """The UTF-16 offset of every code point and of the end; None when both count alike."""
    if text.isascii() or max(text) <= "\uffff":
        return None
    places, place = [0], 0
    for char in text:
        place += 2 if char > "\uffff" else 1
        places.append(place)
    return places


def pack(data: Mapping[str, Any] | Sequence[Any]) -> str:
    """JSON, gzip, base64: measured on 10,000 papers a third of the plain size, and safe inside any element.

    The bytes are the same for the same data (no time stamp in the gzip header).
    """
    return base64.b64encode(gzip.compress(orjson.dumps(data), compresslevel=6, mtime=0)).decode("ascii")
