"""The XML formats: Atom (arXiv's API), OAI-PMH (arXivRaw, arXiv, oai_dc), ACL Anthology, PubMed, RSS."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

import regex

from extract.dates import iso_date
from extract.model import Paper, Reject
from extract.readers.dump import Dump
from extract.readers.identifiers import identifiers_of
from extract.readers.values import link_urls, without_preface
from extract.readers.xml_records import XmlRecord, text_of, xml_records

_BETWEEN_NAMES = regex.compile(r",\s+(?:and\s+)?|\s+and\s+")


def _child(element: Element | None, *path: str) -> Element | None:
    for name in path:
        element = next((c for c in element if c.tag == name), None) if element is not None else None
    return element


def _first(*elements: Element | None) -> Element | None:
    """The first that is there (an element without children is false, so `or` will not do)."""
    return next((e for e in elements if e is not None), None)


def _children(element: Element | None, *path: str) -> list[Element]:
    found = _child(element, *path)
    return list(found) if found is not None else []


def _text(element: Element | None, *path: str) -> str | None:
    found = _child(element, *path)
    text = text_of(found).strip() if found is not None else ""
    return text or None


def _all(element: Element | None, *path: str) -> list[str]:
    """The texts of all elements at a path, each step through every child of that name."""
    level: list[Element] = [element] if element is not None else []
    for name in path:
        level = [c for e in level for c in e if c.tag == name]
    return [text for e in level if (text := " ".join(text_of(e).split()))]


def _raw(element: Element | None, *path: str) -> str:
    return text_of(_child(element, *path))


def _each(dump: Dump, *tags: str) -> Iterator[XmlRecord | Reject]:
    return xml_records(dump, frozenset(tags))


def read_atom(dump: Dump) -> Iterator[Paper | Reject]:
    """The entries of an Atom feed; arXiv's API answers in it."""
    for item in _each(dump, "entry"):
        if isinstance(item, Reject):
            yield item
            continue
        entry = item.element
        links = [(c.get("rel", "alternate"), c.get("href") or "") for c in entry if c.tag == "link"]
        url = next((href for rel, href in links if rel == "alternate" and href), None)
        abstract, warnings = without_preface(_raw(entry, "summary") or _raw(entry, "content"))
        yield dump.paper(
            _raw(entry, "title"),
            abstract,
            line=item.line,
            byte_offset=item.offset,
            comment=_text(entry, "comment"),
            identifiers=identifiers_of([("id", _text(entry, "id")), ("doi", _text(entry, "doi")), ("url", url)]),
            authors=_all(entry, "author", "name"),
            published=iso_date(_text(entry, "published"), _text(entry, "updated")),
            categories=[term for c in entry if c.tag == "category" and (term := c.get("term"))],
            url=url or _text(entry, "id"),
            warnings=warnings,
        )


def read_oai(dump: Dump) -> Iterator[Paper | Reject]:
    """The records of an OAI-PMH answer in arXivRaw, arXiv or oai_dc; deleted ones are rejects with that reason."""
    for item in _each(dump, "record"):
        if isinstance(item, Reject):
            yield item
            continue
        header = _child(item.element, "header")
        ident = _text(header, "identifier")
        if header is not None and header.get("status") == "deleted":
            yield dump.reject("deleted", "Deleted at the source.", line=item.line, byte_offset=item.offset, id=ident)
            continue
        metadata = _child(item.element, "metadata")
        inner = next(iter(metadata), None) if metadata is not None else None
        yield (
            _dublin_core(dump, item, inner, ident)
            if inner is not None and inner.tag == "dc"
            else _arxiv(dump, item, inner, ident)
        )


def _arxiv(dump: Dump, item: XmlRecord, data: Element | None, ident: str | None) -> Paper | Reject:
    names = [
        " ".join(p for p in (_text(a, "forenames"), _text(a, "keyname"), _text(a, "suffix")) if p)
        for a in _children(data, "authors")
    ]
    return dump.paper(
        _raw(data, "title"),
        _raw(data, "abstract"),
        line=item.line,
        byte_offset=item.offset,
        comment=_text(data, "comments"),
        identifiers=identifiers_of(
            [("id", _text(data, "id")), ("id", ident), ("doi", (_text(data, "doi") or "").split(" ")[0])]
        ),
        authors=[n for n in names if n] or split_authors(_text(data, "authors")),
        published=iso_date(_text(data, "created"), _text(data, "version", "date")),
        categories=(_text(data, "categories") or "").split(),
        warnings=(),
    )


def split_authors(text: str | None) -> list[str]:
    """Names separated by commas and a last "and"."""
    return [" ".join(n.split()) for n in _BETWEEN_NAMES.split(text) if n.strip()] if text else []


def _dublin_core(dump: Dump, item: XmlRecord, data: Element, ident: str | None) -> Paper | Reject:
    descriptions = [text_of(c) for c in data if c.tag == "description"]
    comment = next((d for d in descriptions[1:] if d.lstrip().startswith("Comment:")), None)
    links = _all(data, "identifier")
    return dump.paper(
        _raw(data, "title"),
        descriptions[0] if descriptions else "",
        line=item.line,
        byte_offset=item.offset,
        comment=comment.strip().removeprefix("Comment:").strip() if comment else None,
        identifiers=identifiers_of(
            [("id", ident), *(("doi" if link.startswith("doi:") else "url", link) for link in links)]
        ),
        authors=_all(data, "creator"),
        published=iso_date(*_all(data, "date")),
        categories=_all(data, "subject"),
        url=next((link for link in links if "://" in link), None),
    )


def read_acl(dump: Dump) -> Iterator[Paper | Reject]:
    """The papers of an ACL Anthology file, with its inline markup as plain text."""
    for item in _each(dump, "paper"):
        if isinstance(item, Reject):
            yield item
            continue
        paper = item.element
        url = _text(paper, "url")
        anthology = url if url and "/" not in url else None
        authors = [" ".join(p for p in (_text(a, "first"), _text(a, "last")) if p) for a in paper if a.tag == "author"]
        code = [("pwccode", c.get("url") or "") for c in paper if c.tag == "pwccode" and c.get("url")]
        yield dump.paper(
            _raw(paper, "title"),
            _raw(paper, "abstract"),
            line=item.line,
            byte_offset=item.offset,
            identifiers=identifiers_of([("acl", anthology), ("url", url), ("doi", _text(paper, "doi"))]),
            authors=[a for a in authors if a],
            published=_text(paper, "year"),
            url=f"https://aclanthology.org/{anthology}" if anthology else url,
            dump_links=code,
        )


def read_pubmed(dump: Dump) -> Iterator[Paper | Reject]:
    """The articles of a PubMed file; the labelled parts of an abstract are joined by line ends."""
    for item in _each(dump, "PubmedArticle", "PubmedBookArticle"):
        if isinstance(item, Reject):
            yield item
            continue
        citation = _first(_child(item.element, "MedlineCitation"), _child(item.element, "BookDocument"))
        article = _first(_child(citation, "Article"), citation)
        pmid = _text(citation, "PMID")
        dois = [
            e
            for e in item.element.iter()
            if e.tag in ("ArticleId", "ELocationID") and "doi" in (e.get("IdType"), e.get("EIdType"))
        ]
        listed = [e for e in dois if e.tag == "ELocationID" or _in_own_list(item.element, e)]
        yield dump.paper(
            _raw(article, "ArticleTitle") or _raw(article, "VernacularTitle") or _raw(article, "Book", "BookTitle"),
            "\n".join(_labelled(_children(article, "Abstract"))),
            line=item.line,
            byte_offset=item.offset,
            identifiers=identifiers_of([("pmid", pmid), *(("doi", text_of(e).strip()) for e in listed)]),
            authors=_pubmed_authors(_children(article, "AuthorList")),
            published=_pubmed_date(_child(article, "Journal", "JournalIssue", "PubDate")),
            categories=_all(citation, "KeywordList", "Keyword"),
            url=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid else None,
        )


def _in_own_list(record: Element, ident: Element) -> bool:
    """Whether an id is the article's own and not one of its references."""
    own = _child(record, "PubmedData", "ArticleIdList")
    return own is not None and any(e is ident for e in own)


def _labelled(abstract: list[Element]) -> Iterable[str]:
    for part in abstract:
        if part.tag == "AbstractText" and (text := text_of(part)).strip():
            label = part.get("Label")
            yield f"{label}: {text}" if label and label != "UNLABELLED" else text


def _pubmed_authors(authors: list[Element]) -> list[str]:
    found = []
    for author in authors:
        name = " ".join(p for p in (_text(author, "ForeName"), _text(author, "LastName")) if p)
        if name := name or _text(author, "CollectiveName") or "":
            found.append(name)
    return found


def _pubmed_date(date: Element | None) -> str:
    parts = [_text(date, part) for part in ("Year", "Month", "Day")]
    return "-".join(p for p in parts if p) or _text(date, "MedlineDate") or ""


def read_rss(dump: Dump) -> Iterator[Paper | Reject]:
    """The items of an RSS feed of papers."""
    for item in _each(dump, "item"):
        if isinstance(item, Reject):
            yield item
            continue
        entry = item.element
        abstract, warnings = without_preface(_raw(entry, "description") or _raw(entry, "encoded"))
        url = _text(entry, "link")
        yield dump.paper(
            _raw(entry, "title"),
            abstract,
            line=item.line,
            byte_offset=item.offset,
            identifiers=identifiers_of([("url", url), ("doi", _text(entry, "doi")), ("guid", _text(entry, "guid"))]),
            authors=_all(entry, "creator") or _all(entry, "author"),
            published=iso_date(_text(entry, "pubDate"), _text(entry, "date")),
            categories=_all(entry, "category"),
            url=next(iter(link_urls(url or "")), None),
            warnings=warnings,
        )
