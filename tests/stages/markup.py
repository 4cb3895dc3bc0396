"""Sentences with their facts marked, so that linking is tested without the stages before it.

`{x:Name}` is a used method, `{p:Name}` a proposed one, `{d:}` a dataset, `{m:}` a metric, `{t:}` a task,
`{n:5}` a plain number and `{v:83%}` a result; `{d:600|Kinetics-600}` names the entity apart from its surface and
`{v:2.1|points|delta}` gives unit and kind. `{v:37 {m:FPS}}` is a value whose unit is a metric.
"""

from __future__ import annotations

import re

from extract.facts import Entity, Facts, Number, Result, Segment, Span
from extract.sentences import split_sentences

_KINDS = {"x": "method", "p": "method", "d": "dataset", "m": "metric", "t": "task"}
_MARK = re.compile(r"\{(\w):([^{}|]*)(?:\|([^{}|]*))?(?:\|([^{}|]*))?(?:\|([^{}|]*))?\}")
_NESTED = re.compile(r"\{v:([^{}|]*)\{m:([^{}|]*)\}\}")


def read(markup: str) -> tuple[str, Facts]:
    """The plain text and its facts with unlinked results."""
    markup = _NESTED.sub(lambda m: f"{{v:{m[1]}{m[2]}|{m[2]}|absolute|{m[2]}}}", markup)
    text, place = "", 0
    entities: dict[tuple[str, str], Entity] = {}
    numbers: list[Number] = []
    results: list[Result] = []
    for mark in _MARK.finditer(markup):
        text += markup[place : mark.start()]
        sign, surface, second, third, unit = mark.groups()
        start, end = len(text), len(text) + len(surface)
        text, place = text + surface, mark.end()
        if sign == "n":
            numbers.append(Number(start, end, 0.0))
        elif sign == "v":
            numbers.append(_number(surface, start, end, second))
            kind = third or ("ratio" if numbers[-1].unit == "x" else "absolute")
            results.append(Result(numbers[-1], start, end, kind, "result.test", 0.9))
            if unit:
                metric = entities.setdefault(("metric", unit), Entity("metric", unit, [], 0.9))
                metric.spans.append(Span(end - len(unit), end, "test"))
        else:
            kind, name = _KINDS[sign], second or surface
            entity = entities.setdefault((kind, name), Entity(kind, name, [], 0.9))  # type: ignore[arg-type]
            entity.spans.append(Span(start, end, "test"))
            if kind == "method":
                entity.role = "proposed" if sign == "p" else entity.role or "used"
    text += markup[place:]
    segment = Segment("abstract", 0, len(text), text, lambda a, b: (a, b))
    sentences = split_sentences(text, [(0, len(text))])
    return text, Facts([segment], sentences, numbers=numbers, entities=list(entities.values()), results=results)


def _number(surface: str, start: int, end: int, unit: str | None) -> Number:
    found = re.search(r"[\d.]+", surface)
    if unit is None:
        tail = re.search(r"(%|x|ms|dB|FPS|GB)$", surface)
        unit = tail[1] if tail else None
    return Number(start, end, float(found[0]) if found else 0.5, unit=unit or None)
