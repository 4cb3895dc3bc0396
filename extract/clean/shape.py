"""The shape of a text: a byte for each of its characters that says what kind of character it is.

A letter, a digit, a mark that may be glued to the next word, a space, another character of plain text, or one at which
debris may begin (all that is not ASCII, too). To look for bytes in it takes a microsecond, an expression on the text
thirty, and in most texts there is nothing to find.
"""

from __future__ import annotations

import re

_SHAPES = (
    ("A", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), ("a", "abcdefghijklmnopqrstuvwxyz"), ("0", "0123456789"), (".", ".,)%"),
    (" ", " "), ("-", "-;:('/\"+=?!@#[]|^_>"),
)  # fmt: skip
_SHAPE_OF = dict.fromkeys(range(256), "*") | {ord(char): shape for shape, chars in _SHAPES for char in chars}
_TO_SHAPE = bytes(ord(_SHAPE_OF[code]) for code in range(256))
# Of a text that is not all ASCII: there "?" stands for what is not, and another mark for itself.
_TO_SHAPE_BEYOND = bytes(ord("*" if code == ord("?") else _SHAPE_OF[code]) for code in range(256))
_DIGITS = re.compile(r"\d+")
_DIGITS_OF_SHAPE = re.compile(b"00*")  # which begins with a byte to leap to; "0+" does not


def shape_of(flat: str) -> bytes:
    """The shape of a flattened text."""
    if flat.isascii():
        return flat.encode().translate(_TO_SHAPE)
    return flat.replace("?", "-").encode("ascii", "replace").translate(_TO_SHAPE_BEYOND)


def found(shape: bytes, sought: bytes) -> list[int]:
    """Where some bytes stand in a shape."""
    places: list[int] = []
    place = shape.find(sought)
    while place >= 0:
        places.append(place)
        place = shape.find(sought, place + len(sought))
    return places


def digit_runs(text: str) -> list[tuple[int, int]]:
    """The span of each run of decimal digits, of any script."""
    shape = shape_of(text)
    if not text.isascii() and any(text[place].isdecimal() for place in found(shape, b"*")):
        return [match.span() for match in _DIGITS.finditer(text)]
    return [match.span() for match in _DIGITS_OF_SHAPE.finditer(shape)]
