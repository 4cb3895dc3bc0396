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
from extract.model import Fields, Paper, Record, Reject, Source, checked, cleaned
from extract.rulebook import load
from extract.sentences import split_sentences
from extract.stages import STAGES
from extract.stages.assemble import Assembler

if TYPE_CHECKING:
    from spacy.language import Language

_MAY_LINK = re.compile(r"http|www\.|git|hugging|hf\.co|zenodo|4open|osf\.io|youtu", re.IGNORECASE)
_THERE = object()  # the end of a walk
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


_Way = Callable[[_Work], Iterator[None]]
"""A part of the way of a paper; each `yield` in it ends a pass."""


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
    def _ways(self) -> list[_Way]:
        """What makes a `Doc` with all facts of the paper."""
        return [self._read, *(_through(stage) for _, stage in self.nlp.pipeline)]

    def _read(self, work: _Work) -> Iterator[None]:
        self._clean(work)
        yield
        work.doc = self.nlp.make_doc(work.text)
        yield
        self._split(work)

    def _write(self, work: _Work) -> Iterator[None]:
        fields = self.assemble.fields(work.paper, work.doc.user_data["paperfacts"])
        yield
        work.fields = checked(fields)

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

    def doc(self, paper: Paper, *, trace: bool = False, mirrored: bool = True) -> Doc:
        """The spaCy Doc of a paper after all stages, its facts in `doc.user_data["paperfacts"]`."""
        work = _Work(paper, mirrored, trace)
        for way in self._ways:
            for _ in way(work):
                pass
        doc: Doc = work.doc
        return doc

    def convert(self, paper: Paper) -> Record:
        """The validated record of one paper."""
        doc = self.doc(paper, mirrored=False)
        return self.assemble(paper, doc.user_data["paperfacts"])

    def plain(self, paper: Paper) -> Fields:
        """The validated record as plain data, for those who only write it: what `convert` gives, without the models."""
        work = _Work(paper)
        for way in (*self._ways, self._write):
            for _ in way(work):
                pass
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
        for way in (*self._ways, self._write):
            walks = [(index, way(work)) for index, work in enumerate(works) if index not in failed]
            while walks:
                going = []
                for walk in walks:
                    index, steps = walk
                    at(index)
                    try:
                        if next(steps, _THERE) is None:
                            going.append(walk)
                    except Exception as error:
                        failed[index] = error
                walks = going
        return [failed.get(index, work.fields) for index, work in enumerate(works)]

    def extract(self, *, title: str | None = "", abstract: str | None = "", comment: str | None = None) -> Record:
        """The record of a title and an abstract that come from no dump; None stands for a text that is not there.

        NULs and lone surrogates go, with the warning `removed-characters`, as in a run. Raises `TypeError` for what is
        no text.
        """
        given = [("title", title), ("abstract", abstract), ("comment", comment)]
        texts = [None if text is None else _sound(name, text) for name, text in given]
        removed = () if texts == [text for _, text in given] else ("removed-characters",)
        source = Source("-", "text", 0)
        return self.convert(Paper(texts[0] or "", texts[1] or "", source, texts[2], warnings=removed))

    def run(self, papers: Iterable[Paper | Reject]) -> Iterator[Record]:
        """Records of papers, in order; rejects are left out (use `extract.batch` to keep books).

        Raises `TypeError` for what is neither: `batch_function` takes rows.
        """
        for paper in papers:
            if isinstance(paper, Paper):
                yield self.convert(paper)
            elif not isinstance(paper, Reject):
                raise TypeError(
                    f"Pipeline.run takes papers, as extract.read gives them, not {type(paper).__name__}; "
                    "extract.batch_function() takes rows such as {'title': ...}, and extract() single texts."
                )


def _sound(name: str, text: Any) -> str:
    if not isinstance(text, str):
        raise TypeError(f"{name} must be a text or None, not {type(text).__name__}; decode or convert it first.")
    return cleaned(text)


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


def _through(stage: Any) -> _Way:
    """A stage that has `walk`, as the larger ones do, makes passes of its own; any other component is one pass."""
    if hasattr(stage, "walk"):
        return lambda work: stage.walk(work.doc)

    def run(work: _Work) -> Iterator[None]:
        work.doc = stage(work.doc)
        yield from ()

    return run
