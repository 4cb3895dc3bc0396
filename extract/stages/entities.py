"""Evidence to entities: one decision per surface form for the whole paper, then all its places.

Evidence is grouped by folded form and acronym pair. Within a group the rules that speak for a kind are combined by
noisy-or of their precisions, what speaks against any name (`none`) discounts them, and the best kind wins. So a cue
at one mention types all mentions. Spans that overlap are settled as: longer, then higher confidence, then earlier.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter

from extract.facts import Entity, Evidence, Facts, Kind, Span
from extract.rulebook import Rule, Rulebook
from extract.stages.acronyms import Pair
from extract.stages.candidates import Candidate
from extract.stages.sameness import differ, same_things, version

KINDS: tuple[Kind, ...] = ("method", "dataset", "metric", "task")
_DEFINES_DATASET = frozenset(
    "dataset." + name
    for name in (
        "introduced-apposition", "introduced-holds", "introduced-called", "title-colon", "is-a", "expansion-head",
        "short-expansion", "name-shape", "noun-apposition",
    )
)  # fmt: skip
# What a sentence that gives the kind of a name outweighs.
_WEAKLY = frozenset(("dataset.title-colon", "dataset.name-shape"))
_INTRODUCES = tuple(
    "method." + name for name in ("intro", "title", "spelling", "our", "acts", "new", "acronym")
)  # fmt: skip
# What makes a method of any name that nobody knows.
_LOOKS = ("method.ending", "method.spelling", "method.noun-behind", "method.taken-up")
_ACCEPT = 0.5  # below, a reader would be wrong more often than right
_BROUGHT = 0.7  # from here on, a rule of introduction outweighs what class words and venues say
_JOIN = re.compile(r"(?:,?\s(?:and|or|&|as\swell\sas|vs\.?|versus)\s|,\s(?:and\s|or\s)?|/|\s?[&+]\s?)(?:the\s)?")
_FOLD = re.compile(r"[^\w+*]+|_")
_HEADS = re.compile(
    r"(?<=\w)\s(?:datasets?|benchmarks?|corpus|corpora|models?|frameworks?|methods?|algorithms?)$", re.I
)
# What those nouns end in, and none of them needs looking for where it is missing.
_HEAD_ENDS = tuple(end + s for end in ("set", "mark", "pus", "pora", "del", "work", "hod", "thm") for s in ("", "s"))
_ASCII_FOLD = {code: None for code in range(128) if not (chr(code).isalnum() or chr(code) in "+*")}
_WORD_END = re.compile(r"(?<![\w-])[\w-]+$")
_BEFORE = frozenset(("", " ", "\n", "(", '"'))
_BEHIND = frozenset(("", " ", "\n", ",", ".", ";", ":", ")"))
_LONG = 20_000  # code points; the longest abstract of 74,728 has 6,900
_PLURAL = re.compile(r"(?<=[A-Z0-9])['’]?s$|(?<=\w)['’]s$")


@lru_cache(maxsize=1 << 16)
def fold(name: str) -> str:
    """The form under which spellings of one name meet: no case, hyphens, spaces, plural of acronyms or class noun."""
    if name.isascii() and name.isalnum():  # of what is taken away below, one word can have a plural s alone
        return (name[:-1] if name[-1] == "s" and (name[-2:-1].isupper() or name[-2:-1].isdigit()) else name).lower()
    name = name.strip()
    if name.isascii():
        lowered = name.lower()
        # Neither a plural of an acronym nor a class noun at its end: signs alone are taken away.
        if (lowered[-1:] != "s" or name[-2:-1].islower()) and not lowered.endswith(_HEAD_ENDS):
            return lowered.translate(_ASCII_FOLD)
    name = _PLURAL.sub("", _HEADS.sub("", name))
    return _FOLD.sub("", name.casefold())


_Reasons = tuple[tuple[str, str, float, str | None], ...] | tuple[str, float]


@dataclass(slots=True)
class _Group:
    """What is said about one thing: its surface forms and the evidence."""

    keys: set[str] = field(default_factory=set)
    forms: dict[str, int] = field(default_factory=dict)  # surface form -> first place
    evidence: list[Evidence] = field(default_factory=list)
    short: str | None = None
    completed: dict[tuple[int, int], str] = field(default_factory=dict)  # "600" of Kinetics-400/600 -> whole name
    kind: Kind | None = None  # what the evidence speaks for, as far as it has been judged
    confidence: float = 0.0

    def judge(self) -> None:
        """Decide on the kind anew."""
        if len(self.evidence) == 1:  # nothing else of it counts, then
            (item,) = self.evidence
            reasons: _Reasons = (item.label, item.confidence)
        else:
            reasons = tuple([(e.label, e.rule, e.confidence, e.role) for e in self.evidence])
        verdict = _VERDICTS.get(reasons)
        if verdict is None:
            if len(_VERDICTS) >= _REMEMBERED:
                _VERDICTS.clear()
            verdict = _VERDICTS[reasons] = _decide(_scores(self.evidence))
        self.kind, self.confidence = verdict


_confidence = attrgetter("confidence")
# What was decided on the same reasons before; half of all come back.
_VERDICTS: dict[_Reasons, tuple[Kind | None, float]] = {}
_REMEMBERED = 20_000
_SCORE = re.compile(r"\s(?:scores?|values?|levels?|rates?)$")
_WITH_SCORE = re.compile(r"\s\d+\.\d")
_Place = tuple[int, bool, float, int, int, str, Entity, _Group]
"""A place of an entity, and what sorts it: its length below zero, whether no rule has completed its name, the
entity's confidence below zero, where it begins, the number of the entity; then the rule and whose it is."""


class Resolver:
    """Turns evidence of all kinds into entities; built once from the rulebook."""

    def __init__(self, book: Rulebook, metric_ids: Mapping[str, str]) -> None:
        self.book = book
        self._metric_ids = metric_ids
        self._same_list = book.rules.get("names.same-list")  # the user may have switched it off

    def walk(self, text: str, facts: Facts, candidates: list[Candidate], pairs: list[Pair]) -> Iterator[None]:
        """Fill `facts.entities`, in order of their first mention, from `facts.evidence`; in passes."""
        by_key = _group(text, candidates, pairs, facts.evidence)
        groups = list({id(group): group for key, group in by_key.items() if key}.values())
        for group in groups:
            group.judge()
        if self._same_list is not None:
            _share_kinds(text, candidates, groups, by_key, self._same_list)
        yield
        places: list[_Place] = []
        lowered = facts.lower
        for number, group in enumerate(groups):
            kind, mine = group.kind, group.evidence
            if kind is not None:
                entity = Entity(kind, "", [], group.confidence)
                if len(mine) > 1:
                    mine = [e for e in mine if e.label == kind]
                self._describe(entity, mine)
                _mentions(text, lowered, number, entity, group, mine, places)
        facts.entities = _settle(text, facts, places)
        self._identify(facts.entities)
        _adopt_members(facts.entities)

    def _identify(self, entities: list[Entity]) -> None:
        """Give a metric its id where the known name stands for a longer one, too: accuracy for "routing accuracy"."""
        taken = {entity.canonical for entity in entities if entity.kind == "metric"}
        if None not in taken:
            return
        for entity in entities:
            if entity.kind == "metric" and entity.canonical is None:
                name = entity.name.lower()
                canonical = self._metric_ids.get(name)
                # An acronym whose long form is another's ("ATE: average treatment effect") ends no alias.
                longer = not entity.aliases or any(
                    alias.lower().endswith((f" {name}", f"-{name}")) for alias in entity.aliases
                )
                if canonical is None:  # "IoU scores", "refusal rates"
                    longer = True
                    canonical = self._metric_ids.get(_SCORE.sub("", name)) or (
                        self._metric_ids.get(name[:-1]) if entity.name.endswith("s") else None
                    )
                if canonical is not None and longer and canonical not in taken:
                    self._take_id(entity, canonical)
                    taken.add(canonical)

    def _take_id(self, entity: Entity, canonical: str) -> None:
        entity.canonical = canonical
        term = self.book.by_id.get((entity.kind, canonical))
        if term is not None:
            entity.unit, entity.higher_is_better = term.unit, term.higher_is_better

    def _describe(self, entity: Entity, mine: list[Evidence]) -> None:
        """Role, canonical id and what the vocabulary says about it, by the evidence for its kind."""
        role, known = "used", None
        for item in mine:
            if item.role == "proposed":
                role = "proposed"
            if item.canonical and (known is None or item.confidence > known.confidence):
                known = item
        if entity.kind == "method":
            entity.role = role
        if known is not None and known.canonical is not None:
            self._take_id(entity, known.canonical)


def _share_kinds(
    text: str, candidates: list[Candidate], groups: list[_Group], by_key: dict[str, _Group], rule: Rule
) -> None:
    """Members of one list are of one kind: what is known of some is said of the others, at a discount."""
    for members in _lists(text, candidates, groups):
        known: dict[Kind, float] = {}
        owners = [by_key.get(fold(text[start:end])) for start, end in members]
        for owner in owners:
            if owner is not None and owner.kind is not None:
                known[owner.kind] = max(known.get(owner.kind, 0.0), owner.confidence)
        if len(known) != 1:
            continue
        ((shared_kind, score),) = known.items()
        for (start, end), owner in zip(members, owners, strict=True):
            surface = text[start:end]
            if owner is None:
                if sum(map(str.isalpha, surface)) < 2 or (shared_kind == "metric" and _WITH_SCORE.search(surface)):
                    continue  # a number in a list of names; a measure with its score, "AUC 0.97"
                owner = by_key[fold(surface)] = _Group({fold(surface)}, {surface: start})
                groups.append(owner)
            elif owner.kind is not None or any(e.rule == rule.id for e in owner.evidence):
                continue
            owner.evidence.append(Evidence(start, end, shared_kind, rule.id, score * rule.confidence))
            owner.judge()


def _group(text: str, candidates: list[Candidate], pairs: list[Pair], evidence: list[Evidence]) -> dict[str, _Group]:
    """Groups by folded form; only what some evidence speaks of has one."""
    by_key: dict[str, _Group] = {}

    keys: dict[tuple[int, int], str] = {}  # of the places met

    def group_for(start: int, end: int) -> _Group:
        place = (start, end)
        key = keys.get(place)
        if key is not None:
            return by_key[key]
        surface = text[start:end]
        key = keys[place] = fold(surface)
        group = by_key.get(key)
        if group is None:
            group = by_key[key] = _Group({key})
        group.forms.setdefault(surface, start)
        return group

    def join(one: _Group, other: _Group) -> None:
        if one is other:
            return
        one.keys |= other.keys
        one.forms |= other.forms
        one.evidence += other.evidence
        one.short = one.short or other.short
        one.completed |= other.completed
        for key in other.keys:
            by_key[key] = one

    # Spellings that the vocabulary gives one id are one thing (ROC AUC, AUROC); so is what a rule declares the same.
    same: dict[tuple[str, str], list[tuple[tuple[str, str] | None, str]]] = {}
    for item in evidence:
        if item.expansion and item.rule.endswith(".completed"):
            group = by_key.setdefault(fold(item.expansion), _Group({fold(item.expansion)}))
            group.completed[item.start, item.end] = item.expansion
        else:
            group = group_for(item.start, item.end)
            if item.expansion:
                whole = fold(item.expansion)
                join(by_key.setdefault(whole, _Group({whole})), group)
                group = by_key[whole]
        group.evidence.append(item)
        if item.canonical:
            named = same.setdefault((item.label, item.canonical), [])
            surface = item.expansion or text[item.start : item.end]
            this = version(surface) if item.label == "dataset" else None
            for other, key in named:
                if this is None or other is None or not differ(this, other):
                    join(by_key[key], group)
                    break
            else:
                named.append((this, next(iter(group.keys))))
    for pair in pairs:
        short, long = group_for(*pair.short), group_for(*pair.long)
        short.short = text[slice(*pair.short)]
        join(short, long)
    for one_span, other_span in same_things(text, candidates, pairs):
        one = group_for(*one_span)
        join(one, group_for(*other_span))
        one.short = one.short or text[slice(*one_span)]
    for start, end, name, _, _, _, _ in candidates:
        if (start, end) not in keys and (spoken_of := by_key.get(fold(name))) is not None:
            spoken_of.forms.setdefault(name, start)
    return by_key


def _scores(evidence: list[Evidence]) -> dict[str, float]:
    """Noisy-or by label; a rule that fires at several places counts once, with its best confidence."""
    if len(evidence) == 1:  # nothing to be weighed against it
        return {evidence[0].label: 1.0 - (1.0 - min(evidence[0].confidence, 0.999))}
    best: dict[tuple[str, str], float] = {}
    rules = {item.rule for item in evidence}
    brought = any(item.role == "proposed" and item.confidence >= _BROUGHT for item in evidence)
    defined = not _DEFINES_DATASET.isdisjoint(rules)
    if defined and "method.intro.kind" in rules and rules & _DEFINES_DATASET <= _WEAKLY:
        # "We introduce X-Eval, a framework", or under a title that ends in Benchmarks.
        defined = any(item.label == "dataset" for item in evidence if item.rule.startswith("method.title"))
    known = any(item.rule == "vocabulary.dataset" and item.confidence >= _BROUGHT for item in evidence)
    headed = "dataset.head-noun" in rules
    introduced = brought or any(rule.startswith("method.intro") for rule in rules)
    task = not introduced and "method.acronym.task" in rules
    for item in evidence:
        # "We introduce X, a corpus": what introduces X says no longer that it is a method.
        if defined and item.label == "method" and item.rule.startswith(_INTRODUCES):
            continue
        # What a paper brings may end in a class word (Group Diffusion Transformers) or share a venue's acronym.
        if brought and item.rule in ("method.class-noun", "method.stop-list"):
            continue
        # "We introduce Judge Evaluation for Test-Time Scaling (JETTS) benchmark": its head is no task.
        if introduced and headed and item.label == "task":
            continue
        # ImageNet and "BoolQ models" name no network; "three AM benchmarks" are of the task that AM stands for.
        if (known and item.rule.startswith(_LOOKS)) or (task and item.rule == "dataset.head-noun"):
            continue
        key = (item.label, item.rule)
        if item.confidence > best.get(key, 0.0):
            best[key] = item.confidence
    doubt: dict[str, float] = {}
    for (label, _), confidence in best.items():
        doubt[label] = doubt.get(label, 1.0) * (1.0 - min(confidence, 0.999))
    return {label: 1.0 - rest for label, rest in doubt.items()}


def _decide(scores: dict[str, float]) -> tuple[Kind | None, float]:
    """The kind that the evidence speaks for most and how sure that is; no kind below the threshold."""
    against = scores.get("none", 0.0)
    kind, score = KINDS[0], 0.0
    for label in KINDS:
        if scores.get(label, 0.0) > score:
            kind, score = label, scores[label]
    # Odds of the kind against the odds of no name at all: equal evidence leaves one half.
    value = score * (1.0 - against) / max(score * (1.0 - against) + against * (1.0 - score), 1e-9) if score else 0.0
    value = min(value, score)
    return (kind, value) if value >= _ACCEPT else (None, value)


def _lists(text: str, candidates: list[Candidate], groups: list[_Group]) -> list[list[tuple[int, int]]]:
    """Coordinated spans: neighbours with nothing but a comma, a conjunction or a slash between them."""
    spans = {(start, -end) for start, end, _, shape, initial, _, _ in candidates if not initial or shape != "capital"}
    spans.update([(e.start, -e.end) for g in groups for e in g.evidence])
    found: list[list[tuple[int, int]]] = []
    run: list[tuple[int, int]] | None = None  # the list that the span before ends
    begin = reach = 0  # of the span before
    for start, minus_end in sorted(spans):
        if start < reach:
            continue  # inside the one before
        if (
            0 < reach < start <= reach + 12
            and (text[reach] in ",/&+" or text[reach].isspace())
            and _JOIN.fullmatch(text, reach, start)
        ):
            if run is None:
                run = [(begin, reach)]
                found.append(run)
            run.append((start, -minus_end))
        else:
            run = None
        begin, reach = start, -minus_end
    # Two names with a mere comma between them are an apposition or the end of an adverbial, not a list.
    return [r for r in found if len(r) > 2 or text[r[0][1] : r[1][0]].strip() != ","]


def _mentions(
    text: str, lowered: str, number: int, entity: Entity, group: _Group, mine: list[Evidence], places: list[_Place]
) -> None:
    """Add every whole-word place of the group's forms, with the rule that found it or typed it."""
    rules: dict[tuple[int, int], str] = {}
    strongest = mine[0].rule
    if len(mine) > 1:
        rules = {(e.start, e.end): e.rule for e in mine}
        strongest = max(mine, key=_confidence).rule
    completed = group.completed
    spans: dict[tuple[int, int], None] = dict.fromkeys(completed)
    if len(text) > _LONG:
        # Many names in a long text: a search for each would take time that grows with the square of the length.
        spans |= {(e.start, e.end): None for e in mine}
    else:
        for form in group.forms:
            # A name of several words may stand in other capitals elsewhere (title case); a single word may not.
            several = (" " in form or form.count("-") > 1) and len(lowered) == len(text)
            hay, needle = (lowered, form.lower()) if several else (text, form)
            start = hay.find(needle)
            while start >= 0:
                end = start + len(needle)
                # The plain case first: it stands between spaces or marks.
                free = text[start - 1 : start] in _BEFORE and text[end : end + 1] in _BEHIND
                if free or _stands_alone(text, start, end):
                    spans[start, end] = None
                start = hay.find(needle, end)
    doubt = -entity.confidence
    places += [
        (span[0] - span[1], span not in completed, doubt, span[0], number, rules.get(span, strongest), entity, group)
        for span in spans
    ]


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a span is a whole name: no letter, digit or name-building sign continues it on either side."""
    before, after = text[start - 1 : start], text[end : end + 2]
    if before and (before.isalnum() or before in "_@\\"):
        return False
    if before and before in "-‐‑" and start > 1:
        word = _WORD_END.search(text, max(0, start - 24), start - 1)
        if word is None or not word.group().islower():
            return False
    if not after:
        return True
    if after[0].isalnum() or after[0] in "_+^":
        return after[0] == "s" and not after[1:].isalnum() and text[end - 1 : end].isupper()
    if after[0] in "-‐‑" and len(after) > 1:
        return not (after[1].isupper() or after[1].isdigit())
    return True


def _adopt_members(entities: list[Entity]) -> None:
    """MAFormer-L and MAFormer++ are brought by the paper that brings MAFormer."""
    families = tuple([e.name for e in entities if e.role == "proposed"])
    for entity in entities:
        if (
            entity.role == "used"
            and entity.name.startswith(families)
            and any(
                entity.name.startswith(name) and entity.name[len(name) :][:1] in ("-", "+", "*", "^", " ", "_")
                for name in families
            )
        ):
            entity.role = "proposed"


def _settle(text: str, facts: Facts, places: list[_Place]) -> list[Entity]:
    """Give each character to one entity: longer, then surer, then earlier; then name what has kept a place."""
    # BERT in BERT/GPT-Base is BERT-Base, however sure BERT is.
    places.sort()  # no two go on beyond the number of the entity
    taken = bytearray(len(text))
    for link in facts.links:
        for span in link.spans:
            if span.end <= len(text):  # a link of the comment stands beyond
                taken[span.start : span.end] = b"\1" * (span.end - span.start)
    named: list[tuple[Entity, _Group]] = []
    for shortness, _, _, start, _, rule, entity, group in places:
        end = start - shortness
        if taken.find(1, start, end) >= 0:
            continue
        taken[start:end] = b"\1" * -shortness
        if not entity.spans:
            named.append((entity, group))
        entity.spans.append(Span(start, end, rule))
    by_name: dict[tuple[str, str], Entity] = {}
    for entity, group in named:
        entity.spans.sort()
        _name(text, entity, group)
        twin = by_name.setdefault((entity.kind, entity.name), entity)
        if twin is not entity:
            twin.spans = sorted(twin.spans + entity.spans)
            twin.aliases += entity.aliases
            twin.role = "proposed" if "proposed" in (twin.role, entity.role) else twin.role
            twin.confidence = max(twin.confidence, entity.confidence)
            twin.canonical = twin.canonical or entity.canonical
    return sorted(by_name.values(), key=lambda e: e.spans[0])


def _name(text: str, entity: Entity, group: _Group) -> None:
    """The acronym when the text gives one, else the form that stands most often; the rest are aliases."""
    counts: dict[str, int] = {}
    for start, end, _ in entity.spans:
        surface = text[start:end]
        if group.completed or not surface.isalnum():
            surface = group.completed.get((start, end)) or " ".join(surface.split())
        counts[surface] = counts.get(surface, 0) + 1
    if group.short is not None and group.short in counts:
        entity.name = group.short
    elif len(counts) == 1:
        (entity.name,) = counts
    else:
        entity.name = max(counts, key=lambda s: (counts[s], s.lower() != s))
    if entity.kind == "metric" and len(counts) > 1:  # "accuracy" is short for the "classification accuracy" beside it
        longer = (f for f in counts if f.endswith(" " + entity.name) and counts[f] == counts[entity.name])
        entity.name = max(longer, key=len, default=entity.name)
    if entity.kind == "method" and entity.name[-1:] == "s" and entity.name[:-1] in counts:
        entity.name = entity.name[:-1]  # "hierarchical CNNs (HD-CNNs)": an HD-CNN
    entity.aliases = [form for form in counts if form != entity.name]
