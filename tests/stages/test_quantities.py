"""Counts, sizes and settings with their units; each counted thing once."""

from __future__ import annotations

import pytest

from extract.pipeline import Pipeline


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("We test on 27 datasets and nine downstream tasks.", [(27, "count"), (9, "count")]),
        ("The 7B model reads 128K tokens.", [(7e9, "model_size"), (128_000, "context_length")]),
        ("It has 175 billion parameters.", [(175e9, "model_size")]),
        ("It is trained on 1.4T tokens.", [(1.4e12, "dataset_size")]),
        ("We collect 5.3 million image-text pairs.", [(5.3e6, "dataset_size")]),
        ("The corpus comprises about 777k tokens.", [(777_000, "dataset_size")]),
        ("It was trained on an 8 GB curated corpus.", [(8, "dataset_size")]),
        ("It holds 5 million recorded motion sequences.", [(5e6, "dataset_size")]),
        ("We use 24 participants.", [(24, "sample_size")]),
        ("The cohort (n=312) is small.", [(312, "sample_size")]),
        ("We train on four RTX 4090 GPUs.", [(4, "hardware")]),
        ("We train on an NVIDIA A100 GPU.", [(1, "hardware")]),
        ("It makes 1024x1024 images.", [(1024, "resolution")]),
        ("The load was 3 kg.", [(3, "other")]),
        ("It needs five lines of code.", [(5, "other")]),
        (
            "We use models of 1B, 3B, and 8B parameters.",
            [(1e9, "model_size"), (3e9, "model_size"), (8e9, "model_size")],
        ),
        (
            "It covers 560k training and 70k evaluation instances.",
            [(560_000, "dataset_size"), (70_000, "dataset_size")],
        ),
        ("We scale it from 124M to 1.4B parameters.", [(124e6, "model_size")]),
        ("Over the past five years much was done.", []),
        ("There are three reasons and two key ideas.", []),
        ("It works in three stages against two major challenges.", [(3, "count"), (2, "count")]),
        ("It has two leaf-efficient fine-tuning (PEFT) modules.", [(2, "count")]),
        ("It has two bias evaluation metrics.", [(2, "count")]),
        (
            "We asked 40 native or non-native speakers, 17 female and 23 male.",
            [(40, "sample_size"), (17, "sample_size"), (23, "sample_size")],
        ),
        ("It comprises 1,960 manually annotated RoIs.", [(1960, "count")]),
        ("It runs on a single 80GB A100 GPU.", [(80, "hardware"), (1, "hardware")]),
        ("We use a 3x3 kernel and a two-stage design.", []),
        ("It runs on two datasets. The two datasets are small.", [(2, "count")]),
    ],
)
def test_quantities(pipeline: Pipeline, sentence: str, expected: list[tuple[float, str]]) -> None:
    record = pipeline.extract(title="On things", abstract=sentence)
    assert [(q.value, q.kind) for q in record.quantities] == expected


def test_a_result_is_no_quantity(pipeline: Pipeline) -> None:
    record = pipeline.extract(title="On things", abstract="It reaches 83.5% accuracy on three tasks.")
    assert [q.value for q in record.quantities] == [3]


def test_range_is_one_quantity(pipeline: Pipeline) -> None:
    [quantity] = pipeline.extract(title="On things", abstract="We scale it from 124M to 1.4B parameters.").quantities
    assert (quantity.value, quantity.value_high) == (124e6, 1.4e9)


@pytest.mark.parametrize(
    ("counted", "qualifier"),
    [
        ("under two threat models", None),
        ("over five seeds", None),
        ("under 100 samples", "at most"),
        ("over 20 tasks", "at least"),
    ],
)
def test_a_place_is_no_bound(pipeline: Pipeline, counted: str, qualifier: str | None) -> None:
    (quantity,) = pipeline.extract(title="T", abstract=f"It is tested {counted}.").quantities
    assert quantity.qualifier == qualifier
