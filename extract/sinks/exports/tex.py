"""Text of a record as TeX that compiles: for a field of BibTeX in braces."""

from __future__ import annotations

import regex

from extract.clean import clean

# Pandoc's rule for dollars that are math and not money: nothing blank within them, no digit behind.
_MATH = regex.compile(r"(?<![\\$])\$(?=[^\s$])(?P<body>(?:\\.|[^\\$])++)(?<!\s)\$(?![\d$])")
_SYMBOL = regex.compile(r"\\.|[{}%#&]", regex.DOTALL)  # what is behind a backslash is no brace and no comment
_MARKUP = regex.compile(r"[\\${}<]|&#?\w+;")  # without it cleaning would still take "R_1" for "R1"
# `\{` would compile, but BibTeX counts its brace. The last three are other characters in TeX's own fonts.
_ESCAPES = str.maketrans(
    {character: f"\\{character}" for character in "&%#_$"}
    | {"\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}"}
    | {"^": r"\^{}", "~": r"\textasciitilde{}"}
    | {"<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}"}
)
# BibTeX takes "Smith and Jones" for two people and "Pond Team" for one whose family is Team.
_ORGANISATION = regex.compile(
    r"(?<![\w-])(?:and|Team|Consortium|Collaboration|Group|Project|Initiative|Network|Committee|Investigators|Institute|Univers\w+"
    r"|Laborator\w+|Labs?|Cent(?:er|re)|Foundation|Association|Society|Organi[sz]ation|Council|Department|Academy|Agency"
    r"|Alliance|Community|Company|Corporation|Inc|Ltd|LLC|GmbH|AI|Research)(?![\w-])"
)


def tex(text: str) -> str:
    """The text with its math as it stands and everything else plain and escaped.

    A slice of a paper can cut a formula in two: dollars without a partner are no math. TeX outside of math becomes the
    characters it stands for, since a command that needs math ("\\leq") does not compile there.
    """
    text = " ".join(text.split())
    pieces = []
    at = 0
    for found in _MATH.finditer(text):
        if _stands_alone(found["body"]):
            pieces += [_plain(text[at : found.start()]), found.group()]
            at = found.end()
    return "".join([*pieces, _plain(text[at:])])


def escaped(text: str) -> str:
    """Plain text with what TeX would take for its own escaped."""
    return text.translate(_ESCAPES)


def author(name: str) -> str:
    """A name for a list of authors; one that is no person's, or not in a form that BibTeX can split, in braces."""
    written = tex(name.replace("~", " "))  # a tie
    return f"{{{written}}}" if _ORGANISATION.search(name) or name.count(",") > 2 else written


def _plain(text: str) -> str:
    words = escaped(clean(text).text if _MARKUP.search(text) else text.strip())
    if not words:
        return " " if text else ""
    return " " * text.startswith(" ") + words + " " * text.endswith(" ")


def _stands_alone(math: str) -> bool:
    """Whether a formula neither comments out what follows nor leaves a brace open.

    TeX takes no ``\\{`` for a brace, BibTeX does: they have to be in balance for both.
    """
    symbols = _SYMBOL.findall(math)
    return (
        _balanced(regex.findall(r"[{}]", math))
        and _balanced([symbol for symbol in symbols if symbol in "{}"])
        and not any(symbol in "%#&" for symbol in symbols)
    )


def _balanced(braces: list[str]) -> bool:
    depth = 0
    for brace in braces:
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return not depth
