"""Pairing of lists and glue between values."""

from __future__ import annotations

import pytest

from extract.rulebook import load
from extract.stages.coordination import in_run, is_glue
from extract.stages.masking import Masker
from tests.stages.markup import read


@pytest.mark.parametrize("gap", [", ", " and ", "/", ", and ", " to "])
def test_glue(gap: str) -> None:
    assert is_glue(gap)


@pytest.mark.parametrize("gap", [" with ", ", while ", " Ⓜ and "])
def test_no_glue(gap: str) -> None:
    assert not is_glue(gap)


@pytest.mark.parametrize("gap", [" Ⓜ on Ⓣ and ", " Ⓜ, ", " higher Ⓜ and "])
def test_one_coordination(gap: str) -> None:
    assert in_run(gap)


@pytest.mark.parametrize("gap", [", surpassing Ⓧ by ", " Ⓜ while keeping ", " of flagship cost and "])
def test_not_one_coordination(gap: str) -> None:
    assert not in_run(gap)


@pytest.mark.parametrize(
    ("markup", "masked"),
    [
        ("On the {d:COCO} val set, our {p:Kea} model reaches up to {v:58%} {m:PQ}.", "On Ⓓ, Ⓧ reaches Ⓥ Ⓜ."),
        ("Our simple framework beats existing CNN baselines by a {v:3%}.", "Ⓢ beats Ⓑ by Ⓥ."),
        ("an {m:AUC} score of over {v:0.9}", "Ⓜ of Ⓥ"),
        ("the state-of-the-art method {x:Moa}", "Ⓧ"),
    ],
)
def test_masks(markup: str, masked: str) -> None:
    from extract.stages.linking import numbers_of

    masker = Masker(load())
    text, facts = read(markup)
    items = numbers_of(facts, facts.results, 0, len(text))
    assert masker.mask(text, 0, len(text), masker.mentions(facts), items).text == masked
