"""Records in the formats of the systems that people feed: each format is a function from records to files.

A leaderboard takes claims: absolute results of a method that the paper proposes, on a named data set, by a named
metric, exact. A difference, a bound ("over 80%") or a range never is one; a score that an abstract quotes for another
method is one only on request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from extract.errors import UsageError
from extract.recordfiles import refuse_replacing

if TYPE_CHECKING:
    from extract.model import Record
    from extract.sinks.exports.claims import Benchmark, Options

# Name → module and function, and whether it fills a folder; a format is imported when it is asked for.
FORMATS: dict[str, tuple[str, str, bool]] = {
    "eee": ("eee", "export", True),
    "hf-eval-results": ("hub", "export", True),
    "pwc-links": ("pwc", "export_links", False),
    "pwc-tables": ("pwc", "export_tables", False),
    "tdms": ("tdms", "export", False),
    "csl-json": ("notes", "export_csl", False),
    "bibtex": ("notes", "export_bibtex", False),
}

# A piece of one file: for a folder the file's path inside it, else "" for the one output.
Piece = tuple[str, bytes]
Exporter = Callable[["Iterator[Record]", "Options"], Iterator[Piece]]


@dataclass(frozen=True, slots=True)
class ExportSummary:
    """Papers read, files written (1 when all went to one output), bytes, and papers left out since they came before."""

    papers: int
    files: int
    size: int
    duplicates: int = 0


def export(
    format_: str, records: Sequence[Path], output: Path | None, *, baselines: bool = False, hub: Path | None = None
) -> ExportSummary:
    """Write records in a format of `FORMATS` to a file, a folder, or standard output for None.

    A folder holds exactly the files of the last export of its format then, beside whatever no export wrote.
    `baselines` also takes the scores that a paper quotes for methods it does not propose. `hub` is a TSV file of
    benchmarks that adds to the built-in ones of `hf-eval-results`: canonical id, Hub data set id, task id and, where
    they are not the usual ones, the ids of its own metrics with commas between. Raises `UsageError` for bad arguments
    or records and `TargetError` when the output cannot be written.
    """
    from importlib import import_module

    from extract.sinks.exports.claims import Options, written_at
    from extract.sinks.exports.output import open_output
    from extract.sinks.source import first_of_each, read_items

    if format_ not in FORMATS:
        raise UsageError(f"{format_!r} is no export format: give one of {', '.join(FORMATS)}.")
    if not records:
        raise UsageError("No records to export: give the records.jsonl of a run.")
    module, function, folder = FORMATS[format_]
    if folder and output is None:
        raise UsageError(f"{format_} is a folder of files: say where with -o FOLDER.")
    exporter: Exporter = getattr(import_module(f"extract.sinks.exports.{module}"), function)
    options = Options(baselines, written_at(records), _hub_benchmarks(hub))
    if output is not None and not folder:
        refuse_replacing(output, records)
    papers = duplicates = 0

    def left_out() -> None:
        nonlocal duplicates
        duplicates += 1

    def read() -> Iterator[Record]:
        nonlocal papers
        for item in first_of_each(read_items(records), left_out):
            papers += 1
            yield item.validated(item.parts(validate=False))

    with open_output(output, format_ if folder else None) as out:
        for name, content in exporter(read(), options):
            out.write(name, content)
    return ExportSummary(papers + duplicates, out.files, out.size, duplicates)


def _hub_benchmarks(path: Path | None) -> dict[str, Benchmark]:
    from extract.sinks.exports.claims import Benchmark

    if path is None:
        return {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read ({error}): give a TSV file.") from None
    found = {}
    for number, line in enumerate(lines, start=1):
        if not line or line.startswith("#"):
            continue
        cells = line.split("\t")
        if not 3 <= len(cells) <= 4 or not all(cells):
            raise UsageError(
                f"{path} line {number}: give canonical id, Hub data set id, task id and, if you like, the ids of its"
                " metrics, with tabs between."
            )
        own = {"metrics": frozenset(cells[3].split(","))} if len(cells) == 4 else {}
        found[cells[0]] = Benchmark(cells[1], cells[2], **own)
    return found
