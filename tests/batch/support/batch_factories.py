"""Converters for tests: importable inside a worker because `conftest.py` puts this folder on the path."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from extract.model import Method, Paper, Record, SourceRecord


@dataclass(frozen=True)
class Plain:
    """Records without facts, in microseconds; `pause` seconds each; `hash` stands for the rules."""

    pause: float = 0.0
    hash: str = "plain"

    def build(self) -> Callable[[Paper], Record]:
        def convert(paper: Paper) -> Record:
            if self.pause:
                time.sleep(self.pause)
            return record_of(paper)

        return convert

    def rules_hash(self) -> str:
        return self.hash


@dataclass(frozen=True)
class Poisoned:
    """Does what the title of a paper says; `memory` is a folder in which it remembers over deaths."""

    memory: str

    def build(self) -> Callable[[Paper], Record]:
        def convert(paper: Paper) -> Record:
            word = paper.title.partition(" ")[0]
            if word == "KILL":
                os.kill(os.getpid(), signal.SIGKILL)
            elif word == "KILLONCE":
                mark = Path(self.memory) / "died"
                if not mark.exists():
                    mark.touch()
                    os.kill(os.getpid(), signal.SIGKILL)
            elif word == "ABORT":
                os.abort()
            elif word == "SLEEP":
                time.sleep(1000)
            elif word == "SPIN":
                re.match(r"(a|aa)+$", "a" * 60 + "b")  # never ends, and holds the interpreter while it does not
            elif word == "RAISE":
                raise KeyError(paper.abstract)
            elif word == "INVALID":
                return Record.model_validate({"id": "", "title": 7})
            elif word == "MEMORY":
                raise MemoryError
            return record_of(paper)

        return convert

    def rules_hash(self) -> str:
        return "poisoned"


@dataclass(frozen=True)
class Together:
    """What another factory builds, asked for several papers at once, in two passes over them."""

    inner: Plain | Poisoned

    def build(self) -> Many:
        return Many(self.inner.build())

    def rules_hash(self) -> str:
        return "together"


@dataclass(frozen=True)
class Many:
    """Has `many` as the pipeline has."""

    convert: Callable[[Paper], Record]

    def __call__(self, paper: Paper) -> Record:
        return self.convert(paper)

    def many(self, papers: Sequence[Paper], at: Callable[[int], None]) -> list[Record | Exception]:
        found: list[Record | Exception] = []
        for _ in range(2):
            found.clear()
            for index, paper in enumerate(papers):
                at(index)
                try:
                    found.append(self.convert(paper))
                except Exception as error:
                    found.append(error)
        return found


@dataclass(frozen=True)
class Leaky:
    """Keeps `size` bytes of every paper, as spaCy's vocabulary does with new words."""

    size: int

    def build(self) -> Callable[[Paper], Record]:
        kept: list[bytearray] = []

        def convert(paper: Paper) -> Record:
            kept.append(bytearray(b"x" * self.size))
            return record_of(paper)

        return convert

    def rules_hash(self) -> str:
        return "leaky"


@dataclass(frozen=True)
class Pid:
    """Says which process converted a paper, and which process that one was forked from."""

    def build(self) -> Callable[[Paper], Record]:
        def convert(paper: Paper) -> Record:
            return record_of(paper).model_copy(update={"warnings": [str(os.getpid()), str(os.getppid())]})

        return convert

    def rules_hash(self) -> str:
        return "pid"


@dataclass(frozen=True)
class Unbuildable:
    """A pipeline that cannot be built."""

    def build(self) -> Callable[[Paper], Record]:
        raise ValueError("no such thing")

    def rules_hash(self) -> str:
        return ""


def record_of(paper: Paper) -> Record:
    methods = []
    if paper.title:
        word = paper.title.split()[0]
        start = paper.title.index(word)
        mention = {"field": "title", "start_char": start, "end_char": start + len(word), "text": word, "rule": "test.x"}
        methods = [Method.model_validate({"name": word, "confidence": 0.9, "role": "used", "mentions": [mention]})]
    source = paper.source
    return Record(
        id=paper.id,
        source=SourceRecord(
            dump=source.dump, format=source.format, index=source.index, line=source.line, byte_offset=source.byte_offset
        ),
        title=paper.title,
        abstract=paper.abstract,
        identifiers=dict(paper.identifiers),
        methods=methods,
        warnings=list(paper.warnings),
    )


@dataclass(frozen=True)
class KilledAtStart:
    """The process that builds the converter is killed while it does so, `times` times; `memory` counts them."""

    memory: str
    times: int

    def build(self) -> Callable[[Paper], Record]:
        for n in range(self.times):
            mark = Path(self.memory) / f"start-{n}"
            if not mark.exists():
                mark.touch()
                os.kill(os.getpid(), signal.SIGKILL)
        return record_of

    def rules_hash(self) -> str:
        return "killed-at-start"


@dataclass(frozen=True)
class EngineKiller:
    """Kills the process of the engine around us, once, at the paper whose title begins with KILLENGINE."""

    memory: str

    def build(self) -> Callable[[Paper], Record]:
        def convert(paper: Paper) -> Record:
            mark = Path(self.memory) / "killed"
            if paper.title.startswith("KILLENGINE") and not mark.exists():
                mark.touch()
                status = Path(f"/proc/{os.getppid()}/status").read_text()  # of the process that we were forked from
                os.kill(int(status.split("PPid:")[1].split()[0]), signal.SIGKILL)
                time.sleep(5)
            return record_of(paper)

        return convert

    def rules_hash(self) -> str:
        return "engine-killer"
