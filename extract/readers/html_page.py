"""A saved page of Hugging Face papers: the data that the page itself is built from, else its article cards."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

from extract.model import Paper, Reject
from extract.readers.dump import Dump
from extract.readers.fields import is_paper, paper_from
from extract.readers.identifiers import from_url
from extract.readers.json_values import papers_within
from extract.readers.jsonl import BadValueError, parse
from extract.readers.streams import CHUNK

_MAX_PAGE = 16
"""A page may be this many times the limit of a record; the largest seen (a month of papers) has 2 MB."""


class _Page(HTMLParser):
    """Gathers `data-props` of the page's components and the <article> cards: title, link, abstract."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.props: list[tuple[str, int]] = []
        self.cards: list[tuple[dict[str, str], int]] = []
        self._card: dict[str, str] | None = None
        self._field: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "data-props" in given and "apers" in given.get("data-target", "") + given["data-props"][:20000]:
            self.props.append((given["data-props"], self.getpos()[0]))
        if tag == "article":
            self._card = {}
            self.cards.append((self._card, self.getpos()[0]))
        elif self._card is not None:
            if tag in ("h1", "h2", "h3", "h4"):
                self._field = "title"
            elif tag == "p":
                self._field = "abstract"
            elif tag == "a" and "/papers/" in given.get("href", "") and "#" not in given["href"]:
                path = given["href"]
                self._card.setdefault("url", path if "://" in path else "https://huggingface.co" + path)

    def handle_endtag(self, tag: str) -> None:
        if tag == "article":
            self._card = None
        if tag in ("h1", "h2", "h3", "h4", "p", "article"):
            self._field = None

    def handle_data(self, data: str) -> None:
        if self._card is not None and self._field:
            self._card[self._field] = self._card.get(self._field, "") + data


def read_html(dump: Dump) -> Iterator[Paper | Reject]:
    """The papers of a saved page."""
    data = bytearray()
    while piece := dump.stream.read(CHUNK):
        data += piece
        if len(data) > _MAX_PAGE * dump.max_record:
            yield dump.too_large(len(data), bytes(data[:200]), 1, 0)
            return
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        yield dump.reject("bad-encoding", f"Not UTF-8 at byte {error.start}.", byte_offset=error.start)
        return
    page = _Page()
    page.feed(text)
    page.close()
    before = dump.index
    for props, line in page.props:
        try:
            found = parse(props.encode("utf-8", "replace"))
        except BadValueError:
            continue
        papers = papers_within(found) if isinstance(found, dict) else None
        if (
            papers is None
            and isinstance(found, dict)
            and isinstance(found.get("paper"), dict)
            and is_paper(found["paper"])
        ):
            papers = [found["paper"]]
        for paper in papers or ():
            yield paper_from(dump, _with_links(paper), line=line)
        if dump.index > before:
            return
    for card, line in page.cards:
        if card.get("title", "").strip():
            title, abstract = (" ".join(card.get(key, "").split()) for key in ("title", "abstract"))
            url = card.get("url")
            yield dump.paper(title, abstract, line=line, identifiers=from_url(url or ""), url=url)
    if dump.index == before:
        yield dump.reject("empty-paper", "The page holds no paper.", line=1, byte_offset=0)


def _with_links(paper: dict[str, object]) -> dict[str, object]:
    """The paper with its address, which the page leaves to its script."""
    inner = paper.get("paper")
    ident = inner.get("id") if isinstance(inner, dict) else paper.get("id")
    return (
        paper
        if "url" in paper or not isinstance(ident, str)
        else {**paper, "url": f"https://huggingface.co/papers/{ident}"}
    )
