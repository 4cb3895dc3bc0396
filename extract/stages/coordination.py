"""Frames of linking on a masked sentence, and the pairing of coordinated lists.

A frame captures values and what stands beside them. A list pairs with the values when both are equally long; one item
holds for all values; one value takes the first of a list ("on A and B": any member is right); otherwise the slot is
shut, so that nothing weaker guesses at it.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import regex

from extract.facts import Entity, Result
from extract.rulebook import Rule, Rulebook
from extract.stages.masking import VALUE, Item, Masked

# Group of a frame to the slot of a result that it fills; "o" and "c" stand for rivals without a name.
SLOTS = {"m": "metric", "d": "dataset", "x": "method", "b": "baseline", "t": "task", "o": "method", "c": "baseline"}
Fits = Callable[[str, Entity, Result], bool]  # whether an entity can fill a slot of a result at all
# Frames that say a value belongs to a name no stage knows: they shut a slot.
UNNAMED = {"linking.unknown-in-brackets": "method", "linking.dataset-unknown": "dataset"}
# Frames in which a system beside a value owns it only if the value is a level, not a difference.
_LEVELS = (
    "linking.method-in-brackets",
    "linking.method-own-brackets",
    "linking.method-before",
    "linking.method-by",
    "linking.method-zip-behind",
    "linking.rivals-value",
)
_SIGN_OF = {"m": "Ⓜ", "d": "Ⓓ", "x": "Ⓧ", "b": "Ⓧ", "t": "Ⓣ", "o": "Ⓑ"}
_NEEDED = tuple(sorted({VALUE, *_SIGN_OF.values()}))
_GLUE = regex.compile(r"\s*(?:,\s*(?:and|or|&)?|and|or|&|as well as|/\s*[+-]?|;|to|–|-|->|→)\s*")
# Words that may stand between two values of one coordination: no verb, no clause border.
_RUN_WORD = regex.compile(
    r"(?:[ⓂⒹⓉⓍⒷⓃ&]|and|or|but|training|when|in|of|on|for|at|over|to|with|than|across|points?|terms|improvements?|gains?|increases?|reductions?"
    r"|decreases?|drops?|higher|lower|better|faster|fewer|less|more|greater|smaller|respectively|relative|by|under|using|from|that|versus|vs\.?)"
    r"(?:[ ,/()&-]+|$)"
)


@dataclass(slots=True)
class Links:
    """What is known of one value while a sentence is read."""

    item: Item
    result: Result
    slots: dict[str, Entity] = field(default_factory=dict)
    shut: set[str] = field(default_factory=set)
    rules: dict[str, str] = field(default_factory=dict)
    confidence: float = 1.0
    off: Container[str] = ()  # rules that fill nothing

    def open(self, slot: str) -> bool:
        """Whether the slot is neither filled nor shut."""
        return slot not in self.slots and slot not in self.shut

    def fill(self, slot: str, entity: Entity | None, rule: str, confidence: float) -> None:
        """Fill an open slot; None shuts it."""
        if not self.open(slot) or rule in self.off:
            return
        if entity is None:
            self.shut.add(slot)
            return
        self.slots[slot] = entity
        self.rules[slot] = rule
        self.confidence = min(self.confidence, confidence)


class _Frame(NamedTuple):
    """A rule, its groups with their slots, whether it has a second list of values, and the literals it needs."""

    rule: Rule
    pattern: regex.Pattern[str]
    groups: tuple[tuple[str, str], ...]
    second: bool
    needed: tuple[str, ...]


class Frames:
    """The frames of `rules/linking.toml`, in file order."""

    def __init__(self, book: Rulebook) -> None:
        # With each the sign without which it cannot match, how often it must stand, and whether it takes two values.
        self._frames: list[tuple[_Frame, str, int, bool]] = []
        self._by_counts: dict[tuple[int, ...], list[_Frame]] = {}
        for rule in book.of("linking"):
            if rule.pattern is not None:
                groups = tuple((g, slot) for g, slot in SLOTS.items() if g in rule.groups)
                sign = _SIGN_OF[groups[0][0]] if groups and "c" not in rule.groups else VALUE
                zipped = "-zip-" in rule.id
                needed = () if sign in rule.triggers else rule.triggers  # the sign is looked for anyway
                frame = _Frame(rule, rule.pattern, groups, "v2" in rule.groups, needed)
                # Pairing takes two of each.
                self._frames.append((frame, sign, 2 if zipped else 1, zipped or "-list-" in rule.id))

    def _possible(self, text: str) -> list[_Frame]:
        """The frames that have the signs they need in a text; sentences with the same signs have the same."""
        counts = tuple([min(text.count(sign), 2) for sign in _NEEDED])
        known = self._by_counts.get(counts)
        if known is None:
            held = dict(zip(_NEEDED, counts, strict=True))
            known = self._by_counts[counts] = [
                frame
                for frame, sign, least, several in self._frames
                if held[sign] >= least and (held[VALUE] > 1 or not several)
            ]
        return known

    def apply(self, masked: Masked, links: dict[int, Links], fits: Fits) -> None:
        """Fill the slots of the values of a sentence; `links` goes from place to the links of the value there."""
        text = masked.text
        for rule, pattern, groups, second, needed in self._possible(text):
            if needed and not any(trigger in text for trigger in needed):
                continue
            for match in pattern.finditer(text, overlapped=True):
                values = [links[place] for place, _ in match.spans("v")]
                more = [links[p] for p, _ in match.spans("v2")] if second else []
                if rule.id in UNNAMED:
                    for link in values:
                        link.fill(UNNAMED[rule.id], None, rule.id, 0.0)
                for group, slot in groups:
                    found = [masked.at.get(place) for place, _ in match.spans(group)]
                    if found:
                        pair(values, found, slot, rule, fits)
                        pair(more, found, slot, rule, fits)


def pair(values: Sequence[Links], found: Sequence[Item | None], slot: str, rule: Rule, fits: Fits) -> None:
    """Give each value its item of a list, one item to all, or shut the slot when the lengths differ."""
    if len(found) == len(values):
        chosen: Sequence[Item | None] = found
    elif len(found) == 1:
        chosen = [found[0]] * len(values)
    elif len(values) == 1:
        chosen = found[:1]
    else:
        if slot != "method":  # "A and B reach V, V and V" leaves the subject of the clause
            for link in values:
                link.fill(slot, None, rule.id, 0.0)
        return
    for link, item in zip(values, chosen, strict=True):
        entity = item.entity if item is not None else None
        if slot == "method" and link.result.kind != "absolute" and rule.id in _LEVELS:
            continue
        if entity is None or fits(slot, entity, link.result):
            link.fill(slot, entity, rule.id, rule.confidence)


def is_glue(gap: str) -> bool:
    """Whether nothing but a comma, a slash or a conjunction stands between two values."""
    return _GLUE.fullmatch(gap) is not None


def in_run(gap: str) -> bool:
    """Whether two values stand in one coordination: between them nothing but names, prepositions and glue."""
    place = len(gap) - len(gap.lstrip(" ,/()&-"))
    while place < len(gap):
        match = _RUN_WORD.match(gap, place)
        if match is None:
            return False
        place = match.end()
    return True
