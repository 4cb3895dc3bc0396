"""Parquet and Arrow files: rows in batches, only the columns that are wanted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from extract.errors import MissingExtraError, UsageError, first_line
from extract.model import Paper, Reject
from extract.readers.csv_rows import check_columns
from extract.readers.dump import Dump
from extract.readers.fields import listed, paper_from, plan_for
from extract.readers.streams import DamagedStreamError

_BATCH_BYTES = 32 << 20
"""Bytes of cells that a batch of rows may have on average."""


def read_parquet(dump: Dump) -> Iterator[Paper | Reject]:
    """The rows of a Parquet file, row group by row group."""
    dump.vacant = True  # every row is an item
    arrow = _arrow()
    from pyarrow import parquet

    with dump.stream.seekable_or_copied() as file:
        try:
            table = parquet.ParquetFile(file, memory_map=False, page_checksum_verification=True)
            columns = _columns(dump, table.schema_arrow)
            sizes = [table.metadata.row_group(n) for n in range(table.metadata.num_row_groups)]
            widest = max((group.total_byte_size / max(1, group.num_rows) for group in sizes), default=1)
            batches = table.iter_batches(batch_size=_batch_rows(widest), columns=columns, use_threads=False)
            yield from _rows(dump, batches)
        except _errors(arrow) as error:
            raise DamagedStreamError(f"the Parquet file is damaged ({first_line(error)})") from None


def read_arrow(dump: Dump) -> Iterator[Paper | Reject]:
    """The rows of an Arrow file (Feather) or stream, batch by batch."""
    dump.vacant = True  # every row is an item
    arrow = _arrow()
    from pyarrow import ipc

    with dump.stream.seekable_or_copied() as file:
        try:
            if file.read(6) == b"ARROW1":
                reader: Any = ipc.open_file(file)
                batches = (reader.get_batch(n) for n in range(reader.num_record_batches))
            else:
                file.seek(0)
                reader = ipc.open_stream(file)
                batches = iter(reader)
            columns = _columns(dump, reader.schema)
            yield from _rows(dump, (batch.select(columns) for batch in batches))
        except _errors(arrow) as error:
            raise DamagedStreamError(f"the Arrow file is damaged ({first_line(error)})") from None


def _batch_rows(width: float) -> int:
    return max(1, min(4096, int(_BATCH_BYTES / max(1.0, width))))


def _rows(dump: Dump, batches: Iterator[Any]) -> Iterator[Paper | Reject]:
    for batch in batches:
        for start in range(0, batch.num_rows, 256):
            part = batch.slice(start, 256)
            try:
                rows = _values(part)
            except _errors(_arrow()):
                rows = [_row(part, n) for n in range(part.num_rows)]
            for row in rows:
                yield _paper(dump, row)


def _values(batch: Any) -> list[Any]:
    """The rows as mappings. Arrow trusts a file's offsets and text; a flipped bit in them would be a crash, so they
    are validated first."""
    batch.validate(full=True)
    rows: list[Any] = batch.to_pylist()
    if "binary" in str(batch.schema.types):  # as Spark and Hive write text
        rows = [{key: _text(value) for key, value in row.items()} for row in rows]
    return rows


def _text(value: Any) -> Any:
    """The value with its bytes as text where they are UTF-8, also inside lists and structs."""
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return value
    if isinstance(value, list):
        return [_text(item) for item in value]
    if isinstance(value, dict):
        return {key: _text(item) for key, item in value.items()}
    return value


def _row(batch: Any, n: int) -> Any:
    """One row on its own; an exception in its place when it cannot be read."""
    try:
        return _values(batch.slice(n, 1))[0]
    except _errors(_arrow()) as error:
        return error


def _paper(dump: Dump, row: Any) -> Paper | Reject:
    if isinstance(row, Exception):
        return dump.reject("bad-encoding", f"A cell cannot be read: {first_line(row)}.")
    size = sum(len(value) for value in row.values() if isinstance(value, str | bytes | list))
    if size > dump.max_record:
        return dump.too_large(size, b"", None, None)
    keys = plan_for(tuple(row), tuple(dump.mapping.items())).keys
    if bad := next((key for key in keys["title"] + keys["abstract"] if isinstance(row[key], bytes)), None):
        return dump.reject("bad-encoding", f"The cell of {bad} is not UTF-8.", excerpt=row[bad])
    return paper_from(dump, row)


def _columns(dump: Dump, schema: Any) -> list[str]:
    """The columns that a paper is made of; raises `UsageError` when there is no title and no abstract."""
    names: list[str] = schema.names
    for target, column in dump.mapping.items():
        if column not in names:
            raise UsageError(f"--map {target}={column}: {dump.name} has the columns {listed(names)}.")
    plan = plan_for(tuple(names), tuple(dump.mapping.items()))
    wrappers = [name for name in plan.wrappers if str(schema.field(name).type).startswith("struct")]
    wanted = {key for keys in plan.keys.values() for key in keys} | {key for key, _ in plan.ids} | set(wrappers)
    check_columns(dump, names, wrappers)
    return [name for name in names if name in wanted]


def _arrow() -> Any:
    try:
        import pyarrow
    except ImportError:
        raise MissingExtraError("Reading Parquet or Arrow", "arrow") from None
    return pyarrow


def _errors(arrow: Any) -> tuple[type[Exception], ...]:
    return (arrow.ArrowException, OSError, OverflowError, MemoryError, ValueError, TypeError, KeyError, IndexError)
