"""The stage `paperfacts_quantities`: the numbers with a counted noun or a unit that no result has claimed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spacy.language import Language

from extract.facts import Facts, Number, Quantity, facts_of, mirror
from extract.rulebook import Rulebook, load

if TYPE_CHECKING:
    from spacy.tokens import Doc

_WORDS = re.compile(r"(?P<gap>[ \n-]?(?:\()?|, )(?P<word>U\.S\.|U\.K\.|[23]D\b|[A-Za-z](?:[\w'’/&+-]|\.(?=\w))*)")
_SAMPLE = re.compile(r"\b[nN]\s?(?:=|>|≥|~)\s?$")
_ADJECTIVE = re.compile(r"(?: [\w-]+){1,2},? (?:and )?")
_SHARE_OF = re.compile(r" of (?:the |its |all |these |our )?([\w-]+(?: [\w-]+)?)")
_PLURAL_NOT = ("ss", "us", "is", "ous")
_PARTICIPLES = frozenset(
    ("collected", "annotated", "generated", "available", "sampled", "used", "trained", "required", "obtained")
)
_SCREEN = frozenset(
    (
        "resolution",
        "video",
        "videos",
        "panoramic",
        "ultra-high-resolution",
        "image",
        "images",
        "omnidirectional",
        "display",
        "uhd",
        "text-to-image",
        "or",
        "high-resolution",
    )
)
_MAX_WORDS = 7


class Quantities:
    """Fills `facts.quantities`."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book

        def words(name: str) -> frozenset[str]:
            return frozenset(book.words(f"quantities_{name}"))

        self.not_nouns = words("not_nouns")
        self.partitives = words("partitives")
        self.plurals = words("plurals")
        self.stop = words("stop")
        self.data = words("data")
        self.people = words("people")
        self.hardware = words("hardware")
        self.past = words("past")
        self.sizes = words("setting_sizes")
        self.device = book.rules["quantity.one-device"]

    def __call__(self, doc: Doc) -> Doc:
        """Fill `facts.quantities`."""
        facts = facts_of(doc)
        self.find(facts.text, facts)
        mirror(doc, "quantities", [(q.number.start, q.number.end, q.kind) for q in facts.quantities])
        return doc

    def find(self, text: str, facts: Facts) -> None:
        """The quantities of a text; each counted thing once."""
        seen: set[tuple[float, float | None, str]] = set()
        numbers = facts.numbers
        for i, number in enumerate(numbers):
            if number.used:
                continue
            high, end = number.high, number.end
            if (
                number.role == "from"
                and i + 1 < len(numbers)
                and numbers[i + 1].role == "to"
                and not numbers[i + 1].used
            ):
                high, end = numbers[i + 1].value, numbers[i + 1].end
            elif number.role == "to" and i and numbers[i - 1].used and numbers[i - 1].role == "from":
                continue
            found = self._type(text, number, end) or self._shared(text, numbers, i)
            if found is None:
                continue
            kind, unit, rule, stop = found
            key = (number.value, high, unit.rsplit(" ", 1)[-1].lower() if unit else kind)
            if key in seen:
                continue
            seen.add(key)
            number.used = True
            if high is not None and number.role == "from":
                numbers[i + 1].used = True
                if high < number.value:
                    continue
            facts.quantities.append(
                Quantity(number, number.start, stop, number.value, high, unit, kind, rule, self.book.confidence(rule))
            )
        self._devices(text, facts)

    def _shared(self, text: str, numbers: list[Number], i: int) -> tuple[str, str | None, str, int] | None:
        """The noun of a later member of the list: 1.5B, 8B and 24B models; 560k training and 70k evaluation instances."""
        number = numbers[i]
        for other in numbers[i + 1 : i + 5]:
            if other.used or other.form != number.form:
                return None
            grouped = number.group is not None and other.group == number.group
            if not grouped and not _ADJECTIVE.fullmatch(text, number.end, other.start):
                return None
            if found := self._type(text, other, other.end):
                return *found[:3], number.end
        return None

    def _devices(self, text: str, facts: Facts) -> None:
        lower = text.lower()
        if not any(t in lower for t in self.device.triggers):
            return
        for match in self.device.finditer(text):
            number = Number(*match.span("span"), 1.0, form="word", rule=self.device.id, used=True)
            unit = text[match.end("span") + 1 : match.end()]
            facts.quantities.append(
                Quantity(
                    number,
                    number.start,
                    match.end(),
                    1.0,
                    None,
                    unit,
                    "hardware",
                    self.device.id,
                    self.device.confidence,
                )
            )

    def _type(self, text: str, number: Number, end: int) -> tuple[str, str | None, str, int] | None:
        """Kind, unit, rule and the end of the surface; None when nothing is counted."""
        before = text[max(0, number.start - 30) : number.start]
        last = before.rstrip().rpartition(" ")[2].lower().strip("(,")
        if _SAMPLE.search(before):
            return "sample_size", None, "quantity.sample-size", end
        words = self._noun_phrase(text, end)
        if number.form == "size":
            if number.value < 16 or any(w.lower() in self.sizes for w, _ in words[:3]):
                return None
            return "resolution", words[0][0] if words else None, "quantity.resolution", words[0][1] if words else end
        if number.form == "percent":
            return self._share(text, number, words, last)
        if number.form == "unit":
            return self._unit(number, words, last, end)
        if number.form == "factor" or number.form == "points":
            return None
        if last in self.past or last == "any":
            return None
        return self._counted(text, number, words, before, end)

    def _share(
        self, text: str, number: Number, words: list[tuple[str, int]], last: str
    ) -> tuple[str, str | None, str, int] | None:
        match = _SHARE_OF.match(text, number.end)
        if match:
            return "other", match.group(1), "quantity.share", match.end()
        if words:
            return "other", words[0][0], "quantity.share", words[0][1]
        return None

    def _unit(
        self, number: Number, words: list[tuple[str, int]], last: str, end: int
    ) -> tuple[str, str | None, str, int] | None:
        unit = number.unit or ""
        if last in self.past or unit in ("bit", "bits") or (unit in ("°", "degrees") and number.value == 360):
            return None
        if unit in ("GB", "TB", "MB"):
            return "hardware", unit, "quantity.unit", end
        return "other", unit, "quantity.unit", end

    def _counted(
        self, text: str, number: Number, words: list[tuple[str, int]], before: str, end: int
    ) -> tuple[str, str | None, str, int] | None:
        big = number.form == "magnitude"
        if (
            big
            and text[end - 1] in "Kk"
            and number.value in (1e3, 2e3, 4e3, 8e3, 1.6e4)
            and words
            and words[0][0].lower() in _SCREEN
        ):
            return None  # a 4K image
        if not words:
            return self._bare(text, number, before, end) if big else None
        names = [w for w, _ in words]
        folded = [w.lower() for w in names]
        if any(w in self.hardware for w in folded[:4]) and number.value < 100_000:
            stop = next(i for i, w in enumerate(folded) if w in self.hardware)
            while (
                stop + 1 < len(folded)
                and stop < 4
                and (folded[stop + 1] in self.hardware or names[stop + 1][0].isdigit())
            ):
                stop += 1
            return "hardware", " ".join(names[: stop + 1]), "quantity.hardware", words[stop][1]
        for i, word in enumerate(folded[:3]):
            if word in ("parameter", "parameters", "params", "param") or word.endswith("-parameter"):
                if number.form == "word" and number.value < 20 or self.not_nouns.intersection(folded[:i]):
                    break
                return "model_size", "parameters", "quantity.model-size", words[i][1]
        if (
            big
            and number.value >= 1e6
            and folded[0]
            in (
                "model",
                "models",
                "llm",
                "llms",
                "variant",
                "variants",
                "scale",
                "backbone",
                "language",
                "dense",
                "moe",
                "size",
                "policy",
                "vlm",
            )
        ):
            return "model_size", "parameters", "quantity.model-size", words[0][1]
        for i, word in enumerate(folded[:4]):
            if word in (
                "token",
                "tokens",
                "context",
                "contexts",
                "token-long",
                "sequence",
                "sequences",
                "context-length",
            ) and (word.startswith(("token", "context")) or big):
                kind = "dataset_size" if number.value >= 1e8 else "context_length"
                return kind, " ".join(names[: i + 1]), f"quantity.{kind.replace('_', '-')}", words[i][1]
        head = self._head(names)
        if head is None:
            return self._bare(text, number, before, end) if big else None
        noun = folded[head]
        if text.startswith(" of code", words[head][1]):
            return "other", " ".join(names[: head + 1]) + " of code", "quantity.count", words[head][1] + 8
        if noun in self.not_nouns and number.value <= 5:
            return None
        if number.form == "word" and (
            noun in self.not_nouns
            or (
                noun in self.partitives
                and text.startswith(" of ", words[head][1])
                and noun not in ("lines", "hours", "minutes")
            )
        ):
            return None
        unit, stop = " ".join(names[: head + 1]), words[head][1]
        if noun in self.people:
            return "sample_size", unit, "quantity.sample-size", stop
        if noun in self.data and (number.value >= 50 or big):
            return "dataset_size", unit, "quantity.dataset-size", stop
        return "count", unit, "quantity.count", stop

    def _bare(self, text: str, number: Number, before: str, end: int) -> tuple[str, str | None, str, int] | None:
        """A magnitude without a noun: up to 200K after "sequence lengths", 7B in brackets after a model."""
        lower = before.lower()
        if "length" in lower or "context" in lower:
            return "context_length", None, "quantity.context-length", end
        if text[end - 1 : end] == "B" and 1e8 <= number.value <= 5e12:
            return "model_size", "parameters", "quantity.model-size", end
        if (
            text[end - 1 : end] in "BM"
            and number.value >= 1e7
            and any(w in lower for w in ("model", "param", "scal", "size"))
        ):
            return "model_size", "parameters", "quantity.model-size", end
        return None

    def _noun_phrase(self, text: str, end: int) -> list[tuple[str, int]]:
        """The words from a place on that may belong to one noun phrase, each with its end."""
        words: list[tuple[str, int]] = []
        place = end
        plural = False
        while len(words) < _MAX_WORDS:
            match = _WORDS.match(text, place)
            if match is None:
                break
            word, gap = match["word"], match["gap"]
            if gap.endswith("("):
                break
            if gap == ", " and (
                plural
                or not words
                or ("-" not in words[-1][0] and len(words) > 1)
                or match["word"].lower() in self.stop
            ):
                break
            if not gap and place != end:
                break
            folded = word.lower()
            adverb = words and (words[-1][0].endswith("ly") or words[-1][0] == "well")
            if folded in self.stop and not (folded in _PARTICIPLES and (not words or adverb)):
                if folded == "and" and words and not plural and len(words) < 4:
                    words.append((word, match.end()))
                    place = match.end()
                    continue
                break
            plural = plural or self._plural(word)
            words.append((word, match.end()))
            place = match.end()
        while words and words[-1][0].lower() == "and":
            words.pop()
        return words

    def _plural(self, word: str) -> bool:
        if word[-1] == "s" and word[:-1].isupper() and len(word) > 2:  # WSIs
            return True
        word = word.lower()
        return word in self.plurals or (len(word) > 3 and word.endswith("s") and not word.endswith(_PLURAL_NOT))

    def _head(self, words: list[str]) -> int | None:
        """Place of the counted noun: the first plural, or the one right after it."""
        for i, word in enumerate(words):
            if self._plural(word):
                after = words[i + 1].lower() if i + 1 < len(words) else ""
                if after and self._plural(after) and (after in self.data or after in self.people):
                    return i + 1
                if word.lower() in self.plurals:  # two data bias types
                    later = [k for k in range(i + 1, min(len(words), i + 4)) if self._plural(words[k])]
                    return later[0] if later else i
                return i
        return None


@Language.factory("paperfacts_quantities", assigns=["doc.user_data", "doc.spans"], default_config={"rules": None})
def make_quantities(nlp: Language, name: str, rules: str | None) -> Quantities:
    """Create the stage; `rules` is a folder of rules merged over the shipped ones."""
    return Quantities(load(rules))
