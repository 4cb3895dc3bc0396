"""What kind of thing a noun phrase speaks of, by its head noun: `... Module` a method, `... Corpus` a data set."""

from __future__ import annotations

import re
from functools import lru_cache

from extract.facts import Label
from extract.rulebook import Rulebook

_APPOSITION = re.compile(
    r"\s?(?:,|:|[–—]|\s-{1,3}\s|\sis\s|,\swhich\sis\s)\s?(?:a|an|the|our|A|An|The)\s([^.;:()]{3,140})"
)
# The words, their ends by the letter they begin with, behind which a phrase says no longer what it names.
_CLAUSE_WORDS = {
    "a": "t|s|re|ble|chieving|ddressing|imed|iming|cross|dapting|llowing|ssessing|nd\\s(?:an?|the)|ssembled\\sfrom",
    "b": "ased|uilt|y|ridging",
    "c": "apable|ontaining|omprising|onsisting|overing|alled|onsists|ombining|an|omprised|omposed"
    "|onstructed\\s(?:from|by|via|to|for|on)|urated\\s(?:from|by|via|to|for)|ollected\\s(?:from|by|via|across|in)"
    "|reated\\s(?:from|by|via|to|for)",
    "d": "esigned|eveloped|erived|irectly|edicated",
    "e": "nabling|mploying|xploiting|xploring|nhancing|xtending|valuating",
    "f": "or|rom|eaturing|eatured|ocus(?:ed|ing)\\son",
    "g": "enerating|rounded\\sin",
    "h": "as",
    "i": "n|s|t|nspired|ntegrating|ncorporating|ntroducing|mproving|ncluding|nvolving|ntended",
    "j": "ointly",
    "l": "everaging|earned",
    "m": "easuring|imicking",
    "n": "amed",
    "o": "f|n|ver|perating|ffering|ptimizing|btained",
    "p": "roposed|owered|roviding|erforming|roducing|urpose-built\\s(?:to|for)",
    "r": "equiring|educing",
    "s": "panning|pecifically|upporting|pecialized|imultaneously|uitable",
    "t": "hat|o|ailored|rained|owards?|hrough|argeting|esting|ransforming",
    "u": "sing|nder|tilizing|nifying",
    "v": "ia",
    "w": "hich|ith|here|hose|hen|e",
}
_CLAUSE = rf",|\s(?:{'|'.join(f'{first}(?:{rest})' for first, rest in _CLAUSE_WORDS.items())})\b"
_CLAUSE_END = re.compile(_CLAUSE, re.IGNORECASE)
_CLAUSE_END_LOWER = re.compile(_CLAUSE, re.ASCII)  # four times as fast
_NEXT_WORD = re.compile(r"\s([a-z][\w-]*)(?:\s([a-z][\w-]*))?")
_FIELD = re.compile(r"(?:ology|graphy|metry|omics|istry|iatry|oscopy|opathy|itis|emia|osis|oma|plasty|grams?)$")


def up_to_clause(phrase: str) -> str:
    """A phrase up to its first comma, clause or preposition."""
    cut = _CLAUSE_END_LOWER.search(phrase.lower()) if phrase.isascii() else _CLAUSE_END.search(phrase)
    return phrase[: cut.start()] if cut else phrase


class Heads:
    """What kind of thing a noun phrase speaks of, by its head noun."""

    def __init__(self, book: Rulebook) -> None:
        self._kinds: dict[str, Label] = {}
        labels: tuple[tuple[str, Label], ...] = (
            ("names_other_heads", "none"),
            ("names_task_heads", "task"),
            ("names_metric_heads", "metric"),
            ("names_dataset_heads", "dataset"),
        )
        for name, label in labels:
            self._kinds.update(dict.fromkeys(book.words(name), label))
        self._methods = frozenset(book.words("names_method_nouns"))
        self._verbs = frozenset(book.words("names_method_verbs"))
        self._behind = lru_cache(maxsize=1 << 16)(self._two_words)

    def kind(self, phrase: str) -> Label | None:
        """The label of the last noun of a phrase that has been cut at its first clause or preposition."""
        words = up_to_clause(phrase).lower().split()
        if not words:
            return None
        if len(words) > 1 and (two := self._kinds.get(" ".join(words[-2:]))):
            return two
        last = words[-1].strip("\"'“”‘’`*,.")
        if last in self._methods:
            return "method"
        if last.removesuffix("s") in self._methods:
            return "method"
        if found := self._kinds.get(last) or self._kinds.get(last.removesuffix("s")):
            return found
        return "none" if _FIELD.search(last) else None

    def after(self, text: str, end: int) -> Label | None:
        """The kind that the noun right behind a name gives it: X benchmark, X module."""
        return self.behind(text, end)[0]

    def acts(self, text: str, end: int) -> bool:
        """Whether what stands behind a name does what methods do: X achieves, X significantly outperforms."""
        return self.behind(text, end)[1]

    def behind(self, text: str, end: int) -> tuple[Label | None, bool]:
        """Both in one look: the kind that the noun right behind a name gives it, and whether a method acts there."""
        match = _NEXT_WORD.match(text, end)
        return (None, False) if match is None else self._behind(*match.groups())

    def _two_words(self, word: str, following: str | None) -> tuple[Label | None, bool]:
        """What two words behind a name say: the kind of it, and whether they are what methods do."""
        acts = word in self._verbs or (following in self._verbs and word.endswith(("ly", "also", "further", "then")))
        if following and (two := self._kinds.get(f"{word} {following}")):
            return two, acts
        if word in self._methods or word.removesuffix("s") in self._methods:
            return "method", acts
        label = self._kinds.get(word)
        # "BERT detection" is no name of a task, "BERT images" none of an image: only sure nouns count behind a name.
        return (label if label in ("dataset", "metric") else None), acts

    def apposition(self, text: str, end: int) -> Label | None:
        """The kind that an apposition gives: X, a benchmark for reading; X is a framework that reads."""
        match = _APPOSITION.match(text, end)
        if match is None:
            return None
        label = self.kind(match[1])
        # "X, an image segmentation pipeline" is cut well, "X, a zero-shot segmentation" is no task.
        if label == "task" and re.search(r"\b(?:task|problem|setting)s?\b", match[1]) is None:
            return None
        return label
