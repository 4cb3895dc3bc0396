"""Expressions of `re` with possessive repeats, on Pythons that get these right and on those that do not.

Before 3.11.5 (Debian 12 has 3.11.2) a possessive repeat of a group that had to backtrack ends in the wrong place,
without an error: ``re.match("(?:ab?c)?+", "a")`` takes the "a" (CPython issue 106052). There `regex` stands in: slower,
and right.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr

import regex

_POSSESSIVE = re.compile(r"[?*+}]\+|\(\?>")
SOUND = re.compile("(?:ab?c)?+").fullmatch("a") is None
"""Whether this Python's `re` gets possessive repeats right."""


def quick(pattern: AnyStr, flags: int = 0, *, sound: bool = SOUND) -> re.Pattern[AnyStr]:
    """The compiled pattern; `flags` are those of `re`. Raises `re.error` for what `re` does not know."""
    compiled = re.compile(pattern, flags)
    if sound or not _POSSESSIVE.search(pattern if isinstance(pattern, str) else pattern.decode("latin-1")):
        return compiled
    others = flags & ~re.ASCII | (regex.ASCII if flags & re.ASCII else 0)
    stand_in: Any = regex.compile(pattern, others | regex.VERSION0)
    return stand_in  # type: ignore[no-any-return]
