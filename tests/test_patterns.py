"""Possessive repeats come out right on every Python, also on one whose `re` gets them wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from extract.patterns import quick
from extract.rulebook import load

SAMPLE = (Path(__file__).parents[1] / "output" / "sample" / "page.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("usual", [True, False])
@pytest.mark.parametrize(
    ("pattern", "flags", "text", "end"),
    [
        ("(?:ab?c)?+", 0, "a", 0),
        ("(?:ab?c)*+", 0, "aca", 2),
        ("(?>(?:ab?c){1,3})", 0, "aca", 2),
        ("( x ++ | y )*+", re.VERBOSE, "xxyx", 4),
        (r"(?:\w++-?)*+", re.ASCII, "ab-cdé", 5),
        (r"(?:\w++-?)*+", 0, "ab-cdé", 6),
        (r"(?:.a?)++", re.DOTALL | re.IGNORECASE, "\nA\n", 3),
    ],
)
def test_a_possessive_repeat_ends_where_it_should(pattern: str, flags: int, text: str, end: int, usual: bool) -> None:
    match = (quick(pattern, flags) if usual else quick(pattern, flags, sound=False)).match(text)
    assert match is not None
    assert match.end() == end


def test_bytes() -> None:
    match = quick(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL, sound=False).match(rb'"a\"b" "')
    assert match is not None
    assert match.group() == rb'"a\"b"'


def test_the_stand_in_gives_the_same_for_every_rule() -> None:
    compared = 0
    for rule in load().rules.values():
        if not re.search(r"[?*+}]\+", rule.text):
            continue
        try:
            usual, stand_in = quick(rule.text, re.VERBOSE), quick(rule.text, re.VERBOSE, sound=False)
        except re.error:
            continue
        for line in SAMPLE:
            assert [m.span() for m in usual.finditer(line)] == [m.span() for m in stand_in.finditer(line)], rule.id
        compared += 1
    assert compared > 20
