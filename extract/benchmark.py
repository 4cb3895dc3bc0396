"""`python -m extract.benchmark [DUMP]`: how fast this is, beside bare tokenisation and other tools, in one run.

Absolute figures belong to the machine; the ratio to `spacy.blank("en")` tokenising the same unseen text carries over,
so that is what `--check RATIO` guards. Unseen is what counts: a tokenizer remembers the chunks that it met, so every
text is given to each tool once. A dump that is too small is repeated with a tenth of its longer words changed.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from extract.model import Fields, Paper, Reject, to_json

_BLOCK = (
    100  # papers, as a worker gets them, before the other side has its turn: what disturbs the machine disturbs both
)
_WARM_UP = 0.5  # share of the papers before the clock starts: a tokenizer that is new to the language is slow
_LONG_WORD = re.compile(r"\b[a-z]{7,}\b")
_SAMPLE = Path(__file__).parent.parent / "output" / "sample" / "page.txt"


def papers_of(dump: str, count: int) -> list[Paper]:
    """The first `count` papers of a dump; when it holds fewer, repeated with variation."""
    from extract.readers import read

    found = [p for p in itertools.islice(read(dump), count) if isinstance(p, Paper)]
    if not found:
        raise SystemExit(f"{dump} holds no paper.")
    chance = random.Random(0)  # noqa: S311 - a benchmark, not a secret
    copies = itertools.chain.from_iterable(itertools.repeat(found))
    return [
        paper if n < len(found) else varied(paper, n, chance) for n, paper in enumerate(itertools.islice(copies, count))
    ]


def varied(paper: Paper, n: int, chance: random.Random) -> Paper:
    """Copy number `n` of a paper, with a tenth of its longer words changed, so that no tokenizer has met it."""

    def change(match: re.Match[str]) -> str:
        word = match.group()
        return word[:-2] + chr(97 + n % 26) + chr(97 + n // 26 % 26) + word[-2:] if chance.random() < 0.1 else word

    return replace(
        paper,
        title=_LONG_WORD.sub(change, paper.title),
        abstract=_LONG_WORD.sub(change, paper.abstract),
        identifiers={"arxiv": f"9901.{n:05d}"},
    )


def lines_of(papers: list[Paper]) -> list[bytes]:
    """The papers as JSONL, so that reading is measured the same for every dump."""
    return [
        json.dumps(
            {"id": next(iter(p.identifiers.values()), str(n)), "title": p.title, "abstract": p.abstract}
        ).encode()
        for n, p in enumerate(papers)
    ]


def against_tokenisation(lines: list[bytes], papers: list[Paper]) -> dict[str, float]:
    """CPU seconds a paper from JSONL to validated JSONL, and for bare tokenisation, turn about on the same text."""
    import gc

    import spacy

    from extract.batch.convert import tidy
    from extract.pipeline import Pipeline

    bare = spacy.blank("en")
    pipeline = Pipeline()
    gc.disable()
    tidy()
    spent = {"paperfacts": 0.0, "bare tokenisation": 0.0}
    written = counted = 0
    for start in range(0, len(papers), _BLOCK):
        block = slice(start, start + _BLOCK)
        begin = time.process_time()
        for fields in pipeline.plain_many([_read_line(line) for line in lines[block]]):
            written += len(to_json(_made(fields))) + 1
        tidy()  # as a worker does
        middle = time.process_time()
        for paper in papers[block]:
            bare.make_doc(f"{paper.title}\n\n{paper.abstract}")
        end = time.process_time()
        if start >= _WARM_UP * len(papers):
            counted += len(papers[block])
            spent["paperfacts"] += middle - begin
            spent["bare tokenisation"] += end - middle
    gc.enable()
    gc.unfreeze()
    return {name: seconds / counted for name, seconds in spent.items()}


@lru_cache(maxsize=1)
def _reader() -> Callable[[bytes], Paper | Reject]:
    from io import BytesIO

    from extract.readers import Dump
    from extract.readers.jsonl import paper_of_json
    from extract.readers.streams import ByteStream

    dump = Dump(ByteStream(BytesIO(), "-"), "benchmark.jsonl", "jsonl")
    return lambda line: paper_of_json(dump, line, 1, 0)


def _read_line(line: bytes) -> Paper:
    found = _reader()(line)
    assert isinstance(found, Paper)
    return found


def _made(fields: Fields | Exception) -> Fields:
    if isinstance(fields, Exception):
        raise fields
    return fields


def stages(lines: list[bytes]) -> dict[str, float]:
    """CPU seconds a paper by stage, on a pipeline of its own (so that the text is unseen again)."""
    import extract.pipeline as module

    pipeline = module.Pipeline()
    spent: dict[str, float] = defaultdict(float)

    def timed(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            begin = time.process_time()
            try:
                return call(*args, **kwargs)
            finally:
                spent[name] += time.process_time() - begin

        return run

    # Stands for the pipeline's `Language`: the same parts, each with a clock.
    parts: list[tuple[str, Any]] = []
    for name, stage in pipeline.nlp.pipeline:
        label = name.removeprefix("paperfacts_")
        steps = getattr(stage, "steps", None)
        parts.append((name, SimpleNamespace(steps=[timed(label, s) for s in steps]) if steps else timed(label, stage)))
    pipeline.nlp = SimpleNamespace(make_doc=timed("tokenise", pipeline.nlp.make_doc), pipeline=parts)  # type: ignore[assignment]
    pipeline.assemble.fields = timed("assemble", pipeline.assemble.fields)  # type: ignore[method-assign]
    read, write = timed("read a line", _read_line), timed("write a line", to_json)
    with ExitStack() as patches:
        for name, label in (("clean", "clean"), ("split_sentences", "sentences"), ("checked", "validate")):
            patches.enter_context(mock.patch.object(module, name, timed(label, getattr(module, name))))
        counted = 0
        for start in range(0, len(lines), _BLOCK):
            if start < _WARM_UP * len(lines):
                spent.clear()
                counted = 0
            for fields in pipeline.plain_many([read(line) for line in lines[start : start + _BLOCK]]):
                write(_made(fields))
                counted += 1
    return {name: seconds / counted for name, seconds in spent.items()}


def runs(lines: list[bytes], workers: tuple[int, ...]) -> Iterator[tuple[int, dict[str, Any], float]]:
    """Whole runs of the command: workers, the manifest's `run`, and seconds of the whole process."""
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "benchmark.jsonl"
        dump.write_bytes(b"\n".join(lines) + b"\n")
        for number in workers:
            out = Path(folder) / f"out{number}"
            seconds = _command("run", str(dump), "-o", str(out), "--workers", str(number))
            yield number, json.loads((out / "manifest.json").read_bytes())["run"], seconds


def start_up(lines: list[bytes]) -> dict[str, float]:
    """Seconds of whole processes, the median of three."""
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "hundred.jsonl"
        dump.write_bytes(b"\n".join(lines[:100]) + b"\n")

        def median(call: Callable[[], float]) -> float:
            return statistics.median(call() for _ in range(3))

        return {
            "import spacy": median(lambda: _python("import spacy")),
            "paperfacts --help": median(lambda: _command("--help")),
            "import and build the pipeline": median(lambda: _python("import extract; extract.Pipeline()")),
            "100 abstracts": median(lambda: _command("run", str(dump), "-o", f"{folder}/out", "--force")),
        }


def _python(code: str) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603
    return time.perf_counter() - begin


def _command(*arguments: str) -> float:
    begin = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "extract", *arguments], capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode not in (0, 1):
        raise SystemExit(f"paperfacts {' '.join(arguments)} failed: {done.stderr.strip()}")
    return time.perf_counter() - begin


def peers(texts: list[str]) -> Iterator[tuple[str, float]]:
    """Papers a second of other tools for parts of the task, those that are installed."""
    for name, make in _PEERS.items():
        try:
            call = make()
        except (ImportError, OSError):
            continue
        call(texts[0])
        begin, done = time.process_time(), 0
        for text in texts[1:]:
            call(text)
            done += 1
            if time.process_time() - begin > 10:
                break
        yield name, done / max(time.process_time() - begin, 1e-9)


def _quantulum() -> Callable[[str], Any]:
    from quantulum3 import parser  # type: ignore[import-not-found, unused-ignore]

    return parser.parse  # type: ignore[no-any-return, unused-ignore]


def _urlextract() -> Callable[[str], Any]:
    from urlextract import URLExtract  # type: ignore[import-not-found, unused-ignore]

    return URLExtract().find_urls  # type: ignore[no-any-return, unused-ignore]


def _linkify() -> Callable[[str], Any]:
    from linkify_it import LinkifyIt  # type: ignore[import-not-found, unused-ignore]

    return LinkifyIt().match  # type: ignore[no-any-return, unused-ignore]


def _small_model() -> Callable[[str], Any]:
    import spacy

    return spacy.load("en_core_web_sm")


_PEERS: dict[str, Callable[[], Callable[[str], Any]]] = {
    "quantulum3 (quantities)": _quantulum,
    "URLExtract (links)": _urlextract,
    "linkify-it-py (links)": _linkify,
    "en_core_web_sm (entities)": _small_model,
}


def main(arguments: list[str] | None = None) -> int:
    """Measure, print Markdown tables; 1 when `--check` is not met."""
    parser = argparse.ArgumentParser(prog="python -m extract.benchmark", description=__doc__)
    parser.add_argument("dump", nargs="?", default=str(_SAMPLE), help="any dump; default: the sample of the repository")
    parser.add_argument(
        "--papers", type=int, default=1000, help="how many (default 1000); repeated when there are fewer"
    )
    parser.add_argument(
        "--check", type=float, metavar="RATIO", help="only measure the ratio to bare tokenisation; fail under RATIO"
    )
    options = parser.parse_args(arguments)
    if not Path(options.dump).exists():
        parser.error(f"there is no dump {options.dump}; give one of yours")
    papers = papers_of(options.dump, max(options.papers, 2 * _BLOCK))
    lines = lines_of(papers)
    size = sum(len(line) + 1 for line in lines)
    spent = against_tokenisation(lines, papers)
    ratio = spent["bare tokenisation"] / spent["paperfacts"]
    _table(
        f"One core, {len(papers):,} papers of {size / len(lines) / 1000:.1f} kB, turn about; the second half counts",
        ("", "µs a paper", "papers/s", "MB/s", "speed"),
        [
            (name, f"{s * 1e6:.0f}", f"{1 / s:,.0f}", f"{size / len(lines) / s / 1e6:.2f}",
             f"{spent['bare tokenisation'] / s:.2f}")
            for name, s in spent.items()
        ],
    )  # fmt: skip
    if options.check is not None:
        verdict = "holds" if ratio >= options.check else "is MISSED"
        print(f"Ratio to bare tokenisation {ratio:.2f}; the floor of {options.check:g} {verdict}.")
        return 0 if ratio >= options.check else 1
    by_stage = stages(lines)
    whole = sum(by_stage.values())
    _table(
        "Where the time goes",
        ("stage", "µs a paper", "share"),
        [(name, f"{s * 1e6:.0f}", f"{s / whole:.0%}") for name, s in sorted(by_stage.items(), key=lambda x: -x[1])],
    )
    rows, first = [], 0.0
    for number, run, seconds in runs(lines, (1, 2)):
        rate = run["papers_per_second"]
        first = first or rate
        memory = (f"{run[key] / 1e6:.0f}" for key in ("peak_memory_bytes", "peak_memory_workers_bytes"))
        rows.append((str(number), f"{rate:,.0f}", f"{rate / first:.2f}", f"{seconds:.1f}", *memory))
    _table(
        f"`paperfacts run`, {len(lines):,} papers",
        ("workers", "papers/s", "times one", "whole process, s", "peak memory, MB", "of a worker, MB"),
        rows,
    )
    started = start_up(lines)
    _table(
        "Start-up",
        ("", "seconds", "times `import spacy`"),
        [(name, f"{s:.2f}", f"{s / started['import spacy']:.1f}") for name, s in started.items()],
    )
    others = list(peers([f"{p.title}\n\n{p.abstract}" for p in papers[:200]]))
    ours = 1 / spent["paperfacts"]
    _table(
        "Other tools, each for its part of the task",
        ("", "papers/s", "paperfacts, the whole task, is times as fast"),
        [(name, f"{rate:,.0f}", f"{ours / rate:.1f}") for name, rate in others],
    )
    return 0


def _table(title: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    if not rows:
        return
    print(f"\n**{title}**\n")
    print("| " + " | ".join(head) + " |")
    print("|" + "|".join(" --- " if n == 0 else " ---: " for n in range(len(head))) + "|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
