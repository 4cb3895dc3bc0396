"""Records into databases and files: `load` writes them into a target, again and again, without duplicates."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract.errors import UsageError
from extract.recordfiles import refuse_replacing
from extract.sinks.targets import is_target, open_store, parse_target

if TYPE_CHECKING:
    from extract.sinks.store import LoadSummary

__all__ = ["check_target", "is_target", "load", "parse_target"]

# Papers in one transaction: large enough that the commit does not show, small enough for about 20 MB of rows.
BATCH = 2000


def check_target(target: str) -> None:
    """Raise now what `load` into `target` would raise before its first record: no server, no right, tables that are not
    ours, no folder. A database is left with its tables, empty where there were none; files are left as they are."""
    open_store(parse_target(target), None).close()


def load(
    records: Sequence[Path],
    target: str,
    *,
    run: Mapping[str, Any] | None = None,
    batch_size: int = BATCH,
    validate: bool = True,
    progress: Callable[[LoadSummary], None] | None = None,
) -> LoadSummary:
    """Make `target` hold the records of the files; one transaction a batch.

    `run` is the manifest of the run that wrote them, kept in the table `runs`. A paper whose record is the same as in
    the target is left alone; of two records with one id in `records` the first wins, as in a run. `validate=False`
    takes the records' word for it: for records that were made just now, since it doubles the speed. `progress` is
    called with the sum so far after every batch. Raises `UsageError` for a bad file or target and `TargetError` for a
    target that fails; the batches before stay, and loading again goes on.
    """
    from extract.sinks.source import batches, first_of_each, read_items
    from extract.sinks.store import LoadSummary, run_of

    if not records:
        raise UsageError("No records to load: give the records.jsonl of a run.")
    for path in records:  # before a target is made for nothing
        if str(path) != "-" and not path.exists():
            raise UsageError(
                f"{path} cannot be read: it does not exist; give the records.jsonl of a run, or its folder."
            )
    parsed = parse_target(target)
    if parsed.kind in ("jsonl", "parquet"):
        refuse_replacing(parsed.path, records)
    store = open_store(parsed, run_of(run) if run is not None else None, validate=validate)
    total = LoadSummary()

    def left_out() -> None:
        nonlocal total
        total += LoadSummary(read=1, duplicates=1)

    try:
        with _few_collections():
            for batch in batches(first_of_each(read_items(records), left_out), batch_size):
                total += store.put(batch)
                if progress:
                    progress(total)
            total += store.finish()
    finally:
        store.close()
    return total


@contextmanager
def _few_collections() -> Iterator[None]:
    """A batch is a hundred thousand tuples without a cycle: looking for cycles among them was an eighth of a load."""
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], 100_000) if before[0] else 0, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
