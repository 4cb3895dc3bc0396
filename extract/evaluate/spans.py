"""Scores the pipeline against corpora whose annotators marked places in the text.

Three levels, by label: `exact` demands the same first and last character; `core` demands them once both sides have lost
a leading article and a trailing word for what the thing is ("the SQuAD dataset" is "SQuAD"); `overlap` demands one
shared character. Each annotated place pairs with at most one found place and the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from extract.evaluate.corpora import Passage, Span
from extract.evaluate.score import Count, Evaluation, Miss
from extract.model import Paper, Source

if TYPE_CHECKING:
    from extract.facts import Facts
    from extract.pipeline import Pipeline

LEVELS = ("exact", "core", "overlap")
# What annotators of other corpora take into a name and our guidelines leave out.
_CORE = re.compile(
    r"(?:(?:the|an?|our|this|these|both)\s+)?(?P<core>.+?)"
    r"(?:\s+(?:data\s?-?sets?|corpus|corpora|benchmarks?|data|test\s?-?sets?|(?:test|training|dev(?:elopment)?)\s+(?:sets?|data)"
    r"|treebanks?|task|challenge|collections?|scores?|metrics?|measures?|methods?|models?|algorithms?))*",
    re.IGNORECASE | re.DOTALL,
)


def found_spans(pipeline: Pipeline, text: str) -> list[Span]:
    """What the pipeline finds in a passage that it reads as an abstract.

    `quantity` is every number that the number stage types, with its sign, unit and percent mark: corpora of quantities
    mark all of them, where a record keeps outcomes and sizes only. Numbers that share a group ("from 10% to 35%", "4, 6
    and 13 kg") are one place, as there.
    """
    doc = pipeline.doc(Paper(title="", abstract=text, source=Source("-", "text", 0)), mirrored=False)
    facts: Facts = doc.user_data["paperfacts"]
    found: list[tuple[int, int, str]] = [
        (span.start, span.end, entity.kind) for entity in facts.entities for span in entity.spans
    ]
    group: int | None = None
    for number in facts.numbers:
        first = found.pop()[0] if number.group is not None and number.group == group else number.start
        found.append((first, number.end, "quantity"))
        group = number.group
    spans = set()
    for start, end, label in found:
        place = facts.locate(start, end)
        spans.add(Span(place.start, place.end, label))
    return sorted(spans)


def evaluate_spans(passages: Iterable[Passage], pipeline: Pipeline) -> Evaluation:
    """Score every label that the corpus uses and we know; the tallies are called "dataset exact" and so on."""
    passages = list(passages)
    known = {"dataset", "metric", "method", "task", "quantity"}
    labels = sorted(known & {span.label for passage in passages for span in passage.spans})
    result = Evaluation()
    counts = {f"{label} {level}": Count() for label in labels for level in LEVELS}  # sets their order
    for passage in passages:
        found = found_spans(pipeline, passage.text)
        for label in labels:
            gold = sorted({s for s in passage.spans if s.label == label})
            mine = [s for s in found if s.label == label]
            if gold or mine:
                counts |= _counts(passage, label, gold, mine, result)
        result.papers.append(counts)
        counts = {}
    return result


def _counts(
    passage: Passage, label: str, gold: Sequence[Span], mine: Sequence[Span], result: Evaluation
) -> dict[str, Count]:
    pairs = _matching(gold, mine)
    cores = {_core(passage.text, s) for s in gold}, {_core(passage.text, s) for s in mine}
    hits = (len(set(gold) & set(mine)), len(cores[0] & cores[1]), len(pairs))
    paired = set(pairs.values())
    for i, span in enumerate(gold):
        if i not in paired:
            result.errors.append(Miss(passage.id, label, "missed", _shown(passage.text, span)))
    for j, span in enumerate(mine):
        if j not in pairs:
            result.errors.append(Miss(passage.id, label, "spurious", _shown(passage.text, span)))
        elif _core(passage.text, span) != _core(passage.text, other := gold[pairs[j]]):
            text = f"{_shown(passage.text, span)} for {passage.text[other.start : other.end]!r}"
            result.errors.append(Miss(passage.id, label, "bounds", text))
    return {
        f"{label} {level}": Count(tp, len(mine) - tp, len(gold) - tp) for level, tp in zip(LEVELS, hits, strict=True)
    }


def _matching(gold: Sequence[Span], mine: Sequence[Span]) -> dict[int, int]:
    """A largest pairing of overlapping places: index of a found one to index of an annotated one."""
    near = [[j for j, p in enumerate(mine) if p.start < g.end and g.start < p.end] for g in gold]
    owner: dict[int, int] = {}

    def augment(i: int, seen: set[int]) -> bool:
        for j in near[i]:
            if j not in seen:
                seen.add(j)
                if j not in owner or augment(owner[j], seen):
                    owner[j] = i
                    return True
        return False

    for i in range(len(gold)):
        augment(i, set())
    return owner


def _core(text: str, span: Span) -> tuple[int, int]:
    match = _CORE.fullmatch(text, span.start, span.end)
    return match.span("core") if match else (span.start, span.end)


def _shown(text: str, span: Span) -> str:
    before, after = text[max(0, span.start - 50) : span.start], text[span.end : span.end + 40]
    return f"{before}[[{text[span.start : span.end]}]]{after}".replace("\n", " ")
