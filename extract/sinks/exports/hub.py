"""Hugging Face `.eval_results/*.yaml`: what goes by pull request into a model's repository on the Hub.

The folder holds <paper>/<method>/.eval_results/<data set>.yaml. The Hub takes results for data sets that are
benchmarks there, so only those with a known Hub id come out; `--hub-datasets` adds more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from extract.model import Record
from extract.sinks.exports import Piece
from extract.sinks.exports.claims import Claim, Options, claims, number, paper_date, paper_url, slug

# Canonical id → data set and task on the Hub: benchmarks that the Hub's documentation of evaluation results names.
BENCHMARKS: dict[str, tuple[str, str]] = {
    "gpqa-diamond": ("Idavidrein/gpqa", "gpqa_diamond"),
    "gsm8k": ("openai/gsm8k", "gsm8k"),
    "hle": ("cais/hle", "hle"),
    "humanitys-last-exam": ("cais/hle", "hle"),
    "mmlu-pro": ("TIGER-Lab/MMLU-Pro", "mmlu_pro"),
}
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def export(records: Iterator[Record], options: Options) -> Iterator[Piece]:
    """One file for each paper, method and benchmark."""
    benchmarks = BENCHMARKS | dict(options.hub_datasets or {})
    for record in records:
        files: dict[tuple[str, str], list[Claim]] = {}
        for claim in claims(record, options):
            if claim.dataset.canonical in benchmarks:
                files.setdefault((claim.method.name, claim.dataset.canonical or ""), []).append(claim)
        for (method, dataset), found in files.items():
            text = "".join(_entry(record, claim, *benchmarks[dataset]) for claim in found)
            yield f"{slug(record.id)}/{slug(method)}/.eval_results/{slug(dataset)}.yaml", text.encode()


def _entry(record: Record, claim: Claim, dataset: str, task: str) -> str:
    result = claim.result
    notes = [claim.metric.name, *([result.split] if result.split else []), *result.conditions]
    lines = [
        "- dataset:",
        f"    id: {_scalar(dataset)}",
        f"    task_id: {_scalar(task)}",
        f"  value: {number(result.value)}",
    ]
    if published := _date(record):
        lines.append(f"  date: {_scalar(published)}")
    if url := paper_url(record):
        lines += ["  source:", f"    url: {_scalar(url)}", f"    name: {_scalar(record.title or record.id)}"]
    lines.append(f"  notes: {_scalar('; '.join(notes))}")
    return "\n".join(lines) + "\n"


def _date(record: Record) -> str | None:
    date = paper_date(record)
    return date if date and len(date) == len("2024-01-31") else None


def _scalar(text: str) -> str:
    """A double-quoted YAML scalar: JSON's, with what YAML calls unprintable escaped."""
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)
