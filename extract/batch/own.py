"""What runs of paperfacts wrote: passed over where dumps are searched for, and never both read and written."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from extract.batch.inputs import DumpFile, Reading, expand
from extract.batch.shared import is_remote
from extract.batch.state import read_json
from extract.batch.targets import Layout, layout_of
from extract.errors import UsageError
from extract.readers import Dumps

_MANIFEST = "manifest.json"
_REPORT = "report.html"  # where `paperfacts report` writes unless told otherwise
_STATE = ".paperfacts"


def dumps_of(arguments: Sequence[str], how: Reading, layout: Layout | None) -> Dumps:
    """The dumps that the arguments name. Where a folder or a pattern is searched, what runs wrote is passed over: else
    a run over the folder that its output lies in could not be repeated, and records would be taken for papers.

    Raises `UsageError` where nothing is left.
    """
    ours = cache(_outputs_in)
    read_before = None if layout is None else _read_by(layout)

    def wanted(file: DumpFile) -> bool:
        path = Path(file.source)
        if file.source in arguments or is_remote(file.source):
            return True  # who names a file means it
        if layout and read_before is not None and file.source not in read_before and _is_loaded(file.source, layout):
            return False  # this very run, finished before, has made it
        return path.name not in ours(path.parent)

    found = expand(arguments, format=how.format, encoding=how.encoding, mapping=how.mapping)
    files = [file for file in found if wanted(file)]
    if not files:
        raise UsageError(
            f"{', '.join(arguments)} holds nothing but what paperfacts wrote; name a file of it to convert that."
        )
    return Dumps(files, found.passed_over)


def _outputs_in(folder: Path) -> frozenset[str]:
    """The names in a folder that manifests, or the state of unfinished runs, tell to be outputs."""
    names: set[str] = set()
    for path in folder.glob(f"*{_MANIFEST}"):
        if (manifest := _manifest_at(path)) is not None:
            names |= {path.name, *manifest.get("outputs", ())}
            if path.name == _MANIFEST:
                names.add(_REPORT)
    # A run that was killed while it gave the files their names: some have theirs, the manifest has not.
    for state in folder.glob(f"*{_STATE}"):
        if (state / "checkpoint.json").is_file() and (layout := _layout_of_state(state)) is not None:
            names |= {path.name for path in layout.final}
    return frozenset(names)


def _manifest_at(path: Path) -> dict[str, Any] | None:
    found = read_json(path) if path.is_file() else None
    return found if isinstance(found, dict) and "paperfacts_manifest" in found else None


def _read_by(layout: Layout) -> frozenset[str] | None:
    """The dumps that the finished run of this output read; None when there is none."""
    manifest = _manifest_at(layout.manifest)
    return None if manifest is None else frozenset(dump["dump"] for dump in manifest["inputs"])


def _layout_of_state(state: Path) -> Layout | None:
    """The layout that has this state folder: `.paperfacts`, or `.x.jsonl.paperfacts` for the file x.jsonl."""
    folder, name = state.parent, state.name.removesuffix(_STATE)
    return layout_of(str(folder / name[1:]) if name else str(folder), "")


def _is_loaded(source: str, layout: Layout) -> bool:
    """Whether a file is what the records are loaded into (`-o x.parquet`), or in the folder of it (`csv:folder`)."""
    if layout.load is None:
        return False
    from extract.sinks import parse_target
    from extract.sinks.tables import TABLES

    target = parse_target(layout.load)
    if target.kind == "postgresql":
        return False
    if target.kind.endswith("-folder"):
        ending = target.kind.removesuffix("-folder")
        return any(_same(_status(source), target.path / f"{table.name}.{ending}") for table in TABLES)
    return _same(_status(source), target.path)


def refuse_replaced(sources: Iterable[str], layout: Layout) -> None:
    """No run may replace what it reads, whatever is forced: raises `UsageError`."""
    for source in sources:
        if is_remote(source):
            replaced = layout.remote is not None and source in {f"{layout.remote}/{path.name}" for path in layout.final}
        else:
            status = _status(source)
            replaced = any(_same(status, path) for path in layout.final)
            replaced = replaced or _is_loaded(source, layout) or _is_within(source, layout.state)
        if replaced:
            name = "standard input" if source == "-" else source
            raise UsageError(f"-o {layout.shown} would replace {name}, which it reads; give another -o.")


def _status(source: str) -> os.stat_result | None:
    """What the system knows of a file, or of what standard input was opened from."""
    try:
        if source != "-":
            return Path(source).stat()
        return None if sys.stdin is None else os.fstat(sys.stdin.fileno())
    except OSError:
        return None  # or a program that embeds us has put something else there


def _same(status: os.stat_result | None, path: Path) -> bool:
    try:
        return status is not None and os.path.samestat(status, path.stat())
    except OSError:
        return False  # it is not there, so nothing can be replaced


def _is_within(source: str, folder: Path) -> bool:
    return source != "-" and folder.resolve() in Path(source).resolve().parents
