"""Finds, reads, merges, validates and compiles rules. Rule files are data: nothing in them can run code.

`rules/*.toml` holds `[fragments]` (named pieces of patterns, used as `$name`), `[lists]` (word lists for the stages)
and `[[rule]]` tables; `rules/vocabulary/*.tsv` holds the names that are known. A folder of the user's own is merged
over them: the same id overrides, `off = ["link.", "names.cue"]` switches a rule or a dotted prefix off.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property, lru_cache
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any, cast

import regex

from extract.errors import RuleError
from extract.patterns import quick
from extract.rule_families import check
from extract.rule_shape import FileShape, RuleShape, fitted, lines_of_rules, text_of

if TYPE_CHECKING:
    from extract.facts import Evidence

MEASURED = "measured.tsv"  # written by `paperfacts rules measure`
MEASURED_COLUMNS = ("kind", "rule", "right", "wrong")
KINDS = ("dataset", "method", "metric", "task")  # of vocabulary entries
VOCABULARY_COLUMNS = ("id", "name", "aliases", "kind", "guard", "unit", "higher_is_better", "source")

# Guards 15: no pattern may take longer than this on any built-in stress string (seconds; typical is under 0.005).
_STRESS_LIMIT = 0.5
STRESS = tuple(
    piece * (4000 // len(piece))
    for piece in (
        "a",
        "1",
        ",",
        "(",
        "%",
        "A-",
        "Aa1 ",
        "1,",
        "1.",
        "http://",
        "\\",
        "{",
        "$",
        "a b ",
        "of the ",
        "/",
        "github.com/a/",
        "5 % ",
        "Ab-1 and ",
    )
)


class _Lazy:
    """A pattern that is compiled when it is first used, which many are not in a short run; then as fast as itself.

    Stands for the `regex.Pattern` that it becomes: on first use it takes over the methods of the compiled one.
    """

    _TAKEN = ("findall", "finditer", "flags", "fullmatch", "groupindex", "groups", "match", "search", "split", "sub")

    def __init__(self, source: str) -> None:
        self.pattern = source

    def __getattr__(self, name: str) -> Any:
        if name not in self._TAKEN:
            raise AttributeError(name)
        compiled = regex.compile(self.pattern, _FLAGS)
        for taken in self._TAKEN:
            setattr(self, taken, getattr(compiled, taken))
        return getattr(compiled, name)


def anchored(rule: Rule) -> regex.Pattern[str]:
    """The pattern of a rule for `match` at a known place.

    There `re` is three times as fast as `regex`, so it is taken where it understands a pattern of ours; a user's own
    was strained with `regex`, which it keeps.
    """
    pattern: Any = rule.pattern
    if isinstance(pattern, _Lazy):
        with suppress(re.error):
            pattern = quick(rule.text, re.VERBOSE)
    return cast("regex.Pattern[str]", pattern)


_FLAGS = regex.VERBOSE | regex.VERSION0
_GROUP = re.compile(r"\(\?P?<(\w+)>")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule with its evidence.

    `pattern` is compiled at its first use; `triggers` are lower-case literals one of which it needs.
    """

    id: str
    yields: str
    source: str
    pattern: regex.Pattern[str] | None = None
    text: str = ""  # of the pattern, fragments filled in
    frame: bool = False
    doc: str = ""
    confidence: float = 0.9
    triggers: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    rejects: tuple[str, ...] = ()
    role: str | None = None

    @property
    def groups(self) -> frozenset[str]:
        """The names of the groups of the pattern, without compiling it."""
        return frozenset(_GROUP.findall(self.text))

    def finditer(self, text: str, start: int = 0, end: int | None = None) -> Iterator[regex.Match[str]]:
        """Matches of the pattern in `text[start:end]`; none for a rule without a pattern."""
        if self.pattern is None:
            return iter(())
        return self.pattern.finditer(text, start, len(text) if end is None else end)


@dataclass(frozen=True, slots=True)
class Term:
    """One vocabulary entry. `guard` is "" (any case), "case" (as written) or "cue" (only beside a cue word)."""

    id: str
    name: str
    aliases: tuple[str, ...]
    kind: str
    guard: str = ""
    unit: str | None = None
    higher_is_better: bool | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """How often facts of one rule (or of one band of weights, `band:0.90`) were right on annotated papers."""

    right: int
    wrong: int


# The lower ends of the bands of weight into which facts are pooled; a rule seldom seen leans on its band.
BANDS = (0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.0)
_PRIOR = 4.0  # facts' worth of trust in the band: three lucky hits do not make a precision of 1
# Whether a result is wholly right hangs on what it says (all its slots, or one left open) far more than on its rule.
_ROW_PRIOR, _RULE_PRIOR = 8.0, 30.0


def band_of(weight: float) -> str:
    """The name of the band that a weight falls into."""
    return f"band:{next(b for b in BANDS if weight >= b):.2f}"


def row_of(result: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    """What a result says, as a name: `+` where a slot is filled, `?` where its record holds what might fill it."""
    metric = "+" if result.get("metric") else "-"
    dataset = "+" if result.get("dataset") else "?" if record.get("datasets") else "-"
    proposed = any(method.get("role") == "proposed" for method in record.get("methods", ()))
    method = "+" if result.get("method") else "?" if proposed else "-"
    return f"row:metric{metric} dataset{dataset} method{method}"


def _odds(share: float) -> float:
    return share / (1 - share)


@dataclass
class Rulebook:
    """All rules in force."""

    rules: dict[str, Rule] = field(default_factory=dict)
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    terms: list[Term] = field(default_factory=list)
    measured: dict[tuple[str, str], Measured] = field(default_factory=dict)
    off: set[str] = field(default_factory=set)  # ids that the user has switched off
    hash: str = ""

    def standing(self, evidence: list[Evidence]) -> list[Evidence]:
        """Evidence without that of rules which are switched off."""
        return [e for e in evidence if e.rule not in self.off] if self.off else evidence

    def precision(self, kind: str, rule_id: str, weight: float) -> float:
        """The measured precision of a fact: that of its rule, leaning on its band of weights where the rule is rare."""
        band = self.measured.get((kind, band_of(weight)))
        base = weight if band is None else (band.right + _PRIOR * weight) / (band.right + band.wrong + _PRIOR)
        rule = self.measured.get((kind, rule_id))
        if rule is None:
            return base
        return (rule.right + _PRIOR * base) / (rule.right + rule.wrong + _PRIOR)

    def row_precision(self, rule_id: str, weight: float, row: str) -> float:
        """The measured precision of a result: that of results which say as much, and what its rule does to the odds."""
        said = self.measured.get(("results", row))
        if said is None:
            return self.precision("results", rule_id, weight)
        whole = self._share_of_results
        odds = _odds((said.right + _ROW_PRIOR * whole) / (said.right + said.wrong + _ROW_PRIOR))
        rule = self.measured.get(("results", rule_id))
        if rule is not None:
            leaning = (rule.right + _RULE_PRIOR * whole) / (rule.right + rule.wrong + _RULE_PRIOR)
            odds *= _odds(leaning) / _odds(whole)
        return odds / (1 + odds)

    @cached_property
    def _share_of_results(self) -> float:
        """The share of right results, over all that are measured by what they say; never 0 or 1."""
        rows = [m for (kind, name), m in self.measured.items() if kind == "results" and name.startswith("row:")]
        right, wrong = sum(m.right for m in rows), sum(m.wrong for m in rows)
        return (right + 1) / (right + wrong + 2)

    def support(self, rule_id: str) -> tuple[int, int]:
        """How many annotated facts a rule was right and wrong on, over all kinds."""
        rows = [m for (_, rule), m in self.measured.items() if rule == rule_id]
        return sum(m.right for m in rows), sum(m.wrong for m in rows)

    def of(self, prefix: str) -> list[Rule]:
        """The rules whose id is `prefix` or starts with it and a dot, in file order."""
        return [r for r in self.rules.values() if r.id == prefix or r.id.startswith(prefix.rstrip(".") + ".")]

    def words(self, name: str) -> tuple[str, ...]:
        """A word list; raises RuleError when no rule file has it."""
        try:
            return self.lists[name]
        except KeyError:
            raise RuleError(f"No rule file has the list {name!r}; add it under [lists].") from None

    def confidence(self, rule_id: str) -> float:
        """The weight of a rule: what it counts for when findings compete."""
        rule = self.rules.get(rule_id)
        return rule.confidence if rule else 0.5

    def compile_all(self) -> None:
        """Compile the patterns that were not needed so far, so that processes forked from this one share them."""
        for rule in self.rules.values():
            if rule.pattern is not None:
                _ = rule.pattern.groupindex

    @cached_property
    def by_id(self) -> dict[tuple[str, str], Term]:
        """Vocabulary entries by (kind, id)."""
        return {(t.kind, t.id): t for t in self.terms}


def rules_folder() -> Path:
    """The rules that ship: inside the wheel, or beside the package in a checkout."""
    packaged = Path(__file__).parent / "rules"
    return packaged if packaged.is_dir() else Path(__file__).parent.parent / "rules"


@lru_cache(maxsize=4)
def load(extra: str | None = None) -> Rulebook:
    """The shipped rules with a user's folder merged over them; raises RuleError with file and line."""
    book = Rulebook()
    digest = hashlib.sha256()
    fragments: dict[str, str] = {}
    folders = [rules_folder()]
    if extra is not None:
        folders.append(_users_folder(extra))
    shipped: dict[str, Rule] | None = None  # what a user's rule is held against
    for folder in folders:
        own: set[str] = set()  # ids of this folder: an id overrides that of another one, and stands once in its own
        for path in sorted(folder.glob("*.toml")):
            text = text_of(path)
            digest.update(path.name.encode() + b"\0" + text.encode())
            _merge_toml(book, path, text, fragments, own, shipped)
        if (table := folder / MEASURED).is_file():
            text = text_of(table)
            digest.update(text.encode())
            _merge_measured(book, table, text)
        for path in sorted((folder / "vocabulary").glob("*.tsv")):
            text = text_of(path)
            digest.update(path.name.encode() + b"\0" + text.encode())
            _merge_vocabulary(book, path, text)
        shipped = dict(book.rules)
    book.hash = digest.hexdigest()[:16]
    return book


def _users_folder(given: str) -> Path:
    folder = Path(given)
    if folder.is_file():
        raise RuleError(f"{given} is a file; give the folder that holds it: --rules {folder.parent}.")
    if not folder.is_dir():
        raise RuleError(f"The rules folder {given} does not exist; give the folder that holds your *.toml files.")
    if stray := next((p for p in sorted(folder.glob("*.tsv")) if p.name != MEASURED), None):
        raise RuleError(
            f"{stray} stands beside the rules, where no table is read; move it to {folder / 'vocabulary'}/."
        )
    if not any(any(folder.glob(found)) for found in ("*.toml", MEASURED, "vocabulary/*.tsv")):
        raise RuleError(
            f"The rules folder {given} holds no rules; put rule files (*.toml) into it, "
            f"or names into {folder / 'vocabulary'}/*.tsv."
        )
    return folder


def _merge_toml(
    book: Rulebook,
    path: Path,
    text: str,
    fragments: dict[str, str],
    own: set[str],
    shipped: Mapping[str, Rule] | None,
) -> None:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"{path}: not valid TOML ({error}); mend that line.") from None
    except RecursionError:
        raise RuleError(f"{path}: nested too deeply; a rule file needs two levels.") from None
    file = fitted(FileShape, data, str(path), "the file")
    for name, piece in file.fragments.items():
        fragments[name] = Template(piece).safe_substitute(fragments)
    for name, words in file.lists.items():
        book.lists[name] = tuple(words)
    lines = lines_of_rules(text)
    for number, table in enumerate(file.rule):
        where = f"{path}:{lines[number] if number < len(lines) else 1}"
        rule = _compile(table, where, fragments, stress=shipped is not None)
        if shipped is not None:
            check(rule, shipped)
        if rule.id in own:
            raise RuleError(f"{where}: the id {rule.id!r} stands twice; rename one.")
        own.add(rule.id)
        book.rules[rule.id] = rule
        book.off.discard(rule.id)
    for prefix in file.off:
        _switch_off(book, prefix, path)


def _switch_off(book: Rulebook, prefix: str, path: Path) -> None:
    def meant(rule_id: str) -> bool:
        return rule_id == prefix or rule_id.startswith(prefix.rstrip(".") + ".")

    found = [rule_id for rule_id in book.rules if meant(rule_id)]
    if not found and not any(map(meant, book.off)):
        near = get_close_matches(prefix, book.rules, 3)
        raise RuleError(
            f"{path}: off holds {prefix!r}, and no rule is called or begins so; "
            + (f"did you mean {' or '.join(near)}?" if near else "'paperfacts rules list' shows all.")
        )
    for rule_id in found:
        del book.rules[rule_id]
        book.off.add(rule_id)


def _merge_measured(book: Rulebook, path: Path, text: str) -> None:
    for number, row in _rows(path, text, MEASURED_COLUMNS):
        try:
            kind, rule, *counts = row
            right, wrong = map(int, counts)
            if right < 0 or wrong < 0:
                raise ValueError
        except ValueError:
            raise RuleError(f"{path}:{number}: a row is kind, rule, and how often it was right and wrong.") from None
        book.measured[kind, rule] = Measured(right, wrong)


def _rows(path: Path, text: str, columns: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """The rows of a table with their line numbers, its first line checked."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE)
    try:
        if next(rows, []) != list(columns):
            raise RuleError(f"{path}:1: the columns must be {', '.join(columns)}.")
        yield from enumerate(rows, 2)
    except csv.Error as error:
        raise RuleError(f"{path}:{rows.line_num}: not a row of a table ({error}); mend that line.") from None


def _compile(table: dict[str, Any], where: str, fragments: dict[str, str], *, stress: bool) -> Rule:
    name = table.get("id")
    what = f"rule {name!r}" if isinstance(name, str) and name else "a rule"
    shape = fitted(RuleShape, table, where, what)
    if not shape.pattern and not shape.frame:
        raise RuleError(f"{where}: {what} has no pattern; give it one, and examples of what it matches.")
    pattern = None
    source = Template(shape.pattern).safe_substitute(fragments)
    if source and not stress:
        pattern = cast("regex.Pattern[str]", _Lazy(source))  # ours: the tests compile and strain every one
    elif source:
        try:
            pattern = regex.compile(source, _FLAGS)
        except regex.error as error:
            raise RuleError(f"{where}: the pattern of {shape.id!r} does not compile ({error}).") from None
        if slow := slowest(pattern):
            raise RuleError(f"{where}: the pattern of {shape.id!r} is slow on repeated {slow!r}; use atomic groups.")
    return Rule(
        id=shape.id,
        yields=shape.yields,
        source=where,
        pattern=pattern,
        text=source,
        frame=shape.frame,
        doc=shape.doc,
        confidence=shape.confidence,
        triggers=tuple(shape.triggers),
        examples=tuple(shape.examples),
        rejects=tuple(shape.rejects),
        role=shape.role,
    )


def slowest(pattern: regex.Pattern[str], limit: float = _STRESS_LIMIT) -> str | None:
    """The first stress string on which a pattern needs longer than `limit` seconds, or None."""
    _ = pattern.groupindex  # compiled before the clock runs
    for text in STRESS:
        begin = time.perf_counter()
        try:
            for _ in pattern.finditer(text, timeout=limit):
                pass
        except TimeoutError:
            return text[:12]
        if time.perf_counter() - begin > limit:
            return text[:12]
    return None


def _merge_vocabulary(book: Rulebook, path: Path, text: str) -> None:
    place = {(t.kind, t.id): i for i, t in enumerate(book.terms)}
    own: dict[tuple[str, str], int] = {}  # entries of this file and their lines
    for number, row in _rows(path, text, VOCABULARY_COLUMNS):
        if not row or row[0].startswith("#"):
            continue
        if len(row) != len(VOCABULARY_COLUMNS):
            raise RuleError(f"{path}:{number}: {len(row)} columns instead of {len(VOCABULARY_COLUMNS)}.")
        key, name, aliases, kind, guard, unit, higher, source = row
        if guard not in ("", "case", "cue") or higher not in ("", "true", "false"):
            raise RuleError(f"{path}:{number}: guard is empty, case or cue; higher_is_better empty, true or false.")
        if not key or not name or kind not in KINDS:
            raise RuleError(f"{path}:{number}: a row has an id, a name and a kind, which is one of {', '.join(KINDS)}.")
        if (first := own.setdefault((kind, key), number)) != number:
            raise RuleError(f"{path}:{number}: the {kind} {key!r} stands in line {first} already; rename or drop one.")
        term = Term(
            key, name, tuple(a for a in aliases.split("|") if a), kind, guard, unit or None,
            None if not higher else higher == "true", source,
        )  # fmt: skip
        if (kind, key) in place:
            book.terms[place[kind, key]] = term
        else:
            book.terms.append(term)


def marked(example: str) -> tuple[str, list[tuple[int, int]]]:
    """An example without its `[[...]]` marks, and the marked spans."""
    text, spans, rest = "", [], example
    while "[[" in rest and "]]" in rest:
        before, _, rest = rest.partition("[[")
        inside, _, rest = rest.partition("]]")
        text += before
        spans.append((len(text), len(text) + len(inside)))
        text += inside
    return text + rest, spans


def span_of(match: regex.Match[str]) -> tuple[int, int]:
    """What a match claims: its group `span`, else its first named group, else all of it."""
    groups: Sequence[str] = tuple(match.re.groupindex)
    for name in ("span", *groups):
        if name in groups and match.start(name) >= 0:
            return match.span(name)
    return match.span()
