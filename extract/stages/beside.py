"""Metrics that no other stage knows, read off the value they stand beside: "46.6 macro-F1", "an AuPRCr of 29.2%"."""

from __future__ import annotations

from bisect import bisect_left

from extract.facts import Entity, Facts, Result, Span
from extract.rulebook import Rulebook

_WINDOW = 80  # code points before a value that are searched for "metric of"


class BesideValue:
    """Creates or extends metric entities from the words right beside a value."""

    def __init__(self, book: Rulebook) -> None:
        self._rules = [r for r in book.of("beside-value") if r.pattern is not None]

    def find(self, text: str, facts: Facts) -> None:
        """Append to `facts.entities`; a phrase that overlaps any mention is left alone."""
        taken = sorted((s.start, s.end) for e in facts.entities for s in e.spans)
        metrics = {e.name.casefold(): e for e in facts.entities if e.kind == "metric"}
        for result in facts.results:
            self._look(text, facts, result, taken, metrics)

    def _look(
        self, text: str, facts: Facts, result: Result, taken: list[tuple[int, int]], metrics: dict[str, Entity]
    ) -> None:
        number = result.number
        for rule in self._rules:
            assert rule.pattern is not None
            behind = rule.id.endswith("behind")
            match = (
                rule.pattern.match(text, number.end, min(number.end + _WINDOW, len(text)))
                if behind
                else rule.pattern.search(text, max(0, number.start - _WINDOW), number.start)
            )
            if match is None:
                continue
            start, end = match.span("name")
            if _overlaps(taken, start, end) or (behind and _overlaps(taken, number.end, start)):
                return
            name = " ".join(match["name"].split())
            entity = metrics.get(name.casefold())
            if entity is None:
                entity = Entity("metric", name, [], rule.confidence)
                metrics[name.casefold()] = entity
                facts.entities.append(entity)
            entity.spans.append(Span(start, end, rule.id))
            taken.insert(bisect_left(taken, (start, end)), (start, end))
            return


def _overlaps(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    place = bisect_left(taken, (start, start))
    return (place < len(taken) and taken[place][0] < end) or (place > 0 and taken[place - 1][1] > start)
