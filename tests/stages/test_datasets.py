"""Data sets by cue, through the whole pipeline. The sentences are ours."""

from __future__ import annotations

import pytest

from extract.pipeline import Pipeline

CASES: list[tuple[str, set[str]]] = [
    ("We introduce HarborTalk, a large-scale corpus of radio calls.", {"HarborTalk"}),
    ("We evaluate it on the FernSet dataset.", {"FernSet"}),
    ("On benchmarks such as KnotQA, MossVQA and ImageNet, it wins.", {"KnotQA", "MossVQA", "ImageNet"}),
    ("We build a new benchmark called RopeBench for knots.", {"RopeBench"}),
    ("It is adapted in the GTA5-to-Cityscapes setting.", {"GTA5-to-Cityscapes"}),
    ("It reaches 82.9% and 84.8% on Kinetics-400/600.", {"Kinetics-400", "Kinetics-600"}),
    ("It is tested on COCO val and ADE20K val.", {"COCO", "ADE20K"}),
    ("We report AIME 2024 and 2025 scores.", {"AIME 2024", "AIME 2025"}),
    ("It generalises to nuScenes-Rain.", {"nuScenes-Rain"}),
    ("It wins on DAVIS16 and DAVIS17 and again on DAVIS 2017.", {"DAVIS16", "DAVIS17"}),
    ("We report SWE-bench Lite-S and nuScenes v2.0 scores.", {"SWE-bench Lite-S", "nuScenes v2.0"}),
    (
        "On three benchmarks, i.e., KITTI [16], FernSet [4], and NYU Depth v2 [41], it wins.",
        {"KITTI", "FernSet", "NYU Depth v2"},
    ),
    ("It helps in tasks such as GLUE, SQuAD, and MOSSA.", {"GLUE", "SQuAD", "MOSSA"}),
    ("We construct two datasets, COCO-moss and Knot-moss, for it.", {"COCO-moss", "Knot-moss"}),
    ("It is tested on a 78-task FernSet benchmark.", {"FernSet"}),
    ("Massive fern courses (MFCs) are many, and an MFC dataset is large.", set()),
    ("Experiments on three public benchmarks show gains.", set()),
    ("It is tested on PASCAL VOC 2010, and it wins.", {"PASCAL VOC 2010"}),
    ("We use three tiers (T1 through T3) of a benchmark such as T1.", set()),
    ("In this paper, we present FernTalk, which contains 1,000 annotated leaf images.", {"FernTalk"}),
    ("We train BoolQ models on BoolQ and apply BoolQ.", {"BoolQ"}),
    ("Existing datasets are small, and English corpora rule.", set()),
    ("Evaluated on Llama-3-8B and HunyuanVideo, it is fast.", set()),
    ("It runs on NVIDIA A100 GPUs.", set()),
    ("Chart question answering (CQA) benchmarks are rare.", set()),
    ("It is based on KnotFormer.", set()),
]


@pytest.mark.parametrize(("text", "wanted"), CASES)
def test_names(pipeline: Pipeline, text: str, wanted: set[str]) -> None:
    record = pipeline.extract(title="A study of ferns", abstract=text)
    assert {d.name for d in record.datasets} == wanted


def test_title_with_colon(pipeline: Pipeline) -> None:
    record = pipeline.extract(title="RopeQuiz: A Benchmark for Knots", abstract="Ropes are hard.")
    assert [d.name for d in record.datasets] == ["RopeQuiz"]


def test_completed_name_points_at_its_part(pipeline: Pipeline) -> None:
    record = pipeline.extract(title="On ferns", abstract="It is trained on Kinetics-400/600 and on 600 images.")
    (item,) = [d for d in record.datasets if d.name == "Kinetics-600"]
    assert item.canonical == "kinetics-600"
    assert [m.text for m in item.mentions] == ["600"]
