"""The stage `paperfacts_results`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spacy.language import Language

from extract.facts import facts_of
from extract.rulebook import Rulebook, load

if TYPE_CHECKING:
    from spacy.tokens import Doc


class Results:
    """TODO of the foundation: replaced by the real stage."""

    def __init__(self, nlp: Language, book: Rulebook) -> None:
        self.book = book

    def __call__(self, doc: Doc) -> Doc:
        facts_of(doc)
        return doc


@Language.factory("paperfacts_results", assigns=["doc.user_data", "doc.spans"], default_config={"rules": None})
def make_results(nlp: Language, name: str, rules: str | None) -> Results:
    """Create the stage; `rules` is a folder of rules merged over the shipped ones."""
    return Results(nlp, load(rules))
