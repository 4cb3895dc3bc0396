"""Bytes in, Papers out, lazily, with their place in the dump. One function a format; a table of formats."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import orjson

from extract.model import Paper, Reject, Source


def read(source: str | Path, *, format: str = "auto") -> Iterator[Paper | Reject]:  # noqa: A002
    """Papers and rejects of a dump, in order (foundation: plain JSONL only)."""
    path = Path(source)
    with path.open("rb") as lines:
        for index, line in enumerate(lines):
            data = orjson.loads(line)
            ident = data.get("id")
            yield Paper(
                title=data.get("title") or "",
                abstract=data.get("abstract") or data.get("summary") or "",
                comment=data.get("comment"),
                identifiers={"arxiv": ident} if ident else {},
                source=Source(path.name, "jsonl", index, index + 1),
            )
