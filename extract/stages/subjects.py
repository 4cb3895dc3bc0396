"""Whose value it is: the subject of the clause, and what "our model", "it" and an unsaid subject stand for."""

from __future__ import annotations

import regex

from extract.facts import Entity, Facts
from extract.rulebook import Rulebook
from extract.stages.coordination import Links
from extract.stages.masking import OTHERS, SELF, Masked

# After these a name is an object of comparison or a place, never the subject of the verb behind it.
_OBJECT = regex.compile(
    r"(?i:\b(?:than|over|against|compared to|compared with|relative to|versus|vs\.?|like|(?<!such )as|on|in|to|with"
    r"|upon|into|beyond|including|e\.g\.,?)|\b(?:outperform|surpass|exceed|beat|match|overtak)\w*)[ (]*$"
)
_VERSUS = regex.compile(
    r"\b(?:vs\.?|versus|compared (?:to|with)|against|as opposed to|instead of)[ (]*(?:Ⓜ ?(?:of|=)? ?)?$"
)
_LISTED = regex.compile(r"[ⓍⓈⒷ](?P<glue>,[ ]and[ ]|,[ ]|[ ]and[ ]|[ ]or[ ])$")
_OPENING = regex.compile(
    r"(?:[\w-]+,[ ])?(?i:on|in|for|with|using|compared to|compared with|unlike|when|based on)\b[^,Ⓥ]*"
)
_RIVAL = regex.compile(
    r"\b(?:than|over|against|compared to|compared with|comparable to|relative to"
    r"|(?:outperform|surpass|exceed|beat|match)\w*)[ ][ⓍⒷ]"
)
# The clause opens with the value and its subject follows: "With V M, X leads".
_AHEAD = regex.compile(
    r"(?:\w+,[ ])?(?i:with|at|by|achieving|reaching|attaining|using|requiring|for|in|on|from|after|over|evaluated)\b"
)
UNSAID = 0.75  # confidence of the proposed system where the sentence names no subject


class Subjects:
    """Resolves the method and the baseline of each value of a sentence."""

    def __init__(self, book: Rulebook) -> None:
        verbs = "|".join(sorted(book.words("linking.verbs"), key=len, reverse=True))
        self._subject = regex.compile(
            r"(?P<x>[ⓍⓈⒷ])(?:[ ]?[(][^()Ⓥ]*[)])?(?:(?:,[ ]and[ ]|,[ ]|[ ]and[ ]|[ ]or[ ])[ⓍⓈⒷ])*+,?"
            r"(?:[ ](?:which|that|who|trained|with|on|using|based|[ⓃⒹⓉⓍ]))*"
            r"(?:[ ](?:also|only|then|not|thus|\w+ly|even|already|still)\b)*+"
            r"[ ](?:(?:is|are|was|were|has|have|had|can|could|may|might|will|would|does|do|did)\b"
            rf"|(?:{verbs})(?!\w*ing\b)\w*)"
        )

    def main(self, facts: Facts) -> Entity | None:
        """The system that the paper proposes: named in the title, else the one it speaks of most; null without one."""
        title = facts.segments[0].end if facts.segments and facts.segments[0].field == "title" else 0
        datasets = {e.name.casefold() for e in facts.entities if e.kind == "dataset"}
        best: tuple[tuple[bool, bool, int, int], Entity] | None = None
        for entity in facts.entities:
            if entity.kind != "method" or entity.role != "proposed" or not entity.spans:
                continue
            first = min(s.start for s in entity.spans)
            key = (first <= 4 and title > 0, first < title, len(entity.spans), -first)
            if entity.name.casefold() in datasets:  # a benchmark has no scores of its own
                continue
            if best is None or key > best[0]:
                best = (key, entity)
        return best[1] if best else None

    def methods(self, masked: Masked, links: list[Links], gaps: list[str], main: Entity | None) -> None:
        """Fill the method slots that the frames left open, and the baseline a compared value gives away."""
        text = masked.text
        found = [
            (match.start(), match.end(), match["x"])
            for match in self._subject.finditer(text, overlapped=True)
            if _is_subject(text, match.start())
        ]
        for index, link in enumerate(links):
            if not link.open("method"):
                continue
            place = link.item.place
            if _VERSUS.search(text, max(0, place - 40), place):
                before = links[index - 1] if index else None
                rival = before.slots.get("baseline") if before is not None else None
                if rival is None:
                    rivals = list(_RIVAL.finditer(text, 0, place))
                    rival = (
                        masked.at[rivals[-1].end() - 1].entity if rivals and text[rivals[-1].end() - 1] == "Ⓧ" else None
                    )
                link.fill("method", rival, "linking.method-compared", 0.85)
                continue
            at = next((f for f in reversed(found) if f[1] <= place), None)
            if at is None:
                at = next((f for f in found if f[0] > place), None) if _AHEAD.match(text) else None
            if at is not None and at[2] == OTHERS:
                link.fill("method", None, "linking.rivals-value", 0.0)
            elif at is not None and at[2] != SELF:
                link.fill("method", masked.at[at[0]].entity, "linking.method-subject", 0.92)
            elif main is not None:
                link.fill(
                    "method", main, "linking.method-own" if at else "linking.method-unsaid", 0.9 if at else UNSAID
                )


def _is_subject(text: str, place: int) -> bool:
    """Whether a name before a verb is its subject: not behind "than" or "outperforms", nor later in such a list."""
    listed = _LISTED.search(text, 0, place)
    if listed is None:
        return not _OBJECT.search(text, max(0, place - 40), place)
    # "On X, Y reaches": Y is the subject behind a place; "beats X and Y, ..." has none.
    return listed["glue"].strip() == "," and _OPENING.fullmatch(text, 0, listed.start()) is not None
