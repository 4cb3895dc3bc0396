"""How far a run is: a bar on a terminal, JSON lines for machines, one line at the end. All on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TextIO

import orjson

from extract.batch.books import Account
from extract.batch.inputs import DumpFile, Fingerprint, decoded_size
from extract.batch.ledger import Ledger, reasons_of

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

MODES = ("auto", "json", "none")
_EVERY = {"bar": 0.2, "json": 1.0, "none": 3600.0}


class Progress:
    """Shows `Account`s; `share` (0 to 1) is what is known of the way, null when nothing is (standard input)."""

    def __init__(self, mode: str, *, already: int = 0, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self.mode = mode
        if mode == "auto":
            self.mode = "bar" if self._stream.isatty() else "none"
        self._already = already
        self._start = time.monotonic()
        self._next = self._start + _EVERY[self.mode]
        self._first_share: float | None = None
        self._bar: Bar | None = None

    @property
    def seconds(self) -> float:
        """Seconds since the start of this session."""
        return time.monotonic() - self._start

    def update(self, account: Account, share: float | None) -> None:
        """Show where we are, a few times a second at most."""
        now = time.monotonic()
        if self._first_share is None and share is not None:
            self._first_share = share
        if now < self._next:
            return
        self._next = now + _EVERY[self.mode]
        if self.mode == "json":
            self._line("progress", account, share)
        elif self.mode == "bar":
            self._draw(account, share)

    def finish(self, account: Account, event: str, **more: Any) -> None:
        """Clear the bar; a last JSON line says how it ended (`done`, `stopped`)."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
        if self.mode == "json":
            self._line(event, account, 1.0 if event == "done" else None, **more)

    def rate(self, account: Account) -> float:
        """Papers a second in this session."""
        return (account.read - self._already) / max(self.seconds, 1e-9)

    def _eta(self, share: float | None) -> float | None:
        if share is None or self._first_share is None or share <= self._first_share:
            return None
        return self.seconds * (1 - share) / (share - self._first_share)

    def _line(self, event: str, account: Account, share: float | None, **more: Any) -> None:
        eta = self._eta(share)
        data = {
            "event": event,
            "papers": account.read,
            "records": account.records,
            "rejects": account.rejects,
            "papers_per_second": round(self.rate(account), 1),
            "share": None if share is None else round(share, 4),
            "eta_seconds": None if eta is None else round(eta, 1),
            **more,
        }
        self._stream.write(orjson.dumps(data).decode() + "\n")
        self._stream.flush()

    def _draw(self, account: Account, share: float | None) -> None:
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

            # No refresh thread: this process is asked for a signal at any moment and draws when it has time.
            self._bar = Progress(
                BarColumn(),
                TaskProgressColumn(),
                TextColumn("{task.description}"),
                console=Console(file=self._stream),
                auto_refresh=False,
                transient=True,
            )
            self._bar.start()
            self._bar.add_task("", total=None)
        eta = self._eta(share)
        parts = [f"{account.read:,} papers", f"{self.rate(account):,.0f}/s"]
        if account.rejects:
            parts.append(f"{account.rejects:,} rejects")
        if eta is not None:
            parts.append(f"{_clock(eta)} left")
        task = self._bar.tasks[0]
        self._bar.update(
            task.id, total=1.0 if share is not None else None, completed=share or 0.0, description=", ".join(parts)
        )
        self._bar.refresh()


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


class Share:
    """How much of the way is done, from 0 to 1: by bytes of the dumps as far as they are known."""

    def __init__(self, files: list[DumpFile], prints: Sequence[Fingerprint], limit: int | None) -> None:
        self._limit = limit
        self._sizes = [decoded_size(file, print_) for file, print_ in zip(files, prints, strict=True)]

    def __call__(self, ledger: Ledger) -> float | None:
        if self._limit:
            return min(1.0, ledger.whole.read / self._limit)
        sizes = [size for size in self._sizes if size is not None]
        offset = ledger.done.byte_offset if ledger.done is not None else 0
        if len(sizes) < len(self._sizes) or offset is None or not sum(sizes):
            return None
        return min(1.0, (sum(sizes[: ledger.dump]) + offset) / sum(sizes))


def summary(account: Account) -> str:
    """Books in one sentence: `10 papers: 9 records, 1 reject (duplicate-id 1)`."""
    records = f"{_count(account.read, 'paper')}: {_count(account.records, 'record')}"
    if not account.rejects:
        return records
    return f"{records}, {_count(account.rejects, 'reject')} ({reasons_of(account.reasons)})"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def say(sentence: str) -> None:
    """One line to the user, on standard error."""
    sys.stderr.write(f"paperfacts: {sentence}\n")
    sys.stderr.flush()
