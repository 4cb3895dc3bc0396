"""What a number counts or measures: the noun phrase after it, and the kind of quantity that its noun tells."""

from __future__ import annotations

import re
from typing import NamedTuple

from extract.facts import Number
from extract.rulebook import Rulebook

_WORD = re.compile(
    r"(?P<gap>[ \n-]?(?: ?\([A-Z][\w-]{1,9}\) )?(?:\()?|, )"
    r"(?P<word>\d{2,3} ?GB\b|U\.S\.|U\.K\.|[23]D\b|[A-Za-z](?:[\w'’/&+-]|\.(?=\w))*)"
)
_SAMPLE = re.compile(r"\b[nN]\s?(?:=|>|≥|~)\s?$")
_EQUAL = frozenset("=>≥~")
_OF_DATA = re.compile(
    r"(?:\b(?:corpus|corpora|data-?set|documents|pages|traffic|collection)\s?(?:\(|of\s|with\s|comprises\s|contains\s|totall?ing\s)"
    r"(?:\w+\s){0,2}|\b(?:annotated|labell?ed|collected|totall?ing)\s(?:about\s|over\s)?)[~≈$]?$"
)
_IS_DATA = re.compile(
    r"\s(?:of\s)?(?:(?!of\b|GPU|memory|V?RAM)[\w-]+\s){0,3}(?:data|text|corpus|corpora|dataset|images|documents|recordings)\b"
)
_SHARE_OF = re.compile(r" of (?:the |its |all |these |our )?([\w-]+(?: [\w-]+)?)")
_NO_PLURAL = ("ss", "us", "is", "ous", "bias", "series", "lens", "canvas", "atlas")
_MAX_WORDS = 7  # of one noun phrase
_SCREENS = frozenset((1e3, 2e3, 4e3, 8e3, 1.6e4))
_SMALLEST_SIDE = 16  # pixels; below it a size is a kernel or a grid
_SMALLEST_DATA = 50  # items; fewer are a count of things, not the size of a data set
_RHETORICAL = 5  # up to so many "key challenges" order an argument
_LARGEST_MACHINE = 100_000


class Typed(NamedTuple):
    """Kind and unit of a quantity, the rule that told it, and where its surface ends."""

    kind: str
    unit: str | None
    rule: str
    end: int


class Phrase(NamedTuple):
    """The words after a number with their ends; `folded` in lower case."""

    names: list[str]
    folded: list[str]
    ends: list[int]


class Types:
    """Tells the kind of quantity; built once from the word lists."""

    def __init__(self, book: Rulebook) -> None:
        def words(name: str) -> frozenset[str]:
            return frozenset(book.words(f"quantities_{name}"))

        self.not_nouns, self.partitives, self.plurals = words("not_nouns"), words("partitives"), words("plurals")
        self.stop, self.participles, self.past = words("stop"), words("participles"), words("past")
        self.data, self.people, self.hardware = words("data"), words("people"), words("hardware")
        self.models, self.context, self.screen, self.sizes = (
            words("models"), words("context"), words("screen"), words("setting_sizes"),
        )  # fmt: skip

    def type(self, text: str, number: Number, end: int) -> Typed | None:
        """What a number counts whose text ends at `end`; None when it counts nothing."""
        before = text[max(0, number.start - 30) : number.start]
        if before.rstrip()[-1:] in _EQUAL and _SAMPLE.search(before):
            return Typed("sample_size", None, "quantity.sample-size", end)
        last = before.rstrip().rpartition(" ")[2].lower().strip("(,")
        form = number.form
        if form == "unit":
            return self._unit(number, last, end, before, text[end : end + 60])
        if form == "points":
            return None
        phrase = self._phrase(text, end)
        if form == "factor":  # 8× A100 GPUs; not "2x GPU memory"
            named = phrase.names and phrase.names[0][0].isupper() and phrase.folded[0] not in ("gpu", "cpu", "tpu")
            return self._machine(number, phrase) if named else None
        if form == "size":
            if number.value < _SMALLEST_SIDE or any(w in self.sizes for w in phrase.folded[:3]):
                return None
            unit = phrase.names[0] if phrase.names else None
            return Typed("resolution", unit, "quantity.resolution", phrase.ends[0] if phrase.ends else end)
        if form == "percent":
            return self._share(text, number, phrase)
        if last in self.past or last == "any":
            return None
        return self._counted(text, number, phrase, before, end)

    def _share(self, text: str, number: Number, phrase: Phrase) -> Typed | None:
        """A percentage that is no outcome: of the labels, of corruption."""
        if match := _SHARE_OF.match(text, number.end):
            return Typed("other", match.group(1), "quantity.share", match.end())
        if phrase.names:
            return Typed("other", phrase.names[0], "quantity.share", phrase.ends[0])
        return None

    def _unit(self, number: Number, last: str, end: int, before: str, behind: str) -> Typed | None:
        """A measured amount; not "the past five years", nor the bits and degrees of a name."""
        unit = number.unit or ""
        if last in self.past or unit in ("bit", "bits") or (unit in ("°", "degrees") and number.value == 360):
            return None
        if unit not in ("GB", "TB", "MB"):
            return Typed("other", unit, "quantity.unit", end)
        if _IS_DATA.match(behind) or _OF_DATA.search(before):  # "a corpus of 40 GB", "1 TB of images"
            return Typed("dataset_size", unit, "quantity.dataset-size", end)
        return Typed("hardware", unit, "quantity.unit", end)

    def _counted(self, text: str, number: Number, phrase: Phrase, before: str, end: int) -> Typed | None:
        big = number.form == "magnitude"
        if not phrase.names:
            return self._bare(text, number, before, end) if big else None
        if big and number.value in _SCREENS and text[end - 1] in "Kk" and phrase.folded[0] in self.screen:
            return None
        typed = self._machine(number, phrase) or self._model(number, phrase) or self._context(number, phrase, before)
        if typed is not None:
            return typed
        head = self._head(phrase.names)
        if head is None:
            return self._bare(text, number, before, end) if big else None
        noun, unit, stop = phrase.folded[head], " ".join(phrase.names[: head + 1]), phrase.ends[head]
        if text.startswith(" of code", stop):
            return Typed("other", unit + " of code", "quantity.count", stop + len(" of code"))
        if noun in self.not_nouns and number.value <= _RHETORICAL:
            return None
        if number.form == "word" and noun in self.partitives and text.startswith(" of ", stop):
            return None  # two types of, three hours of
        if noun in self.people:
            return Typed("sample_size", unit, "quantity.sample-size", stop)
        if noun in self.data and (number.value >= _SMALLEST_DATA or big):
            return Typed("dataset_size", unit, "quantity.dataset-size", stop)
        return Typed("count", unit, "quantity.count", stop)

    def _machine(self, number: Number, phrase: Phrase) -> Typed | None:
        """ "four RTX 4090 GPUs"."""
        folded = phrase.folded
        last = next((i for i, w in enumerate(folded[:4]) if w in self.hardware), None)
        if last is None or number.value >= _LARGEST_MACHINE:
            return None
        while last + 1 < len(folded) and last < 4 and folded[last + 1] in self.hardware:
            last += 1
        return Typed("hardware", " ".join(phrase.names[: last + 1]), "quantity.hardware", phrase.ends[last])

    def _model(self, number: Number, phrase: Phrase) -> Typed | None:
        """ "7B parameters", "a 4B model"; not "two key parameters"."""
        for i, word in enumerate(phrase.folded[:3]):
            if word in ("parameter", "parameters", "params", "param") or word.endswith("-parameter"):
                few = number.form == "word" and number.value < 20
                if few or self.not_nouns.intersection(phrase.folded[:i]):
                    return None
                return Typed("model_size", "parameters", "quantity.model-size", phrase.ends[i])
        if number.form == "magnitude" and number.value >= 1e6 and phrase.folded[0] in self.models:
            return Typed("model_size", "parameters", "quantity.model-size", phrase.ends[0])
        return None

    def _context(self, number: Number, phrase: Phrase, before: str) -> Typed | None:
        """ "160K tokens" of one input, "1.4T tokens" of a corpus."""
        for i, word in enumerate(phrase.folded[:4]):
            if word in self.context or (word in ("sequence", "sequences") and number.form == "magnitude"):
                many = number.value >= (1e6 if word == "sequences" else 1e8)
                data = number.value >= 1e3 and ("training" in phrase.folded[:i] or _OF_DATA.search(before))
                kind = "dataset_size" if many or data else "context_length"
                unit = " ".join(phrase.names[: i + 1])
                return Typed(kind, unit, f"quantity.{kind.replace('_', '-')}", phrase.ends[i])
        return None

    def _bare(self, text: str, number: Number, before: str, end: int) -> Typed | None:
        """A magnitude without a noun: up to 200K after "sequence lengths", 7B in brackets after a model."""
        lower = before.lower()
        if "length" in lower or "context" in lower:
            return Typed("context_length", None, "quantity.context-length", end)
        billions = text[end - 1 : end] == "B" and 1e8 <= number.value <= 5e12
        millions = text[end - 1 : end] in "BM" and number.value >= 1e7
        if billions or (millions and any(w in lower for w in ("model", "param", "scal", "size"))):
            return Typed("model_size", "parameters", "quantity.model-size", end)
        return None

    def _phrase(self, text: str, end: int) -> Phrase:
        """The words from a place on that may belong to one noun phrase."""
        phrase = Phrase([], [], [])
        place, plural = end, False
        while len(phrase.names) < _MAX_WORDS:
            match = _WORD.match(text, place)
            if match is None:
                break
            word, gap = match["word"], match["gap"]
            folded = word.lower()
            if gap.endswith("(") or (not gap and place != end):
                break
            if gap == ", " and (plural or folded in self.stop or not self._lists(phrase)):
                break
            if folded in self.stop and not self._opens(phrase, folded) and (
                folded not in ("and", "or") or plural or not 0 < len(phrase.names) < 4
            ):  # fmt: skip
                break
            plural = plural or self._plural(word)
            phrase.names.append(word)
            phrase.folded.append(folded)
            place = match.end()
            phrase.ends.append(place)
        while phrase.folded and phrase.folded[-1] in ("and", "or"):
            for part in phrase:
                part.pop()
        return phrase

    def _opens(self, phrase: Phrase, folded: str) -> bool:
        """Whether a participle stands where an adjective may: first, or after an adverb."""
        adverb = phrase.names and (phrase.names[-1].endswith("ly") or phrase.names[-1] == "well")
        return folded in self.participles and (not phrase.names or bool(adverb))

    @staticmethod
    def _lists(phrase: Phrase) -> bool:
        """Whether a comma may go on listing adjectives: 501 high-quality, multi-topic questions."""
        return bool(phrase.names) and (len(phrase.names) == 1 or "-" in phrase.names[-1])

    def _plural(self, word: str) -> bool:
        if word[-1] == "s" and word[-2:-1].isupper() and len(word) > 2:  # WSIs, RoIs
            return True
        word = word.lower()
        return word in self.plurals or (len(word) > 3 and word.endswith("s") and not word.endswith(_NO_PLURAL))

    def _head(self, names: list[str]) -> int | None:
        """Place of the counted noun: the first plural, or the one right after it."""
        for i, word in enumerate(names):
            if not self._plural(word):
                continue
            after = names[i + 1].lower() if i + 1 < len(names) else ""
            if after and self._plural(after) and (after in self.data or after in self.people):
                return i + 1
            if word.lower() in self.plurals:  # two data bias types
                return next((k for k in range(i + 1, min(len(names), i + 4)) if self._plural(names[k])), i)
            return i
        return None
