"""A system with a description for a name is the method of "our framework", when the title says it too."""

from __future__ import annotations

import pytest

from extract.pipeline import Pipeline

RESULT = "Our framework reaches an accuracy of 91.2% on moss."


@pytest.mark.parametrize(
    ("title", "sentence", "wanted"),
    [
        ("Counting Moss with a Spore-Aware Framework", "We propose a novel spore-aware framework.", "Spore-Aware Framework"),
        ("Spore-Aware Counting of Moss", "We propose a novel spore-aware framework.", "spore-aware framework"),
        ("A Joint Moss Counting Model", "This paper presents a joint moss counting model.", "joint moss counting model"),
        # Said of half of all systems, not in the title, or beside a name.
        ("An End-to-End Moss Counting Framework", "We propose an end-to-end framework.", None),
        ("Counting Moss from Above", "We propose a spore-aware framework.", None),
        ("A Spore-Aware Framework", "We propose MossNet, a spore-aware framework.", "MossNet"),
    ],
)  # fmt: skip
def test_the_described_system(pipeline: Pipeline, title: str, sentence: str, wanted: str | None) -> None:
    record = pipeline.extract(title=title, abstract=f"Moss is small. {sentence} {RESULT}")
    assert [r.method for r in record.results] == [wanted]
    if wanted is not None:
        assert [m.role for m in record.methods if m.name == wanted] == ["proposed"]


def test_a_description_without_a_result_is_no_method(pipeline: Pipeline) -> None:
    record = pipeline.extract(
        title="A Spore-Aware Framework", abstract="We propose a spore-aware framework. It is good."
    )
    assert record.methods == []
