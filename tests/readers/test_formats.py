"""What goes in comes out: every format, compressed and archived, with its place in the dump."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import tarfile
import zipfile

import pytest

from extract.errors import MissingExtraError, UsageError
from extract.model import Paper, Reject
from extract.readers import Format, Position, Verdict, expand, formats, identify, read
from extract.readers.reasons import REASONS


def put(tmp_path, data, name="dump"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


def texts(items):
    return [(item.title, item.abstract) for item in items]


def test_round_trip(written, tmp_path):
    path = put(tmp_path, written.data)
    items = list(read(path))
    assert texts(items) == written.papers
    assert {item.source.format for item in items} == {written.format}
    assert [item.source.index for item in items] == list(range(5))
    assert {item.source.dump for item in items} == {"dump"}


def test_identifiers_are_kept(written, tmp_path, papers):
    items = list(read(put(tmp_path, written.data)))
    if written.format in ("page",):
        assert all(not item.identifiers for item in items)
    elif written.format in ("acl-xml", "pubmed-xml", "medline"):
        scheme = "acl" if written.format == "acl-xml" else "pmid"
        assert all(item.id.startswith(f"{scheme}:") for item in items)
    else:
        assert [item.identifiers["arxiv"] for item in items] == [i for i, _, _ in papers]
        assert [item.id for item in items] == [f"arxiv:{i}" for i, _, _ in papers]


def test_detection_does_not_need_the_name(written, tmp_path):
    for name in ("dump", "dump.txt", "dump.json", "dump.csv"):
        assert identify(put(tmp_path, written.data, name)).format.name == written.format


@pytest.mark.parametrize("kind", ["gz", "bz2", "xz", "zst", "gz.gz"])
def test_compressed(written, tmp_path, kind):
    if kind == "zst":
        zstandard = pytest.importorskip("zstandard")
        data = zstandard.ZstdCompressor().compress(written.data)
    else:
        press = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}
        data = written.data
        for layer in kind.split("."):
            data = press[layer](data)
    assert texts(read(put(tmp_path, data, f"dump.{kind}"))) == written.papers
    assert texts(read(put(tmp_path, data, "no-suffix"))) == written.papers


def test_several_members_of_a_compressed_file(tmp_path, papers):
    lines = [f'{{"title": "{t}"}}\n'.encode() for _, t, _ in papers]
    data = b"".join(gzip.compress(line) for line in lines) + bytes(512)
    assert len(list(read(put(tmp_path, data)))) == 5


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz"])
def test_archives(written, tmp_path, kind):
    out = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a/one", written.data)
            archive.writestr("a/two.gz", gzip.compress(written.data))
            archive.writestr("__MACOSX/._one", b"junk")
            archive.writestr("figure.png", b"junk")
    else:
        with tarfile.open(fileobj=out, mode=f"w:{kind[4:]}") as archive:
            for name, data in (("a/one", written.data), ("a/two.gz", gzip.compress(written.data))):
                info = tarfile.TarInfo(name)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
    items = list(read(put(tmp_path, out.getvalue(), f"dump.{kind}")))
    assert texts(items) == written.papers * 2
    assert [item.source.index for item in items] == list(range(10))
    assert items[0].source.dump == f"dump.{kind}/a/one"


def test_an_unknown_member_costs_one_reject(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("x.csv", "one,two\n1,2\n")
        archive.writestr("x.jsonl", '{"title": "A title"}\n')
    items = list(read(put(tmp_path, out.getvalue())))
    assert [getattr(item, "reason", "paper") for item in items] == ["unknown-format", "paper"]


def test_standard_input(written, monkeypatch):
    class Stdin:
        buffer = io.BytesIO(written.data)

    Stdin.buffer.seekable = lambda: False
    monkeypatch.setattr("sys.stdin", Stdin)
    items = list(read("-"))
    assert texts(items) == written.papers
    assert items[0].source.dump == "-"


def test_going_on_at_any_item(written, tmp_path):
    path = put(tmp_path, gzip.compress(written.data) if written.name == "jsonl" else written.data)
    whole = list(read(path))
    for n, item in enumerate(whole):
        source = item.source
        assert list(read(path, start=Position(source.index, source.line, source.byte_offset))) == whole[n:]


def test_places(written, tmp_path):
    if written.format in ("parquet", "arrow", "hf-html"):
        return
    for item in read(put(tmp_path, written.data)):
        source = item.source
        assert written.data[: source.byte_offset].count(b"\n") + 1 == source.line
        words = item.title.split()[0].encode()
        assert words in written.data[source.byte_offset : source.byte_offset + 400]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_encodings(written, tmp_path, encoding):
    if written.format in ("parquet", "arrow"):
        return
    text = written.data.decode()
    if encoding == "latin-1":
        text = text.replace("🐟", "fish")
    data = text.encode(encoding)
    found = list(read(put(tmp_path, data), encoding="latin-1" if encoding == "latin-1" else None))
    fish = "fish" if encoding == "latin-1" else "🐟"
    assert [(t, a.replace("🐟", fish)) for t, a in texts(found)] == [
        (t, a.replace("🐟", fish)) for t, a in written.papers
    ]


def test_empty(tmp_path):
    assert list(read(put(tmp_path, b""))) == []
    for data in (
        gzip.compress(b""),
        b"\n \n",
        b"\xef\xbb\xbf",
        b"[]",
        b'{"results": []}',
        b"<feed></feed>",
        b"title,abstract\n",
    ):
        assert list(read(put(tmp_path, data))) == []


def test_the_format_can_be_forced(written, tmp_path):
    assert texts(read(put(tmp_path, written.data), format=written.format)) == written.papers
    with pytest.raises(UsageError, match="no format 'nonsense'"):
        read(put(tmp_path, written.data), format="nonsense")


@pytest.mark.parametrize(
    "data", [bytes(range(256)) * 40, b"\x7fELF" + bytes(400), b"one line", b"\x89PNG\r\n\x1a\n" + bytes(99)]
)
def test_what_is_no_dump(tmp_path, data):
    with pytest.raises(UsageError, match="no format known"):
        read(put(tmp_path, data))


def test_bad_arguments(tmp_path):
    for bad in (tmp_path / "missing", tmp_path / "*.none", tmp_path):
        with pytest.raises(UsageError):
            expand([bad])
    with pytest.raises(UsageError):
        read(tmp_path)
    with pytest.raises(UsageError, match="not an encoding"):
        read(put(tmp_path, b"x"), encoding="utf-99")
    with pytest.raises(UsageError, match="target"):
        read(put(tmp_path, b"x"), mapping={"heading": "x"})
    with pytest.raises(UsageError, match="once"):
        expand(["-", "-"])


def test_folders_and_globs_come_in_order(tmp_path):
    for name in ("b/papers.jsonl", "a/papers.jsonl", "c.jsonl", "notes.pdf", ".hidden.jsonl"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text('{"title": "A title"}\n')
    (tmp_path / "LICENSE").write_text("All rights.")
    assert [d.name for d in expand([tmp_path])] == ["a/papers.jsonl", "b/papers.jsonl", "c.jsonl"]
    assert [d.name for d in expand([f"{tmp_path}/*/papers.jsonl"])] == ["a/papers.jsonl", "b/papers.jsonl"]
    twice = expand([tmp_path / "c.jsonl", tmp_path / "c.jsonl"])
    assert len({d.name for d in twice}) == 2


def test_remote(tmp_path, papers):
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    for n in (2, 1):
        memory.pipe(f"/readers-test/part{n}.jsonl", f'{{"title": "Part {n}"}}\n'.encode())
    assert [p.title for d in expand(["memory://readers-test/*.jsonl"]) for p in read(d.source)] == ["Part 1", "Part 2"]
    with pytest.raises(UsageError, match="Cannot read"):
        read("memory://readers-test/none.jsonl")
    with pytest.raises(UsageError, match="Cannot read"):
        read("nosuch://x/y.jsonl")


def test_a_plug_in_is_one_function_and_one_row(tmp_path, monkeypatch):
    def read_shout(dump):
        for offset, number, line in dump.lines():
            yield dump.paper(line.decode(), "", line=number, byte_offset=offset)

    row = Format(
        "shout",
        "shouted",
        "begins with !",
        "title",
        lambda h: Verdict("!", 3) if h.data[:1] == b"!" else None,
        read_shout,
    )

    class Entry:
        name = "shout"

        def load(self):
            return row

    monkeypatch.setattr("extract.readers.table.entry_points", lambda group: [Entry()])
    formats.cache_clear()
    try:
        assert [p.title for p in read(put(tmp_path, b"!Loud\n!Louder\n"))] == ["!Loud", "!Louder"]
    finally:
        formats.cache_clear()


def test_every_reason_is_in_the_table():
    import re
    from pathlib import Path

    import extract.readers

    used = set()
    for path in Path(extract.readers.__file__).parent.glob("*.py"):
        text = path.read_text("utf-8")
        used |= set(re.findall(r"reject\(\s*\"([a-z-]+)\"", text)) | set(
            re.findall(r"\(\"((?:bad|too)-[a-z]+)\"", text)
        )
    assert used
    assert used <= set(REASONS)


def test_rows_of_the_table_are_complete():
    for row in formats().values():
        assert row.name
        assert row.description
        assert row.detection
        assert row.fields


def test_types(written, tmp_path):
    for item in read(put(tmp_path, written.data)):
        assert isinstance(item, Paper | Reject)
        assert isinstance(item.authors, tuple)
        assert all(isinstance(a, str) for a in item.authors)


@pytest.mark.parametrize(
    ("module", "extra", "data"),
    [
        ("pyarrow", "arrow", b"PAR1" + bytes(20)),
        ("zstandard", "zstd", b"\x28\xb5\x2f\xfd" + bytes(20)),
        ("fsspec", "remote", None),
    ],
)
def test_a_missing_package_is_one_sentence(tmp_path, monkeypatch, module, extra, data):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=f"paperfacts\\[{extra}\\]"):
        list(read(put(tmp_path, data) if data else "s3://bucket/x.jsonl"))


def test_json_array_against_ijson(written, tmp_path):
    ijson = pytest.importorskip("ijson")
    if written.name not in ("json-array", "json-compact"):
        return
    wanted = [(row["title"], row["summary"]) for row in ijson.items(io.BytesIO(written.data), "item")]
    assert texts(read(put(tmp_path, written.data))) == wanted
