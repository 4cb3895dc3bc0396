"""Links a value to its metric, dataset, split, method, baseline, task and conditions.

Within its sentence and its coordination: frames on the masked sentence first (`rules/linking.toml`), then what a
coordination shares, then the subject of the clause. Null where the text does not say; what is inherited from outside
the clause costs confidence.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import regex

from extract.facts import Entity, Facts, Result
from extract.rulebook import Rulebook
from extract.stages.beside import BesideValue
from extract.stages.conditions import Conditions
from extract.stages.coordination import Frames, Links, is_glue
from extract.stages.described import Described
from extract.stages.fitting import Fitting
from extract.stages.inherited import Inherited
from extract.stages.masking import NUMBER, VALUE, Item, Masked, Masker
from extract.stages.sharing import SHARED, alike, is_bare, levels_before, paired, same_sort, share, share_back
from extract.stages.subjects import Subject, Subjects

_OWN_NOUN = regex.compile(
    r"(?:\band|,)[ ](?:[^ ⓋⓂⓍⒹⒷⓈ,;]+[ ]){1,4}"
    r"(?:drop|fall|decreas|increas|improv|declin|ris)(?:e?s|ed?)?[ ](?:by|to|from)[ ]$|"
    r"(?:\band|,)[ ](?:(?!\w+(?:ing|s)\b|(?:compared|relative|as|up|close|opposed)\b)[a-z-]+[ ]){1,4}(?:by|to)[ ]$"
    r"|[,;(][ ]?[^ ⓂⒹⓍⓉⓋ]+[ ][↓↑][ ]?(?:(?:to|by)[ ])?$"
)
# "reduces A by V and improves the B of C by V": the second says what it improves, although no stage knows it.
_OWN_OBJECT = regex.compile(
    r"(?:\band|,)[ ](?:\w+ly[ ])?"
    r"(?:improv|reduc|increas|rais|boost|lower|decreas|cut|enhanc|accelerat|speed|shorten|lift)\w*[ ]"
    r"(?!(?:by|to|from|it|this)\b)(?:[^ ⓋⓂⓍⒹⒷⓈ,;]+[ ]){1,6}"
    r"(?<!(?:model|baseline|network|agent|system)s?[ ])(?:by|to|from)[ ]$"
)
_AND = regex.compile(r"[^,;()ⒹⓋ]{0,40}[ ]and[ ](?:an?[ ])?")  # between two values of one coordination
_CLAUSE = regex.compile(
    r"(?:;[ ](?:and[ ]|while[ ]|whereas[ ])?(?:on|for)[ ](?:[^ ,;()ⓋⓈⒷⓂⒹⓍⓉ]+[ ]){0,2}Ⓓ"
    r"|,[ ](?:and|while|whereas|but)[ ](?:on|for)[ ](?:[^ ,;()ⓋⓈⒷⓂⒹⓍⓉ]+[ ]){0,2}Ⓓ(?=,[ ]|[ ][ⓈⓍ]))"
    r"(?:(?!,[ ](?:and|while|whereas|but)[ ](?:on|for)[ ])[^;])*+"
)
_OPENS = regex.compile(r"(?:\w+,[ ])?(?:Evaluated[ ]|Tested[ ])?(?i:on|in|for)[ ](?:[^ ,;()ⓋⓈⒷⓂⒹⓍⓉ]+[ ]){0,2}Ⓓ")
_BOUNDARY = regex.compile(r";|\b(?:while|whereas|but|though|although|despite)\b")
# "with minimal cost, outperforming the rest by V": what is told in passing measures no later value.
_ADJUNCT = regex.compile(r"\b(?:with(?:out)?|at)[ ](?:[a-z-]+[ ]){0,2}$")
_ELSEWHERE = regex.compile(
    r"Ⓥ[^Ⓥ,;]*?(?<!train\w*|tuned|tuning|based|built)[ ]on[ ]"
    r"(?!(?:average|par|same|these|those|single|one|consumer|edge|NVIDIA|GPUs?|CPUs?)\b|Ⓧ|[ARV]\d|RTX"
    r"|Ⓝ(?![ ](?:[a-z-]+[ ]){0,2}(?:datasets|benchmarks|tasks|languages|domains)))(?![^Ⓥ,;]*Ⓓ)"
)
# "Fine-tuning X on D improves M by V": D is what was learned from.
_LEARNED = regex.compile(
    r"(?:^|\bthat[ ]|[:,][ ])(?:\w+ly[ ])?(?:[Ff]ine-?tuning|[Tt]raining|[Pp]re-?training|[Pp]ost-training|[Tt]uning)\b"
    r"[^,;Ⓥ]{0,60}\bon[ ]Ⓓ[^;Ⓥ]{0,100}?"
    r"\b(?:improv|enabl|boost|yield|reduc|rais|lead|increas|bring|giv|help|lift|enhanc)\w*"
)
# "V (D), V (D), with an average of V"
_AVERAGE = regex.compile(r"\b(?:an?|the|overall)\s(?:overall\s)?(?:average|mean)\s(?:of|is|at)\s$")
_TASK = regex.compile(
    r"\b(?i:on|for|in|across)[ ](?:(?!Ⓑ)[^ ,;()ⓋⓂⒹⓍ]+[ ]){0,2}Ⓣ"
    r"(?![ -](?:\w+[ -])?(?:method|model|approach|technique|literature|data|baseline))"
)
_GAIN = regex.compile(
    r"[ ](?:(?:improvement|gain|increase|boost)s?\b(?![ ]in\b)|(?:reduction|decrease|drop)s?\b(?![ ](?:in|of)\b))"
)
# "a throughput of V, which is V higher", "V accuracy, within V of the oracle": of the value before.
_SAME = regex.compile(r"[,]?[ ]which[ ](?:is|was|are)[ ](?:as[ ])?$")
_WITHIN = regex.compile(r"(?:[ ]Ⓜ)?(?:[ ](?:on|in|for)[ ][ⒹⓉ])?(?:,|[ ][(]|[ ]and)?[ ]?within[ ]$")
_RESTATED = regex.compile(
    r"(?:[ ](?:relative|absolute))?[ ]"
    r"(?:increase|decrease|reduction|improvement|gain|drop|boost|saving|decline)s?[ ]?[),]"
)
_UNIT = "linking.metric-is-unit"
# A dataset as the place of a measurement, not as what a system was built from.
_PLACE = regex.compile(
    r"(?:\b(?i:on|in|for|at|across|over|under|including|such as|results[ ]from)[ ](?:[^ ,;()ⓋⓈⒷⓂⒹⓍⓉ]+[ ]){0,3}"
    r"|[(]|: |^)Ⓓ(?!-(?:init|pre-?train|train|fine-?tun|based|derived|style))|Ⓓ[ ]?[(:]"
    r"|(?:^|\b(?i:evaluat|benchmark|test|experiment|assess|compar)\w*[ ][^,;]{0,80})[Uu]sing[ ]Ⓓ"
)
_OUR_WORK = regex.compile(r"\b(?:[Ww]e|[Oo]urs?|[Tt]h(?:is|e)\s(?:present\s)?(?:paper|work|study|article|report))\b")
_MOST, _REACH = 64, 2000  # values of a sentence read at once, and code points around them: no person writes more


@dataclass(slots=True)
class _Stretch:
    """The values of a sentence, or of a part of a very long one, in work."""

    index: int  # of the sentence
    results: list[Result]
    start: int
    end: int
    main: Entity | None  # the system meant where the sentence says none
    masked: Masked = field(init=False)
    links: dict[int, Links] = field(init=False)
    subjects: list[Subject] = field(init=False)


class Linker:
    """Fills the links of the results of a paper; built once from the rules."""

    def __init__(self, book: Rulebook) -> None:
        self._masker = Masker(book)
        self._frames = Frames(book)
        self._fitting = Fitting()
        self._subjects = Subjects(book)
        self._conditions = Conditions(book)
        self._sure = book.confidence
        self._off = book.off
        self._beside = BesideValue(book)
        self._described = Described(book)
        self._inherited = Inherited(book, self._fitting)

    def link(self, text: str, facts: Facts) -> None:
        """Fill the links of `facts.results` in place; `text` is the doc text."""
        for _ in self.walk(text, facts):
            pass

    def walk(self, text: str, facts: Facts) -> Iterator[None]:
        """The same in passes, each of them as short as can be."""
        if not facts.results:
            return
        self._beside.find(text, facts)
        mentions = self._masker.mentions(facts)
        main, own = self._subjects.main(text, facts)
        described = self._described.find(text, facts) if own is None else None
        ours = _first_own(text, facts, main)
        sentences: dict[int, list[Result]] = {}
        for result in facts.results:
            sentences.setdefault(facts.sentence_at(result.number.start), []).append(result)
        grouped = [result for result in facts.results if result.group is not None]
        if grouped:
            sizes = Counter([result.group for result in grouped])
            for result in grouped:
                if sizes[result.group] == 1:
                    result.group = None  # the rest of its coordination is no result
        stretches: list[_Stretch] = []
        for index, results in sentences.items():
            start, end = facts.sentences[index]
            unsaid = main if start >= ours else None
            stretches += [_Stretch(index, *window, unsaid) for window in windows(results, start, end)]
        yield
        for part in stretches:
            numbers = numbers_of(facts, part.results, part.start, part.end)
            part.masked = self._masker.mask(text, part.start, part.end, mentions, numbers)
            part.links = {
                i.place: Links(i, i.result, off=self._off) for i in part.masked.values if i.result is not None
            }
        yield
        for part in stretches:
            self._frames.apply(part.masked, part.links, self._fitting.fits)
        yield
        for part in stretches:
            opened = any(link.open("method") for link in part.links.values())
            part.subjects = self._subjects.find(part.masked.text) if opened else []
        yield
        for part in stretches:
            self._link(text, facts, part, mentions, own or described, sentences)
        if described is not None and any(r.method is described for r in facts.results):
            facts.entities += [described] if all(e is not described for e in facts.entities) else []

    def _link(
        self,
        text: str,
        facts: Facts,
        stretch: _Stretch,
        mentions: list[Item],
        own: Entity | None,
        scored: dict[int, list[Result]],
    ) -> None:
        """Fill what is left from coordination, subjects and what stands around."""
        index, masked, main = stretch.index, stretch.masked, stretch.main
        ordered = list(stretch.links.values())
        gaps = [masked.text[a.item.place + 1 : b.item.place] for a, b in pairwise(ordered)]
        self._metrics(text, masked, ordered, gaps)
        if "Ⓜ" not in masked.text:
            self._inherited.measured(text, masked, scored.get(index - 1, []), ordered)
        self._datasets(text, masked, ordered, gaps)
        if "Ⓓ" not in masked.text and any(e.kind == "dataset" for e in facts.entities):
            self._inherited.evaluated(text, facts, masked, index, mentions, ordered, scored)
            self._inherited.only(text, facts, index, ordered, scored)
            self._inherited.introduced(text, facts, index, ordered, main or own)
        share_back(ordered, gaps, "baseline", "Ⓧ")
        share(ordered, gaps, "baseline", lambda e, r: r.kind != "absolute")
        own = own or self._subjects.antecedent(text, facts, index)
        self._subjects.methods(masked, ordered, gaps, stretch.subjects, (main, own))
        self._tasks(masked, ordered, gaps)
        if facts.trace is not None:
            facts.trace.append(f"linking: {masked.text}")
            facts.trace += [f"linking: {text[x.item.start : x.item.end]} {x.rules}" for x in ordered]
        for link in ordered:
            _write(link)
        self._conditions.fill(text, masked, ordered)

    def _metrics(self, text: str, masked: Masked, links: list[Links], gaps: list[str]) -> None:
        near = self._fitting.near
        for link in links:
            if link.item.unit_metric is not None:
                link.fill("metric", link.item.unit_metric, _UNIT, self._sure(_UNIT))
        for index in range(len(links) - 2, -1, -1):  # "12.6/9.1 FPS"
            here, behind = links[index], links[index + 1]
            if behind.rules.get("metric") == _UNIT and is_glue(gaps[index]) and alike(here.result, behind.result):
                here.fill("metric", behind.slots["metric"], _UNIT, SHARED)
        levels_before(masked.text, links, gaps)
        share(links, gaps, "metric", lambda e, r: near(e, r, text), masked.text)
        metrics = masked.having("Ⓜ")
        for index, link in enumerate(links):
            if not link.open("metric"):
                continue
            place = link.item.place
            floor = links[index - 1].item.place if index else -1
            left = [m for m in metrics if floor < m.place < place and m.entity is not None]
            if left and (entity := left[-1].entity) is not None and near(entity, link.result, text):
                gap = masked.text[left[-1].place + 1 : place]
                # "V M and V memory reduction": the metric is the value's before.
                taken = index and links[index - 1].slots.get("metric") is entity
                apart = (taken or ("Ⓝ" in gap and " and " in gap)) and not is_bare(masked.text, place)
                if "," not in gap and not apart and not _BOUNDARY.search(gap):
                    link.fill("metric", entity, "linking.metric-in-clause", self._sure("linking.metric-in-clause"))
                    continue
            before = next((p for p in reversed(links[:index]) if "metric" in p.slots), None)
            if (
                before is not None
                and index
                and gaps[index - 1] in (" (", " (a ", " (an ")
                and _RESTATED.match(masked.text, place + 1)
            ):
                entity = before.slots["metric"]  # "cuts M by V (a V reduction)"
                if before is links[index - 1] and near(entity, link.result, text):
                    link.fill("metric", entity, before.rules["metric"], SHARED)
                    continue
            if before is not None and before is links[index - 1]:
                entity = before.slots["metric"]
                known = _SAME.search(gaps[index - 1]) and link.result.kind != "absolute"
                known = known or (_WITHIN.fullmatch(gaps[index - 1]) and alike(before.result, link.result))
                # "by V (V)": a difference, and again in percent.
                known = known or (gaps[index - 1] == " (" and before.result.kind != "absolute" and _again(masked, link))
                if known and near(entity, link.result, text):
                    link.fill("metric", entity, before.rules["metric"], SHARED)
                    continue
            aside = before is not None and before.result.kind == link.result.kind
            if not is_bare(masked.text, place) and not (aside and masked.text.startswith(" (Ⓥ)", place - 2)):
                continue  # "37% of the gap", "bias of 9%": it measures something that has no name here
            if index and paired(links[index - 1], link) and links[index - 1].open("metric"):
                continue
            if index and (_OWN_NOUN.search(gaps[index - 1]) or _OWN_OBJECT.search(gaps[index - 1])):
                continue  # "lifts A by V and the code average by V"
            closely = index and (is_glue(gaps[index - 1]) or gaps[index - 1].endswith((" and by ", ", by ")))
            if closely and (entity := links[index - 1].slots.get("metric")) is not None:
                same = links[index - 1].result.kind == link.result.kind and near(entity, link.result, text)
                if same and alike(links[index - 1].result, link.result):
                    link.fill("metric", entity, links[index - 1].rules["metric"], SHARED)
                    continue
            listed = index + 1 < len(links) and is_glue(gaps[index])
            if listed and len({id(p.slots["metric"]) for p in links[:index] if "metric" in p.slots}) > 1:
                link.shut.add("metric")  # "V, V and V" after values of several metrics: which is whose is not said
                links[index + 1].shut.add("metric")
                continue
            if before is not None and (
                link.result.kind in ("delta", "absolute") or _GAIN.match(masked.text, place + 1)
            ):
                # "56.5% mAP at 162 GFLOPs, compared to 53.6%"
                told = (p for p in reversed(links[:index]) if "metric" in p.slots and alike(p.result, link.result))
                model = next(told, before)
                entity = model.slots["metric"]
                if near(entity, link.result, text) and alike(model.result, link.result):
                    link.fill("metric", entity, "linking.metric-of-sentence", self._sure("linking.metric-of-sentence"))
                    continue
            # The one metric that the sentence names before its values, if no other value bears it.
            found = {id(m.entity): m for m in metrics if m.entity and near(m.entity, link.result, text)}
            if len(found) == 1 and before is None and link.result.kind != "ratio":
                (only,) = found.values()
                passing = _ADJUNCT.search(masked.text, 0, only.place) and "," in masked.text[only.place : place]
                if only.place < place and not passing and not _BOUNDARY.search(masked.text, only.place, place):
                    link.fill(
                        "metric", only.entity, "linking.metric-of-sentence", self._sure("linking.metric-of-sentence")
                    )

    def _datasets(self, text: str, masked: Masked, links: list[Links], gaps: list[str]) -> None:
        several = masked.text.count("Ⓓ") > 1
        last_on = masked.text.rfind(" on ")
        elsewhere = [
            (link.item.place < last_on and _ELSEWHERE.match(masked.text, link.item.place) is not None)
            or (
                several
                and index > 1
                and _AVERAGE.search(text, max(0, link.item.start - 30), link.item.start) is not None
            )
            for index, link in enumerate(links)
        ]
        share_back(links, gaps, "dataset", "Ⓓ", elsewhere)
        share(links, gaps, "dataset", lambda e, r: True, skipped=elsewhere)
        datasets = masked.having("Ⓓ")
        if not datasets:
            return
        if len({id(d.entity) for d in datasets}) == 1:
            if not _PLACE.search(masked.text) or _LEARNED.search(masked.text):
                return
            bound = [link for link in links if "dataset" in link.slots]
            for link, apart in zip(links, elsewhere, strict=True):
                # "scores on D and is 2x faster": the factor is not said to be of D unless D opens the sentence.
                factor = link.result.kind in ("relative", "ratio")
                behind = bound and datasets[0].place > bound[0].item.place
                if factor and behind:
                    continue
                if not _OPENS.match(masked.text) and _aside(masked, datasets[0].place, link):
                    continue
                if bound and apart:
                    continue  # "V on D and V on visual grounding"
                link.fill(
                    "dataset",
                    datasets[0].entity,
                    "linking.dataset-of-sentence",
                    self._sure("linking.dataset-of-sentence"),
                )
            return
        self._clauses(masked, links)
        for index, link in enumerate(links):
            if not link.open("dataset") or elsewhere[index]:
                continue
            before = links[index - 1] if index else None
            known = {id(p.slots["dataset"]): p.slots["dataset"] for p in links[:index] if "dataset" in p.slots}
            after = links[index + 1] if index + 1 < len(links) else None
            if known and after is not None and "dataset" in after.slots and _AND.fullmatch(gaps[index]):
                # "V validity and V M on D": of the dataset after, not of the one before.
                if same_sort(link, after):
                    link.fill("dataset", after.slots["dataset"], after.rules["dataset"], SHARED)
            elif known:
                # One dataset so far holds on; of several, none: which one is not said.
                if len(known) == 1 and not _BOUNDARY.search(gaps[index - 1]):
                    link.fill(
                        "dataset",
                        next(iter(known.values())),
                        "linking.dataset-of-sentence",
                        self._sure("linking.dataset-of-sentence"),
                    )
            elif _aside(masked, datasets[0].place, link):
                continue
            elif (
                (match := _PLACE.search(masked.text)) is not None
                and match.end() - 1 == datasets[0].place < link.item.place
                and (before is None or not any(d.place > before.item.place for d in datasets))
            ):
                link.fill(
                    "dataset",
                    datasets[0].entity,
                    "linking.dataset-of-sentence",
                    self._sure("linking.dataset-of-sentence"),
                )

    def _clauses(self, masked: Masked, links: list[Links]) -> None:
        """A clause that opens with its one dataset measures on it: "...; on D, it gains V and V"."""
        for match in _CLAUSE.finditer(masked.text):
            start, end = match.span()
            named = {id(d.entity): d.entity for d in masked.having("Ⓓ") if start <= d.place < end}
            if len(named) == 1:
                (entity,) = named.values()
                for link in links:
                    if start <= link.item.place < end:
                        rule = "linking.dataset-of-sentence"
                        link.fill("dataset", entity, rule, self._sure(rule))

    def _tasks(self, masked: Masked, links: list[Links], gaps: list[str]) -> None:
        share(links, gaps, "task", lambda e, r: True)
        if "Ⓣ" not in masked.text:
            return
        # "on T", "for T" of the sentence, but not the T of "T methods" or "T models".
        named = {id(i.entity): i.entity for m in _TASK.finditer(masked.text) if (i := masked.at[m.end() - 1]).entity}
        if len(named) == 1:
            for link in links:
                link.fill(
                    "task",
                    next(iter(named.values())),
                    "linking.task-of-sentence",
                    self._sure("linking.task-of-sentence"),
                )


def _first_own(text: str, facts: Facts, main: Entity | None) -> int:
    """Where the abstract begins to speak of its own work; what stands before is of the world."""
    title = facts.segments[0]
    start = title.end if title.field == "title" and len(facts.segments) > 1 else 0
    match = _OUR_WORK.search(text, start)
    places = [s.start for s in main.spans if s.start >= start] if main is not None else []
    first = min([*places, *([match.start()] if match else [])], default=0)
    return facts.sentences[facts.sentence_at(first)][0]


def windows(results: list[Result], start: int, end: int) -> Iterator[tuple[list[Result], int, int]]:
    """A sentence as it is, or stretches of one that no person wrote, so that its cost stays linear in its length."""
    for place in range(0, len(results), _MOST):
        part = results[place : place + _MOST]
        before = results[place - 1].number.end if place else start
        after = results[place + _MOST].number.start if place + _MOST < len(results) else end
        yield (
            part,
            max(before, part[0].number.start - _REACH),
            max(part[-1].number.end, min(after, part[-1].number.end + _REACH)),
        )


def numbers_of(facts: Facts, results: list[Result], start: int, end: int) -> list[Item]:
    """The items of all numbers of a sentence: results as values, others as plain numbers; names are none."""
    by_number = {id(r.number): r for r in results}
    items = [Item(VALUE, r.number.start, r.number.end, result=r, number=r.number) for r in results]
    items += [
        Item(NUMBER, n.start, n.end, number=n)
        for n in facts.numbers[
            bisect_left(facts.numbers, start, key=lambda n: n.start) : bisect_left(
                facts.numbers, end, key=lambda n: n.start
            )
        ]
        if id(n) not in by_number and n.role != "name"
    ]
    items.sort(key=lambda item: item.start)
    kept: list[Item] = []
    for item in items:
        if kept and item.start < kept[-1].end:
            if item.sign == VALUE and kept[-1].sign == NUMBER:
                kept[-1] = item
            continue
        kept.append(item)
    return kept


def _aside(masked: Masked, place: int, link: Links) -> bool:
    """Whether a share or factor stands in a clause of its own behind the dataset: "..., while having 3x less M"."""
    return link.result.kind in ("relative", "ratio") and bool(_BOUNDARY.search(masked.text, place, link.item.place))


def _again(masked: Masked, link: Links) -> bool:
    """Whether a bare percentage fills the brackets behind a difference: "by 4.5 cm (43%)"."""
    return link.result.number.unit == "%" and masked.text.startswith(")", link.item.place + 1)


def _write(link: Links) -> None:
    result = link.result
    for slot in ("metric", "dataset", "method", "baseline", "task"):
        if slot in link.slots:
            setattr(result, slot, link.slots[slot])
    if result.kind == "absolute" or result.baseline is result.method:
        result.baseline = None
    result.confidence = min(result.confidence, link.confidence)
