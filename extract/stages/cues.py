"""Runs cue rules on the sentences that can hold a match, so that a paper without a cue costs one pass of RE2.

A rule sees only the sentences that hold one of its triggers. Where its matches can begin only at certain words of them
("anchored"), it is tried at these alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal

import regex

from extract.facts import Facts
from extract.rulebook import Rule
from extract.stages.anchors import AnyMatch, compiled
from extract.stages.literals import Literals
from extract.stages.prefilter import FIGURE, Prefilter

# Where a match may begin: at a trigger that opens a word ("figure": in a sentence with a figure), at the word that
# holds a trigger, or where a cheap expression matches.
Anchor = Literal["trigger", "figure", "word"] | re.Pattern[str]
_Within = Callable[[str], list[str]]
_MANY = 40  # triggers from which on they are sought all at once
_FIGURE = re.compile(r"\d|\b(?:half|twice|double|triple|third|quarter|magnitude)\b|fold\b")


class _Quick:
    """A pattern as it is tried, by `re` where that takes it; compiled at its first use."""

    def __init__(self, source: str, flags: int = 0) -> None:
        self._source = source
        self._flags = flags
        self.match: Callable[[str, int, int], AnyMatch | None] = self._first_match
        self.finditer: Callable[[str, int, int], Iterator[AnyMatch]] = self._first_finditer

    def _compile(self) -> None:
        pattern = compiled(self._source, self._flags)
        self.match, self.finditer = pattern.match, pattern.finditer

    def _first_match(self, text: str, place: int, end: int) -> AnyMatch | None:
        self._compile()
        return self.match(text, place, end)

    def _first_finditer(self, text: str, start: int, end: int) -> Iterator[AnyMatch]:
        self._compile()
        return self.finditer(text, start, end)


class CueRules:
    """The pattern rules of several kinds behind one prefilter; built once.

    A kind is what the ids of its rules begin with. `anchors` say where the matches of a rule begin; a rule without
    one is searched for in its sentences. With `filtered` off every rule is tried in every sentence with a trigger:
    the same matches, twenty times as slow.
    """

    def __init__(self, rules: Iterable[Rule], anchors: Mapping[str, Anchor], *, filtered: bool = True) -> None:
        self._rules: list[tuple[Rule, regex.Pattern[str], _Quick, _Quick, _Within, Anchor | None]] = []
        self._kinds: dict[str, list[int]] = {}
        figures: list[int] = []
        literals: dict[int, str] = {}
        has_figure = regex.compile(FIGURE, regex.VERBOSE)
        for rule in rules:
            if rule.pattern is None:
                continue
            index = len(self._rules)
            # The first word of a trigger stands for it: what the pattern asks for beyond that, it finds itself.
            triggers = list(dict.fromkeys(trigger.split()[0] for trigger in rule.triggers))
            anchor = anchors.get(rule.id)
            within = Literals(triggers).within if len(triggers) >= _MANY else _within(triggers)
            # In a text of ASCII, as most are, `re` gives the same in less time when it is told so.
            self._rules.append((rule, rule.pattern, _Quick(rule.text), _Quick(rule.text, re.ASCII), within, anchor))
            self._kinds.setdefault(rule.id.partition(".")[0], []).append(index)
            if anchor == "figure" or all(has_figure.search(trigger) for trigger in triggers):
                figures.append(index)
            elif len(triggers) == 1 and not triggers[0].isalnum():
                literals[index] = triggers[0]
        self._filter = Prefilter([rule.text for rule, *_ in self._rules], figures, literals) if filtered else None

    def prepare(self, facts: Facts) -> None:
        """Note in which sentences each rule may match; `matches` does it too when it has not been done."""
        facts.cue_places = (self, self._places(facts.text, facts))

    def matches(self, kind: str, text: str, facts: Facts) -> Iterator[tuple[Rule, AnyMatch]]:
        """All matches of a kind, rule by rule in file order, none of them over a sentence bound."""
        if facts.cue_places is None or facts.cue_places[0] is not self:
            facts.cue_places = (self, self._places(text, facts))
        places = facts.cue_places[1]
        for index in self._kinds.get(kind, ()):
            if index in places:
                yield from self._tried(index, text, facts, places[index])

    def _places(self, text: str, facts: Facts) -> dict[int, list[int]]:
        """The sentences, by their index, in which each rule may match."""
        if self._filter is None:
            return {index: list(range(len(facts.sentences))) for index in range(len(self._rules))}
        return self._filter.places(text, facts.sentences)

    def _tried(self, index: int, text: str, facts: Facts, sentences: list[int]) -> Iterator[tuple[Rule, AnyMatch]]:
        rule, pattern, quick, in_ascii, within, anchor = self._rules[index]
        if text.isascii():
            quick = in_ascii
        for number in sentences:
            start, end = facts.sentences[number]
            if anchor == "figure" and not _FIGURE.search(text, start, end):
                continue
            lowered = _lowered(text[start:end])
            triggers = within(lowered)
            if not triggers:
                continue
            if anchor is None:
                finditer = pattern.finditer if self._filter is None else quick.finditer
                for match in finditer(text, start, end):
                    yield rule, match
                continue
            begins: Iterable[int]
            if isinstance(anchor, str):
                begins = _begins(text, start, lowered, triggers, within=anchor == "word")
            else:
                begins = [match.start() for match in anchor.finditer(text, start, end)]
            for place in begins:
                if (begun := quick.match(text, place, end)) is not None:
                    yield rule, begun


def _within(triggers: list[str]) -> _Within:
    """What tells which of a few triggers a sentence holds."""
    return lambda lowered: [trigger for trigger in triggers if trigger in lowered]


def _lowered(sentence: str) -> str:
    """In lower case, each character in its place."""
    lowered = sentence.lower()
    if len(lowered) != len(sentence):
        return "".join(char.lower() if len(char.lower()) == 1 else char for char in sentence)
    return lowered


def _begins(text: str, start: int, lowered: str, triggers: list[str], *, within: bool) -> list[int]:
    """Where words begin with a trigger or, with `within`, hold one."""
    found: set[int] = set()
    for trigger in triggers:
        known = begun = -1  # a place inside a word and where that word begins, so that no word is gone through twice
        place = lowered.find(trigger)
        while place >= 0:
            begin = place + start
            if within:
                while begin and begin != known and (text[begin - 1].isalnum() or text[begin - 1] in "-_"):
                    begin -= 1
                begun = begun if begin == known else begin
                known = place + start
                found.add(begun)
            elif not begin or not (text[begin - 1].isalnum() or text[begin - 1] in "-_"):
                found.add(begin)
            place = lowered.find(trigger, place + 1)
    return sorted(found)
