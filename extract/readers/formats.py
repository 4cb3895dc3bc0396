"""The table of formats, what each is told by, and detection. A format is one function and one row here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points

from extract.errors import UsageError
from extract.model import Paper, Reject
from extract.readers.dump import Dump
from extract.readers.jsonl import read_jsonl
from extract.readers.page import read_page
from extract.readers.sniff import Head, Verdict, sniff_jsonl, sniff_page

Reader = Callable[[Dump], Iterator[Paper | Reject]]
Sniffer = Callable[[Head], Verdict | None]


@dataclass(frozen=True, slots=True)
class Format:
    """A format: what `paperfacts formats` says about it, how it is told and who reads it.

    `sniff` gets the beginning of the dump and says why it is this format, or None. `read` yields papers and rejects.
    `resumes` is true where reading can begin at a byte offset (formats of one record a line).
    """

    name: str
    description: str
    detection: str
    fields: str
    sniff: Sniffer
    read: Reader
    resumes: bool = False
    extra: str | None = None
    suffixes: tuple[str, ...] = field(default=())


_OWN: tuple[Format, ...] = (
    Format(
        "jsonl",
        "JSON Lines: one paper a line",
        "lines that begin with { and parse",
        "any usual names: title, abstract or summary, id, ...",
        sniff_jsonl,
        read_jsonl,
        resumes=True,
        suffixes=(".jsonl", ".ndjson", ".json"),
    ),
    Format(
        "page",
        "text copied from a page of papers",
        "paragraphs between blank lines, a title before each long one",
        "title, abstract",
        sniff_page,
        read_page,
        suffixes=(".txt",),
    ),
)


@cache
def formats() -> dict[str, Format]:
    """Every format by name, in the order in which detection asks them; plug-ins (`paperfacts.readers`) come first."""
    table: dict[str, Format] = {}
    for entry in sorted(entry_points(group="paperfacts.readers"), key=lambda e: e.name):
        try:
            plugin = entry.load()
        except Exception as error:  # somebody else's code
            raise UsageError(f"The reader plug-in {entry.name!r} cannot be loaded: {error}.") from None
        if not isinstance(plugin, Format):
            raise UsageError(f"The reader plug-in {entry.name!r} is not an extract.readers.Format.")
        table[plugin.name] = plugin
    return table | {row.name: row for row in _OWN if row.name not in table}


def format_named(name: str) -> Format:
    """The format of that name; raises `UsageError` when there is none."""
    found = formats().get(name)
    if found is None:
        raise UsageError(f"There is no format {name!r}; `paperfacts formats` lists them.")
    return found


def detect(data: bytes, name: str = "", *, complete: bool = False) -> tuple[Format, Verdict] | None:
    """The format of a dump by its first bytes (decompressed, UTF-8), with the reason; None when unknown.

    `complete` says that `data` is all there is. The name only decides between formats that the content allows.
    """
    head = Head(data, name, complete)
    found = [(row, verdict) for row in formats().values() if (verdict := row.sniff(head)) is not None]
    if not found:
        return None
    best = max(verdict.certainty for _, verdict in found)
    top = [(row, verdict) for row, verdict in found if verdict.certainty == best]
    return next(((row, v) for row, v in top if name.lower().endswith(row.suffixes or ("\0",))), top[0])
