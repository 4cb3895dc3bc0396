"""`paperfacts run`."""

from __future__ import annotations

from typing import Annotated

import typer


def run(
    dumps: Annotated[list[str], typer.Argument(help="Files, folders, globs or URLs; - for standard input.")],
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            help="A folder, a file (x.jsonl, .gz, .zst), a database (sqlite:///x.db, duckdb:///…, postgresql://…, "
            "x.parquet) or - for standard output; output/<dump name>/ when left out.",
        ),
    ] = None,
    format: Annotated[str, typer.Option(help="A format of `paperfacts formats`, or auto.")] = "auto",  # noqa: A002
    mapping: Annotated[
        str | None, typer.Option("--map", help="Which field is what: title=Titel,abstract=Zusammenfassung.")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="The encoding of the dumps, when it is not UTF-8.")] = None,
    limit: Annotated[int | None, typer.Option(help="Stop after this many papers.")] = None,
    workers: Annotated[
        str, typer.Option(help="Worker processes; auto: one a core; 0: this process alone, without guards.")
    ] = "auto",
    rules: Annotated[str | None, typer.Option(help="A folder of rules of your own, merged over ours.")] = None,
    max_rejects: Annotated[
        str | None, typer.Option(help="Stop when more papers than this are rejected: N or P%.")
    ] = None,
    only_rejects: Annotated[
        str | None, typer.Option(help="Convert only what an earlier run over these dumps rejected: its folder.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first reject.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Start over, and replace what is there.")] = False,
    timeout: Annotated[float, typer.Option(help="Seconds that one paper may take.")] = 30.0,
    max_record: Annotated[int, typer.Option(help="Bytes that one record of a dump may have.")] = 8 << 20,
    engine: Annotated[str, typer.Option(help="local, or daft for several machines (extra: cluster).")] = "local",
    address: Annotated[str | None, typer.Option(help="The Ray cluster for --engine daft: ray://host:10001.")] = None,
    progress: Annotated[str, typer.Option(help="auto (a bar on a terminal), json (lines) or none.")] = "auto",
) -> None:
    """Convert dumps to records. Stopped at any moment, the same command goes on where it was.

    Exit codes: 0 all converted, 1 some papers rejected or the target failed, 2 something to mend in the arguments,
    130 or 143 interrupted.
    """
    from extract.batch import spawn

    if engine == "local" and workers != "0":
        spawn.ahead()  # it imports spaCy while we import the rest
    from extract import batch
    from extract.readers.fields import parse_mapping

    code = batch.run(
        dumps,
        output,
        format=format,
        mapping=parse_mapping(mapping) or None,
        encoding=encoding,
        limit=limit,
        workers=workers,
        rules=rules,
        max_rejects=max_rejects,
        strict=strict,
        force=force,
        timeout=timeout,
        max_record=max_record,
        progress=progress,
        engine=engine,
        address=address,
        only_rejects=only_rejects,
    )
    raise typer.Exit(code)
