"""SIGINT and SIGTERM: stop in order, between two papers."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any

_STOPPING = (signal.SIGINT, signal.SIGTERM)


class Interrupted(BaseException):
    """The user wants the run to stop; not an Exception, so that no reader swallows it."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum

    @property
    def exit_code(self) -> int:
        """130 for SIGINT, 143 for SIGTERM, as shells have it."""
        return 128 + self.signum


class Signals:
    """Turns the first signal into `Interrupted`, outside of `shielded` blocks; the second ends the process at once.

    Does nothing outside of the main thread (a program that embeds us keeps its own handlers there).
    """

    def __init__(self) -> None:
        self._caught: int | None = None
        self._depth = 0
        self._old: dict[int, Any] = {}

    def __enter__(self) -> Signals:
        if threading.current_thread() is threading.main_thread():
            for signum in _STOPPING:
                if signal.getsignal(signum) is not signal.SIG_IGN:
                    self._old[signum] = signal.signal(signum, self._handle)
        return self

    def __exit__(self, *_: object) -> None:
        for signum, handler in self._old.items():
            signal.signal(signum, handler)

    def _handle(self, signum: int, _frame: FrameType | None) -> None:
        if self._caught is not None:
            # Any moment is a good one to die: the checkpoint says where to go on, and the workers see our end.
            os._exit(128 + signum)
        self._caught = signum
        if not self._depth:
            raise Interrupted(signum)

    @contextlib.contextmanager
    def shielded(self) -> Iterator[None]:
        """A short piece of work that a signal must not cut; the signal is raised after it."""
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
        if self._caught is not None and not self._depth:
            raise Interrupted(self._caught)

    @contextlib.contextmanager
    def ignored(self) -> Iterator[None]:
        """A last piece of work on the way out: no signal is raised any more (a second one still ends at once)."""
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
