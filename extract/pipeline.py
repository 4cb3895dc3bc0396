"""The ordered list of stages on `spacy.blank("en")`; Paper to Record."""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import spacy
from spacy.tokens import Doc

from extract.clean import clean
from extract.facts import Facts, Segment
from extract.model import Fields, Paper, Record, Reject, Source, checked
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


@dataclass(slots=True)
class _Work:
    """A paper on its way; each pass takes it one step on."""

    paper: Paper
    mirrored: bool = False
    trace: bool = False
    segments: list[Segment] = field(default_factory=list)
    text: str = ""
    doc: Any = None
    fields: Fields = field(default_factory=dict)


_Pass = Callable[[_Work], None]


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
    def _stages(self) -> list[_Pass]:
        """What makes a `Doc` with all facts of the paper, in passes as short as can be."""
        passes: list[_Pass] = [self._clean, self._tokenise, self._split]
        for _, stage in self.nlp.pipeline:
            passes += [_on_doc(step) for step in stage.steps] if hasattr(stage, "steps") else [_of_spacy(stage)]
        return passes

    @cached_property
    def _passes(self) -> list[_Pass]:
        return [*self._stages, self._assemble, _check]

    def _clean(self, work: _Work) -> None:
        texts: list[str] = []
        place = 0
        for name, raw in (("title", work.paper.title), ("abstract", work.paper.abstract)):
            if raw:
                cleaned = clean(raw)
                work.segments.append(Segment(name, place, place + len(cleaned.text), raw, cleaned.to_raw))
                texts.append(cleaned.text)
                place += len(cleaned.text) + len(GAP)
        work.text = GAP.join(texts)

    def _tokenise(self, work: _Work) -> None:
        work.doc = self.nlp.make_doc(work.text)

    def _split(self, work: _Work) -> None:
        segments, text, comment = work.segments, work.text, work.paper.comment
        facts = Facts(
            segments,
            split_sentences(text, [(s.start, s.end) for s in segments]),
            mirrored=work.mirrored,
            trace=[] if work.trace else None,
            text=text,
        )
        if comment and _MAY_LINK.search(comment):
            cleaned = clean(comment)
            place = segments[-1].end + len(GAP) if segments else 0
            facts.comment, facts.comment_start = cleaned.text, place
            segments.append(Segment("comment", place, place + len(cleaned.text), comment, cleaned.to_raw))
        work.doc.user_data["paperfacts"] = facts

    def _assemble(self, work: _Work) -> None:
        work.fields = self.assemble.fields(work.paper, work.doc.user_data["paperfacts"])

    def doc(self, paper: Paper, *, trace: bool = False, mirrored: bool = True) -> Doc:
        """The spaCy Doc of a paper after all stages, its facts in `doc.user_data["paperfacts"]`."""
        work = _Work(paper, mirrored, trace)
        for step in self._stages:
            step(work)
        doc: Doc = work.doc
        return doc

    def convert(self, paper: Paper) -> Record:
        """The validated record of one paper."""
        doc = self.doc(paper, mirrored=False)
        return self.assemble(paper, doc.user_data["paperfacts"])

    def plain(self, paper: Paper) -> Fields:
        """The validated record as plain data, for those who only write it: what `convert` gives, without the models."""
        work = _Work(paper)
        for step in self._passes:
            step(work)
        return work.fields

    def plain_many(
        self, papers: Sequence[Paper], at: Callable[[int], None] = lambda index: None
    ) -> list[Fields | Exception]:
        """What `plain` gives for each paper or raises, in two thirds of the time: no pass begins before the one before
        it is through with all papers, so that its code and tables stay in the processor's cache.

        `at` hears the index of the paper in work, as often as another one is taken up.
        """
        with _collector_paused():  # until nothing of the papers but their records is left
            return self._together(papers, at)

    def _together(self, papers: Sequence[Paper], at: Callable[[int], None]) -> list[Fields | Exception]:
        works = [_Work(paper) for paper in papers]
        failed: dict[int, Exception] = {}
        for step in self._passes:
            for index, work in enumerate(works):
                if index not in failed:
                    at(index)
                    try:
                        step(work)
                    except Exception as error:
                        failed[index] = error
        return [failed.get(index, work.fields) for index, work in enumerate(works)]

    def extract(self, *, title: str = "", abstract: str = "", comment: str | None = None) -> Record:
        """The record of a title and an abstract that come from no dump."""
        return self.convert(Paper(title=title, abstract=abstract, comment=comment, source=Source("-", "text", 0)))

    def run(self, papers: Iterable[Paper | Reject]) -> Iterator[Record]:
        """Records of papers, in order; rejects are left out (use `extract.batch` to keep books)."""
        for paper in papers:
            if isinstance(paper, Paper):
                yield self.convert(paper)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """No look for garbage among the facts of papers in work, which are none: a sixteenth of the time."""
    paused = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if paused:
            gc.enable()


def _on_doc(step: Callable[[Doc], None]) -> _Pass:
    return lambda work: step(work.doc)


def _of_spacy(component: Callable[[Doc], Doc]) -> _Pass:
    def run(work: _Work) -> None:
        work.doc = component(work.doc)

    return run


def _check(work: _Work) -> None:
    work.fields = checked(work.fields)
