"""Real samples, where they are at hand: papers found against papers counted without the readers."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections import Counter

import pytest

from extract.model import Reject
from extract.readers import read


def lines_of(text):
    return sum(bool(line.strip()) for line in text.split("\n"))


def matches(pattern):
    return lambda text: len(re.findall(pattern, text, re.MULTILINE))


def csv_rows(text):
    return sum(1 for _ in csv.reader(io.StringIO(text))) - 1


# (file, items counted another way, papers among them)
SAMPLES = [
    ("acl_anthology_xml/2020.emnlp.xml", matches(r"<paper id="), None),
    ("arxiv_atom/id_0808.05394_1707.08567_s0_m100_42e5aa0ec3af.xml", matches(r"<entry>"), None),
    ("arxiv_atom/q_testing_s0_m10_bc5a6c384fe9.xml", matches(r"<entry>"), None),
    ("arxiv_daily_jsonl/ten_thousand.jsonl.gz", lines_of, None),
    ("arxiv_kaggle_jsonl/hf_datasets_dummy_arxiv-metadata-oai-snapshot.json", lines_of, None),
    ("arxiv_kaggle_jsonl/wanng-ide_first_records.json", lines_of, None),
    ("arxiv_oai/arXivRaw_cs.xml", matches(r"<record>"), None),
    ("bibtex/library.bib", matches(r"^@"), {"bad-bibtex": 2}),
    ("cord19/hf_datasets_dummy_metadata.csv", csv_rows, None),
    ("crossref/works.jsonl", lines_of, None),
    ("csv_tsv/dair_ml-potw-10232023.csv", csv_rows, None),
    ("csv_tsv/papers.csv", csv_rows, None),
    ("hf_daily/MichaelMarkert_hf_papers.atom.xml", matches(r"<item>"), None),
    ("hf_daily/MichaelMarkert_hf_papers.jsonfeed.json", matches(r'"content_text":'), None),
    ("hf_daily/paper_metadata_2024-06-21.txt", matches(r"^Title:"), None),
    ("hf_daily/paper_metadata_2024-06-28.txt", matches(r"^Title:"), None),
    ("hf_daily/paper_metadata_2024-07-05.txt", matches(r"^Title:"), None),
    ("markdown/daily.md", matches(r"^### \["), None),
    ("openalex/W-api-response.json", lambda _: 1, None),
    ("openalex/W2741809807.json", lambda _: 1, None),
    ("openreview_paperlists/papers.jsonl", lines_of, None),
    ("pubmed_medline/biopython_medline_pubmed_result2.txt", matches(r"^PMID-"), None),
    ("pubmed_medline/biopython_pubmed1.xml", matches(r"<PubmedArticle>"), None),
    ("pubmed_medline/hf_datasets_dummy_pubmed22n0001.xml.gz", matches(r"<PubmedArticle>"), None),
    ("pwc/links-between-papers-and-code_EXCERPT.json", matches(r'"paper_title":'), None),
    ("pwc/papers-with-abstracts_EXCERPT.json", matches(r'"abstract":'), None),
    ("ris/records.ris", matches(r"^ER  -"), None),
    ("ris/rispy_example_bom.ris", matches(r"^ER  -"), {"empty-paper": 1}),
    ("ris/rispy_example_multiline.ris", matches(r"^ER  -"), None),
    ("s2orc/metadata.jsonl", lines_of, None),
    ("semanticscholar/paper_with_citations.json", lambda _: 1, None),
    ("unarxive/faerber-lab_UnarXive-2024_preview.json", lambda _: 1, None),
]


@pytest.mark.parametrize(("name", "count", "rejects"), SAMPLES, ids=[s[0] for s in SAMPLES])
def test_sample(shared, name, count, rejects):
    path = shared / name
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8-sig")
    items = list(read(path))
    assert len(items) == count(text)
    assert Counter(item.reason for item in items if isinstance(item, Reject)) == Counter(rejects or {})


def test_pairs_by_mapping(shared):
    path = shared / "hf_daily/paired_arxiv_and_page_text.jsonl"
    items = list(read(path, mapping={"title": "hf_title", "abstract": "hf"}))
    assert len(items) == lines_of(path.read_text("utf-8"))
    assert all(item.abstract for item in items)
