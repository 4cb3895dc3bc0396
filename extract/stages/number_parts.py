"""Numbers made from matches of the rules: value, range, spread, unit, form and what bounds them."""

from __future__ import annotations

import re

import regex

from extract.facts import Number
from extract.rulebook import Rulebook
from extract.stages.number_values import cardinal, digits, fraction, magnitude, power, unit_spellings

SIGNS = {"-": "-", "−": "-", "–": "-", "+": "+"}
FORMS = ("points", "percent", "factor", "unit")
_UNIT_OF = {"points": "points", "percent": "%", "factor": "x"}
_OPENERS = str.maketrans("(—[", "   ")
_SYMBOLS = {"~": "about", "≈": "about", "∼": "about", ">": "at least", "≥": "at least", "⩾": "at least",
            "<": "at most", "≤": "at most", "⩽": "at most"}  # fmt: skip
_IN_VAIN = re.compile(
    r"\b(?:struggl\w+|fail\w*|unable|cannot|never|none|not?|hardly|barely|rarely)\b[^.;,]*$", re.IGNORECASE
)
_RANGE_CUE = re.compile(
    r"(?:rang(?:es?|ed|ing)|var(?:y|ies|ied|ying)|scal(?:es?|ing)|span(?:s|ning)?|sizes?|gains|improvements|reductions"
    r"|speedups|savings|anywhere|models|scores|accuracies|values|everywhere|lengths) from$"
)
_RULES_OF_BOUNDS = (
    ("numbers_up_to", "up to"),
    ("numbers_at_least", "at least"),
    ("numbers_at_most", "at most"),
    ("numbers_about", "about"),
)


class Parts:
    """Makes a Number from a match; built once from the rules."""

    def __init__(self, book: Rulebook) -> None:
        rule = book.rules.get("number.fraction")
        self._fraction = rule.pattern if rule else None
        self._bounds = {phrase: bound for name, bound in _RULES_OF_BOUNDS for phrase in book.words(name)}
        self._last = frozenset(phrase.rpartition(" ")[2] for phrase in self._bounds)  # words that end a bound
        self._ends = self._last | {"a", "an", "only", "just", "of"}  # words that may end what is looked at
        self._units = unit_spellings(book.words("numbers_units"))

    def number(self, text: str, match: regex.Match[str]) -> Number | None:
        """The number of a match of `number.value`; None for a run that is too long to be a value."""
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
        sign = SIGNS.get(match["sign"] or "")
        if sign == "-":
            low = -low
        if high is not None and high < low:
            low, high = high, low
        number = Number(start, end, low, high, sign=sign)
        number.form = "magnitude" if lowmag or highmag else "plain"
        spread = match["spread"] or match["bracket"] or match["bracket2"] or match["bracket3"] or match["bracket4"]
        if spread:
            number.uncertainty = digits(spread)
        self.set_unit(number, match)
        if match["early"] and number.unit is None:
            number.form, number.unit = "percent", "%"
        if number.form in ("plain", "magnitude") and text[start - 1 : start] == "$" and text[end : end + 1] != "$":
            number.form, number.unit = "unit", "$"
            number.start -= 1
        number.qualifier = self.qualifier(text, start)
        if match["more"]:
            number.qualifier = "at least"
        return number

    def set_unit(self, number: Number, match: regex.Match[str]) -> None:
        """Form and unit from the tail of the match, or from the unit that its first end carries."""
        for form in FORMS:
            tail = match[form]
            if tail is not None:
                spelled = tail.strip(" -")
                number.form, number.unit = form, _UNIT_OF.get(form) or self._units.get(spelled, spelled)
                return
        if match["lowunit"] and "%" in match["lowunit"]:  # 42.3% to 71.3 reduction
            number.form, number.unit = "percent", "%"

    def qualifier(self, text: str, start: int) -> str | None:
        """What bounds the number, from the words or the mark right before it."""
        place = start
        while place and text[place - 1] in " ($\n+":
            place -= 1
        mark = text[place - 1 : place]
        if mark == "=" and text[place - 2 : place - 1] in ("<", ">"):
            mark = text[place - 2 : place - 1]
        if mark in _SYMBOLS:
            return _SYMBOLS[mark]
        near = text[max(0, place - 36) : place]
        if "(" in near or "[" in near or "—" in near:
            near = near.translate(_OPENERS)
        last = near.rsplit(None, 1)[-1:]
        if not last or last[0].lower() not in self._ends:
            return None
        words = near.lower().split()[-6:]
        if words[-3:] == ["an", "average", "of"]:
            words = words[:-3]
        if words and words[-1] in ("a", "an", "only", "just"):
            words.pop()
        if not words or words[-1] not in self._last:
            return None
        for count in (3, 2, 1):
            if qualifier := self._bounds.get(" ".join(words[-count:])):
                if words[-1].startswith("exceed") and _IN_VAIN.search(text, max(0, place - 60), place):
                    return "at most"  # "even large models struggle to exceed 54%"
                return qualifier
        return None

    def fraction_in_digits(self, text: str, start: int) -> Number | None:
        """ "1/4" before what it is a fraction of; None elsewhere."""
        match = self._fraction.match(text, start) if self._fraction else None
        if match is None:
            return None
        top, _, bottom = match["span"].partition("/")
        if float(bottom) == 0:
            return None
        value = round(float(top) / float(bottom), 4)
        qualifier = self.qualifier(text, start)
        return Number(*match.span("span"), value, unit="x", form="factor", qualifier=qualifier, rule="number.fraction")

    def from_to(self, text: str, match: regex.Match[str], number: Number) -> list[Number]:
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

    def in_words(self, text: str, match: regex.Match[str]) -> Number | None:
        """The number of a match of `number.word`; None for "two-stage" and the like."""
        start, end = match.span("span")
        qualifier = self.qualifier(text, start)
        if match["scale"]:
            return Number(start, end, magnitude(match["scale"].lower()), form="magnitude", rule="number.word")
        if not match["cardinal"]:
            value = self._factor(match)
            return Number(start, end, value, unit="x", form="factor", qualifier=qualifier, rule="number.word")
        number = Number(start, end, cardinal(match["cardinal"]), form="word", qualifier=qualifier, rule="number.word")
        if match["times"]:
            number.form, number.unit = "factor", "x"
        elif tail := match["tail"]:
            spelled = tail.strip(" -")
            if "point" in spelled:
                number.form, number.unit = "points", "points"
            elif spelled == "percent":
                number.form, number.unit = "percent", "%"
            else:
                number.form, number.unit = "unit", self._units.get(spelled, spelled)
        elif text.startswith("-", end):
            return None
        return number

    @staticmethod
    def _factor(match: regex.Match[str]) -> float:
        if match["fraction"]:
            return fraction(match["fraction"])
        if match["half"]:
            return 0.5
        if match["twice"]:
            return 2.0 if match["twice"].lower() == "twice" else 3.0
        if match["fold"]:
            word = match["fold"].lower().replace("fold", "").rstrip("-")
            return {"hundred": 100.0, "thousand": 1000.0}.get(word) or cardinal(word)
        orders = match["orders"].lower()
        exponent = 1.0 if orders == "an" else (digits(orders) or 1.0) if orders[0].isdigit() else cardinal(orders)
        return float(10.0 ** min(exponent, 20.0))
