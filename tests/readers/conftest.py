"""Papers of our own, and every format they can be written in: what goes in must come out."""

from __future__ import annotations

import html
import io
import json
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest

SHARED = Path(__file__).parents[2] / ".." / "shared" / "dumps"

# (arXiv id, title, abstract): commas, quotes, braces that match, markup characters, accents, an emoji.
PAPERS = [
    (
        "2401.00001",
        "GrainNet: Counting Wheat Kernels From a Single Photograph",
        "We present GrainNet, a network that counts kernels in one photograph of a wheat ear. On FieldEars it reaches "
        "a mean error of 2.1 kernels, 34% below the best earlier counter. It runs at 41 frames per second on a phone, "
        'and growers in three countries tried it for a season, calling it "good enough to sell by".',
    ),
    (
        "2401.00002",
        "Do Tokenizers Remember? A Study of Vocabulary Drift, Merges, and Time",
        "Tokenizers are trained once and kept for years. This study follows twelve of them over five years of news, "
        "finding that 7.3% of the merges fall out of use, that the cost in tokens grows by 1.9% a year, and that a "
        "repair of 500 merges undoes most of it. We give tables for fourteen languages, Zürich German among them.",
    ),
    (
        "cs/0112017",
        "Sparse Attention at the Edge of the Reef & Other Stories",
        "Underwater cameras see little, and what they see is blue. With x < 5 metres of sight we train a sparse "
        "attention model on ReefWatch (18,400 clips); accuracy rises from 61.0 to 74.5 at p > 0.9, using {k} heads "
        "out of 16. Labels come from divers; a second set from 🐟 counters on the quay. Code will follow.",
    ),
    (
        "2402.31337",
        "Qonvex",
        "Convex relaxations of quantised networks are loose. Qonvex tightens them by branching on the two largest "
        "quantisation steps, which certifies 88% of MNIST at radius 0.1 where the linear relaxation certifies 52%. "
        "Its cost is that of eleven linear programmes an image; on small networks it is exact.",
    ),
    (
        "2402.04242",
        "A Slow Look at Fast Weights: What Three Thousand Runs Tell",
        "Fast weights are said to learn in context. We ran 3,072 trainings with and without them on four synthetic "
        "tasks and two real ones. Fast weights help when the rule changes within the sequence (+12.4 points) and harm "
        "when it does not (-3.1 points); the point where the two cross depends on depth alone.",
    ),
]


def _jsonl() -> bytes:
    rows = [{"id": i, "title": t, "abstract": a, "authors": ["Ada Fox"], "comment": "8 pages"} for i, t, a in PAPERS]
    return b"".join(json.dumps(row, ensure_ascii=n % 2 == 0).encode() + b"\n" for n, row in enumerate(rows))


def _rows() -> list[dict[str, object]]:
    return [{"paperId": n, "title": t, "summary": a, "arxivId": i} for n, (i, t, a) in enumerate(PAPERS)]


def _json_array() -> bytes:
    return json.dumps(_rows(), indent=2, ensure_ascii=False).encode()


def _json_compact() -> bytes:
    return json.dumps(_rows(), ensure_ascii=False, separators=(",", ":")).encode()


def _json_object() -> bytes:
    outer = {"status": "ok", "message": {"total": 5, "facets": [{"name": "x"}], "items": _rows()}}
    return json.dumps(outer, ensure_ascii=False).encode()


def _csv(delimiter: str = ",") -> bytes:
    import csv

    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(["arxiv_id", "Title", "year", "Abstract"])
    writer.writerows([i, t, "2024", a.replace(". ", ".\n", 1) if n == 1 else a] for n, (i, t, a) in enumerate(PAPERS))
    return out.getvalue().encode()


def _atom() -> bytes:
    entries = "".join(
        f"<entry><id>http://arxiv.org/abs/{i}v2</id><updated>2024-01-02T00:00:00Z</updated><title>{escape(t)}</title>"
        f"<summary>{escape(a)}</summary><author><name>Ada Fox</name></author><arxiv:comment>8 pages</arxiv:comment>"
        f'<category term="cs.CV"/><link href="http://arxiv.org/abs/{i}v2" rel="alternate"/></entry>\n'
        for i, t, a in PAPERS
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">'
    return f"{head}<title>A query</title>\n{entries}</feed>\n".encode()


def _oai() -> bytes:
    records = "".join(
        f"<record><header><identifier>oai:arXiv.org:{i}</identifier></header><metadata><arXivRaw><id>{i}</id>"
        f'<version version="v1"><date>Mon, 1 Jan 2024 00:00:00 GMT</date></version><title>{escape(t)}</title>'
        f"<authors>Ada Fox and Bo Lund</authors><categories>cs.CV cs.LG</categories><comments>8 pages</comments>"
        f"<abstract>{escape(a)}</abstract></arXivRaw></metadata></record>\n"
        for i, t, a in PAPERS
    )
    return f'<?xml version="1.0"?>\n<OAI-PMH><ListRecords>\n{records}</ListRecords></OAI-PMH>\n'.encode()


def _acl() -> bytes:
    papers = "".join(
        f'<paper id="{n}"><title>{escape(t)}</title><author><first>Ada</first><last>Fox</last></author>'
        f'<abstract>{escape(a)}</abstract><url hash="ab">2024.acl-long.{n}</url></paper>\n'
        for n, (_, t, a) in enumerate(PAPERS, 1)
    )
    return f"<?xml version='1.0' encoding='UTF-8'?>\n<collection id='2024.acl'><volume id='long'>\n{papers}</volume></collection>\n".encode()


def _pubmed() -> bytes:
    articles = "".join(
        f'<PubmedArticle><MedlineCitation><PMID Version="1">{n}</PMID><Article><ArticleTitle>{escape(t)}</ArticleTitle>'
        f"<Abstract><AbstractText>{escape(a)}</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>\n"
        for n, (_, t, a) in enumerate(PAPERS, 30000)
    )
    return f'<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD" "pubmed.dtd">\n<PubmedArticleSet>\n{articles}</PubmedArticleSet>\n'.encode()


def _rss() -> bytes:
    items = "".join(
        f"<item><title>{escape(t)}</title><link>https://huggingface.co/papers/{i}</link>"
        f"<description>{escape(a)}</description></item>\n"
        for i, t, a in PAPERS
    )
    return (
        f'<?xml version="1.0"?>\n<rss version="2.0"><channel><title>Papers</title>\n{items}</channel></rss>\n'.encode()
    )


def _bibtex() -> bytes:
    return "\n".join(
        f"@article{{key{n},\n  title = {{{t}}},\n  author = {{Fox, Ada and Lund, Bo}},\n  abstract = {{{a}}},\n"
        f"  year = 2024,\n  eprint = {{{i}}},\n  archiveprefix = {{arXiv}}\n}}\n"
        for n, (i, t, a) in enumerate(PAPERS)
    ).encode()


def _ris() -> bytes:
    return "\n".join(
        f"TY  - JOUR\nTI  - {t}\nAU  - Fox, Ada\nAB  - {a}\nUR  - https://arxiv.org/abs/{i}\nER  - \n"
        for i, t, a in PAPERS
    ).encode()


def _medline() -> bytes:
    return "\n".join(
        f"PMID- {n}\nTI  - {t}\nFAU - Fox, Ada\nAB  - {a}\n" for n, (_, t, a) in enumerate(PAPERS, 30000)
    ).encode()


def _labelled() -> bytes:
    return "".join(f"Title: {t}\nPDF: https://arxiv.org/pdf/{i}\nSummary: {a}\n\n---\n" for i, t, a in PAPERS).encode()


def _page() -> bytes:
    junk = "new\n\nThe list of the week!\n\nSign up\n\nby the lab of lists\n\nMay 7\n\n"
    return (junk + "\n\n".join(f"{t}\n\n{a}" for _, t, a in PAPERS) + "\n").encode()


def _markdown() -> bytes:
    return (
        "# Papers of the day\n\n"
        + "".join(
            f"### [{n}] [{t}](https://arxiv.org/abs/{i})\n*Ada Fox, Bo Lund*\n\n<details>\n  <summary>Details</summary>\n"
            f"Abstract: {html.escape(a, quote=False)}\n\n</details>\n\n"
            for n, (i, t, a) in enumerate(PAPERS, 1)
        )
    ).encode()


def _markdown_table() -> bytes:
    rows = "".join(f"|[{t}](https://arxiv.org/abs/{i})|{html.escape(a, quote=False)}|\n" for i, t, a in PAPERS)
    return f"# Papers\n\n|Title|Abstract|\n|---|---|\n{rows}".encode()


def _hf_html() -> bytes:
    daily = [
        {"paper": {"id": i, "title": t, "summary": a, "githubRepo": "https://github.com/fox/x"}, "title": t}
        for i, t, a in PAPERS
    ]
    props = quoteattr(
        json.dumps({"dateString": "2024-01-01", "dailyPapers": daily}, ensure_ascii=False), {'"': "&quot;"}
    )
    cards = "".join(f'<article><h3><a href="/papers/{i}">{html.escape(t)}</a></h3></article>' for i, t, _ in PAPERS)
    return (
        f"<!doctype html>\n<html><head><title>Daily Papers</title></head><body><main>"
        f'<div class="SVELTE_HYDRATER contents" data-target="DailyPapers" data-props={props}>{cards}</div></main></body></html>\n'
    ).encode()


def _parquet() -> bytes:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    out = io.BytesIO()
    pq.write_table(
        pa.Table.from_pylist([{"id": i, "title": t, "abstract": a, "x": 1.0} for i, t, a in PAPERS]),
        out,
        row_group_size=2,
        write_page_checksum=True,  # without it no reader can tell a flipped bit from data
    )
    return out.getvalue()


def _arrow() -> bytes:
    pa = pytest.importorskip("pyarrow")
    table = pa.Table.from_pylist([{"id": i, "title": t, "abstract": a} for i, t, a in PAPERS])
    out = io.BytesIO()
    with pa.ipc.new_file(out, table.schema) as writer:
        writer.write_table(table, max_chunksize=2)
    return out.getvalue()


WRITERS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "jsonl": ("jsonl", _jsonl),
    "json-array": ("json", _json_array),
    "json-compact": ("json", _json_compact),
    "json-object": ("json", _json_object),
    "csv": ("csv", _csv),
    "tsv": ("csv", lambda: _csv("\t")),
    "atom": ("atom", _atom),
    "oai": ("oai-pmh", _oai),
    "acl": ("acl-xml", _acl),
    "pubmed": ("pubmed-xml", _pubmed),
    "rss": ("rss", _rss),
    "bibtex": ("bibtex", _bibtex),
    "ris": ("ris", _ris),
    "medline": ("medline", _medline),
    "labelled": ("labelled", _labelled),
    "page": ("page", _page),
    "markdown": ("markdown", _markdown),
    "markdown-table": ("markdown", _markdown_table),
    "hf-html": ("hf-html", _hf_html),
    "parquet": ("parquet", _parquet),
    "arrow": ("arrow", _arrow),
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests that ask for `written` run once for every way of writing the papers."""
    if "written" in metafunc.fixturenames:
        metafunc.parametrize("written", list(WRITERS), indirect=True)


class Written:
    """The papers written in one format."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.format, writer = WRITERS[name]
        self.data = writer()
        self.papers = [(t, a) for _, t, a in PAPERS]
        if name in ("csv", "tsv"):  # one abstract has a line end in its cell
            self.papers[1] = (self.papers[1][0], self.papers[1][1].replace(". ", ".\n", 1))
        if name == "bibtex":  # braces are BibTeX's own
            self.papers = [(t, a.replace("{k}", "k")) for t, a in self.papers]


@pytest.fixture(scope="session")
def written(request: pytest.FixtureRequest) -> Written:
    """One way of writing the papers."""
    return Written(request.param)


@pytest.fixture(scope="session")
def papers() -> list[tuple[str, str, str]]:
    """(arXiv id, title, abstract) of the papers."""
    return PAPERS


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real samples; tests skip without it."""
    if not SHARED.is_dir():
        pytest.skip("no shared samples here")
    return SHARED
