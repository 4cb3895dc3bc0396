"""Evidence that a string names a task: the text calls it one. What the vocabulary knows is found there."""

from __future__ import annotations

import re

from extract.facts import Evidence, Facts
from extract.stages.candidates import Candidate
from extract.stages.cues import Anchor, CueRules

# Where the rules begin to match.
ANCHORS: dict[str, Anchor] = {"task.task-of": "trigger", "task.called-task": "trigger"}
# A task is something that is done: its phrase ends like an activity or names one.
_ACTIVITY = re.compile(
    r"(?:ing|tion|sion|ment|ysis|ance|ence|ery|val|QA|ition|ization|synthesis|search|control|repair|transfer|design"
    r"|retrieval|inference|diagnosis|prognosis|translation|recognition|assignment|matching)$",
    re.IGNORECASE,
)


class TaskCues:
    """Finds task evidence; built once."""

    def __init__(self, cues: CueRules) -> None:
        self._cues = cues

    def find(self, text: str, facts: Facts, candidates: list[Candidate]) -> list[Evidence]:
        """Evidence for tasks in one text; the vocabulary's stands in `facts.evidence` already."""
        known = [(e.start, e.end) for e in facts.evidence if e.label == "task"]
        found: list[Evidence] = []
        for rule, match in self._cues.matches("task", text, facts):
            start, end = match.span("name")
            if _ACTIVITY.search(text[start:end]) and not any(a < end and start < b for a, b in known):
                found.append(Evidence(start, end, "task", rule.id, rule.confidence))
        return found
