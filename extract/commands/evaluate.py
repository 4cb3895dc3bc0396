"""`paperfacts eval` and `paperfacts diff`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from extract.errors import UsageError

if TYPE_CHECKING:
    from extract.evaluate import Evaluation, Gold
    from extract.evaluate.compare import Change, What
    from extract.model import Paper, Reject

# Characters of a value in a list of changes.
_SHOWN = 60


def evaluate(
    gold: Annotated[
        str | None, typer.Option(help="Annotated papers, JSONL (README says how), or the report's judgements.")
    ] = None,
    papers: Annotated[
        str | None,
        typer.Option(help="The papers as a dump, converted now unless --records is given; only these are scored."),
    ] = None,
    records: Annotated[
        str | None, typer.Option(help="Records of those papers: records.jsonl[.gz|.zst], the folder of a run, or - .")
    ] = None,
    spans: Annotated[
        str | None, typer.Option(help="Instead of --gold: a corpus with annotated spans (README names them).")
    ] = None,
    rules: Annotated[str | None, typer.Option(help="A folder of rules of your own.")] = None,
    errors: Annotated[bool, typer.Option("--errors", help="List what was missed and what was spurious.")] = False,
    by_rule: Annotated[bool, typer.Option("--by-rule", help="List each rule's measured precision.")] = False,
    floor: Annotated[list[str] | None, typer.Option(help="NAME=F1, may be repeated: exit 1 when below.")] = None,
    bootstrap: Annotated[int, typer.Option(help="Rounds for the 95% intervals; 0 for none.")] = 500,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Score against annotated papers: precision, recall and F1 by kind and tier, calibration, errors."""
    if spans is not None:
        if gold or papers or records:
            raise UsageError("--spans stands alone: the corpus holds both the texts and their annotation.")
        result = _on_corpus(spans, rules)
    else:
        result = _on_papers(gold, papers, records, rules)
    floors = _floors(floor or [], result)
    summary = _summary(result, bootstrap)
    if as_json:
        _print_json(summary, result, errors=errors)
    else:
        _print_tables(summary, result, errors=errors, by_rule=by_rule)
    missed = [(name, want, got) for name, want, got in floors if got < want]
    for name, want, got in missed:
        sys.stderr.write(f"paperfacts: {name} is {got:.3f}, below its floor of {want:.3f}.\n")
    raise typer.Exit(1 if missed else 0)


def _on_papers(gold: str | None, papers: str | None, records: str | None, rules: str | None) -> Evaluation:
    from extract.evaluate import evaluate as score
    from extract.evaluate.gold import converted, read_gold, read_records
    from extract.readers import read

    if gold is None:
        raise UsageError("Give --gold with annotated papers, or --spans with a corpus.")
    if records is None and papers is None:
        raise UsageError("Give --papers (to convert them now) or --records.")
    annotated = read_gold(gold, papers)
    if papers is None:
        return score(annotated, read_records(str(records)))
    items = list(read(papers))
    held = _held(annotated, items, gold, papers)
    return score(held, read_records(records) if records else converted(items, rules))


def _held(gold: list[Gold], items: list[Paper | Reject], name: str, papers: str) -> list[Gold]:
    """The annotated papers that the dump holds; says how many it does not, raises UsageError when it holds none."""
    from extract.evaluate.gold import among

    held = among(gold, items)
    if not held:
        raise UsageError(f"None of the papers of {name} is in {papers}; give the dump that holds the annotated papers.")
    if left := len(gold) - len(held):
        lack = f"{left} of {_counted(len(gold), 'gold paper')} {'is' if left == 1 else 'are'} not in {papers}"
        sys.stderr.write(f"paperfacts: {lack}; scored on {len(held)}.\n")
    return held


def _on_corpus(path: str, rules: str | None) -> Evaluation:
    from extract.evaluate.corpora import read_corpus
    from extract.evaluate.spans import evaluate_spans
    from extract.pipeline import Pipeline

    return evaluate_spans(read_corpus(path), Pipeline(rules))


def _floors(floors: list[str], result: Evaluation) -> list[tuple[str, float, float]]:
    totals = result.totals()
    found = []
    for text in floors:
        name, _, value = text.partition("=")
        try:
            found.append((name, float(value), totals[name].f1))
        except (ValueError, KeyError):
            known = ", ".join(totals)
            raise UsageError(f"--floor {text!r} is not NAME=F1 with one of the names {known}.") from None
    return found


def _summary(result: Evaluation, bootstrap: int) -> dict[str, dict[str, Any]]:
    intervals = result.intervals(bootstrap)
    return {
        name: {
            "tp": c.tp, "fp": c.fp, "fn": c.fn, "precision": round(c.precision, 4), "recall": round(c.recall, 4),
            "f1": round(c.f1, 4), "f1_95": [round(x, 4) for x in intervals[name]] if name in intervals else None,
        }
        for name, c in result.totals().items()
    }  # fmt: skip


def _print_json(summary: dict[str, dict[str, Any]], result: Evaluation, *, errors: bool) -> None:
    import orjson

    from extract.evaluate import calibration

    data: dict[str, Any] = {
        "scores": summary,
        "calibration": [b._asdict() for b in calibration.bins(result.judged)],
        "ranking": [r._asdict() for r in calibration.rankings(result.judged)],
        "rules": [r._asdict() for r in calibration.by_rule(result.judged)],
    }
    if errors:
        data["errors"] = [e._asdict() for e in result.errors]
    sys.stdout.write(orjson.dumps(data, option=orjson.OPT_INDENT_2).decode() + "\n")


def _print_tables(summary: dict[str, dict[str, Any]], result: Evaluation, *, errors: bool, by_rule: bool) -> None:
    from extract.evaluate import calibration

    print(f"{'kind':<20}{'tp':>6}{'fp':>6}{'fn':>6}{'P':>8}{'R':>8}{'F1':>8}   95% of F1")
    for name, row in summary.items():
        band = f"{row['f1_95'][0]:.3f} to {row['f1_95'][1]:.3f}" if row["f1_95"] else ""
        counts = f"{row['tp']:>6}{row['fp']:>6}{row['fn']:>6}"
        print(f"{name:<20}{counts}{row['precision']:>8.3f}{row['recall']:>8.3f}{row['f1']:>8.3f}   {band}")
    if result.judged:
        print(f"\n{'calibration':<20}{'confidence':>14}{'facts':>8}{'claimed':>9}{'right':>8}")
    for b in calibration.bins(result.judged):
        print(f"{b.kind:<20}{f'{b.low:.2f}-{b.high:.2f}':>14}{b.facts:>8}{b.claimed:>9.3f}{b.right:>8.3f}")
    if ranked := calibration.rankings(result.judged):
        print(f"\n{'right above wrong':<20}{'pairs':>10}{'AUROC':>8}")
    for k in ranked:
        print(f"{k.kind:<20}{k.pairs:>10}{k.auroc:>8.3f}")
    if by_rule:
        print(f"\n{'rule':<44}{'kind':<12}{'right':>7}{'wrong':>7}{'precision':>11}")
        for r in calibration.by_rule(result.judged):
            print(f"{r.rule:<44}{r.kind:<12}{r.right:>7}{r.wrong:>7}{r.precision:>11.3f}")
    if errors:
        for e in result.errors:
            print(f"[{e.where}]\t{e.tally}\t{e.what}\t{e.text}")


def diff(
    before: Annotated[str, typer.Argument(help="Records of the one run: records.jsonl[.gz|.zst] or its folder.")],
    after: Annotated[str, typer.Argument(help="Records of the other run.")],
    limit: Annotated[int, typer.Option(help="Show this many changes of each rule; 0 for the counts only.")] = 5,
    rule: Annotated[str | None, typer.Option(help="Only rules with this prefix.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a change.")] = False,
) -> None:
    """Show gained, lost and changed facts between two record files, by rule, and papers that one of them lacks."""
    changes = _changes(before, after)
    if rule:
        changes = [x for x in changes if any(name.startswith(rule) for name in x.rules)]
    if as_json:
        import orjson

        for change in changes:
            sys.stdout.write(orjson.dumps(change._asdict()).decode() + "\n")
        return
    _print_changes(changes, limit)


def _changes(before: str, after: str) -> list[Change]:
    import orjson

    from extract.evaluate.compare import compare
    from extract.recordfiles import read_records

    # Lines, not objects: those of 10,000 papers are 40 MB against 400. Of two records with one id the first stands.
    old: dict[str, bytes] = {}
    for line, record in read_records(Path(before)):
        old.setdefault(record["id"], line)
    changes: list[Change] = []
    seen = set()
    for line, record in read_records(Path(after)):
        ident = record["id"]
        if ident not in seen and old.get(ident) != line:
            changes += compare(orjson.loads(old[ident]) if ident in old else None, record)
        seen.add(ident)
    for ident, line in old.items():
        if ident not in seen:
            changes += compare(orjson.loads(line), None)
    return changes


def _print_changes(changes: list[Change], limit: int) -> None:
    from extract.evaluate.compare import by_field, by_rule

    of_rule: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        of_rule.setdefault((change.kind, change.rule), []).append(change)
    signs: dict[What, str] = {"gained": "+", "lost": "-", "changed": "~", "reweighed": "~"}
    print(f"{'kind':<12}{'rule':<44}" + "".join(f"{what:>10}" for what in signs))
    for kind, name, counts in by_rule(changes):
        print(f"{kind:<12}{name:<44}" + "".join(f"{counts[what]:>10}" for what in signs))
        for change in sorted(of_rule[kind, name], key=lambda x: x.change == "reweighed")[:limit]:
            fields = "; ".join(f"{field} {_short(a)} → {_short(b)}" for field, (a, b) in change.fields.items())
            print(f"    {signs[change.change]} {change.id}: {change.fact}{': ' if fields else ''}{fields}")
    print(f"{_counted(len(changes), 'change')} in {_counted(len({x.id for x in changes}), 'paper')}")
    if fields := ", ".join(f"{field} {count}" for field, count in by_field(changes)):
        print(f"changed fields: {fields}")


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")


def _short(value: object) -> str:
    """A value for a list of examples: long ones are cut, `--json` has them whole."""
    text = "; ".join(map(str, value)) if isinstance(value, list) else "null" if value is None else str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
