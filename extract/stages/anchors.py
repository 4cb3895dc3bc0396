"""Pattern rules that run only where one of their trigger words stands.

All triggers of all rules make one expression (a prefix tree, so that a word start costs a few comparisons), which
passes over the text once. At each hit the rules of that trigger are tried: a rule whose pattern begins with its
trigger at the hit, a rule whose pattern begins with a name (group `name`) at the candidate before the hit.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import regex

from extract.rulebook import Rule

_REACH = 40  # code points between a name and the trigger behind it: "X, a simple yet effective and novel"


class _Anchored(NamedTuple):
    """A rule cut in two: what must stand before its trigger (shared by many rules, tried once), and the rest."""

    rule: Rule
    guard: int | None
    pattern: regex.Pattern[str]


class AnchoredRules:
    """A set of pattern rules behind one trigger scan; every rule needs `triggers` (lower-case word beginnings)."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._at: dict[str, list[_Anchored]] = {}
        self._before: dict[str, list[_Anchored]] = {}
        self._guards: list[regex.Pattern[str]] = []
        numbers: dict[str, int] = {}
        for rule in rules:
            if rule.pattern is None:
                continue
            guard, rest = _split(rule.text.strip())
            number = None
            pattern = rule.pattern
            if guard:
                number = numbers.setdefault(guard, len(numbers))
                if number == len(self._guards):
                    self._guards.append(regex.compile(guard, regex.VERBOSE | regex.VERSION0))
                pattern = regex.compile(rest, regex.VERBOSE | regex.VERSION0)
            anchored = _Anchored(rule, number, pattern)
            name_first = rest.startswith("(?P<name>")
            for trigger in rule.triggers:
                (self._before if name_first else self._at).setdefault(trigger, []).append(anchored)
        words = sorted({*self._at, *self._before})
        self._scan = re.compile(rf"(?<![\w-])(?:{_tree(words, first=True)})") if words else None

    def find(self, text: str, starts: Sequence[int], ends: Sequence[int]) -> Iterator[tuple[Rule, regex.Match[str]]]:
        """Matches in order of their triggers. `starts` and `ends` are those of the candidates, sorted by end."""
        if self._scan is None:
            return
        for hit in self._scan.finditer(text):
            trigger, place = hit.group(), hit.start()
            if trigger[0].isupper():
                trigger = trigger[0].lower() + trigger[1:]
            passed: dict[int, bool] = {}
            for rule, guard, pattern in self._at.get(trigger, ()):
                if guard is not None:
                    if guard not in passed:
                        passed[guard] = self._guards[guard].match(text, place) is not None
                    if not passed[guard]:
                        continue
                if match := pattern.match(text, place):
                    yield rule, match
            if trigger in self._before:
                index = bisect_right(ends, place) - 1
                if index >= 0 and place - ends[index] <= _REACH:
                    for rule, _, pattern in self._before[trigger]:
                        if match := pattern.match(text, starts[index]):
                            yield rule, match


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


def _tree(words: Sequence[str], *, first: bool = False) -> str:
    """An expression that matches the longest of the words by their common beginnings; `first`: in either case."""
    branches: dict[str, list[str]] = {}
    ends_here = False
    for word in words:
        if word:
            branches.setdefault(word[0], []).append(word[1:])
        else:
            ends_here = True
    parts = [
        (f"[{letter}{letter.upper()}]" if first else re.escape(letter)) + _tree(rests)
        for letter, rests in branches.items()
    ]
    if not parts:
        return ""
    body = parts[0] if len(parts) == 1 and not ends_here else f"(?:{'|'.join(parts)})"
    return f"{body}?" if ends_here else body
