"""Evidence that a string names a task."""

from __future__ import annotations

from extract.facts import Evidence, Facts
from extract.rulebook import Rulebook
from extract.stages.candidates import Candidate


class TaskCues:
    """Finds task evidence; built once from the rulebook."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book

    def find(self, text: str, facts: Facts, candidates: list[Candidate]) -> list[Evidence]:
        """Evidence for tasks in one text."""
        return []
