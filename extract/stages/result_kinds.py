"""Whether a number is a reported outcome, and of which kind: the logic behind the rules of rules/results.toml.

Everything is decided from the words of the number's own clause: up to 16 before it and 10 after it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from extract.facts import Facts, Number
from extract.rulebook import Rulebook

_TOKEN = re.compile(r"[A-Za-zρκτ0-9@^&µ][\w@+/&^'-]*|[.,;:()—%]|--|[=+≈~]")
_STOP = frozenset(
    (
        "in", "of", "on", "over", "for", "with", "to", "from", "and", "while", "compared", "than", "at", "by", "when",
        "across", "without", "as", "under", "relative", "using", "or", "but", "is", "are", "was", "were", "that",
        "which", "where", "via", "upon", "versus", "vs", "against", ",", ".", ";", ":", "(", ")", "—", "--", "between",
    )
)  # fmt: skip
_MARKS = frozenset((",", ".", ";", ":", "(", ")", "—", "--"))
_SKIP_LEFT = frozenset(
    (
        "about", "around", "nearly", "almost", "approximately", "roughly", "over", "than", "more", "less", "up", "least",
        "most", "at", "only", "just", "a", "an", "the", "some", "average", "much", "as", "large", "high", "well",
        "additional", "another", "approx", "~", "≈", "+", "fewer", "low", "significantly", "further", "average", "mere",
        "merely", "margin", "even", "impressive", "remarkable", "substantial", "relative", "absolute", "total",
        "exceeding", "higher", "lower", "greater", "within", "below", "under", "above",
    )
)  # fmt: skip
_OUTPUT_UNITS = frozenset(("FPS", "ms", "dB"))
_TIME_UNITS = frozenset(("s", "min", "hours", "μs", "µs", "us", "ns", "microseconds", "days"))
_TIME_CUES = frozenset(
    (
        "in", "within", "takes", "take", "taking", "took", "latency", "time", "runtime", "runs", "run", "requires",
        "requiring", "only", "under", "of", "to", "than", "from", "inference", "at", "by", "below", "mere", "about",
    )
)  # fmt: skip
_TIME_NOT = frozenset(
    ("video", "videos", "clip", "clips", "audio", "recording", "recordings", "speech", "segment", "segments", "window", "windows",
     "horizon", "horizons", "intervals", "interval", "data", "footage", "music", "forecast", "forecasting", "of", "long", "reference",
     "film", "chunks", "ahead", "prediction", "predictions", "history", "dialogue", "demonstrations", "movies", "conversation")
)  # fmt: skip
_RATIO_CUES = frozenset(("as", "the", "that", "its", "their", "those"))
_OURS = frozenset(
    ("we", "our", "this", "achieves", "achieve", "outperforms", "achieving", "outperform", "surpasses", "improves", "accuracy",
     "proposed", "reaches", "baseline", "baselines", "state-of-the-art", "results", "experiments")
)  # fmt: skip
_CHANGE_BY = 22  # words that a verb may stand before its "by"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Kind, direction and the rule that decided; `kind` None means: no outcome."""

    kind: str | None
    rule: str = ""
    direction: str | None = None


NO = Verdict(None)


class Stems:
    """A word list in which `improv*` takes any ending."""

    def __init__(self, words: Iterable[str]) -> None:
        listed = tuple(words)
        self.exact = frozenset(w for w in listed if not w.endswith("*"))
        self.stems = tuple(w[:-1] for w in listed if w.endswith("*"))
        self._known: dict[str, bool] = {}

    def __contains__(self, word: str) -> bool:
        known = self._known.get(word)
        if known is None:
            known = word in self.exact or (bool(self.stems) and word.startswith(self.stems))
            if len(self._known) < 20_000:
                self._known[word] = known
        return known


class Context:
    """The words of a number's clause."""

    __slots__ = ("left", "right", "sentence")

    def __init__(self, text: str, start: int, end: int, sentence: tuple[int, int]) -> None:
        self.sentence = sentence
        begin = max(sentence[0], start - 170)
        stop = min(sentence[1], end + 90)
        self.left = [t.lower() for t in _TOKEN.findall(text[begin:start])]
        self.right = [t.lower() for t in _TOKEN.findall(text[end:stop])][:12]

    def head(self) -> list[str]:
        """The words before the number without what qualifies it."""
        words = self.left
        n = len(words)
        while n:
            if words[n - 1] in _SKIP_LEFT:
                n -= 1
            elif words[n - 1] == "to" and n > 1 and words[n - 2] in ("up", "close"):
                n -= 2
            else:
                break
        return words[:n]


class Judge:
    """Decides for each number of a paper; built once from the word lists."""

    def __init__(self, book: Rulebook) -> None:
        words = book.words
        self.up = Stems(words("results_up"))
        self.down = Stems(words("results_down"))
        self.beat = Stems(words("results_beat"))
        self.nouns = frozenset(words("results_change_nouns"))
        self.relative = frozenset(words("results_compare_relative"))
        self.comparative = frozenset(words("results_compare_metric")) | self.relative
        self.change_words = self.nouns | (self.comparative - {"over", "above", "below", "additional", "extra"})
        self.cost = frozenset(words("results_cost"))
        self.level = frozenset(words("results_level"))
        self.settings = frozenset(words("results_setting_nouns"))
        self.data = frozenset(words("results_data_nouns"))
        self.data_verbs = frozenset(words("results_data_verbs"))
        self.factor_not = frozenset(words("results_factor_not"))
        self.verbs = Stems(words("results_verbs"))
        self.heads = frozenset(words("results_metric_heads"))

    def metric_spans(self, facts: Facts) -> list[tuple[int, int]]:
        """Where the paper's metrics stand, in order."""
        spans = {(s.start, s.end) for e in facts.entities if e.kind == "metric" for s in e.spans}
        if not spans:
            spans = {(e.start, e.end) for e in facts.evidence if e.label == "metric"}
        return sorted(spans)

    def judge(self, text: str, facts: Facts, number: Number, metrics: list[tuple[int, int]]) -> Verdict:
        """The verdict on one number."""
        context = Context(text, number.start, number.end, facts.sentences[facts.sentence_at(number.start)])
        form = number.form
        if form == "plain" and context.left[-2:] == ["factor", "of"]:
            number.form, number.unit = "factor", "x"
            return Verdict("ratio", "result.ratio-factor", self._direction(context))
        if (
            form == "plain"
            and context.right[:1]
            and context.right[0] in self.relative
            and "." in text[number.start : number.end]
        ):
            if context.right[0] not in ("less", "larger", "longer", "smaller"):  # "3.75 faster" lost its ×
                number.form, number.unit = "factor", "x"
                return Verdict("ratio", "result.ratio-factor", self._direction(context))
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

    def _percent(
        self, text: str, facts: Facts, context: Context, number: Number, metrics: list[tuple[int, int]]
    ) -> Verdict:
        right = context.right
        if right[:1] == ["of"]:
            noun = [w for w in right[1:6] if w not in ("the", "its", "their", "all", "that")]
            if any(w in self.cost and w not in self.data for w in noun[:3]) and noun[0] != "time":
                head = context.head()
                if self._direct(head):  # "saves 45% of the FLOPs"
                    return Verdict("relative", "result.relative-noun", self._word_direction(head[-1]))
                return Verdict("ratio", "result.ratio-of", None)
            if noun and noun[0] in self.data and context.left[-1:] and context.left[-1] in self.data_verbs:
                return NO
        attained = context.head()[-1:] and context.head()[-1].startswith(_ATTAIN)
        if right and not attained and any(w in self.settings for w in _phrase(right)[:2]):
            return NO
        if context.left[-1:] == ["at"] and right[:1] and right[0] in _OPERATING:
            return NO
        if right[:1] == ["of"] and self._share_of_level(context.head(), right):
            return Verdict("ratio", "result.ratio-of")
        if right[:2] in (
            ["were", "used"],
            ["for", "training"],
            ["for", "validation"],
            ["for", "testing"],
            ["is", "used"],
        ):
            return NO
        if right[:1] == ["of"] and context.left[-1:] == ["to"] and any(w in _WHOLE for w in right[1:6]):
            return Verdict("ratio", "result.ratio-of", "decrease")
        change = self._change(text, context, number)
        if change is not None:
            return change
        if number.role in ("from", "to"):
            return Verdict("absolute", "result.level-from-to")
        if right and right[0] in _SHARES and not _phrase(right)[1:]:
            return Verdict("ratio", "result.ratio-of")  # with only 30% FLOPs
        if self._metric_at(text, number, metrics, context):
            return Verdict("absolute", "result.level-metric")
        if not self._reported(text, facts, context, number):
            return NO
        return Verdict("absolute", "result.level-percent")

    def _points(self, text: str, context: Context, number: Number) -> Verdict:
        if number.value == int(number.value) and abs(number.value) >= 100:
            return NO  # 2048 points of a cloud
        change = self._change(text, context, number)
        if change is not None and change.direction:
            return Verdict("delta", "result.delta-points", change.direction)
        raw = text[number.start : number.end]
        if "percent" in raw or "%" in raw or "pp" in raw or number.sign or change is not None:
            return Verdict("delta", "result.delta-points", self._direction(context))
        if any(w in self.up or w in self.down or w in self.beat for w in context.left[-_CHANGE_BY:]):
            return Verdict("delta", "result.delta-points", self._direction(context))
        return NO

    def _factor(self, context: Context, number: Number) -> Verdict:
        right = context.right
        head = context.head()
        direction = self._direction(context)
        if right and right[0] in self.factor_not and not (right[0] in ("a", "gpu") and "faster" in right[:4]):
            return NO
        verdict = Verdict("ratio", "result.ratio-factor", direction)
        phrase = _phrase(right)
        if any(w in self.comparative or w in self.nouns for w in phrase):
            return verdict
        if right[:1] == ["as"] or (head and head[-1] in ("by", "of", "in") and self._governed(context)):
            return verdict
        if number.value < 1:
            words = right[:7]
            return verdict if any(w in self.cost for w in words) or self._direct(head) else NO
        if right[:1] and right[0] in _RATIO_CUES:
            return verdict if any(w in self.cost or w in self.level or w in self.heads for w in right[1:7]) else NO
        if self._direct(head):
            return verdict
        if head and head[-1] == "to" and self._governed(context):
            return verdict
        if number.rule == "number.word":
            return NO
        if context.left[-1:] == ["("] and right[:1] == [")"]:
            return verdict
        if any(w in self.cost for w in phrase[:3]) or (head and head[-1] in ("by", "to")):
            return verdict
        return verdict if any(w in self.up or w in self.down for w in context.left[-6:]) else NO

    def _unit(self, text: str, context: Context, number: Number, metrics: list[tuple[int, int]]) -> Verdict:
        unit = number.unit or ""
        right = context.right
        change = self._change(text, context, number)
        if change is not None:
            rule = change.rule.replace("relative", "delta")
            return Verdict("delta", rule, change.direction)
        level = Verdict("absolute", "result.level-unit")
        raw = text[number.start : number.end]
        if "-" in raw and number.high is None and unit != "dB" and not raw.startswith("-"):
            return NO  # 1-FPS sampling, 10-second clips
        if any(w in self.settings for w in right[:3]) or "GPU" in unit and number.role is None:
            return NO
        if number.role in ("from", "to"):
            return level if self._governed(context) else NO
        if unit in _OUTPUT_UNITS or (number.uncertainty is not None and unit not in ("years", "months")):
            return level
        if unit in ("GB", "MB", "KB", "TB"):
            near = [*context.left[-4:], *right[:3]]
            return level if any(w in near for w in _MEMORY_CUES) and "capacity" not in near else NO
        if self._metric_at(text, number, metrics, context):
            return Verdict("absolute", "result.level-metric")
        if unit in _TIME_UNITS:
            if any(w in _TIME_NOT for w in right[:2]):
                return NO
            near = context.left[-4:]
            if (
                "in" in near[-3:]
                or any(w in near for w in ("takes", "take", "taking", "took", "within", "runtime", "latency"))
            ) and (any(w in self.verbs for w in context.left)):
                return level
            return level if right[:1] == ["per"] else NO
        if unit.lower().endswith(("flops", "macs", "flop")) or unit.endswith("/s"):
            return level
        return NO

    def _plain(self, text: str, context: Context, number: Number, metrics: list[tuple[int, int]]) -> Verdict:
        fractional = text[number.start : number.end].count(".") > 0
        if (
            not fractional
            and text[number.end + 1 : number.end + 2].isdigit()
            and text[number.end : number.end + 1] == " "
        ):
            return NO  # "(6 60.1%)": a sign that the dump lost
        change = (
            self._change(text, context, number)
            if (fractional or number.sign or self._near_metric(number, metrics))
            else None
        )
        if number.sign == "+" and (fractional or self._near_metric(number, metrics)):
            return Verdict("delta", "result.delta-points", "increase")
        if change is not None and (fractional or change.rule.endswith("-by")):
            if not fractional and not self._near_metric(number, metrics) and not self._beats(context):
                return NO
            return Verdict("delta", change.rule.replace("relative", "delta"), change.direction)
        if self._metric_at(text, number, metrics, context):
            return Verdict("absolute", "result.level-metric")
        if number.role in ("from", "to") and self._governed(context):
            return Verdict("absolute", "result.level-from-to")
        head = context.head()
        if fractional and head and (head[-1].startswith(_ATTAIN) or (head[-1] == "(" and context.right[:1] == [")"])):
            return Verdict("absolute", "result.level-listed" if head[-1] == "(" else "result.level-metric")
        if (
            fractional
            and any(w.startswith(_ATTAIN) for w in context.left[-12:])
            and context.right[:1]
            and context.right[0] in _AFTER_LEVEL
        ):
            return Verdict("absolute", "result.level-listed")  # scores 61.5 on MMLU, 70.2 on GSM8K
        if fractional and number.high is None and ("average" in context.right[:8] or "average" in context.left[-6:]):
            return Verdict("absolute", "result.level-unit")  # "only 1.3 additional actions are needed on average"
        return NO

    # --- what stands around

    def _change(self, text: str, context: Context, number: Number) -> Verdict | None:
        """Delta or relative, when the number is a change; None when it is a level."""
        right, left = context.right, context.left
        phrase = _phrase(right)
        relative_said = "relative" in phrase or "relatively" in right[:2] or "relative" in left[-4:]
        absolute_said = "absolute" in phrase or "absolute" in left[-3:]
        for i, word in enumerate(phrase):
            if word in self.comparative:
                if i > 2:
                    break
                if word in ("additional", "extra") and number.form not in ("percent", "factor"):
                    continue
                if word == "over" and i == 0 and not self._direct(context.head()):
                    break
                noun = right[i + 1 : i + 6]
                nouns = [*phrase[:i], *_phrase(noun)]
                if not any(w in self.cost or w in self.level for w in nouns):  # "an accuracy up to 27% higher than"
                    nouns = [*left[-6:], *nouns]
                kind = self._kind(number, nouns, word in self.relative, relative_said, absolute_said)
                if (
                    word == "more"
                    and noun[:1] not in (["accurate"], ["accuracy"])
                    and not any(w in self.level for w in noun[:3])
                ):
                    kind = "relative" if not absolute_said else kind
                return Verdict(kind, f"result.{kind}-comparative", self._word_direction(word))
            if word in self.nouns:
                if (
                    word in ("loss", "losses")
                    and number.form != "percent"
                    and not (
                        any(w in self.level or w in self.heads for w in phrase[:i])
                        or right[i + 1 : i + 2] in (["in"], ["of"], ["on"])
                    )
                ):
                    continue
                if word in ("overhead", "compression") and number.form != "percent":
                    continue
                after = right[i + 1 : i + 2]
                noun = [*phrase[:i], *(_phrase(right[i + 2 :]) if after in (["in"], ["of"], ["on"], ["for"]) else [])]
                if not any(w in self.cost or w in self.level for w in noun):
                    noun += left[-5:]
                speedup = word.startswith(("speed", "saving", "accel")) or word in ("overhead", "compression")
                kind = self._kind(number, noun, speedup, relative_said, absolute_said, noun=word)
                return Verdict(kind, f"result.{kind}-noun", self._word_direction(word))
        head = context.head()
        if number.form == "percent" and (phrase[:1] in (["relative"], ["relatively"]) or right[:1] == ["relative"]):
            return Verdict("relative", "result.relative-noun", self._direction(context))
        if number.sign and number.form == "percent":
            kind = self._kind(number, [*phrase, *left[-6:]], False, relative_said, absolute_said)
            return Verdict(
                kind,
                "result.delta-points" if kind == "delta" else "result.relative-noun",
                "increase" if number.sign == "+" else "decrease",
            )
        if not head:
            return None
        last = head[-1]
        if last == "of" and head[-2:-1] in (["cost"], ["expense"], ["price"]) and any(w in self.level for w in phrase):
            return Verdict("delta", "result.delta-noun", "decrease")  # at the cost of 0.5% accuracy
        if left[-1:] == ["within"] and right[:1] == ["of"] and number.form in ("percent", "plain"):
            return Verdict("delta", "result.delta-noun")  # within 1% of the full model
        if last == "with" and number.form in ("percent", "plain") and abs(number.value) < 10:
            if any(w in self.beat for w in head[-9:-1]) and not self._rate_like(phrase):
                return Verdict("delta", "result.delta-by")  # outperforms DeiT with 1.4% on ImageNet
        if last == "of" and len(head) > 1:
            crossed = False  # "an improvement in accuracy of 8%": the metric stands between
            for back in range(2, min(8, len(head) + 1)):
                word = head[-back]
                crossed = crossed or word in ("in", "for")
                if back > 4 and not crossed:
                    break
                if word in self.nouns:
                    noun = [*head[-back - 5 : -back], *phrase, *self._after_in(right)]
                    kind = self._kind(
                        number,
                        noun,
                        word.startswith(("speed", "saving", "accel")),
                        relative_said,
                        absolute_said,
                        noun=word,
                    )
                    return Verdict(kind, f"result.{kind}-noun", self._word_direction(word))
                if word in _MARKS or (
                    not crossed and (word in self.level or word in self.heads) and "in" not in head[-back - 4 : -back]
                ):
                    break
        if (
            last == "("
            and number.form in ("percent", "plain")
            and len(head) > 1
            and head[-2] in self.nouns
            and head[-2] not in ("overhead", "compression")
        ):
            kind = self._kind(
                number,
                [*head[-5:-2], *phrase],
                head[-2].startswith(("speed", "saving", "accel")),
                relative_said,
                absolute_said,
                noun=head[-2],
            )
            return Verdict(kind, f"result.{kind}-noun", self._word_direction(head[-2]))
        if last == "(" and number.form == "percent" and not self._metric_like(head[-3:-1]):
            for back in range(2, min(9, len(head) + 1)):
                if head[-back] in _MARKS or head[-back] in ("and", "while", "with"):
                    break
                if (head[-back] in self.down or head[-back] in self.up) and head[-back] not in (
                    "more",
                    "less",
                    "better",
                    "up",
                    "higher",
                ):
                    return self._by(context, [*head[:-1], "by"], number, phrase, relative_said, absolute_said)
            return None
        if last in ("—", "--") and number.form in ("percent", "plain"):
            for word in reversed(head[max(0, len(head) - 18) : -1]):
                if word in self.comparative or word in self.nouns or word in self.up or word in self.down:
                    if word in ("over", "above", "below", "more", "less"):
                        continue
                    kind = self._kind(
                        number, [*phrase, *head[-18:-1]], word in self.relative, relative_said, absolute_said, noun=word
                    )
                    return Verdict(kind, f"result.{kind}-comparative", self._word_direction(word))
            return None
        if number.form in ("percent", "plain") and abs(number.value) < 15:
            for word in reversed(head[-7:]):  # surpassing DeiT-S 2.1% in accuracy
                if word.startswith(_BEATS):
                    return Verdict("delta", "result.delta-by")
                if word in _STOP or word in self.verbs or word in self.level:
                    break
        if (
            number.qualifier == "up to"
            and number.form in ("percent", "points")
            and last not in self.verbs
            and not self._direct(head)
        ):
            for word in reversed(head[-7:-1]):
                if word in _MARKS or word in self.verbs and not (word in self.up or word in self.down) or word == "to":
                    break
                if (word in self.up or word in self.down) and word not in self.comparative and word not in self.nouns:
                    return self._by(context, [*head, "by"], number, phrase, relative_said, absolute_said)
        if last in ("is", "was", "are", "were", "reaches", "reached", "reaching"):
            for back in range(2, min(12, len(head) + 1)):
                word = head[-back]
                if word in self.nouns and word not in (
                    "speedup",
                    "compression",
                    "change",
                    "loss",
                    "losses",
                    "lead",
                    "overhead",
                    "win",
                    "wins",
                    "cut",
                ):
                    nouns = [*head[-back - 3 : -back], *head[-back + 1 : -1]]
                    kind = self._kind(
                        number,
                        nouns,
                        word.startswith(("saving", "accel")),
                        relative_said or "relative" in nouns,
                        absolute_said or "absolute" in nouns,
                        noun=word,
                    )
                    return Verdict(kind, f"result.{kind}-noun", self._word_direction(word))
                if word in ("loss", "drop") and head[-back + 1 : -back + 2] == ["in"]:
                    return Verdict("delta", "result.delta-noun", "decrease")
                if word in _MARKS or word in ("and", "while", "with"):
                    break
        if last == "by":
            return self._by(context, head, number, phrase, relative_said, absolute_said)
        if self._direct(head):
            kind = self._kind(number, [*phrase, *self._after_in(right)], False, relative_said, absolute_said, noun=last)
            return Verdict(kind, f"result.{kind}-noun", self._word_direction(last))
        return None

    def _by(
        self,
        context: Context,
        head: list[str],
        number: Number,
        phrase: list[str],
        relative_said: bool,
        absolute_said: bool,
    ) -> Verdict | None:
        """The verb that governs a "by"."""
        for i in range(len(head) - 2, max(-1, len(head) - _CHANGE_BY), -1):
            word = head[i]
            beats = word in self.beat
            if not (beats or word in self.up or word in self.down):
                continue
            if word in ("more", "less", "up", "down", "better", "win", "extended") and i < len(head) - 4:
                continue
            between = head[i + 1 : -1]
            if "relative" in between:
                relative_said = True
            near = [*phrase, *self._after_in(context.right)]
            noun = near if beats or any(w in self.level for w in near) else [*between, *near]
            kind = self._kind(
                number,
                noun,
                word.startswith(("accel", "speed", "sped", "sav")),
                relative_said,
                absolute_said,
                noun=word,
            )
            return Verdict(kind, f"result.{kind}-by", None if beats else self._word_direction(word))
        return None

    def _kind(
        self, number: Number, nouns: list[str], relative: bool, relative_said: bool, absolute_said: bool, noun: str = ""
    ) -> str:
        """Delta in the metric's own unit, or relative."""
        if number.form in ("plain", "unit", "points"):
            return "delta"
        if absolute_said:
            return "delta"
        if relative or relative_said or abs(number.value) >= 100:
            return "relative"
        generic = False
        for word in reversed(nouns):
            if word in _GENERIC:
                generic = True
            elif word in self.level:
                return "delta"
            elif word in self.cost:
                return "relative"
        if generic:
            return "delta"
        if noun in self.beat:
            return "delta" if abs(number.value) < 40 else "relative"
        if noun in self.down and not noun.startswith(
            ("drop", "degrad", "declin", "fall", "fell", "sacrif", "los", "deter")
        ):
            return "relative"
        return "delta" if abs(number.value) < 20 else "relative"

    def _after_in(self, right: list[str]) -> list[str]:
        for i, word in enumerate(right[:8]):
            if word in ("in", "of") and i < 6:
                return _phrase(right[i + 1 :])
            if word in _MARKS or word in ("and", "on", "while", "with"):
                break
        return []

    def _direct(self, head: list[str]) -> bool:
        """Whether the number is the direct object of a verb of change: saves almost half, gains 3.2%."""
        if not head:
            return False
        word = head[-1]
        if word in ("gain", "gains", "gained", "gaining"):
            return True
        return (word in self.up or word in self.down) and word not in self.comparative and word not in (
            "up", "down", "scale", "scaling", "loss", "pruned", "pruning", "prune", "savings", "winning", "lost", "compressed", "degraded",
            "growth", "gains", "speedup", "acceleration",
        )  # fmt: skip

    @staticmethod
    def _rate_like(phrase: list[str]) -> bool:
        return any(w.endswith(("error", "rate", "wer", "cer", "eer", "fpr")) for w in phrase)

    def _share_of_level(self, head: list[str], right: list[str]) -> bool:
        """ "retains 97% of the accuracy of the full model": a fraction of another's level."""
        if not head or not head[-1].startswith(_KEEP):
            return False
        if any(w in _WHOLE for w in right[1:8]):
            return True
        return not head[-1].startswith(_ATTAIN) and any(w in self.level for w in right[1:8])

    def _metric_like(self, words: list[str]) -> bool:
        return any(w in self.level and w not in _GENERIC for w in words)

    def _governed(self, context: Context) -> bool:
        return any(
            w in self.up or w in self.down or w in self.beat or w in self.verbs for w in context.left[-_CHANGE_BY:]
        )

    def _beats(self, context: Context) -> bool:
        return any(w in self.beat for w in context.left[-_CHANGE_BY:])

    def _reported(self, text: str, facts: Facts, context: Context, number: Number) -> bool:
        """False for a percentage of the background: in the first two sentences, and nothing there is done by us."""
        segment = facts.segment_at(number.start)
        if segment.field != "abstract" or facts.sentence_at(number.start) - facts.sentence_at(segment.start) > 1:
            return True
        start = max(context.sentence[0], number.start - 400)
        words = {t.lower() for t in _TOKEN.findall(text[start : min(context.sentence[1], number.end + 400)])}
        return not words.isdisjoint(_OURS) or any(w in self.verbs for w in words)

    def _direction(self, context: Context) -> str | None:
        for word in context.right[:4]:
            if word in self.comparative or word in self.nouns:
                return self._word_direction(word)
        for word in reversed(context.left[-_CHANGE_BY:]):
            if word not in _SKIP_LEFT and (word in self.up or word in self.down):
                return self._word_direction(word)
        return None

    def _word_direction(self, word: str) -> str | None:
        if word in self.down:
            return "decrease"
        return "increase" if word in self.up else None

    def _near_metric(self, number: Number, metrics: list[tuple[int, int]]) -> bool:
        i = bisect_left(metrics, (number.end, 0))
        return i < len(metrics) and metrics[i][0] - number.end <= 2

    def _metric_at(self, text: str, number: Number, metrics: list[tuple[int, int]], context: Context) -> bool:
        """Whether a metric stands right before ("FID of", "AUC =") or right after the number."""
        i = bisect_left(metrics, (number.end, 0))
        if i < len(metrics) and metrics[i][0] - number.end <= 2 and "." not in text[number.end : metrics[i][0]]:
            counted = number.form == "plain" and "." not in text[number.start : number.end]
            return not (counted and text[metrics[i][0] : metrics[i][1]].lower().startswith(_COUNTED))
        if i and number.start - metrics[i - 1][1] <= 40:
            between = _TOKEN.findall(text[metrics[i - 1][1] : number.start].lower())
            if all(w in _LINK_WORDS for w in between):
                return True
        phrase = _phrase(context.right)
        if any(w in self.heads for w in phrase[:4]) and phrase[0] not in ("of", "a", "the"):
            return number.form != "plain" or "." in text[number.start : number.end]
        head = context.head()
        while head and head[-1] in (
            "of",
            "=",
            ":",
            "is",
            "was",
            "reaching",
            "to",
            "at",
            "(",
            "are",
            "value",
            "values",
            "scores",
            "score",
        ):
            if head[-1] in ("score", "scores"):
                return True
            head = head[:-1]
        return bool(head) and len(head) < len(context.left) and head[-1] in self.heads and context.left[-1] != "in"


# An operating point, not an outcome: at 80% coverage, at 95% specificity.
_OPERATING = frozenset(
    (
        "coverage",
        "sparsity",
        "specificity",
        "fpr",
        "far",
        "compression",
        "confidence",
        "occlusion",
        "tpr",
        "completeness",
        "fdr",
        "utilization",
    )
)
_SHARES = frozenset(
    (
        "flops",
        "gflops",
        "macs",
        "parameters",
        "params",
        "computation",
        "computations",
        "compute",
        "memory",
        "latency",
        "parameter",
    )
)
_KEEP = ("retain", "maintain", "preserv", "recover", "attain", "keep", "achiev", "reach", "restor", "captur")
_WHOLE = frozenset(
    (
        "baseline",
        "baselines",
        "teacher",
        "full-precision",
        "fully",
        "oracle",
        "original",
        "full",
        "dense",
        "gap",
        "upper",
        "capability",
        "capabilities",
    )
)
_COUNTED = (
    "parameter",
    "param",
    "token",
    "step",
    "sample",
    "iteration",
    "episode",
    "call",
    "layer",
    "example",
    "quer",
    "shot",
    "epoch",
    "label",
)
_MEMORY_CUES = ("footprint", "vram", "requires", "requiring", "only", "usage", "consumption", "peak", "memory")
_BEATS = ("outperform", "surpass", "exceed", "beat")
_AFTER_LEVEL = frozenset(("on", "for", "in", "and", ",", ".", ")", "vs"))
_ATTAIN = ("achiev", "reach", "scor", "attain", "obtain")
# Level words so general that a more telling word of the phrase goes first: "Elo score", "average latency".
_GENERIC = frozenset(("score", "scores", "points", "quality"))
_LINK_WORDS = _SKIP_LEFT | {
    "of", "=", ":", "is", "was", "were", "are", "(", ")", "score", "scores", "value", "values", "reaching", "being", "reaches",
    "reached", "to", "-", "achieved", "achieving", "by", "from", "rate", "rates",
}  # fmt: skip


def _phrase(words: list[str]) -> list[str]:
    """The words up to the next preposition, conjunction or mark."""
    for i, word in enumerate(words):
        if word in _STOP and not (i == 0 and word in ("over", "relative")):
            return words[:i]
    return words
