"""Evidence that a string names a method: how it is introduced, used, compared and spelled.

The kind of an introduced name follows the noun that heads its apposition, long form or subtitle, so what is found
here may speak for a data set, a metric or a task as well.
"""

from __future__ import annotations

import re
from collections import Counter

import regex

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
    r"|supporting|combining|powered|inspired|specialized|developed|aiming|can|has|targeting|operating|utilizing"
    r"|integrating|incorporating|introducing|employing|exploiting|exploring|enhancing|improving|achieving|addressing"
    r"|bridging|providing|offering|allowing|performing|generating|unifying|extending|evaluating|assessing|measuring"
    r"|testing|including|involving|requiring|producing|reducing|optimizing|adapting|transforming|mimicking|comprised"
    r"|composed|derived|directly|jointly|simultaneously|suitable|able|dedicated|intended|trained|learned|obtained)\b",
    re.IGNORECASE,
)
_NEXT_WORD = re.compile(r"\s([a-z][\w-]*)(?:\s([a-z][\w-]*))?")
_TITLE_NAME = re.compile(r"\s*[\"“]?([^:–—\"”]{1,60}?)[\"”]?\s?(?::|\s[–—-]{1,3}|[–—]{1,2})\s+")
# A sentence that speaks of others' work, and one that speaks of this paper's.
_OTHERS = re.compile(
    r"\b(?:[Rr]ecent(?:ly)?|emerged|existing|popular|widely|has\sbeen|have\sbeen|previous|prior|known)\b"
)
_OURS = re.compile(r"\b(?:[Ww]e|[Oo]ur|[Tt]his\s(?:paper|work|study|article|letter|report|thesis))\b")
_INTRODUCES = re.compile(
    r"\b(?:propos(?:e|es|ed|ing)|introduc(?:e|es|ed|ing)|present(?:s|ed|ing)?|design(?:s|ed)?|develop(?:s|ed|ing)?|devis\w+"
    r"|novel|new|compris\w+|consist(?:s|ing)?\sof|components?|modules|equipped|contributions?|integrates?|incorporates?)\b"
)
# Right before a name these verbs and words say that the paper takes it up, not that it brings it.
_TAKES_UP = re.compile(
    r"\b(?:us(?:e|es|ed|ing)|employ\w*|adopt\w*|utili[sz]\w*|leverag\w*|appl(?:y|ies|ied|ying)|based\son|from|existing"
    r"|such\sas|like|including|of|conventional|traditional|standard|popular|than|over|inspired\sby|versus|between|as|via)"
    r"\s(?:(?:the|a|an|both|our|its)\s)?(?:[a-z][\w-]*\s){0,2}$"
)
_AND_THE = re.compile(
    r"\b(?:[Ww]e)\s(?:\w+\s)?(?:propose|introduce|present|design|develop)[ds]?\b.*\band\s(?:the|an?)\s(?:\w+\s)?$", re.S
)
_BRINGS = re.compile(
    r"\b(?:novel|new|our|propos(?:e|es|ed|ing)|introduc(?:e|es|ed|ing)|present(?:s|ed|ing)?|develop(?:s|ed|ing)?"
    r"|design(?:s|ed|ing)?|devise[sd]?)\b[^.;:]*$"
)
_BRINGS_SUCH = re.compile(r"\b(?:propose|introduce|present|develop|design)[sd]?\s(?:[\w-]+\s){0,7}$")
_IS_BROUGHT = re.compile(
    r"\)?\s(?:[a-z-]+\s)?(?:is|are|was|were)\s(?:\w+ly\s|then\s|also\s|first\s)?"
    r"(?:proposed|introduced|designed|developed|presented|devised)\b"
)
_OTHER_LIST = re.compile(
    r"\b(?:data\s?sets?|benchmarks?|tasks?|domains?|corpora|metrics?|languages?|applications?|settings?|areas|fields"
    r"|modalities|sensors|devices|environments|series|problems?|scenarios|topics|diseases|countries)\b[^a-z]*$"
)
_PARTS_OF_NAME = re.compile(r"[A-Za-zα-ωΑ-Ω]+(?:\d+(?:\.\d+)*[a-z]?)?|\d+(?:\.\d+)*[A-Za-z]*")
# "by 48% for X", "43.1 BLEU with X"
_SCORED = re.compile(r"\d[%x]?\s(?:[A-Za-z%]{1,8}\s)?(?:for|by|with)\s(?:the\s)?$")
_LONGEST_TITLE = 1000  # code points; what is longer is no title, and its phrases are sought in the whole text
_SIZE = re.compile(r"[-‐‑](?:[Tt]iny|[Ss]mall|[Bb]ase|[Ll]arge|[Hh]uge|XL|XXL|[TSBLH]|\d+(?:\.\d+)?[BM])$")
_FIELD = re.compile(r"(?:ology|graphy|omics|istry|iatry|oscopy|opathy|itis|emia|osis|oma|plasty|grams?)$")
_PROPOSED_PHRASE = re.compile(
    r"\b(?:[Ww]e|[Pp]aper|[Ww]ork)\s(?:\w+ly\s|also\s|then\s|further\s)?(?:propose|introduce|present|develop|call)[sd]?\s"
    r"(?:it\s)?(?:an?\s|the\s)?(?:new\s|novel\s)?(?P<phrase>[a-z][\w-]*(?:\s[\w-]+){1,7})"
)
_TITLE_TAIL = re.compile(r"\b(?:via|with|using|through|by)\s+(?:an?\s+|the\s+)?([^:]{4,80})$", re.IGNORECASE)


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

    def kind(self, phrase: str) -> Label | None:
        """The label of the last noun of a phrase that has been cut at its first clause or preposition."""
        cut = _CLAUSE_END.search(phrase)
        words = (phrase[: cut.start()] if cut else phrase).strip().lower().split()
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
        match = _NEXT_WORD.match(text, end)
        if match is None:
            return None
        if match[2] and (two := self._kinds.get(f"{match[1]} {match[2]}")):
            return two
        if match[1] in self._methods or match[1].removesuffix("s") in self._methods:
            return "method"
        label = self._kinds.get(match[1])
        # "BERT detection" is no name of a task, "BERT images" none of an image: only sure nouns count behind a name.
        return label if label in ("dataset", "metric") else None

    def acts(self, text: str, end: int) -> bool:
        """Whether what stands behind a name does what methods do: X achieves, X significantly outperforms."""
        match = _NEXT_WORD.match(text, end)
        if match is None:
            return False
        return match[1] in self._verbs or (match[2] in self._verbs and match[1].endswith(("ly", "also", "further")))

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


class MethodCues:
    """Finds method evidence; built once from the rulebook."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self.heads = Heads(book)
        self._rules = AnchoredRules(rule for rule in book.of("method") if rule.pattern is not None)
        self._classes = frozenset(book.words("names_class_words"))
        self._none = frozenset(book.words("names_no_entity"))
        self._generic = frozenset(book.words("names_generic_nouns"))
        known = (form for term in book.terms if term.kind == "method" for form in (term.name, *term.aliases))
        self._known = frozenset(fold(form) for form in known)
        self._endings = (tuple(book.words("names_method_endings")), tuple(book.words("names_dataset_endings")))

    def find(self, text: str, facts: Facts, candidates: list[Candidate], pairs: list[Pair]) -> list[Evidence]:
        """Evidence for and against methods in one text."""
        by_start: dict[int, Candidate] = {}
        reach = 0
        outer = []
        for candidate in candidates:
            by_start.setdefault(candidate.start, candidate)
            if candidate.start >= reach:
                outer.append(candidate)
                reach = candidate.end
        found: list[Evidence] = []
        self._title(text, facts, by_start, found)
        starts, ends = [c.start for c in outer], [c.end for c in outer]
        for rule, match in self._rules.find(text, starts, ends):
            self._matched(text, facts, rule.id, rule.confidence, rule.role, match, by_start, found)
        self._title_phrases(text, facts, found)
        self._pairs(text, facts, pairs, found)
        self._spelled(text, facts, candidates, found)
        return found

    def _matched(
        self,
        text: str,
        facts: Facts,
        rule: str,
        confidence: float,
        role: str | None,
        match: regex.Match[str],
        by_start: dict[int, Candidate],
        found: list[Evidence],
    ) -> None:
        start, end = match.span("name")
        candidate = by_start.get(start)
        if candidate is None:
            if rule == "method.called.quoted":
                found.append(Evidence(start, end, "method", rule, confidence, role))
                return
            candidate = next((by_start[s] for s in range(start + 1, end) if s in by_start), None)
            if candidate is None:
                return
        if candidate.text in self._none or (candidate.initial and candidate.shape == "capital"):
            return
        if role != "proposed" and candidate.shape != "strong":
            # In a title every word has its capital, and "SOTA VLMs" is made of words that are no names.
            first, last = text[slice(*candidate.chunks[0])], text[slice(*candidate.chunks[-1])]
            if candidate.title or first in self._none or last.removesuffix("s") in self._classes:
                return
        sentence = _clause(facts, match.start())
        behind = _AFTER.match(text, candidate.end)
        end = behind.end() if behind else candidate.end
        label: Label = self.heads.after(text, candidate.end) or self.heads.after(text, end) or "method"
        if role == "proposed":
            if len(candidate.chunks) > 1 and label == "method":
                label = self.heads.kind(candidate.text) or label
            label = self.heads.apposition(text, end) or label
            if rule.startswith("method.called"):
                before = text[max(sentence, match.start() - 60) : match.start()].rstrip(" ,")
                label = self.heads.kind(before.rsplit(",", 1)[-1]) or label
                if label == "task":
                    label = "method"
            if label == "method" and self._taken_up(text, rule, candidate, sentence, match.start()):
                role, confidence = "used", 0.6
        elif (
            rule == "method.such-as"
            and not self._is_known(candidate)
            and _BRINGS_SUCH.search(text[sentence : match.start()])
        ):
            role = "proposed"  # "we introduce modules such as X and Y"
        if label == "none" or (rule == "method.such-as" and _OTHER_LIST.search(text, sentence, match.start())):
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
            if joint is None or (following := by_start.get(joint.end())) is None or following.text in self._none:
                break
            found.append(Evidence(following.start, following.end, label, rule, confidence * 0.95, role))
            place = following.end

    def _taken_up(self, text: str, rule: str, candidate: Candidate, sentence: int, place: int) -> bool:
        """Whether a rule of introduction met a name that the paper did not bring."""
        known = self._is_known(candidate)
        if text[place - 3 : place] == "to " and _OURS.search(text, sentence, place) is None and sentence < place - 3:
            return True  # "attempts have been made to design X"
        if rule == "method.intro.phrase" or rule == "method.our" or rule == "method.new-apposition":
            return known
        if rule.startswith("method.called"):
            ours = _OURS.search(text, sentence, place) is not None
            return known or (not ours and _OTHERS.search(text, sentence, place) is not None)
        return False

    def _is_known(self, candidate: Candidate) -> bool:
        return candidate.text in self._classes or fold(candidate.text) in self._known

    def _title(self, text: str, facts: Facts, by_start: dict[int, Candidate], found: list[Evidence]) -> None:
        """`X: a framework for ...`: the part before the colon names what the paper brings, the rest says its kind."""
        if not facts.segments or facts.segments[0].field != "title":
            return
        title = facts.segments[0]
        if title.end > _LONGEST_TITLE:
            return
        tail = _TITLE_TAIL.search(text[: title.end])
        if (
            tail is not None
            and self.heads.kind(tail[1]) == "method"
            and not tail[1].endswith(("els", "orks", "ers"))
            and tail[1].count(" ") in range(1, 5)
        ):
            # "... via Cross-scale Querying Transformer": a name when the abstract uses the same words.
            again = text.lower().find(tail[1].lower(), title.end)
            if again >= 0:
                found.append(Evidence(*tail.span(1), "method", "method.title.means", 0.7, "proposed"))
        match = _TITLE_NAME.match(text, title.start, title.end)
        if match is None:
            return
        start, end = match.span(1)
        name = match[1]
        words = name.split()
        again_at = _find_word(text, name, title.end, fold_case=len(words) > 1)
        strong = is_strong(words[-1]) or is_strong(words[0])
        if len(words) > 4 or not (again_at or (strong and len(words) <= 3) or len(words) == 1):
            return
        if not name[0].isalnum() or name in self._none or name in self._classes:
            return
        if any(e.start == start and e.end == end and e.label in ("task", "metric") for e in facts.evidence):
            return
        label = self.heads.kind(text[match.end() : title.end]) or "method"
        if label in ("task", "none"):
            label = "method"  # a subtitle often is the task itself: "X: Zero-Shot Segmentation"
        confidence = 0.95 if again_at else 0.85 if strong else 0.6
        found.append(
            Evidence(start, end, label, "method.title.colon", confidence, "proposed" if label == "method" else None)
        )

    def _title_phrases(self, text: str, facts: Facts, found: list[Evidence]) -> None:
        """`we propose deep tidal pooling` when the title has Deep Tidal Pooling: the authors' own name for it."""
        if not facts.segments or facts.segments[0].field != "title":
            return
        end = facts.segments[0].end
        if end > _LONGEST_TITLE:
            return
        title = text[:end].lower()
        taken = {(e.start, e.end) for e in facts.evidence if e.label in ("task", "metric", "dataset")}
        for match in _PROPOSED_PHRASE.finditer(text, end):
            start, stop = match.span("phrase")
            phrase = match["phrase"]
            cut = _CLAUSE_END.search(phrase)
            if cut is not None:
                stop = start + cut.start()
                phrase = phrase[: cut.start()]
            words = phrase.split(" ")
            # Adjectives before the name are no part of it: take the longest ending that the title has.
            for skip in range(max(0, len(words) - 6), len(words) - 1):
                piece = " ".join(words[skip:])
                place = title.find(piece.lower())
                if place < 0 or title[place - 1 : place].isalnum() or title[place + len(piece) :][:1].isalpha():
                    continue
                label = self.heads.kind(piece)
                begin = stop - len(piece)
                plain = words[-1].lower() in self._generic or (label not in (None, "method"))
                if not plain and not any(a < stop and begin < b for a, b in taken) and text[place].isupper():
                    found.append(Evidence(begin, stop, "method", "method.title.phrase", 0.7, "proposed"))
                break

    def _pairs(self, text: str, facts: Facts, pairs: list[Pair], found: list[Evidence]) -> None:
        """Acronyms that the text defines: the head of the long form gives the kind, the sentence the role."""
        for pair in pairs:
            short, long = text[slice(*pair.short)], text[slice(*pair.long)]
            if short in self._classes or short.removesuffix("s") in self._classes:
                continue
            label = self.heads.kind(long)
            first = min(pair.short[0], pair.long[0])
            sentence = _clause(facts, first)
            before = text[max(sentence, first - 60) : first]
            plural = long.endswith("s") and short.endswith("s") and not long[:1].isupper()
            taken = _TAKES_UP.search(before) is not None
            others = _OTHERS.search(text, sentence, first) and not _OURS.search(text, sentence, first)
            brings = not taken and not others and _BRINGS.search(before) is not None
            brings = brings or _IS_BROUGHT.match(text, max(pair.short[1], pair.long[1])) is not None
            if short in self._none and not (brings and label == "method" and long[:1].isupper()):
                continue
            if not brings and (label == "none" or plural or (label is None and long.islower() and len(short) < 3)):
                found.append(Evidence(*pair.short, "none", "method.acronym.other", 0.8))
                continue
            if label == "none":
                label = None
            ours = _INTRODUCES.search(text, sentence, first) is not None
            known = fold(short) in self._known or fold(long) in self._known
            role = "proposed" if not known and (brings or (ours and not taken and not others)) else None
            capital = sum(w[:1].isupper() for w in long.split()) > 1
            if label in ("task", "metric", "dataset"):
                confidence = 0.85 if label == "task" else 0.7
            elif label == "method":
                confidence = 0.85
            elif role is None and not capital:
                found.append(Evidence(*pair.short, "none", "method.acronym.unclear", 0.6))
                continue
            else:
                confidence = 0.75 if ours else 0.6
            label = label or "method"
            found.append(
                Evidence(*pair.short, label, "method.acronym", confidence, role if label == "method" else None)
            )

    def _spelled(self, text: str, facts: Facts, candidates: list[Candidate], found: list[Evidence]) -> None:
        """What spelling, neighbours and stop lists say of each candidate."""
        counts = Counter(c.text for c in candidates)
        for index, candidate in enumerate(candidates):
            name = candidate.text
            singular = name.removesuffix("s")
            if name in self._none or singular in self._none:
                found.append(Evidence(candidate.start, candidate.end, "none", "method.stop-list", 0.9))
                continue
            last = text[slice(*candidate.chunks[-1])]
            if name in self._classes or singular in self._classes:
                found.append(Evidence(candidate.start, candidate.end, "none", "method.class-word", 0.95))
                continue
            if (
                len(candidate.chunks) > 1
                and (last in self._classes or last in self._none)
                and not _strong(text, candidate)
            ):
                found.append(Evidence(candidate.start, candidate.end, "none", "method.class-noun", 0.9))
                continue
            after = self.heads.after(text, candidate.end)
            if after == "method" and not (candidate.initial and candidate.shape == "capital"):
                strength = 0.75 if candidate.shape == "strong" else 0.6
                role = None
                if not candidate.title and not self._is_known(candidate):
                    sentence = _clause(facts, candidate.start)
                    before = text[sentence : candidate.start]
                    role = "proposed" if _AND_THE.search(before) else None
                found.append(Evidence(candidate.start, candidate.end, "method", "method.noun-behind", strength, role))
            if candidate.title:
                continue
            plain_start = candidate.initial and candidate.shape == "capital" and counts[name] == 1
            if after is None and not plain_start and self.heads.acts(text, candidate.end):
                found.append(Evidence(candidate.start, candidate.end, "method", "method.acts", 0.6))
            if candidate.shape == "strong" and _SCORED.search(text, candidate.start - 18, candidate.start):
                found.append(Evidence(candidate.start, candidate.end, "method", "method.scored", 0.65))
            size = _SIZE.search(name)
            if size is not None and text[candidate.start - 1] == "/":
                # BERT/GPT-Base speaks of BERT-Base, too.
                left = candidates[index - 1]
                if index and left.end == candidate.start - 1 and fold(left.text) in self._known:
                    whole = left.text + size.group()
                    found.append(Evidence(left.start, left.end, "method", "method.completed", 0.8, expansion=whole))
            if candidate.shape == "strong":
                label, rule, plain = self._morphology(name, counts[name])
                found.append(Evidence(candidate.start, candidate.end, label, rule, plain))
            elif candidate.shape == "multi" and fold(last) in self._known and _strong(text, candidate):
                found.append(Evidence(candidate.start, candidate.end, "method", "method.spelling", 0.6))

    def _morphology(self, name: str, count: int) -> tuple[Label, str, float]:
        """What the parts of a strongly spelled name say: a known family, a telling ending, or its shape alone."""
        parts = _PARTS_OF_NAME.findall(name)
        if len(parts) > 1 and any(fold(part) in self._known for part in (parts[0], parts[-1])):
            return "method", "method.family", 0.85
        methods, datasets = self._endings
        stem = name.removesuffix("s") if name.endswith("Nets") else name
        if stem.endswith(datasets):
            return "dataset", "method.dataset-ending", 0.5
        if stem.endswith(methods) and len(stem) > 4:
            return "method", "method.ending", 0.7
        camel = sum(c.isupper() for c in name) > 1 and any(c.islower() for c in name.removesuffix("s"))
        plain = 0.5 if camel else 0.3
        return "method", "method.spelling", min(0.6, plain + 0.1 * min(count - 1, 2))


def _clause(facts: Facts, place: int) -> int:
    """Where the sentence of a place begins, or 400 code points before it: no context is read further back."""
    return max(facts.sentences[facts.sentence_at(place)][0], place - 400)


def _find_word(text: str, name: str, start: int, *, fold_case: bool) -> bool:
    """Whether a name stands as whole words somewhere behind a place."""
    hay, needle = (text.lower(), name.lower()) if fold_case else (text, name)
    place = hay.find(needle, start)
    while place >= 0:
        before, after = hay[place - 1 : place], hay[place + len(needle) : place + len(needle) + 1]
        if not (before.isalnum() or before == "-") and not after.isalnum():
            return True
        place = hay.find(needle, place + 1)
    return False


def _strong(text: str, candidate: Candidate) -> bool:
    """Whether a word before the last of a multiword candidate is spelled like a name."""
    return any(is_strong(text[start:end]) for start, end in candidate.chunks[:-1])
