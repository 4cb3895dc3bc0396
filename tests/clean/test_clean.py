"""Cleaning: what becomes of debris, and that every kept character maps back to its raw place."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.clean import clean
from extract.clean.edits import _fused, _places, flatten
from extract.clean.shape import digit_runs, shape_of

CASES = [
    # TeX, and what a page leaves of it
    (r"a gain of 12.4\% and a $3.5\times$ speed-up", "a gain of 12.4% and a 3.5× speed-up"),
    ("runs 4times faster than 32times32 crops", "runs 4× faster than 32×32 crops"),
    ("it is sim7x smaller, approx9 ms, geq 80% full", "it is ~7x smaller, ≈9 ms, ≥80% full"),
    (r"needs 2.75\times$ fewer steps", "needs 2.75× fewer steps"),
    (r"we train \textbf{Heron}, a \textsc{Wader} model", "we train Heron, a Wader model"),
    ("metric (AP^{text{box}_{IoU+F_1}) for both}", "metric (AP^box_IoU+F1) for both"),
    ("about 10^7 states", "about 10^7 states"),
    ("source rightarrow target, 41.2rightarrow 45.0", "source → target, 41.2→ 45.0"),
    (r"5{,}120 pairs and 12\,000 clips", "5,120 pairs and 12000 clips"),
    (r"scores $0.81 \pm 0.02$ and 71.3 pm 0.4", "scores 0.81 ± 0.02 and 71.3 ± 0.4"),
    (r"F$_1$ of 80 and F_1 of 81, D$^3$Net", "F1 of 80 and F1 of 81, D^3Net"),
    (r"\(\mathcal{J}\&\mathcal{F}\) of 61", "J&F of 61"),
    (r"as in~\cite{someone2020} and \citep[see][]{other}.", "as in and ."),
    (r"\'Etude of B\'ezier curves; the query\'s size", "Étude of Bézier curves; the query's size"),
    ("as shown cite{someone2020title, other} before", "as shown before"),
    (r"takes $\frac{1}{3}$ of the time", "takes 1/3 of the time"),
    (r"0.4~m/s, 55.1~61.7, ~30%", "0.4 m/s, 55.1~61.7, ~30%"),
    (r"between $3 and $8 a run, \$0.20 at best", "between $3 and $8 a run, $0.20 at best"),
    ("more than $12 \times$ as fast".replace("\t", "	"), "more than 12× as fast"),
    (r"\href{https://a.org/x}{https://a.org/x}", "https://a.org/x https://a.org/x"),
    (r"see https://a.org/x\_y and https://b.org/~me", "see https://a.org/x_y and https://b.org/~me"),
    # mark-up and Unicode
    ("10<sup>5</sup> of TiO<sub>2</sub> <i>here</i>", "10^5 of TiO2 here"),
    ("if a<b and c > d then <UNK> appears", "if a<b and c > d then <UNK> appears"),
    ("6 &#177; 2 &amp; more", "6 ± 2 & more"),
    ('our <a href="https://x.github.io/">page</a>', "our https://x.github.io/ page"),
    ("<jats:title>Abstract</jats:title><jats:p>Text.</jats:p>", "Text."),
    ("the eﬃcient ﬁrst", "the efficient first"),
    ("in\u2011the\u2011wild \u22123.5 “so” it’s", 'in-the-wild -3.5 "so" it\'s'),
    ("zero\u200bwidth, soft\u00adhyphen, no\u00a0break", "zerowidth, softhyphen, no break"),
    ("over 3\u2009000\u2009000 steps", "over 3000000 steps"),
    ("the viewerâ€™s place", "the viewer's place"),
    ("re\u0301sume\u0301", "résumé"),
    ("**FooBench** is new", "FooBench is new"),
    # layout
    ("one line\nand another\n  paragraph", "one line and another paragraph"),
    ("the KVQ-\nChallenge", "the KVQ-Challenge"),
    ("a model- first Instruct-\nto see", "a model- first Instruct- to see"),
    ("with low latency.Codes are out", "with low latency. Codes are out"),
    ("on UCF andJHMDB-Sentences", "on UCF and JHMDB-Sentences"),
    ("on Marsh andRepoBench data, the Android", "on Marsh and RepoBench data, the Android"),
    ("the plain (SPX)algorithm at 93.4%overall", "the plain (SPX) algorithm at 93.4% overall"),
    ("", ""),
    (" \n ", ""),
]


@pytest.mark.parametrize(("raw", "text"), CASES)
def test_debris_becomes_plain_text(raw: str, text: str) -> None:
    assert clean(raw).text == text


def _check_map(raw: str) -> None:
    cleaned = clean(raw)
    assert "  " not in cleaned.text
    assert cleaned.text == cleaned.text.strip(" ")
    before = 0
    for i, char in enumerate(cleaned.text):
        start, end = cleaned.to_raw(i, i + 1)
        assert 0 <= start <= end <= len(raw)
        assert start >= before - 8  # places never run backwards (but for the parts of one replaced run)
        before = start
        if char.isascii() and char.isalnum() and end - start == 1 and raw[start].isascii():
            assert raw[start] == char
    whole = cleaned.to_raw(0, len(cleaned.text))
    assert 0 <= whole[0] <= whole[1] <= len(raw)


@pytest.mark.parametrize("raw", [raw for raw, _ in CASES])
def test_every_kept_character_maps_back(raw: str) -> None:
    _check_map(raw)


DEBRIS = st.sampled_from(
    ["\\", "$", "{", "}", "\\textbf{", "\\times", "times", "5", "%", "~", " ", "\n", "-\n", "ﬁ", "\u0301",
     "&amp;", "<i>", "</i>", "<a href='u'>", "https://a.b/c_d", "\\href{", "}{", "e", "A", "and", "JH", ".", "Co", "''",
     "``", "**", "_1", "\\frac{1}{2}", "\\'", "Ã©", "\x02", "\u00ad", "\ud800", "𝛽"]
)  # fmt: skip


@given(st.lists(DEBRIS, max_size=40).map("".join))
@settings(max_examples=400, deadline=None)
def test_any_mix_of_debris_maps_back(raw: str) -> None:
    _check_map(raw)


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_maps_back(raw: str) -> None:
    _check_map(raw)


def test_a_name_inside_a_macro_maps_to_the_name_alone() -> None:
    cleaned = clean(r"We present \textbf{Heron} here")
    start = cleaned.text.index("Heron")
    assert cleaned.raw[slice(*cleaned.to_raw(start, start + 5))] == "Heron"


@pytest.mark.parametrize(
    "piece", ["\\", "{", "$", "$1", "<a ", "\\'{", "&#", "~", "}{", "\\cite[", "https://", "''", "a.B"]
)
def test_time_grows_linearly(piece: str) -> None:
    import time

    def seconds(text: str) -> float:
        best = 9.0
        for _ in range(5):
            begin = time.thread_time()
            clean(text)
            best = min(best, time.thread_time() - begin)
        return best

    base = piece * (8000 // len(piece))
    assert seconds(base * 4) < 12 * max(seconds(base), 0.002)


# What the shapes of texts stand for: the expressions that would find the same on the texts themselves.
_MARKS = re.compile(r"[^A-Za-z0-9 \-,.;:()%'/\"+=?!@#\[\]|^_>]|  ")
_GLUED = re.compile(r"[.,)%](?=[A-Za-z])|''|__")
_FUSED = re.compile(r"(?<![\w-])(?:and|the|with|for|than|from)(?=[A-Z]{2}|[A-Z][a-z]+[A-Z\d])")


def test_shapes_find_what_expressions_find() -> None:
    pieces = [*"aAbz0 1  .,)%?$\\{}~*_-^&<>`'\"\n\t¹٣é’–\u200b𝐀ﬁ\xa0", "and", "the", "than", "Image", "CNN", "''", "__"]
    chance = random.Random(7)
    for _ in range(3000):
        flat = flatten("".join(chance.choices(pieces, k=chance.randint(1, 30))))
        shape = shape_of(flat)
        assert len(shape) == len(flat)
        found = sorted(m.start() for pattern in (_MARKS, _GLUED) for m in pattern.finditer(flat))
        assert _places(flat, shape) == found, repr(flat)
        assert digit_runs(flat) == [m.span() for m in re.finditer(r"\d+", flat)], repr(flat)
        assert [start for start, _, _ in _fused(flat, shape)] == [m.end() for m in _FUSED.finditer(flat)], repr(flat)
