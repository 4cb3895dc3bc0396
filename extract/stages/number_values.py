"""What a written number is worth: digits, magnitudes, powers of ten, number words, unit spellings."""

from __future__ import annotations

import re
from collections.abc import Iterable

import regex

_MAGNITUDE = {
    "k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12, "bn": 1e9, "mn": 1e6,
    "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
}  # fmt: skip
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−–", "0123456789---")
_EXPONENT = regex.compile(r"(-?\d+)\}?$")
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS = {word: float(i) for i, word in enumerate(_ONES.split())} | {
    word: 10.0 * i for i, word in enumerate(_TENS.split(), 2)
}
_SCALE = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "dozen": 12.0}
_PARTS = {
    "half": 2.0, "third": 3.0, "fourth": 4.0, "quarter": 4.0, "fifth": 5.0, "sixth": 6.0, "seventh": 7.0,
    "eighth": 8.0, "ninth": 9.0, "tenth": 10.0, "hundredth": 100.0,
}  # fmt: skip
_SIMPLE = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_LARGEST = 1e30  # beyond it a digit run is no measured value, and sums stay finite


def digits(text: str) -> float | None:
    """The value of a plain run of digits with separators; None when it is too long to be a value."""
    if len(text) > 40 and len(text.replace("{,}", ",")) > 40:
        return None
    if _SIMPLE.fullmatch(text):
        value = float(text)
        return value if value < _LARGEST else None
    compact = text.replace("{,}", ",")
    head, comma, tail = compact.rpartition(",")
    if comma and len(tail) < 3:  # decimal comma; thousands have three digits after theirs
        compact = f"{head}.{tail}"
    compact = "".join(c for c in compact if c not in ", \u00a0\u2009\u202f")
    value = float(compact)
    return value if value < _LARGEST else None


def magnitude(text: str | None) -> float:
    """The factor of K, M, B, million and the like; 1 for none."""
    return _MAGNITUDE[text.strip(" -").lower().rstrip("s")] if text else 1.0


def power(text: str | None) -> float:
    """The factor of `×10^9` or `e-4`; 1 for none or for an exponent that no measured value has."""
    if not text:
        return 1.0
    match = _EXPONENT.search(text.translate(_SUPERSCRIPT).replace("+", ""))
    exponent = int(match.group(1)) if match else 0
    if text.lstrip(" ×*x\\times").startswith("10") and exponent > 200:
        return 1.0
    return 10.0**exponent if abs(exponent) < 30 else 1.0


def cardinal(text: str) -> float:
    """The value of "five", "twenty-five", "two hundred", "a dozen"."""
    value, scale = 0.0, 1.0
    for word in text.lower().replace("-", " ").split():
        if word in _SCALE:
            scale *= _SCALE[word]
        elif word in ("a", "an"):
            value += 1.0
        else:
            value += _WORDS[word]
    return value * scale


def fraction(text: str) -> float:
    """The value of "half", "one third", "three-quarters"; a whole for "one"."""
    words = text.lower().replace("-", " ").split()
    count = 1.0 if len(words) == 1 or words[0] in ("a", "an") else _WORDS[words[0]]
    return round(count / _PARTS[words[-1].removesuffix("s")], 4)


def unit_spellings(lines: Iterable[str]) -> dict[str, str]:
    """`["ms: ms, milliseconds"]` to spelling -> unit."""
    table = {}
    for line in lines:
        unit, _, spellings = line.partition(":")
        for spelling in spellings.split(","):
            table[spelling.strip()] = unit.strip()
    return table
