"""What tells the formats apart: one function a format, from the first bytes of a dump to a reason or None."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import regex

from extract.readers.jsonl import BadValueError, parse

HEAD = 1 << 18
"""Bytes of a dump that detection looks at."""
_CONTROL = regex.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a dump is taken for a format; `certainty` 3 is a signature, 2 a structure, 1 a shape."""

    reason: str
    certainty: int = 2
    details: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Head:
    """The beginning of a dump; `complete` when it is all of it."""

    data: bytes
    name: str
    complete: bool

    @cached_property
    def is_text(self) -> bool:
        """Whether it has no control characters that text does not have."""
        return bool(self.data) and not _CONTROL.search(self.data[:4096])

    @cached_property
    def text(self) -> str:
        """The head as text, without a byte order mark; what does not decode is marked."""
        return self.data.decode("utf-8", "replace").removeprefix("\ufeff")

    @cached_property
    def lines(self) -> list[str]:
        """The lines that are not blank; a line cut by the end of the head is left out."""
        lines = self.text.split("\n")
        if not self.complete and len(lines) > 1:
            lines.pop()
        return [line for line in lines if line.strip()]

    @cached_property
    def first_value(self) -> Any:
        """The first line as a JSON value, or None."""
        try:
            return parse(self.lines[0].encode())[0] if self.lines else None
        except BadValueError:
            return None


def sniff_jsonl(head: Head) -> Verdict | None:
    """Lines that are JSON objects; a bad first line does not hide the others."""
    if not head.is_text or not head.text.lstrip().startswith("{"):
        return None
    objects = [line for line in head.lines[:5] if line.lstrip().startswith('{"')]
    if isinstance(head.first_value, dict) or len(objects) >= 2:
        return Verdict("its lines are JSON objects")
    return None


def sniff_page(head: Head) -> Verdict | None:
    """Text with a long paragraph and a shorter one before it."""
    if not head.is_text or head.text.lstrip()[:1] in ("{", "[", "<", "@"):
        return None
    blocks = [b for b in regex.split(r"\n[ \t\r]*\n", head.text) if b.strip()]
    longs = sum(len(b) >= 150 for b in blocks)
    if longs and len(blocks) >= 2:
        return Verdict(f"text of {len(blocks)} paragraphs, {longs} of them long", 1)
    return None
