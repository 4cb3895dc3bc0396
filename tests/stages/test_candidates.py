"""Strings that are spelled like names, and the acronym pairs of a text."""

from __future__ import annotations

import time

import pytest

from extract.facts import Facts, Segment
from extract.rulebook import load
from extract.sentences import split_sentences
from extract.stages.acronyms import find_pairs, resembles, spells
from extract.stages.candidates import Candidate, CandidateFinder, is_strong
from extract.stages.entities import fold

FINDER = CandidateFinder(load())


def candidates(text: str) -> list[Candidate]:
    facts = Facts(
        [Segment("abstract", 0, len(text), text, lambda a, b: (a, b))],
        split_sentences(text, [(0, len(text))]),
        text=text,
    )
    return FINDER.find(text, facts)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("we use t-SNE and xGlyph here", ["t-SNE", "xGlyph"]),
        ("with LV-ViT-L, Hand4Whole++ and IA-RED^2 on it", ["LV-ViT-L", "Hand4Whole++", "IA-RED^2"]),
        ("with Wan2.2 and ViT-B/16 on it", ["Wan2.2", "ViT-B/16"]),
        ("the Tree of Captions and the Dream Engine run", ["Tree of Captions", "Dream Engine"]),
        ("an RWKV-based and Mamba-based reader", ["RWKV", "Mamba"]),
        ("an AMR-to-text reader", ["AMR-to-text"]),
        ("at 4B parameters, 0.29dB and 10x speed", []),
        ("However, the reader and The Reader differ", ["Reader"]),
    ],
)
def test_names_are_cut_where_a_reader_cuts_them(text: str, names: list[str]) -> None:
    assert [c.text for c in candidates(text)] == names


def test_a_multiword_name_comes_before_the_strong_words_in_it() -> None:
    assert [(c.text, c.shape) for c in candidates("run GPT 3.5 Turbo now")] == [
        ("GPT 3.5 Turbo", "multi"),
        ("GPT", "strong"),
    ]


@pytest.mark.parametrize(
    ("chunk", "strong"), [("GlyphNet", True), ("Glyph", False), ("GN", True), ("End-to-End", False)]
)
def test_strength(chunk: str, strong: bool) -> None:
    assert is_strong(chunk) is strong


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("a sign fusion module (SFM) in front", [("SFM", "sign fusion module")]),
        ("readers, called SFM (Sign Fusion Module), win", [("SFM", "Sign Fusion Module")]),
        ("some large sign models (LSMs) win", [("LSMs", "large sign models")]),
        ("the Rounded Reading Trick (RRT, in short) wins", [("RRT", "Rounded Reading Trick")]),
        ("an Aware REDundancy REDuction (A-RED^2) step", [("A-RED^2", "Aware REDundancy REDuction")]),
        ("it wins (see Fig. 2) and reads (well)", []),
        ("in 2019 (BERT) and later", []),
    ],
)
def test_acronym_pairs(text: str, pairs: list[tuple[str, str]]) -> None:
    assert [(text[slice(*p.short)], text[slice(*p.long)]) for p in find_pairs(text)] == pairs


def test_long_forms_without_a_bracket_of_their_own() -> None:
    assert spells("PRepBN", "Progressive Re-parameterized Batch Normalization")
    assert not spells("FedED", "Federated Learning")
    assert resembles("RLMSA", "Lightweight Multi-head Self-Attention")


@pytest.mark.parametrize(
    ("one", "other"),
    [("LSMs", "LSM"), ("GlyphXFormer", "GlyphXformer"), ("k-means algorithm", "K-Means"), ("iHMM's", "iHMM")],
)
def test_spellings_of_one_name_meet(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_versions_stay_apart() -> None:
    assert len({fold(name) for name in ("Glyph", "Glyph+", "Glyph++", "Glyph*", "Glyph^2", "Glyphs")}) == 6


@pytest.mark.parametrize(
    "end", ["", "s", "S", "'s", "’s", "+", "*", " model", " Models", "-dataset", "\tcorpora", "_set"]
)
@pytest.mark.parametrize(
    "name", ["Glyph", "GLYPH", "Glyph 2", "Glyph-Net", "glyph_NET ", "Glyph Networks", "Glyph set"]
)
def test_plain_names_are_folded_as_all_others_are(name: str, end: str) -> None:
    """What is not ASCII takes no short way."""
    assert fold("e" + name + end)[1:] == fold("é" + name + end)[1:]


@pytest.mark.parametrize("piece", ["Aa1 ", "A-", "(AB) ", "a(Bc)", "X/", "A of ", "GlyphNet and "])
def test_time_grows_with_the_length_only(piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        begin = time.process_time()
        candidates(text)
        find_pairs(text)
        return time.process_time() - begin

    seconds(1000)
    assert seconds(40_000) < 2.0
