"""Finds the edits that turn raw text into plain text: (start, end, replacement), in order and without overlap."""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right

import regex

from extract.clean.shape import found, shape_of
from extract.clean.tables import ACCENTS, BLOCK_TAGS, CHARACTERS, DRESS, DROPPED, INLINE_TAGS, SYMBOLS

Edit = tuple[int, int, str]

# What it is, tried only at those places.
_DEBRIS = regex.compile(
    r"""
      (?P<space>   (?: [\n\r\t\v\f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000] | [ ](?=\s) ) \s* )
    | (?P<macro>   \\ (?: [a-zA-Z]++ | . | $ ) )
    | (?P<math>    \$\$? )
    | (?P<glue>    \} \s*+ \{ )
    | (?P<brace>   [{}] )
    | (?P<tie>     ~ )
    | (?P<tag>     < /? [a-zA-Z] [\w:.-]*+
                   (?: \s++ [\w:.-]++ \s*+ = \s*+ (?: "[^"<>]{0,600}" | '[^'<>]{0,600}' | [^\s<>"']{1,300}+ ) )*+
                   \s*+ /? > )
    | (?P<entity>  & (?: \#\d{1,7} | \#[xX][0-9a-fA-F]{1,6} | [a-zA-Z][a-zA-Z0-9]{1,30} ) ; )
    | (?P<stars>   \*{2,3} | __(?=\S) )
    | (?P<quotes>  ``|'' )
    | (?P<stop>    \. (?= \p{Lu}\p{Ll} ) )
    | (?P<comma>   , (?= [a-z]{3} ) )
    | (?P<close>   \) (?= [a-z]{3} ) )
    | (?P<percent> % (?= [a-z]{3} ) )
    | (?P<mojibake> [ÂÃâ] [\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œžŸŽ]{1,2} )
    | (?P<hidden>  [\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064
                     \u2066-\u206f\ufeff\ufffe\uffff] )
    | (?P<char>    [ﬀﬁﬂﬃﬄﬅﬆ\U0001d400-\U0001d7ff\uff01-\uff5e] )
    | (?P<combine> [\u0300-\u036f]+ )
    """,
    regex.VERBOSE | regex.VERSION0,
)

# What is left of TeX words when a page strips the backslashes (`5times`, `sim5x`, `geq 90%`, `69.8 pm 0.5`): a literal
# that the text must hold, the expression, and what stands for it. A literal each, since one alternation costs 400 µs.
_WORDS: tuple[tuple[str, re.Pattern[str], str], ...] = tuple(
    (literal, re.compile(pattern), text)
    for literal, pattern, text in (
        ("imes", r"(?<=[\d$])[ \t]{1,2}imes(?!\w)", "×"),
        ("leftrightarrow", r"leftrightarrow(?<![\w\\]leftrightarrow)(?=\s|$)", "↔"),
        ("rightarrow", r"rightarrow(?<![A-Za-z\\]rightarrow)(?=[\s\d]|$)", "→"),
        ("cite", r"(?<![A-Za-z\\])cite[tp]?\{[^{}]{0,300}\}", ""),
        (
            "{",
            r"(?<![A-Za-z\\])(?:text(?:bf|it|sc|tt|rm|sf|superscript|subscript)?|math(?:bf|cal|rm|bb|it|sf|tt)"
            r"|operatorname)\{",
            "",
        ),
    )
)
# Those that stand beside a digit.
_WORDS_AT_DIGITS: tuple[tuple[str, re.Pattern[str], str], ...] = tuple(
    (literal, re.compile(pattern), text)
    for literal, pattern, text in (
        ("times", r"times(?:(?<=\dtimes)|(?<=\d times)(?=[\d$]))(?![a-z])", "×"),
        ("sim", r"sim(?<![A-Za-z\\]sim)(?=\d)", "~"),
        ("approx", r"approx(?<![A-Za-z\\]approx) ?(?=\d)", "≈"),
        ("geq", r"geq(?<![A-Za-z\\]geq) ?(?=\d)", "≥"),
        ("leq", r"leq(?<![A-Za-z\\]leq) ?(?=\d)", "≤"),
        ("pm", r"pm(?:(?<=[\d%]pm)|(?<=[\d%] pm))(?= ?\d)", "±"),
        ("circ", r"\^circ(?<=\d\^circ)(?![a-z])", "°"),
    )
)

# `andJHMDB-Sentences`, `andRepoBench`: a function word glued to a name with two capitals.
_FUSED = ("and", "the", "with", "for", "than", "from")
_FUSED_WORD = re.compile(rf"(?<![\w-])(?:{'|'.join(_FUSED)})(?=[A-Z]{{2}}|[A-Z][a-z]+[A-Z\d])")

# `F_1`, `F$_1$`: the index of a single letter.
_INDEX = re.compile(r"(?<![A-Za-z0-9_])[A-Z](\$?_\{?)(?=\d(?!\d))")

_URL = regex.compile(r"(?:https?://|www\.)[^\s{}<>$]++")
# With `re`: `regex` looks for a literal that a pattern needs in all of the text that is left, at every call.
_ARGUMENT = re.compile(r"\s*\{")
_DROPPED_ARGUMENTS = re.compile(r"\*?(?:\s*\[[^\[\]{}]{0,200}\]){0,2}\s*\{[^{}]{0,400}\}")
_COLOUR = re.compile(r"\s*\{[^{}]{0,40}\}\s*\{?")
_FRACTION = re.compile(r"\s*\{([^{}\\$]{1,20})\}\s*\{([^{}\\$]{1,20})\}")
_ACCENTED = re.compile(r"\s*(?:\{\s*(\\[ij]\b|[^\W\d_])\s*\}|(\\[ij]\b|[^\W\d_]))")
_HREF = re.compile(r"""<a\s[^<>]*?href\s*=\s*["']?([^"'\s<>]+)["']?[^<>]*>""", re.IGNORECASE)
_HEADING = re.compile(r"(?:jats:)?title>\s*(?:Abstract|ABSTRACT)\s*</(?:jats:)?title>")
# A hyphen at a line end joins, but not before a word that shows it to be a dash ("Jamba Instruct-\nto synthesize").
_WRAPPED = re.compile(r"(?<=\w-)(\n[ \t]*)(?=\w)")
_AFTER_DASH = re.compile(r"(?:and|or|to|the|a|an|of|in|for|with|is|are|which|that|we)\b")


def flatten(raw: str) -> str:
    """The raw text with every character that stands for exactly one other replaced: line ends, quotes, dashes.

    Same length, so these need no edit; most abstracts need nothing else.
    """
    flat = raw.replace("\n", " ")
    return flat if flat.isascii() else flat.translate(_SINGLE)


def find_edits(raw: str, flat: str) -> list[Edit]:
    """All edits of one field, on its flattened text."""
    hyphens = [_hyphenated(flat, m) for m in _WRAPPED.finditer(raw)] if "-\n" in raw else []
    raw = flat
    shape = shape_of(flat)
    urls = [m.span() for m in _URL.finditer(raw)] if "http" in raw or "www." in raw else []
    dollars = _math_dollars(raw) if "$" in raw else frozenset()
    edits: list[Edit] = []
    skip_to = 0
    for place in _places(raw, shape):
        if place < skip_to:
            continue
        match = _DEBRIS.match(raw, place)
        if match is None:
            continue
        start, end = match.span()
        group = match.lastgroup
        if urls and _inside(urls, start) and not (group == "macro" and raw[end - 1] in "_%#&~"):
            continue
        edit = _edit(raw, group, start, end, dollars, urls)
        if edit is not None:
            edits.append(edit)
            skip_to = edit[1]
    extra: list[Edit] = hyphens
    digits = b"0" in shape or not raw.isascii()
    for literal, pattern, text in _WORDS + _WORDS_AT_DIGITS if digits else _WORDS:
        if literal in raw:
            extra += [(*m.span(), text) for m in pattern.finditer(raw)]
    extra += _fused(raw, shape)
    if "_" in raw:
        extra += [(*m.span(1), "") for m in _INDEX.finditer(raw)]
    if extra:
        edits = _merge(edits, [e for e in extra if not (urls and _inside(urls, e[0]))])
    return edits


def _places(raw: str, shape: bytes) -> list[int]:
    """The positions at which debris may begin, in order."""
    places = found(shape, b"*") + found(shape, b"  ") + found(shape, b".a") + found(shape, b".A")
    if "''" in raw:
        places += [m.start() for m in re.finditer("''", raw)]
    if "_" in raw:
        places += [m.start() for m in re.finditer("__", raw)]
    places.sort()
    return places


def _fused(flat: str, shape: bytes) -> list[Edit]:
    """A space between a function word and the name glued to it."""
    edits: list[Edit] = []
    for place in found(shape, b"aA"):
        end = place + 1
        if flat.endswith(_FUSED, 0, end):
            words = (word for word in _FUSED if flat.endswith(word, 0, end))
            if any(_FUSED_WORD.match(flat, end - len(word)) for word in words):
                edits.append((end, end, " "))
    return edits


def _hyphenated(flat: str, match: re.Match[str]) -> Edit:
    """A hyphen at a line end joins its word, unless the next word shows it to be a dash."""
    dash = _AFTER_DASH.match(flat, match.end())
    return (match.start(1), match.end(1), " " if dash else "")


def _merge(edits: list[Edit], extra: list[Edit]) -> list[Edit]:
    """Both lists in order; where two overlap the one that starts first stands."""
    merged: list[Edit] = []
    for edit in sorted(edits + extra, key=lambda e: (e[0], -e[1])):
        if not merged or edit[0] >= merged[-1][1]:
            merged.append(edit)
    return merged


def _inside(spans: list[tuple[int, int]], position: int) -> bool:
    i = bisect_right(spans, (position, 1 << 60)) - 1
    return i >= 0 and spans[i][0] <= position < spans[i][1]


def _math_dollars(raw: str) -> frozenset[int]:
    """The dollar signs that delimit mathematics; the others are money.

    Two signs pair when the text between them is short and does not read as prose between two prices
    ("$5 to $10 an hour").
    """
    places = [i for i, c in enumerate(raw) if c == "$" and (i == 0 or raw[i - 1] != "\\")]
    math: set[int] = set()
    i = 0
    while i < len(places):
        start = places[i]
        if i + 1 < len(places):
            inside = raw[start + 1 : places[i + 1]]
            follower = raw[places[i + 1] + 1 : places[i + 1] + 2]
            priced = inside[:1].isdigit() and "\\" not in inside and (
                inside[-1:].isspace() or (" " in inside.strip() and follower.isdigit())
            )  # fmt: skip
            if len(inside) <= 400 and not priced:
                math |= {start, places[i + 1]}
                i += 2
                continue
        if not raw[start + 1 : start + 2].isdigit():
            math.add(start)  # a lone sign that prices nothing is debris ("5.18\times$ faster")
        i += 1
    return frozenset(math)


def _edit(
    raw: str, group: str | None, start: int, end: int, dollars: frozenset[int], urls: list[tuple[int, int]]
) -> Edit | None:
    """The edit of one match, None where the characters are text after all."""
    before = raw[start - 1] if start else " "
    after = raw[end] if end < len(raw) else " "
    if group == "space":
        return (start, end, _space(raw, start, end, before))
    if group == "macro":
        return _macro(raw, start, end)
    if group == "math":
        return (start, end, "") if start in dollars or end - start == 2 else None
    if group == "glue":
        return (start, end, " ")
    if group == "brace":
        return (start, end, " " if urls and raw[start] == "{" and _inside(urls, start - 1) else "")
    if group == "tie":
        approximate = after.isdigit() or after in ".$ " or (before == " " and not raw.startswith("http", end))
        return None if approximate else (start, end, " ")
    if group == "tag":
        return _tag(raw, start, end)
    if group == "entity":
        text = html.unescape(raw[start:end])
        return (start, end, " " if text == "\xa0" else CHARACTERS.get(text, text)) if text != raw[start:end] else None
    if group == "stars":
        if raw[start] == "_":
            return None
        return (
            (start, end, "")
            if before.isspace() or after.isspace() or not (before.isalnum() and after.isalnum())
            else None
        )
    if group == "quotes":
        return (start, end, '"')
    if group == "stop":
        glued = (
            raw[max(start - 2, 0) : start].islower()
            or before in ")]%"
            or (before.isdigit() and raw[start - 2 : start - 1].isdigit())
        )
        return (end, end, " ") if glued and (start < 2 or raw[start - 2].isalnum() or before in ")]%") else None
    if group == "comma":
        return (end, end, " ") if raw[max(start - 2, 0) : start].islower() else None
    if group in ("close", "percent"):
        return (end, end, " ")
    if group == "mojibake":
        try:
            return (start, end, raw[start:end].encode("cp1252").decode("utf-8").replace("\xa0", " ").translate(_SINGLE))
        except UnicodeError:
            return None
    if group == "hidden":
        if raw[start] == "\xad" and before == " " and after == " ":
            return (start, end, "-")
        return (start, end, "-" if raw[start] == "\x02" and before.isalpha() and after.isalpha() else "")
    if group == "char":
        text = CHARACTERS.get(raw[start]) or unicodedata.normalize("NFKC", raw[start])
        return (start, end, text)
    if group == "combine" and start:
        composed = unicodedata.normalize("NFC", raw[start - 1 : end])
        return (start, end, "") if len(composed) > 1 else (start - 1, end, composed)
    return None


_SINGLE = str.maketrans(
    {k: v for k, v in CHARACTERS.items() if len(v) == 1} | dict.fromkeys("\r\t\v\f\x85\u2028\u2029\u3000", " ")
)


def _space(raw: str, start: int, end: int, before: str) -> str:
    """One space, or none where a separator of thousands stands."""
    gap = raw[start:end]
    if (
        len(gap) == 1
        and gap in "\xa0\u2009\u202f"
        and before.isdigit()
        and raw[end : end + 3].isdigit()
        and not raw[end + 3 : end + 4].isdigit()
    ):
        return ""
    return " "


def _macro(raw: str, start: int, end: int) -> Edit | None:
    name = raw[start + 1 : end]
    if name == "":
        return (start, end, "")
    if not name[0].isalpha():
        return _control(raw, name, start, end)
    if name in ("frac", "dfrac", "tfrac", "nicefrac") and (parts := _FRACTION.match(raw, end)):
        return (start, parts.end(), f"{parts[1]}/{parts[2]}")
    if name in DROPPED:
        arguments = _DROPPED_ARGUMENTS.match(raw, end)
        return (start, arguments.end() if arguments else end, "")
    if name in ("textcolor", "color") and (colour := _COLOUR.match(raw, end)):
        return (start, colour.end(), "")
    if name == "footnote":
        opened = _ARGUMENT.match(raw, end)
        return (start, opened.end() if opened else end, " ")
    if name in DRESS:
        opened = _ARGUMENT.match(raw, end)
        stop = opened.end() if opened else end
        if not opened and raw[end : end + 1] == " ":
            stop += 1  # `{\em i.e.}`: the space belongs to the command
        return (start, stop, "")
    if name in SYMBOLS:
        text = SYMBOLS[name]
        if text.isalpha() and raw[end : end + 1] == " " and not name[0].isupper() and len(name) <= 2:
            end += 1  # `stra\ss e`
        return (start, end, text)
    if name in ACCENTS and (base := _ACCENTED.match(raw, end)) and (base[1] or raw[end : end + 1] == " "):
        return (start, base.end(), _accent(name, base[1] or base[2]))
    if name in ("quad", "qquad", "newline", "par", "item", "begin", "end", "linebreak"):
        return (start, end, " ")
    if name[0] == "n" and name[1:2].isupper():
        return (start, start + 2, " ")  # a line break that an exporter wrote out: `\nWe show`
    return (start, start + 1, "")


def _control(raw: str, name: str, start: int, end: int) -> Edit | None:
    """A backslash before a character that is no letter."""
    if name in "%&#_{}$":
        return (start, end, name)
    if name in ",;: " or name == "\\":
        between_digits = start and raw[start - 1].isdigit() and raw[end : end + 3].isdigit() and name == ","
        return (start, end, "" if between_digits else " ")
    if name in "!/-()[]":
        return (start, end, "")
    if name in ACCENTS and (base := _ACCENTED.match(raw, end)):
        letter = base[1] or base[2]
        possessive = (
            name == "'"
            and not base[1]
            and letter in "stdmlrv"
            and not (raw[base.end() : base.end() + 1].isalpha() and letter not in "lrv")
        )
        if not possessive and letter in "aeiouyAEIOUYcnszCNSZgGrRlLtTdDhHwW\\i\\j":
            return (start, base.end(), _accent(name, letter))
    if name in "'\"`":
        return (start, start + 1, "")
    if name == "\n":
        return (start, end, " ")
    return (start, start + 1, "")


def _accent(name: str, letter: str) -> str:
    return unicodedata.normalize("NFC", letter.removeprefix("\\") + ACCENTS[name])


def _tag(raw: str, start: int, end: int) -> Edit | None:
    closing = raw[start + 1] == "/"
    name = raw[start + 2 if closing else start + 1 : end].split(">", 1)[0].split("/", 1)[0].split(None, 1)[0]
    prefixed = ":" in name
    name = name.rsplit(":", 1)[-1]
    if name == "S":
        return (start, end, " ")
    if name in ("sup", "msup") and not closing and name == "sup":
        return (start, end, "^")
    if name == "annotation" and not closing:
        stop = raw.find("annotation>", end)
        return (start, stop + len("annotation>") if stop >= 0 else end, "")
    if name == "title" and not closing and (heading := _HEADING.match(raw, start + 1)):
        return (start, heading.end(), " ")
    if name in BLOCK_TAGS:
        return (start, end, " ")
    if name == "a" and (target := _HREF.match(raw, start)):
        return (start, end, target[1] + " ")
    if name in INLINE_TAGS or name == "sup" or prefixed:
        return (start, end, "")
    return None
