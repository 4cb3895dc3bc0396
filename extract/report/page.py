"""One self-contained HTML page from a stream of records.

The charts are hand-sized inline SVG: the Vega-Lite runtime (vega, vega-lite, vega-embed) is 832 kB, seven times all
of this page's code, and evaluates generated code, which the page's Content-Security-Policy forbids.
"""

from __future__ import annotations

import base64
import hashlib
import html
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from extract import __version__
from extract.errors import TargetError
from extract.recordfiles import refuse_replacing
from extract.report.embed import COLUMNS, Encoder, pack
from extract.report.overview import Overview, overview_of
from extract.report.sample import Sample
from extract.report.terminal import writing
from extract.rulebook import load

PAPERS = 10_000  # papers in a page unless told otherwise: about 9 MB, ready in under a second
_ASSETS = Path(__file__).parent / "assets"
_SCRIPTS = (
    "core.js", "virtual.js", "charts.js", "overview.js", "review.js", "forms.js", "marks.js", "reader.js", "papers.js",
    "results.js", "boards.js", "main.js",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """What a report holds: papers shown of papers read, and its size in bytes."""

    papers: int
    shown: int
    size: int


def write_report(
    records: Path | None,
    output: Path | None,
    *,
    papers: int = PAPERS,
    name: str | None = None,
    rules: str | None = None,
) -> Written:
    """Write the page for a records file (None: standard input) to a file (None: standard output).

    `papers` bounds how many papers the page carries (0: all); the charts of the overview count every record. Raises
    UsageError for unreadable records and TargetError when the page cannot be written; the file appears complete or
    not at all.
    """
    if output is not None:
        refuse_replacing(output, [] if records is None else [records])
    sample, encoder = Sample(papers), Encoder()

    def keep(record: Mapping[str, Any]) -> None:
        if sample.wants(record["id"]):
            sample.add(record["id"], encoder.row(record))

    overview = overview_of(records, keep)
    page = build(name or _name_of(records), overview, list(sample), encoder.rules, rules).encode("utf-8")
    _write(output, page)
    return Written(overview.papers, len(sample), len(page))


def build(
    name: str, overview: Overview, rows: list[list[Any]], rules: Mapping[str, int], extra_rules: str | None = None
) -> str:
    """The page as text: `rows` from `Encoder.row`, `rules` the ids that the rows refer to by number."""
    style, script = _asset("report.css"), _bundle()
    head = {
        "version": __version__,
        "name": name,
        "columns": COLUMNS,
        "rules": _explained(rules, extra_rules),
        "overview": overview.as_dict(),
        "shown": len(rows),
    }
    packed = pack(rows)
    policy = (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    return Template(_asset("page.html")).substitute(
        policy=html.escape(policy),
        name=html.escape(name),
        version=html.escape(__version__),
        papers=f"{overview.papers:,}",
        results=f"{overview.facts['results']:,}",
        style=style,
        script=script,
        digest=hashlib.sha256(packed.encode("ascii")).hexdigest()[:16],
        head=pack(head),
        data=packed,
    )


@cache
def _asset(name: str) -> str:
    return (_ASSETS / name).read_text("utf-8")


@cache
def _bundle() -> str:
    parts = "\n".join(_asset(name) for name in _SCRIPTS)
    return f'"use strict";\n(() => {{\n{parts}\n}})();\n'


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _explained(rules: Mapping[str, int], extra: str | None) -> list[dict[str, Any]]:
    """Each rule id that occurs, with what the rule book says about it when it still has the rule."""
    known = load(extra).rules
    return [
        {"id": rule} if rule not in known else {
            "id": rule, "doc": known[rule].doc, "pattern": known[rule].text.strip(), "yields": known[rule].yields,
            "confidence": known[rule].confidence,
        }
        for rule in _in_order(rules)
    ]  # fmt: skip


def _in_order(rules: Mapping[str, int]) -> Iterable[str]:
    return sorted(rules, key=lambda rule: rules[rule])


def _name_of(records: Path | None) -> str:
    """The name of the run: its folder for the usual records.jsonl, else the file."""
    if records is None:
        return "standard input"
    return records.resolve().parent.name if records.name.startswith("records.") else records.name


def _write(output: Path | None, page: bytes) -> None:
    if output is None:
        with writing():
            sys.stdout.buffer.write(page)
        return
    try:
        beside = output.with_name(output.name + ".part")
        beside.write_bytes(page)
        beside.replace(output)
    except OSError as error:
        reason = error.strerror or str(error)
        raise TargetError(f"The report cannot be written to {output} ({reason}).") from None
