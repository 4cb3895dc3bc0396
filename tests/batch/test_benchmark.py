"""The benchmark measures what it says; not how fast the machine is that runs the tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from extract import benchmark

Dump = Callable[..., Path]


def test_a_small_dump_is_repeated_with_variation(dump: Dump) -> None:
    papers = benchmark.papers_of(str(dump(3)), 50)
    assert len({p.id for p in papers}) == 50
    assert len({p.abstract for p in papers}) > 1
    assert papers == benchmark.papers_of(str(dump(3)), 50)  # the same every time


def test_the_guard_compares_with_bare_tokenisation(dump: Dump, capsys: pytest.CaptureFixture[str]) -> None:
    assert benchmark.main([str(dump(20)), "--papers", "110", "--check", "0"]) == 0
    assert "bare tokenisation" in capsys.readouterr().out
    assert benchmark.main([str(dump(20)), "--papers", "110", "--check", "1000"]) == 1
    assert "MISSED" in capsys.readouterr().out


def test_stages_are_those_of_the_pipeline(dump: Dump) -> None:
    papers = benchmark.papers_of(str(dump(20)), 60)
    found = benchmark.stages(benchmark.lines_of(papers))
    assert {"read a line", "clean", "tokenise", "links", "numbers", "results", "write a line"} <= found.keys()
    assert all(seconds >= 0 for seconds in found.values())


def test_runs_and_peers(dump: Dump) -> None:
    lines = benchmark.lines_of(benchmark.papers_of(str(dump(20)), 20))
    [(workers, run, seconds)] = benchmark.runs(lines, (1,))
    assert workers == run["workers"] == 1
    assert 0 < run["seconds"] < seconds
    assert all(rate > 0 for _, rate in benchmark.peers(["Nothing to see.", "Nor here."]))
