"""Digits that are part of a name, a citation, a list numeral, a ratio or a year, and so no value."""

from __future__ import annotations

import re

import regex

from extract.facts import Number
from extract.rulebook import Rulebook
from extract.stages.number_parts import FORMS

_LIST = re.compile(r"\(\d{1,2}\)")
_COUNTED = re.compile(r"-(?:param(?:eter)?|token|sample|image|pair|word|example|document|frame|point)s?\b")
_TAIL_LETTERS = re.compile(r"[^\W_]|-[A-Za-z]|[:.^]\d|/[A-Za-z\\]|_|\^")
_WORD_AFTER = re.compile(r"\s*([A-Za-z][\w-]*)")
_YEAR_CUES = frozenset(
    ("in", "since", "until", "before", "after", "during", "early", "late", "year", "years", "from", "by", "of", "to")
)


class NameGuard:
    """Tells the digits of names and marks from numbers; built once from the rules."""

    def __init__(self, book: Rulebook) -> None:
        rule = book.rules.get("number.value")
        self._value = rule.pattern if rule else None
        self.not_names = frozenset(book.words("numbers_not_names"))
        self.name_heads = frozenset(book.words("numbers_name_heads"))
        self.glued = frozenset(book.words("numbers_glued_words"))

    def goes_on(self, text: str, start: int, value_end: int) -> bool:
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
        if c in ")]":  # Ca(ClO4)2; not the "(a)95.2%" of glued text
            return (
                before.isalnum()
                and not text[start + 1 : start + 2].isdigit()
                and text[start + 1 : start + 2] not in ".%"
            )
        if c == "(":
            return _LIST.match(text, start - 1) is not None or before in "OΘΩo"
        return False

    def is_name(self, text: str, match: regex.Match[str], number: Number, metric_ends: set[int]) -> bool:
        """Whether what stands around the number makes it part of a name, a mark or a year."""
        bare = number.form == "plain" and number.high is None and number.uncertainty is None
        sized = number.form == "magnitude"
        if (bare or sized) and self._goes_into(text, number) and not (sized and _COUNTED.match(text, number.end)):
            return True
        if number.form not in ("magnitude", "plain") or number.sign:
            return False
        if bare and self._ratio(text, match, number):
            return True
        before = text[max(0, number.start - 40) : number.start].rstrip()
        if number.form == "plain" and self._year(text, match, number, before):
            return True
        if not before or not text[number.start - 1].isspace():
            return False
        return self._after_name(text, match, number, before, metric_ends)

    @staticmethod
    def _goes_into(text: str, number: Number) -> bool:
        """3D, 1st, 5-shot, 0.5:0.95, 2.0.1 and the numerals of lists: 1) 2)."""
        if _TAIL_LETTERS.match(text, number.end):
            return True
        opened = "(" in text[max(0, number.start - 40) : number.start]
        return text.startswith(")", number.end) and not opened and number.value < 30

    def _ratio(self, text: str, match: regex.Match[str], number: Number) -> bool:
        """25/30 and 8/255; not 9/17% nor 12/9 FPS."""
        end = number.end
        if not (text.startswith("/", end) and text[end + 1 : end + 2].isdigit()) or "." in match["low"]:
            return False
        follow = self._value.match(text, end + 1) if self._value else None
        return follow is None or not any(follow[f] for f in FORMS)

    @staticmethod
    def _year(text: str, match: regex.Match[str], number: Number, before: str) -> bool:
        """ "in 2017", "2012-2023"; not "2000 images"."""
        if len(match["low"]) != 4 or not match["low"].isdigit() or not 1500 <= abs(number.value) < 2050:
            return False
        if number.high is not None:
            return 1900 <= number.high < 2050
        after = _WORD_AFTER.match(text, number.end)
        plural = after is not None and after.group(1)[0].islower() and after.group(1).endswith("s")
        last = before.rpartition(" ")[2].lower().strip("(,")
        return last in _YEAR_CUES or (number.value >= 1900 and not plural)

    def _after_name(
        self, text: str, match: regex.Match[str], number: Number, before: str, metric_ends: set[int]
    ) -> bool:
        """ "Table 3", "Llama 2", "OPT 175B"; not "BLEU 28.4" nor "GPT-3 175B parameters"."""
        end, sized = number.end, number.form == "magnitude"
        bare = not sized and number.high is None and number.uncertainty is None
        token = before.rpartition(" ")[2].rpartition("\n")[2].lstrip("([\"'“")
        if not token:
            return False
        folded = token.lower()
        if (bare or text[end - 1].isupper()) and (
            folded in self.name_heads or (folded.endswith("s") and folded[:-1] in self.name_heads)
        ):
            return True
        if not (bare or sized):
            return False
        if token[0].isdigit() and sized:  # ERNIE 4.5 300B
            token = before[: -len(token)].rstrip().rpartition(" ")[2] or "a"
        if not token[0].isupper() or token[-1] in ".,:;)!?=" or folded in self.not_names:
            return False
        if len(match["low"].partition(".")[2]) >= 2 or number.start - 1 in metric_ends:
            return False  # AUROC 0.912
        if bare and "." in match["low"] and len(match["low"]) >= 4:
            return False  # BLEU 28.4
        after = _WORD_AFTER.match(text, end)
        return not (after and sized and after.group(1).startswith(("param", "token")))
