"""The stage `paperfacts_vocabulary`: names that the vocabulary knows, as evidence with their canonical ids.

One `PhraseMatcher` over the lower-cased tokens holds all kinds; what it finds is then held against the guards: the
spelling ("case"), a cue beside it ("cue"), and the characters around it, since `MBPP` in `MBPP+` and `KITTI-360` in
`VAA-KITTI-360` are other names. A form that several kinds share (MAE, the metric and the model) needs its cue.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import regex
import spacy
from spacy.language import Language
from spacy.matcher import PhraseMatcher

from extract.facts import Evidence, Facts, facts_of, mirror
from extract.rulebook import Rulebook, Term, load
from extract.stages.candidates import TIERS
from extract.tokenizer import Tokenizer

if TYPE_CHECKING:
    from spacy.tokens import Doc

_RULES = {kind: f"vocabulary.{kind}" for kind in ("dataset", "metric", "task", "method")}
_DIGIT = re.compile(r"\d")
_LETTERS_DIGIT = re.compile(r"(?<=[A-Za-z]{2})[- ]?(?=\d)")
# The confidence of a guarded metric that no cue beside it proves: `stages.metrics` proves it or drops it.
UNPROVED = 0.1
# What makes a known name a longer one: SWE-bench Lite-S, MUSIC-AVQA v2.0, FLUX.1-Kontext-dev.
_LONGER = {
    "dataset": re.compile(
        r" (?:Lite|Verified|Pro|Plus|Hard|Mini|Live|Full|Extended|[vV]\d(?:\.\d)?)(?:-[A-Z]\w*)?(?![\w-]|\.\d)"
    ),
    "method": re.compile(rf"[-‑](?:{'|'.join(sorted(TIERS))})(?![\w-])"),
}
# 40 characters hold the longest cue with its filler ("in terms of the average ...").
_WINDOW = 40
_LONGEST_FIRST = itemgetter(0, 1)
_CACHE_LIMIT = 50_000  # spellings; then the cache starts over, so that a long run does not grow


_SINGLE = re.compile(r"\b\w-|-\w\b")


def metric_ids(book: Rulebook) -> dict[str, str]:
    """Vocabulary id by each spelling of a metric, in lower case; the first term that claims a spelling has it."""
    ids: dict[str, str] = {}
    for term in book.terms:
        if term.kind == "metric":
            for form in (term.name, *term.aliases):
                for spelling in variants(form.removeprefix("?"), "metric"):
                    ids.setdefault(spelling.lower(), term.id)
    return ids


def variants(form: str, kind: str) -> Iterator[str]:
    """The spellings of a form that count as the form itself: CIFAR-10, CIFAR10, CIFAR 10; MS COCO, MS-COCO."""
    yield form
    if form.count(" ") + form.count("-") <= 3:
        if "-" in form and not _SINGLE.search(form):  # "S measure" stands in "Let's measure"
            yield form.replace("-", " ")
        if form.count(" ") == 1:
            yield form.replace(" ", "-")
    if kind != "task" and _DIGIT.search(form):
        yield _LETTERS_DIGIT.sub("", form)
        yield _LETTERS_DIGIT.sub("-", form)
        # "mAP 50" may be a value, "CIFAR 10" is none.
        if kind != "metric":
            yield _LETTERS_DIGIT.sub(" ", form)


class _Reading(NamedTuple):
    """A term that a spelling may stand for, and whether it does so only beside a cue."""

    term: Term
    guarded: bool


class _Form(NamedTuple):
    """What one spelling may stand for."""

    term: Term
    guard: str


def _plain(form: str, guard: str) -> bool:
    """A plain phrase (mean squared error) reads the same with capitals; its guard is about its acronym."""
    return form.islower() and (guard == "cue" or " " in form)


class Vocabulary:
    """The stage; `phrases` are the known forms by their lower-case spelling."""

    def __init__(self, nlp: Language, book: Rulebook) -> None:
        self.book = book
        self._cues = {kind: _cue_pattern(book, kind) for kind in _RULES}
        self.forms: dict[str, list[_Form]] = {}
        self._exact: dict[str, set[str]] = {}
        self._readings: dict[str, tuple[_Reading, ...]] = {}  # by spelling as found in texts
        self._sure = {kind: book.confidence(rule) for kind, rule in _RULES.items()}
        spellings: dict[str, None] = {}
        plain: set[str] = set()
        for term in book.terms:
            if term.kind not in _RULES:
                continue
            for written in (term.name, *term.aliases):
                # A "?" before an alias guards it alone by a cue: ASR is a rate of attacks, and speech recognition.
                guard = "cue" if written.startswith("?") else term.guard
                for form in variants(written.removeprefix("?"), term.kind):
                    spellings.setdefault(form)
                    known = self.forms.setdefault(form.lower(), [])
                    if not known or all(k.term.id != term.id or k.term.kind != term.kind for k in known):
                        known.append(_Form(term, guard))
                    if guard and _plain(written, guard):
                        plain.add(form.lower())
                    elif guard:
                        self._exact.setdefault(form.lower(), set()).add(form)
        several = [(lowered, known) for lowered, known in self.forms.items() if len(known) > 1]
        # What is a plain phrase in one spelling (soft actor-critic) counts in all.
        for lowered in plain:
            self._exact.pop(lowered, None)
        # FID and SuperGLUE are so plainly a measure and a benchmark that no model of the name counts.
        for lowered, known in several:
            if any(not form.guard and form.term.kind != "method" for form in known):
                self.forms[lowered] = [form for form in known if form.term.kind != "method"]
        # Forms that several kinds still share.
        self._shared = {form for form, _ in several if len({k.term.kind for k in self.forms[form]}) > 1}
        self._matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
        phrases: list[Any]
        if isinstance(nlp.tokenizer, Tokenizer):
            # Forms in lower case as the hashes of their tokens: a `Doc` for each would take three times as long.
            keys = Tokenizer(nlp.vocab).keys
            phrases = [keys(form) for form in self.forms]
        else:
            # spaCy's own tokenizer cuts "1K" and "1k" in different places. The pipeline's own must not be used: its
            # cache would fill with our forms and close.
            tokenize = spacy.blank("en", vocab=nlp.vocab).tokenizer
            phrases = [tokenize(form) for form in spellings]
        self._matcher.add("known", phrases)

    def __call__(self, doc: Doc) -> Doc:
        """Add the evidence of the vocabulary, in the order of the text, and fill `doc.spans` with it."""
        for _ in self.walk(doc):
            pass
        return doc

    def walk(self, doc: Doc) -> Iterator[None]:
        """The same in passes."""
        facts = facts_of(doc)
        matches = self._matcher(doc)
        yield
        found = self._held(doc, facts, matches) if matches else []
        facts.evidence.extend(found)
        if facts.mirrored:
            mirror(doc, "paperfacts_vocabulary", ((e.start, e.end, e.label) for e in found))

    def _held(self, doc: Doc, facts: Facts, matches: list[tuple[int, int, int]]) -> list[Evidence]:
        """What of the matches holds against the guards; the longer of two overlapping names stands."""
        text = facts.text
        spans: list[tuple[int, int, int, tuple[_Reading, ...]]] = []
        known = self._readings
        for _, first, last in matches:
            start = doc[first].idx
            token = doc[last - 1]
            end = token.idx + len(token)
            surface = text[start:end]
            readings = known.get(surface)
            if readings is None:
                readings = self._read(surface)
            if readings:
                spans.append((start - end, start, end, readings))
        if not spans:
            return []
        spans.sort(key=_LONGEST_FIRST)
        links = sorted((s.start, s.end) for link in facts.links for s in link.spans)
        taken = bytearray(len(text))  # by character: a list of spans would be gone through for each span
        found: list[Evidence] = []
        waiting: list[tuple[int, int, Term]] = []
        for _, start, end, readings in spans:
            if taken.find(1, start, end) >= 0:
                continue
            if links and (place := bisect_right(links, (start, 1 << 60))) and links[place - 1][1] > start:
                continue
            terms, late = self._choose(text, start, end, readings)
            if terms or late:
                taken[start:end] = b"\1" * (end - start)
            found += [self._evidence(text, start, end, term) for term in terms]
            for term in late:
                if term.kind == "dataset":
                    waiting.append((start, end, term))
                elif term.kind == "metric":
                    found.append(Evidence(start, end, "metric", _RULES["metric"], UNPROVED, canonical=term.id))
        if waiting:
            # A guarded data set counts when it stands in a list with another one.
            places = {e.end for e in found if e.label == "dataset"}
            starts = {e.start for e in found if e.label == "dataset"}
            for start, end, term in waiting:
                if _in_list(text, start, end, starts, places):
                    found.append(self._evidence(text, start, end, term))
        found.sort(key=lambda e: (e.start, -e.end))
        return found

    def _read(self, surface: str) -> tuple[_Reading, ...]:
        """What a spelling may stand for, whatever stands around it; kept for the next time."""
        lowered = surface.lower()
        shared = lowered in self._shared
        exact = self._exact.get(lowered)
        # "a set of natural questions" is no data set; forms that are written so in the vocabulary are.
        phrase = surface.islower() and surface.replace(" ", "").isalpha() and " " in surface
        readings = tuple(
            _Reading(term, guard == "cue" or (shared and term.kind != "method"))
            for term, guard in self.forms.get(lowered, ())
            if (not guard or exact is None or surface in exact)
            and not (phrase and term.kind == "dataset" and surface not in (term.name, *term.aliases))
        )
        if len(self._readings) >= _CACHE_LIMIT:
            self._readings.clear()
        self._readings[surface] = readings
        return readings

    def _choose(
        self, text: str, start: int, end: int, readings: tuple[_Reading, ...]
    ) -> tuple[Iterable[Term], list[Term]]:
        """The terms that a span stands for, and those that may still be proved by their neighbours in a list."""
        sure: list[Term] = []
        late: list[Term] = []
        acronym = end - start <= 6 and text[start:end].isupper()
        for term, guarded in readings:
            if not _borders(text, start, end, term.kind):
                continue
            if acronym and self._means_other(text, text[start:end], term):
                continue
            if not guarded:
                sure.append(term)
            elif self._cued(text, start, end, term.kind):
                return [term], []
            else:
                late.append(term)
        if len(sure) > 1:
            # One form, one thing of a kind: the first entry of the file counts.
            return {term.kind: term for term in reversed(sure)}.values(), late
        return sure, late

    def _means_other(self, text: str, surface: str, term: Term) -> bool:
        """Whether the text writes the acronym out as something else: "automatic speech recognition (ASR)"."""
        place = text.find(f"({surface})")
        if place < 0:
            return False
        before = text[max(0, place - 80) : place].rstrip().lower()
        written = f" {_normal(before)}"
        if any(
            written.endswith(f" {_normal(form)}") for form in (term.name, *term.aliases) if len(form) > len(surface)
        ):
            return False
        words = re.findall(r"[a-z0-9]+", before)[-len(surface) - 1 :]
        letters = surface.lower()
        return any(word[0] == letters[0] and _holds("".join(words[i:]), letters) for i, word in enumerate(words))

    def _cued(self, text: str, start: int, end: int, kind: str) -> bool:
        before, after = self._cues[kind]
        return bool(
            after.match(text, end, min(len(text), end + _WINDOW)) or before.match(text, max(0, start - _WINDOW), start)
        )

    def _evidence(self, text: str, start: int, end: int, term: Term) -> Evidence:
        kind = term.kind
        role = "used" if kind == "method" else None
        known: str | None = term.id
        if kind in _LONGER and (longer := _LONGER[kind].match(text, end)) is not None:
            end, known = longer.end(), None
        return Evidence(start, end, kind, _RULES[kind], self._sure[kind], role, known)  # type: ignore[arg-type]


def _normal(text: str) -> str:
    """Words in lower case without hyphens, plurals and the British "s": "Rotary-Position Embeddings"."""
    words = re.findall(r"[^\W_]+", text.lower().replace("isation", "ization"))
    return " ".join(word.removesuffix("s") if len(word) > 3 else word for word in words)


def _holds(text: str, letters: str) -> bool:
    """Whether the letters stand in the text in their order."""
    place = iter(text)
    return all(letter in place for letter in letters)


def _cue_pattern(book: Rulebook, kind: str) -> tuple[regex.Pattern[str], regex.Pattern[str]]:
    """What proves a guarded name of a kind: the text right before it (read backwards), the text right after it."""
    before = "|".join(book.words(f"vocabulary_{kind}_before"))
    after = "|".join(book.words(f"vocabulary_{kind}_after"))
    return regex.compile(rf"(?r)(?:{before})\s*"), regex.compile(rf"\)?\s*(?:{after})")


def _borders(text: str, start: int, end: int, kind: str) -> bool:
    """Whether the characters around a span leave it a name of its own."""
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    if before in " (\n" and after in " ,;)\n":
        return True
    beyond = text[end + 1] if end + 1 < len(text) else " "
    if after in "+*^@" or (after in ".:" and text[end - 1].isdigit() and beyond.isdigit()):
        return False
    if before in "@\\^.~" and start > 1 and not text[start - 2].isspace():
        return False
    if before in "-‑–" and start > 1 and text[start - 2].isalnum():
        # "zero-shot-COCO" and "VAA-KITTI-360" are not what stands behind their hyphen; "SSIM-PSNR" is a list.
        return kind == "metric" and text[start - 2].isupper() and text[start].isupper()
    if after in "-‑" and beyond.isalnum():
        # "COCO-pretrained" is still COCO, "ImageNet-LT" and "accuracy-aware" are other things.
        return kind in ("dataset", "method") and beyond.islower() and text[end + 1 : end + 4] != "to-"
    return True


def _in_list(text: str, start: int, end: int, starts: set[int], ends: set[int]) -> bool:
    """Whether a data set that is sure stands right before or behind, parted by a comma, a slash or an "and"."""
    left = re.search(r"(?:,? and |, |/| & )\Z", text[max(0, start - 6) : start])
    if left is not None and start - len(left.group()) in ends:
        return True
    right = re.match(r"(?:,? and |, |/| & )", text[end : end + 6])
    return right is not None and end + right.end() in starts


@Language.factory("paperfacts_vocabulary", assigns=["doc.user_data", "doc.spans"], default_config={"rules": None})
def make_vocabulary(nlp: Language, name: str, rules: str | None) -> Vocabulary:
    """Create the stage; `rules` is a folder of rules merged over the shipped ones."""
    return Vocabulary(nlp, load(rules))
