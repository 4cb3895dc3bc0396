"""Valid records made up for the tests: seeded, about 15 nested items each, with every slot of the model in use."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from extract.model import Record, to_json

DATASETS = [
    ("ImageNet-1K", "imagenet-1k"),
    ("COCO", "coco"),
    ("ADE20K", "ade20k"),
    ("WMT14", "wmt14"),
    ("Pond-7", None),
]
METRICS = [
    ("top-1 accuracy", "top-1-accuracy", True),
    ("mIoU", "mean-iou", True),
    ("FID", "fid", False),
    ("zing", None, None),
]
TASKS = [("image classification", "image-classification"), ("semantic segmentation", "semantic-segmentation")]
# What breaks SQL, CSV, COPY, JSON and terminals when it is taken for anything but data (NUL never stands in a record).
HOSTILE = (
    "'; DROP TABLE papers; --",
    'quote " and \\ backslash \\N \\. \\t',
    '=HYPERLINK("x")',
    "+1+1",
    "@SUM(A1)",
    "-2",
    "tab\tnewline\nreturn\r\nend",
    "😀 𝔽 \u202e\u2028\u0085\x1b[31m\x7f",
    "{curly} %s :name $1 ?",
    "é" * 20_000,
    "\ufeffBOM",
)


class _Text:
    """A text that grows; `mention` appends a word and says where it stands."""

    def __init__(self, field: str, text: str) -> None:
        self.field = field
        self.text = text

    def mention(self, text: str, rule: str) -> dict[str, object]:
        start = len(self.text) + 1
        self.text += f" {text}"
        return {"field": self.field, "start_char": start, "end_char": start + len(text), "text": text, "rule": rule}


def make_record(n: int, *, results: int = 4, hostile: str = "", version: int = 0) -> Record:
    """Record number `n`; `hostile` is worked into every free text, `version` changes the numbers."""
    rng = random.Random(f"{n}/{version}")
    h = f" {hostile}" if hostile else ""
    arxiv = f"{2000 + n // 9000}.{n % 90000:05d}" + h
    abstract = _Text("abstract", f"Paper {n} studies ponds{h}.")
    title = _Text("title", f"On ponds {n}:{h}")
    method, other = f"PondNet-{n}{h}", f"Brook-{n % 50}{h}"

    def entity(name: str, canonical: str | None, rule: str, **more: object) -> dict[str, object]:
        mentions = [abstract.mention(name, rule), title.mention(name, rule)][: 1 + n % 2]
        confidence = round(rng.uniform(0.5, 1), 2)
        aliases = [f"{name}'s alias"] if n % 3 == 0 else []
        return {
            "name": name,
            "canonical": canonical,
            "aliases": aliases,
            "confidence": confidence,
            "mentions": mentions,
            **more,
        }

    dataset, metric, task = rng.choice(DATASETS), rng.choice(METRICS), rng.choice(TASKS)
    rows = []
    for k in range(results):
        value = round(rng.uniform(20, 99), 2)
        rows.append(
            {
                "surface": f"{value}%{h}",
                "value": value,
                "value_high": value + 1 if k == 3 else None,
                "uncertainty": 0.2 if k == 2 else None,
                "unit": "%" if k < 2 else None,
                "kind": ("absolute", "absolute", "delta", "relative")[k % 4],
                "qualifier": "up to" if k == 3 else None,
                "direction": "increase" if k >= 2 else None,
                "metric": metric[0],
                "dataset": dataset[0] if k != 3 else None,
                "split": f"val{h}" if k == 0 else None,
                "method": method if k != 1 else other,
                "baseline": other if k == 2 else None,
                "task": task[0],
                "conditions": [f"ResNet-{k} backbone{h}"] if k == 0 else [],
                "group": "g1" if k < 2 else None,
                "mention": abstract.mention(f"{value}%", "result.test"),
                "confidence": 0.9,
            }
        )
    size = abstract.mention(f"{n + 1}B parameters", "quantity.test")
    link = abstract.mention(f"https://github.com/o/{n}", "link.test")
    methods = [
        entity(method, None, "method.test", role="proposed"),
        entity(other, f"brook-{n % 50}", "method.test", role="used"),
    ]
    datasets = [entity(*dataset, "dataset.test")]
    metrics = [entity(metric[0], metric[1], "metric.test", higher_is_better=metric[2])]
    tasks = [entity(*task, "task.test")]
    return Record.model_validate(
        {
            "id": f"arxiv:{arxiv}",
            "source": {
                "dump": f"d.jsonl{h}",
                "format": "arxiv-json",
                "index": n,
                "line": n + 1,
                "byte_offset": n * 100,
            },
            "title": title.text,
            "abstract": abstract.text,
            "comment": f"10 pages{h}" if n % 4 == 0 else None,
            "identifiers": {"arxiv": arxiv, "doi": f"10.1/{n}{h}" if n % 5 == 0 else None},
            "metadata": {
                "authors": [f"Ada Pond{h}", "Bo Brook"],
                "published": f"20{10 + n % 16}-{1 + n % 12:02d}-01",
                "categories": ["cs.CV"],
                "url": f"https://arxiv.org/abs/{n}",
            },
            "methods": methods,
            "datasets": datasets,
            "metrics": metrics,
            "tasks": tasks,
            "links": [
                {
                    "url": f"https://github.com/o/{n}{h}",
                    "kind": "code",
                    "status": "released" if n % 2 else "promised",
                    "host": "github.com",
                    "owner": "o",
                    "repo": str(n),
                    "from_dump": None,
                    "confidence": 0.98,
                    "mentions": [link],
                },
                {
                    "url": f"https://x.org/{n}",
                    "kind": "project",
                    "status": "released",
                    "host": "x.org",
                    "from_dump": "url",
                },
            ],
            "results": rows,
            "quantities": [
                {
                    "surface": f"{n + 1}B parameters",
                    "value": (n + 1) * 1e9,
                    "unit": "parameters",
                    "kind": "model_size",
                    "mention": size,
                }
            ],
            "code_availability": "released" if n % 2 else "promised",
            "warnings": [f"made-up{h}"] if n % 7 == 0 else [],
        }
    )


def empty_record(n: int) -> Record:
    """A record in which nothing was found: all its lists are empty."""
    source = {"dump": "d", "format": "text", "index": n}
    return Record.model_validate({"id": f"text:{n:016x}", "source": source, "title": f"Empty {n}", "abstract": ""})


def hostile_records() -> Iterator[Record]:
    """One record for each hostile text, with it in every column that can hold it."""
    for n, text in enumerate(HOSTILE):
        yield make_record(900_000 + n, hostile=text)


def write(path: Path, records: Iterator[Record] | list[Record]) -> Path:
    """Write records as JSONL."""
    with path.open("wb") as out:
        for record in records:
            out.write(to_json(record) + b"\n")
    return path
