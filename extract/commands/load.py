"""`paperfacts load`."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer


def load(
    arguments: Annotated[
        list[str], typer.Argument(metavar="RECORDS... TARGET", help="Records of runs, then where to load them.")
    ],
    batch: Annotated[int, typer.Option(min=1, help="Papers in one transaction.")] = 2000,
) -> None:
    """Load records into a database or file, again and again, without duplicates.

    RECORDS are the records.jsonl of runs, their folders, or - for standard input. TARGET is sqlite:///papers.db,
    duckdb:///papers.duckdb, postgresql://host/db, records.parquet, parquet:FOLDER, csv:FOLDER or
    records.jsonl[.gz|.zst]. Of records with one id in one load the first counts; those of a later load replace them.
    """
    from extract import sinks
    from extract.errors import UsageError

    *records, target = arguments
    if not records:
        raise UsageError("Give the records and then the target: paperfacts load records.jsonl sqlite:///papers.db")
    sinks.parse_target(target)
    paths = [Path(record) for record in records]
    manifests = [_manifest_of(path) for path in paths]
    # Every record that a run writes has been validated; those that stand as they were written need it no second time.
    as_written = all(_as_written(path, manifest) for path, manifest in zip(paths, manifests, strict=True))
    run = manifests[0] if len(paths) == 1 else None
    summary = sinks.load(paths, target, run=run, batch_size=batch, validate=not as_written)
    sys.stderr.write(
        f"{summary.read:,} papers read: {summary.inserted:,} inserted, {summary.replaced:,} replaced,"
        f" {summary.unchanged:,} unchanged"
        + (f", {summary.duplicates:,} repeated ids left out" if summary.duplicates else "")
        + f"; {summary.rows:,} rows written.\n"
    )


def _manifest_of(path: Path) -> dict[str, Any] | None:
    """The manifest of the run that wrote the records, when it stands beside them."""
    if str(path) == "-":
        return None
    folder, stem = (path, "") if path.is_dir() else (path.parent, path.name.split(".jsonl")[0])
    name = "manifest.json" if stem in ("", "records") else f"{stem}.manifest.json"
    try:
        found = orjson.loads((folder / name).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    return found if isinstance(found, dict) else None


def _as_written(path: Path, manifest: dict[str, Any] | None) -> bool:
    """Whether the records are, byte for byte, those that this version's run wrote."""
    from extract import __version__
    from extract.model import SCHEMA_VERSION
    from extract.recordfiles import file_of

    path = file_of(path)
    match manifest:
        case {"version": version, "schema_version": schema, "outputs": dict(outputs)}:
            file = outputs.get(path.name)
            if (version, schema) != (__version__, SCHEMA_VERSION) or not isinstance(file, dict) or not path.is_file():
                return False
            with path.open("rb") as content:
                return hashlib.file_digest(content, "sha256").hexdigest() == file.get("sha256")
    return False


def export(
    format_: Annotated[
        str,
        typer.Argument(metavar="FORMAT", help="eee, hf-eval-results, pwc-links, pwc-tables, tdms, csl-json or bibtex."),
    ],
    records: Annotated[list[Path], typer.Argument(help="Records of runs, their folders, or - for standard input.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File, - for standard output; a folder for eee and hf-eval-results."),
    ] = None,
    baselines: Annotated[
        bool, typer.Option("--baselines", help="Also scores that a paper quotes for methods it does not propose.")
    ] = False,
    hub_datasets: Annotated[
        Path | None,
        typer.Option(help="TSV of more Hub benchmarks: canonical id, data set id, task id[, metric ids with commas]."),
    ] = None,
) -> None:
    """Write records in the format of another system; leaderboards get exact, absolute, own results only."""
    from extract.sinks.exports import export as write

    if output == Path("-"):
        output = None
    summary = write(format_, records, output, baselines=baselines, hub=hub_datasets)
    if output:
        files = f"{summary.files:,} file" + ("" if summary.files == 1 else "s")
        repeated = f", {summary.duplicates:,} repeated ids left out" if summary.duplicates else ""
        sys.stderr.write(f"{summary.papers:,} papers read{repeated}, {files} written to {output}.\n")
