"""The command line as a user meets it."""

import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

import extract
from extract.__main__ import main
from extract.cli import app
from extract.errors import MissingExtraError, install_hint
from extract.model import SCHEMA_ID


def paperfacts(*args: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "extract", *args], capture_output=True, text=True, input=stdin, timeout=120, check=False
    )


def test_help_does_not_import_spacy() -> None:
    code = "import sys; sys.argv = ['paperfacts', '--help']\nfrom extract.cli import main\ntry: main()\nexcept SystemExit: pass\nassert 'spacy' not in sys.modules and 'pydantic' not in sys.modules"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_help_costs_little_more_than_its_library() -> None:
    """CPU seconds, which other work on the machine hardly moves: 0.3 against 0.15 where this was written."""
    import resource

    def seconds(*args: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        for _ in range(3):
            subprocess.run([sys.executable, *args], capture_output=True, check=True)
        return (resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before) / 3

    assert seconds("-m", "extract", "--help") < 4 * seconds("-c", "import typer, rich.console")


@pytest.mark.parametrize(
    ("words", "ahead"),
    [
        (["run", "x.jsonl", "-o", "out"], True),
        (["run", "x.jsonl", "--workers", "0"], False),
        (["run", "x.jsonl", "--engine=daft"], False),
        (["run", "--help"], False),
        (["show", "run"], False),
    ],
)
def test_workers_start_before_anything_else(words: list[str], ahead: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    monkeypatch.setattr("extract.batch.spawn.ahead", lambda: started.append("workers"))
    monkeypatch.setattr("extract.cli.main", lambda: started.append("command"))
    monkeypatch.setattr("gc.freeze", lambda: None)
    monkeypatch.setattr("sys.argv", ["paperfacts", *words])
    main()
    assert started == (["workers", "command"] if ahead else ["command"])


def test_the_hint_of_a_missing_package_is_one_sentence_for_an_installation_and_for_a_clone() -> None:
    said = str(MissingExtraError("Loading into DuckDB", "duckdb"))
    assert said.count(". ") == 0
    assert "pip install 'paperfacts[duckdb]'" in said
    assert "pip install '.[duckdb]' in a clone" in said


def test_the_list_of_formats_hints_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    said = CliRunner().invoke(app, ["formats"]).output
    assert f"(needs {install_hint('arrow')})" in said


def test_the_version_is_said() -> None:
    assert paperfacts("--version").stdout == f"paperfacts {extract.__version__}\n"


def test_the_schema_names_its_draft_and_itself() -> None:
    schema = orjson.loads(paperfacts("schema").stdout)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == SCHEMA_ID


@pytest.mark.parametrize(
    "args",
    [
        ("run", "no-such-file.jsonl"),
        ("show", "We count herons.", "--title", "caf\udce9"),
        ("run", "README.md", "--format", "no-such-format"),
        ("rules", "explain", "no.such.rule"),
        ("rules", "list", "--rules", "no-such-folder"),
        ("rules", "list", "no-such-kind"),
        ("eval", "--gold", "no-such-gold.jsonl", "--records", "none"),
        ("inspect", "no-such-file"),
        ("stats", "no-such-records"),
    ],
)
def test_bad_usage_is_one_sentence_and_exit_2(args: tuple[str, ...]) -> None:
    run = paperfacts(*args)
    assert run.returncode == 2, run.stderr
    assert "Traceback" not in run.stderr
    assert run.stderr.strip()


def test_rules_list_and_explain() -> None:
    assert "link.url" in paperfacts("rules", "list", "link").stdout
    shown = paperfacts("rules", "explain", "link.url").stdout
    assert "matches:" in shown
    assert "silent:" in shown


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('[[rule]]\nid = "x.y"\nyields = "link"\npattern = "("\n', "does not compile"),
        ('[[rule]]\nid = "x.y"\nyields = "link"\npatern = "a"\n', "unknown key"),
        ('[[rule]]\nid = "x.y"\nyields = "cat"\npattern = "a"\n', "must be one of link, number"),
        ('[[rule]]\nid = "x.y"\nyields = "link"\npattern = "(?:a+)+b"\n', "slow"),
        ("[[rule\n", "not valid TOML"),
        ("[nonsense]\n", "unknown key"),
    ],
)
def test_a_bad_rule_file_is_refused_by_name_before_any_input(body: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(body)
    run = paperfacts("run", "no-such-file.jsonl", "--rules", str(tmp_path))
    assert run.returncode == 2
    run = paperfacts("rules", "list", "--rules", str(tmp_path))
    assert run.returncode == 2
    assert words in run.stderr
    assert "bad.toml" in run.stderr


def test_a_rule_of_the_user_overrides_and_switches_off(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('off = ["link.doi"]\n')
    listed = paperfacts("rules", "list", "link", "--rules", str(tmp_path)).stdout
    assert "link.doi" not in listed
    assert "link.url" in listed


@pytest.mark.parametrize("mapping", ["", "title=a,,abstract=b", "titel=x"])
@pytest.mark.parametrize("command", [["run", "-o", "-"], ["inspect"]])
def test_a_map_that_is_none_is_refused_everywhere(tmp_path: Path, command: list[str], mapping: str) -> None:
    dump = tmp_path / "x.jsonl"
    dump.write_text('{"title": "T", "abstract": "A."}\n')
    done = paperfacts(*command, str(dump), "--map", mapping)
    assert done.returncode == 2
    assert done.stdout == "" and "--map" in done.stderr and "Traceback" not in done.stderr


def test_a_terminal_of_ascii_gets_escapes(tmp_path: Path) -> None:
    records = tmp_path / "records.jsonl"
    line = (Path(__file__).parents[1] / "output" / "sample" / "records.jsonl").read_bytes().splitlines()[0]
    record = orjson.loads(line)
    record["methods"][0]["name"] = "β-Heron"
    records.write_bytes(orjson.dumps(record) + b"\n")
    done = subprocess.run(
        [sys.executable, "-m", "extract", "stats", records],
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()
    assert rb"\u03b2-Heron" in done.stdout
