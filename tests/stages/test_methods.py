"""Names of methods: the examples of the rules that are code, and whole papers through the pipeline."""

from __future__ import annotations

import pytest

from extract.model import Method, Paper, Record
from extract.pipeline import Pipeline
from extract.rulebook import Rule, load, marked

FRAMES = [rule for rule in load().of("method") if rule.frame]


def evidence(pipeline: Pipeline, rule: Rule, text: str) -> list[str]:
    """What a rule takes evidence from, in a title and an abstract that `||` parts."""
    title, _, abstract = text.partition(" || ")
    doc = pipeline.doc(Paper(title=title, abstract=abstract))
    found = doc.user_data["paperfacts"].evidence
    return [doc.text[e.start : e.end] for e in sorted(found, key=lambda e: e.start) if e.rule == rule.id]


@pytest.mark.parametrize("rule", FRAMES, ids=lambda r: r.id)
def test_examples_give_evidence(pipeline: Pipeline, rule: Rule) -> None:
    for example in rule.examples:
        text, spans = marked(example)
        wanted = {text[a:b] for a, b in spans}
        assert set(evidence(pipeline, rule, text)) == wanted, example


@pytest.mark.parametrize("rule", FRAMES, ids=lambda r: r.id)
def test_rejects_give_none(pipeline: Pipeline, rule: Rule) -> None:
    for reject in rule.rejects:
        assert evidence(pipeline, rule, reject) == [], reject


def methods(record: Record) -> dict[str, Method]:
    return {m.name: m for m in record.methods}


@pytest.mark.parametrize(
    ("title", "abstract", "name"),
    [
        ("On Signs", "In this paper we introduce GlyphNet, which reads shop signs.", "GlyphNet"),
        ("On Signs", "We propose a reader of shop signs dubbed Harbinger.", "Harbinger"),
        ("On Signs", "To read signs, we design a new module, namely Tidal Merging.", "Tidal Merging"),
        ("On Signs", 'The resulting reader, which we call "GlyphNet++", is small.', "GlyphNet++"),
        ("On Signs", "Our method, SignLift, needs no labels.", "SignLift"),
        ("On Signs", "We present a tidal sign lifting network (TSLN) for shops.", "TSLN"),
        ("On Signs", "We present TSLN (Tidal Sign Lifting Network) for shops.", "TSLN"),
        ("Harbinger: Reading Signs", "Signs are hard. Harbinger reads them.", "Harbinger"),
        ("On Signs", "It rests on two new modules: the Sign Reader and a filter.", "Sign Reader"),
        ("Deep Tidal Pooling for Signs", "We propose deep tidal pooling for shops.", "deep tidal pooling"),
        ("On Signs", "A lightweight Glyph Memory is introduced.", "Glyph Memory"),
        ("On Signs", "Our key idea is tidal sign lifting (TSL), and it is fast.", "TSL"),
        ("On Signs", "We introduce ReefNet, a reader of signs, and GlyphNet, a writer of signs.", "GlyphNet"),
        ("On Signs", "We propose two readers for shops, SignLift and TideLift.", "TideLift"),
        ("On Signs", "Shops gain by Tidal Sign Lifting (TSL), which lifts signs.", "TSL"),
        (
            "On Signs",
            "It comprises two modules: Sign Lifter, which lifts; and Shop Finder, which finds.",
            "Shop Finder",
        ),
        ("On Signs", "The reader combines Tidal Sign Lifting (TSL) and Deep Shop Finding (DSF) with care.", "DSF"),
        ("On Signs", "Signs pass a novel Tidal Sign Interaction (TSI) module.", "TSI"),
        ("On Signs", "The integration of our core Tidal Gated Aggregation (TGA) module helps.", "TGA"),
        ("Reading Signs via Tidal Sign Transformer", "We train a tidal sign transformer.", "Tidal Sign Transformer"),
        ("Evaluation of Signs", "We introduce GlyphEval, a framework that reads signs.", "GlyphEval"),
        ("On Signs", "After that, a Shop Sign Lifting module reads signs.", "Shop Sign Lifting"),
        ("On Signs", "It has two steps: (1) Shop Sign Lifting combines signs.", "Shop Sign Lifting"),
        ("On Signs", "We propose TideReader. TideReader introduces SignPool, which keeps signs.", "SignPool"),
        ("On Signs", "Our framework integrates Shop Sign Lifting and a filter.", "Shop Sign Lifting"),
        ("On Signs", "We introduce SignGym, the largest executable environment of signs.", "SignGym"),
        ("Harbinger: Cleaning Corpora by Filters", "Harbinger is small.", "Harbinger"),
        ("On Signs", "It keeps signs by a novel Zero Sign-Shop Merging method.", "Zero Sign-Shop Merging"),
        ("On Signs", "We introduce CIM. With tides, STBC-CIM is best.", "STBC-CIM"),
        ("On Signs", "Our framework (Tidely) is fast.", "Tidely"),
        ("On Signs", "We introduce a Tide-guided virtual Sign Synthesis (TSYN) strategy.", "TSYN"),
        ("SD-Net: Reading Signs", "We introduce sign deep nets (SD-Nets). An SD-Net reads.", "SD-Net"),
        ("Understanding Signs and Benchmarks", "We introduce Harbinger, a framework for signs.", "Harbinger"),
        ("On Signs", "We propose a novel Sign Reading Network for Shops and Tides (SiRNet).", "SiRNet"),
        ("On Signs", "We propose a tidal method, Fine Sign Reading for shops, i.e., GlyphPig, for signs.", "GlyphPig"),
        ("On Signs", "It has two parts. First, the Tidal Glyph Mixer (TGM) reads signs.", "TGM"),
        ("On Signs", "We propose Tidal Glyph Generation (TGG), which is fast.", "TGG"),
        ("On Signs", "We propose a new MRI model TideBake for signs.", "TideBake"),
        ("Tidal Sign Lifting (TiSL): Reading Shops", "Shops are hard. TiSL reads them.", "TiSL"),
        ("Fernlab at SignEval-2025 Task 3: Reading Shops", "Our system reads shops.", "Fernlab"),
        ("Fernlab@SignLangTech-2025: Reading Shops", "Our system reads shops.", "Fernlab"),
        ("GlyphNet Technical Report: Reading Shops", "GlyphNet reads shops.", "GlyphNet"),
        ("The Glyph Mirror: Reading Shops", "We present The Glyph Mirror, which reads.", "Glyph Mirror"),
    ],
)
def test_introduced_methods(pipeline: Pipeline, title: str, abstract: str, name: str) -> None:
    found = methods(pipeline.extract(title=title, abstract=abstract))
    by_form = {form: m for m in found.values() for form in (m.name, *m.aliases)}
    assert by_form[name].role == "proposed"


@pytest.mark.parametrize(
    ("abstract", "names"),
    [
        ("It outperforms GlyphNet, TidalFormer and SignLift by far.", {"GlyphNet", "TidalFormer", "SignLift"}),
        ("Readers such as GlyphNet or Harbinger models fail.", {"GlyphNet"}),
        ("We take TidalFormer as the visual backbone.", {"TidalFormer"}),
        ("The code builds upon TidalFormer.", {"TidalFormer"}),
        ("With k-means and label smoothing it is better.", {"k-means", "label smoothing"}),
        ("We compare BERT-Large with Qwen2.5-7B-Instruct.", {"BERT-Large", "Qwen2.5-7B-Instruct"}),
        ("Shops lift TIDE-1.5-7B to 56%.", {"TIDE-1.5-7B"}),
        ("It beats Claude Opus 4.5 and o1-preview.", {"Claude Opus 4.5", "o1-preview"}),
        ("Our GlyphNet-based reader is small.", {"GlyphNet"}),
        ("Signs go to soft actor-critic.", {"soft actor-critic"}),
        ("Swin Transformer and Neural ODE read signs.", {"Swin Transformer", "Neural ODE"}),
        ("A novel hybrid CNN-LSTM reads signs better than o1-preview.", {"o1-preview"}),
        ("We run BERT/GPT-Base on signs.", {"BERT-Base", "GPT-Base"}),
        ("It is compared to a non-GlyphNet baseline.", {"GlyphNet"}),
        ("We run it across three open models (TIDE-7B, Qwen3-1.7B and SignLM-2B).", {"TIDE-7B", "Qwen3-1.7B"}),
    ],
)
def test_used_methods(pipeline: Pipeline, abstract: str, names: set[str]) -> None:
    found = methods(pipeline.extract(title="On Signs", abstract=abstract))
    assert names <= set(found)
    assert all(found[name].role == "used" for name in names)


@pytest.mark.parametrize(
    "abstract",
    [
        "Shops in Germany and in New York keep signs in English.",
        "We run it on NVIDIA GPUs and compare LLMs with CNNs.",
        "Natural Language Processing (NLP) helps. However, Signs differ.",
        "Patients with Sign Reading Disorder (SRD) had an MRI.",
        "This is NOT true, and it MUST be said.",
        "Deep Sign Detection (DSD) aims at signs. DSD systems are old.",
        "An AlGaN diode and a GaN chip read signs in Stage II at 3 TeV.",
        "Results are based on an Irish tune and a Fourier-domain basis.",
        "We propose two metrics, SignBias and SignGain, for shops.",
        "Applying Harbinger's rule, we read US-China shops and build on the Glyph--Sign law.",
        "We send signs over Harbinger channels.",
        "Cheng et al. read signs with a 4-band camera.",
        "We read signs (GlyphSize=32) with meanIoU = 3.",
    ],
)
def test_what_is_no_method(pipeline: Pipeline, abstract: str) -> None:
    assert pipeline.extract(title="On Signs", abstract=abstract).methods == []


def test_a_number_of_parameters_is_no_name(pipeline: Pipeline) -> None:
    record = pipeline.extract(title="On Signs", abstract="We train a 360-million-parameter model of signs.")
    assert record.methods == []


def test_head_of_the_apposition_decides_the_kind(pipeline: Pipeline) -> None:
    record = pipeline.extract(title="On Signs", abstract="We introduce SignTown, a benchmark for reading shop signs.")
    assert [d.name for d in record.datasets] == ["SignTown"]
    assert record.methods == []


@pytest.mark.parametrize(
    ("title", "abstract", "name"),
    [
        ("On Signs", "We use data of the World Tides Survey (WTS).", "WTS"),
    ],
)
def test_names_that_a_noun_or_a_title_makes_data_sets(pipeline: Pipeline, title: str, abstract: str, name: str) -> None:
    record = pipeline.extract(title=title, abstract=abstract)
    assert [d.name for d in record.datasets] == [name]
    assert name not in methods(record)


def test_a_phrase_before_the_colon_of_a_title_is_no_name(pipeline: Pipeline) -> None:
    for title in ("Beyond Tides: Reading Shops", "Rewriting Tides: A Recipe for Shops"):
        record = pipeline.extract(title=title, abstract=f"We go {title.partition(':')[0].lower()} in shops.")
        assert record.methods == []


def test_a_name_of_several_hyphens_is_met_in_any_case(pipeline: Pipeline) -> None:
    record = pipeline.extract(title="Shop-of-Signs: Reading Tides", abstract="Here shop-of-signs reads 92% of tides.")
    assert [m.field for m in methods(record)["Shop-of-Signs"].mentions] == ["title", "abstract"]


def test_acronym_names_the_method_and_its_long_form_is_an_alias(pipeline: Pipeline) -> None:
    record = pipeline.extract(
        title="Tidal Sign Lifting for Shops",
        abstract="We propose Tidal Sign Lifting (TSL). TSL needs no labels, and TSL's cost is low.",
    )
    (method,) = record.methods
    assert method.name == "TSL"
    assert "Tidal Sign Lifting" in method.aliases
    assert {m.field for m in method.mentions} == {"title", "abstract"}
    assert len(method.mentions) == 5


def test_phrase_beside_an_acronym_that_it_spells_is_an_alias(pipeline: Pipeline) -> None:
    record = pipeline.extract(title="On Signs", abstract="We propose TSL, a Tidal Sign Lifting framework for shops.")
    assert [(m.name, m.aliases) for m in record.methods] == [("TSL", ["Tidal Sign Lifting"])]
    record = pipeline.extract(title="On Signs", abstract="We propose TIDLE, a TIDal Lifting Extraction framework.")
    assert [m.name for m in record.methods] == ["TIDLE"]


def test_description_of_what_is_named_behind_it_is_no_name(pipeline: Pipeline) -> None:
    record = pipeline.extract(title="On Signs", abstract="We propose a Tidal Reading Method for shops, named SignNet.")
    assert [m.name for m in record.methods] == ["SignNet"]


def test_members_of_a_family_are_brought_with_it(pipeline: Pipeline) -> None:
    record = pipeline.extract(title="On Signs", abstract="We introduce GlyphNet. GlyphNet-L outperforms TidalFormer-B.")
    roles = {m.name: m.role for m in record.methods}
    assert roles == {"GlyphNet": "proposed", "GlyphNet-L": "proposed", "TidalFormer-B": "used"}


def test_no_name_comes_out_of_a_link(pipeline: Pipeline) -> None:
    record = pipeline.extract(
        title="On Signs", abstract="We propose GlyphNet. Code: https://github.com/SignLab/TidalFormer"
    )
    assert set(methods(record)) == {"GlyphNet"}


def test_names_of_methods_are_mirrored_to_spans(pipeline: Pipeline) -> None:
    doc = pipeline.doc(Paper(title="On Signs", abstract="We propose GlyphNet for shops."))
    assert [span.text for span in doc.spans["methods"]] == ["GlyphNet"]


def test_place_of_a_paper_is_no_team(pipeline: Pipeline) -> None:
    found = methods(pipeline.extract(title="Reading at NeurIPS 2024: A View", abstract="We look at what is read."))
    assert not found


def test_team_is_measured_on_its_shared_task(pipeline: Pipeline) -> None:
    record = pipeline.extract(
        title="Fernlab at SemEval-2025 Task 3: Reading Shops",
        abstract="Our system achieves a macro-F1 of 0.81 on average.",
    )
    assert [(r.method, r.dataset) for r in record.results] == [("Fernlab", "SemEval-2025")]


def test_a_part_that_takes_its_turn_is_proposed(pipeline: Pipeline) -> None:
    turn = "The Channel-wise Reef Enhancement (CRE) module enhances features. Secondly, Tidal Sign Blending (TSB) combines both."
    for before, role in (("We propose Kea, a new network. ", "proposed"), ("Nets read signs. ", "used")):
        record = pipeline.extract(title="Reading Signs", abstract=before + turn)
        found = {name: method.role for name, method in methods(record).items()}
        assert {found.get("CRE"), found.get("TSB")} == {role}


def test_a_name_that_ends_in_benchmark_is_no_method(pipeline: Pipeline) -> None:
    record = pipeline.extract(
        title="Reef-Reading Benchmark: What Do Nets See?",
        abstract="We propose Reef-Reading, a comprehensive benchmark designed to test nets.",
    )
    assert not record.methods
    assert [(d.name, d.aliases) for d in record.datasets] == [("Reef-Reading Benchmark", ["Reef-Reading"])]
