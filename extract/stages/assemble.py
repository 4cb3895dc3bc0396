"""Facts to Record: offsets back to the raw text, names made unique, the contract validated."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from extract.facts import Entity, Facts, Result
from extract.model import Fields, Paper, Record
from extract.rulebook import Rulebook, row_of
from extract.stages.hosts import Hosts, same_place

_REMEMBERED = 100_000
_LISTS = {"method": "methods", "dataset": "datasets", "metric": "metrics", "task": "tasks"}


class Assembler:
    """Builds records; `book` gives each fact the measured precision of its rule as confidence."""

    def __init__(self, book: Rulebook, *, calibrated: bool = True) -> None:
        self.book = book
        self.hosts = Hosts(book)
        self.calibrated = calibrated

        self._known: dict[tuple[str, str, float, str], float] = {}  # confidences: a few hundred combinations

    def __call__(self, paper: Paper, facts: Facts) -> Record:
        """The validated record; raises `pydantic.ValidationError` only on a defect of a stage."""
        return Record.model_validate(self.fields(paper, facts))

    def _confidence(self, kind: str, rule: str, weight: float, row: str = "") -> float:
        if not self.calibrated:
            return round(weight, 3)
        known = self._known.get((kind, rule, weight, row))
        if known is None:
            book = self.book
            known = round(book.row_precision(rule, weight, row) if row else book.precision(kind, rule, weight), 3)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[kind, rule, weight, row] = known
        return known

    def fields(self, paper: Paper, facts: Facts) -> Fields:
        """The record as plain data, which nobody has validated yet."""
        record: dict[str, Any] = {
            "schema_version": "1.0",
            "id": paper.id,
            "source": {
                "dump": paper.source.dump,
                "format": paper.source.format,
                "index": paper.source.index,
                "line": paper.source.line,
                "byte_offset": paper.source.byte_offset,
            },
            "title": paper.title,
            "abstract": paper.abstract,
            "identifiers": dict(paper.identifiers),
            "metadata": {
                "authors": list(paper.authors),
                "published": paper.published,
                "categories": list(paper.categories),
                "url": paper.url,
            },
            "methods": [],
            "datasets": [],
            "metrics": [],
            "tasks": [],
        }
        for entity in facts.entities:
            item = {
                "name": entity.name,
                "canonical": entity.canonical,
                "aliases": [a for a in dict.fromkeys(entity.aliases) if a != entity.name] if entity.aliases else [],
                "confidence": self._confidence(_LISTS[entity.kind], entity.spans[0].rule, entity.confidence),
                "mentions": _mentions(facts, entity.spans),
            }
            if entity.kind == "method":
                item["role"] = entity.role or "used"
            elif entity.kind == "metric":
                item["higher_is_better"] = entity.higher_is_better
            record[_LISTS[entity.kind]].append(item)
        links: list[dict[str, Any]] = [
            {
                "url": link.url, "kind": link.kind, "status": link.status, "host": link.host, "owner": link.owner,
                "repo": link.repo, "mentions": _mentions(facts, link.spans),
                "confidence": self._confidence("links", link.spans[0].rule, link.confidence),
            }
            for link in facts.links
        ]  # fmt: skip
        if any(m["field"] == "comment" for link in links for m in link["mentions"]):
            record["comment"] = paper.comment
        record["links"] = links + self._dump_links(paper, links) if paper.dump_links else links
        record["results"] = [self._result(facts, r, record) for r in facts.results]
        record["quantities"] = [
            {
                "surface": facts.locate(q.start, q.end).text,
                "value": q.value, "value_high": q.high, "unit": q.unit, "kind": q.kind,
                "qualifier": q.number.qualifier,
                "mention": _mention(facts, q.number.start, q.number.end, q.rule),
                "confidence": self._confidence("quantities", q.rule, q.confidence),
            }
            for q in facts.quantities
        ]  # fmt: skip
        record["code_availability"] = facts.code_availability
        warnings = list(paper.warnings)
        if not paper.title.strip():
            warnings.append("empty-title")
        if not paper.abstract.strip():
            warnings.append("empty-abstract")
        record["warnings"] = warnings
        return record

    def _result(self, facts: Facts, result: Result, record: Fields) -> dict[str, Any]:
        """A result as plain data; how sure it is hangs on what it leaves open of what the record holds."""
        number = result.number
        item = {
            "surface": facts.locate(result.start, result.end).text,
            "value": number.value, "value_high": number.high, "uncertainty": number.uncertainty, "unit": number.unit,
            "kind": result.kind, "qualifier": number.qualifier, "direction": result.direction,
            "metric": _name(result.metric), "dataset": _name(result.dataset), "split": result.split,
            "method": _name(result.method), "baseline": _name(result.baseline), "task": _name(result.task),
            "conditions": result.conditions,
            "group": None if result.group is None else f"g{result.group}",
            "mention": _mention(facts, number.start, number.end, result.rule),
        }  # fmt: skip
        row = row_of(item, record)
        item["confidence"] = self._confidence("results", result.rule, result.confidence, row)
        return item

    def _dump_links(self, paper: Paper, links: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Links that only the dump's own fields carry, kept apart from what the text says."""
        known = {same_place(link["url"]) for link in links}
        found: list[dict[str, Any]] = []
        for field, url in paper.dump_links:
            if same_place(url) in known or not self.hosts.real(url):
                continue
            known.add(same_place(url))
            host = self.hosts.describe(url, field.replace("_", " "), "")
            found.append({
                "url": url, "kind": host.kind, "status": "released", "host": host.host, "owner": host.owner,
                "repo": host.repo, "from_dump": field, "mentions": [],
            })  # fmt: skip
        return found


def _name(entity: Entity | None) -> str | None:
    return None if entity is None else entity.name


def _mention(facts: Facts, start: int, end: int, rule: str) -> dict[str, Any]:
    return _mentions(facts, ((start, end, rule),))[0]


def _mentions(facts: Facts, spans: Iterable[tuple[int, int, str]]) -> list[dict[str, Any]]:
    mentions = []
    segment = facts.segments[0]
    place, stop = segment.start, segment.end
    for start, end, rule in spans:
        if not place <= start < stop:  # most stand in the field of the one before
            segment = facts.segment_at(start)
            place, stop = segment.start, segment.end
        raw_start, raw_end = segment.to_raw(start - place, (end if end < stop else stop) - place)
        mentions.append({
            "field": segment.field,
            "start_char": raw_start,
            "end_char": raw_end,
            "text": segment.raw[raw_start:raw_end],
            "rule": rule,
        })  # fmt: skip
    return mentions
