"""Where the output goes: every name that a run writes, from the one that the user gave."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from extract.errors import UsageError

_LINES = (".jsonl", ".ndjson")
_PACKED = (".gz", ".zst")


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
    def folder(self) -> Path:
        """The folder that holds the final names."""
        return self.records.parent


def layout_of(output: str | None, name: str) -> Layout | None:
    """The layout for `-o OUTPUT`, None for standard output. `name` is the dump's, for the default folder."""
    if output == "-":
        return None
    if output is None:
        return _in_folder(Path("output") / name)
    path = Path(output)
    lowered = output.lower()
    plain = lowered[: -len(path.suffix)] if lowered.endswith(_PACKED) else lowered
    if plain.endswith(_LINES) and "://" not in output and not path.is_dir():
        packed = path.suffix.lower() if lowered.endswith(_PACKED) else None
        stem = path.name[: len(path.name) - (len(packed) if packed else 0)]
        stem = stem[: stem.rindex(".")]
        return Layout(
            shown=output,
            records=path,
            rejects=path.with_name(f"{stem}.rejects.jsonl"),
            manifest=path.with_name(f"{stem}.manifest.json"),
            state=path.with_name(f".{path.name}.paperfacts"),
            packed=packed,
        )
    if not path.is_dir():
        from extract.sinks import is_target, parse_target

        if is_target(output):
            parse_target(output)  # what cannot be a target is refused before anything is converted
            return _in_folder(Path("output") / name, load=output)
        if "://" in output:
            if Path(output).suffix:
                raise UsageError(f"{output!r} is a file; give the remote folder for records, rejects and manifest.")
            return _in_folder(Path("output") / name, shown=output, remote=output.rstrip("/"))
    if path.exists() and not path.is_dir():
        raise UsageError(f"{output} is a file; give a folder, or a name that ends in .jsonl, .jsonl.gz or .jsonl.zst.")
    return _in_folder(path, shown=output)


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
