"""Reads annotated papers and records.

Gold is JSONL, one object a paper: `methods`, `datasets`, `metrics`, `links`, `results`, `quantities` as README
describes, joined to records by `id`, by title, or by `n` through a papers file that holds `n` and `title`. The report's
exported judgements are in the same form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from extract import recordfiles
from extract.errors import UsageError
from extract.evaluate.names import folded
from extract.model import Paper, Reject

# The lists of facts, and what each fact in them must hold to be scored.
_LISTS = {
    "methods": ("name",),
    "datasets": ("name",),
    "metrics": ("name",),
    "links": ("url",),
    "results": ("surface", "value", "kind"),
    "quantities": ("surface", "value"),
}


@dataclass(frozen=True, slots=True)
class Gold:
    """The annotation of one paper and how to find its record."""

    where: str
    id: str | None
    title: str
    facts: dict[str, Any]


def read_lines(path: str | Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSONL file; raises UsageError with the line."""
    try:
        lines = Path(path).read_bytes().split(b"\n")
    except OSError as error:
        raise UsageError(f"Cannot read {path} ({error.strerror}); give a JSONL file.") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise UsageError(f"{path}:{number}: not JSON ({error}); mend or remove that line.") from None
        if not isinstance(value, dict):
            raise UsageError(f"{path}:{number}: not a JSON object; each line holds one paper.")
        yield value


def read_gold(gold: str | Path, papers: str | Path | None = None) -> list[Gold]:
    """Annotated papers in file order; `papers` gives the titles of those that carry only a number `n`.

    Raises UsageError for a file in which nothing is annotated, such as a dump.
    """
    rows = list(read_lines(gold))
    if not any(key in row for row in rows for key in _LISTS):
        raise UsageError(f"{gold} holds no annotated papers ({', '.join(_LISTS)}); README says what gold looks like.")
    titles: dict[Any, str] = {}
    if papers and not all(row.get("title") or row.get("id") for row in rows):
        titles = {row["n"]: row.get("title", "") for row in read_lines(papers) if "n" in row}
    found = []
    for row in rows:
        title = row.get("title") or titles.get(row.get("n"), "")
        if not title and not row.get("id") and (papers is None or "n" not in row):
            raise UsageError(f"{gold}: the paper n={row.get('n')!r} has neither id nor title; give --papers.")
        where = str(row.get("n", row.get("id", title)))
        facts = {key: _annotated(row.get(key), key, f"{gold}: the paper {where!r}") for key in _LISTS}
        found.append(Gold(where, str(row["id"]) if row.get("id") else None, title, facts))
    return found


def _annotated(facts: Any, key: str, paper: str) -> list[dict[str, Any]]:
    """The annotated facts of one kind; raises UsageError for a field of that name that holds something else."""
    needed = _LISTS[key]
    if facts is None:
        return []
    if not isinstance(facts, list) or any(not isinstance(f, dict) or any(k not in f for k in needed) for f in facts):
        raise UsageError(f"{paper} has {key} that are no annotated facts; each needs {', '.join(needed)}.")
    return facts


def read_records(path: str | Path) -> dict[str, dict[str, Any]]:
    """Records of a file, a run's folder or standard input, by id and by folded title."""
    return index_records(record for _, record in recordfiles.read_records(Path(path)))


def index_records(records: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Records by id and by folded title; the first of two with one title stands."""
    index: dict[str, dict[str, Any]] = {}
    for record in records:
        index.setdefault(record["id"], record)
        index.setdefault(_title_key(record.get("title")), record)
    return index


def record_of(gold: Gold, index: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    """The record of an annotated paper."""
    return next((index[key] for key in _keys(gold) if key in index), None)


def _keys(gold: Gold) -> list[str]:
    """What an index may hold the paper under, the surer first."""
    return [key for key in (gold.id, gold.title and _title_key(gold.title)) if key]


def _title_key(title: str | None) -> str:
    return "title:" + folded(title)


def among(gold: Sequence[Gold], items: Iterable[Paper | Reject]) -> list[Gold]:
    """The annotated papers that a dump holds, be it as a reject: those count as missed, what it never held does not."""
    held: set[str] = set()
    rejects: list[Reject] = []
    for item in items:
        if isinstance(item, Paper):
            held |= {item.id, _title_key(item.title)}
        else:
            rejects.append(item)
    traces = "\n".join(f"{reject.id or ''} {reject.excerpt}" for reject in rejects)
    titles = "\n".join(folded(reject.excerpt) for reject in rejects)
    return [paper for paper in gold if not held.isdisjoint(_keys(paper)) or _is_rejected(paper, traces, titles)]


def _is_rejected(paper: Gold, traces: str, titles: str) -> bool:
    """Whether a reject says the identifier of a paper, with or without its scheme, or its title."""
    ident = paper.id or ""
    ident = re.escape(ident.partition(":")[2] or ident)
    if ident and re.search(rf"(?<!\w){ident}(?:v\d|(?!\w))", traces):
        return True
    title = folded(paper.title)
    return bool(title) and title in titles


def converted(
    papers: Iterable[Paper | Reject], rules: str | None = None, *, calibrated: bool = True
) -> dict[str, dict[str, Any]]:
    """Records made now of what a dump holds, by id and by folded title."""
    from extract.model import to_json
    from extract.pipeline import Pipeline

    pipeline = Pipeline(rules, calibrated=calibrated)
    return index_records(orjson.loads(to_json(record)) for record in pipeline.run(papers))
