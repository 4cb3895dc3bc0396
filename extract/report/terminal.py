"""What the terminal shows: safe text, and the overview as tables and bars, plain when it is not a terminal."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.bar import Bar
from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from extract.errors import TargetError

# C0 and C1 controls save tab and line feed, DEL, and the marks that turn the direction of text.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Colours of kinds, the same in the page and here.
COLOURS = {
    "result": "red", "method": "magenta", "dataset": "green", "metric": "yellow", "task": "bright_magenta",
    "link": "blue", "quantity": "cyan",
}  # fmt: skip


def safe(text: str) -> str:
    """The text with control characters as visible signs, one for one, so that offsets stay true."""
    return _CONTROL.sub(lambda match: _sign(ord(match.group())), text)


def _sign(code: int) -> str:
    if code < 32:
        return chr(0x2400 + code)
    return "\u2421" if code == 127 else "\u2426"


def safe_json(text: str) -> str:
    """JSON with DEL, C1 controls and direction marks escaped: the same value, harmless on a screen."""
    return _CONTROL.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


@contextmanager
def writing() -> Iterator[None]:
    """Around everything that prints: a full disk is a TargetError, a closed pipe stays for the command line to hush."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is left in the buffer must not fail again at exit
        raise TargetError(f"Standard output cannot be written ({error.strerror}); free some space.") from None


def print_stats(figures: Mapping[str, Any], console: Console | None = None) -> None:
    """Print the figures of `Overview.as_dict`: bars in colour on a terminal, tab-separated lines elsewhere."""
    console = console or Console(highlight=False)
    if not console.is_terminal:
        for section, rows in _sections(figures):
            for name, count in rows:
                print(f"{section}\t{safe(name)}\t{count}")
        return
    papers, facts = figures["papers"], sum(figures["facts"].values())
    console.print(
        Text.assemble(
            (f"{papers:,}", "bold"), " papers, ", (f"{facts:,}", "bold"), " facts, ",
            f"{facts / papers if papers else 0:.1f} a paper",
        )
    )  # fmt: skip
    cells: list[RenderableType] = [_panel(section, list(rows)) for section, rows in _sections(figures)[1:] if rows]
    console.print(Columns(cells, padding=(0, 1), width=max(46, min(60, console.width // 2 - 1))))


def _panel(section: str, rows: list[tuple[str, int]]) -> Panel:
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(ratio=5, no_wrap=True, overflow="ellipsis")
    table.add_column(ratio=4)
    table.add_column(justify="right")
    most = max((count for _, count in rows), default=0) or 1
    colour = next((COLOURS[kind] for kind in COLOURS if kind in section), "bright_blue")
    for name, count in rows:
        table.add_row(Text(safe(name)), Bar(most, 0, count, color=colour), f"{count:,}")
    return Panel(Group(table), title=section, title_align="left", border_style="dim")


def _sections(figures: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, int]]]]:
    def names(kind: str) -> list[tuple[str, int]]:
        return [(row["name"], row["count"]) for row in figures["top"][kind]]

    def counts(values: Mapping[str, int]) -> list[tuple[str, int]]:
        return [(name.replace("_", " "), count) for name, count in values.items()]

    results = figures["results"]
    sections: list[tuple[str, Iterable[tuple[str, int]]]] = [
        ("papers", [("papers", figures["papers"])]),
        ("facts", counts(figures["facts"])),
        ("papers with", counts(figures["papers_with"])),
        ("code", counts(figures["code_availability"])),
        ("result kinds", counts(results["kinds"])),
        ("results with a", counts(results["linked"])),
        ("top datasets, by papers", names("datasets")),
        ("top metrics, by papers", names("metrics")),
        ("top methods, by papers", names("methods")),
        ("top tasks, by papers", names("tasks")),
        ("dataset and metric, by results", names("boards")),
        ("confidence of all facts", _confidence(figures["confidence"])),
        ("link kinds", counts(figures["link_kinds"])),
        ("quantity kinds", counts(figures["quantity_kinds"])),
        ("rules, by mentions", names("rules")),
        ("warnings", counts(figures["warnings"])),
        ("rejects", counts(figures["rejects"] or {})),
    ]
    return [(name, list(rows)) for name, rows in sections]


def _confidence(bins: Mapping[str, list[int]]) -> list[tuple[str, int]]:
    """The histograms of all kinds as one with tenths, from 0.5 on; everything below in one row."""
    total = [sum(column) for column in zip(*bins.values(), strict=True)]
    tenths = [(f"{k / 20:.1f} to {(k + 2) / 20:.1f}", total[k] + total[k + 1]) for k in range(10, 20, 2)]
    return [("below 0.5", sum(total[:10])), *tenths]
