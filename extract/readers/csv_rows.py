"""CSV and TSV: rows by their quotes, checked against the header, so that a bad row never takes in its neighbour.

The csv module is not used for the rows: it reads an unclosed quote as a cell that runs on over the next papers.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from extract.errors import UsageError
from extract.model import Paper, Reject
from extract.patterns import quick
from extract.readers.dump import Dump
from extract.readers.fields import MAP_HINT, listed, paper_from, plan_for
from extract.readers.lines import Line, Oversized

_MAX_PASSED = 200
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
        quick(rf"{cell}(?:{d}{cell})*+", re.DOTALL),
        quick(rf'{inside}(?P<end>")?', re.DOTALL),
        quick(rf'"(?P<quoted>{inside})"|(?P<bare>{bare}|)', re.DOTALL),
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


class _Profile:
    """What the good rows have in common, to tell the start of a row from the middle of a cell after a bad quote."""

    def __init__(self) -> None:
        self.width = 0
        self._spaced: list[bool] = []  # by column: whether a cell of it had a space
        self._indented = False  # whether a cell began with a space, as text does behind its commas
        self._rows_seen = False

    def learn(self, cells: list[str]) -> None:
        """Take in a good row."""
        if not self.width:
            self.width, self._spaced = len(cells), [False] * len(cells)
            self._indented = any(cell.startswith(" ") for cell in cells)
            return
        self._spaced = [had or " " in cell for had, cell in zip(self._spaced, cells, strict=True)]
        self._indented = self._indented or any(cell.startswith(" ") for cell in cells)
        self._rows_seen = True

    def begins_row(self, text: str, dialect: Dialect) -> bool:
        """Whether a line is a row, or the beginning of one."""
        state = _state(text, False, dialect)
        if state == _CLOSED:
            cells = split_row(text, dialect)
            complete = cells is not None and len(cells) == self.width
        else:
            cells = _cells_before_open(text, dialect) if state == _OPEN else None
            complete = state == _OPEN and cells is not None and len(cells) < self.width
        if not complete or not cells:
            return False
        if not self._indented and any(cell.startswith(" ") for cell in cells):
            return False
        return not self._rows_seen or not any(
            " " in cell and not had for cell, had in zip(cells, self._spaced, strict=False)
        )


def _cells_before_open(text: str, dialect: Dialect) -> list[str] | None:
    """The whole cells of a line that ends inside a quoted one."""
    found = _patterns(dialect)[0].match(text)
    assert found is not None
    before = text[: found.end()].removesuffix(dialect.delimiter)
    return split_row(before, dialect) if found.end() else []


def rows(lines: Iterator[Line], dialect: Dialect, limit: int) -> Iterator[Row]:
    """The rows, the first giving the number of cells. Empty lines are no rows.

    After a quote that does not close, the lines up to the next that begins a row belong to the bad one.
    """
    waiting: deque[Line] = deque()
    profile = _Profile()
    passing = 0  # lines that may still be passed over as the rest of a bad row
    while True:
        item = waiting.popleft() if waiting else next(lines, None)
        if item is None:
            return
        offset, number, raw = item
        if isinstance(raw, Oversized):
            yield Row(number, offset, [], raw.start, f"{raw.length:,} bytes are over the limit.", "too-large")
            passing = 0
            continue
        text = _text(raw)
        if text is None:
            yield Row(number, offset, [], raw, "Not text in the encoding of the dump.", "bad-encoding")
            continue
        if not text.strip():
            continue
        if passing and not profile.begins_row(text, dialect):
            passing -= 1
            continue
        passing = 0
        group: list[Line] = [item]
        state = _state(text, False, dialect)
        size = len(raw)
        pieces = [raw]
        while state == _OPEN and size <= limit:
            more = waiting.popleft() if waiting else next(lines, None)
            if more is None:
                break
            if isinstance(more[2], Oversized):
                waiting.appendleft(more)
                break
            added = _text(more[2])
            group.append(more)
            pieces.append(more[2])
            size += len(more[2])
            state = _BAD if added is None else _state(added, True, dialect)
        whole = b"\n".join(pieces)
        cells = split_row(_text(whole) or "", dialect) if state == _CLOSED else None
        if cells is not None and (not profile.width or len(cells) == profile.width):
            profile.learn(cells)
            yield Row(number, offset, cells, whole)
            continue
        later = next((n for n in range(1, len(group)) if _begins(profile, group[n], dialect)), None)
        if later is not None or state != _CLOSED:
            waiting.extendleft(reversed(group[later:] if later is not None else []))
            passing = _MAX_PASSED
            yield Row(number, offset, [], raw, "A quote is not closed.")
        else:
            yield Row(number, offset, [], raw, f"{len(cells or ())} cells where the header has {profile.width}.")


def _begins(profile: _Profile, line: Line, dialect: Dialect) -> bool:
    text = _text(line[2]) if isinstance(line[2], bytes) else None
    return text is not None and profile.begins_row(text, dialect)


def _text(raw: bytes) -> str | None:
    try:
        return raw.removesuffix(b"\r").decode("utf-8")
    except UnicodeDecodeError:
        return None


def read_csv(dump: Dump) -> Iterator[Paper | Reject]:
    """The papers of a table with a header."""
    dialect = _dialect(dump)
    header: list[str] | None = None
    for row in rows(_without_delimiter_line(dump.lines()), dialect, dump.max_record):
        if row.error is not None and header is None:
            raise UsageError(f"The header of {dump.name} cannot be read: {row.error}")
        if row.error is not None:
            yield dump.reject(row.reason, row.error, line=row.line, byte_offset=row.offset, excerpt=row.raw)
        elif header is None:
            header = column_names(row.cells)
            for target, column in dump.mapping.items():
                if column not in header:
                    raise UsageError(f"--map {target}={column}: {dump.name} has the columns {listed(header)}.")
            check_columns(dump, header)
        else:
            cells = dict(zip(header, row.cells, strict=True))
            yield paper_from(dump, cells, line=row.line, byte_offset=row.offset, excerpt=row.raw)
    dump.vacant = dump.vacant or header is not None


def _dialect(dump: Dump) -> Dialect:
    """As detection has it; of a table that only the user takes for one, by its beginning."""
    if "delimiter" in dump.details:
        return Dialect(dump.details["delimiter"], dump.details["quoting"])
    lines = [line for line in dump.stream.peek(1 << 16).decode("utf-8", "replace").split("\n") if line.strip()]
    return sniff_dialect(lines[:50]) if lines else Dialect(",")


def check_columns(dump: Dump, names: list[str], wrappers: Sequence[str] = ()) -> None:
    """Raise `UsageError` when no column is a title or an abstract, and none of `wrappers` can hold them."""
    plan = plan_for(tuple(names), tuple(dump.mapping.items()))
    if not (plan.keys["title"] or plan.keys["abstract"] or wrappers):
        raise UsageError(f"{dump.name} has no title or abstract column ({listed(names)}); {MAP_HINT}.")


def delimiter_line(line: str) -> str | None:
    """The delimiter that Excel names in a first line `sep=;`, which is no row; None for any other line."""
    found = re.fullmatch(r'"?sep=([^\w\s"]|\t)"?\r?', line, re.IGNORECASE)
    return found[1] if found else None


def _without_delimiter_line(lines: Iterator[Line]) -> Iterator[Line]:
    first = next(lines, None)
    if first is None:
        return
    if isinstance(first[2], Oversized) or delimiter_line(first[2].decode("latin-1")) is None:
        yield first
    yield from lines


def column_names(cells: list[str]) -> list[str]:
    """The header's names, made to differ: an empty or repeated one gets its number."""
    names: list[str] = []
    for n, cell in enumerate(cells, 1):
        name = cell.strip().strip('"') or f"column{n}"
        names.append(name if name not in names else f"{name}.{n}")
    return names


def sniff_dialect(lines: list[str], delimiter: str | None = None) -> Dialect:
    """How cells are quoted, and the delimiter, when it is not known: the one that splits the header into most cells."""
    header = lines[0]
    delimiter = delimiter or max("\t,;|", key=header.count)
    sample = "\n".join(lines)
    width = len(header.split(delimiter))
    if delimiter == "\t" and all(len(line.split("\t")) == width for line in lines):
        quoting = "none" if _stray_quotes(lines) else "double"
        return Dialect(delimiter, quoting)
    backslashed = sample.count('\\"')
    return Dialect(delimiter, "backslash" if backslashed and backslashed > sample.count('""') else "double")


def _stray_quotes(lines: list[str]) -> bool:
    """Whether quotes are mere characters: more lines have them in places where quoting does not allow them than not."""
    quoted = [line.rstrip("\r") for line in lines if re.search(r'(?:^|\t)"', line)]
    states = [_state(line, False, Dialect("\t")) for line in quoted]
    return states.count(_BAD) > states.count(_CLOSED)
