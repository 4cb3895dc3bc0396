"""What a value is conditioned on, as it stands in the text, and the split of its dataset."""

from __future__ import annotations

from bisect import bisect_right

import regex

from extract.rulebook import Rulebook, span_of
from extract.stages.coordination import Links
from extract.stages.masking import Masked

_SPLIT = regex.compile(
    r"(?:[’']s)?[ -](?:\w+[ ])??"
    r"(?P<split>test-dev|test-std|minival|val(?:idation)?|dev(?:elopment)?|test(?:ing)?|train(?:ing)?)\b"
    r"(?![ -]time)(?:[ ]?(?:set|split|data|subset))?"
)


class Conditions:
    """Conditions by the patterns of `rules/linking.toml` whose id starts with `condition.`."""

    def __init__(self, book: Rulebook) -> None:
        self._rules = [r for r in book.of("condition") if r.pattern is not None]

    def fill(self, text: str, masked: Masked, links: list[Links]) -> None:
        """Give each result the conditions nearest to it, and the split that stands behind its dataset."""
        places = [link.item.start for link in links]
        for link in links:
            dataset = link.result.dataset
            if dataset is not None:
                for item in masked.items:
                    if item.entity is dataset and (match := _SPLIT.match(text, item.end, masked.end)):
                        link.result.split = match["split"]
                        break
        sentence = text[masked.start : masked.end]
        for rule in self._rules:
            if rule.triggers and not any(t in sentence for t in rule.triggers):
                continue
            for match in rule.finditer(text, masked.start, masked.end):
                start, end = span_of(match)
                words = " ".join(text[start:end].split())
                for link in _owners(text, start, end, links, places):
                    if words not in link.result.conditions:
                        link.result.conditions.append(words)


def _owners(text: str, start: int, end: int, links: list[Links], places: list[int]) -> list[Links]:
    """The values that a condition at `[start, end)` holds for: the one right behind it ("5-shot 70.2"), all when it
    opens the sentence, else the one before it with its coordination."""
    before = bisect_right(places, start) - 1
    if before + 1 < len(links) and not text[end : places[before + 1]].strip(" \n:=("):
        return [links[before + 1]]
    if before < 0:
        return links
    group = links[before].result.group
    return [
        k for i, k in enumerate(links) if i == before or (group is not None and i < before and k.result.group == group)
    ]
