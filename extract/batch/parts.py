"""Runs cut into parts that any process on any machine can convert, and put together again in order.

A part is a stretch of one dump. Converting it writes one file: a line for each entry (`R` and a record, or `X` and a
reject), and after each block of at most 100 a line `T` with what was counted in it. A part that has its file is done.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, astuple, dataclass
from pathlib import Path

import orjson

from extract.batch.books import Tally
from extract.batch.convert import Line, Outcome
from extract.batch.inputs import DumpFile, Position, Reading, entries_from, place_of
from extract.batch.ledger import Entries, Ledger
from extract.batch.pool import InProcess, Pool, blocks_of
from extract.batch.shared import exists, is_remote, open_shared, whole_file
from extract.model import Paper, Reject, Source, from_json

PAPERS = 5_000  # in a part: some seconds of work, so that a lost one costs little and its start-up less
_MANY = 16  # dumps; from here on each dump is a part, and nobody reads them all first to find the cuts


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a dump: from the entry at `start`, `count` entries (null: to the end), into the file `path`."""

    number: int
    dump: int
    source: str
    name: str
    start: tuple[int, int | None, int | None] | None
    count: int | None
    path: str
    asked: bool = True

    def to_json(self) -> str:
        """As one row of an engine's table."""
        return json.dumps(asdict(self))  # orjson refuses the path of a file whose name is not UTF-8

    @classmethod
    def from_json(cls, text: str) -> Part:
        """The inverse of `to_json`."""
        data = json.loads(text)
        data["start"] = None if data["start"] is None else tuple(data["start"])
        return cls(**data)


def plan(files: list[DumpFile], how: Reading, limit: int | None, folder: str) -> list[Part]:
    """The parts of a run, in order: 5,000 entries each, or a dump each when there are many."""
    parts: list[Part] = []

    def add(dump: int, start: tuple[int, int | None, int | None] | None, count: int | None) -> None:
        file = files[dump]
        source = file.source if is_remote(file.source) else str(Path(file.source).absolute())
        path = f"{folder}/part-{len(parts):06}"
        parts.append(Part(len(parts), dump, source, file.name, start, count, path, file.asked))

    if len(files) >= _MANY and limit is None:
        for number in range(len(files)):
            add(number, None, None)
        return parts
    left = limit
    for number, file in enumerate(files):
        with closing(entries_from(file, how, None)) as found:
            for first, count in _chunks(found if left is None else itertools.islice(found, left)):
                add(number, astuple(first), count)
                if left is not None:
                    left -= count
    return parts


def _chunks(found: Iterator[Paper | Reject]) -> Iterator[tuple[Position, int]]:
    """First place and length of each stretch; no entry is kept."""
    for first in found:
        yield place_of(first), 1 + sum(1 for _ in itertools.islice(found, PAPERS - 1))


def convert_part(part: Part, how: Reading, pool: Pool | InProcess) -> int:
    """Convert a part into its file, unless it is there; the number of entries."""
    if exists(part.path):
        return 0
    start = None if part.start is None else Position(*part.start)
    count = 0
    dump = DumpFile(part.source, part.name, part.asked)
    with closing(entries_from(dump, how, start)) as found, whole_file(part.path) as out:
        for _, outcomes, tally in pool.map(blocks_of(itertools.islice(found, part.count))):
            count += len(outcomes)
            for outcome in outcomes:
                line = b"R" + outcome.data if isinstance(outcome, Line) else b"X" + orjson.dumps(asdict(outcome))
                out.write(line + b"\n")
            out.write(b"T" + orjson.dumps(tally.to_state()) + b"\n")
    return count


def merged(parts: Iterable[Part], ledger: Ledger) -> Iterator[tuple[Entries, list[Outcome], Tally]]:
    """The blocks of all parts in order, those after the ledger's place."""
    for part in parts:
        if part.dump < ledger.dump:
            continue
        entries: list[Paper | Reject] = []
        outcomes: list[Outcome] = []
        dropped = False
        with open_shared(part.path) as lines:
            for line in lines:
                kind, data = line[:1], line[1:-1]
                if kind == b"T":
                    if entries:
                        tally = Tally.from_state(orjson.loads(data))
                        yield Entries(part.dump, entries), outcomes, _recount(outcomes) if dropped else tally
                    entries, outcomes, dropped = [], [], False
                    continue
                entry, outcome = _entry(kind, data)
                if part.dump == ledger.dump and ledger.done and place_of(entry).index <= ledger.done.index:
                    dropped = True
                    continue
                entries.append(entry)
                outcomes.append(outcome)


def _entry(kind: bytes, data: bytes) -> tuple[Paper | Reject, Outcome]:
    found = orjson.loads(data)
    if kind == b"X":
        reject = Reject(**found)
        return reject, reject
    # The ledger wants to know where the paper stood, and how it begins if its id is taken.
    return Paper(found["title"], found["abstract"], Source(**found["source"])), Line(found["id"], data)


def _recount(outcomes: list[Outcome]) -> Tally:
    tally = Tally()
    for outcome in outcomes:
        if isinstance(outcome, Line):
            tally.add(from_json(outcome.data))
    return tally
