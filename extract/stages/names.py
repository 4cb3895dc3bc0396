"""The stage `paperfacts_names`: candidates and evidence of every kind to the entities of the paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spacy.language import Language

from extract.facts import facts_of, mirror
from extract.rulebook import Rulebook, load
from extract.stages import datasets, metrics, tasks
from extract.stages.acronyms import find_pairs
from extract.stages.candidates import CandidateFinder
from extract.stages.cues import CueRules
from extract.stages.datasets import DatasetCues
from extract.stages.entities import Resolver
from extract.stages.methods import MethodCues
from extract.stages.metrics import MetricCues
from extract.stages.tasks import TaskCues

if TYPE_CHECKING:
    from spacy.tokens import Doc

_KEYS = {"method": "methods", "dataset": "datasets", "metric": "metrics", "task": "tasks"}


class Names:
    """Decides which strings of a paper name methods, datasets, metrics and tasks."""

    def __init__(self, nlp: Language, book: Rulebook) -> None:
        self.candidates = CandidateFinder(book)
        self.methods = MethodCues(book)
        kinds = {"dataset": datasets.ANCHORS, "metric": metrics.ANCHORS, "task": tasks.ANCHORS}
        # A frame is tried by the stage that knows where it may stand.
        rules = [rule for kind in kinds for rule in book.of(kind) if not rule.frame]
        self.cues = CueRules(rules, {rule: anchor for anchors in kinds.values() for rule, anchor in anchors.items()})
        self.others = (DatasetCues(book, self.cues), MetricCues(book, self.cues), TaskCues(self.cues))
        self.resolver = Resolver(book)
        self.steps = (self._candidates, self._pairs, self._prepare, self._others, self._methods, self._resolve)

    def __call__(self, doc: Doc) -> Doc:
        """Fill `facts.entities` from the evidence of the vocabulary and of the cues."""
        for step in self.steps:
            step(doc)
        return doc

    def _candidates(self, doc: Doc) -> None:
        facts = facts_of(doc)
        facts.candidates = self.candidates.find(facts.text, facts)

    def _pairs(self, doc: Doc) -> None:
        facts = facts_of(doc)
        facts.pairs = find_pairs(facts.text)

    def _prepare(self, doc: Doc) -> None:
        self.cues.prepare(facts_of(doc))

    def _others(self, doc: Doc) -> None:
        facts = facts_of(doc)
        for cues in self.others:
            facts.evidence += cues.find(facts.text, facts, facts.candidates)

    def _methods(self, doc: Doc) -> None:
        facts = facts_of(doc)
        facts.evidence += self.methods.find(facts.text, facts, facts.candidates, facts.pairs)

    def _resolve(self, doc: Doc) -> None:
        facts = facts_of(doc)
        facts.entities = self.resolver.resolve(facts.text, facts, facts.candidates, facts.pairs, facts.evidence)
        for kind, key in _KEYS.items() if facts.mirrored else ():
            mirror(doc, key, ((s.start, s.end, kind) for e in facts.entities if e.kind == kind for s in e.spans))


@Language.factory("paperfacts_names", assigns=["doc.user_data", "doc.spans"], default_config={"rules": None})
def make_names(nlp: Language, name: str, rules: str | None) -> Names:
    """Create the stage; `rules` is a folder of rules merged over the shipped ones."""
    return Names(nlp, load(rules))
