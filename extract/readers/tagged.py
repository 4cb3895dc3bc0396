"""Texts of tagged lines: RIS, MEDLINE, and labelled text (Title: ..., Abstract: ...)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import regex

from extract.dates import iso_date
from extract.model import Paper, Reject
from extract.readers.dump import Dump
from extract.readers.identifiers import identifiers_of
from extract.readers.lines import Oversized
from extract.readers.values import author_names, category_names, link_urls

_RIS_TAG = regex.compile(r"(?P<tag>[A-Z][A-Z0-9])  ?-(?: (?P<value>.*))?$")
_MEDLINE_TAG = regex.compile(r"(?P<tag>[A-Z][A-Z0-9]{1,3}) {0,2}- (?P<value>.*)$")
_LABEL = regex.compile(
    r"(?:[*_#>]{1,3}\s*)?(?P<label>title|abstract|summary|pdf|url|link|authors?|date|published|doi|arxiv(?: ?id)?|id"
    r"|comments?|categories|subjects|keywords|code|github|project(?: page)?"
    r"|venue|journal|conference|year|source|tl;?dr)"
    r"(?:\s*[*_]{1,3})?\s*:(?:[*_]{1,3})?(?:[ \t]+(?P<value>.*)|(?P<url>https?://.*))?$",
    regex.IGNORECASE,
)
_RULE = regex.compile(r"\s*(?:[-=*_]\s?){3,}\s*$")


@dataclass(slots=True)
class Entry:
    """The fields of one record, in order, with its place; `problem` is a reason code and a message."""

    line: int
    offset: int
    fields: list[tuple[str, list[str]]] = field(default_factory=list)
    size: int = 0
    raw: bytes = b""
    problem: tuple[str, str] | None = None

    def add(self, tag: str, value: str) -> None:
        """Begin a field."""
        self.fields.append((tag, [value]))

    def go_on(self, value: str) -> None:
        """Go on with the last field."""
        if self.fields:
            self.fields[-1][1].append(value)

    def all(self, *tags: str) -> list[str]:
        """The values of the fields with these tags that are not blank, lines joined."""
        return [text for tag, lines in self.fields if tag in tags and (text := "\n".join(lines).strip())]

    def first(self, *tags: str) -> str:
        """The first value under the first of these tags that has one, or ""."""
        return next((values[0] for tag in tags if (values := self.all(tag))), "")

    def note(self, tag: str) -> None:
        """Keep in mind that a field was there although its text is not kept: the next of its name begins anew."""
        if all(tag != other for other, _ in self.fields):
            self.fields.append((tag, []))


def _take(dump: Dump, entry: Entry, raw: bytes | Oversized) -> str | None:
    """A line of an entry as text; notes in the entry what is wrong with it."""
    size = raw.length if isinstance(raw, Oversized) else len(raw)
    entry.size += size + 1
    entry.raw = entry.raw or (raw.start if isinstance(raw, Oversized) else raw[:200])
    if isinstance(raw, Oversized) or entry.size > dump.max_record:
        entry.problem = ("too-large", f"A record over the limit of {dump.max_record:,} bytes.")
        entry.fields = [(tag, []) for tag in dict.fromkeys(tag for tag, _ in entry.fields)]
        return None
    try:
        return raw.removesuffix(b"\r").decode("utf-8")
    except UnicodeDecodeError:
        entry.problem = entry.problem or ("bad-encoding", "Not text in the encoding of the dump.")
        return None


def _rejected(dump: Dump, entry: Entry, reason: str, message: str) -> Reject:
    return dump.reject(reason, message, line=entry.line, byte_offset=entry.offset, excerpt=entry.raw)


def read_ris(dump: Dump) -> Iterator[Paper | Reject]:
    """The references of a RIS file, from TY to ER; one without its ER is a reject, not a part of the next."""
    entry: Entry | None = None
    for offset, number, raw in dump.lines():
        head = (raw.start if isinstance(raw, Oversized) else raw[:6]).decode("latin-1")
        if regex.match(r"TY  ?-", head):
            if entry is not None:
                yield _rejected(
                    dump, entry, *(entry.problem or ("bad-record", "No ER line before the next reference."))
                )
            entry = Entry(number, offset)
        if entry is None:
            if not isinstance(raw, Oversized) and not raw.strip():
                continue
            entry = Entry(number, offset, problem=("bad-record", "No TY line begins this reference."))
        text = _take(dump, entry, raw)
        if regex.match(r"ER  ?-", head):
            yield _rejected(dump, entry, *entry.problem) if entry.problem else _ris_paper(dump, entry)
            entry = None
        elif text is not None and (found := _RIS_TAG.match(text)):
            entry.add(found["tag"], found["value"] or "")
        elif text is not None:
            entry.go_on(text.strip())
    if entry is not None:
        yield _rejected(dump, entry, *(entry.problem or ("bad-record", "The file ends before the reference does.")))


def _ris_paper(dump: Dump, entry: Entry) -> Paper | Reject:
    links = [url for text in entry.all("UR", "L1", "L2", "LK") for url in link_urls(text)]
    authors = [_turned(a) for a in entry.all("AU", "A1")]
    return dump.paper(
        entry.first("TI", "T1", "CT", "BT"),
        entry.first("AB", "N2"),
        line=entry.line,
        byte_offset=entry.offset,
        excerpt=entry.raw,
        comment=entry.first("C1") or None,
        identifiers=identifiers_of(
            [("doi", entry.first("DO")), *(("url", url) for url in links), ("id", entry.first("ID", "AN"))]
        ),
        authors=authors,
        published=_ris_date(entry.first("DA"), entry.first("PY", "Y1")),
        categories=[k for text in entry.all("KW") for k in text.split("\n")],
        url=next(iter(links), None),
    )


def _ris_date(day: str, year: str) -> str | None:
    """The date of DA; reference managers leave its year to PY ("Sep 18" beside "2015")."""
    known = iso_date(year)
    return iso_date(day, f"{known} {day}" if known and len(known) == 4 else known)


def _turned(name: str) -> str:
    """`Last, First` as `First Last`."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and first.strip() else name.strip().rstrip(",")


def read_medline(dump: Dump) -> Iterator[Paper | Reject]:
    """The citations of a MEDLINE (nbib) file; each begins with its PMID."""
    entry: Entry | None = None
    for offset, number, raw in dump.lines():
        starts = not isinstance(raw, Oversized) and raw.startswith(b"PMID")
        blank = not isinstance(raw, Oversized) and not raw.strip()
        if entry is not None and (starts or blank):
            yield _rejected(dump, entry, *entry.problem) if entry.problem else _medline_paper(dump, entry)
            entry = None
        if blank:
            continue
        if entry is None:
            problem = None if starts else ("bad-record", "No PMID line begins this citation.")
            entry = Entry(number, offset, problem=problem)
        text = _take(dump, entry, raw)
        if text is not None and (found := _MEDLINE_TAG.match(text)):
            entry.add(found["tag"], found["value"])
        elif text is not None:
            entry.go_on(text.strip())
    if entry is not None:
        yield _rejected(dump, entry, *entry.problem) if entry.problem else _medline_paper(dump, entry)


def _medline_paper(dump: Dump, entry: Entry) -> Paper | Reject:
    dois = [v.removesuffix("[doi]").strip() for v in entry.all("LID", "AID") if v.endswith("[doi]")]
    pmid = entry.first("PMID")
    return dump.paper(
        entry.first("TI", "TT", "BTI"),
        entry.first("AB", "OAB"),
        line=entry.line,
        byte_offset=entry.offset,
        excerpt=entry.raw,
        identifiers=identifiers_of([("pmid", pmid), *(("doi", d) for d in dois)]),
        authors=[_turned(a) for a in entry.all("FAU")] or entry.all("AU"),
        published=entry.first("DP"),
        categories=entry.all("OT"),
        url=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid.isdigit() else None,
    )


def read_labelled(dump: Dump) -> Iterator[Paper | Reject]:
    """Papers as `Title: ...` and `Abstract: ...` (or `Summary:`) with lines that go on, up to a rule or a title."""
    entry: Entry | None = None
    for offset, number, raw in dump.lines():
        blank = not isinstance(raw, Oversized) and not raw.strip()
        found = None if blank else label_of(raw.start if isinstance(raw, Oversized) else raw)
        rule = not isinstance(raw, Oversized) and len(raw) < 200 and bool(_RULE.match(raw.decode("utf-8", "replace")))
        if entry is not None and (rule or (found and _begins_anew(entry, found[0]))):
            yield from _labelled_paper(dump, entry)
            entry = None
        if rule or (entry is None and (blank or not found) and not isinstance(raw, Oversized)):
            continue  # what stands between papers
        if entry is None:
            entry = Entry(number, offset)
        text = _take(dump, entry, raw)
        if found and text is None:
            entry.note(found[0])
        elif found:
            entry.add(*found)
        elif text is not None:
            entry.go_on(text.rstrip())
    if entry is not None:
        yield from _labelled_paper(dump, entry)


def label_of(raw: bytes) -> tuple[str, str] | None:
    """The label (lower case, singular) and value of a line, or None."""
    if b":" not in raw[:40]:
        return None
    found = _LABEL.match(raw.decode("utf-8", "replace").rstrip())
    if found is None:
        return None
    label = found["label"].lower().replace(" ", "").replace(";", "")
    return {"authors": "author", "comments": "comment", "arxivid": "arxiv"}.get(label, label), found["value"] or found[
        "url"
    ] or ""


def _begins_anew(entry: Entry, label: str) -> bool:
    """Whether a label begins the next paper: a second title, or anything but an abstract after a whole paper."""
    have = {tag for tag, _ in entry.fields}
    return label in have and (label == "title" or "title" not in have or label in ("arxiv", "id"))


def _labelled_paper(dump: Dump, entry: Entry) -> Iterator[Paper | Reject]:
    if entry.problem:
        yield _rejected(dump, entry, *entry.problem)
        return
    links = [url for text in entry.all("url", "link", "pdf", "source") for url in link_urls(text)]
    code = [
        (tag, url)
        for tag in ("code", "github", "project", "projectpage")
        for t in entry.all(tag)
        for url in link_urls(t)
    ]
    keys = ("arxiv", "id", "doi")
    yield dump.paper(
        entry.first("title"),
        entry.first("abstract", "summary"),
        line=entry.line,
        byte_offset=entry.offset,
        excerpt=entry.raw,
        comment=entry.first("comment") or None,
        identifiers=identifiers_of([*((key, entry.first(key)) for key in keys), *(("url", url) for url in links)]),
        authors=author_names(entry.first("author")) or (),
        published=iso_date(*entry.all("published", "date"), *entry.all("year")),
        categories=category_names(entry.first("categories", "subjects", "keywords")) or (),
        url=next(iter(links), None),
        dump_links=code,
    )
