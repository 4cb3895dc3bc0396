"""Says which of many expressions can match a sentence at all, in one call.

An expression of `regex` becomes one of RE2 that matches wherever the original does, and sometimes elsewhere: what
looks around is left out, long counted repetitions count no more. RE2 looks for the literals that each one needs and
then runs those whose literals are there, all of it outside Python. What it lets through is matched by the original.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import re2

_GROUP = re.compile(r"\?(?:P<\w+>|<[=!]|[=!:>]|[imsx]+:)")
_REPEAT = re.compile(r"([*+?]|\{(\d*)(,?)(\d*)\})[+?]?")
_KEPT = frozenset("nrtfvsSdDwW")
_BEYOND = r"\x{80}-\x{10FFFF}"
_SPACES = r"\s\x0b\x1c-\x1f"  # RE2 knows fewer of them
_CLASSES = {"w": r"\w" + _BEYOND, "d": r"\d" + _BEYOND, "s": _SPACES + _BEYOND}
# Letters that count as ASCII ones when case is ignored (ı, İ, ſ, the Kelvin sign): RE2 and `regex` need not agree.
_FOLDED = re.compile("[\u0130\u0131\u017f\u212a]")
FIGURE = r"(?i: \d | half | twice | double | triple | third | quarter | magnitude | fold )"
_MEMORY = 16 << 20  # bytes an expression may use at most; it then forgets what it worked out and goes on


class Prefilter:
    """A fixed list of expressions; built once.

    `patterns` are verbose expressions of `regex`; an expression with anything that has no counterpart in RE2 passes
    always. Those listed in `figures` are known to match only in a sentence with a figure or a word for a number.
    `literals` are strings without which an expression cannot match.
    """

    def __init__(
        self, patterns: Sequence[str], figures: Sequence[int] = (), literals: dict[int, str] | None = None
    ) -> None:
        self._count = len(patterns)
        self._patterns = patterns
        self._literals = literals or {}
        self._figures = frozenset(figures)
        self._ascii = _Sets(patterns, self._figures, self._literals, ascii_only=True)
        self._unicode: _Sets | None = None  # few sentences need it: made for the first that does

    def passing(self, sentence: str) -> list[int]:
        """The indices, in order, of the expressions that may match in the sentence."""
        return sorted(self.places(sentence, [(0, len(sentence))]))

    def places(self, text: str, sentences: Sequence[tuple[int, int]]) -> dict[int, list[int]]:
        """By the index of each expression that may match somewhere, the numbers of the sentences where it may."""
        found: dict[int, list[int]] = {}
        if text.isascii():
            encoded = text.encode()
            self._ascii.add(
                found, text, ((number, encoded[start:end]) for number, (start, end) in enumerate(sentences))
            )
            return found
        for number, (start, end) in enumerate(sentences):
            sentence = text[start:end]
            sets = self._ascii
            if not sentence.isascii():
                if _FOLDED.search(sentence):
                    for index in range(self._count):
                        found.setdefault(index, []).append(number)
                    continue
                if self._unicode is None:
                    self._unicode = _Sets(self._patterns, self._figures, self._literals, ascii_only=False)
                sets = self._unicode
            sets.add(found, sentence, [(number, sentence.encode())])
        return found


class _Sets:
    """The expressions as RE2 has them, for sentences of ASCII alone or for all sentences."""

    def __init__(
        self, patterns: Sequence[str], figures: frozenset[int], literals: dict[int, str], *, ascii_only: bool
    ) -> None:
        options = re2.Options()
        options.never_capture = True
        options.log_errors = False
        options.max_mem = _MEMORY
        self._always: list[int] = []
        self._main, self._figured = re2.Filter(), re2.Filter()
        figure = loosened(FIGURE, ascii_only=ascii_only)
        self._main.Add(figure, options)
        self._figured.Add(figure, options)
        # The index of each expression in a filter, to ours; the first one there is that of the figures.
        self._main_ids, self._figured_ids = [-1], [-1]
        self._literals: list[tuple[str, int, re2.Set]] = []
        for index, pattern in enumerate(patterns):
            try:
                loose = loosened(pattern, ascii_only=ascii_only)
                if index in literals:
                    single = re2.Set.SearchSet(options)
                    single.Add(loose)
                    single.Compile()
                    self._literals.append((literals[index], index, single))
                elif index in figures:
                    self._figured.Add(loose, options)
                    self._figured_ids.append(index)
                else:
                    self._main.Add(loose, options)
                    self._main_ids.append(index)
            except (ValueError, re2.error):
                self._always.append(index)
        self._main.Compile()
        self._figured.Compile()

    def add(self, found: dict[int, list[int]], text: str, sentences: Iterable[tuple[int, bytes]]) -> None:
        """Add the numbers of the sentences, all of one text, to what each expression passes."""
        literals = [(single, index) for literal, index, single in self._literals if literal in text]
        match, ids = self._main.Match, self._main_ids
        for number, encoded in sentences:
            for place in match(encoded) or ():
                index = ids[place]
                if index >= 0:
                    if index in found:
                        found[index].append(number)
                    else:
                        found[index] = [number]
                    continue
                for figured in self._figured.Match(encoded) or ():
                    if figured:
                        found.setdefault(self._figured_ids[figured], []).append(number)
            for index in self._always:
                found.setdefault(index, []).append(number)
            for single, index in literals:
                if single.Match(encoded):
                    found.setdefault(index, []).append(number)


def loosened(pattern: str, *, ascii_only: bool = False) -> str:
    """A verbose expression of `regex` as one of RE2 that matches in every text that the original matches in.

    With `ascii_only` it does so in texts of ASCII. Raises ValueError for what has no such counterpart.
    """
    reader = _Reader(pattern, ascii_only=ascii_only)
    result = reader.choice(outer=True)
    if reader.place != len(pattern):
        raise ValueError(f"a bracket closes too early at {reader.place}")
    return result


class _Reader:
    """Reads an expression from left to right."""

    def __init__(self, text: str, *, ascii_only: bool) -> None:
        self.text = text
        self.place = 0
        self.ascii_only = ascii_only

    def choice(self, *, outer: bool = False) -> str:
        """Alternatives, up to the bracket that ends them or the end."""
        parts = [self._sequence(outer=outer)]
        while self.text.startswith("|", self.place):
            self.place += 1
            parts.append(self._sequence(outer=outer))
        return "|".join(parts)

    def _sequence(self, *, outer: bool) -> str:
        parts: list[str] = []
        behind = ""  # what the expression must be followed by, as long as nothing else follows
        while True:
            self._skip()
            if self.place >= len(self.text) or self.text[self.place] in "|)":
                return "".join(parts) + (behind if outer else "")
            looks = self.text.startswith("(?=", self.place)
            item = self._item()
            self._skip()
            repeat = self._repeat()
            if looks and not behind and not repeat:
                behind = item
            elif not looks and item:
                parts.append(item + repeat)
                behind = ""

    def _skip(self) -> None:
        """Spaces and comments."""
        text = self.text
        while self.place < len(text):
            if text[self.place].isspace():
                self.place += 1
            elif text[self.place] == "#":
                end = text.find("\n", self.place)
                self.place = len(text) if end < 0 else end
            else:
                return

    def _item(self) -> str:
        """One item without its repetition; empty for what only looks around (save what must follow: as a group)."""
        char = self.text[self.place]
        if char == "(":
            return self._group()
        if char == "[":
            return self._class()
        self.place += 1
        if char == "\\":
            return self._escape()
        return "" if char in "^$" else "\\{" if char == "{" else char

    def _group(self) -> str:
        self.place += 1
        kind = ""
        if self.text.startswith(("?", "*"), self.place):
            match = _GROUP.match(self.text, self.place)
            if match is None:
                raise ValueError(f"no counterpart of ({self.text[self.place : self.place + 4]}")
            kind = match.group()
            self.place = match.end()
        body = self.choice()
        if not self.text.startswith(")", self.place):
            raise ValueError("an open bracket")
        self.place += 1
        if kind in ("?!", "?<=", "?<!"):
            return ""
        flags = kind[1:-1] if kind.endswith(":") else ""
        if flags.strip("i"):
            raise ValueError(f"no counterpart of the flags {flags}")
        return f"(?{flags}:{body})"

    def _escape(self) -> str:
        char = self.text[self.place]
        self.place += 1
        if char == "s" and self.ascii_only:
            return f"[{_SPACES}]"
        if char in _CLASSES and not self.ascii_only:
            return f"[{_CLASSES[char]}]"
        if char == "b":
            # A border of RE2 is one between letters of ASCII.
            return r"\b" if self.ascii_only else ""
        if char in "zZ":
            return r"\z"
        if char == "A":
            return ""
        if char.isalnum() and char not in _KEPT:
            raise ValueError(f"no counterpart of \\{char}")
        return char if char == " " else "\\" + char

    def _class(self) -> str:
        text = self.text
        place = self.place + 1
        inverse = text.startswith("^", place)
        place += inverse
        first, out = place, "[^" if inverse else "["
        while place == first or text[place] != "]":
            char = text[place]
            place += 1
            if char == "\\":
                char = text[place]
                place += 1
                if char.isalnum() and char not in _KEPT:
                    raise ValueError(f"no counterpart of \\{char} in a class")
                if char in "SDW":
                    raise ValueError(f"no counterpart of \\{char} in a class")
                # Left out of the rest, the few of ASCII leave a larger rest.
                if char == "s" and self.ascii_only and not inverse:
                    out += _SPACES
                elif char in _CLASSES and not (inverse or self.ascii_only):
                    out += _CLASSES[char]
                else:
                    out += "\\" + char
            elif char == "[" and text.startswith(":", place):
                raise ValueError("no counterpart of a named class")
            else:
                out += "\\[" if char == "[" else char
        self.place = place + 1
        return out + "]"

    def _repeat(self) -> str:
        match = _REPEAT.match(self.text, self.place)
        if match is None:
            return ""
        if match[1] in "*+?":
            self.place = match.end()
            return match[1]
        if not (match[2] or match[4]):
            return ""
        self.place = match.end()
        least = int(match[2] or 0)
        most = int(match[4]) if match[4] else None if match[3] else least
        if most is not None and most <= 1:
            return f"{{{least},{most}}}"
        # States that count are many; what counts no more matches more.
        return "*" if least == 0 else "+" if least == 1 or least > 3 else f"{{{least},}}"
