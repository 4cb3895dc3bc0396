"""Data sets and measures that a sentence does not name: said before it, counted, or the only data set of the paper."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection

import regex

from extract.facts import Entity, Facts, Result
from extract.rulebook import Rulebook
from extract.stages.coordination import Links
from extract.stages.fitting import Fitting
from extract.stages.masking import Item, Masked
from extract.stages.sharing import is_bare, runs
from extract.stages.wording import TEAM

# "V, V and V for the three datasets": they were listed before.
_COUNTED = regex.compile(
    r"Ⓥ[^Ⓥ;]{0,40}?\b(?:for|on|in|across)[ ](?:(?:these|those|above|aforementioned)[ ]|(?=two|three|four|five|six|Ⓝ))"
    r"(?:(?:two|three|four|five|six|Ⓝ)[ ])?(?:[a-z-]+[ ]){0,2}(?:datasets|benchmarks|corpora)"
)
_EVALUATING = regex.compile(
    r"\b(?i:evaluat|experiment|validat|test|conduct|assess|compar|finding|benchmark|stud(?:y|ied)|appl(?:y|ied)|analy)\w*\b[^.]{0,160}"
    r"\b(?:on|using|over|with|from|in|across|to)\s(?:[^\s.]+\s){0,3}(?:(?:[^\s.]+\s){2,8}[(])?$"
    r"|\b(?i:to\s(?:(?!train)\w+\s){0,2}(?:evaluat|test|assess|validat|benchmark|measur)|for\s(?:evaluation|benchmarking))\w*\b"
    r"(?:(?!train)[^.]){0,80}\b(?:introduc|present|propos|construct|buil[dt]|creat|develop|curat|releas|collect)\w*"
    r"\s(?:[^\s.]+\s){0,3}$"
)
# "On D, X improves": the sentences behind hold on D too.
_OPENS = regex.compile(r"\s*(?:[^\s,.]+,\s)?(?:On|For|In|Across)\s(?:(?!training|this)[^\s,.]+\s){0,4}$")
# "on this benchmark", "of the test set"
_ITS = regex.compile(
    r"(?<!(?i:train|tun)\w*\s)\b(?i:on|in|of|across|over|for)\s(?:this|the|our|that)\s(?:same\s|proposed\s|new\s|entire\s|full\s|resulting\s|held-out\s"
    r"|hidden\s|official\s|private\s|public\s)?(?:benchmark|data\s?set|corpus|test\s?set|leaderboard|validation\sset)\b(?!s)"
    r"|\b[Oo]n\sthese\s(?:two\s|three\s|new\s)?(?:benchmarks|data\s?sets)\b"
)
# "improves performance on D", "sets the state of the art on D", but not "a model trained on D".
_SUCCESS = regex.compile(
    r"\b(?:improv|achiev|outperform|surpass|perform|effective|superior|state[ -]of[ -]the[ -]art|result"
    r"|demonstrat|compet|show)\w*\b"
    r"[^.]{0,80}(?<!(?:train|tun|base|built|rel|focus|learn|operat)\w*)\s(?i:on|in|using)\s(?:[^\s.,;]+\s){0,5}$"
)
# What else a paper about a benchmark may report on.
_ELSEWHERE = regex.compile(
    r"\b(?:other|another|existing|external|previous|prior|downstream|standard|additional|training|trained|fine-tun\w*"
    r"|finetun\w*|real-world|transfer\w*)\b",
    regex.IGNORECASE,
)
_ON = regex.compile(r"\b(?i:on|using|over|with|from|in|across)\s(?:[^\s.,;]+\s){0,3}$")
# "We use D", "This study utilizes the public D", but not "... to train".
_USES = regex.compile(
    r"\b(?:[Ww]e|(?:[Tt]his|[Tt]he|[Oo]ur)\s(?:present\s)?(?:study|work|paper|research))\s(?:\w+ly\s)?"
    r"(?:us|utili[sz]|employ|leverag|rel|work)(?:e?s|e?d|ies|y|e)?\s(?:on\s|with\s)?(?:[^\s.,;]+\s){0,5}$"
)
_TRAINS = regex.compile(r"[^.]{0,80}?\b(?:pre-?|fine-?)?(?:train|tun)")
_OTHER_DATA = regex.compile(
    r"\b(?:data ?sets|benchmarks|tasks|suites|trials|real-world|real world|in the wild|external|in-house|private"
    r"|clinical|official|deploy\w*|cohorts?|patients|hospitals?|robots?|devices?|users?|participants|simulat\w+|other|another|unseen|custom)\b"
)
_USED = regex.compile(
    r"(?:\s[a-z-]+){0,2}\s(?:is|are|was|were)\s(?:then\s)?used\s(?:for|to|in)\s(?:\w+\s){0,2}(?:evaluat|test|experiment|validat)"
)


_BRINGS = regex.compile(
    r"\b(?:introduc|present|propos|releas|construct|creat|develop|curat|buil[dt]|collect|design|contribut|call|nam|dub|term)\w*"
    r"[\s,:]+(?:[^\s.;]+\s){0,6}[(\"“]?$"
)

_OUR_SYSTEM = regex.compile(
    r"\b[Oo]ur\s(?:[\w-]+\s){0,2}(?:method|approach|model|framework|system|algorithm|network|agent|pipeline)\b"
)
_BENCHMARK = regex.compile(
    r"[)\"”]*,?\s(?:an?|the\sfirst|which\sis)\s(?:[^\s.;]+\s){0,5}(?:benchmark|test\s?bed|test\ssuite|challenge)\b"
)


class Inherited:
    """Fills the data sets, and measures, of values whose sentence names none."""

    def __init__(self, book: Rulebook, fitting: Fitting) -> None:
        self._sure = book.confidence
        self._fitting = fitting

    def evaluated(
        self,
        text: str,
        facts: Facts,
        masked: Masked,
        index: int,
        mentions: list[Item],
        links: list[Links],
        scored: Collection[int],
    ) -> None:
        """The dataset of a sentence before that says what is evaluated on, if it names one and none stands between."""
        listed = _COUNTED.search(masked.text)
        for earlier in range(index - 1, -1 if listed else max(-1, index - 4), -1):
            start, end = facts.sentences[earlier]
            if facts.segment_at(start).field == "title":
                return
            first = bisect_left(mentions, start, key=lambda m: m.start)
            inside = mentions[first : bisect_left(mentions, end, key=lambda m: m.start)]
            found = {id(m.entity): m.entity for m in inside if m.sign == "Ⓓ"}
            if listed is not None:
                if len(found) > 1:
                    for run in runs(masked.text, links):
                        for link, entity in zip(run, found.values(), strict=False):
                            if len(run) == len(found):
                                link.fill(
                                    "dataset",
                                    entity,
                                    "linking.datasets-counted",
                                    self._sure("linking.datasets-counted"),
                                )
                    return
            elif found:
                said = len(found) <= 3 and earlier not in scored
                said = said and any(self._placed(text, start, m.start, m.end) for m in inside if m.sign == "Ⓓ")
                its = None if said else _ITS.search(text, *facts.sentences[index])
                if said or (its and (len(found) == 1 or "these" in its.group())):
                    for link in links:
                        link.fill(
                            "dataset",
                            next(iter(found.values())),
                            "linking.dataset-of-evaluation",
                            self._sure("linking.dataset-of-evaluation"),
                        )
                return

    def only(self, text: str, facts: Facts, index: int, links: list[Links], scored: Collection[int]) -> None:
        """The one dataset of the paper holds on behind the sentence that evaluates on it, for scores only."""
        datasets = [e for e in facts.entities if e.kind == "dataset"]
        if len(datasets) != 1:
            return
        start, end = facts.sentences[index]
        for span in reversed(datasets[0].spans):
            first, stop = facts.sentences[facts.sentence_at(span.start)]
            if span.start >= start or facts.segment_at(span.start).field == "title":
                continue
            placed = bool(self._placed(text, first, span.start, span.end) or _SUCCESS.search(text, first, span.start))
            if not placed and _USES.search(text, first, span.start):
                placed = _TRAINS.match(text, span.end, stop) is None
            if not placed and not (facts.sentence_at(span.start) in scored and _ON.search(text, first, span.start)):
                continue
            if _OTHER_DATA.search(text, stop, min(end, links[-1].item.end + 90)):
                return
            for link in links:
                metric, result = link.slots.get("metric"), link.result
                if metric is None:
                    score = result.kind == "delta" and result.number.unit in (None, "%", "points")
                else:
                    score = result.kind in ("absolute", "delta") and self._fitting.scores(metric)
                if score:
                    link.fill("dataset", datasets[0], "linking.dataset-only", self._sure("linking.dataset-only"))
            return

    def measured(self, text: str, masked: Masked, before: list[Result], links: list[Links]) -> None:
        """The one measure of the scores of the sentence before holds for bare scores like them."""
        metrics = {id(r.metric): r for r in before if r.kind == "absolute"}
        if len(metrics) != 1:
            return
        (model,) = metrics.values()
        metric = model.metric
        if metric is None or not self._fitting.scores(metric):
            return
        for link in links:
            result = link.result
            same = result.kind == "absolute" and result.number.unit == model.number.unit
            if same and is_bare(masked.text, link.item.place) and self._fitting.near(metric, result, text):
                link.fill("metric", metric, "linking.metric-before", self._sure("linking.metric-before"))

    @staticmethod
    def _placed(text: str, first: int, start: int, end: int) -> bool:
        """Whether the sentence from `first` on evaluates on the dataset that stands at `start`."""
        return bool(
            _EVALUATING.search(text, first, start) or _USED.match(text, end) or _OPENS.fullmatch(text, first, start)
        )

    def introduced(self, text: str, facts: Facts, index: int, links: list[Links], main: Entity | None) -> None:
        """The benchmark that a paper is about holds where the paper tells how models do, for scores only."""
        start, end = facts.sentences[index]
        if all(not link.open("dataset") for link in links) or _ELSEWHERE.search(text, start, end):
            return
        title = facts.segments[0].end if facts.segments[0].field == "title" else 0
        datasets = [e for e in facts.entities if e.kind == "dataset"]
        team = TEAM.match(text, 0, title)
        own = None if team is None else next((e for e in datasets if _stands_at(e, team.end())), None)
        if own is None:
            only = len(datasets) == 1 and not _OUR_SYSTEM.search(text, start, end)
            own = next((e for e in datasets if _brought(text, e, title, start, only)), None)
            if own is None or (main is not None and main.name != own.name):
                return
        for link in links:
            metric, result = link.slots.get("metric"), link.result
            if metric is None:
                score = result.kind in ("absolute", "delta") and result.number.unit in (None, "%", "points")
            else:
                score = result.kind != "relative" and self._fitting.scores(metric)
            if score:
                link.fill("dataset", own, "linking.dataset-own", self._sure("linking.dataset-own"))


def _stands_at(dataset: Entity, place: int) -> bool:
    return any(span.start == place for span in dataset.spans)


def _brought(text: str, dataset: Entity, title: int, before: int, only: bool) -> bool:
    """Whether the paper has introduced a dataset that its title names, or its only one as a benchmark."""
    named = not title or any(span.start < title for span in dataset.spans)
    return any(
        title <= s.start
        and s.end <= before
        and _BRINGS.search(text, max(title, s.start - 80), s.start)
        and (named or (only and _BENCHMARK.match(text, s.end)))
        for s in dataset.spans
        if named or only
    )
