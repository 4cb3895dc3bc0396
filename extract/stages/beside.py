"""Metrics that no other stage knows, read off the value they stand beside: "46.6 macro-F1", "an AuPRCr of 29.2%"."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import NamedTuple, Self

import regex

from extract.facts import Entity, Facts, Result, Span
from extract.rulebook import Rule, Rulebook

# Code points beside a value in which its metric is looked for; before it, only behind "of" or "=" as far as this.
_WINDOW, _WORD, _CLAUSE = 80, 16, 260
_ATTAINS = re.compile(
    r"\b(?:achiev|reach|attain|obtain|yield|deliver|demonstrat|show|exhibit|maintain|retain|record|report|provid|with|only)"
    r"\w*\s(?:\S+\s){0,3}?(?:\S+%\s?(?:,|and|to)\s(?:and\s)?){0,3}[$~+≥≤]*$"
)
_BREAK = re.compile(r"[.;:]\s|\b(?:while|but|which|whereas|that)\b")  # between two values: not of one list


class _Beside(NamedTuple):
    """A rule, whether it reads what stands behind the value, and how far it reads."""

    rule: Rule
    pattern: regex.Pattern[str]
    behind: bool
    window: int

    @classmethod
    def of(cls, rule: Rule) -> Self:
        assert rule.pattern is not None
        window = _WORD if rule.id.endswith("word") else _CLAUSE if rule.id.endswith("subject") else _WINDOW
        return cls(rule, rule.pattern, rule.id.endswith("behind"), window)


class BesideValue:
    """Creates or extends metric entities from the words right beside a value."""

    def __init__(self, book: Rulebook) -> None:
        self._rules = [_Beside.of(rule) for rule in book.of("beside-value") if rule.pattern is not None]
        self._stop = frozenset(book.words("metrics_stop"))
        self._not = frozenset(book.words("metrics_not"))
        self._not_heads = frozenset(book.words("metrics_not_heads"))
        self._data = frozenset((*book.words("results_data_nouns"), "text", "tokens"))
        self._stems = tuple(book.words("metrics_stop_stems"))

    def find(self, text: str, facts: Facts) -> None:
        """Append to `facts.entities`; a phrase that overlaps any mention is left alone."""
        named = sorted([span[:2] for e in facts.entities if e.kind == "metric" for span in e.spans])
        taken: list[tuple[int, int]] = []  # of all entities; most papers need it for no value
        metrics: dict[str, Entity] = {}
        for index, result in enumerate(facts.results):
            number = result.number
            place = bisect_left(named, (number.start, 0))
            if place < len(named) and named[place][0] <= number.end + 2:
                continue  # a metric stands beside the value already
            if place and number.start - named[place - 1][1] <= 5:
                continue
            if not taken:
                taken = sorted([span[:2] for e in facts.entities for span in e.spans])
                metrics = {e.name.casefold(): e for e in facts.entities if e.kind == "metric"}
            self._look(text, facts, result, facts.results[index - 1] if index else None, taken, metrics)

    def _look(
        self,
        text: str,
        facts: Facts,
        result: Result,
        before: Result | None,
        taken: list[tuple[int, int]],
        metrics: dict[str, Entity],
    ) -> None:
        number = result.number
        near = text[max(0, number.start - _WORD) : number.start]
        for rule, pattern, behind, window in self._rules:
            if rule.triggers and not any(t in near for t in rule.triggers):
                continue
            match = (
                pattern.match(text, number.end, number.end + window)
                if behind
                else pattern.search(text, max(0, number.start - window), number.start)
            )
            if match is None:
                continue
            known = match["name"].casefold() in metrics
            if rule.id.endswith("phrase-before") and not self._told(match["name"], result):
                continue
            if rule.id.endswith("phrase-behind") and not known and not self._counted(text, match["name"], result):
                continue
            if rule.id.endswith("elided") and not self._elided(text, match["name"], result, before):
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

    def _counted(self, text: str, name: str, result: Result) -> bool:
        """Whether "N% NAME" is what is attained."""
        if result.kind != "absolute" or result.number.unit != "%" or result.rule != "result.level-percent":
            return False
        if _ATTAINS.search(text, max(0, result.start - 60), result.number.start) is None:
            return False
        words = name.lower().split()
        if (len(words) > 1 and words[0].endswith("er")) or words[-1].endswith(("ing", "ed", "ly")):
            return False  # "43% sharper peaks"
        return self._measures(words)

    def _told(self, name: str, result: Result) -> bool:
        """Whether a phrase before a bracketed share can be a measure."""
        words = name.lower().split()
        if result.number.unit != "%" or result.kind != "absolute" or " ".join(words[-2:]) in self._not:
            return False  # "at a low sampling rate (5%)"
        return self._measures(words)

    def _measures(self, words: list[str]) -> bool:
        """Whether a phrase can name a measure: it holds no verb, and is neither data nor a task."""
        if words[-1] in self._not_heads:
            return False
        return not any(w in self._stop or w in self._data or w.startswith(self._stems) for w in words)

    def _elided(self, text: str, name: str, result: Result, before: Result | None) -> bool:
        """Whether "and NAME by V" goes on a list of what one verb changed: both are changes, the name holds no verb."""
        if (
            before is None
            or before.rule[-3:] != result.rule[-3:]
            or _BREAK.search(text, before.number.end, result.start)
        ):
            return False
        words = name.lower().split()
        return words[-1] not in self._not_heads and not any(w in self._stop or w.startswith(self._stems) for w in words)


def _overlaps(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    place = bisect_left(taken, (start, start))
    return (place < len(taken) and taken[place][0] < end) or (place > 0 and taken[place - 1][1] > start)
