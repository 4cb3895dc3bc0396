"""Links: found, trimmed, joined, described."""

import pytest

from extract import Pipeline
from extract.model import Paper

PIPELINE = Pipeline()


def links(abstract: str, comment: str | None = None) -> list[tuple[str, str, str]]:
    record = PIPELINE.extract(title="A title", abstract=abstract, comment=comment)
    return [(x.url, x.kind, x.status) for x in record.links]


CASES = [
    ("Code is at https://github.com/heron/wader.", "https://github.com/heron/wader", "code", "released"),
    ("Code will be made available at https://github.com/heron/wader", "https://github.com/heron/wader", "code", "promised"),
    ("It is released at github.com/heron/wader upon acceptance.", "https://github.com/heron/wader", "code", "promised"),
    ("See (https://github.com/heron/wader.git).", "https://github.com/heron/wader", "code", "released"),
    (r"See https://github.com/heron/wader\_v2.", "https://github.com/heron/wader_v2", "code", "released"),
    (r"\href{https://github.com/heron/wader}{https://github.com/heron/wader}", "https://github.com/heron/wader", "code", "released"),
    ("Find it at\nhttps://github.com/heron/\nWading-Bird.", "https://github.com/heron/Wading-Bird", "code", "released"),
    ("Find it at https://\ngithub.com/heron/wader today.", "https://github.com/heron/wader", "code", "released"),
    ("Code: https://github.com/heron/Wading-\nBird.", "https://github.com/heron/Wading-Bird", "code", "released"),
    ("on https://github.com/heron/wader.Our method wins", "https://github.com/heron/wader", "code", "released"),
    ("at https://github.com/heron/wader/tree/main/src .", "https://github.com/heron/wader/tree/main/src", "code", "released"),
    ("at https://www.github.com/heron/wader.", "https://www.github.com/heron/wader", "code", "released"),
    ("at http://www.github.com/heron/wader .", "http://www.github.com/heron/wader", "code", "released"),
    ("at https://gist.github.com/heron/0a1b2c3d.", "https://gist.github.com/heron/0a1b2c3d", "code", "released"),
    ("in GitHub: heron-lab/wader.", "https://github.com/heron-lab/wader", "code", "released"),
    ("on https://gitlab.example.org/a/b/flex.", "https://gitlab.example.org/a/b/flex", "code", "released"),
    ("at https://anonymous.4open.science/r/Heron-12.", "https://anonymous.4open.science/r/Heron-12", "code", "released"),
    ("weights: https://huggingface.co/heron/wader-7b", "https://huggingface.co/heron/wader-7b", "model", "released"),
    ("data: https://huggingface.co/datasets/heron/marsh", "https://huggingface.co/datasets/heron/marsh", "dataset", "released"),
    ("try https://huggingface.co/spaces/heron/demo", "https://huggingface.co/spaces/heron/demo", "demo", "released"),
    ("page: https://heron.github.io/wader/", "https://heron.github.io/wader/", "project", "released"),
    ("page: heron.github.io/wader", "https://heron.github.io/wader", "project", "released"),
    ("video: https://youtu.be/abc123", "https://youtu.be/abc123", "video", "released"),
    ("corpus: DOI 10.5281/zenodo.424242", "https://doi.org/10.5281/zenodo.424242", "dataset", "released"),
    ("page https://www.example.edu/~kim/heron_(v2).", "https://www.example.edu/~kim/heron_(v2)", "project", "released"),
    ("code, data and models at http://heron.example.edu.", "http://heron.example.edu", "project", "released"),
    ("page: https://heron.github.io.", "https://heron.github.io", "project", "released"),
]  # fmt: skip


@pytest.mark.parametrize(("abstract", "url", "kind", "status"), CASES)
def test_a_link_is_found_as_it_should_be_written(abstract: str, url: str, kind: str, status: str) -> None:
    assert links(abstract) == [(url, kind, status)]


@pytest.mark.parametrize(
    "abstract",
    ["Code: https://github.com/xxxxx.", "We scrape github.com for issues.", "See https://github.com/anonymous/repo."],
)
def test_placeholders_and_bare_hosts_are_no_links(abstract: str) -> None:
    assert links(abstract) == []


def test_two_links_of_one_sentence_have_a_status_each() -> None:
    text = (
        "Samples are on our page at https://a.github.io/b/ , and the code will be available at https://github.com/a/b ."
    )
    assert [(k, s) for _, k, s in links(text)] == [("project", "released"), ("code", "promised")]


def test_owner_and_name_of_nested_groups() -> None:
    record = PIPELINE.extract(title="t", abstract="See https://gitlab.example.org/group/sub/tool.")
    assert (record.links[0].owner, record.links[0].repo) == ("group/sub", "tool")


@pytest.mark.parametrize("host", ["github.com", "gitlab.com", "huggingface.co"])
@pytest.mark.parametrize("scheme", ["https://www.", "http://www.", "www.", "https://", ""])
def test_owner_and_name_whatever_stands_before_the_host(scheme: str, host: str) -> None:
    (link,) = PIPELINE.extract(title="t", abstract=f"The code is at {scheme}{host}/heron/wader.").links
    assert (link.host, link.owner, link.repo) == (host, "heron", "wader")
    assert link.url.endswith(f"{scheme}{host}/heron/wader")


def test_an_address_glued_to_another_is_parted_from_it() -> None:
    assert links("At https://a.example.org/x.www.b.example.org") == [("https://a.example.org/x", "project", "released")]
    found = links("At https://a.example.org,github.com/heron/wader")
    assert [url for url, *_ in found] == ["https://a.example.org", "https://github.com/heron/wader"]


def test_a_link_in_the_comment_brings_the_comment_along() -> None:
    record = PIPELINE.extract(title="t", abstract="No link.", comment="5 pages, code: https://github.com/a/b")
    assert record.comment == "5 pages, code: https://github.com/a/b"
    assert record.links[0].mentions[0].field == "comment"
    assert record.code_availability == "released"
    assert PIPELINE.extract(title="t", abstract="No link.", comment="5 pages").comment is None


def test_nothing_else_is_read_from_the_comment() -> None:
    record = PIPELINE.extract(title="t", abstract="No.", comment="We propose Wader, 5 GPUs, see https://github.com/a/b")
    assert not record.methods
    assert not record.quantities


@pytest.mark.parametrize(
    ("abstract", "availability"),
    [
        ("Our code is available at this https URL.", "elided"),
        ("Code will be released soon.", "promised"),
        ("The code is available from the authors upon reasonable request.", "on_request"),
        ("Nothing is said here.", "none_stated"),
    ],
)
def test_code_availability_without_a_link(abstract: str, availability: str) -> None:
    assert PIPELINE.extract(title="t", abstract=abstract).code_availability == availability


def test_links_of_many_kinds_never_take_long() -> None:
    import time

    begin = time.perf_counter()
    for piece in ("http://", "https://a.b/", "github.com/a/", "(https://a.b/(", "a.github.io/"):
        PIPELINE.doc(Paper(title="t", abstract=piece * 600))
    assert time.perf_counter() - begin < 20
