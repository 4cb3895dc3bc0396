"""Dumps to records, in order (foundation: one process, no books)."""

from __future__ import annotations

from pathlib import Path

from extract.model import to_json
from extract.pipeline import Pipeline
from extract.readers import read


def run(dumps: list[str], output: str | None, *, limit: int | None = None, rules: str | None = None) -> int:
    """Convert dumps; returns the exit code."""
    pipeline = Pipeline(rules)
    for dump in dumps:
        folder = Path(output or Path("output") / Path(dump).name.split(".")[0])
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "records.jsonl").open("wb") as out:
            for n, record in enumerate(pipeline.run(read(dump))):
                if limit is not None and n >= limit:
                    break
                out.write(to_json(record) + b"\n")
    return 0
