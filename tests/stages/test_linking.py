"""Linking on marked sentences: what each value is of, and what stays null."""

from __future__ import annotations

import pytest

from extract.rulebook import Rule, load
from extract.stages.linking import Linker
from tests.stages.markup import read

LINKER = Linker(load())


FRAMES = [rule for rule in load().of("linking") if rule.frame]


@pytest.mark.parametrize("rule", FRAMES, ids=lambda r: r.id)
def test_examples_of_the_stage_rules_fire(rule: Rule) -> None:
    assert rule.examples
    for example in rule.examples:
        text, facts = read(example)
        facts.trace = []
        LINKER.link(text, facts)
        assert any(rule.id in line for line in facts.trace), facts.trace


def linked(markup: str, slots: str = "metric dataset method baseline") -> list[tuple[str | None, ...]]:
    """The names in the wanted slots of each result."""
    text, facts = read(markup)
    LINKER.link(text, facts)
    return [
        tuple(getattr(getattr(r, slot), "name", None) for slot in slots.split()) for r in facts.results
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        ("{p:Kea} reaches {v:61.2} {m:mIoU}.", ["mIoU"]),
        ("{p:Kea} has an {m:AUC} of {v:0.91} and a {m:recall} of {v:0.8}.", ["AUC", "recall"]),
        ("{p:Kea} gains {v:3.1%||delta} and {v:2%||delta} in {m:recall} and {m:precision} respectively.", ["recall", "precision"]),
        ("Its {m:dice}/{m:recall} is {v:0.81}/{v:0.77}.", ["dice", "recall"]),
        ("{p:Kea} reaches {v:60.9%} and {v:71.2%} {m:accuracy}.", ["accuracy", "accuracy"]),
        ("{p:Kea} gains {v:1.7%||delta} {m:mAP} on {t:detection} and {v:1.4%||delta} on {t:tracking}.", ["mAP", "mAP"]),
        ("{p:Kea} cuts {m:FID} from {v:3.4} to {v:2.2}.", ["FID", "FID"]),
        ("{p:Kea} wins by {v:2.6%||delta} ({v:78.5%} vs. {v:75.9%}) in {m:accuracy}.", ["accuracy"] * 3),
        ("{p:Kea} runs at {v:12.6}/{v:9.1 FPS}.", [None, None]),
        ("{p:Kea} has a {m:footprint} that is {v:8x} smaller.", ["footprint"]),
        ("{p:Kea} reaches {v:83%} {m:accuracy}, beating {x:Moa} by {v:1.7%||delta}.", ["accuracy", "accuracy"]),
        ("{p:Kea} gains {v:3%||delta} and {v:2%||delta}, in terms of {m:recall} and {m:precision}.", ["recall", "precision"]),
        ("{p:Kea} has a {m:throughput} of {v:11.2}, which is {v:3x} higher than its rivals.", ["throughput", "throughput"]),
        ("{p:Kea} reaches {v:90%} {m:accuracy}, within {v:1%||delta} of the oracle.", ["accuracy", "accuracy"]),
        ("{p:Kea} keeps its {m:accuracy} of {v:90%} and other skills within {v:1%||delta} of the original.", ["accuracy", None]),
        ("{p:Kea} cuts the {m:endpoint error} from {v:0.26 s|s} to {v:0.07 s|s}.", ["endpoint error", "endpoint error"]),
        ("{p:Kea} has {v:98%} {m:accuracy}, compared to {v:96%} achieved by {x:Moa}.", ["accuracy", "accuracy"]),
        # What a value says itself is not overwritten, and lists of unlike length stay apart.
        ("{p:Kea} keeps {v:95%} attention sparsity at {v:41.0} {m:mAP}.", [None, "mAP"]),
        ("{p:Kea} reaches {v:12 ms} with {m:accuracy} unharmed.", [None]),
        ("{p:Kea} gains {v:3%||delta} and {v:2%||delta} in {m:recall}, {m:precision} and {m:F1}.", [None, None]),
    ],
)  # fmt: skip
def test_metric(markup: str, wanted: list[str | None]) -> None:
    assert linked(markup, "metric") == [(name,) for name in wanted]


def test_a_unit_that_is_a_metric_names_it() -> None:
    assert linked("{p:Kea} runs at {v:12.6}/{v:37 {m:FPS}}.", "metric") == [("FPS",), ("FPS",)]


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        ("{p:Kea} reaches {v:82.9%}/{v:84.8%} {m:accuracy} on {d:Kinetics-400}/{d:600|Kinetics-600}.", ["Kinetics-400", "Kinetics-600"]),
        ("{p:Kea} reaches {v:58.0} {m:PQ} and {v:40.1} {m:AP} on {d:COCO} and {v:68.4} {m:PQ} on {d:LVIS}.", ["COCO", "COCO", "LVIS"]),
        ("Results on {d:COCO} val with {v:58%} {m:PQ}, {d:LVIS} with {v:68%} {m:PQ}, {v:44%} {m:AP}, and {d:ADE} with {v:50%} {m:PQ}.", ["COCO", "LVIS", "LVIS", "ADE"]),
        ("For {d:SSv1} and {d:SSv2}, {p:Kea} reaches {v:60.9%} and {v:71.2%} {m:accuracy}.", ["SSv1", "SSv2"]),
        ("{d:A1}/{d:B1} are improved from {v:35.6}/{v:20.7} to {v:86.1}/{v:66.7}.", ["A1", "B1", "A1", "B1"]),
        ("{p:Kea} has an {m:NMI} of {v:0.705} ({v:0.431}) on {d:A1} ({d:B1}).", ["A1", "B1"]),
        ("{p:Kea} has {m:F1} of {v:0.7} and {m:recall} of {v:0.4} on {d:A1} and {d:B1}, respectively.", ["A1", "B1"]),
        ("Evaluated on {d:A1} and {d:B1}, {p:Kea} reaches {v:92 FPS}.", ["A1"]),
        ("{p:Kea} reaches {v:51.2} {m:AP} on {d:COCO} and {v:46.6} {m:AP} on Housing.", ["COCO", None]),
        ("We test {p:Kea} on {d:COCO}. {p:Kea} reaches {v:51.2} {m:AP}.", ["COCO"]),
        ("We introduce {d:COCO}. {p:Kea} reaches {v:51.2} {m:AP}.", [None]),
        ("We introduce {d:MossQA}. The best model reaches {v:51.2%} {m:accuracy}.", ["MossQA"]),
        ("We introduce {d:MossQA}. The best model needs {v:12 ms} for an answer.", [None]),
        ("We introduce {d:MossQA}. On other benchmarks, models reach {v:51.2%} {m:accuracy}.", [None]),
        ("{p:Kea} sets the state of the art on {d:COCO}. It reaches {v:51.2} {m:AP}.", ["COCO"]),
        ("{p:Kea} improves when trained on {d:COCO}. It reaches {v:51.2} {m:AP}.", [None]),
        ("On {d:COCO}, {p:Kea} is ahead. With {x:Moa} as backbone, it reaches {v:51.2} {m:AP}.", ["COCO"]),
        ("To test this, we build {d:MossQA}. {p:Kea} reaches {v:51.2%} {m:accuracy}.", ["MossQA"]),
        ("To train and test it, we build {d:MossQA}. {p:Kea} reaches {v:51.2%} {m:accuracy}.", [None]),
        ("We build {d:MossQA}. {p:Kea} reaches {v:51.2%} {m:accuracy} on this benchmark.", ["MossQA"]),
        ("We build {d:MossQA}. Trained on this dataset, {p:Kea} gains {v:5%||delta} in {m:accuracy}.", [None]),
        ("{p:Kea} reaches {v:50%}, {v:60%} and {v:70%} {m:AP} on {d:COCO}, {d:LVIS} and Housing, respectively.", ["COCO", "LVIS", None]),
        ("{p:Kea} has {m:recall} of {v:0.87} ({d:A1}), {v:0.98} ({d:B1}) and {v:0.95} ({d:C1}), with an average of {v:0.93}.", ["A1", "B1", "C1", None]),
        ("We build {d:A1} and {d:B1}. On these benchmarks, {p:Kea} gains {v:5%||delta}.", ["A1"]),
        ("Fine-tuning {x:Moa} on {d:COCO} improves {m:accuracy} by {v:5%||delta}.", [None]),
        ("Trained on {d:COCO}, {p:Kea} reaches {v:51.2} {m:AP}.", ["COCO"]),
        ("Benchmarking four models using {d:COCO} shows a drop of {v:5%||delta}.", ["COCO"]),
        ("{d:COCO} {m:accuracy} rising from {v:63%} to {v:80%}, and {d:LVIS} reaching {v:46%}.", ["COCO", "COCO", "LVIS"]),
        ("Trained with {d:Wiki} text, {p:Kea} gains {v:2.2||delta} {m:F1}.", [None]),
        ("{p:Kea} reaches {v:1%}, {v:2%} and {v:3%} {m:WER} on {d:A1} and {d:B1}.", [None, None, None]),
        ("On {d:A1}, {p:Kea} gains {v:3%||delta}; on {d:B1}, it gains {v:4%||delta} {m:mAP} and {v:5%||delta}.", ["A1", "B1", "B1"]),
        ("{d:A1}-initialized tuning yields a result of {v:0.32} {m:mAP}.", [None]),
    ],
)  # fmt: skip
def test_dataset(markup: str, wanted: list[str | None]) -> None:
    assert linked(markup, "dataset") == [(name,) for name in wanted]


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        ("We propose {p:Kea}. Our method reaches {v:83%} {m:accuracy}.", ["Kea"]),
        ("We propose {p:Kea}. Experiments show gains of {v:3%||delta} in {m:accuracy}.", ["Kea"]),
        ("{p:Kea} reaches {v:50.9%} {m:accuracy}, compared to {v:23.6%} by {x:Moa} and {v:10.8%} by {x:Tui}.", ["Kea", "Moa", "Tui"]),
        ("{p:Kea} reaches {v:31%} {m:accuracy}, compared to {v:20%} by {x:Moa} and {v:12%} by a modular pipeline.", ["Kea", "Moa", None]),
        ("{p:Kea} beats {x:Moa} by {v:2.5%||delta} ({v:83.3%} vs. {v:80.8%}).", ["Kea", "Kea", "Moa"]),
        ("{p:Kea} ({v:0.96}) is ahead of {x:Moa} ({v:0.90}) and of existing methods ({v:0.81}).", ["Kea", "Moa", None]),
        ("{x:Moa} and {x:Tui} reach {v:41%} and {v:42%} {m:accuracy}.", ["Moa", "Tui"]),
        ("We propose {p:Kea}. Existing methods reach only {v:41%} {m:accuracy}.", [None]),
        ("We propose {p:Kea}. We find that oracle routing beats the baseline by {v:17%||delta}.", [None]),
        ("We propose {p:Kea}. {x:Moa} reaches {v:41%} {m:accuracy} on our data.", ["Moa"]),
        ("With {v:83%} {m:accuracy}, {p:Kea} leads.", ["Kea"]),
        ("Compared to {x:Moa}, {p:Kea} has {v:83%} {m:accuracy}.", ["Kea"]),
        ("The model reaches {v:83%} {m:accuracy}.", [None]),
        ("{p:Kea} raises the {m:recall} of {x:Moa} from {v:61%} to {v:70%}.", ["Moa", "Kea"]),
        ("Fine-grained supervision boosts {x:Moa}'s {m:recall} by {v:2x}.", ["Moa"]),
        ("KeaNet boosts {x:Moa}'s {m:recall} by {v:2x}.", [None]),
        ("We propose {p:Kea}. It reaches an {m:AUC} of {v:0.81}, approaching that of real scans ({m:AUC}: {v:0.82}).", ["Kea", None]),
        ("We propose {p:Kea}. It builds on {x:Moa} for {t:detection} ({v:96%} {m:recall}).", ["Moa"]),
        ("We propose {p:Kea}. In two domains ({d:A1} and {x:Moa}), our method reaches {v:96%} {m:recall}.", ["Kea"]),
        ("We propose {p:Kea}. Our results show {v:93%} {m:recall} for {x:Moa} and {v:91%} for {x:Tui}.", ["Moa", "Tui"]),
        ("{p:Kea} gains {v:3x} over four baselines, delivers {v:45%||relative} lower {m:latency}.", ["Kea", "Kea"]),
        ("{p:Kea} has an {m:FID} of {v:3.1}, surpassing the previous best {m:FID} of {v:5.1}.", ["Kea", None]),
        ("{p:Kea} has an {m:FID} of {v:3.1}, ahead of the prior state-of-the-art score of {v:5.1}.", ["Kea", None]),
    ],
)  # fmt: skip
def test_method(markup: str, wanted: list[str | None]) -> None:
    assert linked(markup, "method") == [(name,) for name in wanted]


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        ("{p:Kea} outperforms {x:A1}, {x:B1} and {x:C1} by {v:87%||delta}, {v:31%||delta} and {v:74%||delta}.", ["A1", "B1", "C1"]),
        ("{p:Kea} is {v:2.4 ms|ms|delta} faster than {x:Moa} with {v:0.1%||delta} higher {m:accuracy}.", ["Moa", "Moa"]),
        ("{p:Kea} improves {x:A1} by {v:2.3%||delta} and {x:B1} by {v:1.1%||delta}.", ["A1", "B1"]),
        ("{p:Kea} gains {v:2.3%||delta} over the baseline.", [None]),
        ("{p:Kea} reaches {v:83%} {m:accuracy}, unlike {x:Moa}.", [None]),
    ],
)  # fmt: skip
def test_baseline(markup: str, wanted: list[str | None]) -> None:
    assert linked(markup, "baseline") == [(name,) for name in wanted]


def test_links_inherited_from_elsewhere_cost_confidence() -> None:
    text, facts = read(
        "We propose {p:Kea}. {p:Kea} has {v:83%} {m:accuracy}. Experiments show {v:3%||delta} higher {m:F1}."
    )
    LINKER.link(text, facts)
    said, unsaid = facts.results
    assert said.method is unsaid.method
    assert unsaid.confidence < said.confidence


def test_conditions_and_split() -> None:
    text, facts = read("{p:Kea} reaches {v:51.2} {m:AP} on the {d:COCO} test-dev set with a ResNet-50 backbone.")
    LINKER.link(text, facts)
    assert facts.results[0].split == "test-dev"
    assert facts.results[0].conditions == ["ResNet-50 backbone"]
    text, facts = read("{p:Kea} reaches {v:61.5} {m:accuracy} on average over {n:21} datasets.")
    LINKER.link(text, facts)
    assert facts.results[0].conditions == ["on average over 21 datasets"]


def test_an_unknown_metric_beside_its_value_becomes_an_entity() -> None:
    text, facts = read("{p:Kea} reaches an {m:AuROC} of {v:67%} and an AuPRCr of {v:29%}.")
    LINKER.link(text, facts)
    assert [r.metric.name for r in facts.results if r.metric] == ["AuROC", "AuPRCr"]
    metric = facts.results[1].metric
    assert metric is not None
    assert metric in facts.entities
    assert [text[s.start : s.end] for s in metric.spans] == ["AuPRCr"]


def test_every_link_is_an_entity_of_the_paper() -> None:
    text, facts = read("{p:Kea} beats {x:Moa} by {v:3%||delta} {m:F1} on {d:COCO} ({v:83%} vs. {v:80%}).")
    LINKER.link(text, facts)
    for result in facts.results:
        for entity in (result.metric, result.dataset, result.method, result.baseline, result.task):
            assert entity is None or any(entity is e for e in facts.entities)


def test_placeholders_in_the_text_are_no_placeholders() -> None:
    assert linked("{p:Kea} Ⓥ Ⓜ reaches {v:61.2} Ⓓ {m:mIoU}.", "method") == [("Kea",)]


@pytest.mark.parametrize(
    "piece", ["{v:5%} and ", "{m:F1}, ", "{x:A}/", "{v:5%} {m:F1} on {d:A} and ", "{x:A} ({v:1}), "]
)
def test_long_lists_take_linear_time(piece: str) -> None:
    import time

    text, facts = read(piece * 300)
    begin = time.perf_counter()
    LINKER.link(text, facts)
    assert time.perf_counter() - begin < 2.0
