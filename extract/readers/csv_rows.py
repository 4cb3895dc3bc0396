"""CSV and TSV: rows by their quotes, checked against the header, so that a bad row never takes in its neighbour.

The csv module is not used for the rows: it reads an unclosed quote as a cell that runs on over the next papers.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from extract.errors import UsageError
from extract.model import Paper, Reject
from extract.readers.dump import Dump
from extract.readers.fields import paper_from
from extract.readers.lines import Line, Oversized

_CLOSED, _OPEN, _BAD = "closed", "open", "bad"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are separated and quoted; `quoting` is "double" (""), "backslash" (\\") or "none"."""

    delimiter: str
    quoting: str = "double"


@lru_cache(maxsize=32)
def _patterns(dialect: Dialect) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Cells up to the end or an open quote; the rest of an open cell; one cell."""
    d = re.escape(dialect.delimiter)
    inside = r'[^"\\]*+(?:\\.[^"\\]*+)*+' if dialect.quoting == "backslash" else r'[^"]*+(?:""[^"]*+)*+'
    bare = rf'[^{d}"\n][^{d}\n]*+'
    cell = rf'(?:"{inside}"|{bare}|)'
    return (
        re.compile(rf"{cell}(?:{d}{cell})*+", re.DOTALL),
        re.compile(rf'{inside}(?P<end>")?', re.DOTALL),
        re.compile(rf'"(?P<quoted>{inside})"|(?P<bare>{bare}|)', re.DOTALL),
    )


def split_row(text: str, dialect: Dialect) -> list[str] | None:
    """The cells of a whole row; None when it is not one."""
    if dialect.quoting == "none" or '"' not in text:
        return text.split(dialect.delimiter)
    _, _, cell = _patterns(dialect)
    cells, at = [], 0
    while True:
        found = cell.match(text, at)
        if found is None:
            return None
        quoted = found["quoted"]
        if quoted is None:
            cells.append(found["bare"])
        elif dialect.quoting == "backslash":
            cells.append(re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL))
        else:
            cells.append(quoted.replace('""', '"'))
        at = found.end()
        if at == len(text):
            return cells
        if not text.startswith(dialect.delimiter, at):
            return None
        at += 1


def _state(text: str, is_open: bool, dialect: Dialect) -> str:
    """Whether a line (of a row whose cell `is_open` at its start) ends closed, open or is wrong."""
    if dialect.quoting == "none" or (not is_open and '"' not in text):
        return _CLOSED
    cells, rest, _ = _patterns(dialect)
    at = 0
    if is_open:
        found = rest.match(text)
        assert found is not None
        if not found["end"]:
            return _OPEN
        at = found.end()
        if at == len(text):
            return _CLOSED
        if not text.startswith(dialect.delimiter, at):
            return _BAD
        at += 1
    found = cells.match(text, at)
    assert found is not None
    end = found.end()
    if end == len(text):
        return _CLOSED
    if text[end] != '"' or (end and text[end - 1] != dialect.delimiter):
        return _BAD
    tail = rest.match(text, end + 1)
    return _BAD if tail is None or tail["end"] else _OPEN


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its place: its cells, or why it has none."""

    line: int
    offset: int
    cells: list[str]
    raw: bytes
    error: str | None = None
    reason: str = "bad-csv"


def rows(lines: Iterator[Line], dialect: Dialect, limit: int, width: int | None = None) -> Iterator[Row]:
    """The rows; `width` is the number of cells of the first when not given. Empty lines are no rows."""
    waiting: deque[Line] = deque()
    while True:
        item = waiting.popleft() if waiting else next(lines, None)
        if item is None:
            return
        offset, number, raw = item
        if isinstance(raw, Oversized):
            yield Row(number, offset, [], raw.start, f"{raw.length:,} bytes are over the limit.", "too-large")
            continue
        text = _text(raw)
        if text is None:
            yield Row(number, offset, [], raw, "Not text in the encoding of the dump.", "bad-encoding")
            continue
        if not text.strip():
            continue
        group = [(offset, number, raw)]
        state = _state(text, False, dialect)
        size = len(raw)
        while state == _OPEN and size <= limit:
            more = waiting.popleft() if waiting else next(lines, None)
            if more is None:
                break
            if isinstance(more[2], Oversized):
                waiting.appendleft(more)
                break
            added = _text(more[2])
            group.append((more[0], more[1], more[2]))
            size += len(more[2])
            state = _BAD if added is None else _state(added, True, dialect)
        whole = b"\n".join(g[2] for g in group)
        cells = split_row(_text(whole) or "", dialect) if state == _CLOSED else None
        width = width or (len(cells) if cells else None)
        if cells is not None and len(cells) == width:
            yield Row(number, offset, cells, whole)
            continue
        rest = _next_row(group, dialect, width) if len(group) > 1 else None
        if rest is not None or state != _CLOSED:
            keep = group[rest:] if rest is not None else group[1:]
            waiting.extendleft(reversed(keep))
            yield Row(number, offset, [], raw, "A quote is not closed.")
        else:
            yield Row(number, offset, [], raw, f"{len(cells or ())} cells where the header has {width}.")


def _next_row(group: list[tuple[int, int, bytes]], dialect: Dialect, width: int | None) -> int | None:
    """Which later line of a group is a row of its own, which makes the first an unclosed quote."""
    for n, (_, _, raw) in enumerate(group[1:], 1):
        text = _text(raw)
        cells = split_row(text, dialect) if text is not None else None
        if cells is not None and width and len(cells) == width > 1:
            return n
    return None


def _text(raw: bytes) -> str | None:
    try:
        return raw.removesuffix(b"\r").decode("utf-8")
    except UnicodeDecodeError:
        return None


def read_csv(dump: Dump) -> Iterator[Paper | Reject]:
    """The papers of a table with a header."""
    dialect = Dialect(dump.details.get("delimiter", ","), dump.details.get("quoting", "double"))
    header: list[str] | None = None
    for row in rows(dump.lines(), dialect, dump.max_record):
        if row.error is not None:
            yield dump.reject(row.reason, row.error, line=row.line, byte_offset=row.offset, excerpt=row.raw)
        elif header is None:
            header = column_names(row.cells)
            for target, column in dump.mapping.items():
                if column not in header:
                    raise UsageError(f"--map {target}={column}: {dump.name} has the columns {', '.join(header)}.")
        else:
            yield paper_from(dump, dict(zip(header, row.cells, strict=True)), line=row.line, byte_offset=row.offset)


def column_names(cells: list[str]) -> list[str]:
    """The header's names, made to differ: an empty or repeated one gets its number."""
    names: list[str] = []
    for n, cell in enumerate(cells, 1):
        name = cell.strip().strip('"') or f"column{n}"
        names.append(name if name not in names else f"{name}.{n}")
    return names


def sniff_dialect(lines: list[str]) -> Dialect:
    """The delimiter that splits the header into most cells, and how cells are quoted."""
    header = lines[0]
    delimiter = max("\t,;|", key=header.count)
    sample = "\n".join(lines)
    width = len(header.split(delimiter))
    if delimiter == "\t" and all(len(line.split("\t")) == width for line in lines):
        return Dialect(delimiter, "none" if sample.count('"') and not _all_closed(lines) else "double")
    backslashed = sample.count('\\"')
    return Dialect(delimiter, "backslash" if backslashed and backslashed > sample.count('""') else "double")


def _all_closed(lines: list[str]) -> bool:
    return all(_state(line.rstrip("\r"), False, Dialect("\t")) == _CLOSED for line in lines)
