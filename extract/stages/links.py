"""The stage `paperfacts_links`: addresses in the text, what they hold and whether it is there yet.

The libraries that find addresses keep the full stop of the sentence or lose the one at a line's end (measured on
real abstracts), so the pattern is a rule of our own and the trimming stands here.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING

import regex
from spacy.language import Language

from extract.facts import Facts, Link, Span, facts_of, mirror
from extract.rulebook import Rulebook, load
from extract.stages.hosts import Hosts, same_place
from extract.stages.literals import Literals

if TYPE_CHECKING:
    from spacy.tokens import Doc

_CLOSERS = {")": "(", "]": "[", "}": "{"}
_TRAILING = ".,;:!?'\"*`_~>|»”’…"
# A scheme inside an address begins the next one, but in addresses of archives.
_SECOND = regex.compile(r"(?<!web\.archive\.org/\S{0,80})(?<=.)[,;(\[{]?(?=https?://)")
_GLUED_STOP = regex.compile(r"[.,;:](?=(?P<word>[A-Z][a-z]*)(?![\w./-]))|[.,;:](?=(?P<link>www\.|github\.com))")
# The name that a broken line cut off "…/owner/ name": not an English word.
_CUT_NAME = regex.compile(r" (?=[\w.-]*(?:[-_\d]|[a-z][A-Z]))(?P<name>[A-Za-z0-9][\w.-]*)")
_CUT_REPOSITORY = regex.compile(r" (?P<name>[A-Za-z0-9][\w-]*/[A-Za-z0-9][\w.-]*)")
# Words without which a sentence says nothing of where the code is.
_SAYS = (
    "availab", "releas", "request", "open", "public", "found", "access", "this http", "this url", "link", "upon",
    "soon", "will", "provid", "shar", "host",
)  # fmt: skip
_CLAUSE_END = regex.compile(r"[.;]\s|,\s*(?:and|while|with)\b")
_NEXT_CLAUSE = regex.compile(r"[.;:,]\s|\sand\s|\swhile\s")
_REPOSITORY_HOST = regex.compile(r"https?://(?:www\.)?(?:github\.com|gitlab\.com|huggingface\.co)/(?P<owner>[\w-]+/)?$")


class Links:
    """Finds links in the doc text and in the comment beside it."""

    def __init__(self, nlp: Language, book: Rulebook) -> None:
        self.find_rules = book.of("link")
        self.triggers = Literals(trigger for rule in self.find_rules for trigger in rule.triggers)
        self.status = {rule.id.removeprefix("status."): rule for rule in book.of("status")}
        self.sentence_words = frozenset(book.words("link_sentence_words"))
        self.hosts = Hosts(book)

    def __call__(self, doc: Doc) -> Doc:
        facts = facts_of(doc)
        text = facts.text
        found = self._in_text(text, facts.lower, 0, facts.sentences)
        if facts.comment:
            comment = facts.comment
            found += self._in_text(comment, comment.lower(), facts.comment_start, [(0, len(comment))])
        if found:
            facts.links = _merged(found)
        facts.code_availability = self._availability(text, facts)
        if facts.mirrored:
            mirror(doc, "links", [(s.start, s.end, x.kind) for x in facts.links for s in x.spans if s.end <= len(text)])
        return doc

    def _in_text(self, text: str, lower: str, offset: int, sentences: list[tuple[int, int]]) -> list[Link]:
        held = self.triggers.within(lower)
        if not held:
            return []
        spans: list[tuple[int, int, str, str, float]] = []
        for rule in self.find_rules:
            places = [lower.find(trigger) for trigger in held if trigger in rule.triggers]
            if not places:
                continue
            # Nothing begins more than a word before its trigger, and most addresses stand at the end of the text.
            begin = lower.rfind(" ", 0, max(0, lower.rfind(" ", 0, min(places)))) if len(lower) == len(text) else 0
            for match in rule.finditer(text, max(0, begin)):
                if "doi" in match.re.groupindex:
                    start, end = match.span("doi")
                    pieces = [(start, end, "https://doi.org/" + match["doi"])]
                elif "repository" in match.re.groupindex:
                    start, end = match.span("repository")
                    pieces = [(start, end, "https://github.com/" + match["repository"])]
                else:
                    pieces = self._addresses(text, *match.span())
                for start, end, url in pieces:
                    # The spans are sorted and lie apart, so that one that overlaps stands beside the place.
                    i = bisect_left(spans, (start,))
                    if not any(s < end and start < e for s, e, *_ in spans[max(0, i - 1) : i + 1]):
                        spans.insert(i, (start, end, url, rule.id, rule.confidence))
        if not spans:
            return []
        return self._described(text, offset, sentences, spans)

    def _addresses(self, text: str, start: int, end: int) -> list[tuple[int, int, str]]:
        """One match trimmed to the addresses in it."""
        cuts = [start, *(m.start() for m in _SECOND.finditer(text, start + 1, end) if m.end() > start + 8), end]
        found: list[tuple[int, int, str]] = []
        for first, last in pairwise(cuts):
            while text[first] in ",;([{":
                first += 1
            stop = self._trimmed(text, first, last)
            stop, url = _joined(text, first, stop)
            url = url.replace(":// ", "://")
            if not url.startswith("http"):
                url = "https://" + url
            url = url.removesuffix("/.git").removesuffix(".git") if not url.endswith("/.git") else url
            if self.hosts.real(url):
                found.append((first, stop, url))
        return found

    def _trimmed(self, text: str, start: int, end: int) -> int:
        """The end of an address without the sentence's own punctuation, unbalanced brackets and glued sentences."""
        for match in _GLUED_STOP.finditer(text, start + 8, end):
            # Only a whole host has the next address glued to it: "www" and "gist" before "github.com" are parts of one.
            if (match["link"] and "." in text[start : match.start()]) or match["word"] in self.sentence_words:
                end = match.start()
                break
        while end > start:
            last = text[end - 1]
            if last in _CLOSERS:
                if text.count(last, start, end) <= text.count(_CLOSERS[last], start, end):
                    break
            elif last in "([{":
                pass
            elif last not in _TRAILING:
                break
            end -= 1
        # an opening bracket that never closes began a remark: "…/name(part"
        for opener, closer in (("(", ")"), ("[", "]")):
            place = text.find(opener, start, end)
            if place >= 0 and text.find(closer, place, end) < 0:
                end = place
        return end

    def _described(
        self, text: str, offset: int, sentences: list[tuple[int, int]], spans: list[tuple[int, int, str, str, float]]
    ) -> list[Link]:
        links: list[Link] = []
        for i, (start, end, url, rule, confidence) in enumerate(spans):
            place = bisect_right(sentences, (start, len(text) + 1))
            sentence = sentences[place - 1] if place else (0, len(text))
            after_last = i > 0 and spans[i - 1][0] >= sentence[0]
            begin = spans[i - 1][1] if after_last else sentence[0]
            stop = spans[i + 1][0] if i + 1 < len(spans) else len(text)
            stop = min(stop, max(sentence[1], end), end + 60)
            status = self._status(text, begin, start, end, stop)
            if status is None:
                status = links[-1].status if after_last else "released"
            host = self.hosts.describe(url, text[begin:start], text[end:stop])
            links.append(
                Link(url, host.kind, status, host.host, host.owner, host.repo,
                     [Span(start + offset, end + offset, rule)], confidence)
            )  # fmt: skip
        return links

    def _status(self, text: str, begin: int, start: int, end: int, stop: int) -> str | None:
        """Promised, on request or released by the last word on it before the link, or the one right after it."""
        after = _CLAUSE_END.split(text[end:stop], maxsplit=1)[0]
        if self._search("promised", after) or self._search("on-request", after):
            return "promised" if self._search("promised", after) else "on_request"
        before = text[begin:start]
        last = {name: list(self.status[name].finditer(before))[-1:] for name in ("released", "promised", "on-request")}
        if last["on-request"]:
            return "on_request"
        if last["promised"]:
            if last["released"]:
                between = before[
                    last["promised"][0].end() : max(last["released"][0].start(), last["promised"][0].end())
                ]
                if _NEXT_CLAUSE.search(between):
                    return "released"
            return "promised"
        return "released" if last["released"] else None

    def _search(self, name: str, text: str) -> bool:
        return any(True for _ in self.status[name].finditer(text))

    def _availability(self, text: str, facts: Facts) -> str:
        """What the paper says of its code: the best of its links, else its own words."""
        statuses = {link.status for link in facts.links if link.kind == "code"}
        for value in ("released", "promised", "on_request"):
            if value in statuses:
                return value
        said = self._said(text, facts)
        for value in ("released", "elided", "promised", "on_request"):
            if value in said:
                return value
        return "none_stated"

    def _said(self, text: str, facts: Facts) -> set[str]:
        """What the sentences that speak of the paper's code say about it."""
        said: set[str] = set()
        triggers = self.status["code"].triggers
        last = facts.sentences[-6:]
        if not last or not _holds(text[last[0][0] :].lower(), triggers):
            return said
        for start, end in last:
            sentence = text[start:end]
            lower = sentence.lower()
            if not _holds(lower, triggers) or not _holds(lower, _SAYS):
                continue
            code = next(iter(self.status["code"].finditer(sentence)), None)
            if code is None:
                continue
            if self._search("elided", sentence):
                said.add("elided")
            elif self._search("promised", sentence):
                said.add("promised")
            elif self._search("on-request", sentence):
                said.add("on_request")
            elif any(m.start() >= code.start() - 40 for m in self.status["released"].finditer(sentence)) and (
                end >= len(text) - 400 or any(start <= s.start < end for x in facts.links for s in x.spans)
            ):
                said.add("released")
        return said


def _holds(text: str, literals: tuple[str, ...]) -> bool:
    """Whether one of the literals stands in the text; a loop, since a generator in `any` takes twice as long."""
    for literal in literals:  # noqa: SIM110
        if literal in text:
            return True
    return False


def _joined(text: str, start: int, end: int) -> tuple[int, str]:
    """The address with the part that a broken line cut off, where it is safe to join."""
    url = text[start:end]
    if len(url) < 60 and text[end : end + 1] == " ":
        head = _REPOSITORY_HOST.match(url if url.startswith("http") else "https://" + url)
        cut = None
        if head and head["owner"]:
            cut = _CUT_NAME.match(text, end)
        elif head:
            cut = _CUT_REPOSITORY.match(text, end)
        if cut:
            name = cut["name"].rstrip(".,;:")
            if len(name) > 2:
                return cut.start("name") + len(name), url + name
    return end, url


def _merged(links: list[Link]) -> list[Link]:
    """Links to the same place as one, with all mentions; a release said anywhere counts."""
    kept: dict[str, Link] = {}
    for link in links:
        key = same_place(link.url)
        if key in kept:
            kept[key].spans += link.spans
            if link.status == "released" and kept[key].status == "on_request":
                kept[key].status = "released"
        else:
            kept[key] = link
    return list(kept.values())


@Language.factory("paperfacts_links", assigns=["doc.user_data", "doc.spans"], default_config={"rules": None})
def make_links(nlp: Language, name: str, rules: str | None) -> Links:
    """Create the stage; `rules` is a folder of rules merged over the shipped ones."""
    return Links(nlp, load(rules))
