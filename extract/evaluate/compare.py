"""Gained, lost and changed facts between two sets of records, by rule: what a change of the rules did.

A fact is the same in both where it stands for the same: an entity of one kind and name, a link of one address, a
number at one place of the text. Everything else that a record says of it is compared, fields of later versions too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

# "reweighed" is a fact of which only the confidence is another: measuring the rules anew does that to nearly all.
What = Literal["gained", "lost", "changed", "reweighed"]
Fields = dict[str, Any]

ENTITIES = ("methods", "datasets", "metrics", "tasks")
# What a paper says as a whole; where it stood in its dump and the version of the schema are no facts of it.
_NOT_OF_THE_PAPER = frozenset({"schema_version", "id", "source", *ENTITIES, "links", "results", "quantities"})
# The rule of what no rule reads.
NO_RULE = "-"


class Change(NamedTuple):
    """One fact that differs: its paper, kind, what it says, its rule (after the change), and for a changed one each
    field's value before and after. A paper that only one set holds is one change of the kind "papers".
    """

    id: str
    kind: str
    fact: str
    rule: str
    change: What
    fields: dict[str, tuple[Any, Any]]

    @property
    def rules(self) -> tuple[str, ...]:
        """The rule, and the one that read the fact before where that was another."""
        before = self.fields.get("rule", (self.rule, self.rule))[0]
        return (self.rule,) if before == self.rule else (self.rule, before)


def compare(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Iterator[Change]:
    """The changes of one paper."""
    if before is None or after is None:
        record = after or before or {}
        what: What = "lost" if after is None else "gained"
        yield Change(record.get("id", ""), "papers", record.get("title", ""), NO_RULE, what, {})
        return
    ident = after["id"]
    old, new = _facts(before), _facts(after)
    for kind, key in sorted(old.keys() | new.keys()):
        for was, now in _pairs(old.get((kind, key), []), new.get((kind, key), [])):
            if now is None and was is not None:
                yield Change(ident, kind, _said(kind, key, was), was["rule"], "lost", {})
            elif was is None and now is not None:
                yield Change(ident, kind, _said(kind, key, now), now["rule"], "gained", {})
            elif was is not None and now is not None and (fields := _differences(was, now)):
                how: What = "reweighed" if fields.keys() == {"confidence"} else "changed"
                yield Change(ident, kind, _said(kind, key, now), now["rule"], how, fields)


def _facts(record: Mapping[str, Any]) -> dict[tuple[str, str], list[Fields]]:
    """The facts of a record by kind and by what makes one the same fact in another record; each with its rule."""
    found: dict[tuple[str, str], list[Fields]] = defaultdict(list)
    for kind in ENTITIES:
        for entity in record.get(kind, ()):
            found[kind, entity["name"]].append(_entity(entity, "name"))
    for link in record.get("links", ()):
        found["links", link["url"]].append(_entity(link, "url"))
    groups: dict[str, str] = {}
    for kind in ("results", "quantities"):
        for number in record.get(kind, ()):
            mention = number["mention"]
            place = f"{mention['field']}:{mention['start_char']}"
            fields = {name: value for name, value in number.items() if name != "mention"}
            if group := number.get("group"):
                # Groups are numbered through: one more at the beginning of a text would change all others.
                fields["group"] = groups.setdefault(group, place)
            found[kind, place].append(fields | {"text": mention["text"], "rule": mention["rule"]})
    paper = {name: value for name, value in record.items() if name not in _NOT_OF_THE_PAPER}
    found["paper", ""].append(paper | {"rule": NO_RULE})
    return found


def _entity(entity: Mapping[str, Any], key: str) -> Fields:
    mentions = entity.get("mentions", ())
    fields = {name: value for name, value in entity.items() if name not in (key, "mentions")}
    fields["mentions"] = [f"{m['field']}:{m['start_char']}-{m['end_char']} {m['rule']}" for m in mentions]
    fields["rule"] = mentions[0]["rule"] if mentions else f"dump.{entity.get('from_dump')}"
    return fields


def _pairs(old: list[Fields], new: list[Fields]) -> Iterator[tuple[Fields | None, Fields | None]]:
    """Each fact with its like: nearly always one and one; of several numbers at one place, the most alike first."""
    ranked = sorted((len(_differences(was, now)), i, j) for i, was in enumerate(old) for j, now in enumerate(new))
    free_old, free_new = dict(enumerate(old)), dict(enumerate(new))
    for _, i, j in ranked:
        if i in free_old and j in free_new:
            yield free_old.pop(i), free_new.pop(j)
    yield from ((was, None) for was in free_old.values())
    yield from ((None, now) for now in free_new.values())


def _differences(was: Fields, now: Fields) -> dict[str, tuple[Any, Any]]:
    """The fields that differ; one that a record leaves out is null."""
    names = dict.fromkeys((*was, *now))
    return {name: (was.get(name), now.get(name)) for name in names if was.get(name) != now.get(name)}


_SLOTS = ("kind", "unit", "metric", "dataset", "split", "method", "baseline")


def _said(kind: str, key: str, fact: Fields) -> str:
    """A fact in words, for a list."""
    if kind == "results":
        slots = "; ".join(f"{slot}={fact[slot]}" for slot in _SLOTS if fact.get(slot))
        return f"{fact['text']} @{key} [{slots}]"
    if kind == "quantities":
        return f"{fact['surface']} @{key} [{fact['kind']}]"
    if kind == "links":
        return f"{key} [{fact['kind']} {fact['status']}]"
    if kind == "paper":
        return str(fact.get("title", ""))
    detail = fact.get("role") or fact.get("canonical")
    return f"{key} [{detail}]" if detail else key


def by_field(changes: list[Change]) -> list[tuple[str, int]]:
    """The fields of changed facts and how many changed them, most first."""
    counts = Counter(name for change in changes for name in change.fields)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def by_rule(changes: list[Change]) -> list[tuple[str, str, Counter[What]]]:
    """Kind, rule and how many of its facts differ in which way; most first, where reweighed ones count last."""
    counts: dict[tuple[str, str], Counter[What]] = defaultdict(Counter)
    for change in changes:
        counts[change.kind, change.rule][change.change] += 1
    keys = sorted(
        counts, key=lambda key: (counts[key]["reweighed"] - counts[key].total(), -counts[key]["reweighed"], key)
    )
    return [(*key, counts[key]) for key in keys]
