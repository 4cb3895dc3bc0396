"""Dumps to records, in order: workers, rejects, manifest, checkpoints, resume, progress.

`run` is what the command line calls. The way of a dump: `options` checks what is asked, `own` tells dumps from what
runs wrote, `inputs` fingerprints them, the reader yields papers, `pool` has them converted by worker processes in
blocks, `ledger` and `output` write lines and rejects in order, `state` keeps what survives a kill, `runner` puts it
all together. `batch_function` is for engines of your own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["batch_function", "run"]

if TYPE_CHECKING:
    from extract.batch.function import batch_function
    from extract.batch.runner import run

_HOMES = {"run": "extract.batch.runner", "batch_function": "extract.batch.function"}


def __getattr__(name: str) -> Any:
    """Import on first use: a worker process imports this package and needs none of it."""
    if name not in _HOMES:
        raise AttributeError(f"module 'extract.batch' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
