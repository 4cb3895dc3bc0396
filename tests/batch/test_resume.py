"""Killed at any moment, a run goes on; the files end up the same, byte for byte."""

from __future__ import annotations

import fcntl
import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from batch_factories import Plain
from batch_helpers import content, lines, manifest

import extract
from extract import batch
from extract.batch import output as output_module
from extract.batch.seen import Seen
from extract.errors import UsageError

Dump = Callable[..., Path]
Spawn = Callable[..., subprocess.Popen[str]]


def messy(dump: Dump, tmp_path: Path) -> list[Path]:
    """Two dumps with rejects of every origin in them."""
    first = dump(titles=[f"Net{n}" if n % 40 else "" for n in range(1500)], name="a.jsonl")
    text = first.read_text("utf-8").splitlines(keepends=True)
    text[77] = "{torn\n"
    text[500] = text[400]
    first.write_text("".join(text), "utf-8")
    return [first, dump(700, name="b.jsonl", first=1400)]


@pytest.mark.parametrize("workers", [1, 2])
def test_kills_at_random_moments_change_nothing(dump: Dump, tmp_path: Path, spawn: Spawn, workers: int) -> None:
    dumps = messy(dump, tmp_path)
    whole, out = tmp_path / "whole", tmp_path / "out"
    assert batch.run(dumps, whole, workers=2, factory=Plain()) == 1
    moments = random.Random(workers)
    part = out / ".paperfacts" / "records.jsonl.part"
    for kill in range(5):
        process = spawn(0.001, workers, out, *dumps)
        if kill % 2:  # while it writes, not only while it starts
            size = part.stat().st_size if part.exists() else 0
            while process.poll() is None and not (part.exists() and part.stat().st_size > size):
                time.sleep(0.005)
        time.sleep(moments.uniform(0.0, 0.5))
        process.kill()
        process.wait()
        for path in out.glob("*.jsonl"):  # what has its final name is complete
            assert path.read_bytes() == (whole / path.name).read_bytes()
    process = spawn(0, workers, out, *dumps)
    _, message = process.communicate(timeout=60)
    assert process.returncode == 1, message
    assert "going on" in message
    for name in ("records.jsonl", "rejects.jsonl"):
        assert (out / name).read_bytes() == (whole / name).read_bytes()
    assert manifest(out) == manifest(whole)
    assert sorted(p.name for p in out.iterdir()) == ["manifest.json", "records.jsonl", "rejects.jsonl"]


def test_resume_goes_on_at_the_checkpoint_and_says_so(
    dump: Dump, tmp_path: Path, spawn: Spawn, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = dump(3000), tmp_path / "out"
    process = spawn(0.001, 1, out, path)
    checkpoint = out / ".paperfacts" / "checkpoint.json"
    _wait_for(checkpoint)
    process.kill()
    process.wait()
    state = json.loads(checkpoint.read_text())
    assert state["phase"] == "running"
    done = state["ledger"]["accounts"][0]["read"]
    assert 0 < done < 3000
    assert batch.run([path], out, workers=1, factory=Plain()) == 0
    assert f"going on in {out} after paper {done:,}." in capsys.readouterr().err
    assert json.loads((out / "manifest.json").read_text())["run"]["sessions"] == 2
    assert [r["source"]["index"] for r in lines(out / "records.jsonl")] == list(range(3000))


def test_finished_run_is_left_alone(dump: Dump, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = dump(titles=["a", "b", ""]), tmp_path / "out"
    path.write_text(path.read_text("utf-8") + "x\n", "utf-8")
    assert batch.run([path], out, workers=1, factory=Plain()) == 1
    before = {p.name: (p.read_bytes(), p.stat().st_mtime_ns, p.stat().st_ino) for p in out.iterdir()}
    assert batch.run([path], out, workers=2, factory=Plain()) == 1
    assert {p.name: (p.read_bytes(), p.stat().st_mtime_ns, p.stat().st_ino) for p in out.iterdir()} == before
    assert "is finished already" in capsys.readouterr().err


@pytest.mark.parametrize("step", range(1, 4))
def test_kill_between_the_renames(dump: Dump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    path, whole, out = dump(200), tmp_path / "whole", tmp_path / "out"
    batch.run([path], whole, workers=0, factory=Plain())
    real, renamed = Path.replace, 0

    def replace(self: Path, target: Path) -> Path:
        nonlocal renamed
        if target.parent == out:
            renamed += 1
            if renamed == step:
                raise SystemExit("killed")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(SystemExit):
        batch.run([path], out, workers=0, factory=Plain())
    monkeypatch.setattr(Path, "replace", real)
    assert not (out / "manifest.json").exists()
    assert batch.run([path], out, workers=0, factory=Plain()) == 0
    assert manifest(out) == manifest(whole)
    assert (out / "records.jsonl").read_bytes() == (whole / "records.jsonl").read_bytes()
    assert not (out / ".paperfacts").exists()


def stopped(dump: Dump, out: Path, spawn: Spawn) -> Path:
    """A run killed in the middle."""
    path = dump(3000)
    process = spawn(0.001, 1, out, path)
    _wait_for(out / ".paperfacts" / "checkpoint.json")
    process.kill()
    process.wait()
    return path


@pytest.mark.parametrize("finished", [False, True])
def test_changed_world_is_refused_by_name(
    dump: Dump, tmp_path: Path, spawn: Spawn, monkeypatch: pytest.MonkeyPatch, finished: bool
) -> None:
    out = tmp_path / "out"
    if finished:
        path = dump(500)
        batch.run([path], out, workers=1, factory=Plain())
    else:
        path = stopped(dump, out, spawn)
    before = content(out)
    original = path.read_bytes()

    def refused(match: str, **more: Any) -> None:
        with pytest.raises(UsageError, match=match) as caught:
            batch.run([path], out, **{"workers": 0, "factory": Plain(), **more})
        assert "--force" in str(caught.value)
        assert content(out).keys() == before.keys()

    path.write_bytes(original + b"\n")
    refused(r"papers\.jsonl changed \(\d+ bytes then")
    stamp = path.stat()
    path.write_bytes(original.replace(b"Net7", b"Net8", 1))
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    refused("same size, other content")
    path.write_bytes(original)
    refused(r"the rules changed \(plain then, other now\)", factory=Plain(hash="other"))
    refused("--limit changed", limit=7)
    with monkeypatch.context() as patch:
        patch.setattr(extract, "__version__", "9.9")
        refused("paperfacts changed .* 9.9 now")
    with monkeypatch.context() as patch:
        patch.setattr(output_module, "SCHEMA_VERSION", "2.0")
        refused("the record schema changed")
    before.pop(".paperfacts/lock", None)  # says nothing any more, now that an orderly run held it
    assert {name: data for name, data in content(out).items() if not name.endswith("lock")} == before
    assert batch.run([path], out, workers=0, factory=Plain(hash="other"), force=True) == 0
    assert manifest(out)["rules_hash"] == "other"


def test_files_that_are_not_ours_are_not_replaced(dump: Dump, tmp_path: Path) -> None:
    precious = tmp_path / "precious.jsonl"
    precious.write_text("mine\n")
    with pytest.raises(UsageError, match="no run of paperfacts wrote it"):
        batch.run([dump(3)], precious, workers=0, factory=Plain())
    assert precious.read_text() == "mine\n"
    assert {p.name for p in tmp_path.iterdir()} == {"precious.jsonl", "papers.jsonl"}


def test_outputs_changed_by_hand_are_noticed(dump: Dump, tmp_path: Path) -> None:
    path, out = dump(3), tmp_path / "out"
    batch.run([path], out, workers=0, factory=Plain())
    with (out / "records.jsonl").open("a") as more:
        more.write("{}\n")
    with pytest.raises(UsageError, match="was changed after"):
        batch.run([path], out, workers=0, factory=Plain())
    (out / "records.jsonl").unlink()
    assert batch.run([path], out, workers=0, factory=Plain()) == 0
    assert len(lines(out / "records.jsonl")) == 3


def test_two_runs_on_one_output_refuse_each_other(dump: Dump, tmp_path: Path, spawn: Spawn) -> None:
    path, out = dump(2000), tmp_path / "out"
    first = spawn(0.002, 1, out, path)
    _wait_for(out / ".paperfacts" / "lock")
    while not (out / ".paperfacts" / "lock").read_text():
        time.sleep(0.01)
    second = spawn(0, 1, out, path)
    _, message = second.communicate(timeout=20)
    assert second.returncode == 2
    assert f"Another run (process {first.pid}" in message
    assert first.poll() is None
    first.send_signal(signal.SIGINT)
    assert first.wait(10) == 130


def test_lock_of_a_dead_run_does_not_block(dump: Dump, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / ".paperfacts").mkdir(parents=True)
    (out / ".paperfacts" / "lock").write_text("process 1 on elsewhere\n")
    assert batch.run([dump(3)], out, workers=0, factory=Plain()) == 0
    with (tmp_path / "free").open("w") as free:
        fcntl.flock(free, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_seen_ids_follow_the_checkpoint(tmp_path: Path) -> None:
    path, records = tmp_path / "seen.sqlite", tmp_path / "records"
    records.write_text("".join(f'{{"id": "x{n}"}}\n' for n in range(50)))
    seen = Seen(path)
    assert all(seen.claim(f"x{n}", n) for n in range(40))
    assert not seen.claim("x7", 40)
    seen.commit()
    assert seen.claim("x40", 40)
    seen.close()
    for damage in (None, b"", b"no database at all" * 100):
        if damage is not None:
            path.write_bytes(damage)
        seen = Seen(path, count=40, records=records)
        assert seen.known("x39")
        assert not seen.known("x40")
        seen.commit()
        seen.close()


def _wait_for(path: Path, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < end, f"{path} did not come"
        time.sleep(0.02)
