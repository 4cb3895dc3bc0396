"""The rules behind the prefilter find what the rules alone find. The sentences are ours."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.clean import clean
from extract.facts import Facts
from extract.model import Paper
from extract.readers import read
from extract.rulebook import STRESS, Rule, load
from extract.sentences import split_sentences
from extract.stages import datasets, metrics, tasks
from extract.stages.cues import CueRules
from extract.stages.prefilter import Prefilter, loosened

DUMP = Path(__file__).parents[3] / "shared/dumps/arxiv_daily_jsonl/ten_thousand.jsonl.gz"
SAMPLE = Path(__file__).parents[2] / "output/sample/records.jsonl"
RULES = [rule for kind in ("dataset", "metric", "task") for rule in load().of(kind) if rule.pattern and not rule.frame]
ANCHORS = {**datasets.ANCHORS, **metrics.ANCHORS, **tasks.ANCHORS}

# Pieces that rules look for, in all orders: names, glue, figures, words of every rule.
PIECES = [
    *["We introduce", "the", "a new", "dataset", "benchmark", "called", "KnotBench", "MossQA-2", "(RTB)", ", ", "and", "on", "such as", "trained", "reaches", "81.0%"],
    *["accuracy", "of", "higher", "in terms of", "F1", "is reduced by", "half", "Recall@5", "2.3x", "fewer", "rounds", "error rate", "task of", "leaf counting"],
    *["é", "α-Set", "–", "“", "”", "±", "ſ", "\u212a", "×", "İstanbul", "\n", ". ", ": ", "Benchmark (", ")", "improves", "by", "from", "to", "a metric", "metric", "percentage of", "data set"],
]  # fmt: skip


def matches(cues: CueRules, text: str) -> list[tuple[str, tuple[int, int], dict[str, str]]]:
    facts = Facts([], split_sentences(text, [(0, len(text))]), text=text)
    return [
        (rule.id, match.span(), match.groupdict())
        for kind in ("dataset", "metric", "task")
        for rule, match in cues.matches(kind, text, facts)
    ]


@pytest.fixture(scope="module")
def both() -> tuple[CueRules, CueRules]:
    return CueRules(RULES, ANCHORS), CueRules(RULES, ANCHORS, filtered=False)


def test_examples_of_all_rules(both: tuple[CueRules, CueRules]) -> None:
    fast, plain = both
    for rule in RULES:
        for example in (*rule.examples, *rule.rejects):
            text = example.replace("[[", "").replace("]]", "")
            found = matches(fast, text)
            assert found == matches(plain, text)
        assert any(
            rule.id == name for e in rule.examples for name, *_ in matches(fast, e.replace("[[", "").replace("]]", ""))
        )


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30), st.sampled_from([" ", "", "-"]))
def test_pieces_in_any_order(both: tuple[CueRules, CueRules], pieces: list[str], glue: str) -> None:
    fast, plain = both
    text = glue.join(pieces)
    assert matches(fast, text) == matches(plain, text)


@pytest.mark.parametrize("text", STRESS)
def test_hostile_text(both: tuple[CueRules, CueRules], text: str) -> None:
    fast, plain = both
    assert matches(fast, text) == matches(plain, text)


def test_papers_of_the_sample(both: tuple[CueRules, CueRules]) -> None:
    fast, plain = both
    found = 0
    for line in SAMPLE.read_bytes().splitlines():
        record = orjson.loads(line)
        for text in (record["title"], record["abstract"]):
            text = clean(text).text
            here = matches(fast, text)
            assert here == matches(plain, text)
            found += len(here)
    assert found > 20


@pytest.mark.skipif(not DUMP.is_file(), reason="the 10,000 papers are not here")
def test_real_papers(both: tuple[CueRules, CueRules]) -> None:
    fast, plain = both
    for number, paper in enumerate(read(DUMP)):
        if number % 40 == 0 and isinstance(paper, Paper):
            text = clean(paper.abstract).text
            assert matches(fast, text) == matches(plain, text)


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        (r"\b [A-Z]++ \ (?=x|\Z)", r"\b[A-Z]+ (?:x|\z)"),
        (r"(?<!a) (?P<name> \d{1,9} ) (?! b ) c? # why", r"(?:\d+)c?"),
        (r"(?i: a | b\ ){0,7}? [^()]{2}", r"(?i:a|b )*[^()]{2,}"),
        (r"[\w/-] {  # no repetition", r"[\w/-]\{"),
        (r"(?> a ) \s \[ [[] $", r"(?:a)[\s\x0b\x1c-\x1f]\[[\[]"),
    ],
)
def test_loosened(pattern: str, wanted: str) -> None:
    assert loosened(pattern, ascii_only=True) == wanted


@pytest.mark.parametrize(
    "pattern", [r"(a)\1", r"(?P<a>b)(?P=a)", r"\p{Lu}", r"(?r)a", r"(?s:.)", r"(a", r"a)", r"[\W]"]
)
def test_what_has_no_counterpart_always_passes(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"counterpart|bracket"):
        loosened(pattern)
    assert Prefilter(["zz", pattern]).passing("nothing") == [1]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab1 .é٣(-ſ\u212a\x1c\x0b", max_size=12))
def test_nothing_that_matches_is_kept_back(text: str) -> None:
    patterns = [
        r"\b \w{2} \b", r"(?i: k ) | s{2}", r"\d \s", r"(?<= a ) b", r"(?: a | b )++ (?! \w )", r"[^\s] \.", r"\W \( ",
        r"(?<! \w ) a (?= \ | \Z )", r"\S{3}", r"[\w-]*+ \( | \A b",
    ]  # fmt: skip
    passing = Prefilter(patterns).passing(text)
    for index, pattern in enumerate(patterns):
        if regex.search(pattern, text, regex.VERBOSE):
            assert index in passing


def test_a_rule_of_the_users_own_is_filtered_like_ours() -> None:
    pattern = r"the \ (?P<name> \w+ ) \ shelf"
    rule = Rule("dataset.shelf", "dataset", "mine", regex.compile(pattern, regex.VERBOSE), pattern, triggers=("shelf",))
    assert [m[0] for m in matches(CueRules([rule], {}), "It is on the top shelf. No.")] == ["dataset.shelf"]
