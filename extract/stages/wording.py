"""Wording that tells whose work a sentence speaks of; shared by the cues of methods."""

from __future__ import annotations

import re

from extract.stages.candidates import Candidate

# A sentence that speaks of others' work, and one that speaks of this paper's.
OTHERS = re.compile(
    r"\b(?:[Rr]ecent(?:ly)?|emerged|existing|popular|widely|has\sbeen|have\sbeen|previous|prior|known)\b"
)
TAKEN = re.compile(
    r"\b(?:state-of-the-art|SOTA|existing|popular|recent|representative|widely|baseline|well-known|open-source|leading"
    r"|pre-?trained|evaluat\w+|compar\w+|investigat\w+|benchmark\w*|previous|standard|different|various)\b"
)
OURS = re.compile(r"\b(?:[Ww]e|[Oo]ur|[Tt]his\s(?:paper|work|study|article|letter|report|thesis))\b")
# "HOMA at SemEval-2025 Task 5: ...", "Fernlab@SocialNLP 2024: ...": a title with a team and, where the match ends, the
# shared task that it takes part in; a conference alone is none.
TEAM = re.compile(
    r"\s*((?:Team\s)?[A-Z0-9][\w.&+-]*)(?:\sat\s|\s?@\s?)(?:the\s)?"
    r"(?!(?:NeurIPS|ICLR|ICML|CVPR|ICCV|ECCV|ACL|EMNLP|AAAI)\b[^@:]{0,9}(?::|\Z))"
    r"(?=[A-Z])(?=[^@:]*(?:\d|Task|Challenge|Track|Competition)\b)"
)
OTHER_LIST = re.compile(
    r"\b(?:data\s?sets?|benchmarks?|tasks?|domains?|corpora|metrics?|languages?|applications?|settings?|areas|fields"
    r"|modalities|sensors|devices|environments|series|problems?|scenarios|topics|diseases|countries)\b[^a-z]*$"
)
# What follows the short form of a task: "Tidal Sign Reading (TSR) task", "(TSR), a new problem of ...".
TASK_BEHIND = re.compile(
    r"\)?\s(?:tasks?|problems?|settings?|challenges?|benchmarks?|data\s?sets?|metrics?)\b"
    r"|\)?,\sa\s(?:paradigm\b|(?:new|novel)\s(?:[\w-]+\s){0,3}(?:task|problem|setting|metric)\b)"
)
# What a numbered list is a list of, before its first number.
_FIRST_NUMBER = re.compile(r"(?:\b1|\bi|\ba)\)")
_PARTS = re.compile(
    r"\b(?:components?|contributions?|modules?|stages?|parts?|innovations?|techniques?|strategies|mechanisms?|designs?"
    r"|solutions|agents|objectives|loss(?:es)?|branches|consist\w*|compris\w+|introduc\w+|propos\w+|integrat\w+"
    r"|combin\w+|develop\w*|design\w*)\b"
)
_NO_PARTS = re.compile(
    r"\b(?:challenges|aspects|phases|dimensions|pillars|tasks?|tracks|data\s?sets?|benchmarks?|questions|limitations"
    r"|issues|categories|axes|settings|scenarios|findings|subsets|types|problems|criteria|properties|levels|perspectives"
    r"|scheme|curriculum|factors|principles|evaluat\w+|survey)\b"
)

# Pearl's do-operator, Berlekamp--Massey: a person, not a method.
_OF_PERSON = re.compile(r"['’]s\b|\s?(?:--|[–-])[A-Z]|-(?:style|like|type)\b")
# "a gain of 2 points over X"; paths, fields and roads are over something else.
_GAIN = re.compile(
    r"\d\S*\s(?:\S+\s){0,3}$|improve|gain|advantage|superior|speed-?up|better|benefit|increase|boost|edge"
)


def speaks_of_else(text: str, rule: str, place: int, candidate: Candidate) -> bool:
    """Whether a rule of usage at a place met a person, or what something runs over, unless the name is known."""
    if rule == "method.compared":
        return text.startswith("over", place) and _GAIN.search(text, max(0, place - 50), place) is None
    return (
        candidate.shape == "capital"
        and rule != "method.outperforms"  # "outperforms Glyphia's 3.2"
        and _OF_PERSON.match(text, candidate.end) is not None
    )


# What "our framework introduces" speaks of, and how near the name has to stand behind the verb.
OUR_WORK = frozenset(["framework", "method", "approach", "model", "system", "pipeline", "architecture", "network"])
_THE_WORK = re.compile(r"\b(?:[Oo]ur|[Tt]his|[Tt]he(?:\sproposed|\sresulting)?)\s\w+\s(?:\w+\s)?$")
_DIRECTLY = re.compile(r"\w+(?:\sof)?\s(?:an?\s|the\s)?(?!well-known|standard|popular)(?:[a-z-]+\s)?\W{0,3}")


def takes_in(text: str, sentence: int, place: int, candidate: Candidate) -> bool:
    """Whether a verb at a place has this paper's work before it and the candidate right behind it."""
    return (
        _THE_WORK.search(text, max(sentence, place - 60), place) is not None
        and _DIRECTLY.fullmatch(text, place, candidate.start) is not None
    )


def is_part(text: str, candidate: Candidate, place: int) -> bool:
    """Whether an item of a numbered list is a named part: no gerund, no plain word, and a list of parts."""
    if candidate.shape == "capital" or candidate.text.split()[0].endswith("ing"):
        return False
    window = max(0, place - 500)
    first = next(_FIRST_NUMBER.finditer(text, window, place + 2), None)
    before = text[max(window, (first.start() if first else place) - 140) : first.start() if first else place]
    return _PARTS.search(before) is not None and _NO_PARTS.search(before) is None
