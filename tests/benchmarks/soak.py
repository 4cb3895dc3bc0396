"""A long run with kills in between, through the command and the whole pipeline, held against an unbroken one.

    python tests/benchmarks/soak.py DUMP [--papers 200000] [--unbroken 100000] [--kills 30] [--workers 2]

The dump is repeated, with a letter changed in every tenth longer word. The first `--unbroken` papers are converted in
one go, and the memory of parent and workers is looked at every second: the table gives the peaks of each quarter. Then
all papers are converted while a worker or the whole run is killed (SIGKILL) after a random time, again and again, and
the same command started anew. The records of the two must be equal byte for byte as far as the first goes, and every
paper must be there once and in order, as a record or (a copy that the variation left as it was) as a reject. Exit
code 1 when they are not.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import orjson

from extract.benchmark import varied
from extract.model import Paper
from extract.readers import read

QUARTERS = 4


def write_dump(source: str, papers: int, target: Path) -> None:
    """`papers` lines of id, title and abstract: the papers of the source over and over, with variation."""
    found = [p for p in read(source) if isinstance(p, Paper)]
    chance = random.Random(0)
    with target.open("wb") as out:
        for n, paper in enumerate(itertools.islice(itertools.cycle(found), papers)):
            given = paper if n < len(found) else varied(replace(paper, comment=None), n, chance)
            out.write(orjson.dumps({"id": f"soak-{n}", "title": given.title, "abstract": given.abstract}) + b"\n")


def command(dump: Path, output: Path, workers: int, *more: str) -> list[str]:
    """The run that a user would start."""
    run = [sys.executable, "-m", "extract", "run", str(dump), "-o", str(output), "--workers", str(workers)]
    return [*run, "--progress", "none", *more]


def family(root: int) -> dict[int, int]:
    """Resident memory in bytes of a process and all below it, by process."""
    children: dict[int, list[int]] = defaultdict(list)
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            stat = entry.read_text()
        except OSError:
            continue
        children[int(stat.rpartition(")")[2].split()[1])].append(int(entry.parent.name))
    sizes: dict[int, int] = {}
    todo = [root]
    while todo:
        pid = todo.pop()
        try:
            sizes[pid] = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except OSError:
            continue
        todo += children[pid]
    return sizes


def unbroken(run: list[str], records: Path, papers: int) -> None:
    """One run in one go; prints the peaks of memory by quarters of the records written."""
    begun = time.monotonic()
    process = subprocess.Popen(run)
    peaks: dict[int, list[int]] = {}
    part = records.parent / ".paperfacts" / "records.jsonl.part"
    total = 0
    while process.poll() is None:
        time.sleep(1)
        sizes = family(process.pid)
        size = part.stat().st_size if part.exists() else 0
        total = max(total, size)
        peak = peaks.setdefault(size, [0, 0])
        peak[0] = max(peak[0], sizes.pop(process.pid, 0))
        peak[1] = max(peak[1], max(sizes.values(), default=0))
    print(f"unbroken: {papers} papers in {time.monotonic() - begun:.0f} s, exit code {process.returncode}", flush=True)
    for quarter in range(QUARTERS):
        rows = [p for size, p in peaks.items() if size and quarter <= QUARTERS * size / (total + 1) < quarter + 1]
        if rows:
            parent, worker = (max(row[i] for row in rows) / 1e6 for i in (0, 1))
            print(f"  quarter {quarter + 1}: parent {parent:.0f} MB, largest worker {worker:.0f} MB", flush=True)


def with_kills(run: list[str], records: Path, kills: int, pause: float) -> None:
    """The run, killed `kills` times after up to `pause` seconds each, then left alone until it is done."""
    chance = random.Random(1)
    done = 0
    while True:
        process = subprocess.Popen(run, start_new_session=True)
        try:
            while done < kills:
                process.wait(chance.uniform(1, pause))
                break
        except subprocess.TimeoutExpired:
            done += 1
            below = [pid for pid in family(process.pid) if pid != process.pid]
            if below and done % 2:
                victim = chance.choice(below)  # a worker, or the process that forks them: the run goes on by itself
                print(f"kill {done}: a process below", flush=True)
                try:
                    os.kill(victim, signal.SIGKILL)
                    process.wait(pause / 2)
                except (ProcessLookupError, subprocess.TimeoutExpired):
                    pass
            if process.poll() is None:
                print(f"kill {done}: the run", flush=True)
                process.kill()
        code = process.wait()
        if records.exists():
            print(f"killed {done} times, exit code {code}", flush=True)
            return


def same(whole: Path, broken: Path, papers: int) -> bool:
    """Whether the second file begins with the first, and holds every paper once and in order."""
    with whole.open("rb") as one, broken.open("rb") as other:
        equal = all(line == next(other, b"") for line in one)
    with broken.open("rb") as lines:
        records = [orjson.loads(line)["source"]["index"] for line in lines]
    with broken.with_name("rejects.jsonl").open("rb") as lines:
        rejects = [orjson.loads(line)["index"] for line in lines]
    once = records == sorted(records) and rejects == sorted(rejects) and sorted(records + rejects) == [*range(papers)]
    print(f"first part byte-identical: {equal}; every paper once and in order, as record or as reject: {once}")
    print(f"{len(records)} records, {len(rejects)} rejects (copies that the variation left as they were)")
    return equal and once


def main() -> int:
    """Run the soak; the exit code says whether it held."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("dump")
    parser.add_argument("--papers", type=int, default=200_000)
    parser.add_argument("--unbroken", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--pause", type=float, default=40.0, help="seconds between two kills, at most")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        dump, whole, broken = (Path(folder) / name for name in ("soak.jsonl", "whole", "broken"))
        write_dump(given.dump, given.papers, dump)
        limit = ("--limit", str(given.unbroken))
        unbroken(command(dump, whole, given.workers, *limit), whole / "records.jsonl", given.unbroken)
        with_kills(command(dump, broken, given.workers), broken / "records.jsonl", given.kills, given.pause)
        return 0 if same(whole / "records.jsonl", broken / "records.jsonl", given.papers) else 1


if __name__ == "__main__":
    raise SystemExit(main())
