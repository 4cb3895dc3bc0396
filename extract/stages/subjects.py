"""Whose value it is: the subject of the clause, and what "our model", "it" and an unsaid subject stand for."""

from __future__ import annotations

import regex

from extract.facts import Entity, Facts
from extract.rulebook import Rulebook
from extract.stages.coordination import Links
from extract.stages.masking import OTHERS, SELF, WORD, Masked
from extract.stages.sharing import SHARED

# After these a name is an object of comparison or a place, never the subject of the verb behind it.
_OBJECT = regex.compile(
    r"(?i:\b(?:than|over|against|compared to|compared with|relative to|versus|vs\.?|like|(?<!such )as|on|in|to|with"
    r"|upon|into|beyond|including|e\.g\.,?"
    r"|of[ ][ⓍⓈ][ ]for(?:[ ][\w-]+){0,2})|\b(?:outperform|surpass|exceed|beat|match|overtak)\w*)[ (]*"
    r"(?:(?:Ⓝ|two|three|four|five|six|seven|eight|nine|ten|several|many)[ ])?$"
)
_BEATEN = regex.compile(
    r"\b(?:than|over|against|compared (?:to|with)|(?:outperform|surpass|exceed|beat)\w*)[ ][^ⓋⓍⓈⒷ,;]{0,30}$"
)
_ADJUNCT = regex.compile(r",[ ][ⓍⓈ]")  # "within X, our model reaches"
_PREPOSITION = regex.compile(r"(?i:\b(?:within|inside|for|by|from|of|via|through|at|under|atop|applying|using))[ ]$")
_VERSUS = regex.compile(
    r"\b(?:v\.?s\.?|versus|compared (?:to|with)|against|as opposed to|instead of)[ (]*(?:Ⓜ ?(?:of|=)? ?)?$"
)
_BRACKETED = regex.compile(
    r"(?:\b(?:outperform|surpass|exceed|beat|doubl)\w*|\b(?:approaching|nearing|rivall?ing)"
    r"|\b(?:than|over|above|below|behind|compared (?:to|with)|against"
    r"|(?:comparable|similar|close|equivalent|identical) to|on par with))[ ]"
    r"[^ⓋⓍⓈ;(),]*(?:[(]Ⓥ[)](?:,|,?[ ]and)[ ][^ⓋⓍⓈ;(),]*)*[(](?:Ⓜ[ ]?[:=]?[ ]?Ⓥ[,;][ ](?:and[ ])?)*(?:Ⓜ[ ]?[:=]?[ ]?)?$"
)
# "boosts X's accuracy by V", "raises the recall of X from V to V": the values are X's when no system is the subject,
# and the first of two levels always is.
_RAISED = regex.compile(
    r"\b(?:improv|boost|increas|enhanc|rais|lift|elevat|reduc|lower|decreas|cut|recover|push|bring)\w*[ ]"
    r"(?:(?:Ⓜ|performance)[ ]of[ ](?P<x>Ⓧ)|(?P<x>Ⓧ)(?:[’']s)?(?:[ ](?:Ⓜ|performance))?)"
    r"(?:[ ](?:on|in|for)[ ][ⒹⓉ])?[ ](?:by[ ](?P<v>Ⓥ)|from[ ](?P<first>Ⓥ)[ ]to[ ](?P<v>Ⓥ))"
)
_INSTANCE = regex.compile(r"[,;:][ ](?:e\.g\.,?|for example,|for instance,)[ ]$")
_AGAIN = regex.compile(r"(?:,|[ ]and)[ ]from[ ]$")
# The clause before ", which" and not its last noun: "sends them to X, which cuts costs by V".
_AIDED = regex.compile(r"(?<!\b(?:compared|relative|superior|inferior)[ ])\b(?:to|with|by|into|using|via)[ ]$")
_BEFORE_CHANGE = ("(from ", "up from ", "down from ")
_CLOSING = frozenset("),;")
_LISTED = regex.compile(r"[ⓍⓈⒷ](?P<glue>,[ ]and[ ]|,[ ]|[ ]and[ ]|[ ]or[ ])$")
_RIVAL = regex.compile(
    r"\b(?:than|over|against|compared to|compared with|comparable to|relative to"
    r"|(?:outperform|surpass|exceed|beat|match)\w*)[ ](?:[a-z-]+[ ]){0,2}[ⓍⒷ]"
)
# The clause opens with the value and its subject follows: "With V M, X leads".
_AHEAD = regex.compile(
    r"(?!(?i:for)[ ](?:example|instance))(?:\w+,[ ])?"
    r"(?i:with|at|by|achieving|reaching|attaining|using|requiring|for|in|on|from|after|over|evaluated)\b"
)
_AUXILIARY = r"(?:is|are|was|were|has|have|had|can|could|may|might|will|would|does|do|did)"
# What "we" do when no system acts; "our model shows" is another thing.
_TELLING = regex.compile(
    r"(?:show|find|found|demonstrate|observe|report|see|note|present|conduct|use|propose|introduce|evaluate|prove|showed|demonstrated"
    r"|observed|reported|used|presented|reveal|provide|establish|identify|need|require)"
)
_COMPARED = frozenset(("linking.method-by", "linking.method-versus"))
_NOUN = r"\w*(?:ing|ions?|ments?|ances?|ers?|ors?|ency|ability|ative|able)\b"  # what a verb's stem makes beside verbs
_FOR = regex.compile(r"Ⓥ(?:[ ][(\[][^()\[\]ⓋⓍ]*[)\]])?(?:[ ](?:Ⓜ|in|on|Ⓓ|Ⓣ))*?[ ](?:for|with|using|by)[ ]Ⓧ")
# "Our model" takes the proposed system's name only when that is sure: of 8 links to a system below this confidence
# one was right in annotated papers, of 76 above it 65.
_CERTAIN, _LIKELY = 0.87, 0.8
# A name that does this is a system, however unsure the cue that found it.
_ACTS = regex.compile(
    r"\s(?:also\s|can\s|\w+ly\s)?(?:achiev|outperform|reach|attain|obtain|surpass|improv|reduc|exceed|deliver|yields?\b|runs?\b"
    r"|cuts?\b|boost|accelerat|lowers?\b|increas|beats?\b|scores\b|scored\b|enables?\b|maintains?\b|requires?\b)\w*"
)
_IT = regex.compile(r"\b[Ii]t\b")
_OWN = regex.compile(r"\b(?:[Oo]urs?|[Ww]e)\b")
_OPENING = regex.compile(r"(?:^|\bthat\s|,\s)(?:[Tt]he\s|[Oo]ur\s)?$")
_MOVES = regex.compile(r"(?:drop|fall|decreas|increas|declin|degrad|rais)(?:s|es|ed)?$")
_NOUNS = (
    " gain",
    " gains",
    " increase",
    " increases",
    " drop",
    " drops",
    " boost",
    " boosts",
    " lead",
    " cut",
    " cuts",
)
_GAINED = frozenset(
    (
        "performance",
        "accuracy",
        "efficiency",
        "speed",
        "quality",
        "throughput",
        "average",
        "absolute",
        "relative",
        "largest",
    )
)
_APART = regex.compile(
    r"[()]|\b(?:while|whereas|but)\b|,[ ](?:(?:and|along|together)[ ])?(?:with|using|at|achieving|yielding)\b"
)  # between a value and one of another clause
_NAME = regex.compile(r"\b\p{Lu}{2}|\p{Ll}\p{Lu}")  # of a system that no stage knows
_UNKNOWN, _OURS = "?", "!"  # a subject that is no system we know, and "our results", which may be of any system
_INTRODUCED = regex.compile(
    r"\b(?:propos|present|introduc|develop|design|creat|build|call|dub|term|nam|devis)\w*\s(?:[^\s,.;]+\s){0,3}[(\"“]?$"
)


Subject = tuple[int, int, str]
"""A subject in a masked sentence: its place, the end of its verb, its sign."""


class Subjects:
    """Resolves the method of each value of a sentence."""

    def __init__(self, book: Rulebook) -> None:
        verbs = "|".join(sorted(book.words("linking.verbs"), key=len, reverse=True))
        finite = "|".join(sorted(book.words("linking.finite"), key=len, reverse=True))
        self._named = regex.compile(
            r"(?P<x>[ⓍⓈⒷ])(?:[)](?!,[ ][ⓍⓈⒷ]))?(?:[ ](?:Ⓝ|\d+(?:\.\d+)?B)(?=[ ]))?"
            r"(?:[ ]?[(][^()Ⓥ]*[)])?(?:,[ ][a-z]+ing[ ][^,;ⓍⓈⒷ]{1,60},"
            r"|,?[ ](?:e\.g\.,?|such[ ]as|like)[ ]Ⓧ(?:(?:,[ ]and|,|[ ]and|[ ]or)[ ]Ⓧ)*+,)?"
            r"(?:(?:,[ ]and[ ]|,[ ]|[ ]and[ ]|[ ]or[ ])[ⓍⓈⒷ])*+,?"
            r"(?:[ ](?:which|that|who|(?:trained|built|based|equipped|fine-tuned|combined|applied|pretrained)?[ ]?"
            r"(?:with|on|using|by|from|of)?"
            r"[ ](?:[a-z][\w-]*[ ]){0,3}[ⓃⒹⓉⓍⓂ](?:-[a-z]+(?:[ ][a-z-]+){0,2}?)?"
            r"(?:[ ](?:param\w+|tokens|data|images|pairs|layers|labels|samples|examples|shots?|steps|epochs)\b)?"
            r"|(?<!,[ ])(?:with|using|under)[ ](?!and|or)[a-z][\w-]*(?:[ ](?!and|or|that|which|to)[\w-]+){0,3}?))*"
            r"(?:[ ](?:also|only|then|not|thus|\w+ly|even|already|still)\b)*+"
            rf"[ ](?P<verb>{_AUXILIARY}\b|(?:{verbs})(?!{_NOUN})\w*"
            r"|(?<=(?:^|(?:that|while|whereas|but|[)])[ ])[ⓍⓈ],?[ ](?:\w+ly[ ])?)[a-z]+s\b)"
            rf"|(?P<x>Ⓧ)[’']s?[ ](?:[\w-]+[ ]){{0,2}}?Ⓜ[ ](?:{finite})(?:s|es|ed|d|e)\b"
            r"|(?:^|[.;:][ ]|\bthat[ ])(?i:applying|using|adding|adopting|integrating|incorporating|employing)"
            rf"[ ](?P<x>[ⓍⓈ])(?:[ ](?!and\b)[^ⓋⓈ,;]{{1,60}}?)?[ ](?:{finite})(?:s|es|ed|d)\b"
            r"|(?<!\bof[ ])(?P<x>[ⓍⓈ])[’']s?[ ](?:superior|effective|advantage|efficien|performance|ability)\w*"
            rf"|(?:^|[,;:][ ]|\bthat[ ])Ⓜ[ ]of[ ](?P<x>[ⓍⓈ])(?=(?:[ ]for(?:[ ][^ ,;]+){{1,4}}?)?[ ](?:{verbs}))"
            r"|(?<!\b(?:improv|boost|enhanc|increas|rais|lift|elevat|reduc|lower|degrad)\w*[ ])"
            r"(?:superior|effective|advantage|efficien|ability|performance)\w*[ ]of[ ](?:\w+[ ]){0,3}?(?P<x>[ⓍⓈ])"
        )
        # A subject that is no name: the noun phrase before a finite verb, from the last clause border on.
        self._unnamed = regex.compile(
            r"(?:^|[,;:][ ](?:and[ ]|but[ ])?|\b(?:that|while|whereas|where|but|when|since|because)[ ])"
            r"(?P<np>(?!(?i:with|by|on|in|for|at|from|under|using|without|via|across|over|through|as|of)\b)"
            rf"(?:(?!(?:that|while|whereas|where|and|but|which|to|not|also)\b)(?:{WORD}|Ⓝ%?)[ ]){{0,8}}?"
            r"(?P<head>(?!(?:and|or|also|that|which|with|by|of|for|in|on|to|at|as|even|still|not|can|could|only|then)\b)"
            rf"(?!\w+ly\b|{_AUXILIARY}\b|(?:{finite})(?:s|es|ed|d|ies|ied)\b){WORD})[ ])(?:[(][^()ⓋⓍ]*[)][ ])?"
            rf"(?:\w+ly[ ]|also[ ])?(?:{_AUXILIARY}\b|(?:{finite})(?:s|es|ed|d|e|ied|ies)?\b)"
        )
        # "outperforms strong baselines, which score V"
        self._rivals = regex.compile(
            rf"(?P<x>[ⓍⒷ]|\b(?:baselines?|methods|models|approaches|systems|competitors|counterparts|alternatives))"
            rf",[ ]which[ ](?:\w+ly[ ]|only[ ])?(?:{finite})(?:s|es|ed|d|e)?\b"
        )
        self._finite = regex.compile(rf"\b(?:{finite})(?!{_NOUN})\w*")
        self._sure = book.confidence
        self._reports = frozenset(book.words("linking.reports"))

    def main(self, text: str, facts: Facts) -> tuple[Entity | None, Entity | None]:
        """The system that the paper proposes: named in the title, else the one it speaks of most; null without one.

        The first is sure enough for a value whose system the sentence does not say, the second for one of "our model".
        """
        title = facts.segments[0].end if facts.segments and facts.segments[0].field == "title" else 0
        datasets = {e.name.casefold() for e in facts.entities if e.kind == "dataset"}
        # A benchmark has no scores of its own.
        proposed = [
            e
            for e in facts.entities
            if e.kind == "method" and e.role == "proposed" and e.spans and e.name.casefold() not in datasets
        ]
        ranked: list[tuple[bool, bool, bool, int, int, Entity]] = []
        for entity in proposed:
            first = min(s.start for s in entity.spans)
            brought = len(proposed) > 1 and any(
                _INTRODUCED.search(text, max(title, s.start - 40), s.start) for s in entity.spans
            )
            ranked.append((first <= 4 and title > 0, first < title, brought, len(entity.spans), -first, entity))
        if not ranked:
            return None, None
        ranked.sort(key=lambda r: r[:5], reverse=True)
        best, chosen = ranked[0], ranked[0][5]
        # Of several parts with no name in the title, none is "our method" unless the paper brings or dwells on it.
        if not (best[1] or best[2] or len(ranked) == 1 or best[3] > ranked[1][3]):
            return None, None
        if chosen.confidence >= _CERTAIN or any(_ACTS.match(text, s.end) for s in chosen.spans):
            return chosen, chosen
        # The title names the system, as its one proposal or before a colon; the abstract says only "our model".
        opens = best[0] and " " not in chosen.name and chosen.confidence >= _LIKELY
        alone = len(ranked) == 1 and best[1] and chosen.confidence >= _LIKELY
        named = alone or (opens and text.startswith((":", " :"), chosen.spans[0].end))
        return None, (chosen if named else None)

    def antecedent(self, text: str, facts: Facts, index: int) -> Entity | None:
        """The system that the sentence before speaks of, when the sentence calls it nothing but "it"."""
        start, end = facts.sentences[index]
        if index == 0 or not _IT.search(text, start, end) or _OWN.search(text, start, end):
            return None
        before, stop = facts.sentences[index - 1]
        acting = [
            (s.start, e)
            for e in facts.entities
            if e.kind == "method"
            for s in e.spans
            if before <= s.start < stop and _ACTS.match(text, s.end) and _OPENING.search(text, before, s.start)
        ]
        return min(acting, key=lambda a: a[0])[1] if len({id(e) for _, e in acting}) == 1 else None

    def methods(
        self,
        masked: Masked,
        links: list[Links],
        gaps: list[str],
        found: list[Subject],
        systems: tuple[Entity | None, Entity | None],
    ) -> None:
        """Fill the method slots that the frames left open, and the baseline a compared value gives away.

        `found` are the subjects of the sentence, `systems` the one meant where it says none and the one of "ours".
        """
        text = masked.text
        main, own = systems
        first, raised = self._raised(masked)
        compared = [_COMPARED & {link.rules.get("method")} != set() for link in links]
        for index, link in enumerate(links):
            if not link.open("method"):
                compared[index] |= _VERSUS.search(text, max(0, link.item.place - 40), link.item.place) is not None
                continue
            place = link.item.place
            if place in first and link.result.kind == "absolute":
                link.fill("method", first[place], "linking.method-raised", self._sure("linking.method-raised"))
                continue
            opening = (
                text.endswith(_BEFORE_CHANGE, 0, place) and link.result.kind == "absolute"
            )  # "to 96% (from 35% for the base)"
            told = text.endswith("from ", 0, place) or link.result.number.role == "from"
            pair = told and index < len(gaps) and gaps[index].endswith(" to ")
            if pair and index > 1 and _AGAIN.search(gaps[index - 1]):
                model = links[index - 2]
                if model.rules.get("method") == "linking.method-raised":
                    # "improves X from V to V on A and from V to V on B"
                    link.fill("method", model.slots["method"], "linking.method-raised", SHARED)
                    continue
            if opening or (pair and link.result.kind == "absolute"):
                # The level before a change is the rival's, or that of a system the sentence does not name.
                link.fill(
                    "method",
                    link.slots.get("baseline"),
                    "linking.method-compared",
                    self._sure("linking.method-compared"),
                )
                continue
            if _VERSUS.search(text, max(0, place - 40), place):
                before = links[index - 1] if index else None
                rival = before.slots.get("baseline") if before is not None else None
                if rival is None:
                    rivals = list(_RIVAL.finditer(text, 0, place))
                    rival = (
                        masked.at[rivals[-1].end() - 1].entity if rivals and text[rivals[-1].end() - 1] == "Ⓧ" else None
                    )
                link.fill("method", rival, "linking.method-compared", self._sure("linking.method-compared"))
                compared[index] = True
                continue
            if (
                link.result.kind == "absolute"
                and text[place + 1 : place + 2] in _CLOSING
                and _BRACKETED.search(text, 0, place)
            ):
                link.fill("method", None, "linking.rivals-value", 0.0)  # "outperforming agents without it (V)"
                continue
            if (
                index
                and compared[index - 1]
                and not _APART.search(gaps[index - 1])
                and not self._finite.search(gaps[index - 1])
            ):
                compared[index] = True  # "31% by X and 20% by a pipeline"
                link.fill("method", None, "linking.method-compared", 0.0)
                continue
            at = next((f for f in reversed(found) if f[1] <= place), None)
            if at is None and _AHEAD.match(text):
                at = next((f for f in found if f[0] > place and f[2] != _UNKNOWN), None)
            sign = at[2] if at is not None else None
            unnamed = sign == OTHERS or (at is not None and sign == _UNKNOWN and not _NAME.search(text, at[0], at[1]))
            if place in raised and (unnamed or (sign is None and main is None)):
                link.fill("method", raised[place], "linking.method-raised", self._sure("linking.method-raised"))
                continue
            if sign not in (SELF, "Ⓧ") and link.result.kind == "absolute" and (match := _FOR.match(text, place)):
                link.fill(
                    "method", masked.at[match.end() - 1].entity, "linking.method-for", self._sure("linking.method-for")
                )
                continue
            if sign in (OTHERS, _UNKNOWN):
                link.fill("method", None, "linking.rivals-value", 0.0)
            elif at is not None and sign == "Ⓧ":
                link.fill(
                    "method",
                    self._owner(masked, at[0], at[1]),
                    "linking.method-subject",
                    self._sure("linking.method-subject"),
                )
            elif sign in (SELF, _OURS) and own is not None:
                link.fill("method", own, "linking.method-own", self._sure("linking.method-own"))
            elif main is not None:
                link.fill("method", main, "linking.method-unsaid", self._sure("linking.method-unsaid"))

    @staticmethod
    def _raised(masked: Masked) -> tuple[dict[int, Entity], dict[int, Entity]]:
        """The system that is improved, by the place of its first level and of the values that tell the change."""
        first: dict[int, Entity] = {}
        raised: dict[int, Entity] = {}
        if "Ⓧ" in masked.text:
            for match in _RAISED.finditer(masked.text):
                entity = masked.at[match.start("x")].entity
                if entity is not None:
                    raised[match.start("v")] = entity
                    if match["first"] is not None:
                        first[match.start("first")] = entity
        return first, raised

    def _owner(self, masked: Masked, place: int, end: int) -> Entity | None:
        """The subject, or the proposed system that it runs with: "BERT with Ours reaches"."""
        entity = masked.at[place].entity
        if entity is not None and entity.role != "proposed":
            for item in masked.items:
                if place < item.place < end and item.entity is not None and item.entity.role == "proposed":
                    return item.entity
        return entity

    def find(self, text: str) -> list[Subject]:
        """The subjects of a masked sentence, in order of their verbs."""
        found: list[Subject] = []
        for match in self._named.finditer(text, overlapped=True):
            verb, place, sign = match["verb"], match.start("x"), match["x"]
            if sign == SELF and verb is not None and _TELLING.fullmatch(verb):
                continue  # "we show that": no system speaks
            if verb is None or _is_subject(text, place):
                found.append((place, match.end(), sign))
        for match in self._unnamed.finditer(text):
            head, phrase = match["head"].lower(), match["np"].lower()
            participle = match.group()[0] == "," and phrase.split()[0].endswith("ing")
            if match.group().endswith(_NOUNS if participle else _NOUNS[:2]) and (participle or head in _GAINED):
                continue  # "achieving performance gains of V": a noun, no verb
            if head.endswith("ing") and (phrase.strip() == head or phrase.split()[0].endswith(("ing", "s"))):
                continue  # "while enjoying increases": a participle, no noun
            reports = head in self._reports or not self._reports.isdisjoint(phrase.split()[:3])
            if phrase.startswith("our "):
                sign = _OURS if reports else SELF
            elif reports:
                continue
            else:
                sign = _UNKNOWN
                if _MOVES.search(match.group()) and text.startswith((" by Ⓥ", " from Ⓥ", " to Ⓥ"), match.end()):
                    continue  # "PA-V2V drops by V": a measure, no system
            found.append((match.start("np"), match.end(), sign))
        if ", which" in text:
            found += [
                (m.start(), m.end(), m["x"] if m["x"] in "ⓍⒷ" else _UNKNOWN)
                for m in self._rivals.finditer(text)
                if not _AIDED.search(text, max(0, m.start() - 20), m.start())
            ]
        found.sort(key=lambda f: (f[1], -f[0]))  # of a list of subjects, the first
        return found


def _is_subject(text: str, place: int) -> bool:
    """Whether a name before a verb is its subject: not behind "than" or "outperforms", nor later in such a list."""
    listed = _LISTED.search(text, 0, place)
    if listed is None:
        if _INSTANCE.search(text, max(0, place - 12), place) and text.startswith(" ", place + 1):
            return True  # "models fail, e.g., X reaches"
        if _ADJUNCT.match(text, place + 1) and _PREPOSITION.search(text, max(0, place - 20), place):
            return False
        return not _OBJECT.search(text, max(0, place - 40), place)
    # "Compared to X, Y reaches", "are better than X and Y reaches": Y is the subject; "beats X and Y" has none.
    return listed["glue"].strip() == "," or _BEATEN.search(text, 0, listed.start()) is not None
