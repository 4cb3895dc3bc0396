"""Records from files: lines of JSONL, plain or compressed, in batches, each with its id and content hash.

A line is read into the models only when its rows are needed: a record that the database already holds costs a hash
and the reading of its id.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, cast

import orjson
from pydantic import ValidationError

from extract.errors import UsageError
from extract.model import Record
from extract.recordfiles import name_of, read_lines
from extract.sinks.rows import content_hash

# How `extract.model.to_json` begins a record: the id without parsing the rest. Any other order takes the slow way.
_ID = re.compile(rb'\{"schema_version":"[^"\\]*","id":("(?:[^"\\]|\\.)*")')


class Item:
    """One serialised record: its id, bytes and place (file and line from 1)."""

    __slots__ = ("_digest", "id", "line", "place")

    def __init__(self, id_: str, line: bytes, place: tuple[str, int]) -> None:
        self.id = id_
        self.line = line
        self.place = place
        self._digest = ""

    @property
    def digest(self) -> str:
        """The content hash."""
        if not self._digest:
            self._digest = content_hash(self.line)
        return self._digest

    def parts(self, *, validate: bool = True) -> dict[str, Any]:
        """The record as a mapping; raises `UsageError` with the place when it breaks the contract."""
        try:
            record = orjson.loads(self.line)
        except orjson.JSONDecodeError as error:
            raise UsageError(f"{_place(self.place)} is not JSON ({error}): write the file again.") from None
        if validate:
            self.validated(record)
        return cast("dict[str, Any]", record)

    def validated(self, record: object) -> Record:
        """The record as its model; raises `UsageError` with the place when it breaks the contract."""
        try:
            return Record.model_validate(record)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise UsageError(
                f"{_place(self.place)} is not a record of this version: {where + ': ' if where else ''}{first['msg']};"
                " convert the papers again or leave the line out."
            ) from None


def _place(place: tuple[str, int]) -> str:
    return f"{place[0]} line {place[1]}"


def read_items(paths: Sequence[Path]) -> Iterator[Item]:
    """Every record of the files in order; `-` is standard input, a folder stands for its `records.jsonl[.gz|.zst]`."""
    for path in paths:
        name = name_of(path)
        for number, line in read_lines(path):
            yield Item(_id(line, (name, number)), line, (name, number))


def first_of_each(items: Iterable[Item], left_out: Callable[[], None]) -> Iterator[Item]:
    """Of the records with one id the first; `left_out` hears of each of the others."""
    seen: set[int] = set()
    for item in items:
        # 64 bits of the id's hash: a set of integers takes about 80 bytes a paper, of strings twice that.
        key = hash(item.id)
        if key in seen:
            left_out()
        else:
            seen.add(key)
            yield item


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Lists of `size` items; the last one is shorter."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _id(line: bytes, place: tuple[str, int]) -> str:
    try:
        match = _ID.match(line)
        found = orjson.loads(match[1]) if match else orjson.loads(line)["id"]
    except (orjson.JSONDecodeError, KeyError, TypeError, IndexError):
        found = None
    if not isinstance(found, str) or not found:
        raise UsageError(f"{_place(place)} is not a record: give files that `paperfacts run` wrote (records.jsonl).")
    return found
