"""The stage `paperfacts_results`: which numbers are reported outcomes, then what each is of."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from spacy.language import Language

from extract.facts import Facts, Number, Result, facts_of, mirror
from extract.rulebook import Rulebook, load
from extract.stages.linking import Linker
from extract.stages.result_kinds import NO, Judge
from extract.stages.result_words import Verdict

if TYPE_CHECKING:
    from spacy.tokens import Doc

# "8.6% improvement on A and 2% on B": no verb and no "to" between the two values.
_ELIDED = re.compile(
    r"(?!.*\b(?:achiev|reach|obtain|attain|maintain|retain|preserv|is|are|was|were|from|versus|vs|while|which|with|only)\b)"
    r"(?:[^.;()]|\([^()]{1,20}\))*?(?:[\s,](?:and|or)|,)\s"
    r"(?:(?:by|of|an?|on average|up to|over|about|nearly|approximately|as much as|at least|more than)\s)*"
)
# "on A (1.3%), B (2.4%)" and "1.3% (A), 2.4% (B)".
_BRACKETS = re.compile(r"\),? (?:and )?(?:on )?[^()]{1,40}\((?:\+|by )?|\s\([^()]{1,40}\),? (?:and )?(?:by )?")
_NAMED = re.compile(r"\s\([^()]{1,40}\),?\sand\s")  # "11% (PPO) and 18% (A2C) higher"
_RELATIVE = re.compile(r"\s(?:in\s(?:terms\sof\s)?)?relative(?:ly)?\b(?!\sto\b)")
_BARE = ("", "result.level-percent", "result.level-metric")
_OF = re.compile(
    r"\s(?:score |value |rate )?(?:of|is|=|:)\s(?:up to |over |about |at least |nearly |only )?|\s?[=:]\s?|\s"
)
_CHANGED = re.compile(r"(?:\s[\w-]+){1,5}")
_WORD = re.compile(r"[\w-]+")
# What a number says itself that it is of.
_COUNTS = re.compile(
    r"\s(?!(?:on|in|for|and|or|over|with|by|to|of|from|than|when|while|at|across|under|compared|respectively|relative|absolute"
    r"|better|higher|lower|more|less|fewer|faster|slower|smaller|larger|greater|improvements?|gains?|increases?|reductions?"
    r"|decreases?|boosts?|drops?)\b)[a-z]"
)
_PLAIN = frozenset(
    ("than", "in", "on", "and", "for", "with", "at", "to", "of", "over", "compared", "while", "when", "by")
)
_BOUND = re.compile(
    r"\b(?:up to|as much as|at least|at most|more than|less than|lower than|higher than|fewer than|over|about|around"
    r"|nearly|almost|roughly|approximately|only|under|below|above)\s(?:an?\s)?$|[~≈<>≤≥]\s?$"
)
# "gains of 0.8% on A, 1.8% accuracy on B, and 1.4 BLEU on C"
_GAINS_OF = re.compile(
    r"\b(?:gains|improvements|increases|boosts|reductions|decreases|drops)\sof\s(?:[^.;]|\.\d){0,120}$"
)
_LEAST = 0.1  # a difference below this is lost in the rounding of two levels
_ON_EACH = re.compile(
    r"\s(?:on|for|in)\s(?:the\s)?[^\s,;()]+(?:\s[^\s,;()]+){0,2},\s(?:and\s)?"
)  # "0.69 on A, 0.73 on B"
_MORE = re.compile(r"(?:\s[\w-]+){0,2}\s\((?:up to |as much as |a maximum of )?")
# What tells a change of the value before, not of another measure.
_OWN_CHANGE = re.compile(
    r"(?:\s(?:on|for|in|at)\s(?:the\s)?[\w-]+(?:\s[\w-]+)?)?,?\s(?:\(|(?:which\s(?:is|corresponds\sto)\s|corresponding\sto\s|representing\s|i\.e\.,?\s)?"
    r"(?:an?\s(?:[\w-]+\s)?(?:improvement|reduction|decrease|gain|increase|drop)\sof\s)?)(?:up\sto\s|about\s|nearly\s|over\s)?$"
)
_ON_NEXT = re.compile(r"\s(?:on|for|in)\s(?:the\s)?[^\s,;()]+(?:\s[^\s,;()]+){0,3}(?:,\s(?:and\s)?|\sand\s)")
_NAMED_NEXT = re.compile(r"\s([A-Za-z][\w@-]*)")
_COMPARED = re.compile(r" and | but |while|whereas|compared (?:to|with)|versus|vs|v\.s\.|against|opposed to|than")


class Results:
    """Fills `facts.results` and their links."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self.judge = Judge(book)
        self.linker = Linker(book)

    def __call__(self, doc: Doc) -> Doc:
        """Fill `facts.results`."""
        for _ in self.walk(doc):
            pass
        return doc

    def walk(self, doc: Doc) -> Iterator[None]:
        """The same in passes, each of them as short as can be."""
        facts = facts_of(doc)
        self.find(facts.text, facts)
        yield
        yield from self.linker.walk(facts.text, facts)
        if facts.mirrored:
            mirror(doc, "results", [(r.number.start, r.number.end, r.kind) for r in facts.results])

    def find(self, text: str, facts: Facts) -> None:
        """Create the results without their links."""
        numbers = [n for n in facts.numbers if n.role not in ("setting", "name")]
        if not numbers:
            return
        metrics = self.judge.metric_spans(facts)
        heads = self.judge.heads(facts)
        verdicts: list[Verdict] = [self.judge.judge(text, facts, n, metrics, heads) for n in numbers]
        groups = [n.group for n in numbers if n.group is not None]
        sizes: Mapping[int, int] = Counter(groups) if groups else {}
        if groups:
            self._settings(text, numbers, verdicts)
            _relative_lists(text, numbers, verdicts)
            _shared_whole(numbers, verdicts)
        for i in reversed(range(len(numbers) - 1)):
            self._grouped(text, sizes, numbers, verdicts, i, i + 1)
            gap = text[numbers[i].end : numbers[i + 1].start]
            after = verdicts[i + 1].kind in ("delta", "relative") and numbers[i + 1].form == numbers[i].form
            if after and verdicts[i].rule == "result.level-percent" and len(gap) < 50 and _NAMED.fullmatch(gap):
                verdicts[i] = verdicts[i + 1]
        for i, number in enumerate(numbers):
            if i:
                self._grouped(text, sizes, numbers, verdicts, i, i - 1)
                self._after(text, facts, numbers, verdicts, i)
                self._arithmetic(numbers, verdicts, i)
                self._of_amount(text, facts, numbers, verdicts, i)
            verdict = verdicts[i]
            if verdict.kind is None or verdict.rule not in self.book.rules:  # the user may have switched a rule off
                continue
            number.used = True
            confidence = self.book.confidence(verdict.rule)
            start, end = self._surface(text, facts, number, verdict, metrics)
            direction = verdict.direction if verdict.kind != "absolute" else None
            if number.value < 0 and direction == "increase":
                direction = "decrease"  # "-81.4% pruning time compared to": the sign says more than the verb
            facts.results.append(
                Result(
                    number, start, end, verdict.kind, verdict.rule, confidence,
                    direction=direction, group=number.group,
                )
            )  # fmt: skip

    def _surface(
        self, text: str, facts: Facts, number: Number, verdict: Verdict, metrics: list[tuple[int, int]]
    ) -> tuple[int, int]:
        """The number with its metric where they touch, or with what makes it a change; its bound goes with it."""
        start, end = number.start, number.end
        i = bisect_left(metrics, (end, 0))
        if i < len(metrics) and metrics[i][0] - end <= 2 and text[end : metrics[i][0]].isspace():
            end = metrics[i][1]
        elif i and (gap := _OF.fullmatch(text, metrics[i - 1][1], start)) and gap:
            start = metrics[i - 1][0]
        elif verdict.rule.endswith(("-noun", "-comparative", "-factor")) and (match := _CHANGED.match(text, end)):
            words = match.group().split()
            ends = next((i for i, w in enumerate(words) if w.lower() in ("and", "or", "while", "but", "with")), None)
            words = words[:ends]
            for count in range(len(words), 0, -1):
                if words[count - 1].lower() in self.judge.words.change:
                    if (
                        verdict.rule.endswith(("-comparative", "-factor"))
                        and words[count:]
                        and words[count] not in _PLAIN
                    ):
                        count += 1  # "higher accuracy", "fewer FLOPs"
                    for word in _WORD.finditer(text, end):
                        count -= 1
                        if not count:
                            end = word.end()
                            break
                    break
        if start == number.start and number.qualifier and (bound := _BOUND.search(text, max(0, start - 24), start)):
            start = bound.start()
        return start, end

    def _settings(self, text: str, numbers: list[Number], verdicts: list[Verdict]) -> None:
        """ "1% and 10% labels", "10%, 20% and 50% of the annotations": the noun behind the last is that of all."""
        for last, number in enumerate(numbers):
            if number.form != "percent" or number.group is None:
                continue
            first = last
            while first and numbers[first - 1].group == number.group:
                first -= 1
            ends = last + 1 == len(numbers) or numbers[last + 1].group != number.group
            if ends and first < last and self.judge.shares_data(text, numbers[first], number):
                for i in range(first, last + 1):
                    if verdicts[i].rule in _BARE:
                        verdicts[i] = NO

    @staticmethod
    def _grouped(
        text: str, sizes: Mapping[int, int], numbers: list[Number], verdicts: list[Verdict], i: int, j: int
    ) -> None:
        """The members of one list are of one kind: what is told of a neighbour holds for a bare one."""
        number, other, verdict = numbers[i], verdicts[j], verdicts[i]
        if number.group is None or number.group != numbers[j].group or number.form != numbers[j].form or number.role:
            return
        if other.kind is None or other.kind == verdict.kind:
            return
        if verdict.kind == "delta" and other.kind == "relative" and verdict.rule[-3:] == other.rule[-3:] == "-by":
            verdicts[i] = other  # "by 87%, 131% and 38%": one verb, and nobody is ahead by 131 points
            return
        if verdict.kind is not None:
            if verdict.kind != "absolute" or _unlike(number, numbers[j]):
                return  # "85.3%, 1.2% higher than"
            left, right = (number, numbers[j]) if i < j else (numbers[j], number)
            if right.sign and not left.sign:
                return  # "(67.95%, +6.44%)": a level and its gain
            if text[left.end : right.start] == ", " and sizes[number.group] == 2:
                return
        verdicts[i] = other

    @staticmethod
    def _arithmetic(numbers: list[Number], verdicts: list[Verdict], i: int) -> None:
        """ "from 29.3% to 33.3% (+13.7%)": what the two levels make of it decides between points and percent."""
        number = numbers[i]
        if i < 2 or number.form != "percent" or number.start - numbers[i - 1].end > 40 or verdicts[i].kind == "ratio":
            return
        first, last = numbers[i - 2], numbers[i - 1]
        if first.group is None or first.group != last.group or first.form != last.form or first.value == 0:
            return
        if number.group == first.group or abs(number.value) < _LEAST:
            return  # one more of a list of levels
        points, size = abs(last.value - first.value), abs(number.value)
        relative = points / abs(first.value) * 100
        direction = "increase" if last.value > first.value else "decrease"
        for kind, value in (
            ("relative", relative),
            ("delta", points),
            ("relative", points / abs(last.value or 1) * 100),
        ):
            if abs(value - size) <= 0.02 * size + 0.06:
                verdicts[i] = Verdict(kind, f"result.{kind}-noun", direction)
                return

    @staticmethod
    def _of_amount(text: str, facts: Facts, numbers: list[Number], verdicts: list[Verdict], i: int) -> None:
        """ "6.8 mm, an improvement of 11%": a percentage of what has a unit is one of the old level."""
        left, number, verdict = numbers[i - 1], numbers[i], verdicts[i]
        if verdict.kind != "delta" or number.form != "percent":
            return
        if verdicts[i - 1].kind == "relative" and left.form == "percent" and left.group == number.group is not None:
            verdicts[i] = verdicts[i - 1]
        elif verdicts[i - 1].kind == "absolute" and left.form == "unit":
            near = number.start - left.end <= 60 and facts.sentence_at(left.start) == facts.sentence_at(number.start)
            if near and _OWN_CHANGE.match(text, left.end, number.start):
                verdicts[i] = Verdict("relative", verdict.rule.replace("delta", "relative"), verdict.direction)

    @staticmethod
    def _after(text: str, facts: Facts, numbers: list[Number], verdicts: list[Verdict], i: int) -> None:
        """A number that leans on the one before it: an elided head, or the compared system's value."""
        left, number, before, verdict = numbers[i - 1], numbers[i], verdicts[i - 1], verdicts[i]
        gap = text[left.end : number.start]
        # "by 1.2 dB PSNR and 0.02 SSIM": a gain with a unit and one without
        named = verdict.rule == "result.level-metric"  # its own metric stands beside it
        listed = named and before.kind == "delta" and _GAINS_OF.search(text, max(0, left.start - 140), left.start)
        mixed = named and number.form == "plain" and (left.form == "unit" or bool(listed))
        # "an improvement of 1.8 dB in PSNR and 9.5% in SSIM"
        even = left.form == "unit" and gap.startswith(" in ") and text.startswith(" in ", number.end)
        if before.kind == "delta" and left.form == "unit" and number.form == "percent" and gap == " (":
            if text.startswith(")", number.end) and verdict.kind in (None, "absolute"):
                verdicts[i] = Verdict("relative", "result.relative-by", before.direction)  # "by 4.5 cm (43%)"
            return
        if before.kind is None or len(gap) > 90 or (left.form != number.form and not (mixed or even)) or number.role:
            return
        if facts.sentence_at(left.start) != facts.sentence_at(number.start):
            return
        if before.kind not in ("absolute", "ratio") and verdict.rule in _BARE and _ELIDED.fullmatch(gap):
            same = _first_word(text, left.end) == _first_word(text, number.end) != ""
            if named and not before.rule.endswith(("-by", "-points")) and not (listed or mixed or same):
                return  # but "improves 9.0% mIoU on A and 3.1% mIoU on B"
            if (named or gap == ", ") and _unlike(number, left):
                return  # "by 1.7%, 85.9% top-1 accuracy"
            if not named and before.rule.endswith("-comparative") and _COUNTS.match(text, number.end):
                return  # "23% improved accuracy and 89% clinician acceptance"
            verdicts[i] = before
        elif (
            before.kind in ("delta", "relative") and verdict.rule == "result.level-percent" and _BRACKETS.fullmatch(gap)
        ):
            if number.sign or not left.sign:  # not "A (61.9%, +7.8%), B (67.9%, ...)"
                verdicts[i] = before
        elif before.kind == "ratio" and verdict.kind is None and number.form == "factor" and _ELIDED.fullmatch(gap):
            verdicts[i] = before  # "by 30x for reading, 10x for writing, and 18x for arithmetic"
        elif before.kind == "delta" and verdict.kind == "absolute" and left.sign and number.sign:
            verdicts[i] = before  # "A (+0.03), B (-0.03)"
        elif before.kind == "delta" and verdict.kind is None and gap == " to ":
            verdicts[i] = Verdict("absolute", "result.level-from-to")  # by 0.046 to 0.428
        elif before.kind in ("delta", "relative") and verdict.rule in _BARE and _MORE.fullmatch(gap):
            if number.qualifier == "up to" or (named and not _unlike(number, left)):
                verdicts[i] = before  # "an improvement of 34% (up to 72%)", "gains 3.6% F1 (2.8% accuracy)"
        elif left.form == "unit" and left.unit == number.unit and verdict.kind in (None, "absolute"):
            if before.kind == "delta" and _ELIDED.fullmatch(gap) and verdict.rule in ("", "result.level-unit"):
                verdicts[i] = before  # "gains 0.62 dB on A and 0.35 dB on B"
            elif before.kind == "absolute" and verdict.kind is None and _ON_NEXT.fullmatch(gap):
                verdicts[i] = before  # "6.8 mm on A and 5.9 mm on B"
        elif before.kind == "absolute" and verdict.kind is None and number.form == "plain" and left.unit is None:
            bracket = text[number.start - 1] == "("
            if "." in text[number.start : number.end] and (bracket or _COMPARED.search(gap) or _ON_EACH.fullmatch(gap)):
                verdicts[i] = Verdict("absolute", "result.level-listed")


def _relative_lists(text: str, numbers: list[Number], verdicts: list[Verdict]) -> None:
    """ "by 21.5%, 12.3% and 9% in relative accuracy": what stands behind the last holds for all."""
    for last, number in enumerate(numbers):
        if number.group is None or number.form != "percent" or not _RELATIVE.match(text, number.end):
            continue
        i = last
        while i >= 0 and numbers[i].group == number.group:
            if verdicts[i].kind == "delta":
                verdicts[i] = Verdict("relative", verdicts[i].rule.replace("delta", "relative"), verdicts[i].direction)
            i -= 1


def _shared_whole(numbers: list[Number], verdicts: list[Verdict]) -> None:
    """ "keeps 98%, 96% and 91% of the full accuracy": what the last is a share of, the others are of, too."""
    for last, number in enumerate(numbers):
        if number.group is None or verdicts[last].rule != "result.ratio-of":
            continue
        for i in range(last - 1, -1, -1):
            if numbers[i].group != number.group or numbers[i].form != "percent":
                break
            if verdicts[i].rule in _BARE:
                verdicts[i] = verdicts[last]


def _first_word(text: str, place: int) -> str:
    match = _NAMED_NEXT.match(text, place)
    return match[1].lower() if match else ""


def _unlike(one: Number, two: Number) -> bool:
    """Whether two values are too far apart for one kind: a score beside a gain."""
    low, high = sorted((abs(one.value), abs(two.value)))
    return high > 4 * low + 10 and not (high > 100 and one.form == "percent")


@Language.factory("paperfacts_results", assigns=["doc.user_data", "doc.spans"], default_config={"rules": None})
def make_results(nlp: Language, name: str, rules: str | None) -> Results:
    """Create the stage; `rules` is a folder of rules merged over the shipped ones."""
    return Results(load(rules))
