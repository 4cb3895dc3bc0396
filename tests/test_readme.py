"""The README's code blocks do what they say."""

import gzip
import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL)


def blocks(language: str) -> list[str]:
    return [body for name, body in BLOCKS if name == language]


def shell_lines() -> list[str]:
    lines = [line.split("  #")[0].strip() for body in blocks("sh") for line in body.splitlines()]
    return [line for line in lines if line and not line.startswith(("python3 -m venv", "#"))]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every file that the README's commands name."""
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    folder = tmp_path_factory.mktemp("readme")
    papers = [
        {
            "id": "2401.00001",
            "title": "Reed: A Small Detector",
            "abstract": "We propose Reed. Reed obtains 36.9 AP on COCO at 118 FPS. Code: https://github.com/a/reed",
        },
        {
            "id": "2401.00002",
            "title": "Sedge: A Large Detector",
            "abstract": "Sedge reaches 83.1% top-1 accuracy on ImageNet-1K.",
        },
    ]
    lines = "".join(json.dumps(p) + "\n" for p in papers)
    (folder / "papers.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    (folder / "papers.jsonl").write_text(lines)
    (folder / "dumps").mkdir()
    parquet.write_table(pyarrow.Table.from_pylist(papers), folder / "dumps/a.parquet")
    (folder / "mine").mkdir()
    (folder / "mine/forge.toml").write_text(next(b for b in blocks("toml") if "[[rule]]" in b))
    (folder / "corpora/measeval/train/text").mkdir(parents=True)
    (folder / "corpora/measeval/train/tsv").mkdir()
    (folder / "corpora/measeval/train/text/a.txt").write_text("A tower of 30 m.")
    columns = "docId\tannotSet\tannotType\tstartOffset\tendOffset\tannotId\ttext\tother"
    row = "a\t1\tQuantity\t11\t15\tT1-1\t30 m\t{}"
    (folder / "corpora/measeval/train/tsv/a.tsv").write_text(f"{columns}\n{row}\n")
    (folder / "corpora/train_1500_v2.conll").write_text("On\t0\tO\nCOCO\t3\tB-DATASET\n")
    (folder / "output").mkdir()
    (folder / "output/sample").symlink_to(ROOT / "output/sample")
    for name in ("before.jsonl", "after.jsonl", "records.jsonl"):
        (folder / name).write_bytes((ROOT / "output/sample/records.jsonl").read_bytes())
    return folder


@pytest.mark.parametrize("line", shell_lines())
def test_shell_commands_run(line: str, workplace: Path) -> None:
    words = shlex.split(line)
    if words[0] != "paperfacts":
        pytest.skip("not a command of ours")
    if any("postgresql" in w or "s3://" in w or "hf://" in w for w in words):
        pytest.skip("needs a server; the tests of the sinks and readers have one")
    words = [str(p) for w in words for p in (sorted(workplace.glob(w)) if "*" in w else [w])]
    run = subprocess.run(
        [sys.executable, "-m", "extract", *words[1:]],
        cwd=workplace,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("body", blocks("python"), ids=range(len(blocks("python"))))
def test_python_blocks_run(body: str, workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if re.search(r"^\s*(?:import|from) (?:ray|dask|pyspark|daft|datasets|duckdb|pandas|polars)", body, re.MULTILINE):
        pytest.skip("needs that package; its own tests run it")
    monkeypatch.chdir(workplace)
    exec(compile(body, "README.md", "exec"), {})


@pytest.mark.parametrize("body", blocks("json"), ids=range(len(blocks("json"))))
def test_json_blocks_parse(body: str) -> None:
    assert json.loads(body)


def test_the_rule_example_keeps_its_own_promises(tmp_path: Path) -> None:
    from extract.commands.rules import _problems
    from extract.rulebook import load

    body = next(b for b in blocks("toml") if "[[rule]]" in b)
    rule_id = tomllib.loads(body)["rule"][0]["id"]
    (tmp_path / "mine.toml").write_text(body)
    assert _problems(load(str(tmp_path)).rules[rule_id]) == []


def test_the_vocabulary_example_is_found_in_a_text(tmp_path: Path) -> None:
    from extract.pipeline import Pipeline

    (body,) = blocks("tsv")
    (tmp_path / "vocabulary").mkdir()
    (tmp_path / "vocabulary/birds.tsv").write_text(body)
    record = Pipeline(str(tmp_path)).extract(title="Reed", abstract="Reed obtains 36.9 AP on HBench.")
    assert [(x.name, x.canonical) for x in record.datasets] == [("HBench", "heron-bench")]


def test_the_two_commands_are_one_line_each() -> None:
    commands = [line for body in blocks("sh") for line in body.splitlines() if line.startswith("python3 -m venv")]
    assert len(commands) == 2
    assert "paperfacts run output/sample/page.txt" in commands[0]
    assert commands[1].endswith("pytest -q")


def test_the_record_to_look_at_stands_in_the_sample() -> None:
    (body,) = blocks("jsonc")
    shown = json.loads("\n".join(line for line in body.splitlines() if not line.startswith("//")))
    sample = (ROOT / "output/sample/records.jsonl").read_text("utf-8").splitlines()
    results = [result for line in sample for result in json.loads(line)["results"]]
    assert any(shown.items() <= result.items() for result in results)
