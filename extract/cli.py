"""The command line: the table of commands, and errors as one sentence. Nothing heavy is imported here."""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

import extract
from extract.commands import rules
from extract.commands.evaluate import diff, evaluate
from extract.commands.inspect import formats, inspect
from extract.commands.load import export, load
from extract.commands.report import report, stats
from extract.commands.run import run
from extract.commands.schema import schema
from extract.commands.show import show
from extract.errors import PaperfactsError

app = typer.Typer(
    name="paperfacts",
    help="Turn dumps of machine-learning papers into validated records.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"paperfacts {extract.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """What stands before the command."""


# One line a command; groups (rules, ...) are Typer apps of their own, added below.
for command in (run, formats, inspect, schema, load, export, report, stats, show):
    app.command()(command)
app.command("eval")(evaluate)
app.command()(diff)
app.add_typer(rules.app, name="rules")


def main() -> None:
    """The command `paperfacts`."""
    # A terminal of ASCII alone gets an escape for what it cannot show, not an error.
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors in ("strict", "surrogateescape"):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        app()
    except PaperfactsError as error:
        sys.stderr.write(f"paperfacts: {error}\n")
        raise SystemExit(error.exit_code) from None
