"""From a mapping with the field names that people use (JSON object, CSV row, Parquet row) to a paper.

`plan_for` decides once for a set of keys which key is the title, which the abstract and so on, and remembers it: a dump
of millions pays for the decision once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from types import MappingProxyType
from typing import Any

from extract.errors import UsageError
from extract.model import ID_SCHEMES, Paper, Reject
from extract.readers.dump import Dump, escaped
from extract.readers.identifiers import identifiers_of, identifiers_of_key
from extract.readers.values import (
    abstract_text,
    author_names,
    category_names,
    date_text,
    link_urls,
    plain_text,
    without_preface,
)

# Field names in order of preference, in lower case and without "_", "-", ":", "." and spaces.
_NAMES = {
    "title": "title papertitle articletitle documenttitle displayname ti t1 headline name",
    "abstract": "abstract paperabstract abstracttext abstractnote abstracts abstractinvertedindex summary papersummary "
    "ab n2 contenttext contenthtml description",
    "comment": "comment comments arxivcomment",
    "authors": "authors author authornames creators authorships creator",
    "published": "published publishedat publicationdate publishtime datepublished publishedonline issued pubdate pdate "
    "date submitted versions created cdate tcdate updatedate updated year publicationyear",
    "categories": "categories category subjects subject fieldsofstudy primarycategory keywords tags",
    "url": "url paperurl abs urlabs absurl paperurlabs link links entryid pdf pdfurl urlpdf "
    "paperurlpdf s2url site href id doi",
    "code": "code codeurl codeurls codelink codelinks github githubrepo githuburl githublink repo repourl repository "
    "repositoryurl project projectpage projecturl homepage website demo demourl",
    "id": "id paperid entryid arxivid arxiv paperarxivid eprint doi articledoi aclid acl anthologyid openreviewid "
    "openreview forum s2id corpusid s2corpusid openalex openalexid pmid pubmed pubmedid externalids ids identifiers "
    "paperurl url abs urlabs paperurlabs pdf pdfurl urlpdf link s2url site guid corduid recordid uid key number",
}
NAMES: dict[str, tuple[str, ...]] = {target: tuple(names.split()) for target, names in _NAMES.items()}
TARGETS = (*NAMES, *ID_SCHEMES)
"""What `--map` can name: the fields of a paper and the identifier schemes."""
# Objects that wrap the paper: Hugging Face's daily papers (paper), OpenReview (content), unarXive (metadata), Elastic.
# Hugging Face's viewer (row), JSON:API and its like (data).
_WRAPPERS = ("paper", "content", "metadata", "_source", "attributes", "fields", "article", "row", "data")


@dataclass(frozen=True, slots=True)
class Plan:
    """Which keys of a mapping stand for what, best first."""

    keys: Mapping[str, tuple[str, ...]]
    ids: tuple[tuple[str, str], ...]  # (key, the name it is read under)
    wrappers: tuple[str, ...]


def fold(name: str) -> str:
    """A field name without case and separators: `arXiv_ID` and `arxiv-id` are both `arxivid`."""
    return name.lower().translate(_SEPARATORS)


_SEPARATORS = str.maketrans("", "", "_-:. \ufeff")


@lru_cache(maxsize=1024)
def plan_for(keys: tuple[str, ...], mapping: tuple[tuple[str, str], ...] = ()) -> Plan:
    """The plan for a mapping with these keys; `mapping` holds (target, key) pairs that override the names.

    A target whose key is not there has none: another name is not what the user asked for.
    """
    by_name: dict[str, str] = {}
    for key in keys:
        by_name.setdefault(fold(key), key)
    chosen = {target: tuple(by_name[name] for name in names if name in by_name) for target, names in NAMES.items()}
    ids = [(key, key) for key in chosen["id"]]
    for target, key in mapping:
        there = (key,) if key in keys else ()
        if target == "id" or target in ID_SCHEMES:
            ids[:0] = [(key, target) for key in there]
        else:
            chosen[target] = there + chosen[target] if target == "code" else there
    return Plan(chosen, tuple(ids), tuple(key for key in keys if key in _WRAPPERS))


def check_mapping(mapping: Mapping[str, str] | None) -> dict[str, str]:
    """The mapping with its targets checked; raises `UsageError` for a target that does not exist."""
    for target in mapping or {}:
        if target not in TARGETS:
            raise UsageError(f"--map knows no target {target!r}; the targets are {', '.join(TARGETS)}.")
    return dict(mapping or {})


def parse_mapping(text: str | None) -> dict[str, str]:
    """`title=Titel,abstract=Zusammenfassung` as a mapping; raises `UsageError`."""
    if text is None:
        return {}
    pairs = [pair.partition("=") for pair in text.split(",")]
    for target, equals, column in pairs:
        if not equals or not target.strip() or not column.strip():
            raise UsageError(f"--map wants pairs such as title=Titel,abstract=Text, not {text!r}.")
    return check_mapping({target.strip(): column.strip() for target, _, column in pairs})


NO_MAPPING: Mapping[str, str] = MappingProxyType({})


def is_paper(data: Mapping[str, Any], mapping: Mapping[str, str] = NO_MAPPING) -> bool:
    """Whether a mapping looks like a paper: it has a title or an abstract, by a name known here or by `mapping`."""
    data = with_paths(data, mapping)
    plan = plan_for(tuple(data), tuple(mapping.items()))
    return _names_text(plan) or unwrapped(data, plan.wrappers, mapping) is not data


def _names_text(plan: Plan) -> bool:
    return bool(plan.keys["title"] or plan.keys["abstract"])


def unwrapped(
    data: Mapping[str, Any], wrappers: Iterable[str], mapping: Mapping[str, str] = NO_MAPPING
) -> Mapping[str, Any]:
    """The mapping with what it wraps laid over it, in place of the wrapper."""
    for wrapper in wrappers:
        inner = data[wrapper]
        if isinstance(inner, dict) and inner and _names_text(plan_for(tuple(inner), tuple(mapping.items()))):
            outer = {key: value for key, value in data.items() if key != wrapper}
            return {**outer, **{key: value for key, value in inner.items() if value is not None}}
    return data


def with_paths(data: Mapping[str, Any], mapping: Mapping[str, str]) -> Mapping[str, Any]:
    """The mapping and, as keys of its own, what the dotted names of `--map` point at (`row.title`)."""
    if not any("." in key for key in mapping.values()):
        return data
    found = {key: _at(data, key.split(".")) for key in mapping.values() if "." in key and key not in data}
    return {**data, **{key: value for key, value in found.items() if value is not None}}


def _at(value: Any, path: Iterable[str]) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def paper_from(
    dump: Dump,
    data: Mapping[str, Any],
    *,
    line: int | None = None,
    byte_offset: int | None = None,
    excerpt: bytes | str = "",
    key: str = "",
) -> Paper | Reject:
    """The paper that a mapping describes, or the reject when it has neither title nor abstract.

    `excerpt` is what a reject shows (the mapping itself, when empty); `key` the name that the mapping stands under.
    """
    mapping = tuple(dump.mapping.items())
    if mapping:
        data = with_paths(data, dump.mapping)
    plan = plan_for(tuple(data), mapping)
    if plan.wrappers:
        data = unwrapped(data, plan.wrappers, dump.mapping)
        plan = plan_for(tuple(data), mapping)
    if not dump.columns:
        dump.columns = tuple(data)
    keys = plan.keys
    title = _first(data, keys["title"], plain_text)
    abstract = _first(data, keys["abstract"], abstract_text)
    warnings: tuple[str, ...] = ()
    if abstract and "content_text" in keys["abstract"]:  # JSON Feed
        abstract, warnings = without_preface(abstract)
    published = _first(data, keys["published"], date_text)
    identifiers = identifiers_of([(name, data.get(key)) for key, name in plan.ids])
    if key:
        identifiers = identifiers_of_key(key) | identifiers
    if not title and not abstract:
        shown = excerpt or str(dict(data))
        ident = next(iter(identifiers.values()), None)
        return dump.reject(
            "empty-paper", _without_text(plan, data), line=line, byte_offset=byte_offset, excerpt=shown, id=ident
        )
    return dump.paper(
        title or "",
        abstract or "",
        line=line,
        byte_offset=byte_offset,
        comment=_first(data, keys["comment"], plain_text),
        identifiers=identifiers,
        authors=_first(data, keys["authors"], author_names) or (),
        published=published,
        categories=_first(data, keys["categories"], category_names) or (),
        url=_first(data, keys["url"], _url),
        dump_links=[(key, url) for key in keys["code"] if data.get(key) for url in link_urls(data[key])],
        warnings=warnings,
        excerpt=excerpt,
    )


def _without_text(plan: Plan, data: Mapping[str, Any]) -> str:
    """Why a mapping is no paper: its texts are empty, or no field of it is known as one."""
    if _names_text(plan) or not data:
        return "Neither a title nor an abstract."
    return f"Neither a title nor an abstract among its fields ({listed(data)}); {MAP_HINT}."


MAP_HINT = "say which they are with --map title=FIELD,abstract=FIELD"


def listed(names: Iterable[str]) -> str:
    """The first names of a record's fields for a message, each on one line and not too long."""
    return ", ".join(escaped(name[:40]) for name in islice(names, 20))


def _first(data: Mapping[str, Any], keys: tuple[str, ...], read: Any) -> Any:
    for key in keys:
        value = data.get(key)
        if value is not None and (found := read(value)):
            return found
    return None


def _url(value: Any) -> str | None:
    return next(iter(link_urls(value)), None)
