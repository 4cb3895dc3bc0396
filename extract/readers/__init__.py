"""Bytes in, papers out, lazily, with their place in the dump. One function a format; a table of formats.

    for item in read("papers.jsonl.zst"):        # Paper or Reject, in the order of the dump
        ...

- `expand(arguments)` turns files, folders, globs, `-` and URLs into a list of `DumpFile` in a fixed order.
- `read(source)` opens one dump, whatever its compression and format, and yields `Paper` and `Reject`. Opening and
  detection happen at the call: what cannot be used at all raises `UsageError` there; from then on bad input is a
  `Reject` (reason codes in `REASONS`; those in `DAMAGE` say that the rest of the dump was not read).
- Every item has a running `index` over papers and rejects of its dump. To go on after an interruption, give the place
  of the first item not yet done: `read(source, start=Position(index, line, byte_offset))`, as its source (or the
  reject) has them. Formats of one record a line go there directly; others are read and passed over.
- A reader of your own is a `Format` (a row of the table in `table.py`), registered under the entry point group
  `paperfacts.readers`.
"""

from __future__ import annotations

from extract.readers.dump import MAX_RECORD, Dump, Position
from extract.readers.expand import DumpFile, Dumps, expand
from extract.readers.passed import PassedOver
from extract.readers.reading import Detected, identify, read
from extract.readers.reasons import DAMAGE, REASONS
from extract.readers.sniff import Head, Verdict
from extract.readers.streams import DamagedStreamError
from extract.readers.table import Format, detect, format_named, formats

__all__ = [
    "DAMAGE",
    "MAX_RECORD",
    "REASONS",
    "DamagedStreamError",
    "Detected",
    "Dump",
    "DumpFile",
    "Dumps",
    "Format",
    "Head",
    "PassedOver",
    "Position",
    "Verdict",
    "detect",
    "expand",
    "format_named",
    "formats",
    "identify",
    "read",
]
