"""Evidence from the title: the name before its colon, the means behind "via", the phrase that the paper proposes."""

from __future__ import annotations

import re

from extract.facts import Evidence, Facts
from extract.rulebook import Rulebook
from extract.stages.anchors import AnyMatch
from extract.stages.candidates import is_strong
from extract.stages.heads import Heads, up_to_clause
from extract.stages.spelling import KnownNames
from extract.stages.wording import TEAM

_TITLE_NAME = re.compile(r"\s*[\"“]?([^:–—\"”]{1,60}?)[\"”]?\s?(?::|\s[–—-]{1,3}|[–—]{1,2})\s+")
_REPORT = re.compile(r"\s(?:Technical Report|Tech Report|System Card|Model Card)$")
_SHORT_BEHIND = re.compile(r"\w \(([^()\s]*[A-Z][^()\s]*)\)$")
_NEXT_NOUN = re.compile(r",|[\s-](?!For|With|In|Via|Of|By|Using|To|On|From|Through)[A-Z]")
_DOES = re.compile(
    r"(?!(?:Training|Reasoning|Learning|Engineering|Programming|Understanding|Designing|Curating|Creating|Building|Constructing"
    r"|Benchmark\w*|Evaluat\w*|Assessing|Measuring|Collecting|Introducing|Rethinking|Testing)\b)[A-Z][a-z]{2,}ing\s"
)
_TEAM_RULE = "method.title.team"
_LONGEST_NAME = 6  # words, with an acronym in brackets behind
_LONGEST_TITLE = 1000  # code points; what is longer is no title, and its phrases are sought in the whole text
_TITLE_TAIL = re.compile(r"\b(?:via|with|using|through|by)\s+(?:an?\s+|the\s+)?([^:]{4,80})$", re.IGNORECASE)


class TitleCues:
    """Finds what the title says of methods; built once from the rulebook."""

    def __init__(self, book: Rulebook, heads: Heads, known: KnownNames) -> None:
        self.heads = heads
        self.known = known
        self._sure = book.confidence
        self._generic = frozenset(book.words("names_generic_nouns"))
        self._phrases = frozenset(book.words("names_title_phrases"))

    def find(self, text: str, facts: Facts, found: list[Evidence]) -> None:
        """`X: a framework for ...`: the part before the colon names what the paper brings, the rest says its kind."""
        if not facts.segments or facts.segments[0].field != "title":
            return
        title = facts.segments[0]
        if title.end > _LONGEST_TITLE:
            return
        tail = _TITLE_TAIL.search(text[: title.end])
        if tail is not None and self._is_means(facts.lower, tail[1], title.end):
            rule = "method.title.means"
            found.append(Evidence(*tail.span(1), "method", rule, self._sure(rule), "proposed"))
        match = _TITLE_NAME.match(text, title.start, title.end)
        if match is None:
            return
        start, end = match.span(1)
        if (team := TEAM.match(text, start, end)) is not None:
            found.append(Evidence(*team.span(1), "method", _TEAM_RULE, self._sure(_TEAM_RULE), "proposed"))
            return
        if (short := _SHORT_BEHIND.search(match[1])) is not None:  # "Tidal Sign Mixing (TSM): ..."
            start, end = match.start(1) + short.start(1), match.start(1) + short.end(1)
        if (report := _REPORT.search(text, start, end)) is not None:
            end = report.start()
        name = text[start:end]
        words = name.split()
        if len(words) > 1 and words[0] in self._phrases:
            return  # "Beyond CNNs: ...", "Debiasing CLIP: ..."
        if len(match[1].split()) > _LONGEST_NAME:
            return
        if len(words) > 1:
            again_at = _holds_word(facts.lower, name.lower(), title.end)
        else:
            again_at = _holds_word(text, name, title.end)
        strong = is_strong(words[-1]) or is_strong(words[0])
        if len(words) > 4 or not (again_at or (strong and len(words) <= 3) or len(words) == 1):
            return
        if not name[0].isalnum() or name in self.known.no_names or name in self.known.classes:
            return
        if any(e.start == start and e.end == end and e.label in ("task", "metric") for e in facts.evidence):
            return
        rest = text[match.end() : title.end]
        # "X: Cleaning Corpora by Filters" says what X does, not what it is.
        label = (None if _DOES.match(rest) else self.heads.kind(rest)) or "method"
        if label in ("task", "none"):
            label = "method"  # a subtitle often is the task itself: "X: Zero-Shot Segmentation"
        if words[-1] in ("Benchmark", "Dataset", "Corpus") and len(words) > 1:
            label = "dataset"  # "Tidal Sign Benchmark: ..."
        if text.startswith("The ", start):
            start += len("The ")
        rule = "method.title.name" if again_at else "method.title.spelled" if strong else "method.title.word"
        found.append(Evidence(start, end, label, rule, self._sure(rule), "proposed" if label == "method" else None))

    def _is_means(self, lowered: str, phrase: str, title_end: int) -> bool:
        """Whether "... via Cross-scale Querying Transformer" names the means: the abstract has the words, too."""
        words = phrase.split()
        if self.heads.kind(phrase) != "method" or len(words) not in range(2, 6) or self.known.has(phrase):
            return False
        if phrase.endswith(("els", "orks", "ers")) or (
            len(words) == 2 and all(word.capitalize() in self.known.common for word in words)
        ):
            return False
        return lowered.find(phrase.lower(), title_end) >= 0

    def phrase(self, text: str, facts: Facts, match: AnyMatch, found: list[Evidence]) -> None:
        """`we propose deep tidal pooling` when the title has Deep Tidal Pooling: the authors' own name for it."""
        end = facts.segments[0].end if facts.segments and facts.segments[0].field == "title" else 0
        if not 0 < end <= _LONGEST_TITLE:
            return
        title = text[:end].lower()
        start = match.start("name")
        phrase = up_to_clause(match["name"])
        stop = start + len(phrase)
        words = phrase.split(" ")
        if words[-1].lower() in self._generic or (words[-1].endswith("s") and not words[-1].endswith("ss")):
            return
        # Adjectives before the name are no part of it: take the longest ending that the title has.
        for skip in range(max(0, len(words) - 6), len(words) - 1):
            piece = " ".join(words[skip:])
            place = title.find(piece.lower())
            if place < 0 or title[place - 1 : place].isalnum() or title[place + len(piece) :][:1].isalpha():
                continue
            if words[skip].lower() in ("a", "an", "the"):
                continue
            # Two plain words are a topic, and a noun phrase that goes on in the title is no name.
            if (len(words) - skip < 3 and piece.islower()) or _NEXT_NOUN.match(text, place + len(piece)):
                return
            begin = stop - len(piece)
            taken = any(
                e.start < stop and begin < e.end for e in facts.evidence if e.label in ("task", "metric", "dataset")
            )
            if not taken and self.heads.kind(piece) in (None, "method") and text[place].isupper():
                rule = "method.title.phrase"
                found.append(Evidence(begin, stop, "method", rule, self._sure(rule), "proposed"))
            return


def _holds_word(text: str, name: str, start: int) -> bool:
    """Whether a name stands as whole words somewhere behind a place."""
    place = text.find(name, start)
    while place >= 0:
        before, after = text[place - 1 : place], text[place + len(name) : place + len(name) + 1]
        if not (before.isalnum() or before == "-") and not after.isalnum():
            return True
        place = text.find(name, place + 1)
    return False
