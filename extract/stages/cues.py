"""Runs cue rules where their trigger words stand, so that a paper without a cue costs a few substring searches.

A rule sees only the sentences that hold one of its triggers. A rule that begins with its trigger (`anchored`) is tried
at the words that hold the trigger and nowhere else, which is ten times as fast as a search over the sentence.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator

import regex

from extract.facts import Facts
from extract.rulebook import Rule


class CueRules:
    """A set of pattern rules; built once. `anchored` are the ids of the rules whose match begins with a trigger word."""

    def __init__(self, rules: Iterable[Rule], anchored: Collection[str] = ()) -> None:
        self.rules = [rule for rule in rules if rule.pattern is not None]
        self._anchored = frozenset(anchored)
        self._triggers = sorted({t for rule in self.rules for t in rule.triggers})

    def matches(self, text: str, facts: Facts) -> Iterator[tuple[Rule, regex.Match[str]]]:
        """All matches, rule by rule in file order, none of them over a sentence bound."""
        lowered = text.lower()
        if len(lowered) != len(text):  # a letter such as İ grows; then the triggers are sought as written
            lowered = text
        places: dict[str, list[int]] = {}
        find = lowered.find
        for trigger in self._triggers:
            place = find(trigger)
            if place >= 0:
                hits = places[trigger] = []
                while place >= 0:
                    hits.append(place)
                    place = find(trigger, place + 1)
        starts = [start for start, _ in facts.sentences]
        for rule in self.rules:
            if rule.id in self._anchored:
                yield from _at_triggers(rule, text, facts, places, starts)
                continue
            hits_of = {bisect_right(starts, p) - 1 for t in rule.triggers if t in places for p in places[t]}
            for index in sorted(hits_of):
                start, end = facts.sentences[index]
                for match in rule.finditer(text, start, end):
                    yield rule, match


def _at_triggers(
    rule: Rule, text: str, facts: Facts, places: dict[str, list[int]], starts: list[int]
) -> Iterator[tuple[Rule, regex.Match[str]]]:
    assert rule.pattern is not None
    seen: set[int] = set()
    for trigger in rule.triggers:
        for place in places.get(trigger, ()):
            start = place
            while start and (text[start - 1].isalnum() or text[start - 1] in "-_"):
                start -= 1
            if start in seen:
                continue
            seen.add(start)
            end = facts.sentences[bisect_right(starts, start) - 1][1]
            match = rule.pattern.match(text, start, end)
            if match is not None:
                yield rule, match
