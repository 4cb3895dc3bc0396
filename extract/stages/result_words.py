"""The words around a number, and the word lists of rules/results.toml that tell what they mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from extract.facts import Number
from extract.rulebook import Rulebook

TOKEN = re.compile(r"[A-Za-zρκτ0-9@^&µ](?:[\w@+/&^']|-(?!-)|(?<=@\d)\.(?=\d))*|[.,;:()—%]|--|[=+≈~]")
_ASCII_TOKEN = re.compile(TOKEN.pattern, re.ASCII)  # the same in a text of ASCII, a tenth faster
MARKS = frozenset((",", ".", ";", ":", "(", ")", "—", "--"))
_BEFORE, _AFTER, _WORDS_AFTER = 300, 90, 12  # characters before and after a number that can matter, and words after
BY_REACH = 40  # words that a verb may stand before its "by": a list of five systems with their makers is 25


@dataclass(frozen=True, slots=True)
class Verdict:
    """Kind, direction and the rule that decided; `kind` None means: no outcome."""

    kind: str | None
    rule: str = ""
    direction: str | None = None


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


class Words:
    """The word lists, ready to ask."""

    def __init__(self, book: Rulebook) -> None:
        def listed(name: str) -> frozenset[str]:
            return frozenset(book.words(f"results_{name}"))

        def stems(name: str) -> Stems:
            return Stems(book.words(f"results_{name}"))

        self.up, self.down, self.beat = stems("up"), stems("down"), stems("beat")
        self.verbs, self.counted, self.keep, self.attain = (
            stems("verbs"),
            stems("counted"),
            stems("keep"),
            stems("attain"),
        )
        self.nouns = listed("change_nouns")
        self.relative = listed("compare_relative")
        self.comparative = listed("compare_metric") | self.relative
        self.change = self.nouns | (self.comparative - {"over", "above", "below", "additional", "extra"})
        self.cost, self.level, self.generic, self.heads = (
            listed("cost"), listed("level"), listed("generic"), listed("metric_heads"),
        )  # fmt: skip
        self.settings, self.data, self.data_verbs = listed("setting_nouns"), listed("data_nouns"), listed("data_verbs")
        self.stop, self.skip = listed("stop"), listed("skip")
        self.links = listed("links") | self.skip
        self.factor_not, self.no_object, self.no_subject = (
            listed("factor_not"),
            listed("no_object"),
            listed("no_subject"),
        )
        self.ours, self.operating, self.shares, self.whole = (
            listed("ours"), listed("operating"), listed("shares"), listed("whole"),
        )  # fmt: skip
        self.set = frozenset(tuple(phrase.split()) for phrase in listed("hyperparameters"))
        self.memory, self.time_cues, self.time_not = listed("memory"), listed("time_cues"), listed("time_not")

    def phrase(self, words: Sequence[str]) -> Sequence[str]:
        """The words up to the next preposition, conjunction or mark."""
        for i, word in enumerate(words):
            if word in self.stop and not (i == 0 and word == "over"):
                if word == "relative" and words[i + 1 : i + 2] != ["to"]:
                    continue  # "8% average relative improvement"
                return words[:i]
        return words

    def moves(self, word: str) -> bool:
        """Whether a word says that something rose or fell."""
        return word in self.up or word in self.down

    def direction(self, word: str) -> str | None:
        """The direction that a word says."""
        if word in self.down:
            return "decrease"
        return "increase" if word in self.up else None

    def classed(self, words: Iterable[str]) -> bool:
        """Whether the words name a cost or a level."""
        return any(w in self.cost or w in self.level for w in words)

    def takes_number(self, head: Sequence[str]) -> bool:
        """Whether the last word is a verb of change with the number as its object: saves almost half, gains 3.2%."""
        if not head:
            return False
        word = head[-1]
        if word in ("gain", "gains", "gained", "gaining"):
            return True
        return self.moves(word) and word not in self.comparative and word not in self.no_object


def _tokens(text: str) -> list[str]:
    if text.isascii():
        return _ASCII_TOKEN.findall(text.lower())
    return [t.lower() for t in TOKEN.findall(text)]  # lower case may make a Greek letter or a sign a token


class Context:
    """The words of a number's clause. `head` is what stands before the number without what qualifies it.

    `heads` is what the paper's acronyms of measures end in when they are written out.
    """

    __slots__ = ("head", "heads", "left", "phrase", "right", "sentence")

    def __init__(
        self, words: Words, text: str, number: Number, sentence: tuple[int, int], heads: Mapping[str, str]
    ) -> None:
        self.sentence, self.heads = sentence, heads
        begin = max(sentence[0], number.start - _BEFORE)
        stop = min(sentence[1], number.end + _AFTER)
        self.left = _tokens(text[begin : number.start])
        self.right = _tokens(text[number.end : stop])[:_WORDS_AFTER]
        if self.right[:1] == ["("] and ")" in self.right[2:5]:  # "18% (A2C) higher": the bracket may be read over
            rest = self.right[self.right.index(")") + 1 :]
            if rest and rest[0] in words.change:
                self.right = rest
        self.phrase = words.phrase(self.right)
        left = self.left
        n = len(left)
        while n:
            if left[n - 1] in words.skip:
                n -= 1
            elif left[n - 1] == "to" and n > 1 and left[n - 2] in ("up", "close"):
                n -= 2
            else:
                break
        self.head = left[:n]

    def direction(self, words: Words) -> str | None:
        """The direction that the nearest word of change says, after the number first."""
        for word in self.right[:4]:
            if word in words.comparative or word in words.nouns:
                return words.direction(word)
        for word in reversed(self.left[-BY_REACH:]):
            if word not in words.skip and words.moves(word):
                return words.direction(word)
        return None
