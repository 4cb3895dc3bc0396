"""The files of a run: found, resumed, grown, checked and given their final names.

While a run works, everything lies in its state folder (`.paperfacts` inside the output folder): `records.jsonl.part`,
`rejects.jsonl.part`, `seen.sqlite`, `checkpoint.json`, `lock`. At the end the parts get their final names, the
manifest last, and the state folder goes. In the manifest everything but `run` (times, machine, workers) is the same
for the same input and rules, however often the run was killed.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import os
import platform
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import extract
from extract.batch.books import Account, Tally
from extract.batch.convert import Outcome
from extract.batch.inputs import Fingerprint, repeatable
from extract.batch.ledger import Entries, Ledger, RejectLimit, RejectLimitError
from extract.batch.seen import Seen
from extract.batch.state import (
    Appender,
    Lock,
    changed,
    clear_state,
    read_json,
    remove_state,
    sync_folder,
    write_json,
)
from extract.batch.targets import Layout
from extract.errors import UsageError
from extract.model import SCHEMA_VERSION
from extract.readers import PassedOver

_SECONDS = 3.0  # between checkpoints: a kill costs at most this much work
_FIRST = 0.25  # the first ones come sooner, so that even a run that is killed again and again gets on
_CHUNK = 1 << 20
PLAN = "plan.json"
"""In the state folder: the parts of a run on several machines."""


@dataclass(frozen=True, slots=True)
class World:
    """What must be the same for a run to go on: rules, inputs and the arguments that decide what comes out."""

    rules: str
    inputs: list[Fingerprint]
    options: dict[str, Any]
    passed_over: PassedOver = field(default_factory=PassedOver)
    """Files of folders that are no dumps: the manifest names them, a run goes on without them."""

    @property
    def repeatable(self) -> bool:
        """False where an input gives its content only once (standard input): such a run starts over."""
        return repeatable(self.inputs)

    def to_state(self) -> dict[str, Any]:
        """Plain data for the checkpoint."""
        return {
            "version": extract.__version__,
            "schema_version": SCHEMA_VERSION,
            "rules": self.rules,
            "inputs": [i.to_state() for i in self.inputs],
            "options": self.options,
        }


class FolderOutput:
    """The output of one run, locked. `finished` holds its books when there is nothing left to do.

    Raises `UsageError` when another run is at it, or when it belongs to another world and `force` is not given.
    """

    def __init__(self, layout: Layout, world: World, *, force: bool) -> None:
        self.layout = layout
        self.world = world
        self.finished: Account | None = None
        self._ledger: Ledger | None = None
        self._records: Appender | None = None
        self._rejects: Appender | None = None
        self._saved = self._begun = time.monotonic()
        self._started = datetime.now(UTC)
        self._session = 1
        self._seconds = 0.0
        self._torn = False
        try:
            layout.state.mkdir(parents=True, exist_ok=True)
        except (FileNotFoundError, FileExistsError, NotADirectoryError):
            raise UsageError(
                f"No folder can be made for {layout.shown}: something else stands there, or it is no place for files; "
                "give another -o."
            ) from None
        self._lock = Lock(layout.state / "lock", layout.shown)
        try:
            self._checkpoint = self._find(force)
        except BaseException:
            self._leave()
            raise

    # -- what is there

    def _path(self, final: Path) -> Path:
        return self.layout.state / (final.name + ".part")

    def _find(self, force: bool) -> dict[str, Any] | None:
        """The checkpoint to go on from; None to begin at the beginning."""
        state = self.layout.state
        checkpoint: dict[str, Any] | None = read_json(state / "checkpoint.json")
        if checkpoint is not None and checkpoint["phase"] == "finished":
            self._rename()
            checkpoint = None
        if force or self._is_worthless(checkpoint):
            checkpoint = None
        if checkpoint is not None:
            self._refuse_changed(checkpoint["world"])
            if not self.world.repeatable:
                checkpoint = None
        elif not force:
            self._look_at_finished()
        if checkpoint is None:
            clear_state(state, self._lock)
        return checkpoint

    def _is_worthless(self, checkpoint: dict[str, Any] | None) -> bool:
        """Whether a run of another world left nothing to lose: no record, and no parts that an engine has converted."""
        if checkpoint is None or checkpoint["records_bytes"] or (self.layout.state / PLAN).exists():
            return False
        return changed(checkpoint["world"], self.world.to_state()) is not None

    def _look_at_finished(self) -> None:
        """Take the books of a finished run of this world; refuse to replace one of another, or files not ours."""
        found = read_json(self.layout.manifest)
        manifest = found if isinstance(found, dict) and "paperfacts_manifest" in found else None
        if manifest is None:
            self._check_foreign()
        elif self.layout.records.exists() or self.layout.rejects.exists():
            intact = self._intact(manifest)
            self._refuse_changed(_world_of(manifest))
            if not self.world.repeatable:
                raise UsageError(
                    f"{self.layout.shown} holds a finished run of an input that can be read only once, "
                    "so nobody can tell whether this is the same; give another -o, or --force to replace it."
                )
            if intact:
                self.finished = _books_of(manifest)

    def _refuse_changed(self, old: dict[str, Any]) -> None:
        if what := changed(old, self.world.to_state()):
            where = f"{self.layout.shown} holds a run of another world: {what}; "
            if self.layout.load is not None:  # the user has not named the folder of what is loaded
                from extract.sinks import parse_target

                raise UsageError(
                    f"The records that {parse_target(self.layout.load).shown} is to be made of are kept: {where}"
                    "--force starts over and replaces them."
                )
            raise UsageError(f"{where}give another -o, or --force to start over and replace it.")

    def _intact(self, manifest: dict[str, Any]) -> bool:
        """Whether the outputs that a manifest speaks of are there, by size."""
        sizes = {name: item["bytes"] for name, item in manifest["outputs"].items()}
        for path in (self.layout.records, self.layout.rejects):
            if not path.is_file():
                return False
            if path.stat().st_size != sizes.get(path.name):
                raise UsageError(
                    f"{path} was changed after the run that wrote it; --force starts over and replaces it."
                )
        return True

    def _check_foreign(self) -> None:
        """Never replace a file that is not ours."""
        for path in self.layout.final:
            if path.exists() and (path.is_dir() or path.stat().st_size):
                raise UsageError(f"{path} exists and no run of paperfacts wrote it; give another -o, or --force.")

    # -- work

    def begin(self, dumps: int, limit: RejectLimit) -> Ledger:
        """Open the growing files where the checkpoint says, and the ledger with it."""
        found = self._checkpoint or {"records_bytes": 0, "rejects_bytes": 0, "sessions": 0, "seconds": 0.0}
        self._session = found["sessions"] + 1
        self._seconds = found["seconds"]
        if self._checkpoint is not None:
            self._started = datetime.fromisoformat(found["started"])
        records = self._path(self.layout.records)
        self._records = Appender(records, found["records_bytes"])
        self._rejects = Appender(self._path(self.layout.rejects), found["rejects_bytes"])
        count = sum(a["records"] for a in found["ledger"]["accounts"]) if self._checkpoint else 0
        seen = Seen(self.layout.state / "seen.sqlite", count=count, records=records)
        self._ledger = Ledger(dumps, seen, limit)
        if self._checkpoint is not None:
            self._ledger.restore(found["ledger"])
        self._saved = self._begun = time.monotonic()
        return self._ledger

    def enter(self, block: Entries, outcomes: Sequence[Outcome], tally: Tally) -> None:
        """Write a block; a checkpoint now and then."""
        assert self._ledger is not None and self._records is not None and self._rejects is not None
        self._torn = True
        try:
            self._ledger.enter(block, outcomes, tally, self._records, self._rejects)
        except RejectLimitError:
            self._torn = False
            raise
        self._torn = False
        now = time.monotonic()
        if now - self._saved > min(_SECONDS, _FIRST + 0.2 * (now - self._begun)):
            self.checkpoint()

    def checkpoint(self, phase: str = "running") -> None:
        """Everything so far is safe from here on: first the bytes, then the note that says how many."""
        if self._ledger is None or self._records is None or self._rejects is None:
            return
        if self._torn:
            return  # a block is counted but not written (the disk was full): the last checkpoint stands
        self._records.sync()
        self._rejects.sync()
        self._ledger.seen.commit()
        now = time.monotonic()
        state = {
            "phase": phase,
            "world": self.world.to_state(),
            "records_bytes": self._records.size,
            "rejects_bytes": self._rejects.size,
            "ledger": self._ledger.to_state(),
            "started": self._started.isoformat(timespec="seconds"),
            "sessions": self._session,
            "seconds": round(self._seconds + now - self._begun, 3),
        }
        write_json(self.layout.state / "checkpoint.json", state)
        self._saved = time.monotonic()

    def stop(self) -> None:
        """On the way out before the end: a checkpoint, or no trace where nothing was read (a mistaken argument)."""
        if self._ledger is None or self._ledger.whole.read or (self.layout.state / PLAN).exists():
            self.checkpoint()
        else:
            self._close_files()
            clear_state(self.layout.state, self._lock)

    def finish(self, seconds: float, workers: int) -> None:
        """Check, hash, pack, write the manifest, and give everything its final name."""
        assert self._ledger is not None
        self.checkpoint()
        self._close_files()
        if self.layout.packed is not None:
            self._pack()
        outputs = {}
        for final in (self.layout.records, self.layout.rejects):
            part = self._path(final)
            with part.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                outputs[final.name] = {"bytes": file.tell(), "sha256": digest}
        write_json(self._path(self.layout.manifest), self._manifest(outputs, self._seconds + seconds, workers))
        note = read_json(self.layout.state / "checkpoint.json")
        write_json(self.layout.state / "checkpoint.json", {**note, "phase": "finished"})
        self._rename()
        remove_state(self.layout.state, self._lock)

    def _pack(self) -> None:
        """Compress the records in one go: the same bytes however often the run was interrupted."""
        part = self._path(self.layout.records)
        packed = part.with_name(part.name + ".packed")
        with part.open("rb") as lines, packed.open("wb") as raw:
            if self.layout.packed == ".gz":
                with gzip.GzipFile("", "wb", compresslevel=6, fileobj=raw, mtime=0) as out:
                    while chunk := lines.read(_CHUNK):
                        out.write(chunk)
            else:
                import zstandard

                size = part.stat().st_size
                zstandard.ZstdCompressor(level=6).copy_stream(lines, raw, size=size)
            raw.flush()
            os.fsync(raw.fileno())
        packed.replace(part)

    def _rename(self) -> None:
        for final in self.layout.final:
            part = self._path(final)
            if part.exists():
                part.replace(final)
        sync_folder(self.layout.folder)

    def _manifest(self, outputs: dict[str, Any], seconds: float, workers: int) -> dict[str, Any]:
        assert self._ledger is not None
        ledger, world = self._ledger, self.world
        whole = ledger.whole.to_state()
        whole.pop("format")
        inputs = [
            {**print_.to_state(), **account.to_state()}
            for print_, account in zip(world.inputs, ledger.accounts, strict=True)
        ]
        return {
            "paperfacts_manifest": "1.0",
            "version": extract.__version__,
            "schema_version": SCHEMA_VERSION,
            "rules_hash": world.rules,
            "dump": ", ".join(i.dump for i in world.inputs),
            "inputs": inputs,
            "passed_over": world.passed_over.to_state(),
            "options": world.options,
            "counts": {**whole, **ledger.tally.summary()},
            "outputs": outputs,
            "run": {
                "started": self._started.isoformat(timespec="seconds"),
                "finished": datetime.now(UTC).isoformat(timespec="seconds"),
                "seconds": round(seconds, 3),
                "papers_per_second": round(ledger.whole.read / max(seconds, 1e-9), 1),
                "sessions": self._session,
                "workers": workers,
                "peak_memory_bytes": _peak_here(),
                "peak_memory_workers_bytes": _peak(resource.RUSAGE_CHILDREN),
                "python": platform.python_version(),
                "platform": platform.platform(),
            },
        }

    # -- the end

    def _close_files(self) -> None:
        for file in (self._records, self._rejects):
            if file is not None:
                file.close()
        if self._ledger is not None:
            self._ledger.seen.close()

    def close(self) -> None:
        """Let go of everything; what is under the state folder stays for the next run."""
        self._close_files()
        self._leave()

    def _leave(self) -> None:
        state = self.layout.state
        try:
            if state.is_dir() and {p.name for p in state.iterdir()} <= {"lock"}:
                remove_state(state, self._lock)  # nothing was begun, or all is finished
        except OSError:
            pass  # a full or vanished target must not hide the error that brought us here
        self._lock.release()


def _peak_here() -> int:
    """The most memory (bytes) that this process had. Linux keeps `ru_maxrss` over an exec: of a process that a larger
    one has started, it is the larger one's."""
    with contextlib.suppress(OSError, ValueError, StopIteration):
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        return int(next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1]) * 1024
    return _peak(resource.RUSAGE_SELF)


def _peak(who: int) -> int:
    """The most memory (bytes) that this process, or the largest of its workers, had."""
    return resource.getrusage(who).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _world_of(manifest: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": manifest["version"],
        "schema_version": manifest["schema_version"],
        "rules": manifest["rules_hash"],
        "inputs": manifest["inputs"],
        "options": manifest["options"],
    }


def _books_of(manifest: dict[str, Any]) -> Account:
    return Account.from_state({"format": None, **manifest["counts"]})
