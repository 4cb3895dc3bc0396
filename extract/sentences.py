"""Sentence bounds by one expression: spaCy's sentencizer costs four times as much (100 against 23 µs an abstract)."""

from __future__ import annotations

from collections.abc import Iterable

import regex

# A full stop ends a sentence when a space and a capital, digit, quote or bracket follow and no abbreviation stands
# before it. Single capitals are initials ("E. coli", "J. Smith").
_END = regex.compile(
    r"""(?<! \b(?: e\.g | i\.e | et\ al | cf | vs | v\.s | resp | [Ff]igs? | [Ee]qs? | Secs? | Dr | approx | w\.r\.t
             | a\.k\.a
             | Nos? | Vol | St | viz | [A-Z] ) )
        (?<= [\w)\]"'”’%°*+!?}$/] ) [.!?]+ ["”’)\]']{0,2} \s+ (?= ["“'(\[*]{0,3} [\p{Lu}\p{N}] )""",
    regex.VERBOSE,
)


def split_sentences(text: str, fields: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The (start, end) of each sentence inside each (start, end) field, in order; nothing crosses a field."""
    bounds: list[tuple[int, int]] = []
    for start, end in fields:
        place = start
        for match in _END.finditer(text, start, end):
            bounds.append((place, len(match.group().rstrip()) + match.start()))
            place = match.end()
        if place < end or place == start:
            bounds.append((place, end))
    return bounds
