"""`paperfacts formats` and `paperfacts inspect`."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from extract.cli import app
from extract.errors import UsageError
from extract.readers import formats
from extract.readers.inspection import inspect_dump

DUMP = (
    '{"id": "2401.00001", "title": "Gulls", "abstract": "They fly.", "tldr": "x"}\n'
    '{"title": "Terns \\u001b[31m"}\nbroken\n{"title": "Skuas", "abstract": "They steal."}\n'
)


@pytest.fixture
def dump(tmp_path):
    path = tmp_path / "birds.jsonl"
    path.write_text(DUMP)
    return path


def test_formats_lists_every_row():
    result = CliRunner().invoke(app, ["formats"])
    assert result.exit_code == 0
    for name, row in formats().items():
        assert name in result.output
        assert row.detection in result.output


def test_formats_as_json():
    lines = CliRunner().invoke(app, ["formats", "--json"]).output.splitlines()
    assert [json.loads(line)["name"] for line in lines] == list(formats())


def test_inspect(dump):
    result = CliRunner().invoke(app, ["inspect", str(dump)])
    assert result.exit_code == 0
    out = result.output
    assert "jsonl: 3 of its first 4 lines are JSON objects" in out
    assert "3 in 4 items (all there is)" in out
    assert "title:       from title" in out
    assert "[arxiv:2401.00001]" in out
    assert "1 of 3 papers have no abstract" in out
    assert "1 rejected as bad-json, such as item 2 (line 3)" in out
    assert "columns not read: tldr" in out
    assert "\x1b" not in out


def test_inspect_stops_early(dump):
    found = inspect_dump(dump, limit=2)
    assert (found.papers, found.complete) == (2, False)


def test_inspect_a_folder_and_an_empty_file(dump):
    (dump.parent / "empty.jsonl").write_text("")
    out = CliRunner().invoke(app, ["inspect", str(dump.parent)]).output
    assert "none: the dump is empty" in out
    assert "birds.jsonl" in out


def test_inspect_with_a_mapping(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("Kopf,Title,Text\na,b,c\n")
    out = CliRunner().invoke(app, ["inspect", str(path), "--map", "title=Kopf,abstract=Text"]).output
    assert "title:       from Kopf" in out
    assert "columns not read: Title" in out


@pytest.mark.parametrize("arguments", [["nowhere"], ["--map", "title"], ["--map", "x=y"], ["--format", "none"]])
def test_inspect_errors_are_usage_errors(dump, arguments):
    given = arguments if arguments == ["nowhere"] else [str(dump), *arguments]
    result = CliRunner().invoke(app, ["inspect", *given])
    assert isinstance(result.exception, UsageError)
