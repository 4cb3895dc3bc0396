"""Evidence that a string names a method: how it is introduced, used, compared and spelled.

The kind of an introduced name follows the noun that heads its apposition, long form or subtitle, so what is found
here may speak for a data set, a metric or a task as well.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from extract.facts import Evidence, Facts, Label
from extract.rulebook import Rulebook
from extract.stages.acronym_cues import PairCues
from extract.stages.acronyms import Pair, resembles
from extract.stages.anchors import AnchoredRules, AnyMatch
from extract.stages.candidates import Candidate
from extract.stages.heads import Heads
from extract.stages.spelling import KnownNames, SpellingCues, clause_start, is_formula, is_numbered
from extract.stages.title_cues import TitleCues
from extract.stages.wording import (
    OTHER_LIST,
    OTHERS,
    OUR_WORK,
    OURS,
    TAKEN,
    TASK_BEHIND,
    is_part,
    speaks_of_else,
    takes_in,
)

# What follows in a list of names: "X (long form), the Y and Z".
_NEXT = re.compile(r"(?:\s?\([^()]{1,80}\))?(?:,\s(?:and\s|or\s)?|\s(?:and|or|&)\s|/)(?:the\s|its\s)?")
_AFTER = re.compile(r"[\"'”’`*]{0,2}(?:\s?\([^()]{1,90}\))?[\"'”’`*]{0,2}")
# Rules of introduction that say nothing of a name that is known already.
_ONLY_NEW = frozenset(
    "method." + name
    for name in (
        "intro.phrase",
        "intro.bracket",
        "our",
        "new-apposition",
        "key-is",
        "enumerated",
        "second",
        "yields",
        "studied",
        "own",
    )
)
_OUR_OWN = re.compile(r"\b(?:[Oo]ur|[Pp]roposed|novel|new)\s(?:[a-z-]+\s){0,4}$")
_SUBJECT = re.compile(r"([^\s,;:()]+)\s(?:\w+ly\s|then\s|further\s|also\s|first\s)?$")
# "introduces SignLift" brings it, "uses SignLift" need not.
_BRINGS_IN = re.compile(r"introduces|proposes|designs")
_NOUN = re.compile(
    r"\s(?!(?:and|but|with|for|from|that|which|the|while|when|where|without|across|under|over|can|via|are|was|were|has|have"
    r"|had|into|than|only|both|also|such|does|did|may|not|then|within|through|after|before|against|among|between|during"
    r"|shows?|yields?|versus|using|remains?|itself|alone|still|often|decomposition|wavelets?|functions?|filters?|rules?|trick"
    r"|protocol|[a-z]+i[sz]ation)\b)[a-z]{3,}(?<!ed)(?<!ing)(?<!es)\b"
)
_NEAR = 40  # pieces of evidence; an abstract has fewer, and a text of any length takes linear time
_MANY = 400  # candidates; no abstract has so many
_NAMED_LATER = re.compile(
    r"(?:\s(?:with|for|of|to|based)\s[^.;:()]{3,100}?|\s[a-z-]{3,20})?,?\s(?:which\s(?:is|we)\s)?(?:named|called|call|termed|dubbed|coined)\s"
)
_NEXT_PART = re.compile(r";\s(?:and\s)?(?:an?\s|the\s|finally,?\s(?:the\s)?)?")
_HYPHENS = ("-", "‐", "‑")
_BRACKETED = re.compile(r"\s?\(([^\s()]{2,24})\)")
# "across three open models (X and Y)"
_TRIED_ON = re.compile(
    r"\b(?i:across|(?:evaluat\w*|compar\w*|fine-tun\w*|test\w*|experiments?|benchmark\w*|probe\w*)(?:\s(?:on|over))?)\s(?:the\s|[a-z]+\s)?$"
)
# "a new MRI model TideNet": the name behind the noun
_NOUN_THEN_NAME = re.compile(
    r"\s(?:[a-z-]+\s){0,3}(?:model|framework|method|network|approach|algorithm|system|architecture|strategy|mechanism|module"
    r"|pipeline|paradigm|technique)\s(?=[A-Z])"
)
_THAT_IS = re.compile(r"i\.?e\b")
_BRINGS_SUCH_A = re.compile(
    r"\b(?:propose|introduce|present|develop|design)[sd]?\s(?:an?|our|the|two|three)\s(?!.*\b(?:propose|use|on)\b)[^.;]{0,160}$"
)
# "Tidal Sign Network for Street Reading (TiSNet)"
_BRACKETED_LATER = re.compile(r"\s(?:for|of|in|with|from|on|to)\s(?:[\w-]+\s){1,6}\(([A-Z][^\s()]{2,23})\)")
_BRINGS_SUCH = re.compile(r"\b(?:propose|introduce|present|develop|design)[sd]?\s(?:[\w-]+\s){0,7}$")


class MethodCues:
    """Finds method evidence; built once from the rulebook."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self.heads = Heads(book)
        self._rules = AnchoredRules(rule for rule in book.of("method") if rule.pattern is not None)
        self.known = KnownNames(book)
        self._pairs = PairCues(book, self.heads, self.known)
        self._spelling = SpellingCues(book, self.heads, self.known)
        self._sure = book.confidence
        self._generic = frozenset(book.words("names_generic_nouns"))
        self._titles = TitleCues(book, self.heads, self.known)

    def walk(self, text: str, facts: Facts, candidates: list[Candidate], pairs: list[Pair]) -> Iterator[None]:
        """Add the evidence for and against methods in one text, in passes."""
        by_start: dict[int, Candidate] = {}
        reach, starts, ends = 0, [], []  # of the candidates that lie in no other
        for candidate in candidates:
            start, end = candidate.start, candidate.end
            by_start.setdefault(start, candidate)
            if start >= reach:
                starts.append(start)
                ends.append(end)
                reach = end
        found: list[Evidence] = []
        self._titles.find(text, facts, found)
        yield
        matches = list(self._rules.find(text, starts, ends))
        yield
        for rule, match in matches:
            self._matched(text, facts, rule.id, rule.confidence, rule.role, match, by_start, pairs, found)
        yield
        no_methods = self._pairs.find(text, facts, pairs, found)
        yield
        named = [c for c in candidates if not self._spells(c, pairs)] if pairs else candidates
        found += self._spelling.find(text, facts, named, no_methods)
        self._members(text, candidates, found)
        facts.evidence += found

    def _spells(self, candidate: Candidate, pairs: list[Pair]) -> bool:
        """Whether a word only spells an acronym: "Tidal ARgument Quality assessor (TARQ)"."""
        if candidate.shape != "strong" or self.known.has(candidate.text):
            return False
        index = bisect_right(pairs, candidate.start, key=_long_start) - 1
        if index < 0 or candidate.end > pairs[index].long[1] or candidate.text.isupper():
            return False
        return (candidate.start, candidate.end) != pairs[index].long  # "SparkNLP (SP)"

    def _matched(
        self,
        text: str,
        facts: Facts,
        rule: str,
        confidence: float,
        role: str | None,
        match: AnyMatch,
        by_start: dict[int, Candidate],
        pairs: list[Pair],
        found: list[Evidence],
    ) -> None:
        if rule == "method.title.phrase":
            self._titles.phrase(text, facts, match, found)
            return
        start, end = match.span("name")
        match_role = role
        candidate = by_start.get(start)
        if rule == "method.intro.phrase" and candidate is not None and candidate.shape == "strong":
            behind_noun = _NOUN_THEN_NAME.match(text, candidate.end)
            later = by_start.get(behind_noun.end()) if behind_noun else None
            candidate = later if later is not None and later.shape == "strong" else candidate
        if candidate is None:
            if rule in ("method.called.quoted", "method.intro.lower"):
                found.append(Evidence(start, end, "method", rule, confidence, role))
                return
            candidate = next((by_start[s] for s in range(start + 1, end) if s in by_start), None)
            if candidate is None:
                return
        if (
            len(candidate.text) < 2
            or candidate.text in self.known.no_names
            or (role == "proposed" and candidate.text in self.known.classes)  # "we introduce the LLM fallacy"
            or candidate.text.lower() in self._generic
            or text.startswith(" et al", candidate.end)
            or is_formula(text[slice(*candidate.chunks[0])])
            or (candidate.shape == "multi" and is_numbered(candidate.text))
            or (role != "proposed" and candidate.shape == "capital" and self._is_attribute(text, candidate.end))
            or (role != "proposed" and self._spelling.is_compound(candidate.text, _texts(candidate, by_start)))
            or (candidate.initial and candidate.shape == "capital")
        ):
            return
        label: Label = "none"
        if rule == "method.other-list":
            if any(e.rule == "vocabulary.dataset" and e.start == candidate.start for e in facts.evidence):
                label, rule = "dataset", "names.same-list"  # "tasks such as GLUE and SWAG"
            self._list(text, candidate.start, label, rule, confidence, None, by_start, found)
            return
        if rule == "method.phenomenon":
            found.append(Evidence(candidate.start, candidate.end, label, rule, confidence))
            return
        if role != "proposed" and candidate.shape != "strong":
            # In a title every word has its capital, and "SOTA VLMs" is made of words that are no names.
            first, last = text[slice(*candidate.chunks[0])], text[slice(*candidate.chunks[-1])]
            if (
                candidate.title
                or candidate.text in self.known.common
                or first in self.known.no_names
                or last.removesuffix("s") in self.known.classes
            ):
                return
            if speaks_of_else(text, rule, match.start(), candidate) and not self._has_known(text, candidate):
                return
        sentence = clause_start(facts, match.start())
        if rule == "method.second" and not any(
            e.role == "proposed"
            and sentence <= e.start < match.start()
            and e.rule.startswith(("method.intro", "method.parts"))
            for e in found[-_NEAR:]
        ):
            return
        if rule == "method.intro.phrase" and candidate.shape == "multi" and _NAMED_LATER.match(text, candidate.end):
            return  # "we propose a Tidal Architecture for signs, named SignNet"
        if rule == "method.own" and not self._is_own(text, match.start(), sentence, candidate, found):
            return
        if rule == "method.apposition" and _OUR_OWN.search(text, max(sentence, match.start() - 60), match.start()):
            role = "proposed"
        if rule == "method.enumerated" and not is_part(text, candidate, match.start()):
            return
        behind = _AFTER.match(text, candidate.end)
        end = behind.end() if behind else candidate.end
        kind = self.heads.after(text, candidate.end)
        if kind is None and end > candidate.end:
            kind = self.heads.after(text, end)
        label = kind or "method"
        if role == "proposed":
            if rule.startswith("method.intro") and (other := OTHER_LIST.search(text, match.start(), candidate.start)):
                # "we propose two metrics, X and Y"
                kind = self.heads.kind(other.group().strip(" ,:(–—-"))
                listed = kind if kind in ("metric", "dataset", "task") else "none"
                self._list(text, candidate.start, listed, rule, confidence, None, by_start, found)
                return
            if len(candidate.chunks) > 1 and label == "method" and self.heads.after(text, candidate.end) is None:
                label = self.heads.kind(candidate.text) or label
            told = self.heads.apposition(text, end)
            # "we introduce GlyphGym, an environment" still brings something.
            brought = told == "none" and candidate.shape == "strong" and rule.startswith("method.intro")
            if told is not None and not brought:
                label = told
            if told == "method" and rule.startswith("method.intro"):
                sure = self._sure("method.intro.kind")
                found.append(Evidence(candidate.start, candidate.end, "method", "method.intro.kind", sure, role))
            if rule.startswith("method.called"):
                before = text[max(sentence, match.start() - 60) : match.start()].rstrip(" ,")
                label = self.heads.kind(before.rsplit(",", 1)[-1]) or self.heads.kind(_last_words(before)) or label
                if _THAT_IS.match(text, match.start()):
                    if (
                        label == "task"
                        or candidate.shape == "capital"
                        or not _BRINGS_SUCH_A.search(text, sentence, match.start())
                    ):
                        return  # "a new problem, i.e., Tidal Reading"; "two rivals, i.e., BERT and GPT"
                elif label == "task":
                    label = "method"
            attribute = text[candidate.end : candidate.end + 1] in _HYPHENS and text[candidate.end + 1 :][:1].islower()
            if label == "method" and (
                attribute or self._taken_up(text, rule, candidate, sentence, match.start(), by_start)
            ):
                role, confidence = "used", 0.6
        elif (
            rule == "method.such-as"
            and not self.known.has(candidate.text)
            and _BRINGS_SUCH.search(text[sentence : match.start()])
        ):
            role = "proposed"  # "we introduce modules such as X and Y"
        if label == "none" or (rule == "method.such-as" and OTHER_LIST.search(text, sentence, match.start())):
            return
        span = (candidate.start, candidate.end)
        index = bisect_right(pairs, span[0], key=_long_start) - 1
        whole = pairs[index] if index >= 0 and span[1] <= pairs[index].long[1] and pairs[index].long != span else None
        if whole is not None and whole.long[0] <= match.start("name") <= whole.long[0] + 40:
            span = whole.short  # "Grasp the Graph 2.0 (GtG)": the candidate is a part of the long form
            role = match_role or role
        expansion = None
        bracket = _BRACKETED.match(text, candidate.end) if role == "proposed" else None
        if (
            bracket
            and label == "task"
            and candidate.shape == "multi"
            and not _is_task(text, facts, candidate, bracket.end())
        ):
            label = self.heads.apposition(text, bracket.end()) or "method"  # "we propose Tidal Sign Generation (TSG)"
        if bracket is None and role == "proposed" and candidate.shape == "multi":
            bracket = _BRACKETED_LATER.match(text, candidate.end)
            if bracket and not resembles(bracket[1], text[candidate.start : bracket.start(1)]):
                bracket = None
            if bracket:  # "Tidal Sign Reading with Street Cues (TiSReC) benchmark", "..., a two-stage framework"
                told = self.heads.after(text, bracket.end()) or self.heads.apposition(text, bracket.end())
                label = told or ("method" if label == "task" else label)
        if bracket is not None:
            short = by_start.get(bracket.start(1))
            if short is not None and short.end == bracket.end(1) and short.shape == "strong":
                fresh = not self.known.has(short.text) and short.text not in self.known.no_names
                expansion = short.text if fresh else None
        found.append(Evidence(*span, label, rule, confidence, role if label == "method" else None, expansion=expansion))
        if label != "method":
            return
        if rule == "method.parts" and role == "proposed":
            stop = facts.sentences[facts.sentence_at(candidate.start)][1]
            for part in _NEXT_PART.finditer(text, candidate.end, stop):
                following = by_start.get(part.end())
                if following is not None and following.shape != "capital" and not self.known.has(following.text):
                    found.append(Evidence(following.start, following.end, label, rule, confidence * 0.95, role))
        joint = _NEXT.match(text, candidate.end)
        if joint is not None:
            self._list(text, joint.end(), label, rule, confidence * 0.95, role, by_start, found)

    def _list(
        self,
        text: str,
        place: int,
        label: Label,
        rule: str,
        confidence: float,
        role: str | None,
        by_start: dict[int, Candidate],
        found: list[Evidence],
    ) -> None:
        """The members of a list share what its first one is."""
        for _ in range(12):
            member = by_start.get(place)
            if member is None or member.text in self.known.no_names:
                break
            kept = "used" if role == "proposed" and self.known.has(member.text) else role
            found.append(Evidence(member.start, member.end, label, rule, confidence, kept))
            joint = _NEXT.match(text, member.end)
            if joint is None:
                break
            place = joint.end()

    def _is_own(self, text: str, place: int, sentence: int, candidate: Candidate, found: list[Evidence]) -> bool:
        """Whether the subject before a verb is a name that the paper brings, and what it takes in nobody knows."""
        subject = _SUBJECT.search(text, max(sentence, place - 60), place)
        if subject is None or self._has_known(text, candidate):
            return False
        if len(candidate.chunks) < 2 and (candidate.shape != "strong" or _BRINGS_IN.match(text, place) is None):
            return False
        if subject[1] in OUR_WORK:
            words = [text[start:end] for start, end in candidate.chunks]
            return self._spelling.is_coined(candidate, words) and takes_in(text, sentence, place, candidate)
        return any(text[e.start : e.end] == subject[1] for e in found[:_NEAR] + found[-_NEAR:] if e.role == "proposed")

    def _has_known(self, text: str, candidate: Candidate) -> bool:
        """Whether a name or one of its words is known."""
        return self.known.has_part(candidate.text, [text[start:end] for start, end in candidate.chunks])

    def _is_attribute(self, text: str, end: int) -> bool:
        """Whether a capitalised word stands before a noun that is no method's: an Irish tune, Wasserstein distance."""
        noun = _NOUN.match(text, end)
        return noun is not None and self.heads.after(text, end) != "method"

    def _members(self, text: str, candidates: list[Candidate], found: list[Evidence]) -> None:
        """STBC-SM-CIM belongs to a paper that brings CIM: a hyphen joins what the paper brings to something else."""
        brought = {text[e.start : e.end] for e in found if e.role == "proposed" and e.confidence >= 0.75}
        if not brought:
            return
        sure = self._sure("method.family")
        for candidate in candidates:
            name = candidate.text
            if "-" in name and " " not in name and name not in brought and not self.known.has(name):
                first, *rest = name.split("-")
                if self._spelling.is_compound(name, brought):
                    continue
                parts = rest if first.islower() else [first, *rest]
                if any(len(part) > 2 and part in brought for part in parts) and name.rsplit("-", 1)[-1][0].isupper():
                    item = Evidence(candidate.start, candidate.end, "method", "method.family", sure, "proposed")
                    found.append(item)

    def _taken_up(
        self, text: str, rule: str, candidate: Candidate, sentence: int, place: int, by_start: dict[int, Candidate]
    ) -> bool:
        """Whether a rule of introduction met a name that the paper did not bring."""
        known = self.known.has(candidate.text)
        if text[place - 3 : place] == "to " and OURS.search(text, sentence, place) is None and sentence < place - 3:
            return True  # "attempts have been made to design X"
        if rule == "method.parts":
            joint = _NEXT.match(text, candidate.end)
            following = by_start.get(joint.end()) if joint else None
            known = known or (
                following is not None and self.known.has(following.text)
            )  # "two techniques (Full and LoRA)"
            tried = _TRIED_ON.search(text, max(sentence, place - 30), place) is not None
            return known or tried or TAKEN.search(text, sentence, candidate.start) is not None
        if rule in _ONLY_NEW:
            return known
        if rule.startswith("method.called"):
            ours = OURS.search(text, sentence, place) is not None
            return known or (not ours and OTHERS.search(text, sentence, place) is not None)
        return False


def _is_task(text: str, facts: Facts, candidate: Candidate, behind: int) -> bool:
    """Whether a phrase whose head is that of a task names one: it says so, or it is known."""
    known = any(e.rule == "vocabulary.task" and e.end == candidate.end for e in facts.evidence)
    return (
        known
        or TASK_BEHIND.match(text, behind) is not None
        or candidate.text.endswith(("Task", "Problem", "Challenge"))
    )


def _last_words(phrase: str) -> str:
    """The last two words of a phrase."""
    return " ".join(phrase.rsplit(None, 2)[-2:])


def _long_start(pair: Pair) -> int:
    return pair.long[0]


def _texts(candidate: Candidate, by_start: dict[int, Candidate]) -> dict[str, int]:
    """The names of a text, for a candidate that may be a plain word and one of them: token-PSV."""
    return {c.text: 1 for c in by_start.values()} if candidate.text[:1].islower() and len(by_start) < _MANY else {}
