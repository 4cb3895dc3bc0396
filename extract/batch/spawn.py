"""Starts the process that builds the pipeline; a command may start it before it knows what to ask of it.

This module imports next to nothing, so that `paperfacts run` can have the other core import spaCy while its own
process still imports what reads dumps.
"""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
from pathlib import Path

Started = tuple["subprocess.Popen[bytes]", socket.socket]
"""A nursery and our end of the socket to it."""

_waiting: list[Started] = []


def start(*, ahead: bool = False) -> Started:
    """A nursery that waits for its factory; with `ahead` it imports the pipeline of this project meanwhile."""
    ours, theirs = socket.socketpair()
    nursery = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-P", "-m", "extract.batch.nursery", str(theirs.fileno()), *(["ahead"] if ahead else [])],
        pass_fds=(theirs.fileno(),),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        process_group=0,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p or str(Path.cwd()) for p in sys.path)},
    )
    theirs.close()
    return nursery, ours


def ahead() -> None:
    """Start a nursery for the pool that this process is about to make; if it makes none, it goes with the process."""
    if not _waiting:
        _waiting.append(start(ahead=True))
        atexit.register(discard)


def take() -> Started:
    """The nursery that was started ahead, if it lives, else a new one."""
    while _waiting:
        nursery, control = _waiting.pop()
        if nursery.poll() is None:
            return nursery, control
        control.close()
    return start()


def discard() -> None:
    """End what was started ahead and not taken."""
    while _waiting:
        nursery, control = _waiting.pop()
        control.close()
        nursery.kill()
        nursery.wait()
