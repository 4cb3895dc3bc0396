"""BibTeX, entry by entry: an entry ends where its braces close, and one that does not close never takes the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import regex

from extract.dates import iso_date
from extract.model import Paper, Reject
from extract.readers.dump import Dump
from extract.readers.identifiers import identifiers_of
from extract.readers.lines import Line, Oversized
from extract.readers.values import link_urls

_START = regex.compile(rb"\s*@\s*(?P<type>[A-Za-z]+)\s*(?P<open>[{(])")
_NEXT = regex.compile(rb"\s*@\s*(?:[A-Za-z]+\s*[{(]\s*[^\s,{}\"=@]+\s*,|(?i:string|preamble|comment)\s*[{(])")
_HEADLESS = regex.compile(rb"[^\s@={}]{1,30}\s*[{(]\s*[^\s,{}\"=@]+\s*,\s*$")  # an entry whose @ is lost
_BETWEEN_ENTRIES = regex.compile(rb"(?<=\}\s{0,4})(?=@[A-Za-z]+\s?[{(]\s?[^\s,{}\"=@]+\s?,)")
_FIELD = regex.compile(r"\s*,?\s*(?P<name>[A-Za-z][\w:.+/-]*)\s*=\s*")
_DEBRIS = regex.compile(rb"\s*(?:[},]\s*)*+(?:[A-Za-z][\w-]*\s*=\s*[{\"]|[}\"]\s*,?\s*$)")
_PLAIN = regex.compile(r"[^\s,#{}\"]+")
_BETWEEN_NAMES = regex.compile(r"\s+and\s+(?![^{}]*\})", regex.IGNORECASE)  # not the "and" of {Smith and Sons}
_MONTHS = {m: m for m in ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")}
_NO_PAPERS = frozenset({"string", "comment", "preamble"})


def read_bibtex(dump: Dump) -> Iterator[Paper | Reject]:
    """The entries of a BibTeX file; @string macros are filled in, comments and preambles passed over."""
    macros: dict[str, str] = dict(_MONTHS)
    block: list[bytes] = []
    place = (1, 0)
    size = depth = 0
    torn = False  # what follows a closed entry looks like the rest of it
    for offset, number, raw in _split(dump.lines()):
        line = raw.start if isinstance(raw, Oversized) else raw
        begins = _START.match(line) or ((not block or depth <= 0) and _HEADLESS.match(line))
        if block and begins and (depth <= 0 or _NEXT.match(line)):
            yield from _entry(dump, block, place, size, macros, depth, torn)
            block = []
        if not block:
            if not begins:
                continue
            place, size, depth, torn = (number, offset), 0, 0, False
        elif depth <= 0:
            torn = torn or bool(_DEBRIS.match(line))
            continue
        size += raw.length if isinstance(raw, Oversized) else len(raw) + 1
        depth += _depth(line)
        block.append(line if size <= dump.max_record else b"")
        if size > dump.max_record:
            del block[1:]
    if block:
        yield from _entry(dump, block, place, size, macros, depth, torn)


def _split(lines: Iterator[Line]) -> Iterator[Line]:
    """The lines, parted where an entry begins right behind the closing brace of another."""
    for offset, number, raw in lines:
        if isinstance(raw, Oversized) or raw.count(b"@") < 2:
            yield offset, number, raw
            continue
        for piece in _BETWEEN_ENTRIES.split(raw):
            yield offset, number, piece
            offset += len(piece)


def _depth(line: bytes) -> int:
    return line.count(b"{") - line.count(b"}")


def _entry(
    dump: Dump, block: list[bytes], place: tuple[int, int], size: int, macros: dict[str, str], depth: int, torn: bool
) -> Iterator[Paper | Reject]:
    line, offset = place
    raw = b"\n".join(block)

    def reject(reason: str, message: str) -> Reject:
        return dump.reject(reason, message, line=line, byte_offset=offset, excerpt=raw)

    if size > dump.max_record:
        yield dump.too_large(size, raw, line, offset)
        return
    try:
        text = raw.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        yield reject("bad-encoding", "Not text in the encoding of the dump.")
        return
    start = _START.match(raw)
    if start is None:
        yield reject("bad-bibtex", "The entry does not begin with @type{.")
        return
    kind = start["type"].decode("ascii").lower()
    if kind in _NO_PAPERS:
        dump.vacant = True  # a file of nothing but macros is one
        if kind == "string" and (fields := parse_fields(text, text.find("{") + 1, macros)):
            macros.update(fields)
        return
    brace = regex.search(r"[{(]", text)
    comma = text.find(",")
    fields = parse_fields(text, comma, macros) if brace and comma > 0 else {}
    if fields is None or torn or (depth != 0 and start["open"] == b"{"):
        yield reject("bad-bibtex", "The braces or quotes of the entry do not close where they should.")
        return
    key = text[brace.end() : comma].strip() if brace else ""
    yield _paper(dump, key, fields, line, offset, raw)


def parse_fields(text: str, at: int, macros: Mapping[str, str]) -> dict[str, str] | None:
    """The fields from position `at` on, names in lower case; None when they do not parse to the closing brace."""
    fields: dict[str, str] = {}
    while found := _FIELD.match(text, at):
        at = found.end()
        parts = []
        while True:
            value, at = _value(text, at, macros)
            if value is None:
                return None
            parts.append(value)
            rest = regex.match(r"\s*#\s*", text[at : at + 100])
            if rest is None:
                break
            at += rest.end()
        fields.setdefault(found["name"].lower(), "".join(parts))
    return fields if regex.fullmatch(r"[\s,]*[})]\s*,?\s*", text[at:]) else None


def _value(text: str, at: int, macros: Mapping[str, str]) -> tuple[str | None, int]:
    if text[at : at + 1] == "{":
        end = _closing(text, at)
        return (text[at + 1 : end], end + 1) if end > 0 else (None, at)
    if text[at : at + 1] == '"':
        depth, end = 0, at + 1
        for found in regex.finditer(r'[{}"]', text[at + 1 :]):
            end = at + 1 + found.start()
            mark = found.group()
            if mark == '"' and depth <= 0:
                return text[at + 1 : end], end + 1
            depth += {"{": 1, "}": -1}.get(mark, 0)
        return None, at
    plain = _PLAIN.match(text, at)
    if plain is None:
        return None, at
    word = plain.group()
    return macros.get(word.lower(), word), plain.end()


def _closing(text: str, at: int) -> int:
    """Where the brace at `at` closes, or -1."""
    depth = 0
    for found in regex.finditer(r"[{}]", text[at:]):
        depth += 1 if found.group() == "{" else -1
        if depth == 0:
            return at + found.start()
    return -1


def without_braces(text: str) -> str:
    """The text without the braces that only protect capitals; arguments of commands and of ^ and _ keep theirs."""
    if "{" not in text:
        return text
    out: list[str] = []
    keep: list[bool] = []
    in_math = False
    for found in regex.finditer(r"\\[A-Za-z]+|\\.|[{}$]|[^\\{}$]+", text, regex.DOTALL):
        piece = found.group()
        if piece == "$":
            in_math = not in_math
        elif piece == "{":
            before = "".join(out[-2:]).rstrip()
            kept = in_math or bool(regex.search(r"(?:\\[A-Za-z]+|\\[\"'`^~=.]|[\^_]|\\[A-Za-z]+\{[^{}]*\})$", before))
            keep.append(kept)
            if not kept:
                continue
        elif piece == "}" and keep and not keep.pop():
            continue
        out.append(piece)
    return "".join(out)


def _paper(dump: Dump, key: str, fields: Mapping[str, str], line: int, offset: int, raw: bytes) -> Paper | Reject:
    links = [url for name in ("url", "link", "howpublished", "ee", "pdf") for url in link_urls(fields.get(name, ""))]
    eprint = (
        fields.get("eprint", "")
        if "arxiv" in (fields.get("archiveprefix", "arxiv") + fields.get("eprinttype", "")).lower()
        else ""
    )
    code = [
        (name, url) for name in ("code", "github", "repository", "project") for url in link_urls(fields.get(name, ""))
    ]
    date = "-".join(v for name in ("year", "month", "day") if (v := fields.get(name)))
    return dump.paper(
        without_braces(fields.get("title", "")),
        without_braces(fields.get("abstract", "") or fields.get("abstractnote", "")),
        line=line,
        byte_offset=offset,
        comment=without_braces(fields.get("note", "") or fields.get("comment", "")) or None,
        identifiers=identifiers_of(
            [
                ("doi", fields.get("doi")),
                ("eprint", eprint),
                ("pmid", fields.get("pmid")),
                *(("url", u) for u in links),
                ("key", key),
            ]
        ),
        authors=[_turned(without_braces(a)) for a in _BETWEEN_NAMES.split(fields.get("author", "")) if a.strip()],
        published=iso_date(*map(without_braces, (fields.get("date", ""), date))),
        categories=[k.strip() for k in regex.split(r"[;,]", fields.get("keywords", "")) if k.strip()],
        url=next(iter(links), None),
        dump_links=code,
        excerpt=raw,
    )


def _turned(name: str) -> str:
    last, comma, first = (" ".join(name.split())).partition(",")
    return f"{first.strip()} {last.strip()}" if comma and first.strip() else last.strip()
