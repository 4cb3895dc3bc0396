"""Workers: a paper that raises, hangs or kills costs itself and nothing else; nothing grows, nothing stays behind."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest
from batch_factories import KilledAtStart, Leaky, Pid, Plain, Poisoned, Together
from batch_helpers import lines, manifest

from extract import batch
from extract.batch.convert import Line
from extract.batch.nursery import BEAT
from extract.batch.pool import InProcess, Pool, WorkersError, blocks_of
from extract.model import Paper, Reject, Source

Dump = Callable[..., Path]


def papers(titles: list[str]) -> Iterator[Paper]:
    for n, title in enumerate(titles):
        yield Paper(title, "An abstract.", Source("d", "test", n), identifiers={"arxiv": f"1.{n}"})


def outcomes(pool: Pool | InProcess, titles: list[str]) -> list[str]:
    found = [o for _, block, _ in pool.map(blocks_of(papers(titles))) for o in block]
    return ["ok" if isinstance(o, Line) else o.reason for o in found]


@pytest.mark.parametrize("workers", [1, 2])
def test_poisoned_papers_cost_only_themselves(dump: Dump, tmp_path: Path, workers: int) -> None:
    poison = {7: "KILL", 8: "RAISE", 150: "ABORT", 151: "KILLONCE", 152: "INVALID", 299: "MEMORY"}
    titles = [poison.get(n, f"Net{n}") + f" {n}" for n in range(300)]
    out = tmp_path / "out"
    assert batch.run([dump(titles=titles)], out, workers=workers, factory=Poisoned(str(tmp_path))) == 1
    rejects = {r["index"]: r["reason"] for r in lines(out / "rejects.jsonl")}
    assert rejects == {
        7: "worker-died", 8: "internal-error", 150: "worker-died", 152: "invalid-record", 299: "internal-error",
    }  # fmt: skip
    assert [r["source"]["index"] for r in lines(out / "records.jsonl")] == [n for n in range(300) if n not in rejects]
    assert manifest(out)["counts"]["kinds"]["methods"] == 295


def test_neighbours_of_a_poisoned_paper_in_one_block_die_and_are_told_apart(tmp_path: Path) -> None:
    with Pool(Poisoned(str(tmp_path)), 1) as pool:
        assert outcomes(pool, ["KILL", "KILL", "a", "KILL"]) == ["worker-died", "worker-died", "ok", "worker-died"]


def test_a_paper_that_hangs_is_a_timeout_even_in_c_code(tmp_path: Path) -> None:
    begin = time.monotonic()
    with Pool(Poisoned(str(tmp_path)), 2, timeout=0.4) as pool:
        assert outcomes(pool, ["a", "SLEEP", "b", "SPIN", "c"]) == ["ok", "timeout", "ok", "timeout", "ok"]
    assert time.monotonic() - begin < 6


def test_papers_that_are_converted_together_still_cost_only_themselves(tmp_path: Path) -> None:
    titles = ["a", "KILL", "b", "RAISE", "c", "KILLONCE", "SLEEP", "INVALID", *map(str, range(70)), "SPIN", "KILL", "d"]
    with Pool(Together(Poisoned(str(tmp_path))), 2, timeout=0.4) as pool:
        found = outcomes(pool, titles)
    assert {title: outcome for title, outcome in zip(titles, found, strict=True) if outcome != "ok"} == {
        "KILL": "worker-died",
        "RAISE": "internal-error",
        "SLEEP": "timeout",
        "INVALID": "invalid-record",
        "SPIN": "timeout",
    }


def test_the_limit_is_for_a_paper_in_all_passes_and_not_for_its_block() -> None:
    with Pool(Together(Plain(pause=0.05)), 1, timeout=0.6) as pool:  # 20 x 2 x 0.05 seconds a block
        assert outcomes(pool, [f"Net{n}" for n in range(20)]) == ["ok"] * 20
    with Pool(Together(Plain(pause=0.5)), 1, timeout=0.6) as pool:
        assert outcomes(pool, ["Net1", "Net2"]) == ["timeout"] * 2


def test_a_message_never_carries_the_text(tmp_path: Path) -> None:
    with InProcess(Poisoned(str(tmp_path))) as pool:
        [(_, [found], _)] = pool.map(blocks_of(iter([Paper("RAISE", "secret " * 1000, Source("d", "test", 0))])))
    assert isinstance(found, Reject)
    assert found.message == "KeyError while this paper was converted."
    assert len(orjson.dumps(found)) < 600


def test_workers_killed_from_outside_lose_nothing() -> None:
    titles = [f"Net{n}" for n in range(2000)]
    with Pool(Pid(), 2) as pool:
        seen: list[int] = []
        killed: set[int] = set()
        for _, block, _ in pool.map(blocks_of(papers(titles))):
            for line in block:
                assert isinstance(line, Line)
                record = orjson.loads(line.data)
                seen.append(record["source"]["index"])
                pid, nursery = map(int, record["warnings"])
            victim = nursery if len(killed) == 1 else pid  # the process that forks them too
            if victim not in killed and len(killed) < 4:
                killed.add(victim)
                os.kill(victim, signal.SIGKILL)
        assert seen == list(range(2000))
        assert len(killed) == 4


def test_a_process_killed_while_it_builds_the_pipeline_is_started_again(tmp_path: Path) -> None:
    with Pool(KilledAtStart(str(tmp_path), 2), 1) as pool:
        assert outcomes(pool, ["Net1", "Net2"]) == ["ok", "ok"]
    with Pool(KilledAtStart(str(tmp_path), 9), 1) as pool, pytest.raises(WorkersError, match="while it was starting"):
        outcomes(pool, ["Net1"])


def test_a_page_that_is_seen_while_it_is_written_says_nothing() -> None:
    """pack_into clears what it writes to: a parent that looks then must not take paper 0 for one begun at boot."""
    with Pool(Plain(pause=0.5), 1, timeout=10) as pool:
        found = pool.map(blocks_of(papers(["Net1", "Net2"])), lambda: tear(pool))
        assert [type(o) for _, block, _ in found for o in block] == [Line, Line]


def tear(pool: Pool) -> None:
    for worker in pool._workers:
        BEAT.pack_into(worker.beat, 0, 0, 0.0)


def test_workers_that_always_die_end_the_run(tmp_path: Path) -> None:
    with Pool(Poisoned(str(tmp_path)), 1) as pool, pytest.raises(WorkersError, match="died in a row"):
        outcomes(pool, ["KILL"] * 50)


def test_workers_are_replaced_before_they_grow() -> None:
    with Pool(Pid(), 1, recycle=200) as pool:
        found = [o for _, block, _ in pool.map(blocks_of(papers([f"Net{n}" for n in range(1000)]))) for o in block]
        pids = [orjson.loads(o.data)["warnings"][0] for o in found if isinstance(o, Line)]
    assert [pids.index(pid) for pid in dict.fromkeys(pids)] == [0, 200, 400, 600, 800]


def test_memory_is_the_same_for_ten_times_the_papers(
    dump: Dump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scaled down: 20 kB a paper kept by the converter stand for spaCy's 2 kB, 500 papers a worker for 10,000."""
    import subprocess
    import sys

    peaks = []
    for count in (1_000, 10_000):
        path, out = dump(count, name=f"{count}.jsonl"), tmp_path / f"out{count}"
        script = (
            "import sys; sys.path.insert(0, sys.argv[1])\n"
            "from batch_factories import Leaky\n"
            "import extract.batch.pool as pool, extract.batch as batch\n"
            "pool.RECYCLE = 500\n"
            "batch.run([sys.argv[2]], sys.argv[3], workers=1, factory=Leaky(20_000))"
        )
        support = str(Path(__file__).parent / "support")
        subprocess.run([sys.executable, "-c", script, support, str(path), str(out)], check=True, capture_output=True)
        run = orjson.loads((out / "manifest.json").read_bytes())["run"]
        peaks.append((run["peak_memory_bytes"], run["peak_memory_workers_bytes"]))
    for small, large in zip(*peaks, strict=True):
        assert large < 1.1 * small
    assert Leaky(1).rules_hash()


def test_workers_without_work_share_the_first_block() -> None:
    with Pool(Pid(), 2) as pool:
        blocks = [block for _, block, _ in pool.map(blocks_of(papers([f"Net{n}" for n in range(100)])))]
    (block,) = blocks
    records = [orjson.loads(line.data) for line in block if isinstance(line, Line)]
    assert [record["source"]["index"] for record in records] == list(range(100))
    assert len({record["warnings"][0] for record in records}) == 2


def test_no_process_is_left_behind(dump: Dump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERFACTS_TEST", str(tmp_path))
    batch.run([dump(300)], tmp_path / "out", workers=2, factory=Plain())
    with pytest.raises(WorkersError):
        batch.run([dump(titles=["KILL"] * 50)], tmp_path / "out2", workers=2, factory=Poisoned(str(tmp_path)))
    assert children(f"PAPERFACTS_TEST={tmp_path}") == set()


def children(mark: str) -> set[str]:
    """The processes of this machine that carry the mark in their environment: our nurseries and what they forked."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark.encode() in path.read_bytes():
                found.add(path.parent.name)
        except OSError:
            continue
    return found
