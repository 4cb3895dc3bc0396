"""Whether a number is a change, and then a difference in the metric's own unit or a percentage of the old level.

Each method looks at one construction: a comparative or a noun of change after the number, `gain of N`, brackets, a
dash, `outperforms X N`, `up to N`, `the gain is N`, `by N`, and a verb with the number as its object.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from extract.facts import Number
from extract.stages.result_words import BY_REACH, MARKS, Context, Verdict, Words

_SPEED = ("speed", "saving", "accel")  # a percentage of these is always of the old level
_MILD = ("drop", "degrad", "declin", "fall", "fell", "sacrif", "los", "deter")  # said of scores rather than of costs
_BEATS = ("outperform", "surpass", "exceed", "beat")
_SMALL = 20.0  # an improvement of an unnamed measure below this many percent is read as points
_LARGE = 40.0  # nobody beats another by so many points of accuracy
_VAGUE = frozenset({"performance", "performances", "quality", "robustness", "generalization", "generalisation"})
_OF_VALUES = frozenset({"error", "errors", "deviation", "value", "values", "percentage"})  # mean absolute error
_OF_MODELS = (["for"], ["of"], ["on"], ["in"], ["with"], ["across"], ["at"])
_GAPS = (["gap"], ["gaps"])
_WIDE = 25.0  # above so many percent, more of a vague measure is told as a share of the old level


class Clue:
    """A number in its context, with what the words beside it say of its kind."""

    __slots__ = ("absolute", "context", "number", "relative")

    def __init__(self, context: Context, number: Number) -> None:
        phrase, left = context.phrase, context.left
        self.context, self.number = context, number
        self.relative = (
            "relative" in phrase
            or context.right[:2] == ["in", "relative"]
            or "relatively" in context.right[:2]
            or "relative" in left[-4:]
            or ("relative" in left[-6:-4] and MARKS.isdisjoint(left[-5:]))  # "relative F1 score improvements of"
        )
        self.absolute = any(a == "absolute" and b not in _OF_VALUES for a, b in pairwise([*left[-6:], "", *phrase, ""]))


class Changes:
    """Finds the construction that makes a number a change."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def find(self, context: Context, number: Number) -> Verdict | None:
        """Delta or relative, when the number is a change; None when it is a level."""
        clue = Clue(context, number)
        verdict = self._after(clue)
        if verdict is None:
            verdict = self._marked(clue)
        if verdict is not None or not context.head:
            return verdict
        last = context.head[-1]
        if last == "with":
            verdict = self._beaten_with(clue)
        elif last == "of":
            verdict = self._of(clue) or self._by_average(clue)
        elif last == "(":
            return self._bracket(clue)
        elif last in ("—", "--"):
            return self._dash(clue)
        return verdict or self._before(clue)

    def _before(self, clue: Clue) -> Verdict | None:
        """The constructions that only the words before the number tell."""
        head, right = clue.context.head, clue.context.right
        nearest = next((w for w in reversed(clue.context.left) if w not in ("~", "≈")), "")
        if nearest == "within" and right[:1] == ["of"] and clue.number.form in ("percent", "plain"):
            kind = self.kind(clue, head[-8:])
            return Verdict(kind, f"result.{kind}-noun")  # within 1% of the full model
        verdict = self._beaten(clue) or self._up_to(clue)
        states = head[-1] in ("is", "was", "are", "were", "reach", "reaches", "reached", "reaching") or head[-2:] == [
            "amounts",
            "to",
        ]
        if verdict is None and states:
            verdict = self._is(clue)
        if verdict is not None:
            return verdict
        if head[-1] == "by":
            return self.by(clue, head)
        if (head[-1] == "between" and head[-2:-1] and head[-2] in self.words.nouns) or head[-2:] == ["ranging", "from"]:
            if head[-2] == "ranging" and "by" in head[-8:-2]:  # "improves X by an F1 ranging from 0.5% to 15%"
                return self.by(clue, head[: len(head) - 1 - head[-3::-1].index("by") - 1])
            return self._of(clue)  # an increase between 3% and 12%
        if self.words.takes_number(head) and "at" not in clue.context.left[len(head) :]:
            nouns = [*clue.context.phrase, *self._after_in(right)]
            return self._noun(clue, nouns, head[-1], speed=False)
        return None

    # --- after the number

    def _after(self, clue: Clue) -> Verdict | None:
        """A comparative or a noun of change in the phrase after the number."""
        phrase = clue.context.phrase
        for i, word in enumerate(phrase):
            if word in self.words.comparative:
                if i > 2 or (word == "over" and i == 0 and not self.words.takes_number(clue.context.head)):
                    return None
                if word in ("additional", "extra") and clue.number.form not in ("percent", "factor"):
                    continue
                return self._comparative(clue, i, word)
            if word in self.words.nouns and not self._idle(clue, i, word):
                if word == "win" and phrase[i + 1 : i + 2] in (["rate"], ["rates"]):
                    return None
                return self._change_noun(clue, i, word)
        return None

    def _comparative(self, clue: Clue, i: int, word: str) -> Verdict:
        right, words = clue.context.right, self.words
        after = right[i + 1 : i + 6]
        nouns = [*clue.context.phrase[:i], *words.phrase(after)]
        if not words.classed(nouns):  # "an accuracy up to 27% higher than"
            nouns = [*clue.context.left[-6:], *nouns]
        kind = self.kind(clue, nouns, relative=word in words.relative)
        accurate = after[:1] in (["accurate"], ["accuracy"]) or any(w in words.level for w in after[:3])
        if word == "more" and not accurate and not clue.absolute and clue.number.form == "percent":
            kind = "relative"
        return Verdict(kind, f"result.{kind}-comparative", words.direction(word))

    def _idle(self, clue: Clue, i: int, word: str) -> bool:
        """Whether a noun of change is none here: "training loss", "compression" without a percentage."""
        if clue.number.form == "percent":
            return False
        if word in ("loss", "losses"):
            words = self.words
            measured = any(w in words.level or w in words.heads for w in clue.context.phrase[:i])
            return not measured and clue.context.right[i + 1 : i + 2] not in (["in"], ["of"], ["on"])
        return word in ("overhead", "compression")

    def _change_noun(self, clue: Clue, i: int, word: str) -> Verdict:
        right = clue.context.right
        nouns = list(clue.context.phrase[:i])
        if right[i + 1 : i + 2] in (["in"], ["of"], ["on"], ["for"]):
            nouns += self.words.phrase(right[i + 2 :])
        if not self.words.classed(nouns):
            nouns += clue.context.left[-5:]
        return self._noun(clue, nouns, word, speed=word.startswith(_SPEED) or word in ("overhead", "compression"))

    def _marked(self, clue: Clue) -> Verdict | None:
        """ "12% relative" and "+27%"."""
        number, context = clue.number, clue.context
        if number.form != "percent":
            return None
        if context.phrase[:1] in (["relative"], ["relatively"]) or context.right[:1] == ["relative"]:
            return Verdict("relative", "result.relative-noun", context.direction(self.words))
        if number.sign is None:
            return None
        kind = self.kind(clue, [*context.phrase, *context.left[-6:]])
        rule = "result.delta-points" if kind == "delta" else "result.relative-noun"
        return Verdict(kind, rule, "increase" if number.sign == "+" else "decrease")

    # --- before the number

    def _of(self, clue: Clue) -> Verdict | None:
        """ "a gain of N", "an improvement in accuracy of N", "at the cost of N accuracy"."""
        words, head, phrase = self.words, clue.context.head, clue.context.phrase
        if head[-2:-1] in (["cost"], ["expense"], ["price"]) and any(w in words.level for w in phrase):
            return Verdict("delta", "result.delta-noun", "decrease")
        crossed = False  # the metric stands between the noun and the number
        reach = 5
        for word in head[-10:-2]:
            if word in ("in", "for"):
                reach = 11  # "reductions in the named entity error rate of N"
        for back in range(2, min(reach, len(head) + 1)):
            word = head[-back]
            crossed = crossed or word in ("in", "for")
            if word in words.nouns:
                if word in ("loss", "losses") and clue.number.form == "plain" and not phrase and not crossed:
                    return None  # "a log loss of 0.44"
                nouns = [*head[-back - 5 : -back], *head[-back + 1 : -1], *phrase, *self._after_in(clue.context.right)]
                return self._noun(clue, nouns, word, speed=word.startswith(_SPEED))
            measured = word in words.level or word in words.heads
            if word in MARKS or (measured and not crossed and "in" not in head[-back - 6 : -back]):
                return None
        return None

    def _by_average(self, clue: Clue) -> Verdict | None:
        """ "improves F1 by an average of N", "outperforms X by a margin of N"."""
        left = clue.context.left
        if left[-1:] != ["of"] or "by" not in left[-6:-1]:
            return None
        place = len(left) - 2 - left[-2::-1].index("by")
        if all(w in self.words.skip or w in ("total", "mean", "factor") for w in left[place + 1 : -1]):
            return self.by(clue, left[: place + 1])
        return None

    def _bracket(self, clue: Clue) -> Verdict | None:
        """ "accuracy drop (0.3%)", "reduces latency (up to 75%)"."""
        words, head, number = self.words, clue.context.head, clue.number
        if number.form not in ("percent", "plain") or len(head) < 2 or number.role is not None:
            return None
        noun = head[-2]
        if clue.context.right[:1] in (["vs"], ["versus"]):
            return None  # "more stable (91% vs 84%)": two levels
        right = clue.context.right
        if right[:1] == ["over"] and number.form == "percent" and right[1:2] not in (["a"], ["an"], ["all"]):
            # "a score of 88.1 (31% over X)"
            kind = self.kind(clue, [*head[-6:-1], *clue.context.phrase])
            return Verdict(kind, f"result.{kind}-noun", "increase")
        if (change := self._listed_in(head, number)) is not None:
            return self._noun(clue, head[-3:-1], change, speed=False)
        if noun in words.nouns and noun not in ("overhead", "compression"):
            return self._noun(clue, [*head[-5:-2], *clue.context.phrase], noun, speed=noun.startswith(_SPEED))
        if (
            number.form == "plain"
            or clue.context.phrase
            or any(w in words.level and w not in words.generic for w in head[-3:-1])
        ):
            return None
        joined = 0
        for back in range(2, min(9, len(head) + 1)):
            word = head[-back]
            joined += word == "and"  # "cuts training and inference times (up to 31%)"
            if word in MARKS or word in ("while", "with") or joined > 1 or (word == "and" and back > 4):
                return None
            if word == "than" or (word == "over" and back < 6 and abs(number.value) >= _SMALL):
                return None  # "an improvement over agents (76.2%)", "lower than that of X (2.5%)": the compared's level
            if words.moves(word) and word not in ("more", "less", "better", "up", "higher"):
                return self.by(clue, [*head[:-1], "by"])
        return None

    def _listed_in(self, head: Sequence[str], number: Number) -> str | None:
        """The noun of change of "improvements in accuracy (2%) and F1 (3%)"; None where the brackets hold a level."""
        words = self.words
        for i in range(len(head) - 2, max(0, len(head) - 16), -1):
            if head[i] == "in" and head[i - 1] in words.nouns:
                if head[i - 2 : i - 1] in (["no"], ["without"]):
                    return None  # "no drop in accuracy (84.1%)"
                falls = head[i - 1] in words.down
                return head[i - 1] if falls or abs(number.value) < _SMALL else None
            if words.moves(head[i]) or head[i] in words.beat or head[i] in (".", ";", ":", "on", "with"):
                return None
        return None

    def _dash(self, clue: Clue) -> Verdict | None:
        """ "is lower than on the old sets — up to 25%"."""
        words, head = self.words, clue.context.head
        if clue.number.form not in ("percent", "plain"):
            return None
        for word in reversed(head[-18:-1]):
            if (word in words.comparative or word in words.nouns or words.moves(word)) and word not in (
                "over", "above", "below", "more", "less",
            ):  # fmt: skip
                kind = self.kind(
                    clue, [*clue.context.phrase, *head[-18:-1]], relative=word in words.relative, noun=word
                )
                return Verdict(kind, f"result.{kind}-comparative", words.direction(word))
        return None

    def _beaten_with(self, clue: Clue) -> Verdict | None:
        """ "outperforms X with 1.4% on Y"; not "with 3% error"."""
        number, head = clue.number, clue.context.head
        if number.form not in ("percent", "plain") or abs(number.value) >= 10:
            return None
        rate = any(w.endswith(("error", "rate", "wer", "cer", "eer", "fpr")) for w in clue.context.phrase)
        if rate or not any(w in self.words.beat for w in head[-9:-1]):
            return None
        return Verdict("delta", "result.delta-by")

    def _beaten(self, clue: Clue) -> Verdict | None:
        """ "surpassing X 2.1% in accuracy"."""
        number, words = clue.number, self.words
        if number.form not in ("percent", "plain") or abs(number.value) >= 15:
            return None
        if clue.context.head[-1].startswith(_BEATS):
            return None  # "ten exceeded 0.85"
        for word in reversed(clue.context.head[-7:]):
            if word.startswith(_BEATS):
                return Verdict("delta", "result.delta-by")
            if word in words.stop or word in words.verbs or word in words.level:
                return None
        return None

    def _up_to(self, clue: Clue) -> Verdict | None:
        """ "reduces latency up to 40%"."""
        number, words, head = clue.number, self.words, clue.context.head
        if number.qualifier != "up to" or number.form not in ("percent", "points"):
            return None
        if (head[-1] in words.verbs and head[-1] not in words.level) or words.takes_number(head):
            return None
        below = head[-1]
        score = below in words.level and abs(number.value) >= _LARGE
        for word in reversed(head[-10:-1]):
            moves = words.moves(word)
            if word in MARKS or word == "to" or (word in words.verbs and not moves and word not in words.level):
                return None
            verb = word not in words.nouns or (word.endswith("s") and below not in ("in", "of", "to", "for", "on"))
            if moves and word not in words.comparative and verb:
                return None if score and word in words.up else self.by(clue, [*head, "by"])
            below = word
        return None

    def _is(self, clue: Clue) -> Verdict | None:
        """ "the relative improvement over X is 21%", "the loss in accuracy is below 1%"."""
        words, head = self.words, clue.context.head
        for back in range(2, min(12, len(head) + 1)):
            word = head[-back]
            if word in words.nouns and word not in words.no_subject:
                nouns = [*head[-back - 3 : -back], *head[-back + 1 : -1]]
                clue.relative = clue.relative or "relative" in nouns
                clue.absolute = clue.absolute or "absolute" in nouns
                return self._noun(clue, nouns, word, speed=word.startswith(("saving", "accel")))
            if word in ("loss", "drop") and head[-back + 1 : -back + 2] == ["in"]:
                return Verdict("delta", "result.delta-noun", "decrease")
            if word in MARKS or word in ("and", "while", "with"):
                return None
        return None

    def by(self, clue: Clue, head: Sequence[str]) -> Verdict | None:
        """The verb that governs a "by", which `head` ends with."""
        words, context = self.words, clue.context
        gap = False
        for i in range(len(head) - 2, max(-1, len(head) - BY_REACH), -1):
            word = head[i]
            if i == len(head) - 2 and [word] in _GAPS:
                gap = True
                continue
            beats = word in words.beat
            if not (beats or words.moves(word)):
                continue
            compared = word == "better" and head[i + 1] == "than"  # "better than X in F1 by 3%"
            if (
                word in ("more", "less", "up", "down", "better", "win", "extended")
                and i < len(head) - 4
                and not compared
            ):
                continue
            if word in words.comparative and head[i - 1 : i] in _OF_MODELS and head[i + 1] not in ("than", "by"):
                continue  # "improves performance for smaller models by 19%"
            between = without_brackets(head[i + 1 : -1])
            # "narrows the accuracy gap by 30%" is a share of the gap
            clue.relative = clue.relative or "relative" in between or (not beats and between[-1:] in _GAPS)
            near = [*context.phrase, *self._after_in(context.right)]
            told = near if beats or words.classed(context.phrase) or not words.classed(between[-3:]) else ()
            nouns = near if beats or any(w in words.level for w in told) else [*between, *told]
            if not beats and not words.classed(nouns):  # "the distance improves by 18%"
                nouns = [*head[max(0, i - 4) : i], *nouns]
            kind = self.kind(clue, nouns, relative=word.startswith(("accel", "speed", "sped", "sav")), noun=word)
            return Verdict(kind, f"result.{kind}-by", None if beats else words.direction(word))
        return Verdict("relative", "result.relative-by", "decrease") if gap else None  # "closes the gap by 32%"

    # --- kind

    def _noun(self, clue: Clue, nouns: Sequence[str], word: str, *, speed: bool) -> Verdict:
        kind = self.kind(clue, nouns, relative=speed, noun=word)
        return Verdict(kind, f"result.{kind}-noun", self.words.direction(word))

    def kind(self, clue: Clue, nouns: Sequence[str], *, relative: bool = False, noun: str = "") -> str:
        """Delta or relative, by what is measured, else by the word of change and the size of the number."""
        number, words = clue.number, self.words
        if number.form in ("plain", "unit", "points") or clue.absolute:
            return "delta"
        if relative or clue.relative or _size(number) >= 100:
            return "relative"
        generic = False
        heads = clue.context.heads
        for noun_word in reversed(nouns):
            word = heads.get(noun_word, noun_word)
            if word in words.generic:
                generic = True
            elif word in words.level or word.partition("@")[0] in words.level:
                if word not in _VAGUE or _size(number) <= _WIDE:
                    return "delta"
            elif word == "rate" and word is not noun_word:
                return "delta"
            elif word in words.cost:
                return "relative"
        if generic and abs(number.value) < _LARGE:
            return "delta"
        if noun in words.beat:
            return "delta" if abs(number.value) < _LARGE else "relative"
        if noun in words.down and not noun.startswith(_MILD):
            return "relative"
        return "delta" if abs(number.value) < _SMALL else "relative"

    def _after_in(self, right: Sequence[str]) -> Sequence[str]:
        """The measure that an "in" or "of" after the number names."""
        for i, word in enumerate(right[:8]):
            if word in ("in", "of") and i < 6:
                return self.words.phrase(right[i + 1 :])
            if word == "," and right[i + 1 : i + 4] == ["in", "terms", "of"]:
                return self.words.phrase(right[i + 4 :])
            if word in MARKS or word in ("and", "on", "while", "with"):
                return ()
        return ()


def _size(number: Number) -> float:
    """How large a change is, at most."""
    return max(abs(number.value), abs(number.high or 0.0))


def without_brackets(words: Sequence[str]) -> Sequence[str]:
    """What a gloss says is left out: "increases aptitude (peak performance) by 24%"."""
    if "(" not in words or ")" not in words:
        return words
    first, last = words.index("("), len(words) - 1 - words[::-1].index(")")
    return [*words[:first], *words[last + 1 :]] if last > first + 2 else words  # an acronym stays
