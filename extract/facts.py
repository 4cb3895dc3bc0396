"""What the stages hand to each other: typed findings on the cleaned text of one paper.

Offsets here are code points of `Doc.text`, which holds the cleaned title, abstract and comment one after another;
`Layout.locate` takes a span back to its field and raw characters. Stages read what stands before them and append.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from extract.sentences import split_sentences

if TYPE_CHECKING:
    from spacy.tokens import Doc

Kind = Literal["method", "dataset", "metric", "task"]
Label = Literal["method", "dataset", "metric", "task", "none"]


class Span(NamedTuple):
    """A place in the doc text and the id of the rule that found it."""

    start: int
    end: int
    rule: str


class Placed(NamedTuple):
    """A span taken back to the raw text."""

    field: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Segment:
    """One field inside the doc text. `to_raw` maps a span of the cleaned field to a span of the raw field."""

    field: str
    start: int
    end: int
    raw: str
    to_raw: Callable[[int, int], tuple[int, int]]


@dataclass(slots=True)
class Link:
    """A URL found in the text; `kind` and `status` as in the record."""

    url: str
    kind: str
    status: str
    host: str
    owner: str | None
    repo: str | None
    spans: list[Span]
    confidence: float


@dataclass(slots=True)
class Number:
    """A number, typed before it is linked to anything.

    `form` says how it is written: "plain", "percent", "points", "factor" (2x, twice, half, one third of), "unit"
    (with `unit` = dB, ms, FPS, ...), "magnitude" (7B, 5.3 million), "word". `sign` is "+" or "-" where written.
    `start`/`end` frame the number with its sign, unit and percent mark; qualifiers stand outside.
    """

    start: int
    end: int
    value: float
    high: float | None = None
    uncertainty: float | None = None
    unit: str | None = None
    form: str = "plain"
    sign: str | None = None
    qualifier: str | None = None
    rule: str = "number.plain"
    group: int | None = None
    role: str | None = None  # "from" / "to" of one "from A to B"; "setting" or "name" when it is no value at all
    used: bool = False  # claimed by a result or a quantity


@dataclass(slots=True)
class Evidence:
    """One reason to take a span for an entity of a kind; `label` "none" argues against any.

    `confidence` is the precision of the rule alone. `expansion` is the other half of an acronym pair.
    """

    start: int
    end: int
    label: Label
    rule: str
    confidence: float
    role: str | None = None
    canonical: str | None = None
    expansion: str | None = None


@dataclass(slots=True)
class Entity:
    """One thing of the paper with all its places."""

    kind: Kind
    name: str
    spans: list[Span]
    confidence: float
    canonical: str | None = None
    aliases: list[str] = field(default_factory=list)
    role: str | None = None
    higher_is_better: bool | None = None
    unit: str | None = None


@dataclass(slots=True)
class Result:
    """One reported outcome; the links are entities of the same paper or null."""

    number: Number
    start: int
    end: int
    kind: str
    rule: str
    confidence: float
    direction: str | None = None
    metric: Entity | None = None
    dataset: Entity | None = None
    split: str | None = None
    method: Entity | None = None
    baseline: Entity | None = None
    task: Entity | None = None
    conditions: list[str] = field(default_factory=list)
    group: int | None = None


@dataclass(slots=True)
class Quantity:
    """A number with a unit noun that is not an outcome. `start`/`end` frame the surface."""

    number: Number
    start: int
    end: int
    value: float
    high: float | None
    unit: str | None
    kind: str
    rule: str
    confidence: float


@dataclass(slots=True)
class Facts:
    """Everything found in one paper so far."""

    segments: list[Segment]
    sentences: list[tuple[int, int]]
    links: list[Link] = field(default_factory=list)
    numbers: list[Number] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    quantities: list[Quantity] = field(default_factory=list)
    code_availability: str = "none_stated"
    text: str = ""  # of the doc; `Doc.text` itself joins all tokens anew at each call (150 µs)
    comment: str = ""  # the cleaned comment of the dump; only links are read from it
    comment_start: int = 0  # where its segment begins, beyond the end of the doc text
    mirrored: bool = True  # whether the stages also fill `doc.spans`, which nothing but spaCy's own tools needs
    cue_places: tuple[object, dict[int, list[int]]] | None = None  # whose rules may match in which sentences
    trace: list[str] | None = None  # filled by `show --why-not`: which rule looked where and what stopped it
    _lower: str | None = None

    @property
    def lower(self) -> str:
        """The text in lower case, for the stages to look for what their rules need; not always of the same length."""
        if self._lower is None:
            self._lower = self.text.lower()
        return self._lower

    def segment_at(self, position: int) -> Segment:
        """The field that a position of the doc text falls into."""
        found = self.segments[0]
        for segment in self.segments:  # two or three of them
            if segment.start > position:
                break
            found = segment
        return found

    def sentence_at(self, position: int) -> int:
        """The index of the sentence that holds a position."""
        return bisect_right(self.sentences, (position, 1 << 60)) - 1

    def locate(self, start: int, end: int) -> Placed:
        """The raw field, offsets and characters of a span of the doc text."""
        segment = self.segment_at(start)
        raw_start, raw_end = segment.to_raw(start - segment.start, min(end, segment.end) - segment.start)
        return Placed(segment.field, raw_start, raw_end, segment.raw[raw_start:raw_end])


def facts_of(doc: Doc) -> Facts:
    """The facts of a doc; a doc that did not come from `Pipeline` counts as one clean abstract."""
    facts = doc.user_data.get("paperfacts")
    if facts is None:
        text = doc.text
        facts = Facts(
            [Segment("abstract", 0, len(text), text, lambda a, b: (a, b))],
            split_sentences(text, [(0, len(text))]),
            text=text,
        )
        doc.user_data["paperfacts"] = facts
    return facts


def mirror(doc: Doc, key: str, spans: Iterable[tuple[int, int, str]]) -> None:
    """Show (start, end, label) spans in `doc.spans[key]` for displaCy; tokens are a view on the characters.

    For stages of a doc whose facts are `mirrored`; a run has no use for them.
    """
    found = (doc.char_span(start, end, label=label, alignment_mode="expand") for start, end, label in spans)
    doc.spans[key] = [span for span in found if span is not None]
