"""`paperfacts formats` and `paperfacts inspect`: what can be read, and what a dump was taken for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from extract.errors import install_hint

if TYPE_CHECKING:
    from extract.readers.inspection import Inspection


def formats(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a format.")] = False,
) -> None:
    """List the formats that dumps may have: how each is told and which fields are read."""
    from importlib.util import find_spec

    from extract.readers.table import formats as table

    packages = {"arrow": "pyarrow"}
    rows = []
    for row in table().values():
        missing = row.extra if row.extra and find_spec(packages.get(row.extra, row.extra)) is None else None
        rows.append((row, missing))
    if as_json:
        import orjson

        for row, missing in rows:
            keys = ("name", "description", "detection", "fields", "extra")
            typer.echo(orjson.dumps({key: getattr(row, key) for key in keys} | {"missing": missing}))
        return
    for row, missing in rows:
        note = f" (needs {install_hint(missing)})" if missing else ""
        typer.echo(f"{row.name:<11} {row.description}{note}")
        typer.echo(f"{'':<11} told by: {row.detection}")
        typer.echo(f"{'':<11} fields:  {row.fields}")
    typer.echo("")
    typer.echo("Any of them may be compressed (gzip, bzip2, xz; zstd with the extra zstd), in a zip or tar archive,")
    typer.echo("in a folder, named by a pattern, on standard input (-), or remote (s3://, gs://, hf://, https://) with")
    typer.echo("the extra remote and the package of that file system. Text is UTF-8, or UTF-16 by its byte order mark.")


def inspect(
    dumps: Annotated[list[str], typer.Argument(help="Files, folders, globs or URLs; - for standard input.")],
    format: Annotated[str, typer.Option(help="A format of `paperfacts formats`, or auto.")] = "auto",  # noqa: A002
    mapping: Annotated[
        str | None, typer.Option("--map", help="Which field is what: title=Titel,abstract=Zusammenfassung.")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="The encoding of the dumps, when it is not UTF-8.")] = None,
    limit: Annotated[int, typer.Option(help="How many papers to look at.", min=1)] = 1000,
) -> None:
    """Say what a dump was taken for and why, what its columns mean, three samples, and what will be lost."""
    from extract.readers import expand
    from extract.readers.dump import escaped
    from extract.readers.fields import parse_mapping
    from extract.readers.inspection import inspect_dump

    chosen = parse_mapping(mapping)
    files = expand(dumps, format=format, encoding=encoding, mapping=chosen)
    for n, dump in enumerate(files):
        if n:
            typer.echo("")
        found = inspect_dump(
            dump.source,
            format=format,
            mapping=chosen,
            encoding=encoding,
            limit=limit,
            name=dump.name,
            asked=dump.asked,
        )
        typer.echo("\n".join(_lines(found, limit)))
    if files.passed_over.count:
        typer.echo(f"\n{escaped(files.passed_over.sentence(), 1000)}")


def _lines(found: Inspection, limit: int) -> list[str]:
    from extract.readers.dump import escaped

    detected = found.detected
    lines = [escaped(found.name)]
    if detected.format is None and not detected.archive and not found.rejects:
        return [*lines, "  format:   none: the dump is empty, a run gives zero records"]
    layers = f", inside {' inside '.join(reversed(detected.layers))}" if detected.layers else ""
    encoding = f", {detected.encoding}" if detected.encoding != "utf-8" else ""
    lines.append(f"  format:   {found.format or 'none'}{layers}{encoding}: {detected.reason}")
    total = found.papers + sum(found.rejects.values())
    more = "all there is" if found.complete else f"the first {limit:,}; there is more"
    lines.append(f"  papers:   {found.papers:,} in {total:,} items ({more})")
    for target, keys in found.mapped:
        lines.append(f"  {target + ':':<12} from {', '.join(escaped(key) for key in keys[:6])}")
    for paper in found.samples:
        ident = paper.id if paper.identifiers else "no identifier"
        lines.append(f"  sample:   {escaped(paper.title)[:90] or '(no title)'} [{escaped(ident)}]")
        lines.append(f"            {escaped(paper.abstract)[:100] or '(no abstract)'}")
    lost = [f"{count:,} of {found.papers:,} papers have no {field}" for field, count in found.without.items() if count]
    for sample in found.reject_samples:
        place = f" (line {sample.line})" if sample.line else ""
        lines_of = found.rejects[sample.reason]
        lost.append(f"{lines_of:,} rejected as {sample.reason}, such as item {sample.index}{place}: {sample.message}")
    if found.passed_over.count:
        lost.append(escaped(found.passed_over.sentence(), 1000))
    if found.unused:
        shown = ", ".join(escaped(column) for column in found.unused[:15])
        lost.append(f"columns not read: {shown}{', ...' if len(found.unused) > 15 else ''}")
    return lines + [f"  lost:     {line}" for line in lost or ["nothing"]]
