"""Evidence that a string names a method: how it is introduced, used, compared and spelled."""

from __future__ import annotations

from extract.facts import Evidence, Facts
from extract.rulebook import Rulebook
from extract.stages.acronyms import Pair
from extract.stages.candidates import Candidate


class MethodCues:
    """Finds method evidence; built once from the rulebook."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book

    def find(self, text: str, facts: Facts, candidates: list[Candidate], pairs: list[Pair]) -> list[Evidence]:
        """Evidence for and against methods in one text."""
        return []
