"""Evidence that a phrase names what is measured: a number beside it, or the sentence says so.

Plain words (accuracy, memory, recall) stand in every abstract; they count only where a number is reported for them or
where they are named as the measure. A bare head ("accuracy") beside one longer name ("top-1 accuracy") is its alias.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from extract.facts import Evidence, Facts
from extract.rulebook import Rule, Rulebook
from extract.stages.candidates import Candidate
from extract.stages.cues import Anchor, CueRules
from extract.stages.vocabulary import UNPROVED

_JOIN = re.compile(
    r",\s(?:and\s|or\s)?(?:the\s|improved\s)?|\s(?:and|or|as\swell\sas)\s(?:the\s)?|\s?/\s?|\s&\s|\s\|\s"
)
_GLOSS = re.compile(r"\s\([^()]*\)")
# Rules that rest on a reported number; the others need a phrase that is no vague word.
_NUMBERED = frozenset(
    {
        "metric.number-before",
        "metric.number-behind",
        "metric.change-in",
        "metric.change-verb",
        "metric.change-noun",
        "metric.moves",
        "metric.fewer",
        "metric.changed",
    }
)

_NEAR = 4  # spans that begin before a place, of which one may reach over it; few overlap
# Where a number may begin, as figure or as word.
_NUMBER = re.compile(
    r"(?<![\w.@])(?<!\w-)(?<!\d,)(?:[-+−~≈<>≥≤±]{0,2} ?[$€£]?\d"
    r"|(?:half|twice|one|two|three|several|an? order|double|triple)\b"
    r"|[a-z]{2,8}-?fold\b)"
)
# Where the rules begin to match.
ANCHORS: dict[str, Anchor] = {
    "metric.number-behind": "figure",
    "metric.change-noun": "figure",
    "metric.number-before": _NUMBER,
    "metric.fewer": _NUMBER,
    "metric.changed": _NUMBER,
    "metric.short-behind": _NUMBER,
    "metric.change-in": "trigger",
    "metric.change-verb": "trigger",
    "metric.better": "trigger",
}
# Rules whose pattern gives the last words of the name only: it is read on to the left, up to a stop word.
_TO_THE_LEFT = frozenset({"metric.number-behind", "metric.change-noun", "metric.defined", "metric.moves"})
_WHOLE = frozenset({"metric.number-before", "metric.better"})
# What may stand behind a phrase that is whole.
_ENDS = re.compile(
    r"\s*(?:[.,;:)(]|$|(?:on|in|for|of|across|compared|than|while|when|over|under|by|with|at|as|and|or|to|from|using)\b)"
)
_WORD = re.compile(r"[^\s,;:()]+")
_OWNER = re.compile(r"(?:[’']s|s[’'])\Z")
_FIRST_WORD = re.compile(r"[\w-]+")
_UNIT = re.compile(r"[kMGTmµμn]?(?:W|Wh|J|Hz|B|V|A|Pa)|[mµμn]?s|[cmkµμn]?m|dB|K")  # "5.5 mW power consumption"
_WORDS_BEFORE = re.compile(r"[A-Za-z][\w@'’+&/-]*(?= )")
# A last word spelled like the name of a system: inner capitals and a digit, or a capital in a longer word.
_NAME = re.compile(r"(?:\S*[A-Z]\S*\d\S*|\S*[a-z]\S*[A-Z]\S*|\S*[A-Z]\S*-\S*|[A-Z]\S*[a-z]\S*[A-Z]\S*)$")
_CHANGES = frozenset({"savings", "saving", "improvement", "improvements", "reduction", "reductions", "gain", "gains"})
# What loses points of it: "0.2 BLEU loss" is told of BLEU, but "performance loss" and "packet loss" are measures.
_LOSES = frozenset({"accuracy", "bleu", "f1", "map", "ap", "miou", "iou", "psnr", "ssim", "auc", "auroc", "recall"})
_SPENT = frozenset({"cost", "costs", "memory", "energy", "power"})
_SHARE_OF = re.compile(r"%\sof\s(?:the\s|its\s)?(?:[\w-]+\s){0,2}$")
_COUNTED = re.compile(r"[%x][^.,;]{0,40}$")
_CHANGE_BEHIND = re.compile(
    r"\s(?:gains?|improvements?|drops?|loss(?:es)?|degradation|increases?|boosts?|decreases?|declines?|of)\b"
)
_NAMES_MEASURES = re.compile(r"in terms of|measures of|metrics")
_VAGUE_ALWAYS = frozenset(
    {
        "performance",
        "performances",
        "quality",
        "efficiency",
        "robustness",
        "diversity",
        "cost",
        "costs",
        "overhead",
        "overheads",
        "fidelity",
        "convergence",
        "coherence",
    }
)


class MetricCues:
    """Finds metric evidence; built once from the rulebook."""

    def __init__(self, book: Rulebook, cues: CueRules, ids: Mapping[str, str]) -> None:
        self.book = book
        self._cues = cues
        self._head = _head_pattern(book)
        self._vague = frozenset(book.words("metrics_vague"))
        self._stop = frozenset(book.words("metrics_stop"))
        self._stems = tuple(book.words("metrics_stop_stems"))
        self._level = frozenset(book.words("results_level"))
        self._not = frozenset(book.words("metrics_not"))
        self._not_heads = frozenset(book.words("metrics_not_heads"))
        self._stops = lru_cache(maxsize=1 << 14)(self._is_stop)
        self._ids = ids
        self._other = {
            form.lower()
            for term in book.terms
            if term.kind in ("dataset", "method")
            for form in (term.name, *term.aliases)
        }

    def find(self, text: str, facts: Facts, candidates: list[Candidate]) -> list[Evidence]:
        """Evidence for metrics in one text. Vocabulary evidence that nothing proves is taken out of `facts`."""
        named = [e for e in facts.evidence if e.label == "metric"]
        sure = [e for e in named if e.confidence > UNPROVED]
        open_ = [e for e in named if e.confidence <= UNPROVED]
        found: dict[tuple[int, int], Evidence] = {}
        for rule, match in self._cues.matches("metric", text, facts):
            if "list" in match.re.groupindex and match["list"]:
                # What is only "evaluated by" or "measured with" something needs a head of a measure.
                loose = bool(_NAMES_MEASURES.search(text, match.start(), match.start("list")))
                spans = self._listed(text, *match.span("list"), rule.id, loose)
            else:
                spans = [span] if (span := self._accept(text, *match.span("name"), rule.id)) else []
            for span in spans:
                if span not in found:
                    surface = text[slice(*span)].lower()
                    found[span] = Evidence(*span, "metric", rule.id, rule.confidence, canonical=self._ids.get(surface))
        phrases = _outermost(found.values()) if found else []
        if phrases:
            places = sorted((p.start, p.end) for p in phrases)  # none of them lies in another, so their ends rise, too
            sure = [e for e in sure if not _inside(places, e.start, e.end)]
        proved: list[Evidence] = []
        if open_:
            # "TriviaQA accuracy" is what is measured there.
            behind = {e.end + 1 for e in facts.evidence if e.label == "dataset" and e.confidence > UNPROVED}
            beside, listed = self.book.rules.get("metric.of-dataset"), self.book.rules.get("metric.same-list")
            if beside is not None:
                sure += [_proved(e, beside) for e in open_ if e.start in behind and text[e.start - 1] == " "]
            if listed is not None:
                proved = _by_neighbours(text, [*sure, *phrases], open_, listed)
        if named:
            facts.evidence[:] = [e for e in facts.evidence if e.label != "metric"]
        return _fold_heads(text, [*sure, *phrases, *proved])

    def _listed(self, text: str, start: int, end: int, rule: str, loose: bool) -> list[tuple[int, int]]:
        """The measures of a list; what has no head of a measure counts beside one that has."""
        plain: list[tuple[int, int]] = []
        headed: list[tuple[int, int]] = []
        for place, (first, last) in enumerate(_items(text, start, end)):
            word = _FIRST_WORD.match(text, first, last)
            if place and word is not None and self._stops(word.group()):
                break
            span = self._accept(text, first, last, rule)
            if span is None:
                continue
            surface = text[slice(*span)]
            if surface.lower() in self._ids or self._head.search(surface):
                headed.append(span)
            elif place and word is not None and word.group().endswith("ing"):
                break  # "..., and semantic similarity, providing a lens"
            elif not _ENDS.match(text, span[1]):
                break  # the phrase goes on: it was cut
            elif (
                surface.count(" ") <= 2 - 2 * (rule == "metric.better")
                and (headed or loose)
                and surface[-7:] != "metrics"
            ):
                plain.append(span)
        return headed + plain if headed else []

    def _is_stop(self, word: str) -> bool:
        """Whether a word is none that a measure's name may hold."""
        lowered = word.lower()
        # "models' success rates", but "Fleiss' kappa"
        if lowered.startswith("near-") or (_OWNER.search(word) and (word[-1] == "s" or word[0].islower())):
            return True
        return lowered in self._stop or (self._stemmed(lowered) and not lowered.endswith("tion"))  # production rate

    def _stemmed(self, word: str) -> bool:
        return word.startswith(self._stems) and "-" not in word and not word.startswith("requirement")

    def _frame(self, text: str, start: int, end: int, rule: str) -> tuple[int, int] | None:
        """The name inside what a pattern gave: grown to the left or cut, so that no stop word is left in it."""
        if rule in _TO_THE_LEFT:
            for word in reversed(_WORDS_BEFORE.findall(text, max(0, start - 60), start)):
                if self._stops(word) or text[start - len(word) - 1 : start] != word + " ":
                    break
                if "/" in word or word.lower() in self._other:
                    break  # "MMBench accuracy" is the accuracy on MMBench
                start -= len(word) + 1
                if text[start - 1 : start] in "-/.":
                    break
        words = [m.span() for m in _WORD.finditer(text, start, end)]
        for place in range(len(words) - 1, 0, -1):  # "improves open-source LLMs' accuracy"
            if _OWNER.search(text, *words[place - 1]):
                words = words[place:]
                break
        while words and (self._stops(first := text[slice(*words[0])]) or (len(words) > 1 and _UNIT.fullmatch(first))):
            words = words[1:]
        while len(words) > 1 and text[slice(*words[0])].lower() in self._other:
            words = words[1:]  # "XQuAD accuracy" is the accuracy on XQuAD
        if len(words) > 1 and text[slice(*words[0])].lower() == "relative":
            # "relative accuracy gains of 3%", "a relative efficiency advantage of 40%", but "a relative error of 3%"
            changes = rule == "metric.change-noun" or text[slice(*words[1])].lower() in self._level
            words = words[1:] if changes else words
        named = [text[a].isupper() for a, _ in words]
        if named[:1] != [True] and len(words) > 2 and named[-3:].count(True) >= 2 and named[-1]:
            words = words[named.index(True) :]  # "human-verified Constraint Satisfaction Rate"
        for place, span in enumerate(words):
            word = text[slice(*span)].lower()
            ends = place + 1 == len(words) and self._stemmed(word) and not word.startswith("accel")
            if ends or self._stops(word):
                # "20% of the tasks and accuracy": what the number counts is not the phrase behind the stop word.
                if rule in _WHOLE or (rule == "metric.change-verb" and word.startswith(("baseline", "method"))):
                    return None  # "improves its DAP baseline by 8%"
                words = words[:place]
                break
        if len(words) > 1 and text[slice(*words[-1])] in ("loss", "losses"):
            words = words[:-1] if text[slice(*words[-2])].lower() in _LOSES else words
        if len(words) > 1 and text[slice(*words[-1])] in _CHANGES:
            rest = words[:-1]  # "20% running time savings", but "computational savings"
            words = rest if self._head.search(text[rest[0][0] : rest[-1][1]]) else words
        return (words[0][0], words[-1][1]) if words else None

    def _accept(self, text: str, start: int, end: int, rule: str) -> tuple[int, int] | None:
        """The span of a measure, or None when the phrase names none."""
        span = self._frame(text, start, end, rule)
        if span is None or span[1] - span[0] < 2:
            return None
        if text.startswith(" over union", span[1]):
            span = (span[0], span[1] + len(" over union"))
        phrase = text[slice(*span)].lower()
        spent = phrase in _SPENT and rule in ("metric.change-verb", "metric.moves")  # "reduces costs by 60%"
        if (phrase in self._not and not spent) or phrase in self._other:
            return None
        if phrase in ("parameters", "params") and text[span[0] - 4 : span[0]].endswith("of "):
            return None  # a share of the parameters is where a thing is done
        if phrase in self._ids:
            return span
        if rule in ("metric.change-verb", "metric.change-in", "metric.moves") and _NAME.search(text[slice(*span)]):
            return None  # "improves InternVL2-76B by 5.8%"
        if rule == "metric.change-in" and text[span[0]].isupper() and text.endswith(" on ", 0, span[0]):
            return None  # "a gain of 4.1% on Fernwoof"
        last = phrase.rsplit(" ", 1)[-1]
        if last == "performance" and rule == "metric.number-before" and not _performs(text, *span):
            return None
        numbered = rule in _NUMBERED
        if not numbered and (
            last in _VAGUE_ALWAYS or (last in self._vague and " " not in phrase and "-" not in phrase)
        ):
            return None
        narrowed = rule == "metric.change-verb" and last in ("gap", "gaps")  # "narrows the accuracy gap by 30%"
        if (" ".join(phrase.split(" ")[-2:]) in self._not and not spent) or (last in self._not_heads and not narrowed):
            return None
        if last.endswith("ly"):
            return None
        return span


def _performs(text: str, start: int, end: int) -> bool:
    """Whether performance is counted: "a 5% performance gain", "95% of the baseline performance"."""
    before = text[max(0, start - 44) : start]
    return _SHARE_OF.search(before) is not None or (
        _CHANGE_BEHIND.match(text, end) is not None and _COUNTED.search(before) is not None
    )


def _head_pattern(book: Rulebook) -> re.Pattern[str]:
    """What a phrase ends with that is the name of a measure by itself."""
    return re.compile(rf"(?:{'|'.join(book.words('metrics_heads'))})$", re.IGNORECASE)


def _items(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    place = start
    for join in _JOIN.finditer(text, start, end):
        yield _bare(text, place, join.start())
        place = join.end()
    yield _bare(text, place, end)


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    gloss = _GLOSS.search(text, start, end)
    return start, gloss.start() if gloss else end


def _outermost(found: Iterable[Evidence]) -> list[Evidence]:
    """Without the spans that lie inside longer ones."""
    kept: list[Evidence] = []
    reach = -1
    for item in sorted(found, key=lambda e: (e.start, -e.end)):
        if item.end > reach:
            kept.append(item)
            reach = item.end
    return sorted(kept, key=lambda e: (e.start - e.end, e.start))


def _inside(places: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a span lies in a longer one of the places, which are sorted by both ends."""
    i = bisect_right(places, (start, 1 << 60)) - 1
    return i >= 0 and end <= places[i][1] and places[i][1] - places[i][0] > end - start


def _proved(item: Evidence, rule: Rule) -> Evidence:
    """Evidence of the vocabulary that a rule has made sure."""
    return Evidence(item.start, item.end, "metric", rule.id, rule.confidence, canonical=item.canonical)


def _by_neighbours(text: str, sure: list[Evidence], open_: list[Evidence], rule: Rule) -> list[Evidence]:
    """Plain words in a list with a measure are measures: "accuracy, recall and F1 of 0.9"."""
    starts, ends = {e.start for e in sure}, {e.end for e in sure}
    taken = sorted((e.start, e.end) for e in sure)
    proved: list[Evidence] = []
    waiting = []
    for item in open_:
        i = bisect_left(taken, (item.end, 0))
        if all(end <= item.start for _, end in taken[max(0, i - _NEAR) : i]):
            waiting.append(item)
    changed = True
    while changed and waiting:
        changed = False
        for item in list(waiting):
            right = _JOIN.match(text, item.end)
            left = any(
                end in ends and _JOIN.fullmatch(text, end, item.start) for end in range(item.start - 12, item.start)
            )
            if (right is not None and right.end() in starts) or left:
                proved.append(_proved(item, rule))
                starts.add(item.start)
                ends.add(item.end)
                waiting.remove(item)
                changed = True
    return proved


def _singular(form: str) -> str:
    """A form with its last word in the singular: accuracies and accuracy are one measure."""
    if form.endswith("ies"):
        return form[:-3] + "y"
    return form[:-1] if form.endswith("s") and "a" <= form[-2:-1] <= "z" and form[-2] != "s" else form


def _fold_heads(text: str, evidence: list[Evidence]) -> list[Evidence]:
    """Make a bare head the alias of the one longer measure that ends with it; among several it is none of them."""
    if len(evidence) < 2:
        return evidence
    by_form: dict[str, list[Evidence]] = {}
    for item in evidence:
        by_form.setdefault(_singular(text[item.start : item.end].lower()), []).append(item)
    for form, items in by_form.items():
        longer = [other for other in by_form if other != form and other.endswith((" " + form, "-" + form))]
        if not longer:
            continue
        # What has a number is what the short form means; else the one that the text names first.
        numbered = [o for o in longer if any(e.rule in _NUMBERED or e.rule == "vocabulary.metric" for e in by_form[o])]
        model = min((by_form[other][0] for other in numbered or longer), key=lambda e: e.start)
        same = items if not numbered else [*items, *(e for o in longer if o not in numbered for e in by_form[o])]
        for item in same:
            item.canonical = model.canonical or item.canonical
            item.expansion = text[model.start : model.end]
    return evidence
