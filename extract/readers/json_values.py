"""JSON that is not one paper a line: arrays, objects that hold a list of papers somewhere, objects in a row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from extract.model import Paper, Reject
from extract.patterns import quick
from extract.readers.columns import mixed, rows_of_columns
from extract.readers.dump import Dump
from extract.readers.fields import NO_MAPPING, fold, is_paper, paper_from, plan_for, with_paths
from extract.readers.jsonl import BadValueError, paper_of_json, parse
from extract.readers.scanner import MalformedError, Scanner, TooLargeError

# The keys under which answers of services keep their list of papers.
_LISTS = """items results result data notes papers works entries records articles documents docs hits message response
feed dailypapers publications rows list content collection"""
LISTS = frozenset(_LISTS.split())
_MAX_DEPTH = 5
_NEXT_OBJECT = re.compile(rb"(?<=\n)[ \t]*\{")
_FIRST_KEY = quick(rb'\{\s*"(?:[^"\\]|\\.)*+"\s*:')


def read_json(dump: Dump) -> Iterator[Paper | Reject]:
    """The papers of a JSON dump of any size."""
    dump.vacant = True  # whatever is not understood is a reject, so nothing at all is an empty list
    scanner = Scanner(dump.stream, dump.max_record)
    while (byte := scanner.space()) >= 0:
        if byte == ord("["):
            scanner.cursor += 1
            yield from _elements(dump, scanner)
        elif byte == ord("{"):
            yield from _top_object(dump, scanner)
        elif byte in b",]}":
            scanner.cursor += 1
        else:
            line, offset = scanner.line, scanner.offset
            excerpt = scanner.buffer[scanner.cursor : scanner.cursor + 200]
            try:
                scanner.scalar()
                yield dump.reject("wrong-type", "Expected an object.", line=line, byte_offset=offset, excerpt=excerpt)
            except (MalformedError, TooLargeError):
                yield dump.reject("bad-json", "Not valid JSON.", line=line, byte_offset=offset, excerpt=excerpt)
                if not scanner.find(_NEXT_OBJECT):
                    return


def papers_within(
    data: Mapping[str, Any], mapping: Mapping[str, str] = NO_MAPPING, depth: int = 0
) -> list[dict[str, Any]] | None:
    """The papers that an object holds in a list (or under ids), when it is no paper itself; None when it is one."""
    plan = plan_for(tuple(data), tuple(mapping.items()))
    if (
        plan.keys["title"]
        and any(data[key] for key in plan.keys["abstract"])
        and fold(plan.keys["abstract"][0]) != "description"
    ):
        return None
    for key, value in data.items():
        if isinstance(value, list) and fold(key) in LISTS and (papers := [v for v in value if isinstance(v, dict)]):
            if is_paper(papers[0], mapping):
                return papers
        elif isinstance(value, dict) and fold(key) in LISTS and depth < _MAX_DEPTH:
            inner = papers_within(value, mapping, depth + 1)
            if inner:
                return inner
    return None


def _top_object(dump: Dump, scanner: Scanner) -> Iterator[Paper | Reject]:
    line, offset = scanner.line, scanner.offset
    before = dump.index
    try:
        text = scanner.value()
    except (MalformedError, TooLargeError) as first:
        error: Exception = first
        # Too large or broken for one paper: it is a container whose papers can be had, or else it is lost.
        excerpt = scanner.buffer[scanner.cursor : scanner.cursor + 200]
        try:
            yield from _members(dump, scanner, 0)
        except (MalformedError, TooLargeError) as inner:
            error = inner
        if dump.index == before:
            yield _lost(dump, error, line, offset, excerpt)
            scanner.find(_NEXT_OBJECT)
        return
    data = _parsed(text)
    if isinstance(data, dict) and (rows := rows_of_columns(data, dump.mapping)) is not None:
        for name, row in rows:
            yield paper_from(dump, row, line=line, byte_offset=offset, key=name)
        return
    if _is_container(data, dump.mapping):
        scanner.cursor -= len(text)
        try:
            yield from _members(dump, scanner, 0)
        except (MalformedError, TooLargeError) as error:
            yield _lost(dump, error, line, offset, text)
            return
        if dump.index == before and not _is_empty_answer(data):
            yield paper_of_json(dump, text, line, offset)  # says what is wrong with it
        return
    yield paper_of_json(dump, text, line, offset)


def _parsed(text: bytes) -> Any:
    """The value, or None: one bad record in a list makes the whole of it bad."""
    try:
        return parse(text)
    except BadValueError:
        return None


def _is_container(data: Any, mapping: Mapping[str, str]) -> bool:
    if not isinstance(data, dict):
        return True
    return papers_within(data, mapping) is not None or not is_paper(data, mapping)


def _is_empty_answer(data: Any) -> bool:
    """Whether an object is the answer of a service that found nothing: its list is there and empty."""
    return isinstance(data, dict) and any(value == [] and fold(key) in LISTS for key, value in data.items())


def _lost(dump: Dump, error: Exception, line: int, offset: int, excerpt: bytes) -> Reject:
    if isinstance(error, TooLargeError):
        message = f"A record over the limit of {dump.max_record:,} bytes; --max-record allows more."
        return dump.reject("too-large", message, line=line, byte_offset=offset, excerpt=excerpt)
    return dump.reject("bad-json", f"Not valid JSON: {error}.", line=line, byte_offset=offset, excerpt=excerpt)


def _members(dump: Dump, scanner: Scanner, depth: int) -> Iterator[Paper | Reject]:
    """The papers in the lists and objects of the object at the cursor."""
    scanner.cursor += 1
    while (byte := scanner.space()) != ord("}"):
        if byte == ord(","):
            scanner.cursor += 1
            continue
        if byte != ord('"'):
            raise MalformedError("it ends before it is closed" if byte < 0 else "a key was expected")
        key = scanner.scalar()[1:-1].decode("utf-8", "replace")
        if scanner.space() != ord(":"):
            raise MalformedError("a colon was expected")
        scanner.cursor += 1
        byte = scanner.space()
        if byte == ord("["):
            scanner.cursor += 1
            if _holds_papers(scanner, fold(key) in LISTS, dump.mapping):
                yield from _elements(dump, scanner)
            else:
                scanner.skip_list()
        elif byte == ord("{"):
            yield from _member_object(dump, scanner, depth + 1, key)
        else:
            scanner.scalar()
    scanner.cursor += 1


def _holds_papers(scanner: Scanner, likely: bool, mapping: Mapping[str, str]) -> bool:
    """Whether the array that begins at the cursor holds papers, by its first element; `likely` by its name."""
    if scanner.space() != ord("{"):
        return False
    try:
        text = scanner.value()
    except (MalformedError, TooLargeError):
        return likely
    scanner.cursor -= len(text)
    try:
        data = parse(text)
    except BadValueError:
        return likely
    return isinstance(data, dict) and (is_paper(data, mapping) if likely else _is_full(data, mapping))


def _is_full(data: Mapping[str, Any], mapping: Mapping[str, str]) -> bool:
    data = with_paths(data, mapping)
    keys = plan_for(tuple(data), tuple(mapping.items())).keys
    return any(data[key] for key in keys["title"]) and any(data[key] for key in keys["abstract"])


def _member_object(dump: Dump, scanner: Scanner, depth: int, key: str) -> Iterator[Paper | Reject]:
    line, offset = scanner.line, scanner.offset
    try:
        text = scanner.value()
    except (MalformedError, TooLargeError):
        if depth >= _MAX_DEPTH:
            raise
        yield from _members(dump, scanner, depth)
        return
    data = _parsed(text)
    if data is not None and _is_full(data, dump.mapping) and papers_within(data, dump.mapping) is None:
        yield paper_of_json(dump, text, line, offset, key)
    elif depth < _MAX_DEPTH:
        scanner.cursor -= len(text)
        yield from _members(dump, scanner, depth)


class _Shape:
    """What the elements of an array look like, learnt from the first good one: to find the next after a bad one."""

    def __init__(self, mapping: Mapping[str, str]) -> None:
        self.mapping = mapping
        self.keys: frozenset[str] = frozenset()
        self.pattern: re.Pattern[bytes] | None = None

    def learn(self, text: bytes, data: Mapping[str, Any]) -> None:
        """Take the first element as the model."""
        self.keys = frozenset(data)
        self.pattern = _begins_like(text)

    def fits(self, data: Any) -> bool:
        """Whether an object is an element rather than a part of one."""
        if not isinstance(data, dict):
            return False
        if not self.keys:
            return _is_full(data, self.mapping)
        return len(self.keys & data.keys()) >= 0.6 * len(self.keys)


def _begins_like(text: bytes) -> re.Pattern[bytes]:
    """A pattern for `, {"first key":` with the layout that `text` has."""
    found = _FIRST_KEY.match(text[:300])
    return re.compile(rb",\s*" + re.escape(found.group())) if found else _ANY_OBJECT


_ANY_OBJECT = re.compile(rb',\s*\{\s*"')


def _elements(dump: Dump, scanner: Scanner, depth: int = 0) -> Iterator[Paper | Reject]:
    """The papers of the array whose opening bracket is right before the cursor."""
    shape = _Shape(dump.mapping)
    while (byte := scanner.space()) != ord("]"):
        line, offset = scanner.line, scanner.offset
        if byte == ord(","):
            scanner.cursor += 1
        elif byte == ord("["):
            scanner.cursor += 1
            if depth < _MAX_DEPTH:
                yield from _elements(dump, scanner, depth + 1)
                continue
            try:
                scanner.skip_list()
            except MalformedError as error:
                yield _lost(dump, error, line, offset, b"[")
                scanner.cursor = len(scanner.buffer)
        elif byte < 0:
            if depth:
                return  # the outermost says it
            yield dump.reject("bad-json", "The list ends before it is closed.", line=line, byte_offset=offset)
            return
        else:
            start = scanner.buffer[scanner.cursor : scanner.cursor + 300]
            try:
                text = scanner.value() if byte == ord("{") else scanner.scalar()
            except (MalformedError, TooLargeError) as error:
                yield _lost(dump, error, line, offset, start)
                if not _resume(scanner, shape, start):
                    return
                continue
            yield from _element(dump, text, line, offset, shape)
    scanner.cursor += 1


def _element(dump: Dump, text: bytes, line: int, offset: int, shape: _Shape) -> Iterator[Paper | Reject]:
    data = _parsed(text)
    if not isinstance(data, dict):
        yield paper_of_json(dump, text, line, offset)  # says why not
        return
    if not shape.keys:
        shape.learn(text, data)
    inner = papers_within(data, dump.mapping)
    if inner is None:
        if why := mixed(data, dump.mapping):
            yield dump.reject("wrong-type", why, line=line, byte_offset=offset, excerpt=text)
        else:
            yield paper_from(dump, data, line=line, byte_offset=offset, excerpt=text)
        return
    for paper in inner:
        yield paper_from(dump, paper, line=line, byte_offset=offset)


def _resume(scanner: Scanner, shape: _Shape, start: bytes) -> bool:
    """Move to the next element after a malformed one at the cursor; False when there is none."""
    pattern = shape.pattern or _begins_like(start)
    failures = 0
    while True:
        scanner.cursor += 1
        found = scanner.find(pattern)
        if found is None:
            return False
        scanner.cursor = scanner.buffer.index(b"{", found.start())
        try:
            text = scanner.value()
        except (MalformedError, TooLargeError):
            failures += 1
            if failures > 8:  # from here on what was looked at is not looked at again: hostile input stays linear
                scanner.cursor = max(scanner.cursor, min(scanner.reached, len(scanner.buffer) - 1))
            continue
        scanner.cursor -= len(text)
        try:
            if shape.fits(parse(text)):
                return True
        except BadValueError:
            continue
