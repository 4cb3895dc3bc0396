"""What every target does with a batch of records, and what a load reports."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

import orjson

from extract.sinks.rows import Row, Rows, new_rows, shred
from extract.sinks.source import Item
from extract.sinks.tables import BY_NAME


@dataclass(frozen=True, slots=True)
class LoadSummary:
    """What one load did: papers read, and of these inserted, replaced, unchanged or seen before; rows written."""

    read: int = 0
    inserted: int = 0
    replaced: int = 0
    unchanged: int = 0
    duplicates: int = 0
    rows: int = 0

    @classmethod
    def of_batch(cls, read: int, written: int, replaced: int, rows: Rows) -> Self:
        """Of a batch of `read` papers of which `written` were new or, `replaced` of them, changed."""
        return cls(read, written - replaced, replaced, read - written, rows=sum(map(len, rows.values())))

    def __add__(self, other: Self) -> LoadSummary:
        return LoadSummary(
            self.read + other.read,
            self.inserted + other.inserted,
            self.replaced + other.replaced,
            self.unchanged + other.unchanged,
            self.duplicates + other.duplicates,
            self.rows + other.rows,
        )


@dataclass(frozen=True, slots=True)
class Run:
    """The run that wrote the records: a row of the table `runs`. Equal manifests are one run."""

    id: str
    row: Row


def run_of(manifest: Mapping[str, Any]) -> Run:
    """The row of a run from its manifest; keys that it lacks are null.

    What stands under `run` (times, machine, workers) is left out: the same run done again is the same row.
    """
    manifest = {key: value for key, value in manifest.items() if key != "run"}
    text = orjson.dumps(manifest, option=orjson.OPT_SORT_KEYS, default=str)
    run_id = hashlib.sha256(text).hexdigest()[:16]
    counts = manifest.get("counts")
    counts = counts if isinstance(counts, Mapping) else {}

    def named(key: str) -> str | None:
        return found if isinstance(found := manifest.get(key), str) else None

    def number(key: str) -> int | None:
        return found if isinstance(found := counts.get(key), int) else None

    row = (
        run_id,
        named("dump"),
        named("version"),
        named("schema_version"),
        named("rules_hash"),
        number("read"),
        number("records"),
        number("rejects"),
        text.decode(),
    )
    return Run(run_id, row)


class Store(Protocol):
    """A target that takes batches: each `put` is one transaction, which `close` never undoes."""

    def put(self, items: Sequence[Item]) -> LoadSummary:
        """Make the target hold these records; a record whose hash it already holds is left alone."""

    def finish(self) -> LoadSummary:
        """Complete the target after the last batch; what is returned is added to the summary."""

    def close(self) -> None:
        """Let go of the target; before `finish` this leaves the last complete state."""


def changed(items: Iterable[Item], known: Mapping[str, str]) -> list[Item]:
    """The items that the target does not hold with the same content."""
    return [item for item in items if known.get(item.id) != item.digest]


def rows_of(items: Iterable[Item], run: Run | None, *, validate: bool = True) -> Rows:
    """The rows of all items, table by table."""
    rows = new_rows()
    run_id = run.id if run else None
    for item in items:
        record = item.parts(validate=validate)
        lengths = [(into, len(into)) for into in rows.values()]
        try:
            shred(record, item.digest, run_id, rows)
        except (KeyError, TypeError, AttributeError):
            # Fields with a default were left out, or it was not validated and is no record: the models know.
            for into, length in lengths:
                del into[length:]
            shred(item.validated(record).model_dump(), item.digest, run_id, rows)
    return rows


def dangling(rows: Rows) -> tuple[str, str] | None:
    """A result of the batch that names an entity which its paper does not hold: paper and name."""
    results = BY_NAME["results"]
    for key in results.foreign:
        if key.table != "papers":
            slot, name = results.names.index(key.columns[1]), BY_NAME[key.table].names.index("name")
            held = {(row[0], row[name]) for row in rows[key.table]}
            for row in rows["results"]:
                if row[slot] is not None and (row[0], row[slot]) not in held:
                    return row[0], row[slot]
    return None


def count_rows(rows: Rows) -> int:
    """The number of rows in all tables."""
    return sum(map(len, rows.values()))
