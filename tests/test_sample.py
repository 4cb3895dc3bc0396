"""The sample: what a visitor sees is what comes out."""

from collections.abc import Iterable
from pathlib import Path

import jsonschema
import orjson
import pytest

from extract import Pipeline, read
from extract.model import Record, from_json, json_schema, to_json

SAMPLE = Path(__file__).parents[1] / "output/sample"


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return list(Pipeline().run(read(SAMPLE / "page.txt")))


def test_the_golden_records_come_out_byte_for_byte(records: list[Record]) -> None:
    assert b"".join(to_json(r) + b"\n" for r in records) == (SAMPLE / "records.jsonl").read_bytes()


def test_the_page_holds_at_least_25_papers_and_one_title_alone(records: list[Record]) -> None:
    assert len(records) == 28
    assert [r.title for r in records if "empty-abstract" in r.warnings] == [records[-1].title]


def test_every_record_validates_against_the_published_schema(records: list[Record]) -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    for record in records:
        validator.validate(orjson.loads(to_json(record)))


def test_every_record_reads_back_to_the_same_bytes(records: list[Record]) -> None:
    for record in records:
        assert to_json(from_json(to_json(record))) == to_json(record)


def test_every_kind_of_fact_comes_out(records: list[Record]) -> None:
    for kind in ("methods", "datasets", "metrics", "tasks", "links", "results", "quantities"):
        assert sum(len(getattr(r, kind)) for r in records) >= 5, kind
    assert {r.kind for record in records for r in record.results} == {"absolute", "delta", "relative", "ratio"}
    assert {"released", "promised", "none_stated"} <= {r.code_availability for r in records}


def test_the_gold_names_papers_of_the_page(records: list[Record]) -> None:
    titles = {r.title for r in records}
    for line in (SAMPLE / "gold.jsonl").read_bytes().splitlines():
        assert orjson.loads(line)["title"] in titles


@pytest.mark.parametrize(
    "prefix",
    ["method.title", "method.acronym", "method.spelling", "method.intro", "dataset", "metric", "vocabulary", "result", "quantity"],
)  # fmt: skip
def test_a_rule_that_is_switched_off_brings_nothing(prefix: str, records: list[Record], tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(f'off = ["{prefix}"]\n')
    assert _rules_of(records, prefix)
    assert not _rules_of(Pipeline(str(tmp_path)).run(read(SAMPLE / "page.txt")), prefix)


def test_frames_that_are_switched_off_link_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('off = ["linking"]\n')
    results = [x for r in Pipeline(str(tmp_path)).run(read(SAMPLE / "page.txt")) for x in r.results]
    assert results
    assert not [x for x in results if x.metric or x.dataset or x.method or x.baseline]


def _rules_of(records: Iterable[Record], prefix: str) -> set[str]:
    facts = [
        fact
        for r in records
        for fact in (*r.methods, *r.datasets, *r.metrics, *r.tasks, *r.results, *r.quantities)
    ]  # fmt: skip
    mentions = [m for fact in facts for m in (getattr(fact, "mentions", None) or [fact.mention])]  # type: ignore[attr-defined]
    return {m.rule for m in mentions if m.rule.startswith(prefix + ".")}
