"""SIGINT and SIGTERM stop in order; a second SIGINT at once."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from batch_factories import Plain
from batch_helpers import lines

from extract import batch

Dump = Callable[..., Path]
Spawn = Callable[..., subprocess.Popen[str]]


@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stops_in_order_and_goes_on(dump: Dump, tmp_path: Path, spawn: Spawn, signum: int, code: int) -> None:
    path, out = dump(2500), tmp_path / "out"
    process = spawn(0.002, 2, out, path)
    part = out / ".paperfacts" / "records.jsonl.part"
    _until(lambda: part.exists() and part.stat().st_size > 0)
    begin = time.monotonic()
    process.send_signal(signum)
    _, message = process.communicate(timeout=10)
    assert time.monotonic() - begin < 5
    assert process.returncode == code
    assert message.count("\n") == 1
    assert "run the same command again to go on" in message
    assert not _children_of(process.pid)
    assert not (out / "records.jsonl").exists()
    assert batch.run([path], out, workers=2, factory=Plain()) == 0
    assert [r["source"]["index"] for r in lines(out / "records.jsonl")] == list(range(2500))


def test_stops_while_a_paper_hangs(dump: Dump, tmp_path: Path, spawn: Spawn) -> None:
    process = spawn(1000, 1, tmp_path / "out", dump(10))
    _until((tmp_path / "out" / ".paperfacts" / "records.jsonl.part").exists)
    process.send_signal(signal.SIGINT)
    assert process.wait(5) == 130


def test_stops_while_it_waits_for_standard_input(tmp_path: Path, spawn: Spawn) -> None:
    process = spawn(0, 1, "-", "-", stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write('{"title": "A"}\n')
    process.stdin.flush()
    _until(lambda: bool(_children_of(process.pid)))  # from then on signals are caught
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, message = process.communicate(timeout=5)
    assert process.returncode == 130
    assert message.count("\n") == 1


def test_second_interrupt_stops_at_once(dump: Dump, tmp_path: Path, spawn: Spawn) -> None:
    out = tmp_path / "out"
    process = spawn(0.002, 2, out, dump(2500))
    part = out / ".paperfacts" / "records.jsonl.part"
    _until(lambda: part.exists() and part.stat().st_size > 0)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    begin = time.monotonic()
    assert process.wait(5) == 130
    assert time.monotonic() - begin < 2
    _until(lambda: not _children_of(process.pid))


def _children_of(pid: int) -> list[str]:
    """The nursery that a process started, alive or not reaped (workers share its command line)."""
    found = []
    for path in Path("/proc").glob("[0-9]*/status"):
        try:
            status = path.read_text()
        except OSError:
            continue
        if f"\nPPid:\t{pid}\n" in status:
            found.append(status.splitlines()[0])
    return found


def _until(condition: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
