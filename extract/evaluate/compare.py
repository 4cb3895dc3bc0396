"""Gained and lost facts between two sets of records, by rule: what a change of the rules did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

Fact = tuple[str, str, str]


class Change(NamedTuple):
    """One fact that stands in one set only: paper, kind of fact, what it says, and the rule that read it."""

    id: str
    kind: str
    fact: str
    rule: str
    gained: bool


def facts_of_record(record: dict[str, Any]) -> dict[Fact, str]:
    """(kind, key, detail) of every fact of a record, and its rule."""
    found: dict[Fact, str] = {}
    for kind in ("methods", "datasets", "metrics", "tasks"):
        for entity in record[kind]:
            detail = entity.get("role") or entity.get("canonical") or ""
            found[kind, entity["name"], detail] = entity["mentions"][0]["rule"]
    for link in record["links"]:
        rule = link["mentions"][0]["rule"] if link["mentions"] else f"dump.{link['from_dump']}"
        found["links", link["url"], f"{link['kind']} {link['status']}"] = rule
    for result in record["results"]:
        mention = result["mention"]
        slots = "; ".join(
            f"{k}={result[k]}"
            for k in ("kind", "unit", "metric", "dataset", "split", "method", "baseline")
            if result[k]
        )
        found["results", f"{mention['text']} @{mention['field']}:{mention['start_char']}", slots] = mention["rule"]
    for quantity in record["quantities"]:
        mention = quantity["mention"]
        detail = f"{quantity['kind']} {quantity['unit'] or ''}".strip()
        found["quantities", f"{quantity['surface']} @{mention['field']}:{mention['start_char']}", detail] = mention[
            "rule"
        ]
    return found


def compare(before: dict[str, Any] | None, after: dict[str, Any] | None) -> Iterator[Change]:
    """The changes of one paper, lost ones first."""
    old = facts_of_record(before) if before else {}
    new = facts_of_record(after) if after else {}
    ident = (after or before or {}).get("id", "")
    for fact in sorted(old.keys() - new.keys()):
        yield Change(ident, fact[0], f"{fact[1]} [{fact[2]}]", old[fact], gained=False)
    for fact in sorted(new.keys() - old.keys()):
        yield Change(ident, fact[0], f"{fact[1]} [{fact[2]}]", new[fact], gained=True)


def by_rule(changes: list[Change]) -> list[tuple[str, str, int, int]]:
    """(kind, rule, gained, lost), most changed first."""
    gained: Counter[tuple[str, str]] = Counter()
    lost: Counter[tuple[str, str]] = Counter()
    for change in changes:
        (gained if change.gained else lost)[change.kind, change.rule] += 1
    keys = sorted(gained.keys() | lost.keys(), key=lambda k: (-(gained[k] + lost[k]), k))
    return [(*key, gained[key], lost[key]) for key in keys]
