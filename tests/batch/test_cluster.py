"""The Daft engine: the same bytes as the local one, on its native runner and on Ray, with workers killed."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from batch_factories import EngineKiller, Plain, Poisoned
from batch_helpers import manifest

from extract import batch
from extract.batch import parts as parts_module
from extract.batch.inputs import Reading, expand
from extract.batch.ledger import Ledger, RejectLimit
from extract.batch.parts import Part, convert_part, merged, plan
from extract.batch.pool import InProcess
from extract.batch.seen import Seen
from extract.errors import MissingExtraError, UsageError

Dump = Callable[..., Path]
SUPPORT = Path(__file__).parent / "support"

needs_daft = pytest.mark.skipif(importlib.util.find_spec("daft") is None, reason="needs the extra cluster")
needs_ray = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="needs Ray")


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts_module, "PAPERS", 60)


def messy(dump: Dump) -> list[Path]:
    """Two dumps with rejects of readers and converters, and duplicates over parts and dumps."""
    titles = [{5: "RAISE", 70: "", 90: "KILL"}.get(n, f"Net{n}") for n in range(200)]
    first = dump(titles=titles, name="a.jsonl")
    text = first.read_text("utf-8").splitlines(keepends=True)
    text[33], text[150] = "{torn\n", text[20]
    first.write_text("".join(text), "utf-8")
    return [first, dump(100, name="b.jsonl", first=180)]


def test_parts_merge_to_what_the_local_engine_writes(dump: Dump, tmp_path: Path) -> None:
    """Without Daft: cut, convert in any order, merge, from any place."""
    dumps = [str(path) for path in messy(dump)]
    factory = Plain()
    batch.run(dumps, tmp_path / "local", workers=0, factory=factory)
    files = expand(dumps)
    cut = plan(files, Reading(), None, str(tmp_path))
    assert [(p.dump, p.count) for p in cut] == [(0, 60), (0, 60), (0, 60), (0, 20), (1, 60), (1, 40)]
    assert [Part.from_json(p.to_json()) for p in cut] == cut
    with InProcess(factory) as pool:
        for part in reversed(cut):
            assert convert_part(part, Reading(), pool) == part.count
            assert convert_part(part, Reading(), pool) == 0  # it is there
    for already in (0, 1, 75, 203, 299):
        with closing(Seen()) as seen:
            ledger = Ledger(2, seen, RejectLimit())
            records, rejects = Bytes(), Bytes()
            for entries, outcomes, tally in merged(cut, ledger):
                take = already - ledger.whole.read
                if 0 < take < len(entries):  # stopped within a block, and resumed
                    del entries[take:], outcomes[take:]
                    ledger.enter(entries, outcomes, tally.__class__(), records, rejects)
                    break
                ledger.enter(entries, outcomes, tally, records, rejects)
            for entries, outcomes, tally in merged(cut, ledger):
                ledger.enter(entries, outcomes, tally, records, rejects)
            assert bytes(records) == (tmp_path / "local" / "records.jsonl").read_bytes()
            assert bytes(rejects) == (tmp_path / "local" / "rejects.jsonl").read_bytes()
            ledger.check()


class Bytes(bytearray):
    """Collects what is written."""

    def write(self, data: bytes) -> None:
        self.extend(data)


def test_limit_and_many_dumps(dump: Dump, tmp_path: Path) -> None:
    files = expand([str(dump(100, name=f"{n}.jsonl", first=100 * n)) for n in range(20)])
    assert [p.count for p in plan(files, Reading(), None, "x")] == [None] * 20
    assert [(p.dump, p.count) for p in plan(files, Reading(), 130, "x")] == [(0, 60), (0, 40), (1, 30)]


def test_a_remote_folder_gets_the_three_files(dump: Dump, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("fsspec")
    monkeypatch.chdir(tmp_path)
    target = f"file://{tmp_path}/bucket/records/"
    for _ in range(2):
        assert batch.run([dump(5)], target, workers=0, factory=Plain()) == 0
    there = tmp_path / "bucket" / "records"
    assert sorted(p.name for p in there.iterdir()) == ["manifest.json", "records.jsonl", "rejects.jsonl"]
    assert (there / "records.jsonl").read_bytes() == (tmp_path / "output/papers/records.jsonl").read_bytes()


def test_options_that_do_not_go_together(dump: Dump, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--address"):
        batch.run([dump(1)], "-", address="ray://x:1", factory=Plain())
    with pytest.raises(UsageError, match="standard output"):
        batch.run([dump(1)], "-", engine="daft", workers=0, factory=Plain())
    with pytest.raises(UsageError, match="standard input"):
        batch.run(["-"], tmp_path / "out", engine="daft", workers=0, factory=Plain())
    monkeypatch.setitem(sys.modules, "daft", None)
    with pytest.raises(MissingExtraError, match="cluster"):
        batch.run([dump(1)], tmp_path / "out", engine="daft", workers=0, factory=Plain())


SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
import batch_factories
from extract import batch
from extract.batch import parts
parts.PAPERS = 60
factory, memory, address, output, *dumps = sys.argv[2:]
if address == "auto":
    import ray
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
make = getattr(batch_factories, factory)
code = batch.run(dumps, output, workers=2, engine="daft", address=address or None, factory=make(memory), timeout=20)
raise SystemExit(code)
"""


def by_daft(factory: str, memory: Path, address: str, output: Path, dumps: list[Path]) -> int:
    """A run in a process of its own: Daft takes one runner a process."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(SUPPORT),
        "DAFT_ANALYTICS_ENABLED": "0",
        "RAY_AUTH_MODE": "disabled",
        "RAY_worker_niceness": "0",
    }
    command = [sys.executable, "-c", SCRIPT, str(SUPPORT), factory, str(memory), address, str(output), *map(str, dumps)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert "Traceback" not in done.stderr, done.stderr
    print(done.stderr)  # pytest shows it when the exit code is not the expected one
    return done.returncode


@needs_daft
def test_daft_on_this_machine_writes_the_same_bytes(dump: Dump, tmp_path: Path) -> None:
    dumps = messy(dump)
    assert batch.run(dumps, tmp_path / "local", workers=2, factory=Poisoned(str(tmp_path)), timeout=20) == 1
    assert by_daft("Poisoned", tmp_path, "", tmp_path / "daft", dumps) == 1
    same(tmp_path / "local", tmp_path / "daft")


@needs_daft
@pytest.mark.parametrize("address", ["", pytest.param("auto", marks=needs_ray)])
def test_a_killed_worker_of_the_engine_costs_nothing(dump: Dump, tmp_path: Path, address: str) -> None:
    dumps = [dump(titles=[f"{'KILLENGINE' if n == 100 else 'Net'} {n}" for n in range(300)])]
    assert by_daft("EngineKiller", tmp_path, address, tmp_path / "daft", dumps) == 0
    assert (tmp_path / "killed").exists()
    assert batch.run(dumps, tmp_path / "local", workers=1, factory=EngineKiller(str(tmp_path)), timeout=20) == 0
    same(tmp_path / "local", tmp_path / "daft")


def same(one: Path, other: Path) -> None:
    for name in ("records.jsonl", "rejects.jsonl"):
        assert (one / name).read_bytes() == (other / name).read_bytes()
    assert manifest(one) == manifest(other)
