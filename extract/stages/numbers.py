"""The stage `paperfacts_numbers`: every number of the text, typed before it is linked to anything.

One pass over the runs of digits and one over the number words. Digits inside names, citations, dates, list numerals,
sizes and intervals become no Number at all (or one with a role that says so, where later stages want it).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

import regex
from spacy.language import Language

from extract.facts import Facts, Number, facts_of, mirror
from extract.rulebook import Rulebook, load
from extract.stages.number_values import cardinal, digits, fraction, magnitude, power, unit_spellings

if TYPE_CHECKING:
    from spacy.tokens import Doc

_DIGITS = re.compile(r"\d+")
# What belongs to one name once a digit is glued to letters: ResNet-50, AP50:95, Kinetics-400/600, SANA-1.0-1.6B.
_NAME_TAIL = re.compile(r"[\w@*^]*(?:[.:/+_*-]+\w+)*")
_CITATION = re.compile(r"\[\d{1,3}(?:[,;\s–-]+\d{1,3})*\]|\(\d{1,3}(?:[,–-]\d{1,3})*,\s?\d{1,3}(?:[,–-]\s?\d{1,3})*\)")
_LIST = re.compile(r"\(\d{1,2}\)")
_TAIL_LETTERS = re.compile(r"[^\W_]|-[A-Za-z]|[:.^]\d|/[A-Za-z\\]|_|\^")
# Where a number word may begin; spelled as a tree because that is five times as fast as the list of words (27 µs).
_WORD_START = re.compile(
    r"[ (\n-](?=t(?:w[oei]|h(?:r[ei]|ir)|en[ f-])|f(?:our|i[vf])|s(?:ix|even)|eight|nine|eleven|half|quarter"
    r"|a(?:n order| dozen| quarter| hundred| mill| thou| bill| third| tenth| fifth| fourth)"
    r"|one[ -](?:h|t|q|f|s|e|n|o)|hundredfold|thousandfold)",
    re.IGNORECASE,
)
_SIGNS = {"-": "-", "−": "-", "–": "-", "+": "+"}
_OPENERS = str.maketrans("(—[", "   ")
_SYMBOLS = {"~": "about", "≈": "about", "∼": "about", ">": "at least", "≥": "at least", "⩾": "at least",
            "<": "at most", "≤": "at most", "⩽": "at most"}  # fmt: skip
_CONNECT = re.compile(
    r"\s*(?:[,;/&|]|,?\s*(?:and|or|vs\.?|versus)\s|,\s*(?:and|or)\s|→|->)\s*(?:(?:an?|by|of|to)\s+)?(?:\w+ )?$"
)
_PURE = re.compile(r"\s*(?:,|;|/|&|→|->|,?\s+(?:and|or|vs\.?|versus|then)\s|,\s*(?:and|or)\s)\s*$")
_ELIDED = re.compile(r"(?:\s[\w\-]+){0,6}?,?\s(?:and|or)(?:\san?)?\s$")
_RANGE_CUE = re.compile(
    r"(?:rang(?:es?|ed|ing)|var(?:y|ies|ied|ying)|scal(?:es?|ing)|span(?:s|ning)?|sizes?|gains|improvements|reductions"
    r"|speedups|savings|anywhere|models|scores|accuracies|values|everywhere|lengths) from$"
)
_OUT_OF = re.compile(r"/(?:5|7|10|100)(?![\w.])")
_WORD_AFTER = re.compile(r"\s*([A-Za-z][\w-]*)")
_YEAR_CUES = frozenset(
    ("in", "since", "until", "before", "after", "during", "early", "late", "year", "years", "from", "by", "of", "to")
)
_FORMS = ("points", "percent", "factor", "unit")


class Numbers:
    """Fills `facts.numbers`, in order of place, none overlapping another."""

    def __init__(self, book: Rulebook) -> None:
        self.value = book.rules["number.value"]
        self.word = book.rules["number.word"]
        self.between = book.rules["number.between"]
        self.fraction = book.rules["number.fraction"]
        self.size = book.rules["number.not.size"]
        self.nots = [r for r in book.of("number.not") if r is not self.size]
        self.qualifiers = {
            phrase: qualifier
            for name, qualifier in (
                ("numbers_up_to", "up to"),
                ("numbers_at_least", "at least"),
                ("numbers_at_most", "at most"),
                ("numbers_about", "about"),
            )
            for phrase in book.words(name)
        }
        self.units = unit_spellings(book.words("numbers_units"))
        self.not_names = frozenset(book.words("numbers_not_names"))
        self.name_heads = frozenset(book.words("numbers_name_heads"))
        self.glued = frozenset(book.words("numbers_glued_words"))

    def find(self, text: str, facts: Facts) -> list[Number]:
        """The numbers of a text, given what earlier stages found in it."""
        lower = text.lower()
        taken = self._taken(text, lower, facts)
        metric_ends = {e.end for e in facts.evidence if e.label == "metric"}
        found = self._ranges(text, lower, taken)
        found += self._digits(text, taken, metric_ends)
        found += self._words(text, taken)
        found.sort(key=lambda n: n.start)
        kept: list[Number] = []
        for number in found:
            if not kept or number.start >= kept[-1].end:
                kept.append(number)
        self._coordinate(text, kept)
        return kept

    def _taken(self, text: str, lower: str, facts: Facts) -> list[tuple[int, int]]:
        spans = [(s.start, s.end) for link in facts.links for s in link.spans]
        for evidence in facts.evidence:
            if evidence.label != "none" and any(map(str.isdigit, text[evidence.start : evidence.end])):
                spans.append((evidence.start, evidence.end))
        for rule in self.nots:
            if any(t in lower for t in rule.triggers):
                spans += [m.span("span") for m in rule.finditer(text)]
        spans.sort()
        return spans

    def _ranges(self, text: str, lower: str, taken: list[tuple[int, int]]) -> list[Number]:
        found: list[Number] = []
        if "between " not in lower:
            return found
        for match in self.between.finditer(text):
            low, high = digits(match["low"]), digits(match["high"])
            if low is None or high is None or low >= high:
                continue
            number = Number(*match.span("span"), low, high, rule="number.between")
            self._unit(number, match)
            number.qualifier = self._qualifier(text, match.start())
            found.append(number)
            taken.append(match.span("span"))
        taken.sort()
        return found

    def _digits(self, text: str, taken: list[tuple[int, int]], metric_ends: set[int]) -> list[Number]:
        found: list[Number] = []
        place = 0  # nothing before it is looked at again
        name_end = -1  # where the last name of the kind "RGB+D 60" ended, so that "and 120 datasets" goes on
        name_head = False  # whether that name was "phases 3", so that "and 9" goes on
        value_end = -1  # where the last real value ended, so that `82.9%/84.8%` goes on
        pattern = self.value.pattern
        assert pattern is not None
        for run in _DIGITS.finditer(text):
            start, run_end = run.span()
            if start < place:
                continue
            if run_end - start > 30:  # no measured value has so many digits
                place = run_end
                continue
            if taken and _inside(taken, start):
                continue
            if start and text[start - 1] in "[(" and (citation := _CITATION.match(text, start - 1)):
                place = citation.end()
                continue
            if self._in_name(text, start, value_end):
                place = _end(_NAME_TAIL, text, start)
                continue
            begin = start
            if begin and text[begin - 1] == "." and (begin < 2 or not text[begin - 2].isalnum()):
                begin -= 1
            if begin and text[begin - 1] in _SIGNS and (begin < 2 or text[begin - 2] in " (\n[=:,~$;>/"):
                begin -= 1
            after = text[run_end : run_end + 1]
            if after == "/" and (number := self._fraction(text, start)):
                found.append(number)
                place = number.end
                continue
            if after == " " and text.startswith("order", run_end + 1) and (word := self.word.pattern):
                if match := word.match(text, start):
                    number = self._in_words(text, match)
                    if number is not None:
                        found.append(number)
                        place = number.end
                        continue
            if after and after in "x×* t\\" and (size := self.size.pattern) and (match := size.match(text, start)):
                value = digits(run.group())
                if value is not None:
                    found.append(Number(*match.span("span"), value, form="size", role="setting", rule=self.size.id))
                place = match.end()
                continue
            match = pattern.match(text, begin) or pattern.match(text, start)
            if match is None:
                place = _end(_NAME_TAIL, text, start)
                continue
            number = self._number(text, match)
            place = max(match.end(), run_end)
            if number is None:
                continue
            listed = name_end >= 0 and text[name_end : number.start] in (" and ", ", ", "/", " & ")
            if self._is_name(text, match, number, metric_ends) or (
                listed and number.form == "plain" and (number.value >= 10 or name_head)
            ):
                place = max(_end(_NAME_TAIL, text, start), number.end)
                name_end = number.end
                name_head = name_head if listed else number.form == "plain" and text[start - 2 : start - 1].islower()
                continue
            if number.form == "plain" and "." in match["low"] and (scale := _OUT_OF.match(text, number.end)):
                number.end = scale.end()  # 4.64/5
            place = value_end = number.end
            falling = (
                match["high"] is not None
                and number.form != "magnitude"
                and (digits(match["low"]) or 0) > (digits(match["high"]) or 0)
            )
            if (
                number.high is not None
                and match["dash"].startswith(" to")
                and (falling or text.endswith("from ", 0, number.start))
            ):
                split = self._from_to(text, match, number)
                found += split
                continue
            if number.high is not None and match["dash"].startswith(" to") and number.high > 8 * number.value > 0:
                if text.endswith("by ", 0, number.start):  # "by 2.1% to 51.3%": a gain and what it leads to
                    found += [replace(n, role=None) for n in self._from_to(text, match, number)]
                    continue
            found.append(number)
        return found

    def _in_name(self, text: str, start: int, value_end: int) -> bool:
        """Whether the digits go on from something before them that makes them part of a name or a mark."""
        if start == 0:
            return False
        c = text[start - 1]
        if c.isspace():
            return False
        before = text[start - 2] if start > 1 else " "
        if c.isalpha():
            word = re.search(r"[A-Za-z]+$", text[max(0, start - 8) : start])
            return word is None or word.group() not in self.glued or not text[start - len(word.group()) - 1].isspace()
        if c in "_@^#&" or c.isdigit():
            return True
        if c in "-–":
            if before == "-" or start - 1 == value_end:
                return False
            return before.isalnum() or before in ")]*+^"
        if c == "/":
            return start - 1 != value_end
        if c == ".":
            return before.isalnum()
        if c in "×*":
            return True
        if c == "{":
            return before in "^_}{"
        if c == "(":
            return _LIST.match(text, start - 1) is not None or before in "OΘΩo"
        return False

    def _fraction(self, text: str, start: int) -> Number | None:
        pattern = self.fraction.pattern
        match = pattern.match(text, start) if pattern else None
        if match is None:
            return None
        top, _, bottom = match["span"].partition("/")
        if float(bottom) == 0:
            return None
        value = round(float(top) / float(bottom), 4)
        qualifier = self._qualifier(text, start)
        return Number(*match.span("span"), value, unit="x", form="factor", qualifier=qualifier, rule=self.fraction.id)

    def _number(self, text: str, match: regex.Match[str]) -> Number | None:
        low = digits(match["low"])
        if low is None:
            return None
        start, end = match.span("span")
        lowmag, highmag = match["lowmag"], match["highmag"]
        high: float | None = None
        if match["high"] is not None:
            high = digits(match["high"])
            if high is None:
                return None
            if highmag and not lowmag and low < high:
                lowmag = highmag  # 7-70B
            high *= magnitude(highmag) * power(match["highpower"])
        low *= magnitude(lowmag) * power(match["lowpower"])
        sign = _SIGNS.get(match["sign"] or "")
        if sign == "-":
            low = -low
        if high is not None and high < low:
            low, high = high, low
        number = Number(start, end, low, high, sign=sign)
        number.form = "magnitude" if lowmag or highmag else "plain"
        spread = match["spread"] or match["bracket"] or match["bracket2"] or match["bracket3"]
        if spread:
            number.uncertainty = digits(spread)
        self._unit(number, match)
        if match["early"] and number.unit is None:
            number.form, number.unit = "percent", "%"
        if number.form in ("plain", "magnitude") and text[start - 1 : start] == "$" and text[end : end + 1] != "$":
            number.form, number.unit = "unit", "$"
            number.start -= 1
        number.qualifier = self._qualifier(text, start)
        if match["more"]:
            number.qualifier = "at least"
        return number

    def _unit(self, number: Number, match: regex.Match[str]) -> None:
        """Form and unit from the tail of the match, or from the unit that its first end carries."""
        for form in _FORMS:
            tail = match[form]
            if tail is None:
                continue
            number.form = form
            if form == "points":
                number.unit = "points"
            elif form == "percent":
                number.unit = "%"
            elif form == "factor":
                number.unit = "x"
            else:
                spelled = tail.strip(" -")
                number.unit = self.units.get(spelled, spelled)
            return
        lowunit = match["lowunit"]
        if lowunit and "%" in lowunit:  # 42.3% to 71.3 reduction
            number.form, number.unit = "percent", "%"

    def _qualifier(self, text: str, start: int) -> str | None:
        """What bounds the number, from the words or the mark right before it."""
        place = start
        while place and text[place - 1] in " ($\n+":
            place -= 1
        mark = text[place - 1 : place]
        if mark == "=" and text[place - 2 : place - 1] in ("<", ">"):
            mark = text[place - 2 : place - 1]
        if mark in _SYMBOLS:
            return _SYMBOLS[mark]
        words = text[max(0, place - 36) : place].translate(_OPENERS).lower().split()[-6:]
        if words[-3:] == ["an", "average", "of"]:
            words = words[:-3]
        if words and words[-1] in ("a", "an", "only", "just"):
            words.pop()
        for count in (3, 2, 1):
            if qualifier := self.qualifiers.get(" ".join(words[-count:])):
                return qualifier
        return None

    def _is_name(self, text: str, match: regex.Match[str], number: Number, metric_ends: set[int]) -> bool:
        """Whether what stands around the number makes it part of a name, a mark or a year."""
        end = number.end
        bare = number.form == "plain" and number.high is None and number.uncertainty is None
        if bare or number.form == "magnitude":
            if _TAIL_LETTERS.match(text, end):
                return True  # 3D, 1st, 5-shot, 0.5:0.95, 2.0.1
            if (
                text.startswith(")", end)
                and "(" not in text[max(0, number.start - 40) : number.start]
                and number.value < 30
            ):
                return True  # 1) 2)
        if not bare and number.form not in ("magnitude", "plain"):
            return False
        if number.sign:
            return False
        if bare and text.startswith("/", end) and text[end + 1 : end + 2].isdigit() and "." not in match["low"]:
            follow = self.value.pattern.match(text, end + 1) if self.value.pattern else None
            if follow is None or not any(follow[f] for f in _FORMS):
                return True  # 25/30, 8/255
        before = text[max(0, number.start - 40) : number.start].rstrip()
        year = len(match["low"]) == 4 and match["low"].isdigit() and 1500 <= abs(number.value) < 2050
        if year and number.high is not None and number.form == "plain" and 1900 <= number.high < 2050:
            return True  # 2012-2023
        if bare and year:
            last = before.rpartition(" ")[2].lower().strip("(,")
            after = _WORD_AFTER.match(text, end)
            plural = after is not None and after.group(1)[0].islower() and after.group(1).endswith("s")
            if last in _YEAR_CUES or (number.value >= 1900 and not plural):
                return True
        if not before or number.start - 1 < 0 or not text[number.start - 1].isspace():
            return False
        token = before.rpartition(" ")[2].rpartition("\n")[2].lstrip("([\"'“")
        if not token:
            return False
        folded = token.lower()
        if (bare or text[end - 1].isupper()) and (
            folded in self.name_heads or (folded.endswith("s") and folded[:-1] in self.name_heads)
        ):
            return True
        if token[0].isdigit() and bare is False and number.form == "magnitude":
            before = before[: -len(token)].rstrip()  # ERNIE 4.5 300B
            token = before.rpartition(" ")[2] or "a"
        if not token[0].isupper() or token[-1] in ".,:;)!?=" or folded in self.not_names:
            return False
        if match["low"].count(".") and len(match["low"].partition(".")[2]) >= 2:
            return False  # AUROC 0.912
        if number.start - 1 in metric_ends:
            return False
        if bare and "." in match["low"] and len(match["low"]) >= 4:
            return False  # BLEU 28.4
        after = _WORD_AFTER.match(text, end)
        # "GPT-3 175B parameters" is a size; "OPT 175B" a name
        return not (after and number.form == "magnitude" and after.group(1).startswith(("param", "token")))

    def _from_to(self, text: str, match: regex.Match[str], number: Number) -> list[Number]:
        """Two levels for "improves from 20.1 to 30.5"; one range where the words say so."""
        cue = text[max(0, number.start - 24) : number.start].rstrip()
        if _RANGE_CUE.search(cue) or number.form == "magnitude" or number.high is None:
            return [number]
        first, last = digits(match["low"]) or 0.0, digits(match["high"]) or 0.0
        low_end = (
            match.end("lowunit") if match["lowunit"] else match.end("lowmag") if match["lowmag"] else match.end("low")
        )
        start_high = match.start("high")
        one = Number(number.start, low_end, first, unit=number.unit, form=number.form, sign=number.sign, role="from")
        two = Number(start_high, number.end, last, unit=number.unit, form=number.form, role="to")
        if number.sign == "-":
            one.value = -first
        two.uncertainty = number.uncertainty
        return [one, two]

    def _words(self, text: str, taken: list[tuple[int, int]]) -> list[Number]:
        found: list[Number] = []
        pattern = self.word.pattern
        assert pattern is not None
        for begin in _WORD_START.finditer("\n" + text):  # the mark before a word stands one place further on
            match = pattern.match(text, begin.start())
            if match is None:
                continue
            if _inside(taken, match.start("span")):
                continue
            number = self._in_words(text, match)
            if number is not None:
                found.append(number)
        return found

    def _in_words(self, text: str, match: regex.Match[str]) -> Number | None:
        """The number of a match of `number.word`; None for "two-stage" and the like."""
        start, end = match.span("span")
        qualifier = self._qualifier(text, start)
        if not match["cardinal"]:
            value = self._factor(match)
            return Number(start, end, value, unit="x", form="factor", qualifier=qualifier, rule=self.word.id)
        number = Number(start, end, cardinal(match["cardinal"]), form="word", qualifier=qualifier, rule=self.word.id)
        if match["times"]:
            number.form, number.unit = "factor", "x"
        elif tail := match["tail"]:
            spelled = tail.strip(" -")
            if "point" in spelled:
                number.form, number.unit = "points", "points"
            elif spelled == "percent":
                number.form, number.unit = "percent", "%"
            else:
                number.form, number.unit = "unit", self.units.get(spelled, spelled)
        elif text.startswith("-", end):
            return None
        return number

    def _factor(self, match: regex.Match[str]) -> float:
        if match["fraction"]:
            return fraction(match["fraction"])
        if match["half"]:
            return 0.5
        if match["twice"]:
            return 2.0 if match["twice"].lower() == "twice" else 3.0
        if match["fold"]:
            return cardinal(
                match["fold"]
                .lower()
                .replace("fold", "")
                .rstrip("-")
                .replace("hundred", "one hundred")
                .replace("thousand", "one thousand")
            )
        orders = match["orders"].lower()
        exponent = 1.0 if orders == "an" else (digits(orders) or 1.0) if orders[0].isdigit() else cardinal(orders)
        return 10.0 ** min(exponent, 20.0)

    def _coordinate(self, text: str, numbers: list[Number]) -> None:
        """Groups of listed numbers; the unit of the last and the qualifier of the first hold for all."""
        group = 0
        for left, right in zip(numbers, numbers[1:], strict=False):
            gap = right.start - left.end
            if gap > 70 or left.role == "setting" or right.role == "setting":
                continue
            between = text[left.end : right.start]
            if left.role == "from" and right.role == "to":
                group += 1
                left.group = right.group = group
                continue
            same = left.form == right.form
            if _PURE.match(between) and (same or left.form == "plain"):
                if not same and (right.sign or text[left.start - 1] == "="):
                    continue
                if not same and right.form in ("percent", "factor", "unit", "points"):
                    left.form, left.unit = right.form, right.unit
                elif not same:
                    continue
                if left.group is None:
                    group += 1
                    left.group = group
                right.group = left.group
                if "→" in between or "->" in between:
                    left.role, right.role = "from", "to"
                right.qualifier = right.qualifier or left.qualifier
            elif same and left.form in ("percent", "factor", "points") and left.qualifier and not right.qualifier:
                if _ELIDED.fullmatch(between):
                    right.qualifier = left.qualifier
            elif (
                text.endswith(("from ", "from $"), 0, left.start)
                and between.endswith(" to ")
                and gap < 60
                and left.group is None
            ):
                group += 1
                left.group = right.group = group
                left.role, right.role = "from", "to"
        for left, right in zip(reversed(numbers[:-1]), reversed(numbers[1:]), strict=False):
            if left.group is not None and left.group == right.group and left.form == "plain" != right.form:
                left.form, left.unit = right.form, right.unit


def _inside(spans: list[tuple[int, int]], place: int) -> bool:
    """Whether a place lies in one of the sorted spans; few overlap, so the last four that begin before it tell."""
    i = bisect_right(spans, (place, 1 << 60))
    return any(a <= place < b for a, b in spans[max(0, i - 4) : i])


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.match(text, start)
    return max(match.end(), start + 1) if match else start + 1


class NumbersStage:
    """The spaCy component."""

    def __init__(self, book: Rulebook) -> None:
        self.numbers = Numbers(book)

    def __call__(self, doc: Doc) -> Doc:
        """Fill `facts.numbers` and `doc.spans["numbers"]`."""
        facts = facts_of(doc)
        facts.numbers = self.numbers.find(facts.text, facts)
        mirror(doc, "numbers", [(n.start, n.end, n.form) for n in facts.numbers])
        return doc


@Language.factory("paperfacts_numbers", assigns=["doc.user_data", "doc.spans"], default_config={"rules": None})
def make_numbers(nlp: Language, name: str, rules: str | None) -> NumbersStage:
    """Create the stage; `rules` is a folder of rules merged over the shipped ones."""
    return NumbersStage(load(rules))
