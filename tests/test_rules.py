"""Tests generated from the rules: every example matches exactly, every reject is silent, every pattern has both."""

import pytest

from extract.rulebook import Rule, load, marked, slowest, span_of

BOOK = load()
PATTERNS = [rule for rule in BOOK.rules.values() if rule.pattern is not None and not rule.frame]


@pytest.mark.parametrize("rule", PATTERNS, ids=lambda r: r.id)
def test_examples_match_exactly_and_rejects_are_silent(rule: Rule) -> None:
    assert rule.examples, "a pattern needs an example"
    assert rule.rejects, "a pattern needs a reject"
    for example in rule.examples:
        text, wanted = marked(example)
        assert wanted, f"mark the expected span of {example!r} with [[...]]"
        assert [span_of(m) for m in rule.finditer(text)] == wanted, example
    for reject in rule.rejects:
        assert not list(rule.finditer(reject)), reject


@pytest.mark.parametrize("rule", PATTERNS, ids=lambda r: r.id)
def test_triggers_are_needed_by_every_example(rule: Rule) -> None:
    for example in rule.examples:
        text = marked(example)[0]
        assert not rule.triggers or any(trigger in text or trigger in text.lower() for trigger in rule.triggers), (
            example
        )


@pytest.mark.parametrize("rule", PATTERNS, ids=lambda r: r.id)
def test_no_pattern_is_slow_on_hostile_text(rule: Rule) -> None:
    assert rule.pattern is not None
    assert slowest(rule.pattern) is None


def test_every_rule_says_what_it_yields_and_how_sure_it_is() -> None:
    for rule in BOOK.rules.values():
        assert 0 < rule.confidence <= 1, rule.id
        assert rule.pattern is not None or rule.frame, f"{rule.id} has neither pattern nor frame"
