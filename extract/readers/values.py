"""Values as dumps hold them (strings, lists, nested objects, wrong types) to the plain values of a paper."""

from __future__ import annotations

from typing import Any

import regex

_URL = regex.compile(r"""(?:https?|ftp)://[^\s"'<>,;|]++|(?<![\w./])(?:www\.|github\.com/)[^\s"'<>,;|]++""")
_ARXIV_CATEGORIES = regex.compile(r"[a-z-]++(?:\.[A-Za-z-]++)?(?:\s++[a-z-]++(?:\.[A-Za-z-]++)?)*+")
_NAME_KEYS = ("name", "display_name", "fullname", "full_name", "author_name", "literal", "raw_author_name", "value")
_MAX_WORDS = 1_000_000  # positions in an inverted index; the longest abstracts have some thousands of words


def plain_text(value: Any) -> str | None:
    """A text: itself, the first of a list (Crossref), or the "value" of an object (OpenReview)."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return next((v for v in value if isinstance(v, str) and v), None)
    if isinstance(value, dict):
        inner = value.get("value")
        return plain_text(inner) if not isinstance(inner, dict) else None
    return None


def abstract_text(value: Any) -> str | None:
    """An abstract: a text, a list of parts (joined by newlines), an object with "text", or an inverted index."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "\n".join(part for v in value if (part := _part(v))) or None
    if isinstance(value, dict):
        return _part(value) or inverted(value)
    return None


def _part(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        text = value.get("text", value.get("value"))
        label = value.get("label")
        if isinstance(text, str) and text:
            return f"{label}: {text}" if isinstance(label, str) and label else text
        if isinstance(text, list):
            return "\n".join(v for v in text if isinstance(v, str)) or None
    return None


def inverted(index: dict[str, Any]) -> str | None:
    """The text of an inverted index {word: [positions]} as OpenAlex gives it, words joined by single spaces."""
    index = index.get("InvertedIndex", index) if isinstance(index.get("InvertedIndex"), dict) else index
    words: dict[int, str] = {}
    for word, positions in index.items():
        if not isinstance(positions, list):
            return None
        for position in positions:
            if not isinstance(position, int) or not 0 <= position < _MAX_WORDS:
                return None
            words[position] = word
    return " ".join(words[position] for position in sorted(words)) or None


def author_names(value: Any) -> list[str] | None:
    """Names, one a string, in the order of the dump."""
    if isinstance(value, str):
        separator = ";" if ";" in value else " and " if " and " in value and ", " not in value else None
        parts = value.split(separator) if separator else regex.split(r",\s+(?:and\s+)?|\s+and\s+", value)
        return [folded for part in parts if (folded := " ".join(part.split()))]
    if isinstance(value, dict):
        return author_names(value.get("value")) if "value" in value else [n for n in [_name(value)] if n]
    if isinstance(value, list):
        return [name for v in value if (name := v.strip() if isinstance(v, str) else _name(v))]
    return None


def _name(value: Any) -> str | None:
    if not isinstance(value, dict):
        return None
    for key in _NAME_KEYS:
        if isinstance(name := value.get(key), str) and name:
            return name
    for inner in ("author", "user"):
        if isinstance(value.get(inner), dict) and (name := _name(value[inner])):
            return name
    middle = value.get("middle")
    parts = [
        value.get("given", value.get("first")),
        *(middle if isinstance(middle, list) else [middle]),
        value.get("family", value.get("last")),
    ]
    return " ".join(p for p in parts if isinstance(p, str) and p) or None


def category_names(value: Any) -> list[str] | None:
    """Categories or subjects: arXiv's are separated by spaces, others by `;`, `,` or `|`."""
    if isinstance(value, str):
        if _ARXIV_CATEGORIES.fullmatch(value):
            return value.split()
        return [part.strip() for part in regex.split(r"[;,|]", value) if part.strip()]
    if isinstance(value, dict):
        return category_names(value.get("value"))
    if isinstance(value, list):
        found = (
            v if isinstance(v, str) else _name(v) or (v.get("category") if isinstance(v, dict) else None) for v in value
        )
        return [v for v in found if isinstance(v, str) and v]
    return None


def date_text(value: Any) -> str | None:
    """A date as the dump writes it; Crossref's date parts and bare years become ISO dates, of versions the first."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 1000 <= value <= 9999:
        return str(value)
    if isinstance(value, dict):
        parts = value.get("date-parts")
        if isinstance(parts, list) and parts and isinstance(parts[0], list):
            numbers = [p for p in parts[0] if isinstance(p, int) and 0 < p <= 9999]
            return "-".join(f"{n:02d}" for n in numbers) or None
        return next((v for key in ("value", "created") if isinstance(v := value.get(key), str)), None)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return date_text(value[0])
    return None


def link_urls(value: Any) -> list[str]:
    """The URLs in a text, a list or an object; other text yields none."""
    if isinstance(value, str):
        return [url.rstrip(".)]") if "(" not in url else url for url in _URL.findall(value)]
    if isinstance(value, list):
        return [url for v in value if not isinstance(v, list) for url in link_urls(v)]
    if isinstance(value, dict):
        return [
            url
            for key in ("url", "value", "href")
            if not isinstance(value.get(key), dict)
            for url in link_urls(value.get(key))
        ]
    return []
