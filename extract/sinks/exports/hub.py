"""Hugging Face `.eval_results/*.yaml`: what goes by pull request into a model's repository on the Hub.

The folder holds <paper>/<method>/.eval_results/<data set>.yaml. The Hub takes results for data sets that are
benchmarks there, so only those with a known Hub id come out; `--hub-datasets` adds more. A number stands there as the
benchmark's score, so only its own measure is one: neither a token reduction nor a rate of refusals on GSM8K is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from extract.model import Record
from extract.sinks.exports import Piece
from extract.sinks.exports.claims import Benchmark, Claim, Options, claims, number, paper_date, paper_url, slug

# Canonical id → benchmark: those that the Hub's documentation of evaluation results names.
BENCHMARKS: dict[str, Benchmark] = {
    "gpqa-diamond": Benchmark("Idavidrein/gpqa", "gpqa_diamond"),
    "gsm8k": Benchmark("openai/gsm8k", "gsm8k"),
    "hle": Benchmark("cais/hle", "hle"),
    "mmlu-pro": Benchmark("TIGER-Lab/MMLU-Pro", "mmlu_pro"),
}
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def export(records: Iterator[Record], options: Options) -> Iterator[Piece]:
    """One file for each paper, method and benchmark."""
    benchmarks = BENCHMARKS | dict(options.benchmarks)
    for record in records:
        # The canonical id that names the file (two may be one benchmark), and the entries, each once.
        files: dict[tuple[str, Benchmark], tuple[str, dict[str, None]]] = {}
        for claim in claims(record, options):
            canonical = claim.dataset.canonical or ""
            benchmark = benchmarks.get(canonical)
            if benchmark and claim.metric.canonical in benchmark.metrics and claim.result.unit in (None, "%"):
                _, entries = files.setdefault((claim.method.name, benchmark), (canonical, {}))
                entries[_entry(record, claim, benchmark)] = None
        for (method, _), (canonical, entries) in files.items():
            yield f"{slug(record.id)}/{slug(method)}/.eval_results/{slug(canonical)}.yaml", "".join(entries).encode()


def _entry(record: Record, claim: Claim, benchmark: Benchmark) -> str:
    result = claim.result
    notes = [claim.metric.name, *([result.split] if result.split else []), *result.conditions]
    lines = [
        "- dataset:",
        f"    id: {_scalar(benchmark.dataset)}",
        f"    task_id: {_scalar(benchmark.task)}",
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
