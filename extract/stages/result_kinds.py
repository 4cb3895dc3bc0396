"""Whether a number is a reported outcome, and of which kind: the logic behind the rules of rules/results.toml.

Everything is decided from the words of the number's own clause (result_words.py), changes in result_changes.py.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence

from extract.facts import Facts, Number
from extract.rulebook import Rulebook
from extract.stages.result_changes import Changes, without_brackets
from extract.stages.result_words import BY_REACH, TOKEN, Context, Verdict, Words

NO = Verdict(None)
_LEVEL_METRIC = Verdict("absolute", "result.level-metric")
_VERSUS = (["vs"], ["versus"])
_OF_VALUE = re.compile(r"\sof\s\d")
_PAIR = re.compile(r"\((?:[A-Z][\w@-]{1,9}[ =]{1,3})?\d+\.\d+\s(?:vs\.?|versus|against)\s\d+\.\d+(?=[\s),;])")
_STATES = (["is"], ["was"], ["are"], ["were"], ["to"], ["reaches"], ["reached"])
_CLAUSE = 90  # characters between a metric and the value that its clause states
_CLAUSE_BORDER = re.compile(
    r"[;:]|\d\.\d|\d\s?\\?%|, (?:and|but|while|which|with)\b|\b(?:and|while|but|than|that|which|compared|by)\b"
)
_OUTPUT_UNITS = frozenset(("FPS", "ms", "dB"))
_TIME_UNITS = frozenset(("s", "min", "hours", "μs", "µs", "us", "ns", "microseconds", "days"))
_MEMORY_UNITS = frozenset(("GB", "MB", "KB", "TB"))
_SPLIT_USES = (["were", "used"], ["is", "used"], ["for", "training"], ["for", "validation"], ["for", "testing"])
_LENGTHS = frozenset(("m", "cm", "mm", "μm", "µm", "um", "nm", "km"))
_OWNERS = frozenset(("as", "the", "that", "its", "their", "those"))  # "twice as", "half the"
_AFTER_LEVEL = frozenset(("on", "for", "in", "and", ",", ".", ")", "vs"))
_SET_BY = frozenset(("of", "=", ":", "is", "to", "at", "("))
# Between a metric's head noun and its value.
_EQUALS = frozenset(("of", "=", ":", "is", "was", "reaching", "to", "at", "(", "are", "value", "values"))
_SYSTEMS = frozenset(
    ("models", "systems", "methods", "llms", "mllms", "vlms", "approaches", "algorithms", "detectors", "agents")
)
_MONTHS = frozenset(
    (
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    )
)
_HAPPENS = ("appear", "occur", "happen", "repeat", "sampl", "cited", "mention")
_TRAINED = (["trainable"], ["tunable"], ["learnable"], ["active"], ["activated"])
_REMOVES = ("prun", "omit", "remov", "skip", "discard", "eliminat", "filter")
_RETAINS = ("retain", "preserv", "maintain")
_WHOLE = frozenset(("performance", "performances", "quality", "utility", "capability", "capabilities", "effectiveness"))
_ATTAINED = frozenset(("achieved", "attained", "attainable", "achievable", "obtained", "reached"))
_LIST_GLUE = frozenset((",", "and", "%"))
_BACKGROUND = 2  # sentences at the head of an abstract that may tell of the world and not of the work

_REPORTED = frozenset(("percent", "points", "factor", "unit", "plain"))  # forms that an outcome may be written in

Spans = list[tuple[int, int]]


class Judge:
    """Decides for each number of a paper; built once from the word lists."""

    def __init__(self, book: Rulebook) -> None:
        self.words = Words(book)
        self.changes = Changes(self.words)

    def metric_spans(self, facts: Facts) -> Spans:
        """Where the paper's metrics stand, in order."""
        spans = {(s.start, s.end) for e in facts.entities if e.kind == "metric" for s in e.spans}
        if not spans:
            spans = {(e.start, e.end) for e in facts.evidence if e.label == "metric"}
        return sorted(spans)

    def heads(self, facts: Facts) -> dict[str, str]:
        """The telling word of each acronym of a measure when it is written out: DSR, a defense success rate."""
        heads: dict[str, str] = {}
        for entity in facts.entities:
            if entity.kind == "metric" and entity.aliases:
                forms = (entity.name.lower(), *map(str.lower, entity.aliases))
                long = max(forms, key=len).split()
                for short in forms:
                    if len(long) > 1 and " " not in short and not self.words.classed((short,)):
                        heads[short] = next((w for w in reversed(long) if self.words.classed((w,))), long[-1])
        return heads

    def judge(self, text: str, facts: Facts, number: Number, metrics: Spans, heads: Mapping[str, str]) -> Verdict:
        """The verdict on one number; a bare number that is a factor by its words becomes one."""
        form = number.form
        if form not in _REPORTED:
            return NO
        sentence = facts.sentences[facts.sentence_at(number.start)]
        context = Context(self.words, text, number, sentence, heads)
        if self._is_set(context):
            return NO
        if form == "plain" and self._lost_factor(text, context, number):
            number.form, number.unit = "factor", "x"
            return Verdict("ratio", "result.ratio-factor", context.direction(self.words))
        if form == "percent":
            return self._percent(text, facts, context, number, metrics)
        if form == "points":
            return self._points(text, context, number)
        if form == "factor":
            return self._factor(context, number)
        if form == "unit":
            return self._unit(text, context, number, metrics)
        if form == "plain":
            return self._plain(text, context, number, metrics)
        return NO

    # --- forms

    def _is_set(self, context: Context) -> bool:
        """ "a learning rate of 0.001", "batch size = 64"."""
        head = context.head
        if head[-1:] and head[-1] in _SET_BY:
            head = head[:-1]
        return tuple(head[-2:]) in self.words.set or tuple(head[-1:]) in self.words.set

    def _lost_factor(self, text: str, context: Context, number: Number) -> bool:
        """ "by a factor of 8", and "3.75 faster", which lost its sign in the dump."""
        if context.left[-2:] == ["factor", "of"]:
            return True
        after = context.right[0] if context.right else ""
        fractional = "." in text[number.start : number.end]
        return fractional and after in self.words.relative and after not in ("less", "larger", "longer", "smaller")

    def _percent(self, text: str, facts: Facts, context: Context, number: Number, metrics: Spans) -> Verdict:
        words, right = self.words, context.right
        if right[:1] == ["of"] and context.left[-1:] != ["within"] and (share := self._share(context)):
            return share
        attained = context.head[-1:] and context.head[-1] in words.attain
        if not attained and any(w in words.settings for w in context.phrase[:2]):
            return NO
        if right[1:2] in (["analysis"], ["analyses"]):
            return NO  # a 10% sensitivity analysis
        if right[:1] == ["data"] and context.left[-1:] and context.left[-1] in words.data_verbs:
            return NO  # "with only 1% data"
        if context.left[-1:] == ["at"] and right[:1] and right[0] in words.operating:
            return NO
        if context.left[-1:] == ["top"]:
            return NO  # the top 5% of pixels
        if right[:2] in _SPLIT_USES:
            return NO
        change = self.changes.find(context, number)
        if change is not None:
            return change
        if number.role in ("from", "to"):
            return Verdict("absolute", "result.level-from-to")
        if right[1:2] == ["and"] and right[0] in words.cost and any(w in words.nouns for w in right[3:4]):
            return Verdict(
                "relative", "result.relative-noun", words.direction(right[3])
            )  # "57% parameter and FLOPs reduction"
        if right[1:2] == ["of"] and right[0] in words.level and any(w in words.whole for w in right[2:6]):
            return Verdict("ratio", "result.ratio-of")  # "95% performance of the full model"
        whole = right[:1] and right[0] in _WHOLE and right[1:2] != ["of"]
        if whole and context.head[-1:] and context.head[-1].startswith(_RETAINS):
            return Verdict("ratio", "result.ratio-of")  # "retaining 99% performance", but "95% accuracy"
        counted = context.phrase[1:] if context.phrase[:1] in _TRAINED else context.phrase
        if counted and counted[0] in words.shares and not counted[1:]:
            return Verdict("ratio", "result.ratio-of")  # with only 30% FLOPs, 4% trainable parameters
        if self._metric_at(text, number, metrics, context):
            return _LEVEL_METRIC
        return Verdict("absolute", "result.level-percent") if self._reported(text, facts, context, number) else NO

    def _share(self, context: Context) -> Verdict | None:
        """ "45% of the FLOPs", "97% of the accuracy of the teacher", "10% of the labels"."""
        words, right, head = self.words, context.right, _before_list(context.head)
        noun = [w for w in right[1:6] if w not in ("the", "its", "their", "all", "that")]
        if head and head[-1].startswith(_REMOVES) and not any(w in words.data for w in noun[:2]):
            return Verdict("relative", "result.relative-noun", "decrease")  # "pruning 65% of the visual tokens"
        if any(w in words.cost and w not in words.data for w in noun[:3]) and noun[0] != "time":
            if words.takes_number(head):  # "saves 45% of the FLOPs"
                return Verdict("relative", "result.relative-noun", words.direction(head[-1]))
            return Verdict("ratio", "result.ratio-of")
        owned = any(w == "s" or w.endswith("'s") for w in right[1:5])  # "92% of the teacher's accuracy"
        place = next((i for i, w in enumerate(words.phrase(right[1:8]), 1) if w in words.level), 0)
        if any(w in words.verbs for w in right[1:place]):
            place = 0  # "84% of models exhibit performance drops"
        # "of human performance", "of the Dice score of central training", "of the accuracy attainable with all data"
        behind = right[place + 1 : place + 3] if place else []
        told = bool(place) and (right[place] in _WHOLE or "of" in behind or not _ATTAINED.isdisjoint(behind))
        whole = owned or told or any(w in words.whole for w in right[1:8])
        left = _before_list(context.left)
        if noun and noun[0] in words.data and left and left[-1] in words.data_verbs and not (place and (owned or told)):
            return NO
        if head and head[-1].startswith(_RETAINS):
            return Verdict("ratio", "result.ratio-of")
        kept = bool(head) and (head[-1] in words.keep or (whole and any(w in words.keep for w in head[-6:])))
        if kept and (whole or (place and head[-1] not in words.attain)):
            return Verdict("ratio", "result.ratio-of")
        if whole and "to" in left[-6:] and any(words.moves(w) for w in left[-14:]):
            return Verdict("ratio", "result.ratio-of", "decrease")
        return None

    def _points(self, text: str, context: Context, number: Number) -> Verdict:
        if number.value == int(number.value) and abs(number.value) >= 100:
            return NO  # 2048 points of a cloud
        change = self.changes.find(context, number)
        if change is not None and change.direction:
            return Verdict("delta", "result.delta-points", change.direction)
        raw = text[number.start : number.end]
        said = "percent" in raw or "%" in raw or "pp" in raw or number.sign or change is not None
        if said or any(self.words.moves(w) or w in self.words.beat for w in context.left[-BY_REACH:]):
            return Verdict("delta", "result.delta-points", context.direction(self.words))
        return NO

    def _factor(self, context: Context, number: Number) -> Verdict:
        words, right, head, phrase = self.words, context.right, context.head, context.phrase
        if right and right[0] in words.factor_not and not (right[0] in ("a", "gpu") and "faster" in right[:4]):
            return NO
        verdict = Verdict("ratio", "result.ratio-factor", context.direction(words))
        if any(w in words.comparative or w in words.nouns for w in phrase):
            return verdict
        last = head[-1] if head else ""
        if last.startswith(_HAPPENS):
            return NO  # "appears fewer than 50 times"
        if right[:1] == ["as"] or (
            (last in ("by", "of") or (last == "in" and right[:1] != ["of"])) and self._governed(context)
        ):
            return verdict
        if number.value < 1:
            return verdict if any(w in words.cost for w in right[:7]) or words.takes_number(head) else NO
        if right[:2] == ["that", "of"]:
            return verdict  # "its throughput is 3.2x that of X"
        if right and right[0] in _OWNERS:
            of = right[1:7]
            return verdict if words.classed(of) or any(w in words.heads for w in of) else NO
        if words.takes_number(head) or (last == "to" and self._governed(context)):
            return verdict
        if number.rule == "number.word":
            return NO
        if context.left[-1:] == ["("] and right[:1] == [")"]:
            return verdict
        if last in ("by", "to") or any(w in words.cost or w.rsplit("-", 1)[-1] in words.cost for w in phrase[:3]):
            return verdict
        return verdict if any(words.moves(w) for w in context.left[-6:]) else NO

    def _unit(self, text: str, context: Context, number: Number, metrics: Spans) -> Verdict:
        words, right, unit = self.words, context.right, number.unit or ""
        change = self.changes.find(context, number)
        if change is not None:
            return Verdict("delta", change.rule.replace("relative", "delta"), change.direction)
        if number.sign == "+" or text[number.start - 1] == "+":
            return Verdict("delta", "result.delta-points", "increase")  # "(+2.0 dB PSNR)"
        if context.left[-1:] == ["within"] and (unit in _LENGTHS or "%" in context.left[-14:]):
            return NO  # 90% accuracy within 5 mm, 72% within 10 seconds
        if context.left[-1:] == ["at"] and (unit in _LENGTHS or unit.startswith(("px", "pixel", "°", "deg"))):
            return NO  # "higher accuracy at 1024px"
        level = Verdict("absolute", "result.level-unit")
        raw = text[number.start : number.end].replace("+/-", "±")
        if "-" in raw and number.high is None and unit != "dB" and not raw.startswith("-"):
            return NO  # 1-FPS sampling, 10-second clips
        if "×" in text[max(0, number.start - 2) : number.start] + text[number.end : number.end + 2]:
            return NO  # a side of 25 m × 25 m
        if any(w in words.settings for w in right[:3]) or ("GPU" in unit and number.role is None):
            return NO
        if number.role in ("from", "to"):
            return level if self._governed(context) else NO
        if unit in _OUTPUT_UNITS or (number.uncertainty is not None and unit not in ("years", "months")):
            return level
        left = context.left[:-1] if context.left[-1:] == ["."] else context.left
        if left[-1:] in _VERSUS or right[:1] in _VERSUS:
            return level  # "9 times faster (1.45 vs. 13.50 hours)"
        near = context.left[-4:]
        if unit in _MEMORY_UNITS:
            cues = [*near, *right[:3]]
            if any(w.startswith(("gpu", "a100", "h100", "v100", "rtx")) for w in right[:3]):
                return NO
            if any(w in words.memory for w in cues) and "capacity" not in cues:
                return level
        if self._metric_at(text, number, metrics, context) or self._stated(text, number, metrics, context):
            return _LEVEL_METRIC
        if unit in _TIME_UNITS:
            if any(w in words.time_not for w in right[:2]):
                return NO
            timed = "in" in near[-3:] or any(w in words.time_cues for w in near)
            return level if right[:1] == ["per"] or (timed and any(w in words.verbs for w in context.left)) else NO
        return level if unit.lower().endswith(("flops", "macs", "flop", "/s")) else NO

    def _plain(self, text: str, context: Context, number: Number, metrics: Spans) -> Verdict:
        words, head, right = self.words, context.head, context.right
        if right and right[0] in _MONTHS:
            return NO  # from 1 January 2020
        if context.left[-2:] == ["at", "iou"] or (
            context.left[-1:] == ["at"] and (right[:1] == ["iou"] or _OF_VALUE.match(text, number.end))
        ):
            return NO  # "mAP at 0.50 IoU", "mAP at 0.50 of 0.95"
        fractional = "." in text[number.start : number.end]
        if (
            not fractional
            and text[number.end : number.end + 1] == " "
            and text[number.end + 1 : number.end + 2].isdigit()
        ):
            return NO  # "(6 60.1%)": a sign that the dump lost
        i = bisect_left(metrics, (number.end, 0))
        measured = i < len(metrics) and metrics[i][0] - number.end <= 2
        if fractional or measured:
            if number.sign == "+" or text[number.start - 1] == "+":
                return Verdict("delta", "result.delta-points", "increase")
            change = self.changes.find(context, number)
            if change is not None:
                return Verdict("delta", change.rule.replace("relative", "delta"), change.direction)
        elif number.sign and (change := self.changes.find(context, number)) and change.rule.endswith("-by"):
            beats = any(w in words.beat for w in context.left[-BY_REACH:])
            return Verdict("delta", change.rule.replace("relative", "delta"), change.direction) if beats else NO
        if self._metric_at(text, number, metrics, context):
            return _LEVEL_METRIC
        if number.role in ("from", "to") and self._governed(context):
            return Verdict("absolute", "result.level-from-to")
        if not fractional:
            return NO
        if (head and head[-1] in words.attain) or self._stated(text, number, metrics, context):
            return _LEVEL_METRIC
        if head and head[-1] == "(" and right[:1] == [")"]:
            return Verdict("absolute", "result.level-listed")
        pair = _PAIR.search(text, max(0, number.start - 24), number.end + 24)
        if pair is not None and pair.start() < number.start < pair.end() and self._governed(context):
            return Verdict("absolute", "result.level-listed")  # "by 12% (1.61 vs. 1.70)"
        near = without_brackets(context.left)[-12:]
        if right and right[0] in _AFTER_LEVEL and any(w in words.attain for w in near):
            return Verdict("absolute", "result.level-listed")  # scores 61.5 on MMLU, 70.2 on GSM8K
        if number.high is None and ("average" in right[:8] or "average" in context.left[-6:]):
            return Verdict("absolute", "result.level-unit")  # only 1.3 additional actions are needed on average
        return NO

    def shares_data(self, text: str, first: Number, last: Number) -> bool:
        """Whether a list of percentages says how much of the data or labels was used."""
        words = self.words
        right = [t.lower() for t in TOKEN.findall(text[last.end : last.end + 60])]
        if right[:1] != ["of"]:
            return any(w in words.settings for w in words.phrase(right)[:2])
        noun = [w for w in right[1:6] if w not in ("the", "its", "their", "all", "that")]
        left = [t.lower() for t in TOKEN.findall(text[max(0, first.start - 30) : first.start])]
        used = noun[:1] in (["data"], ["samples"], ["examples"], ["images"]) or any(
            w in words.settings for w in noun[:2]
        )
        return used and bool(left) and left[-1] in words.data_verbs

    # --- what stands around

    def _governed(self, context: Context) -> bool:
        words = self.words
        return any(words.moves(w) or w in words.beat or w in words.verbs for w in context.left[-BY_REACH:])

    def _reported(self, text: str, facts: Facts, context: Context, number: Number) -> bool:
        """False for a percentage of the background: at the head of the abstract, and nothing there is done by us."""
        segment = facts.segment_at(number.start)
        place = facts.sentence_at(number.start) - facts.sentence_at(segment.start)
        if segment.field != "abstract" or place >= _BACKGROUND:
            return True
        start, end = max(context.sentence[0], number.start - 400), min(context.sentence[1], number.end + 400)
        return any(w in self.words.ours or w in self.words.verbs for w in TOKEN.findall(text[start:end].lower()))

    def _stated(self, text: str, number: Number, metrics: Spans, context: Context) -> bool:
        """Whether the clause says that a metric is or comes to the number: "the RMSE of X on Y is 0.58"."""
        if context.head[-1:] not in _STATES:
            return False
        i = bisect_left(metrics, (number.end, 0))
        if not i or metrics[i - 1][0] < context.sentence[0]:
            return False
        between = text[metrics[i - 1][1] : number.start]
        return len(between) <= _CLAUSE and _CLAUSE_BORDER.search(between) is None

    def _metric_at(self, text: str, number: Number, metrics: Spans, context: Context) -> bool:
        """Whether a metric stands right before ("FID of", "AUC =") or right after the number."""
        words = self.words
        counted = number.form == "plain" and "." not in text[number.start : number.end]
        i = bisect_left(metrics, (number.end, 0))
        if i < len(metrics) and metrics[i][0] - number.end <= 2 and "." not in text[number.end : metrics[i][0]]:
            return not (counted and text[metrics[i][0] : metrics[i][1]].lower() in words.counted)
        after = context.right[0] if context.right else ""
        if counted and any(w in _SYSTEMS for w in context.right[:6]):
            return False  # the performance of 21 recent models
        if counted and after != "points" and (after in words.data or after == "tokens"):
            return False  # a memory of 256 tokens
        if i and number.start - metrics[i - 1][1] <= 40:
            between = TOKEN.findall(text[metrics[i - 1][1] : number.start].lower())
            if all(w in words.links for w in between):
                return True
        phrase = context.phrase
        if any(w in words.heads for w in phrase[:4]) and phrase[0] not in ("of", "a", "the"):
            return not counted
        head = context.head
        n = len(head)
        while n and (head[n - 1] in _EQUALS or head[n - 1] in ("score", "scores")):
            if head[n - 1] in ("score", "scores"):
                return True
            n -= 1
        return bool(n) and n < len(context.left) and head[n - 1] in words.heads and context.left[-1] != "in"


def _before_list(head: Sequence[str]) -> Sequence[str]:
    """What stands before the first of listed percentages: "preserving 100%, 98% and", of which the last is read."""
    n = len(head)
    if head[-1:] not in (["and"], [","]):
        return head
    while n and (head[n - 1] in _LIST_GLUE or head[n - 1][0].isdigit()):
        n -= 1
    return head[:n]
