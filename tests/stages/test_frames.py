"""The examples of the rules whose logic is code: through the whole pipeline, the marked number carries the rule's id."""

from __future__ import annotations

import pytest

from extract.pipeline import Pipeline
from extract.rulebook import Rule, load, marked

# Rules of names that a stage applies without a pattern; those of method names are tested with title and abstract.
CODED = (
    "dataset.variant",
    "dataset.transfer",
    "dataset.completed",
    "metric.of-dataset",
    "metric.same-list",
    "names.same-list",
)
FRAMES = [r for prefix in ("result", "quantity", *CODED) for r in load().of(prefix) if r.frame]


def found(pipeline: Pipeline, rule: Rule, text: str) -> list[str]:
    record = pipeline.extract(title="On things", abstract=text)
    if rule.id in CODED:
        entities = [*record.methods, *record.datasets, *record.metrics]
        mentions = [m for e in entities for m in e.mentions if m.rule == rule.id]
        return [m.text for m in sorted(mentions, key=lambda m: m.start_char)]
    items = record.results if rule.yields == "result" else record.quantities
    return [item.mention.text for item in items if item.mention.rule == rule.id]


@pytest.mark.parametrize("rule", FRAMES, ids=lambda r: r.id)
def test_examples_carry_the_rule(pipeline: Pipeline, rule: Rule) -> None:
    assert rule.examples
    for example in rule.examples:
        text, spans = marked(example)
        assert found(pipeline, rule, text) == [text[a:b] for a, b in spans], example


@pytest.mark.parametrize("rule", FRAMES, ids=lambda r: r.id)
def test_rejects_are_silent(pipeline: Pipeline, rule: Rule) -> None:
    assert rule.rejects
    for reject in rule.rejects:
        assert found(pipeline, rule, reject) == [], reject
