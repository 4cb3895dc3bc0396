"""Runs cue rules where their trigger words stand, so that a paper without a cue costs one pass over its words.

A rule sees only the sentences that hold one of its triggers. Most rules are tried at certain words of these sentences
alone ("anchored"), which is ten times as fast as a search over the sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import regex

from extract.facts import Facts
from extract.rulebook import Rule

# Where a match may begin: at a trigger that opens a word ("figure": in a sentence with a figure), at the word that
# holds a trigger, or where a cheap expression matches.
Anchor = Literal["trigger", "figure", "word"] | re.Pattern[str]
_FIGURE = re.compile(r"\d|\b(?:half|twice|double|triple|third|quarter|magnitude)\b|fold\b")
_CACHE_LIMIT = 200_000  # words; then the cache starts over, so that a long run does not grow


class CueRules:
    """A set of pattern rules; built once.

    `anchors` say where the matches of a rule begin; a rule without one is searched for in its sentences. `needs` are
    strings without which a sentence cannot match, beyond the triggers.
    """

    def __init__(
        self,
        rules: Iterable[Rule],
        anchors: Mapping[str, Anchor] | None = None,
        needs: Mapping[str, str] | None = None,
    ) -> None:
        anchors, needs, rules = anchors or {}, needs or {}, list(rules)
        # The first word of a trigger stands for it: what the pattern asks for beyond that, it finds itself.
        first = {rule.id: tuple(dict.fromkeys(t.split()[0] for t in rule.triggers)) for rule in rules}
        self.rules = [
            (rule, rule.pattern, first[rule.id], anchors.get(rule.id), needs.get(rule.id))
            for rule in rules
            if rule.pattern is not None
        ]
        _INDEX.add({t for words in first.values() for t in words})

    def matches(self, text: str, facts: Facts) -> Iterator[tuple[Rule, regex.Match[str]]]:
        """All matches, rule by rule in file order, none of them over a sentence bound."""
        places = _INDEX.places(text)
        sentences = facts.sentences
        starts = [start for start, _ in sentences]
        figures: set[int] | None = None
        anchored: dict[tuple[str, int], list[int]] = {}
        for rule, pattern, triggers, anchor, needed in self.rules:
            hits = [p for t in triggers if t in places for p in places[t]]
            if not hits:
                continue
            if isinstance(anchor, str):
                for start in sorted({_word_start(text, p) for p in hits} if anchor == "word" else hits):
                    if anchor != "word" and start and (text[start - 1].isalnum() or text[start - 1] in "-_"):
                        continue
                    index = bisect_right(starts, start) - 1
                    if anchor == "figure":
                        if figures is None:
                            figures = {i for i, (a, b) in enumerate(sentences) if _FIGURE.search(text, a, b)}
                        if index not in figures:
                            continue
                    match = pattern.match(text, start, sentences[index][1])
                    if match is not None:
                        yield rule, match
                continue
            for index in sorted({bisect_right(starts, p) - 1 for p in hits}):
                start, end = sentences[index]
                if needed is not None and text.find(needed, start, end) < 0:
                    continue
                if anchor is None:
                    for match in pattern.finditer(text, start, end):
                        yield rule, match
                    continue
                key = (anchor.pattern, index)
                if key not in anchored:
                    anchored[key] = [m.start() for m in anchor.finditer(text, start, end)]
                for place in anchored[key]:
                    match = pattern.match(text, place, end)
                    if match is not None:
                        yield rule, match


class TriggerIndex:
    """Where the triggers of all sets of rules stand in a text, found once for all of them."""

    def __init__(self) -> None:
        # By their first two characters, so that a new word costs a look-up a character.
        self._triggers: dict[str, list[str]] = {}
        self._cache: dict[str, tuple[tuple[str, int], ...]] = {}
        self._last: tuple[str, dict[str, list[int]]] = ("", {})

    def add(self, triggers: set[str]) -> None:
        """Take in more triggers; what is known of words is forgotten."""
        for trigger in sorted(triggers):
            known = self._triggers.setdefault(trigger[:2], [])
            if trigger not in known:
                known.append(trigger)
        self._cache = {}
        self._last = ("", {})

    def places(self, text: str) -> dict[str, list[int]]:
        """Where each trigger stands, by words: a word met before is one look-up, a text met just now none."""
        if self._last[0] is text:
            return self._last[1]
        found: dict[str, list[int]] = {}
        cache = self._cache
        place = 0
        for word in text.split(" "):
            hits = cache.get(word)
            if hits is None:
                hits = self._look(word)
            for trigger, offset in hits:
                if trigger in found:
                    found[trigger].append(place + offset)
                else:
                    found[trigger] = [place + offset]
            place += len(word) + 1
        self._last = (text, found)
        return found

    def _look(self, word: str) -> tuple[tuple[str, int], ...]:
        if len(self._cache) >= _CACHE_LIMIT:
            self._cache = {}
        lowered = word.lower() if len(word.lower()) == len(word) else word
        hits: list[tuple[str, int]] = []
        triggers = self._triggers
        for place in range(len(lowered)):
            near = triggers.get(lowered[place : place + 2])
            if near:
                hits += [(trigger, place) for trigger in near if lowered.startswith(trigger, place)]
            if (single := lowered[place]) in triggers and place + 1 < len(lowered):
                hits.append((single, place))
        self._cache[word] = tuple(hits)
        return self._cache[word]


_INDEX = TriggerIndex()


def _word_start(text: str, place: int) -> int:
    while place and (text[place - 1].isalnum() or text[place - 1] in "-_"):
        place -= 1
    return place
