"""Rule files of a user: what does not fit is refused by file, line, rule and field, with what is allowed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from extract import batch
from extract.cli import main
from extract.errors import PaperfactsError, RuleError
from extract.rulebook import load

RULE = {
    "id": '"link.mine"',
    "yields": '"link"',
    "pattern": r"'\bForge:\ (?P<repository>\w+/\w+)'",
    "examples": '["See Forge: [[a/b]]."]',
    "rejects": '["See Forge: nothing."]',
}


def toml(**more: str) -> str:
    """A rule with some of its fields replaced (or, with "", left out)."""
    fields = {key: value for key, value in (RULE | more).items() if value}
    return "[[rule]]\n" + "\n".join(f"{key} = {value}" for key, value in fields.items()) + "\n"


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[str | bytes], Path]:
    """A folder with one rule file."""

    def make(body: str | bytes, name: str = "mine.toml") -> Path:
        path = tmp_path / "rules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body if isinstance(body, bytes) else body.encode())
        return tmp_path / "rules"

    return make


Folder = Callable[..., Path]

WRONG = [
    ({"confidence": '"x"'}, "rule 'link.mine' has the confidence 'x'; it must be a number above 0 that is at most 1"),
    ({"confidence": "2"}, "confidence 2;"),
    ({"confidence": "nan"}, "confidence nan;"),
    ({"confidence": "-1"}, "confidence -1;"),
    ({"confidence": "0"}, "confidence 0;"),
    ({"confidence": "true"}, "confidence True;"),
    ({"id": "5"}, "a rule has the id 5; it must be letters"),
    ({"id": '"bad id"'}, "has the id 'bad id'; it must be letters"),
    ({"id": '""'}, "has the id ''"),
    ({"id": ""}, "has no id; it must be letters"),
    ({"yields": ""}, "has no yields; it must be one of link, number"),
    ({"doc": "5"}, "has the doc 5; it must be a text"),
    ({"pattern": "5"}, "has the pattern 5; it must be a text, which is a regular expression"),
    ({"pattern": ""}, "has no pattern"),
    ({"triggers": "[1]"}, "has the triggers 1; it must be a list of texts"),
    ({"triggers": '[" "]'}, "has the triggers ' '; it must be a list of texts"),
    ({"examples": '"x"'}, "has the examples 'x'; it must be a list of texts"),
    ({"rejects": '[["x"]]'}, "has the rejects ['x']; it must be a list of texts"),
    ({"frame": '"yes"'}, "has the frame 'yes'; it must be true or false"),
    ({"role": '"hero"'}, "has the role 'hero'; it must be one of proposed, used"),
]


@pytest.mark.parametrize(("more", "words"), WRONG)
def test_wrong_values_are_named(folder: Folder, more: dict[str, str], words: str) -> None:
    rules = folder("# a remark\n\n" + toml(**more))
    with pytest.raises(RuleError) as caught:
        load(str(rules))
    assert words in str(caught.value)
    line = 3 if more.get("id") == "" else 4
    assert str(caught.value).startswith(f"{rules}/mine.toml:{line}: ")


@pytest.mark.parametrize("workers", [0, 1])
def test_a_run_refuses_what_the_test_refuses(folder: Folder, tmp_path: Path, workers: int) -> None:
    dump = tmp_path / "papers.jsonl"
    dump.write_text('{"title": "Net1: a title", "abstract": "An abstract."}\n')
    for body in (toml(confidence="2").encode(), b"# caf\xe9\n"):
        rules = folder(body)
        with pytest.raises(PaperfactsError, match=r"mine\.toml") as caught:
            batch.run([dump], tmp_path / "out", workers=workers, rules=rules)
        assert caught.value.exit_code == 2
        assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"# fine\n# caf\xe9\n", r"mine\.toml:2: not UTF-8"),
        ("a = " + "[" * 5000, "nested too deeply"),
        ('off = "link.doi"\n', r"the file has the off 'link\.doi'; it must be a list of ids"),
        ('off = ["nosuch.rule"]\n', r"off holds 'nosuch\.rule', and no rule is called or begins so; 'paperfacts rules"),
        ('off = ["link.doy"]\n', r"did you mean link\.doi"),
        ("[rule]\nid = 'x'\n", r"it must be tables that begin with \[\[rule\]\]"),
        ("[fragments]\na = 5\n", r"the file has the fragments\.a 5; it must be a table"),
        ("[lists]\na = 'word'\n", r"the file has the lists\.a 'word'; it must be a table"),
        ("[lists]\na = [1]\n", r"the file has the lists\.a 1; it must be a table"),
        (toml() + "\n" + toml(), r"mine\.toml:9: the id 'link\.mine' stands twice"),
    ],
)
def test_files_that_do_not_fit_are_named(folder: Folder, body: str | bytes, words: str) -> None:
    with pytest.raises(RuleError, match=words):
        load(str(folder(body)))


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("vocabulary/mine.tsv", b"caf\xe9", r"mine\.tsv:1: not UTF-8"),
        ("vocabulary/mine.tsv", "id\tname\taliases\tkind\tguard\tunit\thigher_is_better\tsource\nx\tX\t\tcat\t\t\t\t\n",
         r"mine\.tsv:2: .* kind, which is one of dataset"),
        ("measured.tsv", b"\xff", r"measured\.tsv:1: not UTF-8"),
        ("measured.tsv", "kind\trule\tright\twrong\nlinks\tlink.url\t-1\t0\n", r"measured\.tsv:2: a row is kind"),
    ],
)  # fmt: skip
def test_tables_that_do_not_fit_are_named(folder: Folder, name: str, body: str | bytes, words: str) -> None:
    with pytest.raises(RuleError, match=words):
        load(str(folder(body, name)))


def test_one_id_in_two_files_of_a_folder_is_refused(folder: Folder) -> None:
    folder(toml(), "a.toml")
    with pytest.raises(RuleError, match=r"b\.toml:2: the id 'link\.mine' stands twice"):
        load(str(folder(toml(), "b.toml")))


def test_a_mark_at_the_beginning_is_no_part_of_the_file(folder: Folder) -> None:
    assert "link.mine" in load(str(folder("\ufeff" + toml()))).rules


def test_what_two_files_switch_off_is_off(folder: Folder) -> None:
    folder('off = ["link."]\n', "a.toml")
    assert "link.doi" in load(str(folder('off = ["link.doi"]\n', "b.toml"))).off


def test_a_rule_file_in_place_of_its_folder_is_said(folder: Folder) -> None:
    path = folder(toml()) / "mine.toml"
    with pytest.raises(RuleError, match=f"is a file; give the folder that holds it: --rules {path.parent}"):
        load(str(path))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, ""),
        ({"examples": '["nothing of it stands here"]'}, "marks nothing; put [[ and ]] around what must match"),
        ({"examples": '["an open [[Forge: a/b"]'}, "marks nothing"),
        ({"triggers": '["smithy"]'}, "holds none of its triggers"),
    ],
)
def test_examples_must_mark_what_matches(
    folder: Folder,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    more: dict[str, str],
    words: str,
) -> None:
    monkeypatch.setattr("sys.argv", ["paperfacts", "rules", "test", "--rules", str(folder(toml(**more)))])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == (1 if words else 0)
    assert words in capsys.readouterr().err
