"""Evidence that a string names a dataset: what stands beside it, the shape of the name, completed lists of versions."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from operator import attrgetter

from extract.facts import Evidence, Facts
from extract.rulebook import Rulebook
from extract.stages.candidates import Candidate, is_strong
from extract.stages.cues import Anchor, CueRules
from extract.stages.vocabulary import UNPROVED

_JOIN = re.compile(
    r",\s(?:and\s|or\s|&\s)?(?:the\s)?|\s(?:and|or|&|as\swell\sas|vs\.?)\s(?:on\s)?(?:the\s)?|\s?/\s?(?=[A-Z])(?:the\s)?"
)
_GLOSS = re.compile(r"\s\([^()]*\)|\s?\[[\d,\s–-]+\]")
# What ends a name: a version, year or size that the next item of a list may share the rest with.
_VERSION = re.compile(r"(?P<base>.*?[A-Za-z)D][-\s]?)(?P<version>[vV]?\d\w{0,7})$")
_NEXT_VERSION = re.compile(r"(?:\s?[/&]\s?|,?\s(?:and|or)\s|,\s)-?(?P<version>[vV]?\d\w{0,7})(?!\w|\.\d|-\w|\s?%)")
_TRANSFER = re.compile(r"(?<![\w-])([A-Z]\w*(?:-\d\w*)?)(?:-to-|\s?(?:→|⇒|->)\s?)([A-Z]\w*(?:-\d\w*)?)(?![\w-])")
_TO_NAME = re.compile(r"-to-[A-Z]")
# Where the rules begin to match.
ANCHORS: dict[str, Anchor] = {
    "dataset.introduced-apposition": "trigger",
    "dataset.introduced-called": "trigger",
    "dataset.such-as": "trigger",
    "dataset.trained-on": "trigger",
    "dataset.on-opens": "trigger",
    "dataset.on": "trigger",
    "dataset.name-shape": "word",
}
_NEAR = 4  # spans that begin before a place, of which one may reach over it; few overlap
_start = attrgetter("start")
_TITLE = "dataset.title-colon"
# "we construct two datasets, COCO-shift and Flickr-shift"
_BRINGS_VARIANTS = ("dataset.counted", "dataset.introduced-apposition", "dataset.introduced-called")
_CODED = ("variant", "transfer", "completed")
_DATE = re.compile(r"(?:Jan|Febr?|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?(?:\s\d|$)|(?:19|20)\d\d$")
_SETTING = re.compile(r"(?:OOD|ID|IID|\d+-?[Ss]hot|\d+-[a-z]+)")  # "OOD MNLI", "5-shot MMLU": how it was tested
_SCORE = re.compile(r"[-+]?\d+\.\d+ ")  # "1.4 BLEU"
_WORD = re.compile(r"\S+")
_HYPHEN = re.compile("[-–]")
_GAPS = re.compile(r"[\s_-]")
_MODEL = re.compile(r"-\d+(?:\.\d+)?B(?:-|$)|Net-?\d*$")
_COUNT = re.compile(r"\d[\d.,]*[kKMBT]?\+?(?:-[a-z]+)?")
_MEASURED = re.compile(r"[\d.,/x×%-]+[A-Za-z]{0,2}|[A-Z]\d{1,2}")  # 224x224, "tiers T1 to T3"
# "PASCAL VOC 2010": a year behind a known name is the edition of it; a number of images is none.
_EDITION = re.compile(
    r" (?:199|20[012])\d(?=[.,;:)\]]|$| (?:and|or|data\w*|benchmarks?|challenge|test|val\w*|train\w*|dev|corpus|sets?"
    r"|tasks?|tracks?|shows?|is|are|by|with|for|using|to|in)\b)"
)
_YEAR = re.compile(r"(?:199|20[012])\d")
_LOWER = frozenset({"the", "of", "on", "a", "an", "and", "both"})


class DatasetCues:
    """Finds dataset evidence; built once from the rulebook."""

    def __init__(self, book: Rulebook, cues: CueRules) -> None:
        self.book = book
        self._cues = cues
        self._title = book.rules.get(_TITLE)
        # Rules whose logic is code; the user may have switched them off.
        self._variant, self._transfer, self._version = (book.rules.get(f"dataset.{n}") for n in _CODED)
        self._not = frozenset(w.lower() for w in book.words("datasets_not")) | frozenset(
            w.lower() for w in book.words("names_class_words") if w.isupper()
        )
        self._suffixes = frozenset(book.words("datasets_suffixes"))
        self._nouns = frozenset(book.words("datasets_nouns"))
        self._heads = frozenset(book.words("datasets_generic_heads"))
        self._not_before_on = frozenset(book.words("datasets_not_before_on"))
        self._stems = tuple(book.words("datasets_model_stems"))
        self._openers = frozenset(book.words("names_openers"))
        self._known: dict[str, str] = {}
        self._distinct: set[str] = set()
        self._is_variant = lru_cache(maxsize=1 << 16)(self._extends)  # names come back from paper to paper
        self._tasks: set[str] = set()
        for term in book.terms:
            for form in (term.name, *term.aliases):
                if term.kind == "dataset":
                    self._known.setdefault(_squeeze(form), term.id)
                    if not term.guard:
                        self._distinct.add(_squeeze(form))
                elif term.kind == "task":
                    self._tasks.add(form.lower())

    def find(self, text: str, facts: Facts, candidates: list[Candidate]) -> list[Evidence]:
        """Evidence for datasets in one text; the vocabulary's stands in `facts.evidence` already."""
        known = sorted((e for e in facts.evidence if e.label == "dataset"), key=_start)
        title_end = facts.segments[0].end if facts.segments and facts.segments[0].field == "title" else 0
        found: list[Evidence] = []
        matches = self._cues.matches("dataset", text, facts)
        if (
            title_end
            and self._title is not None
            and self._title.pattern is not None
            and self._may_open(text[:title_end])
        ):
            opening = self._title.pattern.match(text, 0, title_end)
            matches = chain(matches, [(self._title, opening)] if opening else [])
        other: set[tuple[int, int]] | None = None
        for rule, match in matches:
            if rule.id == "dataset.on" and _word_before(text, match.start()) in self._not_before_on:
                continue
            listed = "list" in match.re.groupindex
            spans = list(_items(text, *match.span("list"))) if listed else [match.span("name")]
            spans = [self._trim(text, *span) for span in spans]
            if listed:
                if other is None:
                    other = _others(facts)
                if any(self._is_model(text[start:end]) or (start, end) in other for start, end in spans):
                    continue  # a list of models after "on" or "corpora, such as" holds no dataset
            for start, end in spans:
                if rule.id == "dataset.on" and not is_strong(text[start:end].split(" ")[0]):
                    continue
                if start < title_end and rule.id in ("dataset.on", "dataset.name-noun"):
                    continue  # in a title all words have capitals
                joints = "-–" if rule.id in _BRINGS_VARIANTS else ""
                if self._may_name(text, start, end, facts, title_end, known, joints):
                    found.append(Evidence(start, end, "dataset", rule.id, rule.confidence))
        found += self._variants(text, candidates, known)
        found += self._transfers(text)
        found += self._completed(text, [*known, *found])
        return found

    def _may_open(self, title: str) -> bool:
        """Whether a title with a colon holds a trigger of the rule for titles."""
        if ":" not in title or self._title is None:
            return False
        title = title.lower()
        return any(trigger in title for trigger in self._title.triggers)

    def _trim(self, text: str, start: int, end: int) -> tuple[int, int]:
        """A span without the words at its border that open a phrase and are no part of a name."""
        words = [(match.start(), match.end(), match.group()) for match in _WORD.finditer(text, start, end)]
        first, last = 0, len(words)  # of those that stay
        while last - first > 1 and ((word := words[first][2]).isdigit() or _SETTING.fullmatch(word)):
            first += 1
        while first < last and ((word := words[first][2]) in self._openers or word in _LOWER):
            first += 1
        while first < last and ((word := words[last - 1][2]) in self._openers or (word.isalpha() and word.islower())):
            last -= 1
        if first == last:
            return start, start
        start, end = words[first][0], words[last - 1][1]
        while end > start and text[end - 1] in ".'’,/":
            end -= 1
        if text.endswith("-derived", start, end):
            end -= len("-derived")
        if text.endswith(("'s", "’s"), start, end):
            end -= 2
        return start, end

    def _is_model(self, name: str) -> bool:
        return name.startswith(self._stems) or _MODEL.search(name) is not None

    def _says_nothing(self, word: str) -> bool:
        """Whether a word is no part of a name of data: IoU, "of", 0.50:0.95."""
        return word.lower() in self._not or word in _LOWER or not any(map(str.isalpha, word))

    def _may_name(
        self, text: str, start: int, end: int, facts: Facts, title_end: int, known: list[Evidence], joints: str
    ) -> bool:
        """Whether the string may name a dataset at all; `joints` may stand behind a known name in it."""
        name = text[start:end]
        lowered = name.lower()
        if len(name) < 2 or lowered in self._not or not any(map(str.isalpha, name)):
            return False
        i = bisect_right(known, start, key=_start)
        if any(start < e.end and (end <= e.end or text[e.end] not in joints) for e in known[max(0, i - _NEAR) : i]):
            return False  # the vocabulary knows it, or knows what it begins with
        if lowered in self._tasks or lowered.removesuffix("s") in self._tasks:
            return False
        if _DATE.match(name) or _SCORE.match(name):
            return False
        words = name.split()
        if words[-1] in self._heads or all(self._says_nothing(w) for w in words):
            return False
        if _COUNT.fullmatch(name) or name.rsplit("-", 1)[-1] in self._suffixes:
            return False
        if all(part.lower() in self._not for part in _HYPHEN.split(name)):
            return False  # English-Igbo is a pair of languages
        if _defined_as_other(text, name, self._heads, self._nouns):
            return False
        strong = any(is_strong(w) for w in words)
        if strong and _MEASURED.fullmatch(name):
            return False
        if not strong:
            initial = any(start == s for s, _ in facts.sentences)
            if start < title_end or (initial and len(words) == 1):
                return False
            if "-" in name and len(words) == 1 and name.split("-")[-1].islower():
                return False
        return True

    def _variants(self, text: str, candidates: list[Candidate], known: list[Evidence]) -> Iterator[Evidence]:
        """nuScenes-Rain, N-Caltech101: a known name (of four letters or more) with a part more is a variant of it."""
        rule = self._variant
        if rule is None:
            return
        places = {(e.start, e.end) for e in known}
        for item in known:
            edition = _EDITION.match(text, item.end)
            if edition is not None:
                yield Evidence(item.start, edition.end(), "dataset", rule.id, rule.confidence)
        for candidate in candidates:
            name = candidate.text
            if ("-" in name or name[-4:].isdigit()) and " " not in name and self._is_variant(name):
                start, end = candidate.start, candidate.end
                if (start, end) not in places:
                    yield Evidence(start, end, "dataset", rule.id, rule.confidence)

    def _extends(self, name: str) -> bool:
        """Whether a part of a name with hyphens is a name that the vocabulary knows."""
        if _YEAR.fullmatch(name[-4:]) and len(name) > 7 and _squeeze(name[:-4]) in self._distinct:
            return True  # BraTS2023
        parts = name.split("-")
        first, last = parts[0], parts[-1]
        if not (_opens_name(first) and _opens_name(last)):
            if first[:1].islower() and first[1:].islower():
                return False
            if last.isalpha() and last.islower():
                return False
        whole = ("-".join(parts[:-1]), "-".join(parts[1:]), first)
        return any(len(part) >= 4 and _squeeze(part) in self._distinct for part in whole)

    def _transfers(self, text: str) -> Iterator[Evidence]:
        """GTA5-to-Cityscapes: one item when one of the two is a known dataset."""
        rule = self._transfer
        if rule is None:
            return
        to = "-to-" in text and _TO_NAME.search(text) is not None  # not "end-to-end"
        if not to and "→" not in text and "->" not in text and "⇒" not in text:
            return
        for match in _TRANSFER.finditer(text):
            if _squeeze(match[1]) in self._known or _squeeze(match[2]) in self._known:
                yield Evidence(match.start(), match.end(), "dataset", rule.id, rule.confidence)

    def _completed(self, text: str, found: list[Evidence]) -> Iterator[Evidence]:
        """Kinetics-400/600: what stands behind the slash shares the name before it; `expansion` is the whole name."""
        rule = self._version
        if rule is None:
            return
        for item in found:
            place = item.end
            step = _NEXT_VERSION.match(text, place)
            if step is None or item.rule == "dataset.transfer":
                continue
            match = _VERSION.fullmatch(text[item.start : item.end])
            if match is None:
                continue
            while step is not None:
                version = step["version"]
                name = match["base"] + version
                canonical = self._known.get(_squeeze(name))
                sure = "/" in step.group() or "&" in step.group()
                alike = version[0].isdigit() == match["version"][0].isdigit()
                if canonical is None and not (sure and alike):
                    break
                yield Evidence(
                    step.start("version"), step.end("version"), "dataset", rule.id, rule.confidence,
                    canonical=canonical, expansion=name,
                )  # fmt: skip
                place = step.end()
                step = _NEXT_VERSION.match(text, place)


def _word_before(text: str, place: int) -> str:
    """The lower-cased word right before a place."""
    return text[max(0, place - 24) : place].rstrip().rpartition(" ")[2].lower()


def _defined_as_other(text: str, name: str, heads: frozenset[str], nouns: frozenset[str]) -> bool:
    """Whether the text writes an acronym out as a plain phrase or a task: "chart question answering (CQA)"."""
    if not name.rstrip("s").isupper() or (place := max(text.find(f"({name})"), text.find(f"({name}s)"))) < 0:
        return False
    words = re.findall(r"[\w-]+", text[max(0, place - 80) : place])
    if not words or words[-1].lower() in nouns:
        return False
    first = name[0].lower()
    if not any(word[0].lower() == first for word in words[-len(name) - 1 :]):
        return False
    return words[-1].islower() or words[-1] in heads


def _items(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The names of a list, without what stands in brackets behind them."""
    if " " not in text[start:end] and "/" not in text[start:end]:
        yield start, end
        return
    place = start
    glosses = [m.span() for m in _GLOSS.finditer(text, start, end)]
    for join in _JOIN.finditer(text, start, end):
        if any(a < join.start() < b for a, b in glosses):
            continue  # "(Wang et al., 2020)" is no list
        yield _bare(text, place, join.start())
        place = join.end()
    yield _bare(text, place, end)


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    gloss = _GLOSS.search(text, start, end)
    if gloss is None:
        return start, end
    short = text[gloss.start() + 2 : gloss.end() - 1]
    if gloss.end() == end and short.isupper() and short.isalnum() and " " in text[start : gloss.start()]:
        return gloss.start() + 2, gloss.end() - 1  # "Multi-Lingual Question Answering (MLQA)"
    return start, gloss.start()


def _others(facts: Facts) -> set[tuple[int, int]]:
    """The places of what the vocabulary knows as something else than a dataset."""
    return {
        (e.start, e.end) for e in facts.evidence if e.label in ("method", "metric", "task") and e.confidence > UNPROVED
    }


def _opens_name(part: str) -> bool:
    return part[:1].isupper() or part[:1].isdigit()


def _squeeze(form: str) -> str:
    return _GAPS.sub("", form.lower())
