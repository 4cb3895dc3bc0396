"""Pattern rules that run only where one of their trigger words stands.

All triggers of all rules make one expression (a prefix tree, so that a word start costs a few comparisons), which
passes over the text once. At each hit the rules of that trigger are tried: a rule whose pattern begins with its
trigger at the hit, a rule whose pattern begins with a name (group `name`) at the candidate before the hit.
"""

from __future__ import annotations

import re
import warnings
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import regex

from extract.patterns import quick
from extract.rulebook import Rule

_REACH = 40  # code points between a name and the trigger behind it: "X, a simple yet effective and novel"
# "{e<=1}" allows for errors in `regex` and stands for itself in `re`; escaped or in a class it is a mere brace.
_FUZZY = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(?P<fuzzy>\{(?!,?\d))", re.DOTALL)
_BEHIND_COMMA = r",\s )"  # the end of a guard that asks for one
_INITIALS = "taosicwpfmbdrehlnugvykjqxz"  # by how often words begin with them
_GROUPS = 4

AnyPattern = re.Pattern[str] | regex.Pattern[str]
AnyMatch = re.Match[str] | regex.Match[str]


class _Pattern:
    """A pattern for matching at given places, compiled at its first use."""

    match: Callable[[str, int], AnyMatch | None]

    def __init__(self, source: str, flags: int) -> None:
        self.source = source
        self._flags = flags
        self.match = self._first

    def _first(self, text: str, place: int) -> AnyMatch | None:
        self.match = compiled(self.source, self._flags).match
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
    """The rules behind a trigger: those that begin with it, those that begin with a name."""

    at: list[_Anchored]
    before: list[_Anchored]


class AnchoredRules:
    """A set of pattern rules behind one trigger scan; every rule needs `triggers` (lower-case word beginnings).

    A text of ASCII, as most are, is left to a twin with `ascii_only`, to which `re` gives the same in less time.
    """

    def __init__(self, rules: Iterable[Rule], *, ascii_only: bool = False) -> None:
        self._ascii_only = ascii_only
        self._triggers: dict[str, _Trigger] = {}
        self._guards: list[_Pattern] = []
        flags = re.ASCII if ascii_only else 0
        self._rules = rules = [rule for rule in rules if rule.pattern is not None]
        cut = {rule.id: _split(rule.text.strip()) for rule in rules}
        counts = Counter(guard for guard, _ in cut.values() if guard)
        numbers: dict[str, int] = {}
        for rule in rules:
            guard, rest = cut[rule.id]
            shared, own = None, None
            if counts[guard] > 1:
                shared = numbers.setdefault(guard, len(numbers))
                if shared == len(self._guards):
                    self._guards.append(_Pattern(guard, flags))
            elif guard:
                own = _Pattern(guard, flags)
            anchored = _Anchored(rule, shared, _Pattern(rest, flags), own)
            name_first = rest.startswith("(?P<name>")
            for word in rule.triggers:
                trigger = self._triggers.setdefault(word, _Trigger([], []))
                (trigger.before if name_first else trigger.at).append(anchored)

    @cached_property
    def _scan(self) -> re.Pattern[str] | None:
        """Finds the triggers; the sign before one is what the search leaps to."""
        words = {word: self._needed(word) for word in sorted(self._triggers)}
        return re.compile(rf"[^\w-](?=({_forest(words)}))", re.ASCII if self._ascii_only else 0) if words else None

    @cached_property
    def _twin(self) -> AnchoredRules:
        return AnchoredRules(self._rules, ascii_only=True)

    def _needed(self, word: str) -> str:
        """What the search asks for besides a trigger: a comma before the many "and" that only count behind one."""
        at, before = self._triggers[word]
        if before or not all(anchored.own and anchored.own.source.endswith(_BEHIND_COMMA) for anchored in at):
            return ""
        return rf"(?<=,\s[{re.escape(word[0] + word[0].upper())}]{re.escape(word[1:])})"

    def find(self, text: str, starts: Sequence[int], ends: Sequence[int]) -> Iterator[tuple[Rule, AnyMatch]]:
        """Matches in order of their triggers. `starts` and `ends` are those of the candidates, sorted by end."""
        if text.isascii() and not self._ascii_only:
            yield from self._twin.find(text, starts, ends)
            return
        if self._scan is None:
            return
        reach = 0  # a trigger inside of another counts for nothing
        for hit in self._scan.finditer(" " + text):
            place = hit.start()
            if place < reach:
                continue
            word = hit[1]
            reach = place + len(word)
            trigger = self._triggers[word[0].lower() + word[1:] if word[0].isupper() else word]
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


def compiled(pattern: str, flags: int = 0) -> AnyPattern:
    """A verbose pattern, by `re` where it takes it: three times as fast as `regex` on a sentence, and ten times at a
    given place, since `regex` goes through the rest of the text for a literal first (10 against 1 µs)."""
    if not any(match["fuzzy"] for match in _FUZZY.finditer(pattern)):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                return quick(pattern, re.VERBOSE | flags)
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


def _forest(words: Mapping[str, str]) -> str:
    """The trees of the words by their first letters, of which most words of a text fail four looks, not twenty."""
    letters = sorted({word[0] for word in words}, key=lambda letter: _INITIALS.find(letter) % 99)
    groups = [letters[place::_GROUPS] for place in range(min(_GROUPS, len(letters)))]
    trees = []
    for group in groups:
        begins = re.escape("".join(letter + letter.upper() for letter in group))
        within = sorted((word for word in words if word[0] in group), key=lambda word: group.index(word[0]))
        trees.append(f"(?=[{begins}])" + _tree({word: words[word] for word in within}, first=True))
    return f"(?:{'|'.join(trees)})"


def _tree(words: Mapping[str, str], *, first: bool = False) -> str:
    """An expression that matches the longest of the words by their common beginnings; `first`: in either case.

    With each word goes what else must hold at its end.
    """
    branches: dict[str, dict[str, str]] = {}
    for word, need in words.items():
        if word:
            branches.setdefault(word[0], {})[word[1:]] = need
    ended = words.get("")
    if not branches:
        return ended or ""
    parts = [
        (f"[{re.escape(letter + letter.upper())}]" if first else re.escape(letter)) + _tree(rests)
        for letter, rests in branches.items()
    ]
    if ended:
        parts.append(ended)
    body = parts[0] if len(parts) == 1 and ended != "" else f"(?:{'|'.join(parts)})"
    return f"{body}?" if ended == "" else body
