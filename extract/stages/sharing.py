"""What the values of one coordination share: "V M and V M on D", "V vs. V", "from V to V"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import regex

from extract.facts import Entity, Result
from extract.stages.coordination import Links, in_run, is_glue

_VERSUS = regex.compile(
    r"[ (]*(?:Ⓜ[ ]*)?(?:(?:on|for)[ ]Ⓓ[ ]?)?[,]?[ ]*"
    r"(?:v\.?s\.?|versus|(?:as[ ])?compared[ ](?:to|with)|against|as[ ]opposed[ ]to|instead[ ]of|than"
    r"|(?:outperform|surpass|exceed|beat)ing)[ (]*(?:Ⓧ[’']s?[ ])?(?:Ⓜ[ ]?(?:of|=)?[ ]?)?"
)
_BRACKETS = regex.compile(r"(?:[ ]?[(][^()]*[)])?[)\]][^Ⓜ;]{0,50}[(\[]")  # "A (V), B (V)": of one metric
BARE_BEHIND = regex.compile(
    r"[ ]?(?:$|[.,;:)\]/(—–-])|[ ](?:improvements?|gains?|increases?|boosts?|better|higher|lower|reductions?|over|on|in"
    r"|for|at"
    r"|than|with|compared|vs\.?|versus|and|or|when|while|using|to|from|under|across|by|after|against|relative|as|without|whereas"
    r"|upon|where|via|above|below|respectively|during|within|throughout|through"
    r"|(?:achieved|obtained|reported|attained)(?=[ ]by)"
    r"|of(?=[ ][ⓍⒷ])|drops?|decreases?|behind|(?:less|more|fewer)(?=[ ]than)|[ⓂⒹⓉⒷ])(?:\b|$)(?![ ]of\b)"
)
_BARE_BEFORE = regex.compile(
    r"(?:\b(?:by|to|from|at|with|and|or|but|than|vs\.?|versus|against|is|are|was|a|(?:achiev|reach|obtain|attain|get|yield|scor|gain|deliver"
    r"|provid|offer|record|outperform|improv)\w*|(?:improvements?|gains?|increases?|reductions?|drops?|performances?|results?"
    r"|boosts?|differences?|margins?|average)[ ]of|Ⓑ[ ](?:of|at))"
    r"|[,:/]|[’']s|(?:[ⓋⓍⒹⓂⓉⒷ])[ ]?[(]|Ⓧ[ ][a-z]+[ ][(]|[ⓍⒹ]|^)"
    r"(?:[ ](?:below|above|only|just))?[ ]?$"
)
# "by 30x for convection, 10x for reaction"
_EACH = regex.compile(r"[ ](?:for|on|in)[ ](?:[a-z-]+[ ]){0,2}[a-z-]+,(?:[ ]and)?[ ]")
SHARED = 0.85  # confidence of a link shared within a coordination


def runs(text: str, links: list[Links]) -> Iterator[list[Links]]:
    """The values of a sentence in lists: nothing but glue stands between two of one list."""
    run: list[Links] = []
    for link in links:
        if run and not is_glue(text[run[-1].item.place + 1 : link.item.place]):
            yield run
            run = []
        run.append(link)
    if run:
        yield run


def is_bare(text: str, place: int) -> bool:
    """Whether the words around a value leave open what it measures, so that the sentence may say it elsewhere."""
    if text.endswith((", within ", "Ⓜ within "), 0, place) and text.startswith(" of ", place + 1):
        return True  # "reaches V M, within V of the oracle"
    return (
        BARE_BEHIND.match(text, place + 1) is not None
        and _BARE_BEFORE.search(text, max(0, place - 30), place) is not None
    )


def levels_before(text: str, links: list[Links], gaps: list[str]) -> None:
    """ "V M on D and V M on D, ahead by V and V, respectively": each difference is of the level at its place."""
    if "respectively" not in text:
        return
    for first in range(2, len(links) - 1):
        if links[first].result.kind == "absolute" or is_glue(gaps[first - 1]):
            continue
        last = first + 1
        while last < len(links) and is_glue(gaps[last - 1]) and links[last].result.kind == links[first].result.kind:
            last += 1
        size = last - first
        levels = links[:first]
        tail = text[links[last - 1].item.place + 1 :]
        if size < 2 or len(levels) != size or not tail.lstrip(" ,").startswith("respectively"):
            continue
        if any(p.result.kind != "absolute" or not p.slots.keys() & {"metric", "dataset"} for p in levels):
            continue
        for link, level in zip(links[first:last], levels, strict=True):
            for slot in ("metric", "dataset"):
                if slot in level.slots:
                    link.fill(slot, level.slots[slot], level.rules[slot], SHARED)


def share_back(
    links: list[Links], gaps: list[str], slot: str, sign: str, skipped: Sequence[bool] | None = None
) -> None:
    """Values before the one that names it: `V M and V M on D` has one D for both, if none stands between them."""
    for index in range(len(links) - 2, -1, -1):
        if skipped is not None and skipped[index]:
            continue
        here, behind, gap = links[index], links[index + 1], gaps[index]
        if here.open(slot) and slot in behind.slots and sign not in gap and _close(gap) and same_sort(here, behind):
            here.fill(slot, behind.slots[slot], behind.rules[slot], SHARED)


def share(
    links: list[Links],
    gaps: list[str],
    slot: str,
    fits: Callable[[Entity, Result], bool],
    bare: str | None = None,
    skipped: Sequence[bool] | None = None,
) -> None:
    """Values of one coordination share what only some of them name: first with the value before, then behind."""
    for step in (1, -1):
        order = range(1, len(links)) if step == 1 else range(len(links) - 2, -1, -1)
        for index in order:
            here, other = links[index], links[index - step]
            gap = gaps[index - 1] if step == 1 else gaps[index]
            if not here.open(slot) or slot not in other.slots or not (_close(gap) or paired(here, other)):
                continue
            if skipped is not None and skipped[index]:
                continue
            if step == -1 and (skipped is not None or slot == "metric") and not same_sort(here, other):
                continue
            if step == -1 and slot == "metric" and "Ⓜ" in gap:
                continue  # "A from V to V and M from V": the measure is of the second
            if bare is not None and not BARE_BEHIND.match(bare, here.item.place + 1):
                continue  # "95% sparsity and 2x speedup": each says what it measures
            loose = slot != "metric" or _VERSUS.fullmatch(gap) is not None
            if fits(other.slots[slot], here.result) and (loose or alike(other.result, here.result)):
                here.fill(slot, other.slots[slot], other.rules[slot], SHARED)


def _close(gap: str) -> bool:
    if gap.endswith((" and by ", ", by ")) or _BRACKETS.fullmatch(gap) or _EACH.fullmatch(gap):
        return True
    return gap.strip() in ("(", "to", "–", "-", "") or _VERSUS.fullmatch(gap) is not None or in_run(gap)


def same_sort(one: Links, other: Links) -> bool:
    """Whether two values are both levels or differences, or both shares or factors."""
    return (one.result.kind in ("relative", "ratio")) == (other.result.kind in ("relative", "ratio"))


def paired(one: Links, other: Links) -> bool:
    """Whether two values are the ends of one "from A to B"."""
    a, b = one.result.number, other.result.number
    return a.group is not None and a.group == b.group and a.role is not None and b.role is not None


def alike(one: Result, other: Result) -> bool:
    """Whether two values can be of the same metric: same unit, or one a level and one a difference in percent."""
    if one.number.unit == other.number.unit:
        return True
    return one.number.unit is None or {one.number.unit, other.number.unit} <= {"%", "points", None}
