"""Numbers as the stage types them: value, range, spread, unit, form, qualifier, and what is no number at all."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.facts import Facts, Number, Segment
from extract.patterns import SOUND
from extract.rulebook import anchored, load
from extract.sentences import split_sentences
from extract.stages.numbers import Numbers

BOOK = load()
NUMBERS = Numbers(BOOK)


def find(text: str) -> list[Number]:
    facts = Facts(
        [Segment("abstract", 0, len(text), text, lambda a, b: (a, b))],
        split_sentences(text, [(0, len(text))]),
        text=text,
    )
    return NUMBERS.find(text, facts)


@pytest.mark.parametrize(
    ("text", "value", "high", "unit", "qualifier"),
    [
        ("about 20% of it", 20, None, "%", "about"),
        ("up to a 12.5% gain", 12.5, None, "%", "up to"),
        ("(up to 75%)", 75, None, "%", "up to"),
        ("by more than 3x", 3, None, "x", "at least"),
        ("less than 0.5%", 0.5, None, "%", "at most"),
        ("a loss ≤ 0.3%", 0.3, None, "%", "at most"),
        ("~5× faster", 5, None, "x", "about"),
        ("AUC of 0.70-0.76", 0.7, 0.76, None, None),
        ("a 9-17% cut", 9, 17, "%", None),
        ("2.36–26.9% lower", 2.36, 26.9, "%", None),
        ("42.3% to 71.3% less", 42.3, 71.3, "%", None),
        ("a 2-5x speedup", 2, 5, "x", None),
        ("between 5% and 12% more", 5, 12, "%", None),
        ("a 12.7-fold gain", 12.7, None, "x", None),
        ("tenfold growth", 10, None, "x", None),
        ("twice the size", 2, None, "x", None),
        ("half the cost", 0.5, None, "x", None),
        ("one third of the FLOPs", 0.3333, None, "x", None),
        ("three-quarters of the time", 0.75, None, "x", None),
        ("1/4 the latency", 0.25, None, "x", None),
        ("two orders of magnitude faster", 100, None, "x", None),
        ("over 200, 000 models", 200_000, None, None, "at least"),
        ("has 4,998 problems", 4998, None, None, None),
        ("2,105.3 words", 2105.3, None, None, None),
        ("5.3 million pairs", 5.3e6, None, None, None),
        ("7B parameters", 7e9, None, None, None),
        ("7-70B parameters", 7e9, 7e10, None, None),
        ("1.4T tokens", 1.4e12, None, None, None),
        ("runs at 37 FPS", 37, None, "FPS", None),
        ("in 16.2ms", 16.2, None, "ms", None),
        ("takes 5 minutes", 5, None, "min", None),
        ("0.29dB more", 0.29, None, "dB", None),
        ("15.5 percentage points", 15.5, None, "points", None),
        ("a rho of .55 here", 0.55, None, None, None),
        ("a score of 72,64% here", 72.64, None, "%", None),
        ("five percent", 5, None, "%", None),
        ("twenty-five labs", 25, None, None, None),
        ("one hundred thousand labs", 100_000, None, None, None),
        ("costs $3.50 in all", 3.5, None, "$", None),
        ("3.2×10^-4 at last", 3.2e-4, None, None, None),
        ("100+ languages", 100, None, None, "at least"),
        ("-0.4% change", -0.4, None, "%", None),
    ],
)
def test_one_number(text: str, value: float, high: float | None, unit: str | None, qualifier: str | None) -> None:
    [number] = find(text)
    assert number.value == pytest.approx(value)
    assert (number.high, number.unit, number.qualifier) == (high, unit, qualifier)


@pytest.mark.parametrize(
    ("text", "value", "spread"),
    [("94.3±0.2", 94.3, 0.2), ("94.3% ± 0.2%", 94.3, 0.2), ("an AUC of 0.76(0.04)", 0.76, 0.04),
     ("0.91 (plus or minus 0.02)", 0.91, 0.02)],
)  # fmt: skip
def test_spread(text: str, value: float, spread: float) -> None:
    [number] = find(text)
    assert (number.value, number.uncertainty) == (value, spread)


@pytest.mark.parametrize(
    "text",
    [
        "ResNet-50 and VOC2012", "AP50 with mAP@0.5:0.95", "ViT-B/16", "Llama 2", "COCO 2017", "GPT 3.5 Turbo", "in 2017",
        "Doe et al. (2019)", "as shown [12]", "see [1, 2-4]", "(1) first, (2) second", "1) first", "2D and 3D", "top-1",
        "5-shot", "a two-stage design", "O(n^2)", "R^2", "p < 0.001", "95% CI 0.3-0.5", "since May 5, 2023", "2020-2023",
        "k = 5", "Table 3", "arXiv:2103.12345", "1.2.3", "1:1", "Kinetics-400/600", "SANA-1.0-1.6B", "T5-11B",
    ],
)  # fmt: skip
def test_no_number(text: str) -> None:
    assert find(text) == []


def test_list_shares_unit_and_bound() -> None:
    numbers = find("up to 1.2, 3.4 and 5.6% in all")
    assert [(n.value, n.unit, n.qualifier) for n in numbers] == [(v, "%", "up to") for v in (1.2, 3.4, 5.6)]
    assert len({n.group for n in numbers}) == 1


def test_from_to_is_two_levels() -> None:
    first, last = find("improves from 20.1% to 30.5%")
    assert (first.value, first.role, last.value, last.role) == (20.1, "from", 30.5, "to")
    assert first.group == last.group is not None


def test_ranging_from_to_is_one_range() -> None:
    [number] = find("ranging from 20.1% to 30.5%")
    assert (number.value, number.high) == (20.1, 30.5)


def test_sizes_are_settings() -> None:
    [number] = find("images of 512x512 pixels")
    assert (number.value, number.role) == (512, "setting")


@pytest.mark.parametrize(
    "piece", ["1", "1,", "1.", "1-", "5% and ", "two, ", "(1", "1/", "from 1 to 2 ", "0.5 (", "=1"]
)
def test_time_is_linear(piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        begin = time.process_time()
        find(text)
        return time.process_time() - begin

    seconds(1000)
    short, long = min(seconds(8000) for _ in range(3)), min(seconds(32000) for _ in range(2))
    assert long < 12 * short + 0.05  # four times the text; quadratic would be sixteen


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("accuracy of 74.4% (69.9, 78.8%) at night", [74.4]),
        ("MAE 1.24 (1.13-1.36) and more", [1.24]),
        ("an NMI of 0.705 (0.431) on both", [0.705, 0.431]),
        ("83.3% (80.1%, 81.2%) on all", [83.3, 80.1, 81.2]),
    ],
)
def test_bounds_that_enclose_the_value_before_them_are_no_values(text: str, values: list[float]) -> None:
    assert [n.value for n in find(text) if n.role != "setting"] == values


@pytest.mark.parametrize(
    "text",
    ["see Figs. 2 and 3 there", "at phases 3, 5, and 7 of it", "the salt Ca(ClO4)2 is", "a precision at 30 of it"],
)
def test_labels_formulas_and_cutoffs_hold_no_value(text: str) -> None:
    assert find(text) == []


def test_a_power_of_ten_whose_superscript_was_lost() -> None:
    (number,) = find("a rate of 4.3 × 10−8 in all")
    assert number.value == pytest.approx(4.3e-8)
    assert [n.value for n in find("4 × 10.5 m")] != [4e-5]


# No superscript digits: `re` takes them for word characters, `regex` does not.
PIECES = (
    "a", "x", "-", " ", "(", ")", "5", "12", "3.4", ".", ",", "%", " to ", "±", "K", " ms", "×", "10^", "e-4", "~", "$", "\n",
    " percent", " points", "fold", "half", "two", " times", " thousand", " orders of magnitude", "é", "\\", "/", "_", "−",
)  # fmt: skip


@pytest.mark.parametrize("rule_id", ["number.value", "number.word"])
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).map("".join))
@settings(max_examples=400, deadline=None)
def test_both_engines_match_the_same_at_every_place(rule_id: str, text: str) -> None:
    rule = BOOK.rules[rule_id]
    assert rule.pattern is not None
    fast = anchored(rule)
    assert isinstance(fast, re.Pattern) or not SOUND  # else it stands in itself
    for place in range(len(text) + 1):
        one, two = fast.match(text, place), rule.pattern.match(text, place)
        assert (one and (one.span(), one.groupdict())) == (two and (two.span(), two.groupdict()))


class Everywhere(Numbers):
    """Without the short cuts: rules of what is no number run on all of the text, words are looked for in any case."""

    def _take(self, text: str, runs: list[tuple[int, int]], facts: Facts, taken: list[tuple[int, int]]) -> None:
        spans = [(e.start, e.end) for e in facts.evidence if e.label != "none"]
        taken += [(a, b) for a, b in spans if any(map(str.isdigit, text[a:b]))]
        for rule in self.nots:
            taken += [m.span("span") for m in rule.finditer(text)]
        taken.sort()


SENTENCES = (
    "We reach 95% CI accuracy of 3.4%. ", "On May 5, 2023 (arXiv:2103.12345) two-thirds hold. ", "With k = 5 and p<0.001. ",
    "Half of it. ", "THREE TIMES faster. ", "between 5% and 12% more. ", "Nothing is said here of any figure at all. " * 3,
    "since March 2024 ", "with epsilon=8/255 ", "İ ten İ ", "a dozen tasks, 1.2M images. ", "95% confidence intervals 3-4. ",
)  # fmt: skip


@given(st.lists(st.sampled_from(SENTENCES), max_size=8).map("".join))
@settings(max_examples=300, deadline=None)
def test_the_short_cuts_change_nothing(text: str) -> None:
    def facts() -> Facts:
        return Facts(
            [Segment("abstract", 0, len(text), text, lambda a, b: (a, b))],
            split_sentences(text, [(0, len(text))]),
            text=text,
        )

    assert NUMBERS.find(text, facts()) == Everywhere(BOOK).find(text, facts())
