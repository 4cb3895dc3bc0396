"""Identifiers out of ids and URLs: arXiv with its version split off, DOI, ACL, OpenReview, S2, OpenAlex, PubMed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import regex

# New style since 2007 (four digits until 2014, five after), old style archive/YYMMNNN (arxiv.org help, identifiers).
_ARXIV = regex.compile(
    r"(?:arxiv:\s*+)?(?P<id>\d{4}\.\d{4,5}|[a-z][a-z-]*+(?:\.[a-z]{2})?/\d{7})(?P<version>v\d++)?(?:\.pdf)?",
    regex.IGNORECASE,
)
_ARXIV_URL = regex.compile(
    r"(?:arxiv\.org/(?:abs|pdf|html|format)/|(?:huggingface\.co|hf\.co)/papers/|alphaxiv\.org/abs/|oai:arxiv\.org:"
    r"|10\.48550/arxiv\.)(?P<rest>[^\s?#]++)",
    regex.IGNORECASE,
)
_DOI = regex.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*+)?(?P<id>10\.\d{4,9}/\S++)", regex.IGNORECASE)
_ACL = r"[A-Z]\d{2}-\d{4}|\d{4}\.[\w-]++\.\d++"
_ACL_ID = regex.compile(_ACL)
_ACL_URL = regex.compile(rf"(?:aclanthology\.org|aclweb\.org/anthology)/(?P<id>{_ACL})")
_OPENREVIEW_URL = regex.compile(r"openreview\.net/(?:forum|pdf|attachment)\?(?:[^#\s]*?&)?id=(?P<id>[\w-]++)")
_OPENALEX = regex.compile(r"(?:https?://(?:api\.)?openalex\.org/(?:works/)?)?(?P<id>W\d{4,12})", regex.IGNORECASE)
_PMID = regex.compile(
    r"(?:https?://(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/|pmid:?\s*+)?(?P<id>\d{1,9})/?",
    regex.IGNORECASE,
)
_S2_URL = regex.compile(r"semanticscholar\.org/paper/(?:[^/\s]*+/)?(?P<id>[0-9a-f]{40})")
_S2_CORPUS_URL = regex.compile(r"semanticscholar\.org/CorpusID:(?P<id>\d++)", regex.IGNORECASE)
_S2_ID = regex.compile(r"[0-9a-f]{40}")
_SEPARATORS = str.maketrans("", "", "_-:. ")
_MAX_LENGTH = 300  # characters; longer ones are no identifiers

_BY_NAME = {
    "arxivid": "arxiv", "arxiv": "arxiv", "paperarxivid": "arxiv", "eprint": "arxiv",
    "doi": "doi", "articledoi": "doi",
    "acl": "acl", "aclid": "acl", "anthologyid": "acl",
    "openreviewid": "openreview", "openreview": "openreview", "forum": "openreview",
    "s2id": "s2", "corpusid": "corpus", "s2corpusid": "corpus",
    "openalex": "openalex", "openalexid": "openalex",
    "pmid": "pmid", "pubmed": "pmid", "pubmedid": "pmid",
}  # fmt: skip
_OWN = frozenset({"id", "paperid", "recordid", "corduid", "uid", "key", "number", "guid"})


def arxiv_id(text: str) -> tuple[str, str | None] | None:
    """The arXiv id and its version ("v2") of an id or a URL, or None."""
    text = text.strip()
    if ("/" in text or ":" in text) and (url := _ARXIV_URL.search(text)):
        text = url["rest"].rstrip("/")
    found = _ARXIV.fullmatch(text)
    return (found["id"], found["version"]) if found else None


def doi(text: str) -> str | None:
    """A DOI without its resolver, in lower case (DOIs ignore case, DOI Handbook 2.4)."""
    found = _DOI.fullmatch(text.strip())
    return found["id"].lower() if found else None


def from_url(url: str) -> dict[str, str]:
    """The identifiers that a URL spells out."""
    if ("arxiv" in url or "papers/" in url or "arXiv" in url) and (ident := arxiv_id(url)):
        return _versioned(ident)
    for scheme, pattern in (("acl", _ACL_URL), ("openreview", _OPENREVIEW_URL), ("s2", _S2_URL)):
        if found := pattern.search(url):
            return {scheme: found["id"]}
    if found := _S2_CORPUS_URL.search(url):
        return {"s2": f"CorpusId:{found['id']}"}
    for scheme, mark, pattern in (
        ("doi", "doi.org/", _DOI),
        ("openalex", "openalex.org/", _OPENALEX),
        ("pmid", "pubmed", _PMID),
    ):
        if mark in url and (found := pattern.fullmatch(url.strip())):
            return {scheme: _normal(scheme, found["id"])}
    return {}


def identifiers_of(fields: Iterable[tuple[str, Any]]) -> dict[str, str]:
    """The identifiers in (field name, value) pairs, the first of each scheme; what has no scheme is kept as "id"."""
    found: dict[str, str] = {}
    for key, value in fields:
        if value is None or ("arxiv" in found and isinstance(value, str) and "arxiv.org/" in value):
            continue
        for scheme, ident in _of_field(key, value).items():
            found.setdefault(scheme, ident)
    if corpus := found.pop("corpus", None):
        found.setdefault("s2", f"CorpusId:{corpus}")
    if "doi" in found and "arxiv" not in found and (preprint := arxiv_id(found["doi"])):
        found["arxiv"] = preprint[0]
    return found


def identifiers_of_key(key: str) -> dict[str, str]:
    """The identifiers in the name that a paper stands under ({"2401.00001": {...}}); most names are none."""
    if ident := arxiv_id(key):
        return _versioned(ident)
    if found := doi(key):
        return {"doi": found}
    if "://" in key:
        return from_url(key)
    for scheme, pattern in (("acl", _ACL_ID), ("s2", _S2_ID)):
        if pattern.fullmatch(key):
            return {scheme: key}
    return {}


def _of_field(key: str, value: Any) -> dict[str, str]:
    if isinstance(value, dict):  # externalIds of Semantic Scholar, ids of OpenAlex, {"value": ...} of OpenReview
        found: dict[str, str] = {}
        for inner, item in value.items():
            if not isinstance(item, dict | list):
                found |= _of_field(key if inner == "value" else inner, item)
        return {scheme: ident for scheme, ident in found.items() if scheme != "id"}
    if isinstance(value, list):
        value = next((v for v in value if isinstance(v, str)), None)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if abs(value) < 1 << 63 else None
    if not isinstance(value, str) or not (value := value.strip()) or len(value) > _MAX_LENGTH:
        return {}
    name = key.lower().translate(_SEPARATORS)
    if "://" in value or value.startswith("www."):
        return from_url(value) or ({"id": value} if name in _OWN else {})
    return _of_text(name, value)


def _of_text(name: str, value: str) -> dict[str, str]:
    scheme = _BY_NAME.get(name)
    if (scheme == "arxiv" or name in _OWN) and (ident := arxiv_id(value)):
        return _versioned(ident)
    if scheme == "arxiv":
        return {}
    if scheme in ("doi", "openalex", "pmid"):
        found = {"doi": _DOI, "openalex": _OPENALEX, "pmid": _PMID}[scheme].fullmatch(value)
        return {scheme: _normal(scheme, found["id"])} if found else {}
    if scheme is not None:
        return {scheme: value}
    if name == "paperid" and _S2_ID.fullmatch(value):
        return {"s2": value}
    return {"id": value} if name in _OWN else {}


def _versioned(ident: tuple[str, str | None]) -> dict[str, str]:
    return {"arxiv": ident[0], "arxiv_version": ident[1]} if ident[1] else {"arxiv": ident[0]}


def _normal(scheme: str, ident: str) -> str:
    return ident.lower() if scheme == "doi" else ident.upper() if scheme == "openalex" else ident
