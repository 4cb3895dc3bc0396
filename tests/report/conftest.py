"""Invented records of any number for the report, valid and the same on every run."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from extract.model import Record, to_json

METHODS = ("Lattice", "GridFormer", "SwiftNet", "Halo-B", "Halo-L", "PRISM", "Tidal-7B", "ResNet-50", "BERT", "LoRA")
DATASETS = {
    "ImageNet-1K": ("imagenet-1k", "top-1 accuracy"), "COCO": ("coco", "mAP"), "ADE20K": ("ade20k", "mIoU"),
    "GLUE": ("glue", "accuracy"), "LibriSpeech": ("librispeech", "WER"), "WMT14": ("wmt14", "BLEU"),
}  # fmt: skip
METRICS = {
    "top-1 accuracy": ("top-1-accuracy", True), "mAP": ("mean-average-precision", True), "mIoU": ("mean-iou", True),
    "accuracy": ("accuracy", True), "WER": ("word-error-rate", False), "BLEU": ("bleu", True),
}  # fmt: skip
TASKS = ("image classification", "object detection", "semantic segmentation", "speech recognition")


class Builder:
    """Writes a text and remembers where its facts stand."""

    def __init__(self, title: str = "", abstract: str = "") -> None:
        self.text = {"title": title, "abstract": abstract}

    def say(self, words: str, *, field: str = "abstract") -> None:
        self.text[field] += words

    def mark(self, words: str, rule: str, *, field: str = "abstract") -> dict[str, Any]:
        start = len(self.text[field])
        self.text[field] += words
        return {"field": field, "start_char": start, "end_char": start + len(words), "text": words, "rule": rule}


def one_record(n: int, seed: int = 7) -> dict[str, Any]:
    """Record `n` of the invented run."""
    chance = random.Random(seed * 1_000_003 + n)
    text = Builder()
    method, other = chance.sample(METHODS, 2)
    method = f"{method}-{n % 97}" if chance.random() < 0.7 else method
    dataset = chance.choice(list(DATASETS))
    canonical, metric = DATASETS[dataset]
    metric_id, higher = METRICS[metric]
    task = chance.choice(TASKS)
    in_title = text.mark(method, "method.title-colon", field="title")
    text.say(f": a compact model for {task} with calibrated attention", field="title")
    text.say("Models for ")
    tasks = [text.mark(task, "task.phrase")]
    text.say(" keep growing, while the budget of most laboratories does not. We introduce ")
    again = text.mark(method, "method.introduced")
    text.say(
        ", which reads its input once and keeps a short summary of what it saw. 🚀 On "
        if n % 5 == 0
        else ", which reads once. On "
    )
    d = text.mark(dataset, "dataset.vocabulary")
    text.say(" it reaches ")
    value = round(chance.uniform(3, 9) if not higher else chance.uniform(60, 92), 1)
    r0 = text.mark(f"{value}%", "result.value-metric-on-dataset")
    text.say(" ")
    k = text.mark(metric, "metric.vocabulary")
    text.say(", ")
    delta = round(chance.uniform(0.2, 4), 1)
    r1 = text.mark(f"{delta} points", "result.delta")
    text.say(" better than ")
    o = text.mark(other, "method.vocabulary")
    text.say(", and trains ")
    r2 = text.mark("2.5x", "result.ratio")
    text.say(" faster on ")
    q = text.mark("four", "quantity.hardware")
    text.say(
        " GPUs. The text ends with a remark on limits: long inputs remain hard, and the summary forgets rare names."
    )
    links = []
    code = chance.choice(["released", "promised", "none_stated", "none_stated", "elided", "on_request"])
    if code == "released":
        text.say(" Code: ")
        at = text.mark(f"https://github.com/lab{n % 50}/{method.lower()}", "link.repository")
        links = [{
            "url": at["text"], "kind": "code", "status": "released", "host": "github.com", "owner": f"lab{n % 50}",
            "repo": method.lower(), "mentions": [at], "confidence": 0.99,
        }]  # fmt: skip
    sure = round(chance.choice([0.62, 0.74, 0.83, 0.9, 0.94, 0.97]), 2)
    base = {"metric": metric, "dataset": dataset, "method": method, "task": task, "confidence": sure}
    return {
        "schema_version": "1.0", "id": f"arxiv:24{n // 100000:02d}.{n % 100000:05d}",
        "source": {"dump": "invented.jsonl", "format": "jsonl", "index": n, "line": n + 1, "byte_offset": None},
        "title": text.text["title"], "abstract": text.text["abstract"], "identifiers": {},
        "metadata": {
            "authors": ["A. Writer"], "published": f"2024-{n % 12 + 1:02d}-01", "categories": ["cs.CV"],
            "url": f"https://example.org/abs/{n}",
        },
        "methods": [
            {"name": method, "role": "proposed", "confidence": 0.97, "mentions": [in_title, again]},
            {"name": other, "role": "used", "canonical": other.lower(), "confidence": 0.92, "mentions": [o]},
        ],
        "datasets": [{"name": dataset, "canonical": canonical, "confidence": 0.99, "mentions": [d]}],
        "metrics": [
            {"name": metric, "canonical": metric_id, "higher_is_better": higher, "confidence": 0.99, "mentions": [k]}
        ],
        "tasks": [{"name": task, "canonical": task.replace(" ", "-"), "confidence": 0.9, "mentions": tasks}],
        "links": links,
        "results": [
            {"surface": f"{value}% {metric}", "value": value, "unit": "%", "kind": "absolute", "mention": r0, **base},
            {"surface": r1["text"], "value": delta, "unit": "points", "kind": "delta", "direction": "increase",
             "baseline": other, "mention": r1, **base},
            {"surface": r2["text"], "value": 2.5, "unit": "x", "kind": "ratio", "baseline": other, "mention": r2,
             "conditions": ["four GPUs"], **base, "metric": None, "dataset": None},
        ],
        "quantities": [
            {"surface": "four GPUs", "value": 4.0, "unit": "GPUs", "kind": "hardware", "mention": q, "confidence": 0.9}
        ],
        "code_availability": code, "warnings": [],
    }  # fmt: skip


def records(count: int) -> Iterator[dict[str, Any]]:
    """The first `count` records, each checked against the contract."""
    for n in range(count):
        yield json.loads(to_json(Record.model_validate(one_record(n))))


HOSTILE = "<img src=x onerror=alert(1)><script>document.title='owned'</script>\"'&amp;</article>\u202egnp.\x1b[31m"


def hostile_record() -> dict[str, Any]:
    """A record whose every text tries to be mark-up, script, an escape sequence or an odd address."""
    text = Builder()
    m = text.mark(f"Evil{HOSTILE}", "method.<b>rule</b>", field="title")
    r = text.mark(f"9{HOSTILE}", "result.x")
    text.say(" on ")
    d = text.mark("</script><script>alert(2)</script>", "dataset.x")
    record = {
        "schema_version": "1.0", "id": "text:<svg/onload=alert(3)>&fact=r0#x",
        "source": {"dump": "d", "format": "f", "index": 1_000_000},
        "title": text.text["title"], "abstract": text.text["abstract"],
        "metadata": {"authors": [], "published": "<i>", "categories": ["<u>"], "url": "javascript:alert(4)"},
        "methods": [{
            "name": m["text"], "role": "proposed", "canonical": "<b>", "aliases": ["<a>"], "confidence": 0.5,
            "mentions": [m],
        }],
        "datasets": [{"name": d["text"], "confidence": 0.5, "mentions": [d]}],
        "links": [{
            "url": "javascript:alert(5)", "kind": "code", "status": "released", "host": "<h>", "from_dump": "<f>",
        }],
        "results": [{
            "surface": r["text"], "value": 9.0, "unit": "<sub>", "kind": "absolute", "mention": r, "method": m["text"],
            "dataset": d["text"], "conditions": ["<c>"], "confidence": 0.5,
        }],
        "code_availability": "released", "warnings": ["<w>"],
    }  # fmt: skip
    return json.loads(to_json(Record.model_validate(record)))


@pytest.fixture(scope="session")
def make_records() -> Callable[[int], Iterator[dict[str, Any]]]:
    return records


@pytest.fixture(scope="session")
def hostile() -> dict[str, Any]:
    return hostile_record()


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run's folder: 60 invented papers, a hostile one, one without facts, and four rejects."""
    folder = tmp_path_factory.mktemp("invented")
    bare = {**one_record(900), "title": "Nothing here", "abstract": "A text without a fact.", "metadata": {}}
    for kind in ("methods", "datasets", "metrics", "tasks", "links", "results", "quantities"):
        bare[kind] = []
    with (folder / "records.jsonl").open("w", encoding="utf-8") as out:
        for record in (*records(60), hostile_record(), bare):
            out.write(json.dumps(record) + "\n")
    with (folder / "rejects.jsonl").open("w", encoding="utf-8") as out:
        for reason in ("malformed-json", "malformed-json", "duplicate-id", "no-text"):
            out.write(json.dumps({"reason": reason, "dump": "d", "index": 1, "message": "m"}) + "\n")
    return folder
