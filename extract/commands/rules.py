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
    """List the rules in force: id, what they yield, measured precision and its support."""
    from extract.rulebook import load

    book = load(rules)
    print(f"{'rule':<44}{'yields':<10}{'confidence':>10}{'support':>9}  where")
    for rule in book.rules.values():
        if rule.id.startswith(prefix):
            where = rule.source.rsplit("/", 1)[-1]
            print(f"{rule.id:<44}{rule.yields:<10}{rule.confidence:>10.3f}{rule.support:>9}  {where}")
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
    support = f"measured on {rule.support} facts" if rule.support else "not measured: too rare in the annotated papers"
    print(f"  yields {rule.yields}, confidence {rule.confidence:.3f} ({support})")
    if rule.text:
        print("  pattern:\n" + "\n".join(f"    {line.strip()}" for line in rule.text.strip().splitlines()))
    for phrase in rule.phrases[:20]:
        print(f"  phrase: {phrase}")
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
        got = [span_of(m) for m in rule.finditer(text)]
        if got != wanted:
            found.append(f"example {example!r} gives {[text[a:b] for a, b in got]}")
    found += [f"reject {text!r} matches" for text in rule.rejects if any(True for _ in rule.finditer(text))]
    return found
