"""What a dump is, from its first part: for `paperfacts inspect`, before anything is converted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from extract.model import Paper, Reject
from extract.readers.dump import MAX_RECORD
from extract.readers.fields import plan_for
from extract.readers.passed import PassedOver
from extract.readers.reading import Detected, open_dump


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found in the first part of a dump.

    `complete` says that the first part is all of it; `mapped` gives (target, columns) in use, `unused` the other
    columns; `without` counts papers that lack a field; `rejects` are counted by reason, with a sample of each.
    """

    name: str
    detected: Detected
    format: str
    papers: int
    complete: bool
    mapped: tuple[tuple[str, tuple[str, ...]], ...]
    unused: tuple[str, ...]
    without: Mapping[str, int]
    rejects: Mapping[str, int]
    reject_samples: tuple[Reject, ...]
    samples: tuple[Paper, ...]
    passed_over: PassedOver


def inspect_dump(
    source: str | Path,
    *,
    format: str = "auto",  # noqa: A002
    mapping: Mapping[str, str] | None = None,
    encoding: str | None = None,
    max_record: int = MAX_RECORD,
    limit: int = 1000,
    name: str | None = None,
    asked: bool = True,
) -> Inspection:
    """Read up to `limit` items of a dump and say what they are; raises what `read` raises."""
    opened = open_dump(
        source, format=format, mapping=mapping, encoding=encoding, max_record=max_record, name=name, asked=asked
    )
    items = list(islice(opened.items, limit))
    complete = next(opened.items, None) is None
    papers = [item for item in items if isinstance(item, Paper)]
    rejects = [item for item in items if isinstance(item, Reject)]
    columns = opened.dump.columns
    plan = plan_for(columns, tuple(opened.dump.mapping.items()))
    mapped = [(target, keys) for target, keys in plan.keys.items() if keys and target != "id"]
    if plan.ids:
        mapped.append(("identifiers", tuple(dict.fromkeys(key for key, _ in plan.ids))))
    used = {key for _, keys in mapped for key in keys}
    used |= {key.split(".")[0] for key in opened.dump.mapping.values()}  # of row.title, row
    without = {
        "title": sum(not paper.title.strip() for paper in papers),
        "abstract": sum(not paper.abstract.strip() for paper in papers),
        "identifier": sum(not paper.identifiers for paper in papers),
    }
    opened.dump.stream.close()
    return Inspection(
        opened.dump.name,
        opened.detected,
        opened.dump.format,
        len(papers),
        complete,
        tuple(mapped) if columns else (),
        tuple(column for column in columns if column not in used),
        without,
        Counter(reject.reason for reject in rejects),
        tuple({reject.reason: reject for reject in reversed(rejects)}.values()),
        tuple(papers[:3]),
        opened.dump.passed_over,
    )
