"""Dumps that are cut, flipped, deep, huge or meant to harm: rejects, never a traceback, a hang or a torn paper."""

from __future__ import annotations

import gc
import gzip
import io
import json
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.errors import PaperfactsError
from extract.model import Paper, Reject
from extract.readers import REASONS, read
from extract.readers.dump import is_clean

# Formats whose records have no end of their own: the last one of a cut file cannot be told from a shorter one.
ENDLESS = {"page", "labelled", "medline", "markdown", "csv", "tsv", "markdown-table"}
FUZZ = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def attempt(data: bytes, **options) -> list[Paper | Reject]:
    """What comes out; a dump that is refused as a whole gives nothing."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dump"
        path.write_bytes(data)
        try:
            items = list(read(path, **options))
        except PaperfactsError as error:
            assert len(str(error).splitlines()) == 1
            return []
    for n, item in enumerate(items):
        index = item.index if isinstance(item, Reject) else item.source.index
        assert index == n
        if isinstance(item, Reject):
            assert item.reason in REASONS
            assert len(item.excerpt) <= 200
            assert item.excerpt.isprintable()
        else:
            assert item.title.strip() or item.abstract.strip()
            assert is_clean(item.title + item.abstract + (item.comment or "") + "".join(item.authors))
    return items


def papers_of(items):
    return [(item.title, item.abstract) for item in items if isinstance(item, Paper)]


def test_cut_at_every_byte(written):
    """Every paper but the last is whole; where records have an end, the last is whole too."""
    step = 31 if written.format not in ("parquet", "arrow") else 97
    for size in range(1, len(written.data), step):
        found = papers_of(attempt(written.data[:size], format=written.format))
        whole = found if written.name not in ENDLESS else found[:-1]
        if written.name == "page" and whole and not whole[-1][1]:
            whole = whole[:-1]  # a title, and the beginning of its abstract taken for another
        assert whole == written.papers[: len(whole)], size
        if len(found) == len(whole) + 1 and written.name != "page":
            (title, abstract), (cut_title, cut_abstract) = written.papers[len(whole)], found[-1]
            assert cut_title.startswith(title) or title.startswith(cut_title.rstrip(" -<#`*[]|\n\ufffd")), size
            assert abstract.startswith(cut_abstract.split("\n\n")[0].rstrip(" -<#`*[]|\n\ufffd&;")), size


@given(data=st.data())
@FUZZ
def test_flipped_bytes(written, data):
    """A flipped byte never gives a traceback, and papers away from it stay as they are."""
    dump = bytearray(written.data)
    at = data.draw(st.integers(0, len(dump) - 1))
    dump[at] ^= data.draw(st.integers(1, 255))
    found = Counter(papers_of(attempt(bytes(dump), format=written.format)))
    titles, abstracts = zip(*written.papers, strict=True)
    assert all(pair in written.papers for pair in found if pair[0] in titles and pair[1] in abstracts)
    if written.format not in ("parquet", "arrow", "hf-html"):
        lost = Counter(written.papers) - found
        header = written.data.find(b"\n") if written.name in ("csv", "tsv") else written.data.find(b"2401.00001")
        assert lost.total() <= 2 or at <= header, (at, dump[max(0, at - 40) : at + 40])


@given(data=st.data())
@FUZZ
def test_bytes_put_in_and_taken_out(written, data):
    """Neither do inserted, dropped and repeated pieces; detection included."""
    dump = written.data
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(dump)))
        piece = data.draw(
            st.sampled_from(
                [b'"', b"{", b"}", b"[", b"]", b"<", b">", b"&x;", b"\n", b"\0", b"\xff", b"\r", b",", b"\\", b"@a{b,"]
            )
        )
        dump = dump[:at] + piece + dump[at + data.draw(st.integers(0, 30)) :]
    attempt(dump)
    attempt(dump, format=written.format)


@given(st.binary(max_size=400))
@FUZZ
def test_any_bytes_in_any_format(noise):
    for name in (
        "jsonl",
        "json",
        "csv",
        "oai-pmh",
        "bibtex",
        "ris",
        "medline",
        "labelled",
        "markdown",
        "hf-html",
        "page",
        "parquet",
        "arrow",
    ):
        attempt(noise, format=name)


@pytest.mark.parametrize("name", ["parquet", "arrow"])
def test_a_copy_on_disk_of_a_damaged_stream_is_closed(name):
    pytest.importorskip("pyarrow")
    found = attempt(gzip.compress(bytes(range(256)) * 9)[:-40], format=name)
    assert [item.reason for item in found] == ["damaged-stream"]
    gc.collect()  # a warning of an open file fails the test


def test_a_flipped_bit_in_a_parquet_page_is_found():
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    out = io.BytesIO()
    table = arrow.table({"title": ["A first title"], "abstract": ["Herons reach 88.8% on Pond-3."]})
    parquet.write_table(table, out, compression="none", write_page_checksum=True)
    at = out.getvalue().find(b"88.8")
    for bit in range(8):
        damaged = bytearray(out.getvalue())
        damaged[at] ^= 1 << bit
        assert [item.reason for item in attempt(bytes(damaged), format="parquet")] == ["damaged-stream"]


@given(st.lists(st.text(), min_size=1, max_size=6), st.booleans())
@FUZZ
def test_any_text_survives_json(texts, pretty):
    rows = [{"title": f"T{n} {text}", "abstract": text} for n, text in enumerate(texts)]
    wanted = [(f"T{n} {text}".replace("\0", ""), text.replace("\0", "")) for n, text in enumerate(texts)]
    lines = b"".join(json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n" for row in rows)
    if is_clean("".join(texts).replace("\0", "")):
        assert papers_of(attempt(lines, format="jsonl")) == wanted
    array = json.dumps(rows, indent=1 if pretty else None).encode()
    if is_clean("".join(texts).replace("\0", "")):
        assert papers_of(attempt(array, format="json")) == wanted
    attempt(array, format="json")


@pytest.mark.parametrize("kind", ["gz", "zst", "bz2", "xz"])
def test_cut_and_corrupt_compression(written, kind):
    """What stands before the damage comes out, the damage is one reject, the last."""
    import bz2
    import lzma

    zstandard = pytest.importorskip("zstandard")
    if written.name not in ("jsonl", "json-array", "oai", "csv"):
        return  # one of each sort is enough
    press = {
        "gz": gzip.compress,
        "zst": zstandard.ZstdCompressor(write_checksum=True).compress,
        "bz2": bz2.compress,
        "xz": lzma.compress,
    }[kind]
    data = press(written.data)
    for size in range(30, len(data), 61):
        items = attempt(data[:size], format=written.format)
        assert items[-1].reason == "damaged-stream"
        assert all(isinstance(item, Paper) for item in items[:-1])
        assert papers_of(items) == written.papers[: len(items) - 1]
    for at in range(30, len(data) - 1, 61):
        items = attempt(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :], format=written.format)
        damaged = "damaged-stream" in {item.reason for item in items if isinstance(item, Reject)}
        assert damaged or papers_of(items) == written.papers  # bits that no decoder looks at
    assert attempt(data + b"trailing junk", format=written.format)[-1].reason == "damaged-stream"


def test_everything_before_the_cut_comes_out(tmp_path):
    """The reference is zlib itself: no complete line of what it can give is missing."""
    import zlib

    lines = b"".join(b'{"title": "Paper %d", "abstract": "%x"}\n' % (n, n * 7919) for n in range(20000))
    data = gzip.compress(lines)
    for size in (1000, len(data) // 2, len(data) - 3):
        wanted = zlib.decompressobj(31).decompress(data[:size]).count(b"\n")
        assert len(papers_of(attempt(data[:size]))) == wanted


def one(data: bytes, format="jsonl", **options):  # noqa: A002
    """The reasons of the rejects, or "paper", in order."""
    return [getattr(item, "reason", "paper") for item in attempt(data, format=format, **options)]


GOOD = b'{"title": "A good paper"}\n'


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"title": "A', "bad-json"),
        (b'{"title": "\xff\xfe"}', "bad-encoding"),
        (b"[" * 100_000, "bad-json"),
        (b'{"title": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_001, "bad-json"),
        (b"[1, 2]", "wrong-type"),
        (b'"text"', "wrong-type"),
        (b"17", "wrong-type"),
        (b"null", "wrong-type"),
        (b"{}", "empty-paper"),
        (b'{"title": "", "abstract": "  "}', "empty-paper"),
        (b'{"title": 17, "abstract": false}', "empty-paper"),
        (b'{"title": ["a", {}], "abstract": [[[]]]}', "paper"),
        (b'{"title": "T", "abstract": NaN}', "paper"),
        (b'{"title": "T", "year": 1' + b"0" * 6000 + b"}", "bad-json"),
        (b'{"title": "T", "year": 1e999, "authors": [1, null, {"name": 3}]}', "paper"),
        (b'{"title": "One", "title": "Two"}', "paper"),
        (b'{"title": "cut \\ud83d", "abstract": "a\\u0000b"}', "paper"),
        (b'{"title": "T", "abstract_inverted_index": {"a": [99999999999], "b": [-1]}}', "paper"),
        (b'{"title": "T", "authors": {"a": {"b": {}}}, "url": {"url": {"url": {}}}, "versions": [[]]}', "paper"),
        (b'{"title": "x\xe2\x80\xa8y"}', "paper"),
    ],
)
def test_one_bad_line_costs_one_record(line, reason):
    found = one(GOOD + line + b"\n" + GOOD)
    if reason == "bad-json" and b"year" in line:
        assert found in (["paper", "paper", "paper"], ["paper", "bad-json", "paper"])
    else:
        assert found == ["paper", reason, "paper"]


def test_removed_characters_are_said():
    paper = attempt(b'{"title": "cut \\ud83d", "abstract": "a\\u0000b", "authors": ["x\\udc00"]}\n')[0]
    assert (paper.title, paper.abstract, paper.authors) == ("cut ", "ab", ("x",))
    assert "removed-characters" in paper.warnings


def test_only_newline_ends_a_line():
    for mark in ("\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"):
        text = (
            json.dumps({"title": f"a{mark}b"}, ensure_ascii=False)
            if ord(mark) > 31
            else json.dumps({"title": f"a{mark}b"})
        )
        assert papers_of(attempt(text.encode() + b"\n", format="jsonl")) == [(f"a{mark}b", "")]


@pytest.mark.parametrize(
    ("bad", "reasons"),
    [
        ('{"title": "B", "abstract": "b}', ["paper", "bad-json", "paper"]),
        ('{"title": "B", "abstract": "b"', ["paper", "bad-json", "paper"]),
        ('{"title": "B", "abstract": "b"}}', ["paper", "paper", "bad-json"]),
        ('"title": "B", "abstract": "b"}', None),
        ('{"title": "B", "authors": [{"name": "x"}', ["paper", "bad-json", "paper"]),
        ('{"title": "B" "abstract": "b"}', ["paper", "bad-json", "paper"]),
        ('{"title": B}', ["paper", "bad-json", "paper"]),
        ("12", ["paper", "wrong-type", "paper"]),
    ],
)
@pytest.mark.parametrize("gap", [", ", ",\n  "])
def test_one_bad_element_costs_one_record(bad, reasons, gap):
    a, c = (json.dumps({"title": x, "abstract": x.lower()}) for x in "AC")
    items = attempt(f"[{a}{gap}{bad}{gap}{c}]".encode(), format="json")
    assert papers_of(items)[0] == ("A", "a")
    assert ("C", "c") in papers_of(items)
    assert all(paper in (("A", "a"), ("B", "b"), ("C", "c")) for paper in papers_of(items))
    if reasons:
        assert [getattr(item, "reason", "paper") for item in items][:3] == reasons


def test_a_cut_array_is_said():
    assert one(b'[{"title": "A"}, {"title": "B"}', "json") == ["paper", "paper", "bad-json"]
    assert one(b'[{"title": "A"}, {"title": "B"', "json") == ["paper", "bad-json"]
    assert one(b'{"results": [{"title": "A", "abstract": "x"}, {"title": "B"', "json") == ["paper", "bad-json"]


def test_csv_never_joins_rows():
    head = "id,title,abstract\n"
    rows = ["1,A,aa\n", "2,B,bb\n", "3,C,cc\n"]
    for bad in ('2,"B,bb\n', '2,B,"bb\n', "2,B\n", "2,B,bb,x\n", '2,"B"x,bb\n', '"2,B,bb\n'):
        items = attempt((head + rows[0] + bad + rows[2]).encode(), format="csv")
        assert papers_of(items) == [("A", "aa"), ("C", "cc")], bad
        assert [item.reason for item in items if isinstance(item, Reject)] == ["bad-csv"]
    quoted = [f'"{n}","{t}","{t} one\n{t} two"\n' for n, t in enumerate("ABC")]
    for bad in ('"1","B,"B one\nB two"\n', '"1","B","B one\nB two\n', '"1","B"\n', '"1","B","B one\nB two","x"\n'):
        items = attempt((head + quoted[0] + bad + quoted[2]).encode(), format="csv")
        assert set(papers_of(items)) == {("A", "A one\nA two"), ("C", "C one\nC two")}, bad


def test_csv_dialects():
    assert papers_of(attempt(b'title\tabstract\n"Smart" home\tIt\n5" screen\tis\n', format="csv"))[0] == (
        '"Smart" home',
        "It",
    )
    assert papers_of(attempt(b'Title;Summary\r\na;"x;y\r\nz"\r\n')) == [("a", "x;y\r\nz")]
    assert papers_of(attempt(b'title,abstract\nx,"a \\"q\\" b"\n')) == [("x", 'a "q" b')]
    mapped = attempt(b"Heading,Text\nx,y\n", format="csv", mapping={"title": "Heading", "abstract": "Text"})
    assert papers_of(mapped) == [("x", "y")]
    assert papers_of(attempt(b"title,abstract\ra,b\rc,d\r")) == [("a", "b"), ("c", "d")]


@pytest.mark.parametrize("first", ["sep=;\n", "\ufeffsep=;\r\n", '"sep=;"\r\n'])
def test_csv_as_excel_writes_it(first):
    assert papers_of(attempt(f"{first}Title;Abstract\nGulls, mostly;They fly\n".encode())) == [
        ("Gulls, mostly", "They fly")
    ]


def test_csv_with_columns_that_only_the_user_knows():
    data = "Titel;Zusammenfassung\nMöwen;Sie fliegen\n".encode()
    assert papers_of(attempt(data, mapping={"title": "Titel", "abstract": "Zusammenfassung"})) == [
        ("Möwen", "Sie fliegen")
    ]
    assert papers_of(attempt(data, mapping={"abstract": "Zusammenfassung"})) == [("", "Sie fliegen")]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dump"
        path.write_bytes(data)
        with pytest.raises(PaperfactsError, match=r"no title or abstract column \(Titel, Zusammenfassung\); .*--map"):
            list(read(path, format="csv"))


def test_csv_of_one_column():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "titles.csv"
        path.write_text("Title\nGulls, mostly\nTerns\n")
        assert papers_of(read(path)) == [("Gulls, mostly", ""), ("Terns", "")]


OAI = "<record><header><identifier>oai:arXiv.org:2401.0000{n}</identifier></header><metadata><arXiv><id>2401.0000{n}</id><title>T{n}</title><abstract>A{n}</abstract></arXiv></metadata></record>\n"


def oai(*records: str) -> bytes:
    return ("<?xml version='1.0'?><OAI-PMH><ListRecords>\n" + "".join(records) + "</ListRecords></OAI-PMH>").encode()


@pytest.mark.parametrize(
    "bad",
    [
        OAI.replace("</title>", ""),
        OAI.replace("</record>", ""),
        OAI.replace("</abstract>", " a < b </abstract>"),
        OAI.replace("A{n}", "A & B"),
        OAI.replace("A{n}", "<!-- never closed"),
        OAI.replace("A{n}", "<![CDATA[ never closed"),
        OAI.replace("A{n}", "\x0b"),
        OAI.replace("<id>", '<id x="'),
    ],
)
def test_one_bad_xml_record_costs_one_record(bad):
    items = attempt(
        oai(OAI.replace("{n}", "1"), bad.replace("{n}", "2"), OAI.replace("{n}", "3"), OAI.replace("{n}", "4"))
    )
    assert papers_of(items) == [("T1", "A1"), ("T3", "A3"), ("T4", "A4")]
    assert [item.reason for item in items if isinstance(item, Reject)] == ["bad-xml"]


def test_xml_entities_are_refused_before_anything_is_read(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    body = oai(OAI.replace("{n}", "1").replace("A1", "&x;")).decode().removeprefix("<?xml version='1.0'?>")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    for subset in (
        f'<!ENTITY x SYSTEM "file://{secret}">',
        f'<!ENTITY l0 "ha">{laughs}<!ENTITY x "&l11;">',
        '<!ENTITY % p "x">',
    ):
        items = attempt(f"<!DOCTYPE OAI-PMH [{subset}]>{body}".encode(), format="oai-pmh")
        assert [item.reason for item in items] == ["unsafe-xml"]
    assert "secret" not in repr(items)


def test_named_characters_without_a_dtd():
    items = attempt(oai(OAI.replace("{n}", "1").replace("A1", "5&nbsp;&micro;m &amp; more")))
    assert papers_of(items) == [("T1", "5\xa0µm & more")]


def test_deleted_records_are_counted():
    gone = '<record><header status="deleted"><identifier>oai:arXiv.org:1</identifier></header></record>'
    assert one(oai(OAI.replace("{n}", "1"), gone, OAI.replace("{n}", "2")), "oai-pmh") == ["paper", "deleted", "paper"]


def test_answers_appended_to_one_file():
    data = oai(OAI.replace("{n}", "1")) + b"\n" + oai(OAI.replace("{n}", "2"))
    assert one(data, "oai-pmh") == ["paper", "paper"]


def test_declared_encoding():
    data = oai(OAI.replace("{n}", "é")).decode().replace("'1.0'?", "'1.0' encoding='ISO-8859-1'?").encode("latin-1")
    assert papers_of(attempt(data)) == [("Té", "Aé")]


BIB = "@article{{k{n},\n  title = {{T{n} {{BERT}}}},\n  abstract = {{A{n}}},\n}}\n\n"


@pytest.mark.parametrize(
    "bad",
    [
        "@article{k2,\n  title = {T2,\n  abstract = {A2},\n}\n\n",
        "@article{k2,\n  title = {T2}},\n  abstract = {A2},\n}\n\n",
        '@article{k2,\n  title = "T2,\n  abstract = {A2},\n}\n\n',
        "@article{k2,\n  title = {T2},\n  abstract = {A2\n\n",
        "article{k2,\n  title = {T2},\n  abstract = {A2},\n}\n\n",
        "@article{k2,\n  title = {T2} abstract {A2},\n}\n\n",
    ],
)
def test_one_bad_bibtex_entry_costs_one(bad):
    items = attempt((BIB.format(n=1) + bad + BIB.format(n=3)).encode(), format="bibtex")
    assert papers_of(items) == [("T1 BERT", "A1"), ("T3 BERT", "A3")]
    assert [item.reason for item in items if isinstance(item, Reject)] == ["bad-bibtex"]


def test_ris_without_its_end():
    data = b"TY  - JOUR\nTI  - A\nTY  - JOUR\nTI  - B\nER  - \nTY  - JOUR\nTI  - C\n"
    assert one(data, "ris") == ["bad-record", "paper", "bad-record"]


@pytest.mark.parametrize(
    "name", ["jsonl", "json-array", "csv", "oai", "bibtex", "ris", "medline", "labelled", "page", "markdown"]
)
def test_too_large_is_a_reject_and_is_not_held(name, request):
    """A record over the limit costs itself; the memory for it does not grow with it."""
    import tracemalloc

    filler = b"word " * (4 << 20)  # 20 MiB against a limit of 64 KiB
    pattern = b"It runs at 41 frames"
    written = _conftest(request).Written(name)
    assert written.data.count(pattern) == 1
    data = written.data.replace(pattern, filler + pattern)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dump"
        path.write_bytes(data)
        tracemalloc.start()
        items = list(read(path, format=written.format, max_record=1 << 16))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert papers_of(items)[-4:] == written.papers[1:]
    assert [item.reason for item in items if isinstance(item, Reject)] == ["too-large"]
    assert peak < 9 << 20


@pytest.mark.parametrize("big", ["Title: Terns\nAbstract: {}", "Title: {}\nAbstract: Terns wait.", "Title: T\nPDF: {}"])
@pytest.mark.parametrize("gap", ["\n\n", "\n"])
def test_a_large_labelled_paper_takes_in_no_other(big, gap):
    text = gap.join(
        ["Title: A\nAbstract: aa", big.format("word " * 2000), "Title: C\nAbstract: cc", "Title: D\nAbstract: dd"]
    )
    items = attempt(text.encode(), format="labelled", max_record=2000)
    assert [getattr(item, "reason", None) or item.title for item in items] == ["A", "too-large", "C", "D"]


def test_a_labelled_paper_in_another_encoding_takes_in_no_other():
    text = "Title: A\nAbstract: aa\n\nTitle: caf\xe9\nAbstract: bb\n\nTitle: C\nAbstract: cc\n"
    assert one(text.encode("latin-1"), "labelled") == ["paper", "bad-encoding", "paper"]


@pytest.mark.parametrize(
    ("data", "format", "shown"),
    [
        (b"title,abstract,year\n , ,2024\n", "csv", " , ,2024"),
        (b'[{"title": "", "year": 2024}]', "json", '{"title": "", "year": 2024}'),
        (b"@misc{key, year = {2024}}\n", "bibtex", "@misc{key, year = {2024}}"),
        (b"TY  - JOUR\nPY  - 2024\nER  - \n", "ris", "TY  - JOUR"),
        (b"<feed><entry><id>http://arxiv.org/abs/2401.00001</id></entry></feed>", "atom", "2401.00001"),
    ],
)
def test_a_paper_without_text_shows_what_it_has(data, format, shown):  # noqa: A002
    (item,) = attempt(data, format=format)
    assert item.reason == "empty-paper"
    assert shown in item.excerpt


def test_a_row_without_text_shows_what_it_has():
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    out = io.BytesIO()
    parquet.write_table(arrow.table({"title": [""], "year": [2024]}), out)
    (item,) = attempt(out.getvalue())
    assert (item.reason, item.excerpt) == ("empty-paper", "{'title': '', 'year': 2024}")


def _conftest(request):
    for plugin in request.config.pluginmanager.get_plugins():
        if getattr(plugin, "__file__", "") == str(Path(__file__).with_name("conftest.py")):
            return plugin
    raise LookupError


def test_a_bomb_is_read_in_small_pieces(tmp_path):
    import tracemalloc

    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(bytes(b"a" * (64 << 20))))
    tracemalloc.start()
    found = [item.reason for item in read(path, format="jsonl")]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == ["too-large"]
    assert peak < 24 << 20


@pytest.mark.parametrize(
    "text",
    [
        "[" * 300_000,
        '[{"id":[1,' * 60_000,
        '{"a":' * 200_000,
        '"' * 300_000,
        "\\" * 300_000,
        "[,{" * 100_000,
        '[{"a":"' * 60_000,
    ],
)
@pytest.mark.parametrize("format", ["json", "jsonl", "csv", "bibtex", "markdown", "page", "labelled", "hf-html", "ris"])
def test_hostile_repetition_takes_linear_time(text, format):  # noqa: A002
    import time

    start = time.process_time()
    attempt(text.encode(), format=format)
    assert time.process_time() - start < 10


@pytest.mark.parametrize("name", ["jsonl", "json-array", "csv", "oai", "page"])
def test_memory_does_not_grow_with_the_dump(name, request, tmp_path):
    """Ten times the papers, the same peak within a tenth (and one piece of reading)."""
    import tracemalloc

    data = _conftest(request).Written(name).data
    first, last = {
        "json-array": (b"[\n", b"\n]"), "csv": (b"Abstract\n", b""), "oai": (b"<ListRecords>\n", b"</ListRecords>"),
    }.get(name, (b"", b""))  # fmt: skip
    start = data.find(first) + len(first)
    end = data.rfind(last) if last else len(data)
    between = b",\n" if name == "json-array" else b"\n"
    peaks = []
    for times in (200, 2000):
        path = tmp_path / "dump"
        with path.open("wb") as out:
            out.write(data[:start] + data[start:end])
            for _ in range(times):
                out.write(between + data[start:end])
            out.write(data[end:])
        tracemalloc.start()
        count = sum(isinstance(item, Paper) for item in read(path, format=_conftest(request).Written(name).format))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert count == 5 * (times + 1)
    assert peaks[1] <= 1.1 * peaks[0] + (1 << 18)
