"""`paperfacts show`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer


def show(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The abstract; - reads it from standard input.")],
    title: Annotated[str, typer.Option("--title", "-t", help="The title that belongs to it.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The record as JSON instead of the picture.")] = False,
    wanted: Annotated[
        str | None, typer.Option("--why-not", metavar="WORDS", help="Explain what the rules made of these words.")
    ] = None,
    rules: Annotated[str | None, typer.Option(help="A folder of rules of your own.")] = None,
) -> None:
    """Show what is found in one text, by which rule, and why other words were left."""
    import dataclasses

    import orjson
    from rich.console import Console

    from extract.model import Paper, to_json
    from extract.pipeline import Pipeline
    from extract.report.explain import why_not
    from extract.report.screen import print_record, print_why_not
    from extract.report.terminal import safe_json, writing
    from extract.rulebook import load

    paper = Paper(title=_decoded(title.encode("utf-8", "surrogateescape"), "title"), abstract=_text(text))
    pipeline = Pipeline(rules)
    doc = pipeline.doc(paper, trace=wanted is not None)
    facts = doc.user_data["paperfacts"]
    occurrences = [] if wanted is None else why_not(facts, load(rules), wanted)
    console = Console(highlight=False, emoji=False, markup=False)
    console.soft_wrap = not console.is_terminal  # in a file or a pipe a line stays a line
    with writing():
        if as_json and wanted is not None:
            found = [dataclasses.asdict(occurrence) for occurrence in occurrences]
            print(safe_json(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode()))
        elif as_json:
            print(safe_json(to_json(pipeline.assemble(paper, facts)).decode()))
        elif wanted is not None:
            print_why_not(wanted, occurrences, console)
        else:
            print_record(pipeline.assemble(paper, facts), console)


def _text(argument: str) -> str:
    """The text itself, or standard input for `-`."""
    from extract.errors import UsageError

    if argument != "-":
        return _decoded(argument.encode("utf-8", "surrogateescape"), "text")
    if sys.stdin is None:
        raise UsageError("Standard input is closed; give it a text, or the text itself instead of -.")
    return _decoded(sys.stdin.buffer.read(), "text")


def _decoded(raw: bytes, what: str) -> str:
    """UTF-8 without NUL, or a UsageError."""
    from extract.errors import UsageError

    try:
        text = raw.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise UsageError(f"The {what} is not UTF-8; convert it first, for example with iconv.") from None
    if "\0" in text:
        raise UsageError(f"The {what} holds a NUL character, so it is no plain text; take it out first.")
    return text
