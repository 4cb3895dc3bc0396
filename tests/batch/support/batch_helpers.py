"""What a run left behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSONL file."""
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


def manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a run without its volatile part."""
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    del found["run"]
    return found


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, hidden ones too."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
