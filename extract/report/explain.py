"""Why a piece of text became a fact or did not: which findings and rules touched it, and what stopped them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import regex

if TYPE_CHECKING:
    from extract.facts import Entity, Evidence, Facts, Number
    from extract.rulebook import Rule, Rulebook

MOST = 5  # occurrences of the text that are explained
_CONTEXT = 44  # characters shown on each side
_RULE_LIMIT = 0.2  # seconds for one rule on one text
_UNUSED = {
    "name": "its digits belong to a name, so it is no value",
    "setting": "it reads as a setting (batch size, dimension, range), not as an outcome",
    "year": "it reads as a year",
    "numeral": "it numbers an item of a list",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One finding: "took" (it became this), "looked" (a rule or a stage saw it), "stopped" (why it went no further)."""

    sort: str
    text: str
    rule: str = ""


@dataclass(slots=True)
class Occurrence:
    """One place where the text stands, with everything that touched it."""

    where: str
    before: str
    text: str
    after: str
    lines: list[Line] = field(default_factory=list)


def why_not(facts: Facts, book: Rulebook, wanted: str) -> list[Occurrence]:
    """Explain the places where `wanted` stands (white space folded, any case); empty when it does not stand there."""
    found = []
    for start, end in _places(facts, wanted):
        text = facts.text
        segment = facts.segment_at(start)
        low, high = max(segment.start, start - _CONTEXT), min(segment.end, end + _CONTEXT)
        occurrence = Occurrence(segment.field, text[low:start], text[start:end], text[end:high])
        occurrence.lines += _taken(facts, start, end)
        occurrence.lines += _numbers(facts, start, end)
        occurrence.lines += _evidence(facts, start, end)
        occurrence.lines += _rules(facts, book, start, end, {line.rule for line in occurrence.lines})
        occurrence.lines += _trace(facts, text[start:end])
        if not any(line.sort == "took" for line in occurrence.lines):
            occurrence.lines.append(_verdict(facts, occurrence.lines, start, end))
        found.append(occurrence)
    return found


def _places(facts: Facts, wanted: str) -> list[tuple[int, int]]:
    words = [re.escape(word) for word in wanted.split()]
    if not words:
        return []
    pattern = re.compile(r"\s+".join(words), re.IGNORECASE)
    places = [match.span() for match in pattern.finditer(facts.text)]
    if not places:
        places = list(_raw_places(facts, pattern))
    return places[:MOST]


def _raw_places(facts: Facts, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Places of text that stands only in the raw field (LaTeX, mark-up), as spans of the cleaned text."""
    for segment in facts.segments:
        if segment.end > len(facts.text):
            continue
        for match in pattern.finditer(segment.raw):
            hits = [
                place
                for place in range(segment.end - segment.start)
                if _overlap(*segment.to_raw(place, place + 1), *match.span())
            ]
            if hits:
                yield segment.start + hits[0], segment.start + hits[-1] + 1


def _overlap(start: int, end: int, low: int, high: int) -> bool:
    return start < high and end > low


def _taken(facts: Facts, start: int, end: int) -> Iterator[Line]:
    for result in facts.results:
        if _overlap(result.number.start, result.number.end, start, end):
            parts = [f"{slot} {entity.name!r}" for slot, entity in _slots(result) if entity is not None]
            empty = [slot for slot, entity in _slots(result)[:3] if entity is None]
            of = f" of {', '.join(parts)}" if parts else ""
            without = f"; no {', '.join(empty)} was linked" if empty else ""
            yield Line("took", f"a result, {result.kind}{of}{without} ({result.confidence:.2f})", result.rule)
    for quantity in facts.quantities:
        if _overlap(quantity.number.start, quantity.number.end, start, end):
            yield Line(
                "took",
                f"a quantity, {quantity.kind}, unit {quantity.unit!r} ({quantity.confidence:.2f})",
                quantity.rule,
            )
    for entity in facts.entities:
        for span in entity.spans:
            if _overlap(span.start, span.end, start, end):
                known = f", canonical {entity.canonical}" if entity.canonical else ""
                yield Line("took", f"the {entity.kind} {entity.name!r}{known} ({entity.confidence:.2f})", span.rule)
    for link in facts.links:
        for span in link.spans:
            if _overlap(span.start, span.end, start, end):
                yield Line("took", f"the link {link.url} ({link.kind}, {link.status})", span.rule)


def _slots(result: Any) -> list[tuple[str, Entity | None]]:
    return [(slot, getattr(result, slot)) for slot in ("metric", "dataset", "method", "baseline", "task")]


def _numbers(facts: Facts, start: int, end: int) -> Iterator[Line]:
    taken = {id(x.number) for x in facts.results} | {id(x.number) for x in facts.quantities}
    for number in facts.numbers:
        if not _overlap(number.start, number.end, start, end):
            continue
        shown = facts.text[number.start : number.end]
        unit = f", unit {number.unit}" if number.unit else ""
        yield Line("looked", f"the number {shown!r} was read as {number.value:g} ({number.form}{unit})", number.rule)
        if id(number) in taken:
            continue
        yield Line("stopped", f"{shown!r}: {_why_unused(number)}", number.rule)


def _why_unused(number: Number) -> str:
    if number.role in _UNUSED:
        return _UNUSED[number.role]
    if number.role in ("from", "to"):
        return "one end of a change from A to B that no result rule took"
    if number.role:
        return f"it was set aside as {number.role}"
    return "no result rule found a metric, unit or verb that makes it an outcome, and no quantity rule a unit noun"


def _evidence(facts: Facts, start: int, end: int) -> Iterator[Line]:
    taken = {(e.kind, s.start, s.end) for e in facts.entities for s in e.spans}
    near = [e for e in facts.evidence if _overlap(e.start, e.end, start, end)]
    for evidence in near:
        shown = facts.text[evidence.start : evidence.end]
        if evidence.label == "none":
            yield Line("stopped", f"{shown!r} is argued out of being a name ({evidence.confidence:.2f})", evidence.rule)
            continue
        yield Line("looked", f"{shown!r} could be a {evidence.label} ({evidence.confidence:.2f})", evidence.rule)
        if (evidence.label, evidence.start, evidence.end) not in taken:
            yield Line("stopped", f"{shown!r} did not become a {evidence.label}: {_why_lost(facts, near, evidence)}")


def _why_lost(facts: Facts, near: list[Evidence], evidence: Evidence) -> str:
    against = [e for e in near if e.label == "none" and _overlap(e.start, e.end, evidence.start, evidence.end)]
    if against:
        return f"the rule {against[0].rule} spoke against it"
    winner = next(
        (e for e in facts.entities for s in e.spans if _overlap(s.start, s.end, evidence.start, evidence.end)),
        None,
    )
    if winner is not None:
        return f"the {winner.kind} {winner.name!r} took these characters"
    return "its evidence together stayed below what an entity needs"


def _rules(facts: Facts, book: Rulebook, start: int, end: int, told: set[str]) -> Iterator[Line]:
    """Pattern rules that match over the text, also those whose match led to nothing."""
    lower = facts.text.lower()
    done = {"clean", "sentence"}
    if any(_overlap(n.start, n.end, start, end) for n in facts.numbers):
        done.add("number")  # told with the number itself
    for rule in book.rules.values():
        if rule.pattern is None or rule.id in told or rule.yields in done:
            continue
        match = _match_over(rule, facts.text, start, end)
        if match is None:
            continue
        shown = " ".join(match.split())
        if rule.triggers and not any(trigger in lower for trigger in rule.triggers):
            yield Line("stopped", f"matches {shown!r}, but none of its trigger words stands in the text", rule.id)
        else:
            yield Line("looked", f"matches {shown!r} and gave nothing that lasted ({rule.yields})", rule.id)


def _match_over(rule: Rule, text: str, start: int, end: int) -> str | None:
    assert rule.pattern is not None
    low, high = max(0, start - 400), min(len(text), end + 400)
    try:
        for match in rule.pattern.finditer(text, low, high, timeout=_RULE_LIMIT):
            if _overlap(*match.span(), start, end):
                return match.group()
    except (TimeoutError, regex.error):
        return None
    return None


def _trace(facts: Facts, text: str) -> Iterator[Line]:
    folded = " ".join(text.split()).casefold()
    for line in facts.trace or ():
        if folded in " ".join(line.split()).casefold():
            yield Line("looked", line)


def _verdict(facts: Facts, lines: list[Line], start: int, end: int) -> Line:
    """One closing sentence for text that became nothing."""
    if any(line.sort == "stopped" for line in lines):
        return Line("stopped", "so it became no fact")
    if any(char.isdigit() for char in facts.text[start:end]) and not any(
        _overlap(n.start, n.end, start, end) for n in facts.numbers
    ):
        return Line(
            "stopped",
            "no number was read here: a year, the number of a table or list, digits of a name, an address, a formula",
        )
    if lines:
        return Line("stopped", "the rules that matched here yield no fact by themselves")
    return Line("stopped", "no rule and no vocabulary entry matches here; a rule of your own can (--rules)")
