"""Evidence that a string names a method: how it is introduced, used, compared and spelled.

The kind of an introduced name follows the noun that heads its apposition, long form or subtitle, so what is found
here may speak for a data set, a metric or a task as well.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter

from extract.facts import Evidence, Facts, Label
from extract.rulebook import Rulebook
from extract.stages.acronyms import Pair
from extract.stages.anchors import AnchoredRules
from extract.stages.candidates import Candidate, is_strong
from extract.stages.entities import fold

# What follows in a list of names: "X (long form), the Y and Z".
_NEXT = re.compile(r"(?:\s?\([^()]{1,80}\))?(?:,\s(?:and\s|or\s)?|\s(?:and|or|&)\s|/)(?:the\s|an?\s|its\s)?")
_AFTER = re.compile(r"[\"'”’`*]{0,2}(?:\s?\([^()]{1,90}\))?[\"'”’`*]{0,2}")
_APPOSITION = re.compile(
    r"\s?(?:,|:|[–—]|\s-{1,3}\s|\sis\s|,\swhich\sis\s)\s?(?:a|an|the|our|A|An|The)\s([^.;:()]{3,140})"
)
_CLAUSE_END = re.compile(
    r",|\s(?:for|of|that|which|to|with|designed|based|tailored|capable|aimed|containing|comprising|consisting|in|on|from"
    r"|by|where|using|via|whose|when|as|is|are|and\s(?:a|an|the)|built|trained|leveraging|spanning|covering|featuring"
    r"|proposed|called|named|towards|toward|through|across|over|under|at|we|it|featured|enabling|specifically|consists"
    r"|supporting|combining|powered|inspired|specialized|developed|aiming|can|has|targeting|operating|utilizing)\b",
    re.IGNORECASE,
)
_NEXT_WORD = re.compile(r"\s([a-z][\w-]*)(?:\s([a-z][\w-]*))?")
_TITLE_NAME = re.compile(r"\s*[\"“]?([^:–—\"”]{1,60}?)[\"”]?\s?(?::|\s[–—-]{1,3}|[–—]{1,2})\s+")
_OURS = re.compile(
    r"\b(?:we|our|this\s(?:paper|work|study|article|letter|report)|propos\w+|introduc\w+|present(?:s|ed)?\b|novel)\b",
    re.I,
)
_PARTS = re.compile(
    r"\b(?:we|our|propos\w+|introduc\w+|present\w*|design\w*|develop\w*|novel|compris\w+|consist\w*|components?|modules?"
    r"|stages?|equipped|incorporat\w+|includ\w+|features?|integrat\w+)\b",
    re.I,
)


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

    def kind(self, phrase: str) -> Label | None:
        """The label of the last noun of a phrase that has been cut at its first clause or preposition."""
        words = phrase.strip().lower().split()
        if not words:
            return None
        if len(words) > 1 and (two := self._kinds.get(" ".join(words[-2:]))):
            return two
        last = words[-1].strip("\"'“”‘’`*,.")
        if last in self._methods:
            return "method"
        return self._kinds.get(last) or self._kinds.get(last.removesuffix("s"))

    def after(self, text: str, end: int) -> Label | None:
        """The kind that the noun right behind a name gives it: X benchmark, X module."""
        match = _NEXT_WORD.match(text, end)
        if match is None:
            return None
        if match[2] and (two := self._kinds.get(f"{match[1]} {match[2]}")):
            return two
        if match[1] in self._methods:
            return "method"
        label = self._kinds.get(match[1])
        # "BERT detection" is no name of a task, "BERT images" none of an image: only sure nouns count behind a name.
        return label if label in ("dataset", "metric") else None

    def apposition(self, text: str, end: int) -> Label | None:
        """The kind that an apposition gives: X, a benchmark for reading; X is a framework that reads."""
        match = _APPOSITION.match(text, end)
        if match is None:
            return None
        phrase = match[1]
        cut = _CLAUSE_END.search(phrase)
        return self.kind(phrase[: cut.start()] if cut else phrase)


class MethodCues:
    """Finds method evidence; built once from the rulebook."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self.heads = Heads(book)
        self._rules = AnchoredRules(rule for rule in book.of("method") if rule.pattern is not None)
        self._classes = frozenset(book.words("names_class_words"))
        self._none = frozenset(book.words("names_no_entity"))
        known = (form for term in book.terms if term.kind == "method" for form in (term.name, *term.aliases))
        self._known = frozenset(fold(form) for form in known)

    def find(self, text: str, facts: Facts, candidates: list[Candidate], pairs: list[Pair]) -> list[Evidence]:
        """Evidence for and against methods in one text."""
        by_start: dict[int, Candidate] = {}
        for candidate in candidates:
            by_start.setdefault(candidate.start, candidate)
        outer = [c for c in by_start.values() if len(c.chunks) > 1 or not _inside(c, by_start)]
        outer.sort(key=lambda c: c.end)
        found: list[Evidence] = []
        self._title(text, facts, candidates, by_start, found)
        starts, ends = [c.start for c in outer], [c.end for c in outer]
        for rule, match in self._rules.find(text, starts, ends):
            self._matched(text, facts, rule.id, rule.confidence, rule.role, match, by_start, found)
        self._pairs(text, facts, pairs, found)
        self._spelled(text, candidates, found)
        return found

    def _matched(
        self,
        text: str,
        facts: Facts,
        rule: str,
        confidence: float,
        role: str | None,
        match: re.Match[str],
        by_start: dict[int, Candidate],
        found: list[Evidence],
    ) -> None:
        start, end = match.span("name")
        candidate = by_start.get(start)
        if candidate is None:
            if rule == "method.called.quoted":
                found.append(Evidence(start, end, "method", rule, confidence, role))
                return
            inside = [c for s, c in by_start.items() if start < s < end]
            if not inside:
                return
            candidate = min(inside, key=lambda c: c.start)
        end = _AFTER.match(text, candidate.end).end()  # type: ignore[union-attr]
        label: Label = self.heads.after(text, candidate.end) or self.heads.after(text, end) or "method"
        if role == "proposed":
            label = self.heads.apposition(text, end) or label
            if rule.startswith("method.called"):
                before = text[max(0, match.start() - 60) : match.start()].rstrip(" ,")
                label = self.heads.kind(before) or label
                sentence = facts.sentences[facts.sentence_at(match.start())][0]
                if not _OURS.search(text, sentence, match.start()):
                    role, confidence = "used", 0.7
            elif rule == "method.intro.phrase" and label == "method" and self._is_known(candidate):
                role, confidence = "used", 0.6
        if label == "none" and role != "proposed":
            return
        found.append(
            Evidence(candidate.start, candidate.end, label, rule, confidence, role if label == "method" else None)
        )
        # The rest of a list shares what its first member is.
        if label != "method":
            return
        place = candidate.end
        for _ in range(12):
            joint = _NEXT.match(text, place)
            if joint is None or (following := by_start.get(joint.end())) is None:
                break
            found.append(Evidence(following.start, following.end, label, rule, confidence * 0.95, role))
            place = following.end

    def _is_known(self, candidate: Candidate) -> bool:
        return fold(candidate.text) in self._known or candidate.text in self._classes

    def _title(
        self,
        text: str,
        facts: Facts,
        candidates: list[Candidate],
        by_start: dict[int, Candidate],
        found: list[Evidence],
    ) -> None:
        """`X: a framework for ...`: the part before the colon names what the paper brings, the rest says its kind."""
        if not facts.segments or facts.segments[0].field != "title":
            return
        title = facts.segments[0]
        match = _TITLE_NAME.match(text, title.start, title.end)
        if match is None:
            return
        start, end = match.span(1)
        name = match[1]
        words = name.split()
        body = text[title.end :]
        again = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w])", body) is not None
        strong = is_strong(words[-1]) or is_strong(words[0])
        if len(words) > 4 or not (again or (strong and len(words) <= 3) or len(words) == 1):
            return
        if not name[0].isalnum() or name in self._none:
            return
        rest = text[match.end() : title.end]
        cut = _CLAUSE_END.search(rest)
        label = self.heads.kind(rest[: cut.start()] if cut else rest) or "method"
        if label == "task":
            label = "method"  # a subtitle often is the task itself: "X: Zero-Shot Segmentation"
        confidence = 0.95 if again else 0.85 if strong else 0.6
        found.append(
            Evidence(start, end, label, "method.title.colon", confidence, "proposed" if label == "method" else None)
        )

    def _pairs(self, text: str, facts: Facts, pairs: list[Pair], found: list[Evidence]) -> None:
        """Acronyms that the text defines: the head of the long form gives the kind, the sentence the role."""
        for pair in pairs:
            short, long = text[slice(*pair.short)], text[slice(*pair.long)]
            if short in self._none or short in self._classes or short.removesuffix("s") in self._classes:
                continue
            label = self.heads.kind(long)
            first = min(pair.short[0], pair.long[0])
            sentence, sentence_end = facts.sentences[facts.sentence_at(first)]
            before = text[max(sentence, first - 40) : first]
            if label == "none" or (label is None and long.endswith("s") and not short.endswith("s")):
                found.append(Evidence(*pair.short, "none", "method.acronym.other", 0.8))
                continue
            ours = _PARTS.search(text, sentence, first) is not None
            known = fold(short) in self._known
            near = (
                re.search(r"\b(?:novel|new|our|propose[sd]?|introduce[sd]?|present[sd]?)\b[^,.;]*$", before) is not None
            )
            role = "proposed" if (near or ours) and not known else None
            capital = long[:1].isupper() and sum(w[:1].isupper() for w in long.split()) > 1
            if label in ("task", "metric", "dataset"):
                confidence = 0.7
            elif label == "method":
                confidence = 0.85
            else:
                confidence = 0.75 if capital or ours else 0.6
            found.append(
                Evidence(
                    *pair.short,
                    label or "method",
                    "method.acronym",
                    confidence,
                    role if label in (None, "method") else None,
                )
            )

    def _spelled(self, text: str, candidates: list[Candidate], found: list[Evidence]) -> None:
        """What spelling, neighbours and stop lists say of each candidate."""
        counts = Counter(c.text for c in candidates)
        for candidate in candidates:
            name = candidate.text
            singular = name.removesuffix("s")
            if name in self._none or name in self._classes or singular in self._none:
                found.append(Evidence(candidate.start, candidate.end, "none", "method.stop-list", 0.9))
                continue
            after = self.heads.after(text, candidate.end)
            if after == "method" and not (candidate.initial and candidate.shape == "capital"):
                strength = 0.75 if candidate.shape == "strong" else 0.6
                found.append(Evidence(candidate.start, candidate.end, "method", "method.noun-behind", strength))
            if candidate.shape == "strong" and not candidate.title:
                lower = any(c.islower() for c in name.removesuffix("s"))
                plain = 0.5 if lower and sum(c.isupper() for c in name) > 1 else 0.3
                if counts[name] > 2:
                    plain += 0.15
                found.append(Evidence(candidate.start, candidate.end, "method", "method.spelling", plain))


def _inside(candidate: Candidate, by_start: dict[int, Candidate]) -> bool:
    return any(other.start < candidate.start < other.end for other in by_start.values() if len(other.chunks) > 1)
