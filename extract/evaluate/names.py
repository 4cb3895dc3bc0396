"""When two names, numbers, units or addresses count as the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

Item = Mapping[str, Any]

_HEAD = re.compile(r"\b(?:datasets?|corpus|corpora|benchmarks?)\s*$")
_UNITS = {"percent": "%", "times": "x", "fold": "x", "point": "points", "pp": "points", "percentagepoints": "points"}
# Units that must come out; a counted noun as unit may also be left null.
FIRM_UNITS = frozenset("% x points db ms s min hours fps gb mb params flops macs".split())  # noqa: SIM905


@lru_cache(maxsize=65536)
def folded(name: str | None) -> str:
    """A name without case, accents, punctuation and a trailing head noun: "MS-COCO dataset" is "ms coco"."""
    if not name:
        return ""
    text = unicodedata.normalize("NFKD", name).casefold()
    text = "".join(c for c in text if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", "", _HEAD.sub("", text.strip()))


def folded_url(url: str) -> str:
    """An address without scheme, `www.`, case and what may trail."""
    bare = re.sub(r"^https?://(?:www\.)?", "", url.strip()).rstrip("/.,;)")
    return bare.removesuffix(".git").rstrip("/").casefold()


def forms(item: Item) -> set[str]:
    """All folded surface forms of an annotated item or of an extracted entity."""
    names = [item.get("name"), *item.get("aliases", ()), *(m.get("text") for m in item.get("mentions", ()))]
    return {folded(n) for n in names} - {""}


def same_value(a: float | None, b: float | None) -> bool:
    """Equal within a thousandth."""
    if a is None or b is None:
        return a is b
    return abs(a - b) <= 1e-3 * max(1.0, abs(a), abs(b))


def unit_of(unit: str | None) -> str:
    """A unit in one spelling, "" for none."""
    if not unit or unit == "%":
        return unit or ""
    text = folded(unit)
    return _UNITS.get(text, text)


def same_unit(wanted: str | None, got: str | None) -> bool:
    """Whether a unit is right; a counted noun may be left out."""
    want = unit_of(wanted)
    return unit_of(got) == want or (want not in FIRM_UNITS and unit_of(got) == "")


def same_name(wanted: str | list[str | None] | None, got: str | None, entities: Iterable[Item]) -> bool:
    """Whether a link is right: equal, or two forms of one entity; a list of wanted names holds alternatives."""
    known = list(entities)
    for name in wanted if isinstance(wanted, list) else [wanted]:
        pair = {folded(name), folded(got)}
        if len(pair) == 1 or any(len(forms(e) & pair) == len(pair) for e in known):
            return True
    return False
