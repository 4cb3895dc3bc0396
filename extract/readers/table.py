"""The table of formats, what each is told by, and detection. A format is one function and one row here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points

from extract.errors import UsageError
from extract.model import Paper, Reject
from extract.readers.bibtex import read_bibtex
from extract.readers.columnar import read_arrow, read_parquet
from extract.readers.csv_rows import read_csv
from extract.readers.dump import Dump
from extract.readers.fields import NO_MAPPING
from extract.readers.html_page import read_html
from extract.readers.json_values import read_json
from extract.readers.jsonl import read_jsonl
from extract.readers.markdown import read_markdown
from extract.readers.page import read_page
from extract.readers.sniff import (
    Head,
    Verdict,
    sniff_acl,
    sniff_arrow,
    sniff_atom,
    sniff_bibtex,
    sniff_csv,
    sniff_html,
    sniff_json,
    sniff_jsonl,
    sniff_labelled,
    sniff_markdown,
    sniff_medline,
    sniff_oai,
    sniff_page,
    sniff_parquet,
    sniff_pubmed,
    sniff_ris,
    sniff_rss,
)
from extract.readers.tagged import read_labelled, read_medline, read_ris
from extract.readers.xml_formats import read_acl, read_atom, read_oai, read_pubmed, read_rss

Reader = Callable[[Dump], Iterator[Paper | Reject]]
Sniffer = Callable[[Head], Verdict | None]


@dataclass(frozen=True, slots=True)
class Format:
    """A format: what `paperfacts formats` says about it, how it is told and who reads it.

    `sniff` gets the beginning of the dump and says why it is this format, or None. `read` yields papers and rejects.
    `resumes` is true where reading can begin at a byte offset (formats of one record a line).
    """

    name: str
    description: str
    detection: str
    fields: str
    sniff: Sniffer
    read: Reader
    resumes: bool = False
    extra: str | None = None
    suffixes: tuple[str, ...] = field(default=())


Found = tuple[Format, Verdict]

_OWN: tuple[Format, ...] = (
    Format(
        "jsonl",
        "JSON Lines: one paper a line",
        "lines that begin with { and parse",
        "any usual names: title, abstract or summary, id, ...",
        sniff_jsonl,
        read_jsonl,
        resumes=True,
        suffixes=(".jsonl", ".ndjson", ".json"),
    ),
    Format(
        "json",
        "JSON: an array, an object that holds a list of papers, or objects one after another",
        "begins with [ or with { and is not one object a line",
        "any usual names, nested too: Hugging Face, OpenReview, Semantic Scholar, OpenAlex, Crossref, JSON Feed, ...",
        sniff_json,
        read_json,
        suffixes=(".json",),
    ),
    Format(
        "csv",
        "CSV and TSV with a header",
        "a first line of column names, one of them a title or an abstract",
        "any usual column names; --map for others",
        sniff_csv,
        read_csv,
        suffixes=(".csv", ".tsv", ".tab"),
    ),
    Format(
        "atom",
        "Atom feeds, such as the answers of arXiv's API",
        "XML whose root is <feed>",
        "title, summary, id, author, published, category, link, arxiv:comment, arxiv:doi",
        sniff_atom,
        read_atom,
    ),
    Format(
        "oai-pmh",
        "OAI-PMH harvests: arXivRaw, arXiv, oai_dc",
        "XML whose root is <OAI-PMH>",
        "title, abstract, id, comments, authors, categories, doi, date; deleted records are counted",
        sniff_oai,
        read_oai,
    ),
    Format(
        "acl-xml",
        "ACL Anthology",
        "XML whose root is <collection>",
        "title, abstract (inline markup as text), author, url, doi, pwccode",
        sniff_acl,
        read_acl,
    ),
    Format(
        "pubmed-xml",
        "PubMed XML",
        "XML whose root is <PubmedArticleSet>",
        "ArticleTitle, AbstractText (labelled parts joined), PMID, doi, authors, date, keywords",
        sniff_pubmed,
        read_pubmed,
    ),
    Format(
        "rss",
        "RSS feeds of papers",
        "XML whose root is <rss> or <rdf:RDF>",
        "title, description, link, pubDate, creator, category",
        sniff_rss,
        read_rss,
    ),
    Format(
        "bibtex",
        "BibTeX",
        "entries @type{key, ...}",
        "title, abstract, author, year, doi, eprint, url, keywords, note",
        sniff_bibtex,
        read_bibtex,
        suffixes=(".bib",),
    ),
    Format(
        "ris",
        "RIS of reference managers",
        "lines TY  -",
        "TI/T1, AB/N2, AU, PY/DA, DO, UR, KW",
        sniff_ris,
        read_ris,
        suffixes=(".ris",),
    ),
    Format(
        "medline",
        "MEDLINE text of PubMed",
        "lines PMID-",
        "TI, AB, FAU/AU, DP, LID/AID doi, OT",
        sniff_medline,
        read_medline,
        suffixes=(".nbib",),
    ),
    Format(
        "labelled",
        "text with labels: Title: ..., Abstract: ... or Summary: ...",
        "lines that begin with Title: and Abstract: or Summary:",
        "title, abstract, authors, url, pdf, doi, arxiv, date, categories, comments, code",
        sniff_labelled,
        read_labelled,
        suffixes=(".txt",),
    ),
    Format(
        "markdown",
        "Markdown lists and tables of papers",
        "headings or items with links, or a table with a title column",
        "title, link, abstract (labelled, in <details>, or the long text), authors, code links",
        sniff_markdown,
        read_markdown,
        suffixes=(".md", ".markdown"),
    ),
    Format(
        "hf-html",
        "a saved Hugging Face papers page",
        "HTML with data-props of the page, or article cards",
        "title, summary, id, authors, publishedAt, githubRepo, projectPage",
        sniff_html,
        read_html,
        suffixes=(".html", ".htm"),
    ),
    Format(
        "parquet",
        "Parquet",
        "begins with PAR1",
        "any usual column names; --map for others",
        sniff_parquet,
        read_parquet,
        extra="arrow",
        suffixes=(".parquet",),
    ),
    Format(
        "arrow",
        "Arrow files (Feather) and streams",
        "begins with ARROW1, or as an Arrow stream",
        "any usual column names; --map for others",
        sniff_arrow,
        read_arrow,
        extra="arrow",
        suffixes=(".arrow", ".feather"),
    ),
    Format(
        "page",
        "text copied from a page of papers",
        "paragraphs between blank lines, a title before each long one",
        "title, abstract",
        sniff_page,
        read_page,
        suffixes=(".txt",),
    ),
)


@cache
def formats() -> dict[str, Format]:
    """Every format by name, in the order in which detection asks them; plug-ins (`paperfacts.readers`) come first."""
    table: dict[str, Format] = {}
    for entry in sorted(entry_points(group="paperfacts.readers"), key=lambda e: e.name):
        try:
            plugin = entry.load()
        except Exception as error:  # somebody else's code
            raise UsageError(f"The reader plug-in {entry.name!r} cannot be loaded: {error}.") from None
        if not isinstance(plugin, Format):
            raise UsageError(f"The reader plug-in {entry.name!r} is not an extract.readers.Format.")
        table[plugin.name] = plugin
    return table | {row.name: row for row in _OWN if row.name not in table}


def format_named(name: str) -> Format:
    """The format of that name; raises `UsageError` when there is none."""
    found = formats().get(name)
    if found is None:
        raise UsageError(f"There is no format {name!r}; `paperfacts formats` lists them.")
    return found


def detect(
    data: bytes, name: str = "", *, complete: bool = False, mapping: Mapping[str, str] = NO_MAPPING
) -> Found | None:
    """The format of a dump by its first bytes (decompressed, UTF-8), with the reason; None when unknown.

    `complete` says that `data` is all there is, `mapping` which field is what, where the user says so. The name only
    decides between formats that the content allows.
    """
    head = Head(data, name, complete, mapping)
    found = [(row, verdict) for row in formats().values() if (verdict := row.sniff(head)) is not None]
    if not found:
        return None
    best = max(verdict.certainty for _, verdict in found)
    top = [(row, verdict) for row, verdict in found if verdict.certainty == best]
    return next(((row, v) for row, v in top if name.lower().endswith(row.suffixes or ("\0",))), top[0])
