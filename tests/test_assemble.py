"""Facts to records: links of the dump, confidence by measurement."""

from extract import Paper, Pipeline
from extract.rulebook import Measured, Rulebook, band_of, row_of

PIPELINE = Pipeline()


def paper(**more: object) -> Paper:
    return Paper(title="Heron: A Wader", abstract="We propose Heron. Code: https://github.com/a/heron", **more)  # type: ignore[arg-type]


def test_links_that_only_the_dump_carries_are_kept_apart() -> None:
    record = PIPELINE.convert(
        paper(dump_links=(("github", "https://github.com/a/other"), ("project_page", "https://heron.example.org")))
    )
    by_url = {link.url: link for link in record.links}
    assert by_url["https://github.com/a/heron"].from_dump is None
    other = by_url["https://github.com/a/other"]
    assert (other.from_dump, other.mentions, other.kind, other.owner, other.repo) == (
        "github",
        [],
        "code",
        "a",
        "other",
    )
    assert by_url["https://heron.example.org"].kind == "project"


def test_a_link_of_text_and_dump_stands_once_with_its_mention() -> None:
    record = PIPELINE.convert(paper(dump_links=(("github", "http://www.github.com/A/Heron/"),)))
    assert [(x.url, x.from_dump) for x in record.links] == [("https://github.com/a/heron", None)]


def test_confidence_is_the_measured_precision_leaning_on_the_band_where_support_is_thin() -> None:
    book = Rulebook(
        measured={
            ("methods", "a"): Measured(90, 10),
            ("methods", "b"): Measured(1, 0),
            ("methods", band_of(0.8)): Measured(50, 50),
        }
    )
    assert abs(book.precision("methods", "a", 0.8) - 0.9) < 0.02
    assert book.precision("methods", "b", 0.8) < 0.7
    assert 0.5 < book.precision("methods", "unknown", 0.8) < 0.55
    assert book.precision("tasks", "unknown", 0.8) == 0.8


def test_confidence_of_a_result_is_that_of_results_which_say_as_much() -> None:
    full = row_of({"metric": "F1", "dataset": "COCO", "method": "Heron"}, {})
    bare = row_of({"metric": None}, {"datasets": [{"name": "COCO"}], "methods": [{"name": "CNN", "role": "used"}]})
    assert (full, bare) == ("row:metric+ dataset+ method+", "row:metric- dataset? method-")
    book = Rulebook(
        measured={
            ("results", full): Measured(90, 10),
            ("results", bare): Measured(10, 90),
            ("results", "sure"): Measured(80, 20),
            ("results", "weak"): Measured(20, 80),
        }
    )
    assert 0.85 < book.row_precision("unknown", 0.9, full) < 0.9
    assert 0.1 < book.row_precision("unknown", 0.9, bare) < 0.15
    assert book.row_precision("weak", 0.9, full) < 0.85 < 0.9 < book.row_precision("sure", 0.9, full)
    assert book.row_precision("sure", 0.9, "row:never seen") == book.precision("results", "sure", 0.9)


def test_full_rows_are_surer_than_rows_with_an_open_slot() -> None:
    text = "We propose Heron. Heron reaches 61.2 mIoU on COCO. Elsewhere, something is at 31.2%."
    record = PIPELINE.convert(Paper(title="Heron: A Wader", abstract=text))
    sure, open_ = (r.confidence for r in record.results)
    assert sure > 0.6 > 0.4 > open_


def test_spans_are_mirrored_for_spacy_but_not_for_records() -> None:
    assert PIPELINE.doc(paper()).spans["links"]
    assert "links" not in PIPELINE.doc(paper(), mirrored=False).spans
