"""Where the output goes: every name that a run writes, from the one that the user gave."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from extract.batch.inputs import COMPRESSED, NAMES_A_FORMAT
from extract.batch.shared import check_remote
from extract.errors import MissingExtraError, UsageError

_LINES = (".jsonl", ".ndjson")
_PACKED = (".gz", ".zst")
_POSSIBLE = (
    "a folder, a file that ends in .jsonl, .jsonl.gz, .jsonl.zst or .parquet, csv:folder, a database such as "
    "sqlite:///x.db, or - for standard output"
)
# Nobody calls a folder so.
_OTHER_FILES = {".xlsx", ".xls", ".ods", ".yaml", ".yml", ".sql", ".pdf", ".7z", ".rar", ".lz4", ".br"}
# What writing at the end imports, by ending or kind of target, and the extra that brings it.
_PACKAGES = {
    ".zst": (("zstandard", "zstd"),),
    "postgresql": (("psycopg", "postgres"),),
    "duckdb": (("duckdb", "duckdb"), ("pyarrow", "duckdb")),
    "parquet": (("pyarrow", "arrow"),),
    "parquet-folder": (("pyarrow", "arrow"),),
}


@dataclass(frozen=True, slots=True)
class Layout:
    """The final names of a run, the folder of its state while it is not finished, and what is done with the records.

    `packed` is the compression of the records file; `load` a target of `extract.sinks` that takes them at the end,
    `remote` a folder behind a URL that gets a copy of all three files.
    """

    shown: str
    records: Path
    rejects: Path
    manifest: Path
    state: Path
    packed: str | None = None
    load: str | None = None
    remote: str | None = None

    @property
    def parts(self) -> str:
        """The folder of the parts of a run on several machines: all of them must see it."""
        return f"{self.remote}/.paperfacts" if self.remote else str(self.state / "parts")

    @property
    def final(self) -> tuple[Path, Path, Path]:
        """The final names in the order in which they are given: where the manifest stands, all stands."""
        return self.records, self.rejects, self.manifest

    @property
    def folder(self) -> Path:
        """The folder that holds the final names."""
        return self.records.parent


def layout_of(output: str | None, name: str) -> Layout | None:
    """The layout for `-o OUTPUT`, None for standard output. `name` is the dump's, for the default folder."""
    if output == "-":
        return None
    if output is None:
        return _in_folder(Path("output") / name)
    if not output.strip():
        raise UsageError(f"-o with an empty name: give {_POSSIBLE}.")
    path = Path(output)
    if path.is_dir():
        return _in_folder(path, shown=output)
    ending = _ending(output)
    if ending and "://" not in output:
        return _in_file(output, packed=ending)
    from extract.sinks import is_target, parse_target

    if is_target(output):
        target = parse_target(output)  # what cannot be a target is refused before anything is converted
        if target.kind != "postgresql" and "://" in target.location:
            raise UsageError(f"{output} is a remote file; give the remote folder for records, rejects and manifest.")
        _require(target.kind)
        return _in_folder(Path("output") / name, load=output)
    if "://" in output:
        if path.suffix:
            raise UsageError(f"{output!r} is a file; give the remote folder for records, rejects and manifest.")
        check_remote(output)
        return _in_folder(Path("output") / name, shown=output, remote=output.rstrip("/"))
    if path.exists():
        raise UsageError(f"{output} is a file; give {_POSSIBLE}.")
    if not output.endswith("/") and path.suffix.lower() in COMPRESSED | NAMES_A_FORMAT | _OTHER_FILES:
        raise UsageError(f"A run does not write {path.suffix} files such as {output}; give {_POSSIBLE}.")
    return _in_folder(path, shown=output)


def _ending(output: str) -> str | None:
    """Of a file of records, how it is packed: `.gz`, `.zst` or plainly `.jsonl`; None for any other name."""
    lowered = output.lower()
    packed = next((ending for ending in _PACKED if lowered.endswith(ending)), "")
    return (packed or ".jsonl") if lowered.removesuffix(packed).endswith(_LINES) else None


def _in_file(output: str, *, packed: str) -> Layout:
    path = Path(output)
    _require(packed)
    stem = path.name[: -len(packed)] if packed in _PACKED else path.name
    stem = stem[: stem.rindex(".")]
    return Layout(
        shown=output,
        records=path,
        rejects=path.with_name(f"{stem}.rejects.jsonl"),
        manifest=path.with_name(f"{stem}.manifest.json"),
        state=path.with_name(f".{path.name}.paperfacts"),
        packed=packed if packed in _PACKED else None,
    )


def _require(kind: str) -> None:
    """Raise `MissingExtraError` now, not when all is converted, where a target needs a package that is not there."""
    for package, extra in _PACKAGES.get(kind, ()):
        try:
            import_module(package)
        except ImportError:
            raise MissingExtraError(f"-o {kind}", extra) from None


def _in_folder(folder: Path, *, load: str | None = None, shown: str | None = None, remote: str | None = None) -> Layout:
    return Layout(
        shown=shown or str(folder),
        records=folder / "records.jsonl",
        rejects=folder / "rejects.jsonl",
        manifest=folder / "manifest.json",
        state=folder / ".paperfacts",
        load=load,
        remote=remote,
    )
