"""Worker processes seen from the parent: blocks of papers out, finished lines back, in order.

One block is with a worker at a time (two would let both ends block on full sockets), the next ones lie ready. A worker
writes into a shared page which paper it is at, so that the parent knows what killed it or what it is stuck in, C code
included. A paper that was in work when a worker died is tried alone; if that worker dies too, the paper is a reject.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import pickle
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any, Protocol

from extract.batch import spawn
from extract.batch.books import Tally
from extract.batch.convert import Convert, Line, Outcome, PipelineFactory, convert_all, reject
from extract.batch.nursery import BEAT, COMMAND, IDLE
from extract.batch.wire import pack
from extract.errors import PaperfactsError
from extract.model import Paper, Reject

RECYCLE = 10_000  # papers a worker converts before it is replaced: spaCy's lexemes grow by about 2 kB a paper
BLOCK_PAPERS = 100  # transport costs under 2% of the work from here on
BLOCK_CHARS = 256_000  # a block of long papers is closed earlier, so that memory follows record size
_SHARE = 25  # papers for which one more worker pays: it compiles for itself what patterns they need
_POLL = 0.1  # seconds between looks at the clock
_STARTS = 3  # times that the process which forks the workers may die before it is ready
_DEATHS = 20  # workers in a row that died without finishing one paper: then it is not the papers


class Factory(Protocol):
    """Builds a converter inside a worker; must be picklable."""

    def build(self) -> Convert:
        """The function from Paper to Record."""
        ...

    def rules_hash(self) -> str:
        """What changes when the converter would give other records."""
        ...


class WorkersError(PaperfactsError):
    """The worker processes cannot be started or kept alive."""

    exit_code = 1


@dataclass(slots=True)
class _Job:
    """One block in order: the entries as read, what became of the papers among them, and their tally."""

    entries: Sequence[Paper | Reject]
    outcomes: list[Outcome | None]
    missing: int
    tally: Tally = field(default_factory=Tally)


@dataclass(slots=True)
class _Task:
    """Papers for one worker, with the place of each in its job."""

    job: _Job
    places: list[int]
    papers: list[Paper]
    alone: bool = False


@dataclass(slots=True)
class _Worker:
    pid: int
    connection: Connection
    beat: mmap.mmap
    task: _Task | None = None
    converted: int = 0
    overdue: float | None = None  # start time of a paper that was over the limit at the last look


Block = tuple[Sequence[Paper | Reject], list[Outcome], Tally]


class Pool:
    """`workers` processes; use as a context manager. `timeout` is seconds a paper may take."""

    def __init__(
        self, factory: Factory | None = None, workers: int = 1, *, timeout: float = 30.0, recycle: int | None = None
    ) -> None:
        self._factory: Factory = factory or PipelineFactory()
        self._limit = workers
        self._timeout = timeout
        self._recycle = recycle or RECYCLE
        self._workers: list[_Worker] = []
        self._tasks: deque[_Task] = deque()
        self._deaths = 0
        self._nursery: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._rules_hash: str | None = None
        self._launch()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def rules_hash(self) -> str:
        """Waits until the pipeline stands; raises what building it raised (RuleError) as a PaperfactsError."""
        if self._rules_hash is None:
            self._rules_hash = self._hear()
        return self._rules_hash

    def map(
        self, blocks: Iterator[Sequence[Paper | Reject]], tick: Callable[[], None] = lambda: None
    ) -> Iterator[Block]:
        """Blocks with their outcomes, in order. Entries that are rejects already pass through; `tick` is called often.

        At most three blocks a worker are held at a time.
        """
        self.rules_hash()
        pending: deque[_Job] = deque()
        more = True
        while True:
            while pending and not pending[0].missing:
                job = pending.popleft()
                yield job.entries, [o for o in job.outcomes if o is not None], job.tally
            if more and len(pending) < 3 * self._limit:
                block = next(blocks, None)
                if block is None:
                    more = False
                else:
                    pending.append(self._accept(block))
                self._step(0)
            elif not pending:
                return
            else:
                self._step(_POLL)
            tick()

    def close(self) -> None:
        """Stop at once; nothing is left behind."""
        for worker in self._workers:
            worker.connection.close()
            worker.beat.close()
        self._workers.clear()
        self._tasks.clear()
        if self._control is not None:
            self._control.close()  # the nursery sees the end, kills its workers and leaves
            self._control = None
        if self._nursery is not None:
            try:
                self._nursery.wait(2)
            except subprocess.TimeoutExpired:
                self._nursery.kill()
                self._nursery.wait()
            self._nursery = None

    # -- the nursery

    def _stop_nursery(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._nursery is not None:
            self._nursery.kill()
            self._nursery.wait()

    def _launch(self) -> None:
        self._nursery, self._control = spawn.take()
        hello = Connection(os.dup(self._control.fileno()))
        with contextlib.suppress(OSError):  # it died at once: `_hear` sees that
            hello.send_bytes(pickle.dumps((sys.path, pickle.dumps(self._factory))))
        hello.close()

    def _hear(self) -> str:
        """What the nursery says when its pipeline stands; one that was killed before is started again, twice."""
        for _ in range(_STARTS):
            assert self._control is not None
            hello = Connection(os.dup(self._control.fileno()))
            try:
                kind, value = pickle.loads(hello.recv_bytes())  # noqa: S301 - from our own child
                break
            except (EOFError, OSError):
                self._stop_nursery()
                self._launch()
            finally:
                hello.close()
        else:
            raise WorkersError("The worker process died while it was starting; is there enough memory?")
        if kind == "ready":
            return str(value)
        name, message, exit_code = value
        if exit_code is None:
            raise WorkersError(
                f"The pipeline could not be built ({name}: {message}); `paperfacts rules test` may help."
            )
        error = PaperfactsError(message)
        error.exit_code = exit_code
        raise error

    def _command(self, what: bytes, pid: int = 0, fds: Sequence[int] = ()) -> int:
        """Have the nursery fork or reap; a nursery that died is replaced (its workers go on, orphaned)."""
        for _ in range(3):
            try:
                assert self._control is not None
                socket.send_fds(self._control, [COMMAND.pack(what, pid)], list(fds))
                answer = self._control.recv(COMMAND.size, socket.MSG_WAITALL)
                if len(answer) == COMMAND.size:
                    return int(COMMAND.unpack(answer)[1])
            except OSError:
                pass
            if what == b"R":
                return pid  # the system reaps an orphan
            self._stop_nursery()
            self._launch()
            self._hear()
        raise WorkersError("Worker processes cannot be started (the process that forks them keeps dying).")

    def _hire(self) -> _Worker:
        ours, theirs = socket.socketpair()
        with tempfile.TemporaryFile() as page:
            page.truncate(BEAT.size)
            beat = mmap.mmap(page.fileno(), BEAT.size)
            BEAT.pack_into(beat, 0, IDLE, 0.0)
            pid = self._command(b"F", 0, (theirs.fileno(), page.fileno()))
        theirs.close()
        worker = _Worker(pid, Connection(ours.detach()), beat)
        self._workers.append(worker)
        return worker

    def _dismiss(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        worker.connection.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker.pid, signal.SIGKILL)
        worker.beat.close()
        self._command(b"R", worker.pid)

    # -- the work

    def _accept(self, block: Sequence[Paper | Reject]) -> _Job:
        places = [i for i, entry in enumerate(block) if isinstance(entry, Paper)]
        outcomes: list[Outcome | None] = [None if isinstance(e, Paper) else e for e in block]
        job = _Job(block, outcomes, len(places))
        # Workers that have nothing to do share the first block; from then on each takes a whole one.
        idle = self._limit - len(self._tasks) - sum(w.task is not None for w in self._workers)
        share = max(_SHARE, -(-len(places) // max(1, idle)))
        for start in range(0, len(places), share):
            part = places[start : start + share]
            self._tasks.append(_Task(job, part, [block[i] for i in part]))  # type: ignore[misc]
        return job

    def _step(self, timeout: float) -> None:
        """Give work to idle workers, take finished work, look at the clock."""
        while self._tasks:
            worker = next((w for w in self._workers if w.task is None), None)
            if worker is None:
                if len(self._workers) >= self._limit:
                    break
                worker = self._hire()
            worker.task = self._tasks.popleft()
            try:
                worker.connection.send_bytes(pack(worker.task.papers))
            except OSError:
                self._lost(worker)
        busy: dict[Any, _Worker] = {w.connection: w for w in self._workers if w.task is not None}
        for connection in wait(list(busy), timeout):
            worker = busy[connection]
            try:
                outcomes, tally = pickle.loads(worker.connection.recv_bytes())  # noqa: S301 - from our own child
            except (EOFError, OSError):
                self._lost(worker)
            else:
                self._finished(worker, outcomes, tally)
        self._watch()

    def _finished(self, worker: _Worker, outcomes: list[Outcome], tally: Tally) -> None:
        task = worker.task
        assert task is not None
        for place, outcome in zip(task.places, outcomes, strict=True):
            task.job.outcomes[place] = outcome
        task.job.missing -= len(outcomes)
        task.job.tally.update(tally)
        worker.task = None
        worker.converted += len(outcomes)
        self._deaths = 0
        if worker.converted >= self._recycle:
            self._dismiss(worker)

    def _watch(self) -> None:
        for worker in list(self._workers):
            if worker.task is None:
                continue
            index, begun = _at(worker)
            if index == IDLE or time.monotonic() - begun < self._timeout:
                worker.overdue = None
            elif worker.overdue != begun:
                worker.overdue = begun  # look twice: after a pause of the whole machine the worker may be done at once
            else:
                self._lost(worker, late=True)

    def _lost(self, worker: _Worker, *, late: bool = False) -> None:
        """A worker died, or is killed here because its paper takes too long: settle its task."""
        task = worker.task
        assert task is not None
        index, _ = _at(worker)
        self._dismiss(worker)
        if not late:
            self._deaths += 1
            if self._deaths >= _DEATHS:
                raise WorkersError(f"{_DEATHS} worker processes died in a row; is there enough memory?")
        if index == IDLE or index >= len(task.papers):
            self._tasks.appendleft(task)  # killed between papers: nobody's fault
            return
        paper = task.papers[index]
        if late:
            self._settle(task, index, reject(paper, "timeout", f"Not done after {self._timeout:g} seconds."))
        elif task.alone:
            message = "A worker process died on this paper, and again when it was tried alone."
            self._settle(task, index, reject(paper, "worker-died", message))
        after = slice(index + 1, None)
        parts = [_Task(task.job, task.places[:index], task.papers[:index])]
        if not late and not task.alone:
            parts.append(_Task(task.job, [task.places[index]], [paper], alone=True))
        parts.append(_Task(task.job, task.places[after], task.papers[after]))
        self._tasks.extendleft(part for part in reversed(parts) if part.papers)

    @staticmethod
    def _settle(task: _Task, index: int, outcome: Outcome) -> None:
        task.job.outcomes[task.places[index]] = outcome
        task.job.missing -= 1


def _at(worker: _Worker) -> tuple[int, float]:
    """Which paper a worker is at and since when.

    A page that is being written is seen with zeros in it: without a time nothing has begun.
    """
    index, begun = BEAT.unpack_from(worker.beat, 0)
    return (index, begun) if begun else (IDLE, 0.0)


class InProcess:
    """The same interface without a worker process: for engines that bring their own, and for profiling.

    There is no guard here: a paper that kills or hangs the process does so.
    """

    def __init__(self, factory: Factory | None = None) -> None:
        self._factory: Factory = factory or PipelineFactory()
        self._convert: Convert | None = None

    def __enter__(self) -> InProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def rules_hash(self) -> str:
        """Builds the pipeline."""
        if self._convert is None:
            self._convert = self._factory.build()
        return self._factory.rules_hash()

    def map(
        self, blocks: Iterator[Sequence[Paper | Reject]], tick: Callable[[], None] = lambda: None
    ) -> Iterator[Block]:
        """Blocks with their outcomes, in order."""
        self.rules_hash()
        assert self._convert is not None
        for block in blocks:
            tally = Tally()
            done = iter(convert_all(self._convert, [entry for entry in block if isinstance(entry, Paper)], tally))
            yield block, [next(done) if isinstance(entry, Paper) else entry for entry in block], tally
            tick()

    def close(self) -> None:
        """Nothing to stop."""


def blocks_of(entries: Iterator[Paper | Reject]) -> Iterator[list[Paper | Reject]]:
    """Entries in blocks of at most 100 and about 256,000 characters."""
    block: list[Paper | Reject] = []
    size = 0
    for entry in entries:
        block.append(entry)
        if isinstance(entry, Paper):
            size += len(entry.title) + len(entry.abstract) + len(entry.comment or "")
        if len(block) >= BLOCK_PAPERS or size >= BLOCK_CHARS:
            yield block
            block, size = [], 0
    if block:
        yield block


__all__ = ["Block", "Factory", "InProcess", "Line", "Pool", "WorkersError", "blocks_of"]
