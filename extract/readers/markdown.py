"""Markdown lists and tables of papers, as "daily arXiv" and "awesome" repositories keep them.

A paper is a heading or list item with a link to a paper or a bold title, or a row of a table with a title column; its
abstract stands under an `Abstract:` label, in a <details> block, or as the long text that follows.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass, field

import regex

from extract.model import Paper, Reject
from extract.readers.dump import Dump
from extract.readers.fields import paper_from, plan_for
from extract.readers.identifiers import from_url, identifiers_of
from extract.readers.lines import Oversized
from extract.readers.values import author_names

_HEADING = regex.compile(r"(?P<level>#{1,6})\s+(?P<text>.*)")
_ITEM = regex.compile(r"(?P<indent>\s*)(?:[-*+]|\d{1,4}[.)])\s+(?P<text>.*)")
_LINK = regex.compile(
    r"\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?P<url>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+\"[^\"]*\")?\)"
)
_BOLD = regex.compile(r"(?:\*\*|__)(?P<text>.+?)(?:\*\*|__)")
_ABSTRACT = regex.compile(
    r"(?:[>*_+\s-]|<[a-z][^>]*>)*(?:abstract|摘要)(?:\s*\([^)]{0,40}\))?(?:[*_\s]|</[a-z]+>)*(?P<colon>[:：])?(?:[*_\s]|</[a-z]+>)*(?P<rest>.*)",
    regex.IGNORECASE,
)
_OTHER_LABEL = regex.compile(
    r"(?:[>*_+\s-]|<[a-z][^>]*>)*\p{Lu}[\p{L};/ -]{1,24}(?:[*_]{1,2})?[:：](?:[*_]{1,2})?(?:\s|$)"
)
_TAG = regex.compile(r"</?[a-zA-Z][^<>]*>")
_CODE_HOST = regex.compile(
    r"https?://(?:www\.)?(?:github\.com|gitlab\.com|huggingface\.co/(?!papers/)|bitbucket\.org)/"
)
_DELIMITER_ROW = regex.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?\s*")
_NUMBERED = regex.compile(r"^\s*(?:\[\d+\]|\(?\d+[.)])\s+")
_EMPHASIS = regex.compile(r"\*[^*]+\*|_[^_]+_")  # a line of authors
_LINK_WORDS = frozenset(
    {"pdf", "arxiv", "abs", "html", "link", "paper", "url", "here", "code", "doi", "openreview", "acl"}
)
_MIN_ABSTRACT = 80


@dataclass(slots=True)
class _Item:
    """A paper while its lines are gathered."""

    line: int
    offset: int
    title: str
    links: list[tuple[str, str]]
    indent: int
    level: int
    rest: str = ""
    lines: list[str] = field(default_factory=list)
    size: int = 0
    problem: tuple[str, str] | None = None
    sure: bool = True


def read_markdown(dump: Dump) -> Iterator[Paper | Reject]:
    """The papers of a Markdown file."""
    item: _Item | None = None
    header: list[str] | None = None
    last: tuple[int, int, str] | None = None
    for offset, number, raw in dump.lines():
        text = _decoded(raw)
        if isinstance(text, tuple):
            if item is not None:
                item.problem = item.problem or text
            else:
                excerpt = raw.start if isinstance(raw, Oversized) else raw
                yield dump.reject(*text, line=number, byte_offset=offset, excerpt=excerpt)
            continue
        if header is not None and "|" in text:
            yield from _row(dump, header, text, number, offset)
            continue
        header = None
        if last is not None and _DELIMITER_ROW.fullmatch(text) and (header := _header(last[2], text)):
            if item is not None:
                item.lines[-1:] = []
                yield from _finished(dump, item)
                item = None
            last = None
            continue
        last = (offset, number, text)
        begun = _begin(text, number, offset, item)
        ends = begun is not None or (item is not None and _ends(text, item))
        if item is not None and ends:
            yield from _finished(dump, item)
            item = None
        if begun is not None:
            item = begun
        elif item is not None:
            item.size += len(text)
            if item.size > dump.max_record:
                item.problem = ("too-large", f"A record over the limit of {dump.max_record:,} bytes.")
                item.lines.clear()
            else:
                item.lines.append(text)
    if item is not None:
        yield from _finished(dump, item)


def _decoded(raw: bytes | Oversized) -> str | tuple[str, str]:
    if isinstance(raw, Oversized):
        return "too-large", f"A line of {raw.length:,} bytes is over the limit."
    try:
        return raw.removesuffix(b"\r").decode("utf-8")
    except UnicodeDecodeError:
        return "bad-encoding", "Not text in the encoding of the dump."


def _begin(text: str, number: int, offset: int, item: _Item | None) -> _Item | None:
    """The paper that a line begins, if it does."""
    heading = _HEADING.match(text)
    bullet = None if heading else _ITEM.match(text)
    found = heading or bullet
    if found is None:
        return None
    indent = len(bullet["indent"].expandtabs(4)) if bullet else 0
    level = len(heading["level"]) if heading else 7
    if bullet and item is not None and (indent > item.indent or item.level < 7) and not _paper_link(found["text"]):
        return None  # a sub-list of the paper
    body = found["text"]
    links = [(plain(m["text"]), m["url"]) for m in _LINK.finditer(body)]
    bold = _BOLD.match(_NUMBERED.sub("", body).lstrip())
    named = next(((t, u) for t, u in links if _is_name(t, u)), None)
    if bold and len(plain(bold["text"])) >= 12 and not plain(bold["text"]).endswith(":"):
        title, rest = plain(bold["text"]), body[body.find(bold.group()) + len(bold.group()) :]
        if not links and heading is None and len(rest) < _MIN_ABSTRACT:
            return None
    elif named:
        title, rest = named[0], body[body.find(named[1]) + len(named[1]) + 1 :]
    elif _paper_link(body):
        title = plain(_NUMBERED.sub("", _LINK.split(body)[0]).strip(" -–—:|*"))
        rest = ""
        if len(title) < 12:
            return None
    elif heading is not None and len(plain(body)) >= 12 and level >= 2:
        return _Item(number, offset, plain(_NUMBERED.sub("", body)), links, indent, level, sure=False)
    else:
        return None
    return _Item(
        number, offset, title, links, indent, level, rest, sure=bool(_paper_link(body)) or len(rest) >= _MIN_ABSTRACT
    )


def _is_name(text: str, url: str) -> bool:
    """Whether a link's text is a title rather than "PDF" or "arXiv"."""
    if url.startswith("#") or len(text) < 3:
        return False
    return (len(text) >= 12 and " " in text) or (bool(from_url(url)) and text.lower() not in _LINK_WORDS)


def _paper_link(text: str) -> bool:
    return any(from_url(m["url"]) for m in _LINK.finditer(text)) or bool(from_url(text) if "://" in text else None)


def _ends(text: str, item: _Item) -> bool:
    heading = _HEADING.match(text)
    if heading:
        return len(heading["level"]) <= item.level
    return bool(regex.fullmatch(r"\s*(?:-{3,}|\*{3,}|_{3,})\s*", text)) or (
        item.level == 7 and bool(text.strip()) and not text[:1].isspace() and text[:1] not in ">|<" and _after_gap(item)
    )


def _after_gap(item: _Item) -> bool:
    """Whether a list item's block is over: a blank line, then text that is not indented."""
    return bool(item.lines) and not item.lines[-1].strip()


def plain(text: str) -> str:
    """Markdown text without links, emphasis, tags and escapes."""
    text = _LINK.sub(lambda m: m["text"], text)
    text = _TAG.sub(" ", text) if "<" in text else text
    text = regex.sub(r"(\*\*|__|(?<!\w)[*_]|[*_](?!\w)|`)", "", text)
    return html.unescape(" ".join(regex.sub(r"\\([\[\]()*_#|])", r"\1", text).split()))


def _finished(dump: Dump, item: _Item) -> Iterator[Paper | Reject]:
    if item.problem:
        yield dump.reject(*item.problem, line=item.line, byte_offset=item.offset, excerpt=item.title)
        return
    abstract = _abstract(item)
    links = item.links + [(plain(m["text"]), m["url"]) for line in item.lines[:40] for m in _LINK.finditer(line)]
    ids = identifiers_of([("url", url) for _, url in links])
    if not (item.sure or abstract or ids) or (not abstract and not ids):
        return
    yield dump.paper(
        item.title,
        abstract,
        line=item.line,
        byte_offset=item.offset,
        identifiers=ids,
        authors=_authors(item),
        url=next((url for _, url in links if "://" in url), None),
        dump_links=list(dict.fromkeys(("link", url) for _, url in links if _CODE_HOST.match(url))),
    )


def _authors(item: _Item) -> list[str]:
    first = next((line.strip() for line in item.lines if line.strip()), "")
    if label := regex.match(r"[>*_+\s-]*authors?[*_]*\s*[:：][*_\s]*(.*)", first, regex.IGNORECASE):
        return author_names(plain(label[1])) or []
    if _EMPHASIS.fullmatch(first) and "," in first:
        return [name.strip() for name in first.strip("*_").split(",") if name.strip()]
    return []


def _abstract(item: _Item) -> str:
    """The labelled abstract, else the longest paragraph without a label, else what follows the title in its line."""
    lines = item.lines
    for n, line in enumerate(lines):
        found = _ABSTRACT.match(line)
        if found is None or not (found["colon"] or not plain(found["rest"]) or "<" in line):
            continue
        gathered = [plain_keeping(found["rest"])] if found["rest"] else []
        for more in lines[n + 1 :]:
            if "</details>" in more.lower():
                gathered.append(plain_keeping(more))
                break
            blank_before = not gathered or not gathered[-1]
            if gathered and any(gathered) and (_OTHER_LABEL.match(more) and (blank_before or _ITEM.match(more))):
                break
            if any(gathered) and blank_before and not more.strip():
                break
            gathered.append(plain_keeping(more))
        if text := "\n".join(gathered).strip():
            return text
    paragraphs = [p.strip() for p in regex.split(r"\n\s*\n", "\n".join(map(plain_keeping, lines)))]
    candidates = [
        p
        for p in (*paragraphs, plain(item.rest).lstrip(" -–—:|"))
        if len(p) >= _MIN_ABSTRACT and not any(map(_OTHER_LABEL.match, p.split("\n"))) and not _EMPHASIS.fullmatch(p)
    ]
    return max(candidates, key=len, default="")


def plain_keeping(line: str) -> str:
    """A line of an abstract without the marks of quotes, lists and HTML around it; its own text stays as it is."""
    line = _TAG.sub("", line) if "<" in line else line
    return html.unescape(regex.sub(r"^\s*(?:>\s*)*(?:[-*+]\s+)?", "", line).rstrip())


def _header(line: str, below: str) -> list[str] | None:
    names = [plain(cell) for cell in cells_of(line)]
    if len(names) != len(cells_of(below)) or len(names) < 2:
        return None
    plan = plan_for(tuple(names))
    return names if plan.keys["title"] or plan.keys["abstract"] else None


def cells_of(line: str) -> list[str]:
    """The cells of a table row; an escaped bar does not part them."""
    line = line.strip().removeprefix("|")
    if line.endswith("|") and not line.endswith("\\|"):
        line = line[:-1]
    return [cell.strip() for cell in regex.split(r"(?<!\\)\|", line)]


def _row(dump: Dump, header: list[str], line: str, number: int, offset: int) -> Iterator[Paper | Reject]:
    cells = cells_of(line)
    if len(cells) != len(header):
        message = f"{len(cells)} cells where the table has {len(header)}."
        yield dump.reject("bad-record", message, line=number, byte_offset=offset, excerpt=line)
        return
    if not any(cells):
        return
    data = dict(zip(header, cells, strict=True))
    keys = plan_for(tuple(header)).keys
    urls = [m["url"] for m in _LINK.finditer(line)]
    row = {name: plain(cell) for name, cell in data.items()}
    for key in (*keys["url"], *keys["code"]):
        links = [m["url"] for m in _LINK.finditer(data[key])]
        row[key] = " ".join(links) if links else row[key]
    if "url" not in {name.lower() for name in header} and urls:
        row["url"] = next((u for u in urls if from_url(u)), urls[0])
    yield paper_from(dump, row, line=number, byte_offset=offset)
