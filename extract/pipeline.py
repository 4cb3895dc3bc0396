"""The ordered list of stages on `spacy.blank("en")`; Paper to Record."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

import spacy
from spacy.tokens import Doc

from extract.clean import clean
from extract.facts import Facts, Segment
from extract.model import Fields, Paper, Record, Reject, Source
from extract.rulebook import load
from extract.sentences import split_sentences
from extract.stages import STAGES
from extract.stages.assemble import Assembler

if TYPE_CHECKING:
    from spacy.language import Language

_MAY_LINK = re.compile(r"http|www\.|git|hugging|hf\.co|zenodo|4open|osf\.io|youtu", re.IGNORECASE)
GAP = "\n\n"  # between the fields inside one Doc: no rule reads over it


def make_nlp(rules: str | None = None) -> Language:
    """A blank English pipeline with this project's tokenizer and all stages; `rules` is a folder merged over ours."""
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "paperfacts.Tokenizer.v1"}}})
    nlp.max_length = sys.maxsize  # the limit of 1,000,000 characters is for models; a run has one in bytes and in time
    # No stage looks at the shape, prefix or flags of a word; computing them for each new one is a third of tokenising.
    vocab: Any = nlp.vocab  # its stub leaves the getters out
    needed = {vocab.strings["LOWER"], vocab.strings["NORM"]}
    vocab.lex_attr_getters = {key: get for key, get in vocab.lex_attr_getters.items() if key in needed}
    for stage in STAGES:
        nlp.add_pipe(stage, config={"rules": rules})
    return nlp


class Pipeline:
    """Paper in, Record out. Building one costs about a second; it is not shared between processes.

    `rules` is a folder of rules merged over the shipped ones. With `calibrated` off, `confidence` is the weight
    that the rules gave a fact instead of its measured precision; that is what `paperfacts rules measure` counts on.
    """

    def __init__(self, rules: str | None = None, *, calibrated: bool = True) -> None:
        self.rules = rules
        self.nlp = make_nlp(rules)
        self.assemble = Assembler(load(rules), calibrated=calibrated)

    @cached_property
    def _stages(self) -> list[Callable[[Doc], Doc]]:
        return [stage for _, stage in self.nlp.pipeline]  # which puts its list together anew at each look

    def doc(self, paper: Paper, *, trace: bool = False, mirrored: bool = True) -> Doc:
        """The spaCy Doc of a paper after all stages, its facts in `doc.user_data["paperfacts"]`."""
        segments: list[Segment] = []
        texts: list[str] = []
        place = 0
        for field, raw in (("title", paper.title), ("abstract", paper.abstract)):
            if raw:
                cleaned = clean(raw)
                segments.append(Segment(field, place, place + len(cleaned.text), raw, cleaned.to_raw))
                texts.append(cleaned.text)
                place += len(cleaned.text) + len(GAP)
        text = GAP.join(texts)
        doc = self.nlp.make_doc(text)
        facts = Facts(
            segments,
            split_sentences(text, [(s.start, s.end) for s in segments]),
            mirrored=mirrored,
            trace=[] if trace else None,
            text=text,
        )
        if paper.comment and _MAY_LINK.search(paper.comment):
            cleaned = clean(paper.comment)
            facts.comment, facts.comment_start = cleaned.text, place
            segments.append(Segment("comment", place, place + len(cleaned.text), paper.comment, cleaned.to_raw))
        doc.user_data["paperfacts"] = facts
        for stage in self._stages:
            doc = stage(doc)
        return doc

    def convert(self, paper: Paper) -> Record:
        """The validated record of one paper."""
        doc = self.doc(paper, mirrored=False)
        return self.assemble(paper, doc.user_data["paperfacts"])

    def plain(self, paper: Paper) -> Fields:
        """The validated record as plain data, for those who only write it: what `convert` gives, without the models."""
        doc = self.doc(paper, mirrored=False)
        return self.assemble.plain(paper, doc.user_data["paperfacts"])

    def extract(self, *, title: str = "", abstract: str = "", comment: str | None = None) -> Record:
        """The record of a title and an abstract that come from no dump."""
        return self.convert(Paper(title=title, abstract=abstract, comment=comment, source=Source("-", "text", 0)))

    def run(self, papers: Iterable[Paper | Reject]) -> Iterator[Record]:
        """Records of papers, in order; rejects are left out (use `extract.batch` to keep books)."""
        for paper in papers:
            if isinstance(paper, Paper):
                yield self.convert(paper)
