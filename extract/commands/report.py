"""`paperfacts report` and `paperfacts stats`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

Records = Annotated[str, typer.Argument(metavar="RECORDS", help="records.jsonl, the folder of a run, or - .")]


def report(
    records: Records,
    output: Annotated[str | None, typer.Option("--output", "-o", help="The page; - for standard output.")] = None,
    papers: Annotated[int, typer.Option(min=0, help="Papers in the page, a fixed sample; 0 for all.")] = 10_000,
    name: Annotated[str | None, typer.Option(help="What the page is called; else the folder of the run.")] = None,
    rules: Annotated[str | None, typer.Option(help="The folder of rules of your own that the run used.")] = None,
) -> None:
    """Write one self-contained HTML page: papers with their facts, results, leaderboards, charts, review."""
    from extract.report.page import write_report
    from extract.report.records import records_file
    from extract.report.terminal import safe

    source = records_file(records)
    target = _target(source, output)
    written = write_report(source, target, papers=papers, name=name, rules=rules)
    shown = f"{written.shown:,} papers"
    if written.shown < written.papers:
        shown = f"a sample of {written.shown:,} of {written.papers:,} papers (--papers 0 shows all)"
    where = "standard output" if target is None else str(target)
    sys.stderr.write(f"{safe(where)}: {shown}, {written.size / 1e6:.1f} MB\n")


def _target(source: Path | None, output: str | None) -> Path | None:
    """Beside the records unless told otherwise; a folder gets a report.html."""
    if output == "-":
        return None
    if output is None:
        return Path("report.html") if source is None else source.parent / "report.html"
    target = Path(output)
    return target / "report.html" if target.is_dir() else target


def stats(
    records: Records,
    as_json: Annotated[bool, typer.Option("--json", help="The figures as one JSON object.")] = False,
    top: Annotated[int, typer.Option(min=1, help="How many names in each list.")] = 10,
) -> None:
    """Count what a run found: facts by kind, top names, confidence, rejects."""
    import orjson

    from extract.report.overview import overview_of
    from extract.report.records import records_file
    from extract.report.terminal import print_stats, writing

    figures = overview_of(records_file(records)).as_dict(top)
    with writing():
        if as_json:
            sys.stdout.write(orjson.dumps(figures, option=orjson.OPT_INDENT_2).decode() + "\n")
        else:
            print_stats(figures)
