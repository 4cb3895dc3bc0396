"""Targets that are files: JSONL, one Parquet file of whole records, or a folder of flat tables (Parquet or CSV).

A file target holds exactly the records of one load. It is written beside its final name and renamed when complete,
so a load that is killed leaves the old file; a load that would write the same bytes leaves the file alone.
"""

from __future__ import annotations

import csv
import filecmp
import gzip
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

from extract.errors import MissingExtraError, TargetError, UsageError
from extract.sinks.arrow import record_schema, require, table_of, table_schema
from extract.sinks.parts import Part
from extract.sinks.source import Item
from extract.sinks.store import LoadSummary, Run, Store, count_rows, rows_of
from extract.sinks.tables import BY_NAME, TABLES, Table

if TYPE_CHECKING:
    from extract.sinks.targets import Target

# A spreadsheet takes a text that begins with one of these for a formula (OWASP, CSV injection); it gets an apostrophe.
_FORMULA = frozenset("=+-@\t\r")
# Checksums let a reader tell a damaged page from data.
_PARQUET: dict[str, Any] = {"compression": "zstd", "write_page_checksum": True}


class Writer(Protocol):
    """Writes batches to files that `FileStore` renames at the end."""

    def write(self, items: Sequence[Item], run: Run | None, validate: bool) -> int:
        """Write one batch; the number of rows (lines)."""

    def close(self) -> None:
        """Complete the files."""


class FileStore:
    """One file or a folder of them, written beside their final names."""

    def __init__(self, names: Sequence[Path], run: Run | None, validate: bool, make: Callable[[list[Path]], Writer]):
        self._names = list(names)
        self._run = run
        self._validate = validate
        self._papers = self._rows = 0
        self._parts: list[Part] = []
        try:
            with self._errors():
                for folder in {name.parent for name in names}:
                    folder.mkdir(parents=True, exist_ok=True)
                for name in names:
                    self._parts.append(Part(name))
                self._writer = make([part.path for part in self._parts])
                self._open = True
        except BaseException:
            self._remove()
            raise

    def put(self, items: Sequence[Item]) -> LoadSummary:
        """Write a batch to the files beside."""
        with self._errors():
            self._rows += self._writer.write(items, self._run, self._validate)
        self._papers += len(items)
        return LoadSummary(read=len(items))

    def finish(self) -> LoadSummary:
        """Complete the files and give them their names; files with the same bytes stay as they are."""
        with self._errors():
            self._open = False
            self._writer.close()
            pairs = [(part.path, name) for part, name in zip(self._parts, self._names, strict=True)]
            if all(name.exists() and filecmp.cmp(part, name, shallow=False) for part, name in pairs):
                return LoadSummary(unchanged=self._papers)
            for part, _ in pairs:
                _sync(part)
            for part, name in pairs:
                part.replace(name)
            for folder in {name.parent for name in self._names}:
                _sync(folder)
        return LoadSummary(inserted=self._papers, rows=self._rows)

    def close(self) -> None:
        """Remove what was not completed."""
        if self._open:
            # What cannot be flushed to a full disk is removed all the same.
            with suppress(OSError):
                self._writer.close()
        self._remove()

    def _remove(self) -> None:
        for part in self._parts:
            part.close()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        name = self._names[0]
        try:
            yield
        except OSError as error:
            raise TargetError(
                f"{name} could not be written ({error.strerror or error}): what stood there is left as it was."
            ) from None


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class _Jsonl:
    def __init__(self, parts: list[Path], name: Path) -> None:
        self._file = parts[0].open("wb")
        self._stream: IO[bytes] | Any = self._file
        if name.name.endswith(".gz"):
            # No time and no name in the header: the same records give the same bytes.
            self._stream = gzip.GzipFile("", "wb", 6, self._file, mtime=0)
        elif name.name.endswith(".zst"):
            try:
                import zstandard
            except ImportError:
                self._file.close()
                raise MissingExtraError("Writing Zstandard", "zstd") from None
            self._stream = zstandard.ZstdCompressor(3).stream_writer(self._file, closefd=False)

    def write(self, items: Sequence[Item], run: Run | None, validate: bool) -> int:
        if validate:
            for item in items:
                item.parts()
        self._stream.write(b"\n".join(item.line for item in items) + b"\n")
        return len(items)

    def close(self) -> None:
        if self._stream is not self._file:
            self._stream.close()
        self._file.close()


class _Parquet:
    """Whole records, nested as they are; a row group a batch."""

    def __init__(self, parts: list[Path]) -> None:
        pa = require()
        import pyarrow.json
        import pyarrow.parquet

        self._json = pyarrow.json
        self._py_buffer = pa.py_buffer
        self._error = pa.ArrowInvalid
        self._schema = record_schema()
        self._options = pyarrow.json.ParseOptions(explicit_schema=self._schema, unexpected_field_behavior="error")
        self._writer = pyarrow.parquet.ParquetWriter(parts[0], self._schema, **_PARQUET)

    def write(self, items: Sequence[Item], run: Run | None, validate: bool) -> int:
        if validate:
            for item in items:
                item.parts()
        data = b"\n".join(item.line for item in items) + b"\n"
        # A record never spans two blocks when one block holds them all.
        read = self._json.ReadOptions(use_threads=False, block_size=len(data) + 1)
        try:
            table = self._json.read_json(self._py_buffer(data), read, self._options)
        except self._error as error:
            first, last = items[0].place, items[-1].place
            raise UsageError(
                f"{first[0]} lines {first[1]} to {last[1]} hold something that the schema does not ({error}):"
                " convert the papers again."
            ) from None
        self._writer.write_table(table)
        return len(items)

    def close(self) -> None:
        self._writer.close()


class _ParquetTables:
    def __init__(self, parts: list[Path]) -> None:
        require()
        import pyarrow.parquet

        self._writers = {
            table.name: pyarrow.parquet.ParquetWriter(part, table_schema(table), **_PARQUET)
            for table, part in zip(TABLES, parts, strict=True)
        }
        self._run = False

    def write(self, items: Sequence[Item], run: Run | None, validate: bool) -> int:
        rows = rows_of(items, run, validate=validate)
        if run and not self._run:
            self._run = True
            rows["runs"] = [run.row]
        for name, part in rows.items():
            if part:
                self._writers[name].write_table(table_of(BY_NAME[name], part))
        return count_rows(rows)

    def close(self) -> None:
        for writer in self._writers.values():
            writer.close()


class _CsvTables:
    def __init__(self, parts: list[Path]) -> None:
        self._files = {
            table.name: part.open("w", encoding="utf-8", newline="") for table, part in zip(TABLES, parts, strict=True)
        }
        self._writers = {name: csv.writer(stream, lineterminator="\n") for name, stream in self._files.items()}
        for table in TABLES:
            self._writers[table.name].writerow(table.names)
        self._run = False

    def write(self, items: Sequence[Item], run: Run | None, validate: bool) -> int:
        rows = rows_of(items, run, validate=validate)
        if run and not self._run:
            self._run = True
            rows["runs"] = [run.row]
        for name, part in rows.items():
            self._writers[name].writerows(
                [f"'{cell}" if type(cell) is str and cell[:1] in _FORMULA else cell for cell in row] for row in part
            )
        return count_rows(rows)

    def close(self) -> None:
        for stream in self._files.values():
            stream.close()


def open_store(target: Target, run: Run | None, *, validate: bool = True) -> Store:
    """Open a file target."""
    path = target.path
    if target.kind in ("jsonl", "parquet"):
        if path.is_dir():
            raise UsageError(f"{path} is a folder: give a file name, or parquet:{path} for a folder of tables.")
        if target.kind == "jsonl":
            return FileStore([path], run, validate, lambda parts: _Jsonl(parts, path))
        require()
        return FileStore([path], run, validate, _Parquet)
    if path.exists() and not path.is_dir():
        raise UsageError(f"{path} is a file: give a folder for the tables.")
    if target.kind == "parquet-folder":
        require()
        return FileStore(_tables_in(path, TABLES, "parquet"), run, validate, _ParquetTables)
    return FileStore(_tables_in(path, TABLES, "csv"), run, validate, _CsvTables)


def _tables_in(folder: Path, tables: Sequence[Table], ending: str) -> list[Path]:
    return [folder / f"{table.name}.{ending}" for table in tables]
