"""The system of a paper that gives it a description for a name, which the title carries too."""

from __future__ import annotations

import re

from extract.facts import Entity, Facts, Span
from extract.rulebook import Rulebook

RULE = "described.title"
_DASHES = str.maketrans("‐‑–", "---")


class Described:
    """Finds such a description; it becomes a method only when a result is of "our framework"."""

    def __init__(self, book: Rulebook) -> None:
        self._rule = book.rules.get(RULE)  # the user may have switched it off
        self._generic = frozenset(book.words("described.generic"))
        self._plain = frozenset(book.words("described.plain"))

    def find(self, text: str, facts: Facts) -> Entity | None:
        """The described system, which may not be among `facts.entities` yet; null when the paper names another."""
        rule, title = self._rule, facts.segments[0] if facts.segments else None
        if rule is None or rule.pattern is None or title is None or title.field != "title":
            return None
        head = text[: title.end].translate(_DASHES).lower()
        proposed = {e.name.lower(): e for e in facts.entities if e.kind == "method" and e.role == "proposed"}
        for match in rule.pattern.finditer(text, title.end):
            words = match["name"].split()
            while words and words[0].lower() in self._plain:
                words = words[1:]
            if proposed:
                known = proposed.get(" ".join(words).lower())
                if known is not None:
                    return known  # the title's "Pack-Based Framework" again
                continue
            # What tells it from any other framework is said in the title too, and is more than "end-to-end".
            told = [w for w in (word.translate(_DASHES).lower() for word in words[:-1]) if "-" in w]
            whole = len(words) > 2 and " ".join(words).translate(_DASHES).lower() in head
            if whole or any(w in head and w not in self._generic for w in told):
                return self._entity(text, " ".join(words), match.end("name"), rule.confidence)
        return None

    @staticmethod
    def _entity(text: str, name: str, end: int, confidence: float) -> Entity | None:
        form = re.compile(r"\s".join(map(re.escape, name.split())), re.IGNORECASE)
        first = next((m.start() for m in form.finditer(text, 0, end) if m.end() == end), None)
        if first is None:
            return None
        entity = Entity("method", name, [], confidence, role="proposed")
        entity.spans = [Span(first, end, RULE)]
        entity.spans += [Span(m.start(), m.end(), RULE) for m in form.finditer(text, end)]
        return entity
