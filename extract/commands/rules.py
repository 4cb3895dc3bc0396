"""`paperfacts rules list|test|explain`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from extract.rulebook import Rule

app = typer.Typer(help="List, test and explain the rules.", no_args_is_help=True)

_Folder = Annotated[str | None, typer.Option("--rules", help="A folder of rules of your own.")]


@app.command("list")
def list_rules(
    prefix: Annotated[str, typer.Argument(help="Only rules whose id starts so.")] = "",
    rules: _Folder = None,
) -> None:
    """List the rules in force: what they yield, their weight, and how often they were right on annotated papers."""
    from extract.errors import UsageError
    from extract.rulebook import load

    book = load(rules)
    if not any(rule_id.startswith(prefix) for rule_id in book.rules):
        kinds_of_rules = sorted({rule_id.partition(".")[0] for rule_id in book.rules})
        raise UsageError(f"No rule begins with {prefix!r}; the kinds are {', '.join(kinds_of_rules)}.")
    print(f"{'rule':<44}{'yields':<10}{'weight':>8}{'right':>8}{'wrong':>7}  where")
    for rule in book.rules.values():
        if rule.id.startswith(prefix):
            where = rule.source.rsplit("/", 1)[-1]
            right, wrong = book.support(rule.id)
            print(f"{rule.id:<44}{rule.yields:<10}{rule.confidence:>8.2f}{right:>8}{wrong:>7}  {where}")
    kinds: dict[str, int] = {}
    for term in book.terms:
        kinds[term.kind] = kinds.get(term.kind, 0) + 1
    print(f"vocabulary: {', '.join(f'{count:,} {kind}s' for kind, count in sorted(kinds.items()))}; hash {book.hash}")


@app.command()
def explain(
    rule_id: Annotated[str, typer.Argument(help="The id of a rule.")],
    rules: _Folder = None,
) -> None:
    """Show one rule: what it is for, its pattern, examples and rejects, and how often it was right."""
    from extract.errors import UsageError
    from extract.rulebook import load

    book = load(rules)
    rule = book.rules.get(rule_id)
    if rule is None:
        near = [r for r in book.rules if r.startswith(rule_id.split(".")[0])][:8]
        raise UsageError(
            f"There is no rule {rule_id!r}; 'paperfacts rules list' shows all"
            + (f" (near: {', '.join(near)})." if near else ".")
        )
    print(f"{rule.id}  ({rule.source})")
    if rule.doc:
        print(f"  {rule.doc}")
    right, wrong = book.support(rule.id)
    measured = (
        f"right {right} times of {right + wrong} on annotated papers" if right + wrong else "too rare to be measured"
    )
    print(f"  yields {rule.yields}, weight {rule.confidence:.2f}, {measured}")
    if rule.text:
        print("  pattern:\n" + "\n".join(f"    {line.strip()}" for line in rule.text.strip().splitlines()))
    for example in rule.examples:
        print(f"  matches: {example}")
    for reject in rule.rejects:
        print(f"  silent:  {reject}")


@app.command()
def test(rules: _Folder = None) -> None:
    """Run every rule's own examples and rejects; exit 1 when one fails."""
    from extract.rulebook import load, slowest

    failures = checked = 0
    for rule in load(rules).rules.values():
        if rule.pattern is None or rule.frame:
            continue
        checked += 1
        problems = _problems(rule)
        if slow := slowest(rule.pattern):
            problems.append(f"is slow on repeated {slow!r}")
        for problem in problems:
            failures += 1
            sys.stderr.write(f"{rule.source}: {rule.id}: {problem}\n")
    print(f"{checked} patterns checked, {failures} failures")
    raise typer.Exit(1 if failures else 0)


def _problems(rule: Rule) -> list[str]:
    from extract.rulebook import marked, span_of

    found = []
    if not rule.examples or not rule.rejects:
        found.append("needs at least one example and one reject")
    for example in rule.examples:
        text, wanted = marked(example)
        if not wanted:
            found.append(f"example {example!r} marks nothing; put [[ and ]] around what must match")
            continue
        if rule.triggers and not any(trigger in text or trigger in text.lower() for trigger in rule.triggers):
            found.append(f"example {example!r} holds none of its triggers, so the rule would not be tried on it")
        got = [span_of(m) for m in rule.finditer(text)]
        if got != wanted:
            found.append(f"example {example!r} gives {[text[a:b] for a, b in got]}")
    found += [f"reject {text!r} matches" for text in rule.rejects if any(True for _ in rule.finditer(text))]
    return found


@app.command()
def measure(
    gold: Annotated[list[str], typer.Option(help="Annotated papers; may be repeated.")],
    papers: Annotated[list[str], typer.Option(help="The papers of each --gold, in the same order.")],
    output: Annotated[str, typer.Option("--output", "-o", help="The table; rules/measured.tsv is the shipped one.")],
    rules: _Folder = None,
) -> None:
    """Measure how often each rule is right on annotated papers; `confidence` in the records comes from this table."""
    from pathlib import Path

    from extract.errors import UsageError
    from extract.evaluate import evaluate, read_gold
    from extract.evaluate.calibration import by_band, by_row, by_rule
    from extract.evaluate.gold import converted
    from extract.readers import read
    from extract.rulebook import MEASURED_COLUMNS

    if len(gold) != len(papers):
        raise UsageError("Give one --papers for each --gold.")
    judged = [
        fact
        for annotated, dump in zip(gold, papers, strict=True)
        for fact in evaluate(read_gold(annotated, dump), converted(read(dump), rules, calibrated=False)).judged
    ]
    rows = sorted(by_rule(judged) + by_band(judged) + by_row(judged), key=lambda r: (r.kind, r.rule))
    lines = ["\t".join(MEASURED_COLUMNS), *(f"{r.kind}\t{r.rule}\t{r.right}\t{r.wrong}" for r in rows)]
    Path(output).write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{len(judged)} facts judged, {len(rows)} rows written to {output}")
