"""Pattern rules that run only where one of their trigger words stands.

Which triggers begin in a word is kept for the word (`WordTable`), so that a text costs one look-up a word. At each hit
the rules of that trigger are tried: a rule whose pattern begins with its trigger at the hit, a rule whose pattern
begins with a name (group `name`) at the candidate before the hit.
"""

from __future__ import annotations

import re
import warnings
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import regex

from extract.rulebook import Rule
from extract.stages.words import WordTable

_REACH = 40  # code points between a name and the trigger behind it: "X, a simple yet effective and novel"
_START = re.compile(r"(?<![\w-])\S")
_GLUED = "()[]{}.,;:!?\"'“”‘’*"  # what stands around words
_FUZZY = re.compile(r"\{(?!,?\d)")  # "{e<=1}" allows for errors in `regex` and stands for itself in `re`

AnyPattern = re.Pattern[str] | regex.Pattern[str]
AnyMatch = re.Match[str] | regex.Match[str]


class _Pattern:
    """A pattern for matching at given places, compiled at its first use."""

    match: Callable[[str, int], AnyMatch | None]

    def __init__(self, source: str) -> None:
        self._source = source
        self.match = self._first

    def _first(self, text: str, place: int) -> AnyMatch | None:
        self.match = compiled(self._source).match
        return self.match(text, place)


class _Anchored(NamedTuple):
    """A rule cut in two: what must stand before its trigger, and the rest.

    A guard that several rules share is tried first and once for all of them, one of a single rule after the rest.
    """

    rule: Rule
    shared: int | None
    pattern: _Pattern
    own: _Pattern | None


class _Trigger(NamedTuple):
    """A trigger, the words of it that follow its first one, and the rules behind it."""

    length: int
    first: str
    rest: str
    at: list[_Anchored]
    before: list[_Anchored]


class AnchoredRules:
    """A set of pattern rules behind one trigger scan; every rule needs `triggers` (lower-case word beginnings)."""

    def __init__(self, rules: Iterable[Rule], words: WordTable | None = None) -> None:
        self._triggers: dict[str, list[_Trigger]] = {}  # by first letter, the longest first
        self._guards: list[_Pattern] = []
        self._words = (words or WordTable()).finder(self._look)
        rules = [rule for rule in rules if rule.pattern is not None]
        cut = {rule.id: _split(rule.text.strip()) for rule in rules}
        counts = Counter(guard for guard, _ in cut.values() if guard)
        numbers: dict[str, int] = {}
        known: dict[str, _Trigger] = {}
        for rule in rules:
            guard, rest = cut[rule.id]
            shared, own = None, None
            if counts[guard] > 1:
                shared = numbers.setdefault(guard, len(numbers))
                if shared == len(self._guards):
                    self._guards.append(_Pattern(guard))
            elif guard:
                own = _Pattern(guard)
            anchored = _Anchored(rule, shared, _Pattern(rest), own)
            name_first = rest.startswith("(?P<name>")
            for word in rule.triggers:
                first, space, more = word.partition(" ")
                trigger = known.setdefault(word, _Trigger(len(word), first, space + more, [], []))
                (trigger.before if name_first else trigger.at).append(anchored)
        for trigger in sorted(known.values(), reverse=True):
            for letter in {trigger.first[0], trigger.first[0].upper()}:
                self._triggers.setdefault(letter, []).append(trigger)
        # Most words have no trigger: by how one begins if it has one start alone, else by a search.
        firsts = sorted({trigger.first for trigger in known.values()})
        either = [f"(?:{re.escape(first[0])}|{re.escape(first[0].upper())}){re.escape(first[1:])}" for first in firsts]
        self._begins = re.compile(rf"(?<![\w-])(?:{'|'.join(either)})" if firsts else r"(?!)")
        cores = [first.strip(_GLUED)[:3] for first in firsts]
        self._openings = frozenset(start for core in cores for start in (core, core[:1].upper() + core[1:]))

    def find(self, text: str, starts: Sequence[int], ends: Sequence[int]) -> Iterator[tuple[Rule, AnyMatch]]:
        """Matches in order of their triggers. `starts` and `ends` are those of the candidates, sorted by end."""
        reach = 0  # a trigger inside of another counts for nothing
        for word, hits in self._words.find(text):
            for offset, triggers in hits:
                place = word + offset
                if place < reach:
                    continue
                for trigger in triggers:
                    if not trigger.rest or text.startswith(trigger.rest, place + len(trigger.first)):
                        break
                else:
                    continue
                reach = place + trigger.length
                passed: dict[int, bool] = {}
                for rule, guard, pattern, own in trigger.at:
                    if guard is not None:
                        if guard not in passed:
                            passed[guard] = self._guards[guard].match(text, place) is not None
                        if not passed[guard]:
                            continue
                    match = pattern.match(text, place)
                    if match and (own is None or own.match(text, place)):
                        yield rule, match
                if trigger.before:
                    index = bisect_right(ends, place) - 1
                    if index >= 0 and place - ends[index] <= _REACH:
                        for rule, _, pattern, _ in trigger.before:
                            if match := pattern.match(text, starts[index]):
                                yield rule, match

    def _look(self, word: str) -> Sequence[tuple[int, Sequence[_Trigger]]]:
        """Where in a word triggers may begin, and which; the words that some need behind it are still to be seen."""
        core = word.strip(_GLUED)
        if core.replace("-", "").isalnum() and self._openings.isdisjoint((core[:3], core[:2], core[:1], "")):
            return ()
        if self._begins.search(word) is None:
            return ()
        found = []
        for start in _START.finditer(word):
            place = start.start()
            triggers = []
            for trigger in self._triggers.get(word[place], ()):
                begun = word.startswith(trigger.first[1:], place + 1)
                if begun and (not trigger.rest or place + len(trigger.first) == len(word)):
                    triggers.append(trigger)
            if triggers:
                found.append((place, triggers))
        return found


def compiled(pattern: str) -> AnyPattern:
    """A verbose pattern for matching at given places, by `re` where it takes it: `regex` goes through the rest of the
    text for a literal that the pattern needs before it looks at the place (10 against 1 µs)."""
    if _FUZZY.search(pattern) is None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                return re.compile(pattern, re.VERBOSE)
            except (re.error, Warning):
                pass
    return regex.compile(pattern, regex.VERBOSE | regex.VERSION0)


def _split(pattern: str) -> tuple[str, str]:
    """A leading lookbehind and the rest of a pattern."""
    if not pattern.startswith("(?<="):
        return "", pattern
    depth, place, inside = 0, 0, False
    while place < len(pattern):
        char = pattern[place]
        if char == "\\":
            place += 1
        elif char == "[":
            inside = True
        elif char == "]":
            inside = False
        elif not inside and char == "(":
            depth += 1
        elif not inside and char == ")":
            depth -= 1
            if depth == 0:
                break
        place += 1
    return pattern[: place + 1], pattern[place + 1 :].lstrip()
