"""Known names: guards, borders, spellings, canonical ids."""

from __future__ import annotations

import csv
from collections.abc import Callable

import pytest
import spacy

from extract.facts import facts_of
from extract.pipeline import Pipeline
from extract.rulebook import VOCABULARY_COLUMNS, Rule, load, marked, rules_folder
from extract.stages.vocabulary import UNPROVED, variants

Known = Callable[[str, str], list[tuple[str, str | None]]]


@pytest.fixture(scope="module")
def known() -> Known:
    """Surface and canonical id of what the stage alone finds of a kind."""
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "paperfacts.Tokenizer.v1"}}})
    nlp.add_pipe("paperfacts_vocabulary")

    def find(text: str, label: str) -> list[tuple[str, str | None]]:
        return [
            (text[e.start : e.end], e.canonical)
            for e in facts_of(nlp(text)).evidence
            if e.label == label and e.confidence > UNPROVED
        ]

    return find


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("We test on CIFAR10, CIFAR-100 and CIFAR 10.", ["cifar-10", "cifar-100", "cifar-10"]),
        ("We use MS COCO, MS-COCO and COCO 2017.", ["coco", "coco", "coco"]),
        ("It wins on MBPP+ and MBPP.", ["mbpp-plus", "mbpp"]),
        ("Our VAA-KITTI-360 is new.", []),
        ("It was tested on COCO/ADE20K.", ["coco", "ade20k"]),
        ("People drive and race, and drop the quality.", []),
        ("Trained on the DRIVE dataset and evaluated on RACE.", ["drive", "race"]),
        ("A GTA5-to-Cityscapes transfer.", []),
        ("WMT 2014 English-German is old.", ["wmt14-en-de"]),
        ("See https://example.org/imagenet for it.", ["imagenet"]),
    ],
)
def test_datasets(known: Known, text: str, wanted: list[str]) -> None:
    assert [canonical for _, canonical in known(text, "dataset")] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("It has 71% top-1 accuracy and 50.1 mAP@0.5:0.95.", ["top-1-accuracy", "map-at-0.5-0.95"]),
        ("The macro-F1 is no F1.", ["macro-f1", "f1"]),
        ("PSNR, SSIM and LPIPS improve.", ["psnr", "ssim", "lpips"]),
        ("Automatic speech recognition (ASR) of 3 hours.", []),
        ("The attack success rate (ASR) of 30% is high.", ["attack-success-rate", "attack-success-rate"]),
        ("A masked model has an MAE of 0.31.", ["mae"]),
        ("ROC AUC and AUROC are one.", ["auroc", "auroc"]),
        ("It scores 55.6 J&F.", ["j-and-f"]),
        ("The mAP 50.2 is a value.", ["mean-average-precision"]),
        ("Let's measure the map of the town.", []),
        ("Accuracy matters to people.", []),
    ],
)
def test_metrics(known: Known, text: str, wanted: list[str]) -> None:
    assert [canonical for _, canonical in known(text, "metric")] == wanted


def test_links_hold_no_names(pipeline: Pipeline) -> None:
    record = pipeline.extract(title="On ferns", abstract="Code: https://github.com/fern/imagenet-tools is open.")
    assert record.datasets == []


def test_other_tokenizer_finds_the_same() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("paperfacts_vocabulary")
    doc = nlp("We train on ImageNet-1K and report top-1 accuracy.")
    assert [e.canonical for e in facts_of(doc).evidence if e.label != "task"] == ["imagenet-1k", "top-1-accuracy"]


def test_variants_keep_values_apart() -> None:
    assert "mAP 50" not in set(variants("mAP50", "metric"))
    assert {"CIFAR10", "CIFAR 10"} <= set(variants("CIFAR-10", "dataset"))


@pytest.mark.parametrize("rule", load().of("vocabulary"), ids=lambda r: r.id)
def test_frames(known: Known, rule: Rule) -> None:
    for example in rule.examples:
        text, spans = marked(example)
        found = [surface for surface, _ in known(text, rule.yields)]
        assert set(found) >= {text[a:b] for a, b in spans}, example
    for reject in rule.rejects:
        assert known(reject, rule.yields) == [], reject


@pytest.mark.parametrize("kind", ["datasets", "metrics", "tasks"])
def test_files_are_sorted_and_whole(kind: str) -> None:
    with (rules_folder() / "vocabulary" / f"{kind}.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert tuple(rows[0]) == VOCABULARY_COLUMNS
    ids = [row[0] for row in rows[1:]]
    assert ids == sorted(ids)
    assert len(ids) == len(set(ids))
    for row in rows[1:]:
        assert row[1], row
        assert row[7], f"{row[0]}: no source"
        assert row[3] == kind.removesuffix("s")
        assert kind == "metrics" or not row[6]
