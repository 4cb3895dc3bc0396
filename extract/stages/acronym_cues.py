"""Evidence from acronyms that the text defines: the head of the long form gives the kind, the sentence the role."""

from __future__ import annotations

import re

from extract.facts import Evidence, Facts
from extract.rulebook import Rulebook
from extract.stages.acronyms import Pair
from extract.stages.entities import fold
from extract.stages.heads import Heads
from extract.stages.spelling import KnownNames, clause_start
from extract.stages.wording import OTHER_LIST, OTHERS, OURS, TAKEN

_INTRODUCES = re.compile(
    r"\b(?:propos(?:e|es|ed|ing)|introduc(?:e|es|ed|ing)|present(?:s|ed|ing)?|design(?:s|ed)?|develop(?:s|ed|ing)?|devis\w+"
    r"|novel|new|compris\w+|consist(?:s|ing)?\sof|components?|modules|equipped|contributions?|integrates?|incorporates?)\b"
)
# Right before a name these verbs and words say that the paper takes it up, not that it brings it.
_TAKES_UP = re.compile(
    r"\b(?:us(?:e|es|ed|ing)|employ\w*|adopt\w*|utili[sz]\w*|leverag\w*|appl(?:y|ies|ied|ying)|based\son|from|existing"
    r"|such\sas|like|including|of|conventional|traditional|standard|popular|than|over|inspired\sby|versus|between|as|via)"
    r"\s(?:(?:the|a|an|both|its)\s)?(?:(?!(?:our|new|novel)\s)[a-z][\w-]*\s){0,2}$"
)
_BRINGS = re.compile(
    r"\b(?:novel|new|our|propos(?:e|es|ed|ing)|introduc(?:e|es|ed|ing)|present(?:s|ed|ing)?|develop(?:s|ed|ing)?(?!\s(?:following|after|from|into|in)\b)"
    r"|design(?:s\s(?:an?|the)|ed|ing)?|devise[sd]?|[Ww]e\s(?:\w+\s)?(?:define|implement|formulate|construct|build(?!\s(?:up)?on\b)|derive)"
    r"|(?:key|core|main|central|technical)\s(?:[a-z]+\s)?(?:innovation|component|idea|mechanism|module|technique)\sis)"
    r"\b[^.;:]*$"
)
_BRINGS_NEAR = re.compile(
    r"\b(?:novel|new|our|propos(?:e|es|ed|ing)|introduc(?:e|es|ed|ing)|present(?:s|ed|ing)?|develop(?:s|ed|ing)?(?!\s(?:following|after|from|into|in)\b)"
    r"|design(?:s\s(?:an?|the)|ed|ing)?|devise[sd]?|[Ww]e\s(?:\w+\s)?(?:define|implement|formulate|derive|construct|build(?!\s(?:up)?on\b))"
    r"|(?:key|core|main|central|technical)\s(?:[a-z]+\s)?(?:innovation|component|idea|mechanism|module|technique)\sis)"
    r"\s(?:[\w-]+\s){0,4}$"
)
# Right before a long form that nobody knows: its short form is another's by chance.
_FRESH = re.compile(
    r"\b(?:novel|new|(?:propose|introduce|present|develop|design|devise)[sd]?\s(?:an?|the|our))\s(?:[\w-]+\s)?$"
)
_ADJECTIVE = re.compile(r"-(?:\w+ed|aware|based|free|level|guided|driven|to-\w+)$")
# "a Cross-Scale Mixing Module (CSM)": what comes with an indefinite article is new to the reader.
_INDEFINITE = re.compile(r"\b[Aa]n?\s(?:[a-z][\w-]*\s){0,3}$")
# From one pair to the next of a list: "A (B), the C (D), and ..."
# "Video Instance Removal (VIR) requires ...": what the field does, not what a paper brings.
_TOPIC = re.compile(
    r"\)?\s(?:aims|requires|refers|seeks|involves|remains|plays|has\s(?:become|gained|attracted)"
    r"|(?:is|are)\s(?:an?\s|the\s)?(?:[a-z-]+ly\s)?(?:critical|crucial|essential|important|vital|central|fundamental|key"
    r"|challenging|long-standing|common|leading|major|growing|task|problem|field|process))\b"
)
# "... by Tidal Sign Fusion (TSF), which ...": who has to be told what it is has not met it before.
_EXPLAINED = re.compile(
    r"\)?(?:\s(?:module|mechanism|strategy|loss|network|framework|block|scheme))?,\s"
    r"(?:(?P<which>which\s)|an?\s(?!(?:[a-z-]+\s)?(?:widely|popular|well-known|recent|common|existing|standard|classic)\b))"
)
_WELL_KNOWN = re.compile(
    r"\)?,\s(?:an?|the)\s(?:[\w-]+\s){0,2}(?:classical|classic|popular|well-known|widely|standard|common|existing|established)\b"
)
_ONE_OF = re.compile(r"[^.;]{0,140}?\s(?:is|are)\s(?:one\sof|widely|commonly|among)\b")
_TO_NEXT = re.compile(
    r"\)?(?:,\s(?:and\s|or\s)?|\sand\s|\s(?:module|loss|strategy|mechanism)s?,?\sand\s)(?:an?\s|the\s)?(?:[a-z-]+\s){0,2}"
)
_LISTED = re.compile(
    r"\b(?:algorithms|methods|models|approaches|techniques|baselines|architectures|classifiers|networks):\s[^.;]*$"
)
# What stands before a list of parts: "X comprises", "we design", "two modules:", "by".
_MADE_OF = re.compile(
    r"(?:\b(?:compris\w+|consist\w*\sof|composed\sof|integrat\w+|incorporat\w+|introduc\w+|propos\w+|design\w*"
    r"|develop\w*|devis\w+|employ\w*|combin\w+|via|through|with|featur\w+|adopt\w*|equipped|namely|contains?|by"
    r"|includ\w+|modules|components|stages|strategies|techniques|mechanisms|losses)\b|:)"
    r"\W+(?:(?:an?|the|our|two|three|four|key|core|both|modules|novel|new)\W+){0,3}(?:[a-z][\w-]*\s){0,3}$"
)
_IS_BROUGHT = re.compile(
    r"\)?\s(?:[a-z-]+\s)?(?:is|are|was|were)\s(?:\w+ly\s|then\s|also\s|first\s)?"
    r"(?:proposed|introduced|designed|developed|presented|devised)\b"
)


# World Tide Survey (WTS)
_COLLECTED = re.compile(
    r"\s(?:Survey|Database|Census|Registry|Cohort|Biobank|Archive|Repository|Collection|Longitudinal Study)$"
)

_IN_ORDER = re.compile(r"\b(?:First|Second|Third|Fourth|Final|Last)(?:ly)?,\s(?:the|an?|our)\s(?:novel\s|new\s)?$")
_IS_TAKEN = re.compile(
    r"\)?\s(?:\w+\s)?(?:is|are|was|were)\s(?:then\s)?(?:used|employed|adopted|applied|utili[sz]ed)\b"
)
# "Secondly, Tidal Sign Mixing (TSM) reads": a part of what was proposed before takes its turn.
_TURN = re.compile(
    r"(?:(?:(?:First|Second|Third|Final|Last|Additional)(?:ly)?|Moreover|Furthermore|Then|Next|Meanwhile|In\saddition|Specifically),\s)?"
    r"(?:(?:[Tt]he|[Aa]n?)\s)?"
)
_PROPOSED = re.compile(r"\b(?:propos|introduc|present|develop|design|devis)(?:e|es|ed|s)?\b")
_PART_NOUN = re.compile(
    r"\)?\s(?:module|mechanism|strategy|loss|block|component|branch|unit|layer|scheme|objective|network|encoder|decoder)\b"
)
_PART = re.compile(r"\s(?:module|block|layer|sub-?network|branch|adapter|component)\b")


class PairCues:
    """Finds the evidence of acronym pairs; built once from the rulebook."""

    def __init__(self, book: Rulebook, heads: Heads, known: KnownNames) -> None:
        self.heads = heads
        self.known = known
        self._sure = book.confidence

    def find(self, text: str, facts: Facts, pairs: list[Pair], found: list[Evidence]) -> frozenset[str]:
        """Acronyms that the text defines: the head of the long form gives the kind, the sentence the role.

        Returned are the folded forms of those that are certainly no method.
        """
        no_methods: set[str] = set()
        parts = self._part_lists(text, facts, pairs)
        proposal = _first_proposal(text, facts) if pairs else None
        for index, pair in enumerate(pairs):
            short, long = text[slice(*pair.short)], text[slice(*pair.long)]
            if short in self.known.classes or short.removesuffix("s") in self.known.classes:
                continue
            label = self.heads.kind(long)
            first = min(pair.short[0], pair.long[0])
            sentence = clause_start(facts, first)
            before = text[max(sentence, first - 60) : first]
            plural = long.endswith("s") and short.endswith("s") and (not long[:1].isupper() or short[-2:-1].isupper())
            taken = _TAKES_UP.search(before) is not None
            others = OTHERS.search(text, sentence, first) and not OURS.search(text, sentence, first)
            brings = not taken and not others and _BRINGS.search(before) is not None
            named_here = brings and _BRINGS_NEAR.search(before) is not None
            behind = max(pair.short[1], pair.long[1])
            brought = _IS_BROUGHT.match(text, behind) is not None
            brings = brings or brought or (not others and self._enumerated(text, sentence, first, behind))
            if label in (None, "task") and not brings and _TOPIC.match(text, behind):
                label = "none"
            capitals = sum(word[:1].isupper() for word in long.split())
            if label in (None, "none") and capitals > 1 and _COLLECTED.search(long):
                label = "dataset"
            if label in (None, "task") and named_here and self.heads.after(text, behind + 1) == "method":
                label = "method"  # "a novel Tidal Sign Interaction (TSI) module"
            elif label is None and _PART.match(text, behind + 1):
                label = "method"  # "the sign-aware mixing (SAM) block"
            colon = text.find(":", sentence, first) >= 0
            if label in (None, "method", "task") and colon and _LISTED.search(text, sentence, first):
                label = "method"
                others = others or TAKEN.search(text, sentence, first) is not None
                brings = brings and not others
            elif (
                label == "method"
                and capitals > 1
                and not (plural or others)
                and _INDEFINITE.search(before)
                and _WELL_KNOWN.match(text, behind) is None
            ):
                brings = True
            elif index in parts and label in (None, "method"):
                brings, label = True, "method"
            elif (
                label == "method"
                and not plural
                and not others
                and capitals > 1
                and self._opens_title(text, facts, long)
            ):
                brings = True
            elif (
                label in (None, "method")
                and capitals > 1
                and not (plural or others)
                and self._explained(text, behind)
                and TAKEN.search(text, sentence, first) is None
                and OTHER_LIST.search(text, sentence, first) is None
            ):
                brings, label = _ONE_OF.match(text, behind) is None, "method"
            elif (
                label in (None, "method")
                and capitals > 1
                and not (plural or others or taken)
                and not (self.known.has(short) or self.known.has(long))
                and (proposal is not None and proposal < sentence)
                and self._takes_its_turn(text, sentence, first, behind)
            ):
                brings, label = True, "method"
            if short in self.known.no_names and not (brings and label == "method" and long[:1].isupper()):
                continue
            if not (brings if label != "none" else (named_here or brought) and capitals > 1) and (
                label == "none" or plural or (label is None and long.islower() and len(short) < 3)
            ):
                found.append(Evidence(*pair.short, "none", "method.acronym.other", self._sure("method.acronym.other")))
                no_methods.update((fold(short), fold(long)))
                continue
            if label == "none":
                label = None
            known = self.known.has(long) or (self.known.has(short) and not (capitals > 1 and _FRESH.search(before)))
            if label == "task" and self.known.has(long):
                label = "method"  # flow matching (FM)
            ours = _INTRODUCES.search(text, sentence, first) is not None
            if label is None and _ADJECTIVE.search(long):
                label, brings = "none", False
            elif label is None and capitals < 2:
                ours = brings = named_here or _IS_BROUGHT.match(text, pair.short[1]) is not None
            role = "proposed" if not known and (brings or (ours and not taken and not others)) else None
            if label in ("task", "metric", "dataset"):
                rule = f"method.acronym.{label}"
                if label == "task" and role is None:
                    no_methods.update((fold(short), fold(long)))
            elif label == "method":
                rule = "method.acronym.module"
            elif role is None and (capitals < 2 or not (known or taken or self._works(text, sentence, first, behind))):
                rule, label = "method.acronym.unclear", "none"
            else:
                rule, label = "method.acronym.brought" if ours else "method.acronym.capital", "method"
            found.append(Evidence(*pair.short, label, rule, self._sure(rule), role if label == "method" else None))
        return frozenset(no_methods)

    def _enumerated(self, text: str, sentence: int, first: int, behind: int) -> bool:
        """Whether a sentence tells of the first, second or last part: "First, the Tidal Sign Mixer (TSM) reads"."""
        return _IN_ORDER.search(text, sentence, first) is not None and _IS_TAKEN.match(text, behind) is None

    def _takes_its_turn(self, text: str, sentence: int, first: int, behind: int) -> bool:
        """Whether a clause opens with a pair that acts: "The Tidal Mixing (TM) module reads"."""
        if _TURN.fullmatch(text, sentence, first) is None:
            return False
        part = _PART_NOUN.match(text, behind)
        return self.heads.acts(text, part.end() if part else behind + text.startswith(")", behind))

    def _explained(self, text: str, behind: int) -> bool:
        """Whether a relative clause or an apposition tells what the pair is."""
        match = _EXPLAINED.match(text, behind)
        end = behind + text.startswith(")", behind)
        return match is not None and (match["which"] is not None or self.heads.apposition(text, end) == "method")

    def _works(self, text: str, sentence: int, first: int, behind: int) -> bool:
        """Whether the words beside a pair speak of it as of something that is built or that acts."""
        end = behind + text.startswith(")", behind)
        return (
            self.heads.after(text, end) == "method"
            or self.heads.apposition(text, end) == "method"
            or self.heads.acts(text, end)
            or _MADE_OF.search(text, sentence, first) is not None
        )

    def _opens_title(self, text: str, facts: Facts, long: str) -> bool:
        """Whether the title is the long form, or ends in one that it works by: "Reading via Tidal Mixing Networks"."""
        if not facts.segments or facts.segments[0].field != "title":
            return False
        title = text[: facts.segments[0].end].lower()
        place = title.find(long.lower())
        if place < 0:
            return False
        rest = title[place + len(long) :]
        if rest[:1].isalpha():
            return False
        return title[:place].rstrip().endswith((":", " via", " with", " using", " through", " a", " an"))

    def _part_lists(self, text: str, facts: Facts, pairs: list[Pair]) -> set[int]:
        """The pairs of lists of capitalised names that nobody knows: "with X (A), the Y (B) and Z (C)"."""
        parts: set[int] = set()
        run: list[int] = []
        for index, pair in enumerate(pairs):
            short, long = text[slice(*pair.short)], text[slice(*pair.long)]
            start, end = min(pair.short[0], pair.long[0]), max(pair.short[1], pair.long[1])
            coined = sum(word[:1].isupper() for word in long.split()) > 1 and not long.endswith("s")
            if not coined or self.known.has(short) or self.known.has(long) or end - start > 120:
                run = []
                continue
            if run:
                last = pairs[run[-1]]
                gap = max(last.short[1], last.long[1])
                if start - gap > 60 or _TO_NEXT.fullmatch(text, gap, start) is None:
                    run = []
            if run or self._opens_parts(text, facts, start):
                run.append(index)
            if len(run) > 1:
                parts.update(run)
        return parts

    def _opens_parts(self, text: str, facts: Facts, place: int) -> bool:
        """Whether a list at a place tells what something of this paper is made of."""
        sentence = clause_start(facts, place)
        return (
            _MADE_OF.search(text, sentence, place) is not None
            and TAKEN.search(text, sentence, place) is None
            and OTHERS.search(text, sentence, place) is None
            and OTHER_LIST.search(text, sentence, place) is None
        )


def _first_proposal(text: str, facts: Facts) -> int | None:
    """Where the abstract first says that something is proposed."""
    title = facts.segments[0].end if facts.segments and facts.segments[0].field == "title" else 0
    match = _PROPOSED.search(text, title)
    return match.start() if match else None
