"""Rule files of a user: what does not fit is refused by file, line, rule and field, with what is allowed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from extract import batch
from extract.cli import main
from extract.errors import PaperfactsError, RuleError
from extract.pipeline import Pipeline
from extract.rulebook import load, rules_folder

RULE = {
    "id": '"link.mine"',
    "yields": '"link"',
    "pattern": r"'\bForge:\ (?P<repository>\w+/\w+)'",
    "triggers": '["forge:"]',
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
        (toml() + "\n" + toml(), r"mine\.toml:10: the id 'link\.mine' stands twice"),
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


NAMED = r"'\bForge:\ (?P<name>\w+)'"
UNREAD = [
    ({"id": '"mysite.mine"', "yields": '"metric"'}, "let its id begin with 'metric.' or 'beside-value.'"),
    ({"id": '"mysite.mine"', "yields": '"method"'}, "let its id begin with 'method.'"),
    ({"id": '"links.mine"'}, "yields link under an id that no stage reads; let its id begin with 'link.'"),
    ({"id": '"method.mine"'}, "let its id begin with 'link.'"),
    ({"id": '"method.mine"', "yields": '"none"'}, "let its id begin with 'number.not.'"),
    ({"id": '"result.mine"', "yields": '"result"'},
     "(under 'result.' only the ids of ours can be overridden); let its id begin with 'linking.' or 'condition.'"),
    ({"id": '"quantity.mine"', "yields": '"quantity"'}, "which no new rule can; override an id of ours, which 'paperfacts rules list quantity'"),
    ({"id": '"number.mine"', "yields": '"number"'}, "override an id of ours"),
    ({"id": '"status.mine"', "yields": '"status"'}, "override an id of ours"),
    ({"id": '"clean.mine"', "yields": '"clean"'}, "a new rule may yield dataset, link, method"),
    ({"frame": "true"}, "has frame = true, which is only for rules of ours"),
    ({"frame": "true", "pattern": ""}, "has frame = true, which is only for rules of ours"),
    ({"triggers": ""}, "has no triggers, so that it is never tried"),
    ({"triggers": '["Forge:"]'}, "has the trigger 'Forge:', which is never found; write it in lower case: 'forge:'"),
]  # fmt: skip
GROUPLESS = [
    ({}, "has no group repository or doi in its pattern; put (?P<repository>...) around"),
    ({"id": '"method.mine"', "yields": '"method"'}, "has no group name in its pattern; put (?P<name>...) around"),
    ({"id": '"task.mine"', "yields": '"task"'}, "has no group name in"),
    ({"id": '"dataset.mine"', "yields": '"dataset"'}, "has no group name or list in"),
    ({"id": '"metric.mine"', "yields": '"metric"'}, "has no group name or list in"),
    ({"id": '"beside-value.mine"', "yields": '"metric"'}, "has no group name in"),
    ({"id": '"linking.mine"', "yields": '"result"'}, "has no group v in"),
    ({"id": '"linking.mine"', "yields": '"result"', "pattern": "'(?P<v>Ⓥ)'"}, "has no group m, d, x, b, t, o or c in"),
    ({"id": '"number.not.mine"', "yields": '"none"'}, "has no group span in"),
    ({"id": '"method.called"', "yields": '"method"'}, "has no group name in"),
    ({"id": '"dataset.on"', "yields": '"dataset"'}, "has no group name or list in"),
    ({"id": '"link.url"'}, "or mark a whole address in its examples"),
    ({"id": '"number.fraction"', "yields": '"number"'}, "has no group span in"),
    ({"id": '"described.title"', "yields": '"method"'}, "has no group name in"),
]
OVERRIDES = [
    ({"id": '"method.called"'}, "of ours yields method; write yields = 'method', or choose another id"),
    ({"id": '"link.doi"', "pattern": "", "frame": "true"}, "of ours has a pattern; give it one, or switch it off with"),
    ({"id": '"link.doi"', "frame": "true"}, "has frame = true, and the one of ours has not"),
    ({"id": '"result.delta-by"', "yields": '"result"'}, "of ours is code and has no pattern; write frame = true"),
    (
        {"id": '"quantity.one-device"', "yields": '"quantity"', "pattern": "'(?P<span>a)'", "triggers": ""},
        "no triggers",
    ),
]


@pytest.mark.parametrize(
    ("more", "words"),
    [*UNREAD, *(({"pattern": r"'\bForge:\ \w+'"} | more, words) for more, words in GROUPLESS), *OVERRIDES],
)
def test_rules_that_would_do_nothing_are_refused(folder: Folder, more: dict[str, str], words: str) -> None:
    rules = folder(toml(**more))
    with pytest.raises(RuleError) as caught:
        load(str(rules))
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"{rules}/mine.toml:2: rule {(RULE | more)['id'][1:-1]!r} ")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "more",
    [
        {"id": '"metric.mine"', "yields": '"metric"', "pattern": NAMED},
        {"id": '"metric.mine"', "yields": '"metric"', "pattern": r"'\bForge:\ (?<list>\w+)'"},
        {"id": '"condition.mine"', "yields": '"result"', "pattern": "'on\\ Mars'", "triggers": ""},
        {"id": '"linking.mine"', "yields": '"result"', "pattern": "'(?P<m>Ⓜ)=(?P<v>Ⓥ)'", "triggers": ""},
        {"id": '"number.not.mine"', "yields": '"none"', "pattern": r"'(?P<span>Forge:\ \d+)'"},
        {"id": '"dataset.on"', "yields": '"dataset"', "pattern": NAMED},
        {"id": '"result.delta-by"', "yields": '"result"', "pattern": "", "frame": "true", "confidence": "0.5"},
        {"pattern": r"'\bforge\.it/\w+'", "examples": '["At [[forge.it/a]]."]'},
    ],
)
def test_rules_that_a_stage_reads_are_taken(folder: Folder, more: dict[str, str]) -> None:
    assert (RULE | more)["id"][1:-1] in load(str(folder(toml(**more)))).rules


def test_our_own_rules_are_taken_as_those_of_a_user() -> None:
    assert load(str(rules_folder())).rules.keys() == load().rules.keys()


@pytest.mark.parametrize(
    ("kind", "group", "text", "name"),
    [
        ("method", "name", "It is on Forge: Reedling in all herons.", "Reedling"),
        ("dataset", "name", "Forge: HeronSet is here.", "HeronSet"),
        ("dataset", "list", "Forge: HeronSet is here.", "HeronSet"),
        ("metric", "name", "Forge: wading score is here.", "wading score"),
        ("beside-value", "name", "It is 5.1% Forge: wading score in all.", "wading score"),
        ("task", "name", "Forge: heron counting is here.", "heron counting"),
    ],
)
def test_a_new_rule_of_a_family_yields_facts(folder: Folder, kind: str, group: str, text: str, name: str) -> None:
    yields = kind if kind != "beside-value" else "metric"
    before = r"\ " if kind == "beside-value" else r"\b"
    pattern = rf"'{before}Forge:\ (?P<{group}>\w+(?:\ (?:score|counting))?)'"
    rule = f"{kind}.mine-behind"
    rules = folder(
        toml(id=f'"{rule}"', yields=f'"{yields}"', pattern=pattern, triggers='["forge"]' if before == r"\b" else "")
    )
    record = Pipeline(str(rules)).extract(title="Of herons", abstract=text)
    found = {"method": record.methods, "dataset": record.datasets, "task": record.tasks}.get(kind, record.metrics)
    assert [(x.name, x.mentions[0].rule) for x in found] == [(name, rule)]


HEAD = "id\tname\taliases\tkind\tguard\tunit\thigher_is_better\tsource\n"
ROW = "ade20k\tMy ADE\tADE-20K\tdataset\t\t\t\tmine\n"


def test_a_name_of_the_user_is_added_or_replaces_ours(folder: Folder) -> None:
    ours = load().by_id
    terms = load(str(folder(HEAD + ROW + ROW.replace("ade20k", "mine"), "vocabulary/mine.tsv"))).by_id
    assert ("dataset", "ade20k") in ours
    assert terms["dataset", "ade20k"].name == terms["dataset", "mine"].name == "My ADE"
    assert len(terms) == len(ours) + 1


def test_one_id_twice_in_a_vocabulary_is_refused(folder: Folder) -> None:
    with pytest.raises(RuleError, match=r"mine\.tsv:3: the dataset 'ade20k' stands in line 2 already"):
        load(str(folder(HEAD + ROW + ROW, "vocabulary/mine.tsv")))
    assert load(str(folder(HEAD + ROW + ROW.replace("dataset", "task"), "vocabulary/mine.tsv"))).terms


def test_a_vocabulary_outside_of_its_folder_is_refused(folder: Folder) -> None:
    rules = folder(HEAD + ROW, "mine.tsv")
    with pytest.raises(RuleError, match=f"mine\\.tsv stands beside the rules.*; move it to {rules}/vocabulary/"):
        load(str(rules))


@pytest.mark.parametrize("name", ["notes.txt", "vocabulary/mine.csv", "inner/mine.toml"])
def test_a_folder_without_rules_is_refused(folder: Folder, name: str) -> None:
    with pytest.raises(RuleError, match=r"holds no rules; put rule files \(\*\.toml\) into it"):
        load(str(folder(toml(), name)))


def test_a_folder_with_nothing_but_measurements_is_taken(folder: Folder) -> None:
    assert load(str(folder("kind\trule\tright\twrong\nlinks\tlink.url\t1\t0\n", "measured.tsv"))).rules
