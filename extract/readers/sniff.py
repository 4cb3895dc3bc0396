"""What tells the formats apart: one function a format, from the first bytes of a dump to a reason or None."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import regex

from extract.readers.columns import mixed
from extract.readers.csv_rows import column_names, delimiter_line, sniff_dialect, split_row
from extract.readers.fields import is_paper, plan_for
from extract.readers.json_values import papers_within
from extract.readers.jsonl import BadValueError, parse
from extract.readers.tagged import label_of

HEAD = 1 << 18
"""Bytes of a dump that detection looks at."""
_CONTROL = regex.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a dump is taken for a format; `certainty` 3 is a signature, 2 a structure, 1 a shape."""

    reason: str
    certainty: int = 2
    details: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Head:
    """The beginning of a dump; `complete` when it is all of it. `mapping` is what the user says of its fields."""

    data: bytes
    name: str
    complete: bool
    mapping: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def is_text(self) -> bool:
        """Whether it is text: a stray control character is a bad record, many of them are another kind of file."""
        start = self.data[:4096]
        return bool(start) and len(_CONTROL.findall(start)) <= max(2, len(start) // 200)

    @cached_property
    def text(self) -> str:
        """The head as text, without a byte order mark; what does not decode is marked."""
        return self.data.decode("utf-8", "replace").removeprefix("\ufeff")

    @cached_property
    def lines(self) -> list[str]:
        """The lines that are not blank; a line cut by the end of the head is left out."""
        lines = self.text.split("\n")
        if not self.complete and len(lines) > 1:
            lines.pop()
        return [line for line in lines if line.strip()]

    @cached_property
    def first_value(self) -> Any:
        """The first line as a JSON value, or None."""
        try:
            return parse(self.lines[0].encode()) if self.lines else None
        except BadValueError:
            return None


def is_zip(head: bytes) -> bool:
    """Whether a file begins as a zip archive does."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def is_tar(head: bytes) -> bool:
    """Whether a file begins as a tar archive does."""
    return head[257:262] == b"ustar"


def is_archive(head: bytes, name: str) -> bool:
    """Whether a file is an archive of dumps; office documents are zip archives of something else."""
    return is_tar(head) or (is_zip(head) and not name.lower().endswith(_OFFICE))


_OFFICE = (".xlsx", ".docx", ".pptx", ".ods", ".odt", ".odp", ".epub")


def sniff_jsonl(head: Head) -> Verdict | None:
    """Lines that are JSON objects; a bad first line does not hide the others."""
    if not head.is_text or not head.text.lstrip().startswith("{"):
        return None
    objects = sum(line.lstrip().startswith('{"') and line.rstrip().endswith("}") for line in head.lines[:5])
    if objects >= 2 and objects >= 0.5 * len(head.lines[:5]):
        return Verdict(f"{objects} of its first {len(head.lines[:5])} lines are JSON objects")
    first = head.first_value
    if not isinstance(first, dict) or papers_within(first, head.mapping) or mixed(first, head.mapping):
        return None
    if is_paper(first, head.mapping):
        return Verdict("its first line is a JSON object with a title or an abstract")
    return None


def sniff_json(head: Head) -> Verdict | None:
    """An array, or an object that is no line of JSONL."""
    start = head.text.lstrip()
    if (
        not head.is_text
        or not regex.match(r"\[\s*[\[{\]\"]|\[\s*\Z|\{\s*(?:[\"}]|\Z)", start)
        or sniff_jsonl(head) is not None
    ):
        return None
    return Verdict("a JSON array" if start[0] == "[" else "a JSON object that spans lines or holds a list")


def _sniff_xml(head: Head, roots: str, what: str) -> Verdict | None:
    """A document whose first element is one of `roots`."""
    start = head.text.lstrip()
    if not head.is_text or not start.startswith("<"):
        return None
    root = _ROOT.match(start)
    if root is None or not regex.fullmatch(roots, root["name"]):
        return None
    return Verdict(f"XML whose root is <{root['name']}>: {what}", 3)


# Whatever may stand before the root: declarations, comments, a DOCTYPE with an internal subset.
_ROOT = regex.compile(
    r"(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?:[^\[>]|\[.*?\]\s*(?=>))*+>|\s++)*+<(?:[\w.-]++:)?(?P<name>[A-Za-z][\w.-]*+)",
    regex.DOTALL,
)


def sniff_atom(head: Head) -> Verdict | None:
    """<feed>."""
    return _sniff_xml(head, "feed|entry", "an Atom feed")


def sniff_oai(head: Head) -> Verdict | None:
    """<OAI-PMH>, or what harvesters keep of it."""
    return _sniff_xml(head, "OAI-PMH|ListRecords|GetRecord|records?|oai", "an OAI-PMH answer")


def sniff_acl(head: Head) -> Verdict | None:
    """<collection> or <volume>."""
    return _sniff_xml(head, "collection|volume", "an ACL Anthology file")


def sniff_pubmed(head: Head) -> Verdict | None:
    """<PubmedArticleSet>."""
    return _sniff_xml(head, "PubmedArticleSet|PubmedBookArticleSet|PubmedArticle", "a PubMed file")


def sniff_rss(head: Head) -> Verdict | None:
    """<rss> or <rdf:RDF>."""
    return _sniff_xml(head, "rss|RDF|channel", "an RSS feed")


def sniff_csv(head: Head) -> Verdict | None:
    """A header line with a title or an abstract column."""
    if not head.is_text or not head.lines:
        return None
    lines = head.lines[:50]
    named = delimiter_line(lines[0])
    if named and len(lines) > 1:
        del lines[0]
    dialect = sniff_dialect(lines, named)
    cells = split_row(lines[0].rstrip("\r"), dialect)
    # One column says nothing of itself: any text may begin with the line "Title".
    fewest = 1 if regex.search(r"\.(?:csv|tsv|tab)(?:\.(?:gz|zst|bz2|xz))?$", head.name.lower()) else 2
    if cells is None or len(cells) < fewest or any(len(c) > 80 for c in cells):
        return None
    names = tuple(column_names(cells))
    plan = plan_for(names, tuple(head.mapping.items()))
    if not plan.keys["title"] and not plan.keys["abstract"]:
        return None
    if not all(regex.fullmatch(r"[\w .:/()#-]*", c) for c in cells):
        return None
    marks = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "bars"}
    reason = "its first line names one column"
    if len(cells) > 1:
        separated = marks.get(dialect.delimiter, repr(dialect.delimiter))
        reason = f"its {'second' if named else 'first'} line names {len(cells)} columns separated by {separated}"
    return Verdict(reason, 2, {"delimiter": dialect.delimiter, "quoting": dialect.quoting})


def sniff_ris(head: Head) -> Verdict | None:
    """A TY line."""
    found = head.is_text and regex.search(r"^TY  ?- ", head.text[:4096], regex.MULTILINE)
    return Verdict("it has a line TY  - as RIS references begin", 3) if found else None


def sniff_medline(head: Head) -> Verdict | None:
    """A PMID line."""
    found = head.is_text and regex.search(r"^PMID {0,2}- ?\d", head.text[:4096], regex.MULTILINE)
    return Verdict("it has a line PMID- as MEDLINE citations begin", 3) if found else None


def sniff_bibtex(head: Head) -> Verdict | None:
    """An entry: @type{key,."""
    pattern = r"^\s*@(?:[A-Za-z]+\s*[{(]\s*[^\s,{}\"=]+\s*,|(?i:string|preamble|comment)\s*[{(])"
    found = head.is_text and regex.search(pattern, head.text[:65536], regex.MULTILINE)
    return Verdict("it has entries @type{key, ...}", 3) if found else None


def sniff_labelled(head: Head) -> Verdict | None:
    """Lines that begin with Title: and Abstract: or Summary:."""
    if not head.is_text or head.text.lstrip()[:1] in ("{", "[", "<", "@"):
        return None
    labels = [found[0] for line in head.lines[:2000] if (found := label_of(line[:200].encode("utf-8", "replace")))]
    if sniff_markdown(head) is not None and labels.count("title") < 2:
        return None
    titles, abstracts = labels.count("title"), labels.count("abstract") + labels.count("summary")
    if titles and (abstracts or titles > 1):
        return Verdict(f"{titles} lines begin with Title: and {abstracts} with Abstract: or Summary:")
    return None


def sniff_parquet(head: Head) -> Verdict | None:
    """The signature of Parquet."""
    return Verdict("it begins with PAR1", 3) if head.data.startswith(b"PAR1") else None


def sniff_arrow(head: Head) -> Verdict | None:
    """The signature of an Arrow file, or the first message of an Arrow stream."""
    if head.data.startswith(b"ARROW1"):
        return Verdict("it begins with ARROW1", 3)
    return Verdict("it begins as Arrow streams do", 3) if head.data.startswith(b"\xff\xff\xff\xff") else None


def sniff_html(head: Head) -> Verdict | None:
    """An HTML page with Hugging Face's data or article cards."""
    start = head.text.lstrip()[:200].lower()
    if not head.is_text or not (start.startswith(("<!doctype html", "<html")) or "<html" in start):
        return None
    return Verdict("an HTML page", 3)


def sniff_markdown(head: Head) -> Verdict | None:
    """Headings, list items or a table that name papers."""
    if not head.is_text or head.text.lstrip()[:1] in ("{", "@"):
        return None
    marked = [line for line in head.lines[:3000] if regex.match(r"\s*(?:#{1,6}\s|[-*+]\s|\d{1,4}[.)]\s|\|)", line)]
    links = sum(bool(regex.search(r"\]\([^)\s]*://", line)) for line in marked)
    table = any(
        regex.fullmatch(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)+\|?\s*", line) for line in head.lines[:3000]
    )
    headings = sum(line.startswith("#") for line in marked)
    if table or (links and links + headings >= 2) or (headings >= 1 and len(marked) >= 2):
        what = "a table" if table else f"{headings} headings and {links} linked items"
        return Verdict(f"Markdown: {what}", 2 if table or links else 1)
    return None


def sniff_page(head: Head) -> Verdict | None:
    """Text with a long paragraph and a shorter one before it."""
    if not head.is_text or head.text.lstrip()[:1] in ("{", "[", "<", "@"):
        return None
    if regex.search(r"^PT [A-Z]\r?$", head.text[:4096], regex.MULTILINE):  # Web of Science's tags, read by nobody here
        return None
    blocks = [b for b in regex.split(r"\n[ \t\r]*\n", head.text) if b.strip()]
    longs = sum(len(b) >= 150 for b in blocks)
    if longs and len(blocks) >= 2:
        return Verdict(f"text of {len(blocks)} paragraphs, {longs} of them long", 1)
    return None
