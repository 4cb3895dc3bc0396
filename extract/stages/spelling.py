"""What spelling, neighbours and stop lists say of each candidate, whatever the sentence says."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from functools import lru_cache

from extract.facts import Evidence, Facts, Label
from extract.rulebook import Rulebook
from extract.stages.candidates import TIERS, Candidate, is_strong
from extract.stages.entities import fold
from extract.stages.heads import Heads
from extract.stages.wording import OTHERS, TAKEN

_PARTS_OF_NAME = re.compile(r"[A-Za-zα-ωΑ-Ω]+(?:\d+(?:\.\d+)*[a-z]?)?|\d+(?:\.\d+)*[A-Za-z]*")
_AND_THE = re.compile(
    r"\b(?:[Ww]e)\s(?:\w+\s)?(?:propose|introduce|present|design|develop)[ds]?\b.*\band\s(?:the|an?)\s(?:\w+\s)?$", re.S
)
# "by 48% for X", "43.1 BLEU with X"
_SCORED = re.compile(r"\d[%x]?\s(?:[A-Za-z%]{1,8}\s)?(?:for|by|with)\s(?:the\s)?$")
_BEFORE_SCORED = frozenset(["or", "by", "th", "he"])  # the ends of what _SCORED ends with
_SIZE = re.compile(r"[-‐‑](?:[Tt]iny|[Ss]mall|[Bb]ase|[Ll]arge|[Hh]uge|XL|XXL|[TSBLH]|\d+(?:\.\d+)?[BM])$")
# AlGaN, MoS2, TiO2: a formula of chemical elements.
_FORMULA = re.compile(
    r"(?=.*[a-z])(?:(?:H|Li|Be|B|C|N|O|F|Na|Mg|Al|Si|P|S|Cl|K|Ca|Ti|V|Cr|Mn|Fe|Co|Ni|Cu|Zn|Ga|Ge|As|Se|Br|Sr|Zr|Nb|Mo|Ag"
    r"|Cd|In|Sn|Sb|Te|I|Ba|Ta|W|Pt|Au|Hg|Pb|Bi)\d*){2,6}|[WA]\d{1,2}(?:A\d{1,2})?"
)
# UI-TARS-1.5-7B: who counts its parameters is a model.
_SIZED = re.compile(r"[A-Za-z].*[-‐‑]\d+(?:\.\d+)?B(?:$|[-‐‑])")
_RELEASE = re.compile(r"[vV]?\d{1,2}(?:\.\d{1,2})*[a-z]?")
_VERSION = re.compile(r"([A-Za-z]{2,}?)-?[vV]?\d+(?:\.\d+)*[a-z]?")
# "a Dual-Level Alignment Loss": what parts of systems are called.
_PART = re.compile(
    r"(?:Module|Loss|Block|Mechanism|Strategy|Layer|Head|Adapter|Unit|Scheme|Regulari[sz]er|Regulari[sz]ation|Policy|Sampler"
    r"|Estimator|Predictor|Router|Attention|Fusion|Aggregator|Surrogate|Extractor|Selector|Encoder|Decoder|Optimi[sz]er"
    r"|Alignment|Learning|Distillation|Reward|Memory|Bank|Gate|Generator|Planner|Refiner|Augmentation|Normali[sz]ation)$"
)
# Stage II, Task A: a number of something, no name.
_NUMBERED = re.compile(
    r"(?:Stage|Phase|Step|Task|Subtask|Part|Type|Level|Track|Group|Case|Table|Figure|Experiment|Study|Class|Grade|Scenario"
    r"|Day|Week|Round|Chapter|Appendix|Theorem|Lemma|Algorithm|Section)\s(?:[IVX]+|[A-E]|\d+(?:\.\d+)*)"
)
_NUMERALS = frozenset("IVXABCDE0123456789")
_LISTED_PART = re.compile(r"(?:\(?\d\)|\(?[iv]+\)|;\s(?:and\s)?|[a-z],)\s(?:[Tt]he\s)?$")
_LISTED_REACH = 12  # code points: "; and  the "
_COMMON = re.compile(r"\b(?:[Ee]xisting|conventional|classical|vanilla|typical|traditional)\b")
_INDEFINITE = re.compile(r"(?<!\bon\s)\b[Aa]n?\s(?:[a-z][\w-]*\s){0,3}$")
_MEASURES = ("IoU", "mAP", "AUC", "PSNR", "SSIM", "BLEU", "RMSE")  # meanIoU, wAUC
_KEPT = 1 << 16  # names whose spelling is remembered
# The rules that argue against any name.
_AGAINST = frozenset(["method.stop-list", "method.class-word", "method.class-noun"])


class KnownNames:
    """The names that the vocabulary or the stop lists know, so that no paper is taken to bring them."""

    def __init__(self, book: Rulebook) -> None:
        self.classes = frozenset(book.words("names_class_words"))
        self.no_names = frozenset(book.words("names_no_entity"))
        forms = (form for term in book.terms if term.kind == "method" for form in (term.name, *term.aliases))
        known = frozenset(forms)
        self.folded = frozenset(map(fold, known))
        self._plain = frozenset(form for form in known if not is_strong(form))
        self.common = frozenset(word.capitalize() for word in book.words("names_common_words"))
        self.has = lru_cache(maxsize=_KEPT)(self._has)  # names come back from paper to paper

    def _has(self, name: str) -> bool:
        """Whether a name is a known method, a version of one, or a class word."""
        if name in self.classes or fold(name) in self.folded:
            return True
        if "-" in name and all(part in self.classes for part in name.split("-")):
            return True  # CNN-LSTM
        version = None if name.isalpha() else _VERSION.fullmatch(name)
        return version is not None and fold(version[1]) in self.folded

    def has_part(self, name: str, words: Sequence[str]) -> bool:
        """Whether a name of several words, or one of the words, is known."""
        if self.has(name) or name + "s" in self.classes:
            return True
        # "Zero" in a phrase is a word, not the optimizer ZeRO.
        return any(
            word in self.no_names or (fold(word) in self.folded if is_strong(word) else word in self._plain)
            for word in words
        )


class SpellingCues:
    """Evidence from the candidate itself and the words right beside it; built once from the rulebook."""

    def __init__(self, book: Rulebook, heads: Heads, known: KnownNames) -> None:
        self.heads = heads
        self.known = known
        # Names and rules come back from paper to paper.
        self._sure = lru_cache(maxsize=None)(book.confidence)
        self._against = lru_cache(maxsize=_KEPT)(self._verdict)
        self._shape = lru_cache(maxsize=_KEPT)(self._morphology)
        self._tiers = frozenset(book.words("names_tiers"))
        self._endings = (tuple(book.words("names_method_endings")), tuple(book.words("names_dataset_endings")))

    def find(self, text: str, facts: Facts, candidates: list[Candidate], no_methods: frozenset[str]) -> list[Evidence]:
        """Evidence for and against each candidate; `no_methods` are folded acronyms of tasks, fields and things."""
        found: list[Evidence] = []
        counts: dict[str, int] = {}  # a Counter takes longer for so few
        for candidate in candidates:
            name = candidate.text
            counts[name] = counts.get(name, 0) + 1
        for index, candidate in enumerate(candidates):
            start, end, name, shape, initial, title, chunks = candidate
            against = self._against(name)
            if against is not None:
                found.append(Evidence(start, end, *against))
                continue
            last = name
            if shape == "multi":
                last = text[slice(*chunks[-1])]
                if (
                    (last in self.known.classes or last in self.known.no_names)
                    and not _strong(text, candidate)
                    and fold(name) not in self.known.folded  # Neural ODE
                ):
                    found.append(self._evidence(candidate, "method.class-noun"))
                    continue
                if is_numbered(name) or name.startswith(("SOTA ", "SoTA ")):
                    continue
            if (
                len(name) < 2
                or text.startswith((" et al", "=", " = "), end)  # what has a value is a quantity
                or ("-" in name and self.is_compound(name, counts))
            ):
                continue
            after, acts = self.heads.behind(text, end)
            is_plain = shape == "capital" and (initial or name in self.known.common)
            is_topic = bool(no_methods) and fold(name) in no_methods
            if after == "method" and not is_plain and not is_topic:
                rule = "method.noun-behind" if shape == "strong" else "method.noun-behind.capital"
                role = None
                if not title and not self.known.has(name):
                    before = text[clause_start(facts, start) : start]
                    if _AND_THE.search(before) or (shape == "multi" and self._is_new_part(text, facts, candidate)):
                        role = "proposed"
                found.append(self._evidence(candidate, rule, role))
            if title:
                continue
            if shape == "multi" and _PART.search(name) and self._is_new_part(text, facts, candidate):
                found.append(self._evidence(candidate, "method.new-part", "proposed"))
            if acts and after is None and (not is_plain or counts[name] > 1):
                found.append(self._evidence(candidate, "method.acts", self._opens_clause(text, facts, candidate)))
            if (
                shape == "strong"
                and text[max(start - 3, 0) : start - 1] in _BEFORE_SCORED
                and _SCORED.search(text, start - 18, start)
            ):
                found.append(self._evidence(candidate, "method.scored"))
            if text[start - 1] == "/" and (size := _SIZE.search(name)):
                # BERT/GPT-Base speaks of BERT-Base, too.
                left = candidates[index - 1]
                if index and left.end == start - 1 and fold(left.text) in self.known.folded:
                    rule, whole = "method.completed", left.text + size.group()
                    found.append(Evidence(left.start, left.end, "method", rule, self._sure(rule), expansion=whole))
            if shape == "strong":
                if not is_topic and (told := self._shape(name, min(counts[name], 3))) is not None:
                    found.append(Evidence(start, end, *told))
            elif shape == "multi":
                if fold(last) in self.known.folded and _strong(text, candidate):
                    found.append(self._evidence(candidate, "method.spelling.known"))
                elif self._is_release(text, candidate):
                    found.append(self._evidence(candidate, "method.family"))
        return found

    def _opens_clause(self, text: str, facts: Facts, candidate: Candidate) -> str | None:
        """Whether a coined name of several words opens a clause of a list of parts: "(2) Tidal Sign Mixing reads"."""
        if _LISTED_PART.search(text, max(0, candidate.start - _LISTED_REACH), candidate.start) is None:
            return None
        if OTHERS.search(text, clause_start(facts, candidate.start), candidate.end):
            return None
        words = [text[start:end] for start, end in candidate.chunks]
        return "proposed" if self.is_coined(candidate, words) else None

    def is_coined(self, candidate: Candidate, words: list[str]) -> bool:
        """Whether a name has so many words and none that is known, that no other paper is likely to have it."""
        name = candidate.text
        if len(words) < 2 or (len(words) < 3 and "-" not in name) or any(map(str.isdigit, name)):
            return False
        if words[-1] in ("Models", "Networks", "Agents"):
            return False
        return not self.known.has_part(name, words)

    def _is_new_part(self, text: str, facts: Facts, candidate: Candidate) -> bool:
        """Whether a coined name of a part has an indefinite article and nobody else's work is spoken of."""
        sentence = clause_start(facts, candidate.start)
        if _INDEFINITE.search(text, max(sentence, candidate.start - 40), candidate.start) is None:
            return False
        if OTHERS.search(text, sentence, candidate.start) or TAKEN.search(text, sentence, candidate.start):
            return False
        words = [text[start:end] for start, end in candidate.chunks]
        return self.is_coined(candidate, words) and _COMMON.search(text, sentence, candidate.start) is None

    def is_compound(self, name: str, names: Container[str] = ()) -> bool:
        """Whether a hyphen joins a plain word to something else: token-PSV beside PSV, Fourier-domain, HTML-to-text."""
        first, _, rest = name.partition("-")
        if not rest or " " in name:
            return False
        if rest.startswith(("to-", "million-", "billion-")):  # HTML-to-text, 360-million-parameter
            return True
        if rest.islower():
            return rest not in TIERS and (not is_strong(first) and rest.capitalize() in self.known.common)
        return (
            first.islower()
            and first.capitalize() in self.known.common
            and (rest in names or rest in self.known.classes or rest in self.known.no_names)
        )

    def _is_release(self, text: str, candidate: Candidate) -> bool:
        """Whether a name is a known one with a version or a size behind it: Claude Opus 4.5, Gemini 3.1 Pro."""
        first, *rest = (text[slice(*chunk)] for chunk in candidate.chunks)
        if first.isupper() and not any(chunk in self._tiers for chunk in rest):
            return False  # a score: MAE 1.24
        return (
            self.known.has(first)
            and first not in self.known.classes
            and all(chunk in self._tiers or _RELEASE.fullmatch(chunk) is not None for chunk in rest)
        )

    def _verdict(self, name: str) -> tuple[Label, str, float] | None:
        """The stop list that has a name, as what it says against it."""
        rule = self._stopped(name)
        return None if rule is None else ("none", rule, self._sure(rule))

    def _stopped(self, name: str) -> str | None:
        """The rule of the stop list that has a name."""
        singular = name.removesuffix("s")
        if name in self.known.no_names or singular in self.known.no_names:
            return "method.stop-list"
        if "-" in name and all(part in self.known.no_names for part in name.split("-")):
            return "method.stop-list"  # US-China, RGB-IR
        if name in self.known.classes or singular in self.known.classes:
            return "method.class-word"
        return None

    def _morphology(self, name: str, count: int) -> tuple[Label, str, float] | None:
        """What the parts of a strongly spelled name say: a known family, a telling ending, or its shape alone."""
        if is_formula(name) or name.endswith(_MEASURES):
            return None
        parts = _PARTS_OF_NAME.findall(name)
        if len(parts) > 1 and any(fold(part) in self.known.folded for part in (parts[0], parts[-1])):
            return "method", "method.family", self._sure("method.family")
        methods, datasets = self._endings
        stem = name.removesuffix("s") if name.endswith("Nets") else name
        if stem.endswith(datasets):
            return "dataset", "method.dataset-ending", self._sure("method.dataset-ending")
        if (stem.endswith(methods) and len(stem) > 4) or _SIZED.match(stem):
            return "method", "method.ending", self._sure("method.ending")
        camel = sum(map(str.isupper, name)) > 1 and any(map(str.islower, name.removesuffix("s")))
        rule = "method.spelling" if camel else "method.spelling.capitals"
        # A name that comes back is likelier one.
        return "method", rule, min(0.6 if camel else 0.45, self._sure(rule) + 0.1 * min(count - 1, 2))

    def _evidence(self, candidate: Candidate, rule: str, role: str | None = None) -> Evidence:
        label: Label = "none" if rule in _AGAINST else "method"
        return Evidence(candidate.start, candidate.end, label, rule, self._sure(rule), role)


def is_numbered(name: str) -> bool:
    """Whether a name is a number of something: Stage II, Task A."""
    return name[-1] in _NUMERALS and _NUMBERED.fullmatch(name) is not None


@lru_cache(maxsize=_KEPT)
def is_formula(name: str) -> bool:
    """Whether a name is a formula of chemical elements: AlGaN, MoS2."""
    return _FORMULA.fullmatch(name) is not None


def clause_start(facts: Facts, place: int) -> int:
    """Where the sentence of a place begins, or 400 code points before it: no context is read further back."""
    return max(facts.sentences[facts.sentence_at(place)][0], place - 400)


def _strong(text: str, candidate: Candidate) -> bool:
    """Whether a word before the last of a multiword candidate is spelled like a name."""
    return any(is_strong(text[start:end]) for start, end in candidate.chunks[:-1])
