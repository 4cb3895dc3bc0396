"""The contract of the record."""

from extract import Pipeline
from extract.model import Record, from_json, json_schema, to_json


def test_an_empty_paper_becomes_a_record_that_reads_back() -> None:
    record = Pipeline().extract(title="A title", abstract="Nothing is reported.")
    line = to_json(record)
    assert to_json(from_json(line)) == line
    assert isinstance(record, Record)


def test_the_schema_is_closed() -> None:
    assert json_schema()["additionalProperties"] is False
