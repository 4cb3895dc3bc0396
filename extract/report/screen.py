"""One record on the screen: its text with coloured spans, and the tree from value to rule."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, Group
from rich.text import Text
from rich.tree import Tree

from extract.model import Mention, Record, Result
from extract.report.explain import Occurrence
from extract.report.terminal import COLOURS, safe

_SIGNS = {"took": ("✓", "green"), "looked": ("·", "cyan"), "stopped": ("✗", "red")}
_LISTS = {
    "method": "methods", "dataset": "datasets", "metric": "metrics", "task": "tasks", "link": "links",
    "result": "results", "quantity": "quantities",
}  # fmt: skip


def print_record(record: Record, console: Console) -> None:
    """The marked text, a legend and the tree of facts."""
    legend = Text("  ").join(Text(f" {kind} ", style=_style(kind)) for kind in _LISTS)
    parts = [_marked(record, "title"), Text(), _marked(record, "abstract")]
    if record.comment:
        parts += [Text(), _marked(record, "comment")]
    console.print(Group(*[part for part in parts if part is not None], Text(), legend, Text()))
    console.print(fact_tree(record))


def _style(kind: str) -> str:
    return f"bold {COLOURS[kind]}" if kind == "result" else f"underline {COLOURS[kind]}"


def _mentions(record: Record) -> Iterable[tuple[str, Mention]]:
    for kind in ("task", "quantity", "method", "dataset", "metric", "link", "result"):
        for item in getattr(record, _LISTS[kind]):
            mentions = [item.mention] if hasattr(item, "mention") else item.mentions
            for mention in mentions:
                yield kind, mention


def _marked(record: Record, field: str) -> Text | None:
    raw = getattr(record, field)
    if not raw:
        return None
    # A line wrapped in the dump reads as one line; signs for controls keep the offsets.
    text = Text(safe(raw).replace("\n", " ").replace("\t", " "), style="bold" if field == "title" else "")
    for kind, mention in _mentions(record):
        if mention.field == field:
            text.stylize(_style(kind), mention.start_char, mention.end_char)
    return text


def fact_tree(record: Record) -> Tree:
    """Value, kind, metric, dataset, method and the rule behind each; then the other facts."""
    head = Text.assemble((safe(record.id), "dim"), f"  code: {record.code_availability.replace('_', ' ')}")
    tree = Tree(head, guide_style="dim")
    if record.results:
        branch = tree.add(Text("results", style="bold"))
        for result in record.results:
            _add_result(branch, record, result)
    for kind in ("method", "dataset", "metric", "task", "quantity", "link"):
        items = getattr(record, _LISTS[kind])
        if not items:
            continue
        branch = tree.add(Text(_LISTS[kind], style="bold"))
        for item in items:
            label = getattr(item, "name", None) or getattr(item, "surface", None) or item.url
            rules = [m.rule for m in (item.mentions if hasattr(item, "mentions") else [item.mention])]
            about = [str(value) for name in ("role", "canonical", "kind") if (value := getattr(item, name, None))]
            branch.add(_line(label, kind, ", ".join(about), list(dict.fromkeys(rules)), item.confidence))
    if len(tree.children) == 0:
        tree.add(Text("no fact was found", style="dim"))
    return tree


def _line(label: str, kind: str, about: str, rules: list[str], confidence: float) -> Text:
    line = Text(safe(" ".join(label.split())), style=COLOURS[kind])
    if about:
        line.append(f"  {safe(about)}", style="not bold default")
    line.append(f"  {confidence:.2f}  {safe(', '.join(rules))}", style="dim default")
    return line


def _add_result(branch: Tree, record: Record, result: Result) -> None:
    node = branch.add(_line(result.surface, "result", _value(result), [result.mention.rule], result.confidence))
    direction = f", {result.direction}" if result.direction else ""
    node.add(Text.assemble(("kind      ", "dim"), f"{result.kind}{direction}"))
    for slot, kind in (
        ("metric", "metric"), ("dataset", "dataset"), ("method", "method"), ("baseline", "method"), ("task", "task"),
    ):  # fmt: skip
        name = getattr(result, slot)
        if name is None:
            continue
        line = Text.assemble((f"{slot:<10}", "dim"), (safe(name), COLOURS[kind]))
        entities = [*getattr(record, _LISTS[kind]), *(record.datasets if slot == "baseline" else ())]
        entity = next((e for e in entities if e.name == name), None)
        if entity is not None:
            canonical = f"  {entity.canonical}" if entity.canonical else ""
            line.append(f"{canonical}  {entity.mentions[0].rule}", style="dim")
        node.add(line)
    for name, text in (("split", result.split), ("given", "; ".join(result.conditions))):
        if text:
            node.add(Text.assemble((f"{name:<10}", "dim"), safe(text)))


def _value(result: Result) -> str:
    value = f"{result.value:g}"
    if result.value_high is not None:
        value += f" to {result.value_high:g}"
    if result.uncertainty is not None:
        value += f" ± {result.uncertainty:g}"
    unit = f" {result.unit}" if result.unit else ""
    return f"= {result.qualifier + ' ' if result.qualifier else ''}{value}{unit}"


def print_why_not(wanted: str, occurrences: list[Occurrence], console: Console) -> None:
    """What touched the text, place by place."""
    if not occurrences:
        console.print(Text(f"“{safe(wanted)}” does not stand in the text: copy it as it is written there."))
    for occurrence in occurrences:
        console.print(
            Text.assemble(
                (f"{occurrence.where}: ", "bold"), ("… " + _one_line(occurrence.before), "dim"),
                (_one_line(occurrence.text), "bold reverse"), (_one_line(occurrence.after) + " …", "dim"),
            )
        )  # fmt: skip
        for line in occurrence.lines:
            sign, colour = _SIGNS[line.sort]
            rule = f"[{line.rule}] " if line.rule else ""
            console.print(Text.assemble((f"  {sign} ", colour), (safe(rule), "dim"), _one_line(line.text)))


def _one_line(text: str) -> str:
    return safe(text.replace("\n", " ").replace("\t", " "))
