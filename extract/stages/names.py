"""The stage `paperfacts_names`: candidates and evidence of every kind to the entities of the paper."""

from __future__ import annotations

from collections.abc import Iterator
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
from extract.stages.vocabulary import metric_ids

if TYPE_CHECKING:
    from spacy.tokens import Doc

_KEYS = {"method": "methods", "dataset": "datasets", "metric": "metrics", "task": "tasks"}


class Names:
    """Decides which strings of a paper name methods, datasets, metrics and tasks."""

    def __init__(self, nlp: Language, book: Rulebook) -> None:
        self._standing = book.standing
        self.candidates = CandidateFinder(book)
        self.methods = MethodCues(book)
        kinds = {"dataset": datasets.ANCHORS, "metric": metrics.ANCHORS, "task": tasks.ANCHORS}
        # A frame is tried by the stage that knows where it may stand.
        rules = [rule for kind in kinds for rule in book.of(kind) if not rule.frame]
        self.cues = CueRules(rules, {rule: anchor for anchors in kinds.values() for rule, anchor in anchors.items()})
        ids = metric_ids(book)
        self.others = (DatasetCues(book, self.cues), MetricCues(book, self.cues, ids), TaskCues(self.cues))
        self.resolver = Resolver(book, ids)

    def __call__(self, doc: Doc) -> Doc:
        """Fill `facts.entities` from the evidence of the vocabulary and of the cues."""
        for _ in self.walk(doc):
            pass
        return doc

    def walk(self, doc: Doc) -> Iterator[None]:
        """The same in passes, each of them as short as can be."""
        facts = facts_of(doc)
        text = facts.text
        candidates = self.candidates.find(text, facts)
        facts.evidence = self._standing(facts.evidence)
        yield
        pairs = find_pairs(text)
        yield
        self.cues.prepare(facts)
        for cues in self.others:
            yield
            facts.evidence += cues.find(text, facts, candidates)
        yield
        yield from self.methods.walk(text, facts, candidates, pairs)
        facts.evidence = self._standing(facts.evidence)
        yield
        yield from self.resolver.walk(text, facts, candidates, pairs)
        for kind, key in _KEYS.items() if facts.mirrored else ():
            mirror(doc, key, ((s.start, s.end, kind) for e in facts.entities if e.kind == kind for s in e.spans))


@Language.factory("paperfacts_names", assigns=["doc.user_data", "doc.spans"], default_config={"rules": None})
def make_names(nlp: Language, name: str, rules: str | None) -> Names:
    """Create the stage; `rules` is a folder of rules merged over the shipped ones."""
    return Names(nlp, load(rules))
