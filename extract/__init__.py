"""paperfacts: dumps of machine-learning papers in, validated records out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Paper", "Pipeline", "Record", "Reject", "__version__", "batch_function", "read"]

if TYPE_CHECKING:
    from extract.batch.function import batch_function
    from extract.model import Paper, Record, Reject
    from extract.pipeline import Pipeline
    from extract.readers import read

_HOMES = {
    "Paper": "extract.model",
    "Record": "extract.model",
    "Reject": "extract.model",
    "Pipeline": "extract.pipeline",
    "read": "extract.readers",
    "batch_function": "extract.batch.function",
}


def __getattr__(name: str) -> Any:
    """Import on first use, so that `paperfacts --help` does not import spaCy."""
    if name not in _HOMES:
        raise AttributeError(f"module 'extract' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
