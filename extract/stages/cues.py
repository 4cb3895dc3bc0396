"""Runs cue rules where their trigger words stand: a rule sees only the sentences that hold one of its triggers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import regex

from extract.facts import Facts
from extract.rulebook import Rule


class CueRules:
    """A set of pattern rules; built once. A rule without triggers sees every sentence."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = [rule for rule in rules if rule.pattern is not None]
        self._triggers = sorted({t for rule in self.rules for t in rule.triggers})

    def matches(self, text: str, facts: Facts) -> Iterator[tuple[Rule, regex.Match[str]]]:
        """All matches, rule by rule in file order, none of them over a sentence bound."""
        lowered = text.lower()
        if len(lowered) != len(text):  # a letter such as İ grows; then the triggers are sought as written
            lowered = text
        holding: dict[str, list[int]] = {}
        for trigger in self._triggers:
            place = lowered.find(trigger)
            if place < 0:
                continue
            sentences = holding[trigger] = []
            while place >= 0:
                index = facts.sentence_at(place)
                sentences.append(index)
                place = lowered.find(trigger, max(facts.sentences[index][1], place + 1))
        everywhere = range(len(facts.sentences))
        for rule in self.rules:
            indices: Iterable[int] = everywhere
            if rule.triggers:
                indices = sorted({i for t in rule.triggers if t in holding for i in holding[t]})
            for index in indices:
                start, end = facts.sentences[index]
                for match in rule.finditer(text, start, end):
                    yield rule, match
