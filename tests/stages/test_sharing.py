"""Links between sentences and lists: zipped differences, counted data sets, relative clauses, "it"."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.stages.markup import read
from tests.stages.test_linking import LINKER, linked


def test_differences_are_of_the_levels_at_their_places() -> None:
    markup = (
        "{p:Kea} reaches {v:74.1%} {m:accuracy} on {d:A1} and {v:66.2} {m:mAP} on {d:B1}, ahead of the best by "
        "{v:3.4%||delta} and {v:1.6||delta}, respectively."
    )
    assert linked(markup, "metric dataset") == [("accuracy", "A1"), ("mAP", "B1")] * 2


def test_differences_without_respectively_are_of_no_level() -> None:
    markup = (
        "{p:Kea} reaches {v:74.1%} {m:accuracy} on {d:A1} and {v:66.2} {m:mAP} on {d:B1}, ahead of the best by "
        "{v:3.4%||delta} and {v:1.6||delta} in two further tests."
    )
    assert linked(markup, "dataset")[2:] == [(None,), (None,)]


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        ("{p:Kea} carries over to {d:A1}, where {m:error} falls by {v:21%||relative}.", ["A1"]),
        ("{p:Kea} gains {v:4%||delta} on {d:A1} and {v:2%||delta} on planning.", ["A1", None]),
        (
            "{p:Kea} gains {v:5%||delta} on {d:A1}, {v:4%||delta} on {d:B1} and on average {v:3%||delta} on {n:5} benchmarks.",
            ["A1", "B1", None],
        ),
        ("{p:Kea} gains {v:4%||delta} on {t:parsing} and {v:2%||delta} on {d:B1}.", [None, "B1"]),
        ("{p:Kea} speeds up decoding by {v:4.6x}, with {v:0.5%||delta} loss on {d:A1} and {d:B1}.", [None, "A1"]),
        (
            "We use {d:A1}, {d:B1} and {d:C1}. {p:Kea} scores {v:82%}, {v:81%} and {v:80%} {m:F1} along with "
            "{v:70%}, {v:69%} and {v:68%} {m:mIoU} on the above datasets.",
            ["A1", "B1", "C1"] * 2,
        ),
        ("On {d:A1}, {p:Kea} gains {v:2%||delta}. With soft attention, it gains {v:3%||delta}.", ["A1", "A1"]),
        ("On {d:A1}, {p:Kea} gains {v:2%||delta}. On real-world images, it gains {v:3%||delta}.", ["A1", None]),
        ("On {d:A1}, {p:Kea} gains {v:2%||delta}. It needs {v:18%||relative} fewer {m:FLOPs}.", ["A1", None]),
        ("{p:Kea} gains {v:3%||delta}. We train on {d:A1}.", [None]),
    ],
)
def test_dataset(markup: str, wanted: list[str | None]) -> None:
    assert linked(markup, "dataset") == [(name,) for name in wanted]


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        ("{p:Kea} with prompts reaches {v:82%} {m:Dice}, and with manual prompts reaches {v:83%}.", ["Kea", "Kea"]),
        ("{p:Kea} outperforms strong baselines, which score {v:80%} {m:accuracy}.", [None]),
        ("{x:Moa} with soft attention reaches {v:82%} {m:accuracy}.", ["Moa"]),
        ("Even recent agents (like {x:Moa}) succeed on {v:50%} of the tasks.", ["Moa"]),
        (
            "{p:Kea} reaches {v:1.2} {m:MAE} and {v:87%} {m:recall}, compared to {v:2.1} / {v:29%} for {x:Moa}.",
            ["Kea", "Kea", "Moa", "Moa"],
        ),
        ("The best proprietary model ({x:Moa}) still shows {v:46%} {m:error}.", ["Moa"]),
        (
            "{p:Kea} has {v:87%} {m:recall}, outperforming plain nets ({v:58%}) and trees ({v:49%}).",
            ["Kea", None, None],
        ),
        ("The first system (a tree) achieved an {m:F1} of {v:0.89}, and {p:Kea} {v:0.91}.", [None, "Kea"]),
        ("{x:Tui} stays cool while {x:Moa} 70B shows {v:46%} {m:error}.", ["Moa"]),
        ("For example, {x:Tui}'s {m:error} increases by {v:3x}, {x:Moa} fails {v:90%} of the time.", ["Tui", "Moa"]),
        ("{p:Kea}, built last, provides a gain of {v:0.6||delta} {m:AP}.", ["Kea"]),
        ("{p:Kea} shows gains of {v:18||delta} and {v:4||delta} for {x:Tui} and {x:Moa}.", ["Kea", "Kea"]),
        ("{p:Kea} wins: {m:distance} improves by {v:18%||relative}, XY-V2V drops by {v:6%||delta}.", ["Kea", "Kea"]),
        ("{p:Kea} reaches {v:66%} {m:accuracy} (outperforming the {v:33%} random baseline).", ["Kea", None]),
        (
            "Statistics show that {v:10%} of all trips fail. We propose {p:Kea}. Tests show {v:83%} {m:recall}.",
            [None, "Kea"],
        ),
        (
            "The {m:speed} of {p:Kea} for a small {x:Tui} surpasses {x:Moa} and {x:Huia} by {v:87%||relative} and {v:55%||relative}.",
            ["Kea", "Kea"],
        ),
        ("{x:Moa}-based models reach {v:6.1%} {m:CER}.", ["Moa"]),
        ("{p:Kea} lifts {m:recall} to {v:96%} (from {v:35%} for the base).", ["Kea", None]),
        ("{p:Kea} learns to fly, achieving a performance gain of {v:7%||delta}.", ["Kea"]),
        ("{p:Kea} helps, with improvements ranging from {v:2%||delta} to {v:14%||delta}.", ["Kea", "Kea"]),
        ("We propose {p:Kea}. Removing any part drops {m:recall} by {v:11%||delta}.", [None]),
        ("{p:Kea}, helped by its new nest, has demonstrated good skill, achieving {v:86%} {m:Dice}.", ["Kea"]),
        ("We show that {x:Moa} forecasts the rain, with {v:35x} fewer {m:FLOPs}.", ["Moa"]),
        ("{x:Moa} improves on {x:Tui}. On A1, it reaches {v:88.2} {m:AP}.", ["Moa"]),
        ("{x:Moa} improves on {x:Tui}. On A1, our net reaches {v:88.2} {m:AP}.", [None]),
    ],
)
def test_method(markup: str, wanted: list[str | None]) -> None:
    assert linked(markup, "method") == [(name,) for name in wanted]


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        (
            "{p:Kea} cuts {m:drift} by {v:15%||relative} and improves the map of the sea by {v:3%||delta}.",
            ["drift", None],
        ),
        ("{p:Kea} gives a {v:4.7x} {m:speedup} and {v:6.4x} memory reduction.", ["speedup", None]),
        ("{p:Kea} keeps {m:fidelity} at {v:3.5x} compression.", [None]),
        ("{p:Kea} has a {m:fidelity} of {v:83%} at {v:40%} load.", ["fidelity", None]),
        ("{p:Kea} reaches high {m:rates}, exceeding {v:20x}.", ["rates"]),
        ("{p:Kea} reaches a {m:F1} of {v:0.875}, near the {x:Moa} benchmark ({v:0.889}).", ["F1", "F1"]),
        (
            "{p:Kea} has {v:87%} {m:recall}, outperforming plain nets ({v:58%}) and gains on trees ({v:4%||delta}).",
            ["recall", "recall", None],
        ),
        (
            "{p:Kea} wins: {m:distance} improves by {v:18%||relative}, XY-V2V drops by {v:6%||delta}.",
            ["distance", None],
        ),
        ("{p:Kea} keeps {v:95%} of full-resolution {m:accuracy}.", ["accuracy"]),
        ("{p:Kea} cuts {m:latency} from {v:20 ms} to {v:10 ms} (a {v:50%||relative} reduction).", ["latency"] * 3),
        ("We see a drop in {m:depth} (from {v:8} to {v:5}).", ["depth", "depth"]),
        ("{p:Kea} has {v:85%} {m:success} versus {v:70%} baseline.", ["success", "success"]),
    ],
)
def test_metric(markup: str, wanted: list[str | None]) -> None:
    assert linked(markup, "metric") == [(name,) for name in wanted]


def test_a_measure_behind_an_elided_verb_becomes_an_entity() -> None:
    for text, wanted in (
        ("It cuts {m:usage} by {v:53%||relative} and agent steps by {v:43%||relative}.", ["usage", "agent steps"]),
        ("It lifts {m:purity} from {v:0.1} to {v:0.2} and the topic depth from {v:0.7} to {v:0.9}.",
         ["purity", "purity", "topic depth", "topic depth"]),
        ("It beats {x:Moa} by {v:3%||delta} and improves by {v:2%||delta}.", [None, None]),
    ):  # fmt: skip
        assert linked(text, "metric")[: len(wanted)] == [(name,) for name in wanted]


def test_the_name_in_the_title_is_our_model() -> None:
    for title, sure, name in (
        ("{p:Kea}: Counting Moss", 0.85, "Kea"),
        ("Counting Moss with {p:Kea}", 0.85, "Kea"),
        ("Counting Moss with {p:Kea}", 0.75, None),
        ("Counting Moss with {p:Kea} and {p:Moa}", 0.85, None),
    ):
        text, facts = read(title + ". We count moss. Our model reaches {v:83%} {m:accuracy}.")
        facts.segments[0] = replace(facts.segments[0], field="title", end=text.index("."))
        for entity in facts.entities:
            if entity.kind == "method":
                entity.confidence = sure
        LINKER.link(text, facts)
        assert getattr(facts.results[0].method, "name", None) == name


def test_an_unsure_name_that_acts_is_the_system() -> None:
    for verb, name in (("outperforms", "Kea"), ("stands for", None)):
        text, facts = read(
            f"We propose {{p:Kea}}. {{p:Kea}} {verb} the rest. Our net reaches {{v:83%}} {{m:accuracy}}."
        )
        facts.entities[0].confidence = 0.8
        LINKER.link(text, facts)
        assert getattr(facts.results[0].method, "name", None) == name
