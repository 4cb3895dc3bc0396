"""JSON Lines: one object a line, ended by `\\n` and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import orjson

from extract.model import Paper, Reject
from extract.readers.columns import mixed
from extract.readers.dump import Dump
from extract.readers.fields import paper_from
from extract.readers.lines import Oversized


class BadValueError(ValueError):
    """A JSON value that cannot be read; `reason` is the code of the reject."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def read_jsonl(dump: Dump) -> Iterator[Paper | Reject]:
    """The papers of a JSONL dump, one a line; empty lines are no items."""
    for offset, number, line in dump.lines():
        if isinstance(line, Oversized):
            yield dump.oversized(number, offset, line)
        elif line and not line.isspace():
            yield paper_of_json(dump, line, number, offset)


def paper_of_json(dump: Dump, text: bytes, line: int | None, byte_offset: int, key: str = "") -> Paper | Reject:
    """The paper in the bytes of one JSON object, or the reject that says why not; `key` is the name it stands under."""
    try:
        data = parse(text)
    except BadValueError as error:
        return dump.reject(error.reason, str(error), line=line, byte_offset=byte_offset, excerpt=text)
    if not isinstance(data, dict):
        message = f"Expected an object, found {_kind(data)}."
        return dump.reject("wrong-type", message, line=line, byte_offset=byte_offset, excerpt=text)
    if why := mixed(data, dump.mapping):
        return dump.reject("wrong-type", why, line=line, byte_offset=byte_offset, excerpt=text)
    return paper_from(dump, data, line=line, byte_offset=byte_offset, excerpt=text, key=key)


def parse(text: bytes) -> Any:
    """One JSON value; raises `BadValueError`.

    NaN and infinities, which pandas and Python write though JSON has none, are read as null; lone surrogates of cut
    texts are read so that they can be removed with a warning.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        message = str(error).split(":")[0]
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadValueError("bad-encoding", f"Not UTF-8 at byte {error.start} of the record.") from None
    try:
        return json.loads(decoded, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        pass
    raise BadValueError("bad-json", f"Not valid JSON: {message}.")


def _kind(value: Any) -> str:
    names = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
