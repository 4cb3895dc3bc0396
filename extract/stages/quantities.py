"""The stage `paperfacts_quantities`: the numbers with a counted noun or a unit that no result has claimed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spacy.language import Language

from extract.facts import Facts, Number, Quantity, facts_of, mirror
from extract.rulebook import Rulebook, load
from extract.stages.literals import Literals
from extract.stages.quantity_types import Typed, Types

if TYPE_CHECKING:
    from spacy.tokens import Doc

_PREPOSITION = re.compile(r"(?i)\b(under|over|within)\s+\Z")
_ADJECTIVE = re.compile(r"(?: [\w-]+){1,2},? (?:and )?")
_REACH = 5  # members of a list that one noun may serve


class Quantities:
    """Fills `facts.quantities`."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self.types = Types(book)
        self.device = book.rules.get("quantity.one-device")
        self.device_words = Literals(self.device.triggers if self.device else ())

    def __call__(self, doc: Doc) -> Doc:
        """Fill `facts.quantities`."""
        facts = facts_of(doc)
        self.find(facts.text, facts)
        if facts.mirrored:
            mirror(doc, "quantities", [(q.number.start, q.number.end, q.kind) for q in facts.quantities])
        return doc

    def find(self, text: str, facts: Facts) -> None:
        """The quantities of a text; each counted thing once."""
        seen: set[tuple[float, float | None, str]] = set()
        numbers = facts.numbers
        for i, number in enumerate(numbers):
            if number.used:
                continue
            partner = _partner(numbers, i)
            if number.role == "to" and i and numbers[i - 1].used and numbers[i - 1].role == "from":
                continue
            high, end = (partner.value, partner.end) if partner else (number.high, number.end)
            typed = self.types.type(text, number, end) or self._shared(text, numbers, i)
            if typed is None or typed.rule not in self.book.rules:
                continue
            key = (number.value, high, typed.unit.rpartition(" ")[2].lower() if typed.unit else typed.kind)
            if key in seen:
                continue
            seen.add(key)
            number.used = True
            if typed.kind == "count" and _about_a_place(text, number):
                number.qualifier = None
            if partner:
                partner.used = True
                if partner.value < number.value:
                    continue
            facts.quantities.append(
                Quantity(
                    number, number.start, typed.end, number.value, high, typed.unit, typed.kind, typed.rule,
                    self.book.confidence(typed.rule),
                )
            )  # fmt: skip
        self._devices(text, facts)

    def _shared(self, text: str, numbers: list[Number], i: int) -> Typed | None:
        """The noun of a later member of the list: 1.5B, 8B and 24B models; 560k training and 70k test instances."""
        number = numbers[i]
        for other in numbers[i + 1 : i + _REACH]:
            if other.used or other.form != number.form:
                return None
            grouped = number.group is not None and other.group == number.group
            if not grouped and not _ADJECTIVE.fullmatch(text, number.end, other.start):
                return None
            if typed := self.types.type(text, other, other.end):
                return typed._replace(end=number.end)
        return None

    def _devices(self, text: str, facts: Facts) -> None:
        """One named device: an NVIDIA A100 GPU."""
        rule = self.device
        if rule is None or not self.device_words.within(facts.lower):
            return
        for match in rule.finditer(text):
            number = Number(*match.span("span"), 1.0, form="word", rule=rule.id, used=True)
            unit = text[match.end("span") + 1 : match.end()]
            facts.quantities.append(
                Quantity(number, number.start, match.end(), 1.0, None, unit, "hardware", rule.id, rule.confidence)
            )


def _about_a_place(text: str, number: Number) -> bool:
    """Whether "under" or "over" before a count says where and not how many: "under two attacks", "over five seeds"."""
    match = _PREPOSITION.search(text, max(0, number.start - 8), number.start)
    if match is None or number.qualifier not in ("at least", "at most"):
        return False
    return number.form == "word" or (match[1].lower() == "under" and number.value <= 20)


def _partner(numbers: list[Number], i: int) -> Number | None:
    """The "to B" of a "from A" that no result has claimed."""
    if numbers[i].role != "from" or i + 1 >= len(numbers):
        return None
    after = numbers[i + 1]
    return after if after.role == "to" and not after.used else None


@Language.factory("paperfacts_quantities", assigns=["doc.user_data", "doc.spans"], default_config={"rules": None})
def make_quantities(nlp: Language, name: str, rules: str | None) -> Quantities:
    """Create the stage; `rules` is a folder of rules merged over the shipped ones."""
    return Quantities(load(rules))
