"""Listed numbers: what one of them says of its unit and its bound holds for all, and they share a group."""

from __future__ import annotations

import re
from itertools import pairwise

from extract.facts import Number

_PURE = re.compile(r"\s*(?:,|;|/|&|→|->|,?\s+(?:and|or|vs\.?|versus|then)\s|,\s*(?:and|or)\s)\s*$")
_ELIDED = re.compile(r"(?:\s[\w\-]+){0,6}?,?\s(?:and|or)(?:\san?)?\s$")
_INTERVAL = re.compile(r"\s?[(\[]\s?")
_BOUNDS = re.compile(r"\s?(?:,|;|to|and|–|-)\s?")
_FORMS = ("percent", "factor", "unit", "points")
_FAR, _FROM_TO_FAR = 70, 60  # characters between two numbers of one list, and between "from A" and "to B"


def coordinate(text: str, numbers: list[Number]) -> None:
    """Set `group`, and where it is elided `unit`, `form`, `qualifier` and the role of from and to."""
    group = 0
    for left, right in pairwise(numbers):
        gap = right.start - left.end
        if gap > _FAR or left.role == "setting" or right.role == "setting":
            continue
        between = text[left.end : right.start]
        same = left.form == right.form
        if left.role == "from" and right.role == "to":
            group += 1
            left.group = right.group = group
        elif _PURE.match(between) and (same or left.form == "plain"):
            if not same:
                if right.form not in _FORMS or right.sign or text[left.start - 1] == "=":
                    continue
                left.form, left.unit = right.form, right.unit
            if left.group is None:
                group += 1
                left.group = group
            right.group = left.group
            right.qualifier = right.qualifier or left.qualifier
            if "→" in between or "->" in between:
                left.role, right.role = "from", "to"
        elif (
            same
            and left.qualifier
            and not right.qualifier
            and left.form in ("percent", "factor", "points")
            and _ELIDED.fullmatch(between)
        ):
            right.qualifier = left.qualifier
        elif (
            left.group is None
            and gap < _FROM_TO_FAR
            and between.endswith(" to ")
            and text.endswith(("from ", "from $"), 0, left.start)
        ):
            group += 1
            left.group = right.group = group
            left.role, right.role = "from", "to"
    for right, left in pairwise(reversed(numbers)):
        if left.group is not None and left.group == right.group and left.form == "plain" != right.form:
            left.form, left.unit = right.form, right.unit


def mark_intervals(text: str, numbers: list[Number]) -> None:
    """ "74.4% (69.9, 78.8%)", "1.24 (1.13-1.36)": bounds in a bracket right behind a value that they enclose."""
    for i, number in enumerate(numbers[:-1]):
        low = numbers[i + 1]
        if number.role or low.role or not _INTERVAL.fullmatch(text, number.end, low.start):
            continue
        if low.high is not None:
            if low.value <= number.value <= low.high and text[low.end : low.end + 1] in (")", "]"):
                low.role = "setting"
        elif i + 2 < len(numbers):
            high = numbers[i + 2]
            enclosed = low.value < number.value < high.value and text[high.end : high.end + 1] in (")", "]")
            if enclosed and _BOUNDS.fullmatch(text, low.end, high.start):
                low.role = high.role = "setting"
