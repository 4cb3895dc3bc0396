"""Dumps made by counting, runs in processes of their own, and what a run left behind."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

SUPPORT = Path(__file__).parent / "support"
sys.path.insert(0, str(SUPPORT))  # workers take their path from us, so that they find the converters there


@pytest.fixture
def dump(tmp_path: Path) -> Callable[..., Path]:
    """Writes a JSONL dump: `count` papers, or the given titles."""

    def make(count: int = 10, *, name: str = "papers.jsonl", titles: list[str] | None = None, first: int = 0) -> Path:
        path = tmp_path / name
        with path.open("w", encoding="utf-8") as out:
            for n, title in enumerate(
                titles or [f"Net{i}: a model of number {i}" for i in range(first, first + count)]
            ):
                paper = {
                    "id": f"2301.{first + n:05d}",
                    "title": title,
                    "abstract": f"We study the case {n} — with care.",
                }
                out.write(json.dumps(paper) + "\n")
        return path

    return make


@pytest.fixture
def spawn() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts `run_plain.py`; whatever still runs at the end of the test is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(pause: float, workers: int, output: Path | str, *dumps: Path | str, **more: Any) -> subprocess.Popen[str]:
        command = [sys.executable, str(SUPPORT / "run_plain.py"), str(pause), str(workers), str(output)]
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **more}
        process = subprocess.Popen([*command, *map(str, dumps)], **options)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
