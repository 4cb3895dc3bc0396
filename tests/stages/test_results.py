"""Which numbers of a sentence are outcomes, of which kind, unit, direction and qualifier."""

from __future__ import annotations

import pytest

from extract.pipeline import Pipeline

A, D, R, X = "absolute", "delta", "relative", "ratio"

# Sentence and the (value, unit, kind) of its results in order. The sentences are ours.
SENTENCES: list[tuple[str, list[tuple[float, str | None, str]]]] = [
    ("Our model reaches 84.2% top-1 accuracy on ImageNet.", [(84.2, "%", A)]),
    ("On COCO it reaches 47.3 box AP and 42.1 mask AP.", [(47.3, None, A), (42.1, None, A)]),
    ("It surpasses Swin-T by 1.3% and 0.8% respectively.", [(1.3, "%", D), (0.8, "%", D)]),
    ("It outperforms Swin-T by +2.1 box AP and +1.4 mask AP on COCO.", [(2.1, None, D), (1.4, None, D)]),
    ("It outperforms the previous best method by 2.4 box AP and 1.9 mask AP.", [(2.4, None, D), (1.9, None, D)]),
    ("Our model exceeds DeiT by 1.1% on ImageNet and by 2.0 mIoU on ADE20K.", [(1.1, "%", D), (2.0, None, D)]),
    ("It reduces FLOPs by 40% with only a 0.3% accuracy drop.", [(40, "%", R), (0.3, "%", D)]),
    ("It saves 45% of the FLOPs.", [(45, "%", R)]),
    ("With only 1% and 10% labels, it reaches 78.2% top-1 accuracy.", [(78.2, "%", A)]),
    ("Trained on 10%, 20% and 50% of the annotations it improves AP by 3.2.", [(3.2, None, D)]),
    ("We use a learning rate of 0.001, a batch size = 64 and a dropout of 0.5.", []),
    ("It reaches 90% accuracy within 5 mm and within 10 seconds.", [(90, "%", A)]),
    ("It generates a scene within 0.7 seconds.", [(0.7, "s", A)]),
    ("Its throughput is 3.2x that of the others.", [(3.2, "x", X)]),
    ("It reaches an accuracy of 95.2% (±0.3) there.", [(95.2, "%", A)]),
    ("It shows gains of 3 BLEU points and a drop of 2 F1.", [(3, "points", D), (2, None, D)]),
    ("The amplifier delivers its power at over 20 GHz.", []),
    ("It needs only 45% of the FLOPs.", [(45, "%", X)]),
    ("It uses half the parameters of BERT.", [(0.5, "x", X)]),
    ("We see a 1.8x speedup at the cost of 0.5% accuracy.", [(1.8, "x", X), (0.5, "%", D)]),
    ("It is 2.3 times faster than BERT and uses 5× less memory.", [(2.3, "x", X), (5, "x", X)]),
    ("Latency falls from 120 ms to 45 ms.", [(120, "ms", A), (45, "ms", A)]),
    ("The score rises from 56.1 to 61.9 F1.", [(56.1, None, A), (61.9, None, A)]),
    ("We improve BLEU from 27.1 to 28.9.", [(27.1, None, A), (28.9, None, A)]),
    ("It lowers the word error rate by 12% relative.", [(12, "%", R)]),
    ("It improves the word error rate by 1.2% absolute.", [(1.2, "%", D)]),
    ("Throughput increases by 35%.", [(35, "%", R)]),
    ("We obtain a 3.2 percentage point gain in accuracy.", [(3.2, "points", D)]),
    ("Accuracy improves by 3.2 points.", [(3.2, "points", D)]),
    ("The method achieves PSNR gains of 0.4 dB.", [(0.4, "dB", D)]),
    ("It reaches a PSNR of 32.4 dB.", [(32.4, "dB", A)]),
    ("Our network runs at 120 FPS on one GPU.", [(120, "FPS", A)]),
    ("Accuracy reaches 91.2 ± 0.3%.", [(91.2, "%", A)]),
    ("It beats both by 21.5%, 12.3% and 9.1% in relative accuracy.", [(21.5, "%", R), (12.3, "%", R), (9.1, "%", R)]),
    ("It narrows the accuracy gap by 30.2%.", [(30.2, "%", R)]),
    ("It significantly closes the gap by 31.8% on average.", [(31.8, "%", R)]),
    ("We see an absolute WER reduction of 3.7%.", [(3.7, "%", D)]),
    ("It reduces the mean absolute error by 19%.", [(19, "%", R)]),
    ("It is more stable (91% vs 84% consistency).", [(91, "%", A), (84, "%", A)]),
    ("We see a 56.6% average performance gain.", [(56.6, "%", R)]),
    ("It brings a 6.6% average performance gain.", [(6.6, "%", D)]),
    ("It improves accuracy by 30%-225% on large nets.", [(30, "%", R)]),
    ("Cost savings reach 89.8% versus the best fixed model.", [(89.8, "%", R)]),
    ("We see 19% and 8% average relative improvement.", [(19, "%", R), (8, "%", R)]),
    ("We improve on 5-shot (75.0% to 90.9%) tagging.", [(75.0, "%", A), (90.9, "%", A)]),
    ("We see consistent improvements (2% to 5%) in accuracy.", [(2, "%", D)]),
    ("Some words appear fewer than 50 times in our corpus.", []),
    ("It is trained with only 3.9% trainable parameters.", [(3.9, "%", X)]),
    ("We keep accuracy while pruning 65.4% of vision tokens.", [(65.4, "%", R)]),
    ("It significantly reduces training and inference times (up to 31.3% and 56.3%).", [(31.3, "%", R), (56.3, "%", R)]),
    ("We reach a mean TRE of 1.73 (+/- 0.42) mm.", [(1.73, "mm", A)]),
    ("It reaches 23.88%p higher accuracy.", [(23.88, "points", D)]),
    ("Our model is 18% faster and 30% smaller than BERT.", [(18, "%", R), (30, "%", R)]),
    ("It achieves a 41.5% win rate on ImageNet, showing improvements.", [(41.5, "%", A)]),
    ("It gains a 54% improvement in F1@50.", [(54, "%", D)]),
    ("It keeps 98%, 96% and 91% of the full accuracy.", [(98, "%", X), (96, "%", X), (91, "%", X)]),
    ("It leads in reading (61.9%, +7.8%) and writing (67.9%, +6.4%).",
     [(61.9, "%", A), (7.8, "%", D), (67.9, "%", A), (6.4, "%", D)]),
    ("It yields 23% improved recall, and 89% clinician approval.", [(23, "%", D), (89, "%", A)]),
    ("It improves RMSE by up to 30x for reading, 10x for writing.", [(30, "x", X), (10, "x", X)]),
    ("It records SSIMs of 0.69 on COCO, 0.73 on ADE20K and 0.79 on LVIS.", [(0.69, None, A), (0.73, None, A), (0.79, None, A)]),
    ("Agreement is moderate (κ = 0.33).", [(0.33, None, A)]),
    ("It yields improvements of 70.2%, 528.5%, and 246.6%.", [(70.2, "%", R), (528.5, "%", R), (246.6, "%", R)]),
    ("It reaches 49.8% accuracy with only 1% data.", [(49.8, "%", A)]),
    ("It is 4.1% more accurate than BERT.", [(4.1, "%", D)]),
    ("It solves 12% more problems than the baseline.", [(12, "%", R)]),
    ("It retains 97% of the accuracy of the full model.", [(97, "%", X)]),
    ("We attain 76.2% (vs. 71.0% for BERT) accuracy.", [(76.2, "%", A), (71.0, "%", A)]),
    ("It cuts memory by a factor of 8.", [(8, "x", X)]),
    ("We reduce training time by an order of magnitude.", [(10, "x", X)]),
    ("The loss in accuracy is less than 1%.", [(1, "%", D)]),
    ("It doubles as a parser and reaches an F1 of 0.91.", [(0.91, None, A)]),
    ("The relative improvement over BERT is 21%.", [(21, "%", R)]),
    ("An absolute gain of 6.5% is observed.", [(6.5, "%", D)]),
    ("Error drops from 12.1% to 9.4%.", [(12.1, "%", A), (9.4, "%", A)]),
    ("Inference takes only 12 ms per image.", [(12, "ms", A)]),
    ("It yields 23% lower latency and 1.5% higher mAP.", [(23, "%", R), (1.5, "%", D)]),
    ("It boosts mAP by 2.1% to 51.3%.", [(2.1, "%", D), (51.3, "%", A)]),
    ("Perplexity decreases by 1.7.", [(1.7, None, D)]),
    ("Its accuracy, 88.3%, is 2.2% above the baseline.", [(88.3, "%", A), (2.2, "%", D)]),
    ("We outperform GPT-4 (71.2%) and Gemini (68.4%) with an accuracy of 75.0%.",
     [(71.2, "%", A), (68.4, "%", A), (75.0, "%", A)]),
    ("We see gains of 0.8% on MNLI, 1.8% accuracy on SNLI, and 1.4 AP on COCO.", [(0.8, "%", D), (1.8, "%", D), (1.4, None, D)]),
    ("We see improvements of 4% in exact match (EM) and 5% in F1.", [(4, "%", D), (5, "%", D)]),
    ("It gives a further gain of 0.63 dB PSNR and 0.0117 SSIM.", [(0.63, "dB", D), (0.0117, None, D)]),
    ("It improves accuracy by 5% on COCO, 4% on LVIS, and on average 3% on ten sets.", [(5, "%", D), (4, "%", D), (3, "%", D)]),
    ("It gives an average improvement of 1.8 dB in PSNR and 9.5% in SSIM.", [(1.8, "dB", D), (9.5, "%", D)]),
    ("The average loss in accuracy of 42.7% is large.", [(42.7, "%", D)]),
    ("It changes the correlation on SummEval (+0.03), TopicalChat (-0.03) and HANNA (+0.05).",
     [(0.03, None, D), (-0.03, None, D), (0.05, None, D)]),
    ("The performance gain amounts to 6.9% in F1 score.", [(6.9, "%", D)]),
    ("It gives a 57% parameter and FLOPs reduction.", [(57, "%", R)]),
    ("It retains 95% performance of the full model.", [(95, "%", X)]),
    ("It has 1.5x throughput, 1.1x energy-efficiency and 1.4x lower latency.", [(1.5, "x", X), (1.1, "x", X), (1.4, "x", X)]),
    ("It has an rFID of 0.49 v.s. 0.91 for VQGAN.", [(0.49, None, A), (0.91, None, A)]),
    ("The attack success rate reaches 92% within 20 queries.", [(92, "%", A)]),
    ("It lifts the F1 score by an average of 3.5% and outperforms BERT by a margin of 1.2%.", [(3.5, "%", D), (1.2, "%", D)]),
    ("We see relative reductions in the named entity character error rate of 18% and 34%.", [(18, "%", R), (34, "%", R)]),
    ("It reduces the tuning time by 25% to reach the same level of performance as BERT.", [(25, "%", R)]),
    ("It shows an increase between 3% and 12% in CRPS.", [(3, "%", D)]),
    ("It removes 81% of the noise while retaining 97% of the task-relevant information.", [(81, "%", R), (97, "%", X)]),
    ("It keeps its skills within 3% of the original model.", [(3, "%", D)]),
    ("It improves segmentation by +0.8/+1.4/+1.1 cIoU.", [(0.8, None, D), (1.4, None, D), (1.1, None, D)]),
    ("It has an AUC of 0.9995/0.9999 and an EER of 0.52/0.44%.",
     [(0.9995, None, A), (0.9999, None, A), (0.52, "%", A), (0.44, "%", A)]),
]  # fmt: skip

SILENT = [
    "We train for 300 epochs with batch size 1024 and learning rate 0.001.",
    "All models use ResNet-50 and are tested on COCO 2017.",
    "We use 5-fold cross-validation and report 95% CI.",
    "Images are resized to 224x224 and upsampled 4x.",
    "With only 10% of the labels we fine-tune BERT.",
    "The dropout is applied with 20% noise.",
    "Each run was repeated three times.",
    "We follow the 3x schedule of Mask R-CNN.",
    "Devlin et al. (2019) and Smith [12] study it (1) in theory and (2) in practice.",
    "We assess the performance of 21 recent models.",
    "We searched papers published from 1 January 2020 to 31 December 2023.",
    "All differences are significant (p < 0.001).",
]


@pytest.mark.parametrize(("sentence", "expected"), SENTENCES)
def test_outcomes(pipeline: Pipeline, sentence: str, expected: list[tuple[float, str | None, str]]) -> None:
    record = pipeline.extract(title="On things", abstract=f"We propose NetX. {sentence}")
    assert [(r.value, r.unit, r.kind) for r in record.results] == expected


@pytest.mark.parametrize("sentence", SILENT)
def test_settings_are_no_results(pipeline: Pipeline, sentence: str) -> None:
    assert pipeline.extract(title="On things", abstract=f"We propose NetX. {sentence}").results == []


def test_a_gain_with_a_unit_and_one_without_are_both_gains() -> None:
    from extract import Pipeline

    record = Pipeline().extract(
        title="Heron", abstract="Heron surpasses the baselines by 1.17 dB PSNR and 0.0163 SSIM."
    )
    assert [(r.value, r.kind) for r in record.results] == [(1.17, "delta"), (0.0163, "delta")]


def test_a_size_counted_in_tokens_is_no_level_of_a_metric() -> None:
    from extract import Pipeline

    record = Pipeline().extract(
        title="Heron", abstract="Heron keeps a memory of 256 tokens. It reaches an accuracy of 91.2%."
    )
    assert [r.value for r in record.results] == [91.2]
    assert [q.value for q in record.quantities] == [256.0]
