"""What is looked up by word is what a search over the whole text finds. The sentences are ours."""

from __future__ import annotations

import time
from pathlib import Path

import orjson
import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.facts import Facts
from extract.model import Paper
from extract.readers import read
from extract.rulebook import STRESS, Rule, load
from extract.sentences import split_sentences
from extract.stages import candidates as names
from extract.stages import words
from extract.stages.anchors import AnchoredRules, compiled
from extract.stages.candidates import CandidateFinder
from extract.stages.words import WordTable

DUMP = Path(__file__).parents[3] / "shared/dumps/arxiv_daily_jsonl/ten_thousand.jsonl.gz"
SAMPLE = Path(__file__).parents[2] / "output/sample/records.jsonl"
RULES = [rule for rule in load().of("method") if rule.pattern is not None]
FINDER = CandidateFinder(load())
Found = list[tuple[str, tuple[int, int], dict[str, str | None]]]

# Pieces that rules look for, in all orders: names, glue, words of every rule.
PIECES = [
    *["We introduce", "we propose", "Here, we further present", "the", "a new", "module", "called", "termed", "GlyphNet", "Tidal-2", "(RTB)", ", ", "and", "on"],
    *["such as", "like", "e.g.,", "including", "models", "methods", "outperforms", "Surpassing", "compared with", "than", "versus", "over", "based on", "built upon"],
    *["using", "fine-tune", "as", "backbone", "is proposed", "are introduced", "our", "The proposed", "novel", "new", "first", "three key modules:", "which we call", "we refer to it as"],
    *["é", "α-Set", "–", "“", "”", "\n", "\n\n", ". ", ": ", "t-SNE", "4B", "IA-RED^2", "non-MCA", "RWKV-based", "LLM-as-judge", "Tree of Captions", "ViT-B/16", "Hand4Whole++", "3.5", "via", "x"],
]  # fmt: skip


def plain(text: str, starts: list[int], ends: list[int]) -> Found:
    """Every trigger sought in the whole text, every rule of it tried in full by `regex`."""
    triggers = sorted({trigger for rule in RULES for trigger in rule.triggers}, key=len, reverse=True)
    either = "|".join(f"[{t[0]}{t[0].upper()}]{regex.escape(t[1:], literal_spaces=True)}" for t in triggers)
    found: Found = []
    for hit in regex.finditer(rf"(?<![\w-])(?:{either})", text):
        trigger = hit.group()[0].lower() + hit.group()[1:]
        rules = [rule for rule in RULES if trigger in rule.triggers]
        before = [end for end in ends if end <= hit.start()]
        for name_first in (False, True):
            for rule in rules:
                assert rule.pattern is not None
                if rule.text.strip().startswith("(?P<name>") is not name_first:
                    continue
                if name_first and (not before or hit.start() - before[-1] > 40):
                    continue
                place = starts[len(before) - 1] if name_first else hit.start()
                if match := rule.pattern.match(text, place):
                    found.append((rule.id, match.span(), match.groupdict()))
    return found


def fast(rules: AnchoredRules, text: str, starts: list[int], ends: list[int]) -> Found:
    return [(rule.id, match.span(), match.groupdict()) for rule, match in rules.find(text, starts, ends)]


def outer(text: str) -> tuple[list[int], list[int]]:
    """Where the names of a text start and end, without those inside of others."""
    kept: list[names.Candidate] = []
    for candidate in FINDER.find(text, Facts([], split_sentences(text, [(0, len(text))]), text=text)):
        if not kept or candidate.start >= kept[-1].end:
            kept.append(candidate)
    return [c.start for c in kept], [c.end for c in kept]


def chunks(text: str) -> list[tuple[int, int]]:
    """The chunks of a text by one search over all of it."""
    found = []
    for match in names._CHUNK.finditer(text):
        start, end = match.span()
        prefix = names._PREFIX.match(text, start, end) if text[start].islower() else None
        found.append((prefix.end() if prefix else start, end))
    return found


def check(rules: AnchoredRules, text: str) -> int:
    found = fast(rules, text, *outer(text))
    assert found == plain(text, *outer(text))
    by_word = [(place + c.start, place + c.end) for place, found in FINDER._words.find(text) for c in found]
    assert by_word == chunks(text)
    return len(found)


@pytest.fixture(scope="module")
def rules() -> AnchoredRules:
    return AnchoredRules(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_examples_and_rejects(rules: AnchoredRules, rule: Rule) -> None:
    for example in (*rule.examples, *rule.rejects):
        check(rules, example.replace("[[", "").replace("]]", ""))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30), st.sampled_from([" ", "", "-"]))
def test_pieces_in_any_order(rules: AnchoredRules, pieces: list[str], glue: str) -> None:
    check(rules, glue.join(pieces))


def test_papers_of_the_sample(rules: AnchoredRules) -> None:
    records = [orjson.loads(line) for line in SAMPLE.read_bytes().splitlines()]
    assert sum(check(rules, f"{r['title']}\n\n{r['abstract']}") for r in records) > 30


@pytest.mark.skipif(not DUMP.is_file(), reason="the 10,000 papers are not here")
def test_real_papers(rules: AnchoredRules) -> None:
    found = 0
    for number, paper in enumerate(read(DUMP)):
        if number % 40 == 0:
            assert isinstance(paper, Paper)
            found += check(rules, f"{paper.title}\n\n{paper.abstract}")
    assert found > 500


@pytest.mark.parametrize("text", STRESS)
def test_hostile_text_takes_no_time(rules: AnchoredRules, text: str) -> None:
    trigger = " we propose a novel such as "
    begin = time.process_time()
    for hostile in (text, trigger + text, trigger.join([text[:300]] * 10)):
        fast(rules, hostile, *outer(hostile))
    assert time.process_time() - begin < 1.0


def test_a_pattern_that_only_one_engine_takes_means_the_same() -> None:
    assert compiled(r"\p{Lu}b").match("Éb", 0)
    assert compiled(r"(?<= \b(?:a|bcd)\s )x").match("bcd x", 4)
    assert compiled(r"(?:abc){e<=1}").match("abd", 0)
    assert compiled(r"a{1,2}b").match("aab", 0)


def test_a_word_is_looked_at_once() -> None:
    looked = []

    def look(word: str) -> list[int]:
        looked.append(word)
        return [1] if "x" in word else []

    table = WordTable(look)
    assert table.find("Ax b  Ax\nC (2x)\tB") == [(0, [1]), (6, [1]), (11, [1])]
    assert table.find("b xA") == [(2, [1])]
    assert looked == ["Ax", "C", "(2x)", "\tB", "xA"]


def test_the_table_does_not_grow_and_forgets_no_common_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_LIMIT", 10)
    looked = []

    def look(word: str) -> list[int]:
        looked.append(word)
        return [len(word)]

    table = WordTable(look)
    for number in range(200):
        assert table.find(f"Common W{number}") == [(0, [6]), (7, [len(f"W{number}")])]
    assert looked.count("Common") == 1
    assert len(looked) == 201
    long = "X" * 100
    assert table.find(f"{long} {long}") == [(0, [100]), (101, [100])]
    assert looked.count(long) == 2
