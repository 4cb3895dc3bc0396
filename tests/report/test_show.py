"""`show`: the picture, the tree, and why words were left."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from extract.cli import app
from extract.errors import UsageError
from extract.facts import Evidence, Facts, Number, Segment
from extract.model import Record
from extract.report.explain import why_not
from extract.report.screen import fact_tree, print_record
from extract.rulebook import Rule, Rulebook, load


def drawn(record: Record, **options: Any) -> str:
    out = io.StringIO()
    print_record(record, Console(file=out, width=200, **options))
    return out.getvalue()


def test_the_tree_goes_from_the_value_to_the_rules(make_records: Any) -> None:
    record = Record.model_validate(next(make_records(1)))
    text = drawn(record)
    result = record.results[0]
    for words in (result.surface, "result.value-metric-on-dataset", "metric.vocabulary", "kind      absolute"):
        assert words in text
    assert f"dataset   {result.dataset}" in text
    assert f"method    {result.method}" in text
    assert "baseline" in text


def test_spans_are_coloured_on_a_terminal_only(make_records: Any) -> None:
    record = Record.model_validate(next(make_records(1)))
    assert "\x1b[" in drawn(record, force_terminal=True, color_system="standard")
    assert "\x1b[" not in drawn(record)


def test_hostile_text_cannot_steer_the_terminal(hostile: dict[str, Any]) -> None:
    text = drawn(Record.model_validate(hostile))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "␛[31m" in text


def test_a_record_without_facts_says_so() -> None:
    record = Record(id="text:1", source={"dump": "-", "format": "text", "index": 0}, title="", abstract="Nothing.")
    assert "no fact was found" in drawn(record)
    assert fact_tree(record).children


TEXT = "Our model reaches 55.6 mIoU. The batch size is 256. It beats Foo [3] twice."


def facts(**found: Any) -> Facts:
    return Facts([Segment("abstract", 0, len(TEXT), TEXT, lambda a, b: (a, b))], [(0, len(TEXT))], text=TEXT, **found)


def at(words: str) -> tuple[int, int]:
    start = TEXT.index(words)
    return start, start + len(words)


def said(found: Facts, words: str, book: Rulebook | None = None) -> str:
    return "\n".join(
        f"{line.sort}: {line.rule} {line.text}" for o in why_not(found, book or Rulebook(), words) for line in o.lines
    )


def test_a_number_nobody_took_says_why() -> None:
    found = facts(numbers=[Number(*at("256"), 256.0, role="setting"), Number(*at("55.6"), 55.6)])
    assert "setting" in said(found, "256")
    assert "no result rule found" in said(found, "55.6 miou")
    assert "so it became no fact" in said(found, "55.6")


def test_a_name_that_lost_says_to_whom() -> None:
    found = facts(
        evidence=[Evidence(*at("Foo"), "method", "method.x", 0.6), Evidence(*at("Foo"), "none", "none.y", 0.9)]
    )
    text = said(found, "Foo")
    assert "could be a method" in text
    assert "none.y spoke against it" in text


def test_rules_that_match_without_a_fact_are_told() -> None:
    import regex

    rule = Rule(
        id="result.t", yields="result", source="t", pattern=regex.compile(r"\d+ twice|size is \d+"), triggers=("size",)
    )
    asleep = Rule(id="result.u", yields="result", source="t", pattern=regex.compile("Foo"), triggers=("absent",))
    book = Rulebook(rules={"result.t": rule, "result.u": asleep})
    assert "result.t matches 'size is 256'" in said(facts(), "256", book)
    assert "none of its trigger words" in said(facts(), "Foo", book)


def test_words_that_no_rule_knows_and_words_that_do_not_stand_there() -> None:
    assert "no rule and no vocabulary entry" in said(facts(), "beats")
    assert "no number was read here" in said(facts(), "[3]")
    assert why_not(facts(), Rulebook(), "absent words") == []
    assert why_not(facts(), Rulebook(), "  ") == []


def test_trace_lines_about_the_words_are_shown() -> None:
    assert "linking: 256 has no metric" in said(facts(trace=["linking: 256 has no metric", "other"]), "256")


@pytest.fixture(scope="module")
def runner() -> CliRunner:
    return CliRunner()


ABSTRACT = "We introduce GridNet. It reaches 81.2% top-1 accuracy on ImageNet with a batch size of 512."


def test_the_command_shows_a_text_from_standard_input(runner: CliRunner) -> None:
    shown = runner.invoke(app, ["show", "-", "--title", "GridNet"], input=ABSTRACT)
    assert shown.exit_code == 0
    assert "81.2%" in shown.stdout
    record = Record.model_validate(json.loads(runner.invoke(app, ["show", ABSTRACT, "--json"]).stdout))
    assert record.abstract == ABSTRACT


def test_the_command_explains_words(runner: CliRunner) -> None:
    assert "512" in runner.invoke(app, ["show", ABSTRACT, "--why-not", "size of 512"]).stdout
    assert "does not stand in the text" in runner.invoke(app, ["show", ABSTRACT, "--why-not", "nowhere"]).stdout
    found = json.loads(runner.invoke(app, ["show", ABSTRACT, "--why-not", "81.2%", "--json"]).stdout)
    assert found[0]["text"] == "81.2%"


def test_words_that_stand_in_the_raw_text_only_are_found() -> None:
    from extract.model import Paper
    from extract.pipeline import Pipeline

    doc = Pipeline().doc(Paper(title="", abstract=r"It reaches $81.2\%$ accuracy on ImageNet."), trace=True)
    assert why_not(doc.user_data["paperfacts"], load(None), r"81.2\%")


def test_text_that_is_not_utf8_is_refused(runner: CliRunner) -> None:
    for raw in (b"caf\xe9 81.2%", b"a\x00b"):
        said = runner.invoke(app, ["show", "-"], input=raw)
        assert isinstance(said.exception, UsageError)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_sentence(run_folder: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "extract", "stats", str(run_folder)],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "cannot be written" in done.stderr
