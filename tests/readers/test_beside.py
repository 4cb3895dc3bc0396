"""Folders, patterns and archives: no paper is lost without a word, and what is no dump costs nothing."""

from __future__ import annotations

import io
import json
import os
import tarfile
import zipfile
from collections import Counter

import pytest

from extract.errors import UsageError
from extract.model import Reject
from extract.readers import PassedOver, expand, read
from extract.readers.inspection import inspect_dump

LEGAL = "All rights to the gulls are reserved.\n\nYou may watch them. " + "No warranty is given for any of them. " * 20


def lines(*titles):
    return "".join(json.dumps({"title": title, "abstract": "They are counted."}) + "\n" for title in titles)


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data.encode())
            archive.addfile(info, io.BytesIO(data.encode()))
    return out.getvalue()


def outcome(dumps):
    """Titles and reasons of everything that a list of dumps gives."""
    found = [item for dump in dumps for item in read(dump.source, name=dump.name, asked=dump.asked)]
    return [item.reason if isinstance(item, Reject) else item.title for item in found]


def test_archives_in_a_folder_are_read(tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped({"x.jsonl": lines("Gulls")}))
    (tmp_path / "b.tar.gz").write_bytes(tarred({"y.jsonl": lines("Terns")}))
    (tmp_path / "c.jsonl").write_text(lines("Skuas"))
    assert outcome(expand([tmp_path])) == ["Gulls", "Terns", "Skuas"]


BESIDE = {
    "LICENSE": LEGAL,
    "notes.txt": "Remember the milk.",
    "README.md": "# Birds\n\n- see [the sea](https://sea.example.org)\n",
    "bird.png": "\x89PNG",
    "blob.bin": "".join(map(chr, range(128))) * 50,
}


def test_what_stands_beside_dumps_is_passed_over_and_said(tmp_path):
    members = {**BESIDE, "papers.jsonl": lines("Gulls")}
    for name, data in members.items():
        (tmp_path / name).write_text(data, "utf-8")
    dumps = expand([tmp_path])
    assert [dump.name for dump in dumps] == ["papers.jsonl"]
    assert {name for name, _ in dumps.passed_over.first} == set(BESIDE)
    path = tmp_path / "all.zip"
    path.write_bytes(zipped(members))
    passed = PassedOver()
    assert [item.title for item in read(path, passed_over=passed)] == ["Gulls"]
    assert {name for name, _ in passed.first} == {f"all.zip/{name}" for name in BESIDE}


def test_the_sentence_names_the_first_and_counts_all():
    passed = PassedOver()
    for n in range(12):
        passed.add(f"{n}.bin")
    assert passed.sentence().startswith("12 files passed over: 0.bin, 1.bin, ")
    assert passed.sentence().endswith("9.bin (of no format known here) and 2 more")
    assert PassedOver.from_state(passed.to_state()) == passed


def test_what_looks_like_data_and_is_not_known_is_a_reject(tmp_path):
    unknown = {"x.csv": "one,two\n1,2\n", "y.xml": "<sheet><cell/></sheet>", "z.csv.gz": "one,two\n1,2\n"}
    for name, data in unknown.items():
        (tmp_path / name).write_text(data, "utf-8")
    (tmp_path / "p.jsonl").write_text(lines("Gulls"))
    assert Counter(outcome(expand([tmp_path]))) == {"unknown-format": 3, "Gulls": 1}
    path = tmp_path / "all.zip"
    path.write_bytes(zipped({**unknown, "p.jsonl": lines("Gulls")}))
    assert Counter(outcome(expand([path]))) == {"unknown-format": 3, "Gulls": 1}
    with pytest.raises(UsageError, match="no format known"):  # asked for by name, it is a mistake in the arguments
        read(tmp_path / "x.csv")


def test_a_table_without_texts_does_not_end_a_folder(tmp_path):
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(arrow.table({"year": [2024]}), tmp_path / "a.parquet")
    (tmp_path / "b.jsonl").write_text(lines("Gulls"))
    assert outcome(expand([tmp_path])) == ["unknown-format", "Gulls"]


def test_a_workbook_is_no_archive_of_dumps(tmp_path):
    (tmp_path / "x.xlsx").write_bytes(zipped({"xl/sheet.xml": "<worksheet/>"}))
    (tmp_path / "p.jsonl").write_text(lines("Gulls"))
    assert outcome(expand([tmp_path])) == ["Gulls", "unknown-format"]


def test_a_path_that_leads_outside_is_only_a_name(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"../../outside.jsonl": lines("Gulls"), "/root.jsonl": lines("Terns")}))
    assert outcome(expand([path])) == ["Gulls", "Terns"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.zip"]


def test_links_lead_to_each_file_once(tmp_path):
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "deep" / "p.jsonl").write_text(lines("Gulls"))
    (tmp_path / "away").mkdir()
    (tmp_path / "away" / "q.jsonl").write_text(lines("Terns"))
    for name in ("loop", "round"):
        (tmp_path / "in" / name).symlink_to(tmp_path / "in")
    (tmp_path / "in" / "also.jsonl").symlink_to(tmp_path / "away" / "q.jsonl")
    (tmp_path / "in" / "elsewhere").symlink_to(tmp_path / "away")
    wanted = ["also.jsonl", "deep/p.jsonl"]
    assert [dump.name for dump in expand([tmp_path / "in"])] == wanted
    for pattern in (f"{tmp_path}/in/**/*.jsonl", f"{tmp_path}/**/in/**"):
        assert [dump.source for dump in expand([pattern])] == [str(tmp_path / "in" / name) for name in wanted]


def test_patterns_of_any_depth_below_here(tmp_path, monkeypatch):
    (tmp_path / "a" / "b").mkdir(parents=True)
    for name in ("x.jsonl", "a/y.jsonl", "a/b/z.jsonl"):
        (tmp_path / name).write_text(lines("Gulls"))
    monkeypatch.chdir(tmp_path)
    assert [dump.source for dump in expand(["**/*.jsonl"])] == ["a/b/z.jsonl", "a/y.jsonl", "x.jsonl"]
    assert [dump.source for dump in expand(["a/**/z.jsonl"])] == ["a/b/z.jsonl"]


def test_a_link_to_nothing_is_passed_over(tmp_path):
    (tmp_path / "p.jsonl").write_text(lines("Gulls"))
    (tmp_path / "gone.jsonl").symlink_to(tmp_path / "nowhere.jsonl")
    os.mkfifo(tmp_path / "pipe.jsonl")
    dumps = expand([tmp_path])
    assert outcome(dumps) == ["Gulls"]
    assert dumps.passed_over.first == [("gone.jsonl", "a link to nothing"), ("pipe.jsonl", "no regular file")]


def test_names_that_are_not_utf_8(tmp_path):
    path = os.fsencode(tmp_path) + b"/caf\xe9.jsonl"
    with open(path, "w") as out:  # noqa: PTH123 (a path of bytes)
        out.write(lines("Gulls"))
    for argument in (tmp_path, os.fsdecode(path)):
        (dump,) = expand([argument])
        assert dump.name == "caf\\xe9.jsonl"
        assert outcome([dump]) == ["Gulls"]


@pytest.mark.parametrize(
    ("data", "options"),
    [
        (zipped({"bird.png": "\x89PNG"}), {}),
        (b"id,other\n1,2\n", {"format": "bibtex"}),
        (b"From: Ada\n\nThe gulls are back. " + b"we saw them on the pier today, " * 9, {"format": "labelled"}),
        (b"<records>" + b"<row><a>1</a><b>2</b></row>" * 30 + b"</records>", {}),
    ],
)
def test_nothing_recognised_is_said(tmp_path, data, options):
    path = tmp_path / "dump"
    path.write_bytes(data)
    (item,) = read(path, **options)
    assert (item.reason, item.message) == (
        "no-paper",
        "Nothing in dump was recognised as a paper; see paperfacts inspect.",
    )
    assert inspect_dump(path, **options).rejects == {"no-paper": 1}


@pytest.mark.parametrize(
    "data",
    [
        zipped({}),
        zipped({"x.jsonl": "", "LICENSE": LEGAL}),
        zipped({"x.json": "[]"}),
        b'@string{sea = "of the Sea"}\n',
        b"<feed><title>A query without answers</title><id>x</id></feed>",
    ],
)
def test_an_empty_dump_is_no_reject(tmp_path, data):
    path = tmp_path / "dump"
    path.write_bytes(data)
    assert list(read(path)) == []


def test_tags_that_nobody_reads_are_no_page(tmp_path):
    path = tmp_path / "saved.txt"
    path.write_text(
        "FN Some Index\nVR 1.0\nPT J\nTI Gulls\nAB " + "They are counted again. " * 20 + "\nER\n\nPT J\nER\n"
    )
    with pytest.raises(UsageError, match="no format known"):
        read(path)


def test_the_format_of_a_member_is_sought_once(tmp_path, monkeypatch):
    from extract.readers import beside, reading, table

    asked = []

    def counted(data, name="", **options):
        asked.append(name)
        return table.detect(data, name, **options)

    for module in (beside, reading):
        monkeypatch.setattr(module, "detect", counted)
    path = tmp_path / "x.tar"
    with tarfile.open(path, "w") as archive:
        for name in ("a.json", "b.json"):
            data = json.dumps({"title": f"On {name}", "abstract": "We study moss."}).encode()
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    assert [paper.title for paper in read(path)] == ["On a.json", "On b.json"]
    assert asked == ["a.json", "b.json"]
