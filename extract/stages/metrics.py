"""Evidence that a string names a metric."""

from __future__ import annotations

from extract.facts import Evidence, Facts
from extract.rulebook import Rulebook
from extract.stages.candidates import Candidate


class MetricCues:
    """Finds metric evidence; built once from the rulebook."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book

    def find(self, text: str, facts: Facts, candidates: list[Candidate]) -> list[Evidence]:
        """Evidence for metrics in one text."""
        return []
