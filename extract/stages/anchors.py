"""Pattern rules that run only where one of their trigger words stands.

All triggers of all rules make one expression (a prefix tree, so that a word start costs a few comparisons), which
passes over the text once. At each hit the rules of that trigger are tried: a rule whose pattern begins with its
trigger at the hit, a rule whose pattern begins with a name (group `name`) at the candidate before the hit.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

import regex

from extract.rulebook import Rule

_REACH = 40  # code points between a name and the trigger behind it: "X, a simple yet effective and novel"


class AnchoredRules:
    """A set of pattern rules behind one trigger scan; every rule needs `triggers` (lower-case word beginnings)."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._at: dict[str, list[Rule]] = {}
        self._before: dict[str, list[Rule]] = {}
        for rule in rules:
            name_first = rule.text.lstrip().startswith("(?P<name>")
            for trigger in rule.triggers:
                (self._before if name_first else self._at).setdefault(trigger, []).append(rule)
        words = sorted({*self._at, *self._before})
        self._scan = re.compile(rf"(?<![\w-])(?:{_tree(words)})", re.IGNORECASE) if words else None

    def find(self, text: str, starts: Sequence[int], ends: Sequence[int]) -> Iterator[tuple[Rule, regex.Match[str]]]:
        """Matches in order of their triggers. `starts` and `ends` are those of the candidates, sorted by end."""
        if self._scan is None:
            return
        for hit in self._scan.finditer(text):
            trigger, place = hit.group().lower(), hit.start()
            for rule in self._at.get(trigger, ()):
                if rule.pattern is not None and (match := rule.pattern.match(text, place)):
                    yield rule, match
            if trigger in self._before:
                index = bisect_right(ends, place) - 1
                if index >= 0 and place - ends[index] <= _REACH:
                    for rule in self._before[trigger]:
                        if rule.pattern is not None and (match := rule.pattern.match(text, starts[index])):
                            yield rule, match


def _tree(words: Sequence[str]) -> str:
    """An expression that matches the longest of the words, by their common beginnings."""
    branches: dict[str, list[str]] = {}
    ends_here = False
    for word in words:
        if word:
            branches.setdefault(word[0], []).append(word[1:])
        else:
            ends_here = True
    parts = [re.escape(first) + _tree(rests) for first, rests in branches.items()]
    if not parts:
        return ""
    body = parts[0] if len(parts) == 1 and not ends_here else f"(?:{'|'.join(parts)})"
    return f"{body}?" if ends_here else body
