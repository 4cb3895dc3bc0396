"""The process that builds the pipeline once and forks workers from it (`python -m extract.batch.nursery FD`).

Forking from a clean, single-threaded process that holds nothing but the ready pipeline makes a worker in about 20 ms
with its memory shared, so a worker can be replaced as often as memory or a crash demands; a fork of the command's own
process would copy the threads and locks of whatever library reads the dump.
"""

from __future__ import annotations

import gc
import mmap
import os
import pickle
import select
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from types import ModuleType
from typing import Any

from extract.batch.books import Tally
from extract.batch.convert import convert_all, tidy
from extract.batch.wire import unpack

COMMAND = struct.Struct("=cq")  # what to do and a process id: b"F" fork, b"R" reap
BEAT = struct.Struct("=qd")  # index of the paper in work (-1 none) and the monotonic time when it was begun
IDLE = -1
_QUIET = 10.0  # seconds without a request


def main(fd: int, *, ahead: bool = False) -> None:
    """Serve the parent at the other end of `fd` until it goes away; `ahead`: import before it says what to build."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    gc.disable()  # next to nothing of what is built is garbage, and looking for it takes a sixth of the time
    control = socket.socket(fileno=fd)
    hello = Connection(os.dup(fd))
    if ahead:
        with _without_commands():
            import extract.pipeline  # noqa: F401
    try:
        paths, blob = pickle.loads(hello.recv_bytes())  # noqa: S301 - from our own parent, over a private socket
    except (EOFError, OSError):
        return
    sys.path[:] = paths
    try:
        factory = pickle.loads(blob)  # noqa: S301
        with _without_commands():
            convert = factory.build()
        answer: tuple[str, Any] = ("ready", factory.rules_hash())
    except BaseException as error:
        answer = ("error", (type(error).__name__, str(error), getattr(error, "exit_code", None)))
    try:
        hello.send_bytes(pickle.dumps(answer))
    except OSError:
        return  # the parent is gone
    finally:
        hello.close()
    if answer[0] == "error":
        return
    gc.freeze()  # the pipeline is never garbage: keeps the collector, and so copy-on-write, off its pages
    gc.enable()
    children: set[int] = set()
    try:
        _serve(control, convert, children, getattr(factory, "warm", None))
    except OSError:
        pass  # the parent is gone
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
        for child in children:
            os.waitpid(child, 0)  # so that what they used counts in the parent's books


@contextmanager
def _without_commands() -> Iterator[None]:
    """Import spaCy without its command line, whose `httpx`, `requests` and project tools take a third of the time."""
    names = ("spacy.cli", "spacy.cli.info")
    if "spacy" not in sys.modules:
        for name in names:
            stand_in = ModuleType(name)
            stand_in.__dict__.update(__path__=[], info=None)
            sys.modules[name] = stand_in
    try:
        yield
    finally:
        for name in names:
            if getattr(sys.modules.get(name), "__file__", None) is None:
                sys.modules.pop(name, None)  # who wants the real one gets it


def _serve(control: socket.socket, convert: Any, children: set[int], warm: Callable[[], None] | None) -> None:
    """Fork and reap; what short runs do not need (`warm`) is made ready in the first quiet moment of a long one."""
    while True:
        if warm is not None and children and not select.select([control], [], [], _QUIET)[0]:
            warm()
            warm = None
            gc.freeze()
            continue
        message, fds, _, _ = socket.recv_fds(control, COMMAND.size, 2)
        if len(message) < COMMAND.size:
            return
        what, pid = COMMAND.unpack(message)
        if what == b"F":
            pid = os.fork()
            if pid == 0:
                try:
                    control.close()
                    _work(Connection(fds[0]), mmap.mmap(fds[1], BEAT.size), convert)
                finally:
                    os._exit(0)
            for fd in fds:
                os.close(fd)
            children.add(pid)
        elif pid in children:  # else: forked by a nursery before us
            # Until here the dead child's id could not be given to a stranger, so the parent's kill was safe.
            os.waitpid(pid, 0)
            children.discard(pid)
        control.sendall(COMMAND.pack(what, pid))


def _work(connection: Connection, beat: mmap.mmap, convert: Any) -> None:
    gc.disable()  # rounds of the collector come between blocks
    while True:
        BEAT.pack_into(beat, 0, IDLE, 0.0)
        try:
            papers = unpack(connection.recv_bytes())
        except (EOFError, OSError):
            return
        tally = Tally()
        outcomes = convert_all(convert, papers, tally, _beating(beat, len(papers)))
        BEAT.pack_into(beat, 0, IDLE, 0.0)
        try:
            connection.send_bytes(pickle.dumps((outcomes, tally), pickle.HIGHEST_PROTOCOL))
        except OSError:
            return
        del papers, outcomes, tally
        tidy()


def _beating(beat: mmap.mmap, papers: int) -> Callable[[int], None]:
    """What notes in `beat` the paper in work and when it would have begun, had no other one been taken up between."""
    spent = [0.0] * papers
    current, since = 0, time.monotonic()

    def at(index: int) -> None:
        nonlocal current, since
        now = time.monotonic()
        spent[current] += now - since
        current, since = index, now
        BEAT.pack_into(beat, 0, index, now - spent[index])

    return at


if __name__ == "__main__":
    main(int(sys.argv[1]), ahead=sys.argv[2:] == ["ahead"])
    os._exit(0)  # the parent waits; taking spaCy apart object by object would keep it 40 ms
