"""The shapes that services and collections give their papers, each in a small fixture of our own."""

from __future__ import annotations

import datetime
import json

import pytest

from extract.model import Reject
from extract.readers import read
from extract.readers.identifiers import arxiv_id, identifiers_of
from extract.readers.page import title_strength
from extract.readers.values import author_names, inverted

LONG = (
    "We study how gulls find ships and why they leave them. A tracker of 9 grams was put on 120 birds, and a network of "
    "two layers tells from 30 seconds of flight whether a ship is near. It is right in 93.1% of cases, 11 points more "
    "than thresholds on speed. The data cover two winters."
)


def items_of(tmp_path, data, **options):
    path = tmp_path / "dump"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return list(read(path, **options))


def papers_of(tmp_path, data, **options):
    return [item for item in items_of(tmp_path, data, **options) if not isinstance(item, Reject)]


def one(tmp_path, value, **options):
    """The only paper of a JSON value."""
    (paper,) = papers_of(tmp_path, json.dumps(value), **options)
    return paper


def test_hugging_face_daily_papers(tmp_path):
    paper = one(
        tmp_path,
        [
            {
                "paper": {
                    "id": "2503.12345",
                    "title": "Gulls",
                    "summary": LONG,
                    "authors": [{"name": "Ada Fox", "_id": "x"}, {"name": "Bo Lund"}],
                    "publishedAt": "2025-03-14T00:00:00.000Z",
                    "githubRepo": "https://github.com/fox/gulls",
                    "projectPage": "https://gulls.example.org",
                },
                "title": "Gulls",
                "publishedAt": "2025-03-15T00:00:00.000Z",
            }
        ],
    )
    assert (paper.id, paper.title, paper.abstract) == ("arxiv:2503.12345", "Gulls", LONG)
    assert (paper.authors, paper.published) == (("Ada Fox", "Bo Lund"), "2025-03-14")
    assert paper.dump_links == (
        ("githubRepo", "https://github.com/fox/gulls"),
        ("projectPage", "https://gulls.example.org"),
    )


@pytest.mark.parametrize("wrap", [lambda v: v, lambda v: {"value": v}])
def test_openreview_notes(tmp_path, wrap):
    content = {
        "title": wrap("Gulls"),
        "abstract": wrap(LONG),
        "authors": wrap(["Ada Fox"]),
        "code": wrap("https://github.com/a/b"),
    }
    paper = one(tmp_path, {"notes": [{"id": "aBc_1-x", "forum": "aBc_1-x", "content": content}], "count": 1})
    assert (paper.id, paper.title, paper.abstract, paper.authors) == ("openreview:aBc_1-x", "Gulls", LONG, ("Ada Fox",))
    assert paper.dump_links == (("code", "https://github.com/a/b"),)


def test_papers_with_code(tmp_path):
    paper = one(
        tmp_path,
        [{"paper_url": "https://x.org/paper/gulls", "arxiv_id": "2401.00001", "title": "Gulls", "abstract": LONG, "authors": ["A"],
          "url_abs": "http://arxiv.org/abs/2401.00001v3", "tasks": ["Flight"], "date": "2024-01-01"}],
    )  # fmt: skip
    assert (paper.id, paper.published) == ("arxiv:2401.00001", "2024-01-01")


def test_semantic_scholar(tmp_path):
    row = {"paperId": "a" * 40, "externalIds": {"ArXiv": "2401.00001", "DOI": "10.1/X", "ACL": "2024.acl-long.1", "PubMed": "7", "CorpusId": 5},
           "title": "Gulls", "abstract": None, "authors": [{"authorId": "1", "name": "Ada Fox"}], "year": 2024}  # fmt: skip
    for data in (
        {"total": 1, "offset": 0, "data": [row]},
        row | {"references": [{"title": "Other", "abstract": LONG}]},
    ):
        paper = one(tmp_path, data)
        assert dict(paper.identifiers) | {"id": ""} == {
            "arxiv": "2401.00001", "acl": "2024.acl-long.1", "pmid": "7", "s2": "a" * 40, "id": "",
        }  # fmt: skip
        assert (paper.abstract, paper.published, paper.authors) == ("", "2024", ("Ada Fox",))


def test_s2orc(tmp_path):
    row = {"paper_id": "77", "title": "Gulls", "abstract": LONG, "arxiv_id": None, "acl_id": "P18-1001", "doi": "10.1000/AB",
           "authors": [{"first": "Ada", "middle": ["B."], "last": "Fox", "suffix": ""}], "s2_url": "https://api.semanticscholar.org/CorpusID:77"}  # fmt: skip
    paper = one(tmp_path, row)
    assert (paper.identifiers["doi"], paper.identifiers["acl"], paper.identifiers["s2"]) == (
        "10.1000/ab",
        "P18-1001",
        "CorpusId:77",
    )
    assert paper.authors == ("Ada B. Fox",)


def test_openalex(tmp_path):
    words = LONG.split()
    index: dict[str, list[int]] = {}
    for n, word in enumerate(words):
        index.setdefault(word, []).append(n)
    work = {"id": "https://openalex.org/W123456", "doi": "https://doi.org/10.1000/AB", "display_name": "Gulls", "publication_date": "2024-01-02",
            "abstract_inverted_index": index, "authorships": [{"author": {"display_name": "Ada Fox"}}], "ids": {"pmid": "https://pubmed.ncbi.nlm.nih.gov/99"}}  # fmt: skip
    for data in (work, {"meta": {"count": 1}, "results": [work], "group_by": []}):
        paper = one(tmp_path, data)
        assert (paper.title, paper.abstract, paper.authors) == ("Gulls", LONG, ("Ada Fox",))
        assert paper.identifiers == {"openalex": "W123456", "doi": "10.1000/ab", "pmid": "99"}


def test_crossref(tmp_path):
    work = {"DOI": "10.1000/AB", "title": ["Gulls"], "abstract": f"<jats:p>{LONG}</jats:p>", "author": [{"given": "Ada", "family": "Fox"}],
            "issued": {"date-parts": [[2024, 1, 2]]}, "URL": "http://dx.doi.org/10.1000/AB"}  # fmt: skip
    for data in (work, {"status": "ok", "message": {"items": [work], "total-results": 1}}):
        paper = one(tmp_path, data)
        assert (paper.id, paper.title, paper.published, paper.authors) == (
            "doi:10.1000/ab",
            "Gulls",
            "2024-01-02",
            ("Ada Fox",),
        )
        assert paper.abstract == f"<jats:p>{LONG}</jats:p>"


def test_unarxive(tmp_path):
    row = {"paper_id": "2310.00826", "metadata": {"id": "2310.00826", "title": "Gulls\n  at sea", "abstract": f"  {LONG}\n", "authors": "Ada Fox and Bo Lund",
           "categories": "cs.CV eess.IV", "comments": "12 pages"}, "abstract": {"section": "Abstract", "text": "x"}, "body_text": []}  # fmt: skip
    paper = one(tmp_path, row)
    assert (paper.title, paper.abstract, paper.comment) == ("Gulls\n  at sea", f"  {LONG}\n", "12 pages")
    assert (paper.authors, paper.categories) == (("Ada Fox", "Bo Lund"), ("cs.CV", "eess.IV"))


def test_kaggle_snapshot(tmp_path):
    row = {"id": "hep-ph/0104001", "title": "Gulls", "abstract": LONG, "comments": "3 pages, https://github.com/a/b", "doi": None,
           "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}], "update_date": "2008-11-26", "categories": "hep-ph math.CO"}  # fmt: skip
    paper = one(tmp_path, row)
    assert (paper.id, paper.published) == ("arxiv:hep-ph/0104001", "2007-04-02T19:18:42Z")
    assert paper.comment == "3 pages, https://github.com/a/b"


def test_json_feed(tmp_path):
    feed = {"version": "https://jsonfeed.org/version/1", "title": "Papers", "items": [
        {"id": "https://huggingface.co/papers/2401.00001", "title": "Gulls", "content_text": f"Abstract A summary of gulls.  Generated by a/Model {LONG}"}]}  # fmt: skip
    paper = one(tmp_path, feed)
    assert (paper.id, paper.abstract, paper.warnings) == ("arxiv:2401.00001", LONG, ("removed-preface",))


def test_cord19(tmp_path):
    data = f'cord_uid,title,doi,pubmed_id,abstract,publish_time,authors,arxiv_id\nug7,Gulls,10.1/x,11,"{LONG}",2020-01-01,"Fox, Ada; Lund, Bo",\n'
    (paper,) = papers_of(tmp_path, data)
    assert (paper.abstract, paper.authors, paper.published) == (LONG, ("Fox, Ada", "Lund, Bo"), "2020-01-01")
    assert paper.identifiers["pmid"] == "11"


def test_papers_by_id(tmp_path):
    found = papers_of(
        tmp_path,
        json.dumps(
            {"2401.00001": {"title": "One", "abstract": LONG}, "2401.00002": {"title": "Two", "abstract": LONG}}
        ),
    )
    assert [p.title for p in found] == ["One", "Two"]


def test_objects_in_a_row(tmp_path):
    data = "\n".join(json.dumps({"title": t, "abstract": LONG}, indent=2) for t in ("One", "Two"))
    assert [p.title for p in papers_of(tmp_path, data)] == ["One", "Two"]


def test_oai_dublin_core_and_arxiv(tmp_path):
    dc = ("<record><header><identifier>oai:arXiv.org:2401.00001</identifier></header><metadata><oai_dc:dc><dc:title>Gulls</dc:title>"
          f"<dc:creator>Fox, Ada</dc:creator><dc:description>{LONG}</dc:description><dc:description>Comment: 8 pages</dc:description>"
          "<dc:date>2024-01-01</dc:date><dc:identifier>http://arxiv.org/abs/2401.00001</dc:identifier><dc:identifier>doi:10.1000/AB</dc:identifier>"
          "</oai_dc:dc></metadata></record>")  # fmt: skip
    arxiv = ("<record><header/><metadata><arXiv><id>math/0104001</id><created>2001-04-01</created><authors><author><keyname>Fox</keyname>"
             f"<forenames>Ada</forenames></author></authors><title>Gulls</title><abstract>{LONG}</abstract><doi>10.1/a 10.1/b</doi></arXiv></metadata></record>")  # fmt: skip
    first, second = papers_of(tmp_path, f"<OAI-PMH><ListRecords>{dc}{arxiv}</ListRecords></OAI-PMH>")
    assert (first.abstract, first.comment, first.identifiers["doi"]) == (LONG, "8 pages", "10.1000/ab")
    assert (second.id, second.authors, second.published) == ("arxiv:math/0104001", ("Ada Fox",), "2001-04-01")


def test_acl_inline_markup(tmp_path):
    title = "<title><fixed-case>B</fixed-case>igger <tex-math>x^2</tex-math> of <b>Gulls</b> and 10<sup>5</sup></title>"
    (paper,) = papers_of(
        tmp_path,
        f'<collection id="x"><paper id="1">{title}<abstract>See <url>https://a.b</url>.</abstract></paper></collection>',
    )
    assert (paper.title, paper.abstract) == ("Bigger $x^2$ of Gulls and 10^5", "See https://a.b.")


def test_pubmed_labels(tmp_path):
    data = ("<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>7</PMID><Article><ArticleTitle>Gulls.</ArticleTitle><Abstract>"
            '<AbstractText Label="BACKGROUND">One.</AbstractText><AbstractText Label="RESULTS">Two <i>x</i>.</AbstractText></Abstract>'
            "<Journal><JournalIssue><PubDate><Year>2020</Year><Month>Feb</Month><Day>3</Day></PubDate></JournalIssue></Journal></Article></MedlineCitation>"
            '<PubmedData><ArticleIdList><ArticleId IdType="doi">10.1000/AB</ArticleId></ArticleIdList><ReferenceList><Reference><ArticleIdList>'
            '<ArticleId IdType="doi">10.1000/other</ArticleId></ArticleIdList></Reference></ReferenceList></PubmedData></PubmedArticle></PubmedArticleSet>')  # fmt: skip
    (paper,) = papers_of(tmp_path, data)
    assert (paper.abstract, paper.published) == ("BACKGROUND: One.\nRESULTS: Two x.", "2020-02-03")
    assert paper.identifiers == {"pmid": "7", "doi": "10.1000/ab"}


def test_bibtex_macros_and_braces(tmp_path):
    data = ('@string{sea = "of the Sea"}\n@comment{nothing}\n@article{key, title = {{Gulls}} # " " # sea, abstract = {A \\textbf{bold} {BERT} and $x^{2}$},'
            ' author = {Fox, Ada and {The Group}}, year = 2024, month = jan, eprint = {2401.00001v2}, archivePrefix = {arXiv} }\n')  # fmt: skip
    (paper,) = papers_of(tmp_path, data)
    assert (paper.title, paper.abstract) == ("Gulls of the Sea", "A \\textbf{bold} BERT and $x^{2}$")
    assert (paper.id, paper.authors, paper.published) == ("arxiv:2401.00001", ("Ada Fox", "The Group"), "2024-01")


def test_bibtex_organisations(tmp_path):
    (paper,) = papers_of(
        tmp_path, r"@misc{a, title = {Gulls}, author = {{Gull and Tern Group} and Fox, Ad\'{a} and Bo Lund}}"
    )
    assert paper.authors == ("Gull and Tern Group", r"Ad\'{a} Fox", "Bo Lund")


@pytest.mark.parametrize(
    ("fields", "published"),
    [
        ("year = {2005}, month = oct", "2005-10"),
        ("year = {{2005}}, month = {10}, day = 4", "2005-10-04"),
        ('year = 2005, month = "18~" # oct', "2005-10-18"),
        ("date = {2005-10-18/2005-10-21}, year = 2006", "2005-10-18"),
        ("date = {to appear}, year = 2006", "2006"),
        ("year = {in press}", None),
    ],
)
def test_bibtex_dates(tmp_path, fields, published):
    (paper,) = papers_of(tmp_path, f"@misc{{a, title = {{Gulls}}, {fields}}}")
    assert paper.published == published


@pytest.mark.parametrize(
    ("tags", "published"),
    [
        (["DA  - Sep 18", "PY  - 2015"], "2015-09-18"),
        (["DA  - Jan-Feb", "PY  - 2015"], "2015-01"),
        (["PY  - 2015/03/02/"], "2015-03-02"),
        (["DA  - Sep 18", "Y1  - 2015/03//"], "2015-03"),
        (["DA  - 2015/03/02/", "PY  - 2016"], "2015-03-02"),
        (["DA  - Sep", "PY  - 0000"], None),
    ],
)
def test_ris_dates(tmp_path, tags, published):
    lines = ["TY  - JOUR", "TI  - Gulls", f"AB  - {LONG}", *tags, "ER  - ", ""]
    (paper,) = papers_of(tmp_path, "\n".join(lines))
    assert paper.published == published


def test_medline_dates(tmp_path):
    data = f"PMID- 7\nDP  - 2003 Nov-Dec\nTI  - Gulls at sea.\nAB  - {LONG}\n\n"
    assert [p.published for p in papers_of(tmp_path, data)] == ["2003-11"]


@pytest.mark.parametrize(
    ("fields", "published"),
    [
        ({"cdate": 1706372130500}, "2024-01-27T16:15:30Z"),
        ({"published": "2025-13-45"}, "2025"),
        ({"published": "soon", "year": 2025}, "2025"),
        ({"date": "soon"}, None),
        ({"issued": {"date-parts": [[2024, 13]]}}, "2024"),
        ({"issued": {"date-parts": [["2024", "5"]]}}, "2024-05"),
        ({"issued": {"date-parts": [[None]]}, "created": {"date-parts": [[2023, 2, 1]]}}, "2023-02-01"),
        ({"published": {"value": "5 June 2024"}}, "2024-06-05"),
    ],
)
def test_json_dates(tmp_path, fields, published):
    assert one(tmp_path, {"title": "Gulls", "abstract": LONG, **fields}).published == published


def test_feed_dates(tmp_path):
    entry = "<entry><id>http://arxiv.org/abs/2401.00001v1</id><title>Gulls</title><summary>{}</summary>{}</entry>"
    dates = (
        "<published>2024-01-01T10:00:00Z</published><updated>2024-02-01T10:00:00Z</updated>",
        "<published>soon</published><updated>Thu, 01 Feb 2024 10:00:00 GMT</updated>",
    )
    feed = "".join(entry.format(LONG, date) for date in dates)
    found = papers_of(tmp_path, f'<feed xmlns="http://www.w3.org/2005/Atom">{feed}</feed>')
    assert [p.published for p in found] == ["2024-01-01T10:00:00Z", "2024-02-01T10:00:00Z"]


def test_parquet_dates(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    days = [datetime.datetime(2024, 5, 6), datetime.datetime(2024, 5, 6, 7, 8, 9)]
    table = pyarrow.table({"title": ["Gulls", "Terns"], "abstract": [LONG, LONG], "published": days})
    parquet.write_table(table, tmp_path / "dump.parquet")
    assert [p.published for p in read(tmp_path / "dump.parquet")] == ["2024-05-06", "2024-05-06T07:08:09"]


def test_bibtex_on_one_line(tmp_path):
    found = papers_of(tmp_path, "@misc{a, title={One}, note={x@y.org}} @misc{b, title={Two}}@misc{c, title={Three}}")
    assert [p.title for p in found] == ["One", "Two", "Three"]


def test_bibtex_against_bibtexparser(tmp_path, papers):
    bibtexparser = pytest.importorskip("bibtexparser")
    data = "".join(
        f'@misc{{k{n}, title = "{{T}}he {n}", abstract = {{{a}}}, year = 2000 }}\n'
        for n, (_, _, a) in enumerate(papers)
    )
    wanted = [e.fields_dict["abstract"].value for e in bibtexparser.parse_string(data).entries]
    assert [p.abstract for p in papers_of(tmp_path, data)] == [w.replace("{k}", "k") for w in wanted]


def test_ris_against_rispy(tmp_path):
    rispy = pytest.importorskip("rispy")
    data = f"TY  - JOUR\nT1  - Gulls\nN2  - {LONG}\nA1  - Fox, Ada\nDO  - 10.1000/AB\nER  - \n\nTY  - CONF\nTI  - Terns\nAB  - {LONG}\nER  - \n"
    wanted = [
        (e.get("title") or e.get("primary_title"), e.get("abstract") or e.get("notes_abstract"))
        for e in rispy.loads(data)
    ]
    assert [(p.title, p.abstract) for p in papers_of(tmp_path, data)] == wanted


def test_labelled_lines_go_on(tmp_path):
    data = f"Title: Gulls Over\n  the Sea\nAuthors: Ada Fox, Bo Lund\nSummary: {LONG}\nMore of it\n\nAnd more.\n---\n**Title:** Terns\n**Abstract:** {LONG}\n\nTitle: Alone\n"
    first, second, third = papers_of(tmp_path, data)
    assert (first.title, first.abstract) == ("Gulls Over\n  the Sea", f"{LONG}\nMore of it\n\nAnd more.")
    assert (second.title, second.abstract) == ("Terns", LONG)
    assert (third.title, third.abstract) == ("Alone", "")


PAGE = f"""new

Log in to follow!

Menu

byXY and friends of the list

Mar 14

A Tracker of Nine Grams: Gulls and
the Ships They Follow

{LONG[:120]}
{LONG[120:]}

Published on May 3 · 5 authors

24

Upvote

Gulls
{LONG}

See all

Listening to the Sea With Two Microphones

Jo Day, Kim Holt and Lee Nash

{LONG}

{LONG[:200]}

What Remains When the Gulls Are Gone
"""


def test_page(tmp_path):
    found = papers_of(tmp_path, PAGE, format="page")
    assert [(p.title, p.abstract) for p in found] == [
        ("A Tracker of Nine Grams: Gulls and\nthe Ships They Follow", f"{LONG[:120]}\n{LONG[120:]}"),
        ("Gulls", LONG),
        ("Listening to the Sea With Two Microphones", f"{LONG}\n\n{LONG[:200]}"),
        ("What Remains When the Gulls Are Gone", ""),
    ]


SHORT = [
    ("Counting Gulls From Orbit: A Census", "We count gulls in images from orbit and find 91% of them."),
    ("Listening to Reefs With Two Microphones", "Two microphones tell a healthy reef from a dying one in 88.2% of nights."),
    ("Sparse Weights Remember Longer", "Sparse weights forget half as much as dense ones, and the cost of training "
     "rises by a fifth; the gap closes when the rule that chooses weights is learnt too, as ten seeds show."),
]  # fmt: skip


def test_page_with_short_abstracts(tmp_path):
    long = [("Terns in the Northern Winter", LONG), ("Skuas Steal From Everyone", LONG + " More.")]
    for papers in (SHORT + long, long[:1] + SHORT + long[1:], long + SHORT):
        text = "new\n\nSign up\n\n" + "\n\n".join(f"{title}\n\n{abstract}" for title, abstract in papers) + "\n"
        assert [(p.title, p.abstract) for p in papers_of(tmp_path, text)] == papers


def test_the_motto_of_a_page_is_no_paper(tmp_path):
    text = f"Papers of the Week: Birds\n\nA list of what we read, by hand.\n\nTerns in Winter and Summer\n\n{LONG}\n"
    assert [p.title for p in papers_of(tmp_path, text)] == ["Terns in Winter and Summer"]


def test_text_in_binary_columns(tmp_path):
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = arrow.table(
        {
            "title": arrow.array([b"Gulls", b"\xff\xfe", b"Terns"], arrow.binary()),
            "abstract": arrow.array([LONG.encode(), b"x", "Über See".encode()], arrow.large_binary()),
            "authors": arrow.array([[b"Ada Fox"], [], None], arrow.list_(arrow.binary())),
            "uid": arrow.array([b"\xff" * 16] * 3, arrow.binary(16)),
        }
    )
    parquet.write_table(table, tmp_path / "dump")
    first, bad, last = read(tmp_path / "dump")
    assert (first.title, first.abstract, first.authors) == ("Gulls", LONG, ("Ada Fox",))
    assert (last.title, last.abstract) == ("Terns", "Über See")
    assert (bad.reason, bad.excerpt) == ("bad-encoding", "\\xff\\xfe")


def test_title_shapes():
    for text in (
        "Subscribe",
        "new",
        "Mar 14",
        "14 May 2024",
        "1,204",
        "Get it in your mail today!",
        "· 3 authors",
        "Ada Fox, Bo Lund and Cy Day",
    ):
        assert title_strength(text) == 0, text
    for text in (
        "GrainNet: Counting Kernels",
        "Attention Is Enough After All",
        "Do gulls remember the ships they followed?",
    ):
        assert title_strength(text) >= 2, text


def test_arxiv_ids():
    assert arxiv_id("2401.00001v3") == ("2401.00001", "v3")
    assert arxiv_id("https://arxiv.org/pdf/2401.00001v3.pdf") == ("2401.00001", "v3")
    assert arxiv_id("arXiv:math.GT/0104001") == ("math.GT/0104001", None)
    assert arxiv_id("http://arxiv.org/abs/cs/0112017v1") == ("cs/0112017", "v1")
    assert arxiv_id("17") is None
    assert identifiers_of([("doi", "10.48550/arXiv.2401.00001")])["arxiv"] == "2401.00001"
    assert identifiers_of([("id", 17)]) == {"id": "17"}
    assert identifiers_of([("doi", "none"), ("pmid", {}), ("arxiv_id", 3.5)]) == {}


def test_small_values():
    assert inverted({"a": [0, 2], "b": [1]}) == "a b a"
    assert inverted({"a": "x"}) is None
    assert author_names("Fox, Ada; Lund, Bo") == ["Fox, Ada", "Lund, Bo"]
    assert author_names("Ada Fox, Bo Lund, and Cy Day") == ["Ada Fox", "Bo Lund", "Cy Day"]


def test_mapping(tmp_path):
    paper = one(
        tmp_path,
        [{"kopf": "Gulls", "text": LONG, "nummer": "2401.00001"}],
        mapping={"title": "kopf", "abstract": "text", "arxiv": "nummer"},
    )
    assert (paper.title, paper.abstract, paper.id) == ("Gulls", LONG, "arxiv:2401.00001")


def test_markdown_lists(tmp_path):
    data = (f"# Awesome gulls\n\n- [Home](#home)\n\n## 2024\n\n- **[Gulls at Sea and on Land](https://arxiv.org/abs/2401.00001)**, Ada Fox. [[Code]](https://github.com/a/b)\n"
            f"- [Terns in the Northern Winter](https://arxiv.org/abs/2401.00002) - {LONG}\n  - Abstract: {LONG}\n\n"
            f"| Date | Title | PDF | Code |\n|:--|:--|:--|:--|\n|2024-01-03|**Skuas Steal From Everyone**|[2401.00003](http://arxiv.org/abs/2401.00003v1)|[link](https://github.com/c/d)|\n")  # fmt: skip
    found = papers_of(tmp_path, data)
    assert [(p.title, p.id) for p in found] == [
        ("Gulls at Sea and on Land", "arxiv:2401.00001"),
        ("Terns in the Northern Winter", "arxiv:2401.00002"),
        ("Skuas Steal From Everyone", "arxiv:2401.00003"),
    ]
    assert found[1].abstract == LONG
    assert [p.dump_links for p in found] == [
        (("link", "https://github.com/a/b"),),
        (),
        (("Code", "https://github.com/c/d"),),
    ]


def test_hugging_face_cards_without_data(tmp_path):
    data = (f'<!DOCTYPE html><html><body><article><h3><a href="/papers/2401.00001">Gulls &amp; Ships</a></h3><p>{LONG}</p></article>'
            '<article><h3><a href="/papers/2401.00002">Terns</a></h3></article></body></html>')  # fmt: skip
    first, second = papers_of(tmp_path, data)
    assert (first.title, first.abstract, first.id) == ("Gulls & Ships", LONG, "arxiv:2401.00001")
    assert (second.title, second.abstract, second.url) == ("Terns", "", "https://huggingface.co/papers/2401.00002")
    (reject,) = items_of(tmp_path, "<!doctype html><html><body>nothing</body></html>")
    assert reject.reason == "empty-paper"
