"""Which results may stand in a leaderboard, and the small things that the export formats share."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path

from extract.dates import iso_date
from extract.model import Dataset, Link, Method, Metric, Record, Result
from extract.recordfiles import file_of


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A benchmark of the Hub: its data set, its task there, and the canonical ids of what it is measured by.

    The metrics that stand for all are the share of questions that are answered right, under its usual names.
    """

    dataset: str
    task: str
    metrics: frozenset[str] = frozenset({"accuracy", "answer-accuracy", "em", "exact-match", "pass-at-1"})


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for; `written_at` is when the records were written, in Unix seconds."""

    baselines: bool = False
    written_at: float = 0.0
    benchmarks: Mapping[str, Benchmark] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Claim:
    """One exact absolute result with the entities that it names."""

    result: Result
    method: Method
    dataset: Dataset
    metric: Metric


_CLAIMED = attrgetter("value", "uncertainty", "unit", "metric", "dataset", "split", "method", "task")


def claims(record: Record, options: Options) -> Iterator[Claim]:
    """The results of a record that a leaderboard may hold, in order; what the paper says twice is there once."""
    methods = {entity.name: entity for entity in record.methods}
    datasets = {entity.name: entity for entity in record.datasets}
    metrics = {entity.name: entity for entity in record.metrics}
    seen = set()
    for result in record.results:
        if result.kind != "absolute" or result.qualifier or result.value_high is not None:
            continue
        if result.method is None or result.dataset is None or result.metric is None:
            continue
        method = methods[result.method]
        if method.role != "proposed" and not options.baselines:
            continue
        claim = (*_CLAIMED(result), *result.conditions)
        if claim not in seen:
            seen.add(claim)
            yield Claim(result, method, datasets[result.dataset], metrics[result.metric])


def written_at(records: Sequence[Path]) -> float:
    """When the newest of the files was written: SOURCE_DATE_EPOCH where it is set, so that exports can be repeated."""
    if (epoch := os.environ.get("SOURCE_DATE_EPOCH", "")).isdigit():
        return float(epoch)
    files = map(file_of, records)
    return max((file.stat().st_mtime for file in files if file.is_file()), default=0.0)


def number(value: float) -> str:
    """A value as text: 83.5, 20 rather than 20.0."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def paper_url(record: Record) -> str:
    """Where the paper can be read: the dump's address, else the one its identifier gives, else empty."""
    if record.metadata.url:
        return record.metadata.url
    identifiers = record.identifiers
    if arxiv := identifiers.get("arxiv"):
        return f"https://arxiv.org/abs/{arxiv}"
    if doi := identifiers.get("doi"):
        return f"https://doi.org/{doi}"
    if acl := identifiers.get("acl"):
        return f"https://aclanthology.org/{acl}"
    return ""


def paper_date(record: Record) -> str | None:
    """The paper's date without its time of day; records of older versions hold it as the dump wrote it."""
    date = iso_date(record.metadata.published)
    return date[:10] if date else None


def released_code(record: Record) -> list[Link]:
    """The code links that are out: neither promised nor to be had on request."""
    return [link for link in record.links if link.kind == "code" and link.status == "released"]


def code_urls(record: Record) -> list[str]:
    """The addresses of the released code of a record."""
    return [link.url for link in released_code(record)]


def slug(text: str) -> str:
    """A file name that is safe everywhere; texts that would fall together get a hash."""
    plain = text.replace(":", "-", 1)
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip(".-")[:80]
    if safe == plain and safe:
        return safe
    return f"{safe or 'x'}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
