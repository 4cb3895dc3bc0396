"""Metrics by phrase, through the whole pipeline. The sentences are ours."""

from __future__ import annotations

import pytest

from extract.pipeline import Pipeline

CASES: list[tuple[str, set[str]]] = [
    ("It has a test error of 7.4%.", {"test error"}),
    ("It reaches 81.0% grasp success rate.", {"grasp success rate"}),
    ("We saw a 70% decrease in pull-back.", {"pull-back"}),
    ("It improves inference efficiency by 300%.", {"inference efficiency"}),
    ("Validity rises from 93.1% to 100%.", {"Validity"}),
    ("It wins in terms of cluster entropy and moss similarity.", {"cluster entropy", "moss similarity"}),
    ("It raises the service rate (percentage of calls taken).", {"service rate"}),
    ("We propose MossScore, a metric to grade ferns.", {"MossScore"}),
    ("The accuracy, precision, recall and F1 of 0.91 are high.", {"accuracy", "precision", "recall", "F1"}),
    ("It needs 2.3x fewer rounds.", {"rounds"}),
    ("The memory of the town is long, and its parameters vary.", set()),
    ("It has 7 layers and 3 heads.", set()),
    ("It comes at the cost of 1.1 points.", set()),
    ("It improves hand-checked Fern Purity Rate from 77.3% to 96.0%.", {"Fern Purity Rate"}),
    ("It reaches up to 95% leaf sparsity with no loss.", {"leaf sparsity"}),
    ("It raises aptitude (peak strength of leaves) by 24.7%.", {"aptitude"}),
    ("It narrows the purity gap by 12%.", {"purity gap"}),
    ("It has an average rank of 2.28 there.", {"average rank"}),
    ("It outperforms the others in trajectory accuracy and image completion.", {"trajectory accuracy"}),
    ("It is better on both leaf precision and convergence speed.", {"leaf precision", "convergence speed"}),
    ("We see relative accuracy gains of 3.3%.", {"accuracy"}),
    ("We see a relative error of 3.3%.", {"relative error"}),
    ("It has a relative efficiency advantage of over 40%.", {"efficiency"}),
    ("It has 10% speed-up with 0.2 BLEU loss.", {"speed-up", "BLEU"}),
    ("It has 34.8% faster convergence.", {"convergence"}),
    ("It achieves gains of 4.1% on Fernwoof.", set()),
    ("Our fern improves its offline moss baseline from 72.0% to 80.2%.", set()),
    ("It achieves 93.4% leaf validity on A1, and 44.0% leaf validity on B2.", {"leaf validity"}),
    ("It has 69.6% acceleration in inference time.", {"inference time"}),
    ("It keeps 99.7% and 100.5% of baseline performance.", {"performance"}),
    ("It shows a 12% improvement over Moa in accuracy on ferns.", {"accuracy"}),
    ("The accuracy of the fern is up to 97.3% there.", {"accuracy"}),
    ("It reaches state-of-the-art accuracy, scoring 51.2.", {"accuracy"}),
    ("It is cheaper, reducing costs by up to 60% in tests.", {"costs"}),
    ("It reduces 3D motion estimation error by over 50%.", {"3D motion estimation error"}),
    ("It increases leaf intersection over union to 0.686.", {"leaf intersection over union"}),
    ("It achieves 1.4-1.5x speedup without quality loss.", {"speedup"}),
    ("It reaches ~3-4 mm median error here.", {"median error"}),
    ("We asked for 1-5 overall quality ratings.", set()),
    ("It reaches only 46.8% 10-leaf accuracy.", {"10-leaf accuracy"}),
    ("It improves the state-of-art from 44.7% to 50.1%.", set()),
    ("We see a 10% enhancement in sensitivity.", {"sensitivity"}),
    ("It has 230% better leaf adaptation and 17% stronger control.", {"leaf adaptation", "control"}),
    ("A 46% moss improvement was seen, at 90% fern reduction.", {"moss", "fern"}),
    ("It sweeps 13 RGB gains.", set()),
    ("It differs across countries (from 20% to 59%).", set()),
    ("It keeps it stable (purity rate about 76.7-80.6%).", {"purity rate"}),
    ("It has a memory footprint that is 8x smaller.", {"memory footprint"}),
    ("It cuts computational requirements by 5x.", {"computational requirements"}),
    ("It lowers the named entity error rate to 3.1%.", {"named entity error rate"}),
    ("It lifts average leaf purity from 44.0% to 64.1%.", {"average leaf purity"}),
    ("The V2 net gave precision of 0.209.", {"precision"}),
    ("The chosen bands yield improvements of 70.2%.", set()),
    ("We introduce new leaf metrics, namely FernCoverage and MossIndex.", {"FernCoverage", "MossIndex"}),
    ("Our net ends with exceptional leaf preservation (90.9% for ferns, 94.0% for moss).", {"leaf preservation"}),
    ("It reaches the highest Leaf Satisfaction on some ferns (90.3%).", {"Leaf Satisfaction"}),
    ("It works at an extremely low sampling rate (5%), and we show it.", set()),
    ("It gives 2x faster rendering and 14x less training data.", {"rendering", "training data"}),
    ("The models achieve near-zero accuracy (5.4%) there.", {"accuracy"}),
    ("It retains 96.0% of the original accuracy.", {"accuracy"}),
    ("It achieves a state of the art accuracy of 69.4%.", {"accuracy"}),
    ("It is ahead by 6% absolute points in frond retrieval accuracy.", {"frond retrieval accuracy"}),
    ("It gives a speedup of 1.5x without compromising video quality.", {"speedup", "video quality"}),
    ("It has 3% higher accuracy twice as fast as Moa.", {"accuracy"}),
    ("It achieves AUC 0.9752, F1-Score 0.9408, and accuracy 0.9208.", {"AUC", "F1-Score", "accuracy"}),
]


@pytest.mark.parametrize(("text", "wanted"), CASES)
def test_names(pipeline: Pipeline, text: str, wanted: set[str]) -> None:
    record = pipeline.extract(title="A study of ferns", abstract=text)
    assert {m.name for m in record.metrics} == wanted


def test_bare_head_is_an_alias(pipeline: Pipeline) -> None:
    record = pipeline.extract(
        title="On ferns", abstract="It has 83.5% top-1 accuracy. Its accuracy is 0.3% higher than before."
    )
    (metric,) = record.metrics
    assert metric.canonical == "top-1-accuracy"
    assert metric.higher_is_better is True
    assert {m.text for m in metric.mentions} == {"top-1 accuracy", "accuracy"}


def test_bare_head_of_an_unknown_measure_keeps_its_id(pipeline: Pipeline) -> None:
    record = pipeline.extract(
        title="On ferns",
        abstract="It has 83.5% frond accuracy. The accuracy is 2% higher than before, an accuracy of note.",
    )
    (metric,) = record.metrics
    assert (metric.name, metric.canonical, metric.higher_is_better) == ("accuracy", "accuracy", True)
    assert metric.aliases == ["frond accuracy"]


def test_long_form_that_says_otherwise_has_no_id_of_the_short_one(pipeline: Pipeline) -> None:
    record = pipeline.extract(
        title="On ferns", abstract="The average thread extent (ATE) is 3.2 there. The ATE of 3.2 is low."
    )
    assert [(m.name, m.canonical) for m in record.metrics] == [("ATE", None)]


def test_lower_is_better(pipeline: Pipeline) -> None:
    record = pipeline.extract(title="On ferns", abstract="The FID falls from 3.1 to 2.4.")
    assert [(m.canonical, m.higher_is_better) for m in record.metrics] == [("fid", False)]


def test_task_that_the_text_names(pipeline: Pipeline) -> None:
    record = pipeline.extract(title="On ferns", abstract="We look at the task of leaf counting in fields.")
    assert [t.name for t in record.tasks] == ["leaf counting"]


@pytest.mark.parametrize(
    ("name", "known"), [("IoU scores", "iou"), ("refusal rates", "refusal-rate"), ("moss scores", None)]
)
def test_what_only_counts_a_known_measure_keeps_its_id(pipeline: Pipeline, name: str, known: str | None) -> None:
    record = pipeline.extract(title="On ferns", abstract=f"It has {name} of 81.2% and 70.3%.")
    assert [(m.name, m.canonical) for m in record.metrics] == [(name, known)]
