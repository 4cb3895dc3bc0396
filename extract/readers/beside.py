"""What stands beside dumps in a folder or an archive: a picture, a licence, a list of requirements.

One rule for files of a folder and members of an archive, so that no paper is lost without a word and nobody is punished
for a LICENSE: what is a dump is read; what is none but has the name of data (`.csv`, `.json`, `.xml`, ...) is a reject;
everything else is passed over, and how many and which is said.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Literal

from extract.readers.dump import Dump
from extract.readers.sniff import HEAD, is_archive
from extract.readers.streams import ByteStream
from extract.readers.table import Found, detect

Standing = Literal["dump", "unknown data", "beside"]

# What is never read when nobody asked for it by name, whatever is in it.
_NOT_DUMPS = frozenset((
    ".pdf", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico", ".py", ".pyc", ".ipynb", ".sh", ".toml", ".yml",
    ".yaml", ".cff", ".lock", ".log", ".sty", ".cls", ".bst", ".pkl", ".npy", ".npz", ".pt", ".pth", ".ckpt",
    ".safetensors", ".exe", ".dll", ".so", ".css", ".js", ".sqlite", ".db", ".duckdb", ".docx", ".pptx", ".odt",
    ".epub", ".whl", ".jar",
))  # fmt: skip
_LEGAL = frozenset((
    "license", "licence", "copying", "notice", "changelog", "changes", "contributing", "code_of_conduct", "security",
    "authors", "maintainers",
))  # fmt: skip
_DATA = frozenset((
    ".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".tab", ".xml", ".atom", ".rss", ".bib", ".ris", ".nbib", ".parquet",
    ".arrow", ".feather", ".xls", ".xlsx", ".ods",
))  # fmt: skip
_COMPRESSED = frozenset((".gz", ".zst", ".bz2", ".xz"))
# What a text of any kind may be taken for by its shape: only what comes out of it makes it a dump.
_BY_SHAPE = frozenset(("page", "markdown"))


def by_name(name: str) -> bool:
    """Whether a name alone says that this is no dump."""
    path = PurePosixPath(name.lower())
    return path.suffix in _NOT_DUMPS or (path.stem in _LEGAL and path.suffix in ("", ".txt", ".md", ".rst"))


def standing(stream: ByteStream, name: str, mapping: Mapping[str, str]) -> tuple[Standing, Found | None]:
    """What a file of a folder or a member of an archive is, and its format where detection was asked.

    Nothing of the stream is used up. Empty and damaged ones are dumps, so that they are said as such.
    """
    if by_name(name):
        return "beside", None
    head = stream.peek(HEAD)
    complete = len(head) < HEAD
    if not head.strip() or stream.damage is not None or is_archive(head, name):
        return "dump", None
    found = detect(head, name, complete=complete, mapping=mapping)
    if found is None:
        path = PurePosixPath(name.lower())
        suffix = PurePosixPath(path.stem).suffix if path.suffix in _COMPRESSED else path.suffix
        return ("unknown data" if suffix in _DATA else "beside"), None
    row, verdict = found
    if complete and row.name in _BY_SHAPE:
        dump = Dump(ByteStream(io.BytesIO(head), name), name, row.name, mapping, details=dict(verdict.details))
        if next(iter(row.read(dump)), None) is None:
            return "beside", None
    return "dump", found
