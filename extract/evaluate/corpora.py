"""Reads public corpora with annotated spans in the form in which they are published.

| corpus | what to give | published by |
| --- | --- | --- |
| TDMSci | a `.conll` file: word, offset and tag a line, a blank line after each sentence | Hou et al. 2021 |
| Heddes | a `.csv` file with the columns `Sentence #`, `Word` and `Tag` | Heddes et al. 2021 |
| SciER | a `.jsonl` file of its folder `LLM`: `sentence` and `ner`, a list of [words, type] | Zhang et al. 2024 |
| MeasEval | a folder that holds `text/*.txt` and `tsv/*.tsv` | Harper et al. 2021 |
| any other | a `.jsonl` file: `id`, `text`, `mentions` with `start`, `end` (code points) and `label` | |
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from extract.errors import UsageError
from extract.evaluate.gold import read_lines

# Words that stand without a space before (after) them, for corpora that keep words but not the space between them.
_NO_SPACE_BEFORE = re.compile(r"[.,;:!?%)\]}’]+|'s|n't|-|/|''")
_NO_SPACE_AFTER = re.compile(r"[(\[{$]|-|/|``")
_LABELS = {"material": "dataset", "b": "dataset", "i": "dataset"}  # Heddes marks datasets only and writes B, I, O


class Span(NamedTuple):
    """An annotated place: code points of the passage's text, and `dataset`, `metric`, `method`, `task`, `quantity`."""

    start: int
    end: int
    label: str


class Passage(NamedTuple):
    """A sentence or paragraph of a corpus with what its annotators marked."""

    id: str
    text: str
    spans: list[Span]


def read_corpus(path: str | Path) -> list[Passage]:
    """The passages of a corpus, its form told by what it is; raises UsageError when it is none of those above."""
    path = Path(path)
    try:
        if path.is_dir():
            passages = list(_measeval(path))
        elif path.suffix == ".csv":
            passages = list(_iob_csv(path))
        elif path.suffix == ".jsonl":
            passages = [_from_json(path, number, row) for number, row in enumerate(read_lines(path), 1)]
        else:
            passages = list(_conll(path))
    except OSError as error:
        raise UsageError(f"Cannot read {path} ({error.strerror}); give a corpus file or folder.") from None
    except (ValueError, KeyError, TypeError, IndexError):
        passages = []
    if not passages:
        raise UsageError(
            f"{path} is no annotated corpus of a known form; give a .conll, .csv or .jsonl file or a folder with "
            "text/ and tsv/."
        )
    return passages


def _conll(path: Path) -> Iterator[Passage]:
    sentence: list[list[str]] = []
    for number, line in enumerate([*path.read_text("utf-8").split("\n"), ""], 1):
        if line.strip():
            sentence.append(line.rstrip("\r").split("\t" if "\t" in line else " "))
        elif sentence:
            words, tags = [row[0] for row in sentence], [row[-1] for row in sentence]
            places = [int(row[1]) for row in sentence] if len(sentence[0]) > 2 and sentence[0][1].isdigit() else None
            yield _tagged(f"{path.stem}:{number}", words, tags, places)
            sentence = []


def _iob_csv(path: Path) -> Iterator[Passage]:
    words: list[str] = []
    tags: list[str] = []
    name = None
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["Sentence #"] and row["Sentence #"] != name:  # the number may stand on a sentence's first word only
                if words:
                    yield _tagged(str(name), words, tags)
                name, words, tags = row["Sentence #"], [], []
            words.append(row["Word"].strip())
            tags.append(row["Tag"])
    if words:
        yield _tagged(str(name), words, tags)


def _tagged(name: str, words: Sequence[str], tags: Iterable[str], places: Sequence[int] | None = None) -> Passage:
    """A passage from words with B/I/O tags; `places` are the words' offsets where the corpus has them."""
    text, starts = "", []
    for i, word in enumerate(words):
        if i and places:
            text += " " * max(0, min(1, places[i] - places[i - 1] - len(words[i - 1])))
        elif i and not _NO_SPACE_BEFORE.fullmatch(word) and not _NO_SPACE_AFTER.fullmatch(words[i - 1]):
            text += " "
        starts.append(len(text))
        text += word
    spans: list[Span] = []
    inside: str | None = None
    for start, word, tag in zip(starts, words, tags, strict=True):
        mark, _, kind = tag.partition("-")
        if mark not in ("B", "I", "O"):
            raise ValueError(f"{tag!r} is no B, I, O tag")
        label = None if mark == "O" else _label(kind or mark)
        end = start + len(word)
        if label and mark == "I" and inside == label:
            spans[-1] = Span(spans[-1].start, end, label)
        elif label:
            spans.append(Span(start, end, label))
        inside = label
    return Passage(name, text, spans)


def _label(name: str) -> str:
    name = name.lower()
    return _LABELS.get(name, name)


def _from_json(path: Path, number: int, row: dict[str, Any]) -> Passage:
    if "sentence" in row:  # SciER gives the marked words, not their places: each takes the next free one
        return Passage(
            f"{row.get('doc_id', path.stem)}:{number}", row["sentence"], _placed(row["sentence"], row["ner"])
        )
    spans = [Span(m["start"], m["end"], _label(m["label"])) for m in row["mentions"]]
    return Passage(str(row.get("id", number)), row["text"], spans)


def _placed(text: str, named: Iterable[Sequence[str]]) -> list[Span]:
    spans: list[Span] = []
    for words, kind in sorted(named, key=lambda pair: -len(pair[0])):  # the longer first: "3D CNN" before "CNN"
        for match in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text):
            if all(match.end() <= s.start or s.end <= match.start() for s in spans):
                spans.append(Span(match.start(), match.end(), _label(kind)))
                break
    return sorted(spans)


def _measeval(folder: Path) -> Iterator[Passage]:
    for path in sorted(folder.glob("text/*.txt")):
        with (folder / "tsv" / f"{path.stem}.tsv").open(encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            spans = [Span(int(r["startOffset"]), int(r["endOffset"]), _label(r["annotType"])) for r in rows]
        yield Passage(path.stem, path.read_bytes().decode("utf-8"), spans)
