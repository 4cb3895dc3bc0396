"""`paperfacts run`."""

from __future__ import annotations

from typing import Annotated

import typer


def run(
    dumps: Annotated[list[str], typer.Argument(help="Files, folders or globs; - for standard input.")],
    output: Annotated[str | None, typer.Option("--output", "-o", help="Folder, file, database or -.")] = None,
    limit: Annotated[int | None, typer.Option(help="Stop after this many papers.")] = None,
    rules: Annotated[str | None, typer.Option(help="A folder of rules of your own.")] = None,
) -> None:
    """Convert dumps to records."""
    from extract import batch

    raise typer.Exit(batch.run(dumps, output, limit=limit, rules=rules))
