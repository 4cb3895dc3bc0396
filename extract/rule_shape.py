"""What may stand in a rule file: the shape of a rule and of the file around it, and what is said of what does not fit.

The description of a field is what a user is told who wrote something else there.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from extract.errors import RuleError
from extract.model import Role

Yields = Literal[
    "link",
    "number",
    "method",
    "dataset",
    "metric",
    "task",
    "none",
    "result",
    "quantity",
    "status",
    "sentence",
    "clean",
]
_Word = Annotated[str, Field(pattern=r"\S")]
_Texts = Annotated[list[_Word], Field(description="a list of texts, none of them empty")]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class RuleShape(_Shape):
    """One `[[rule]]`."""

    id: Annotated[
        str,
        Field(
            pattern=r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$",
            description="letters, digits, '-' and '_' with dots between its parts, such as 'link.repository'",
        ),
    ]
    yields: Annotated[Yields, Field(description=f"one of {', '.join(Yields.__args__)}")]
    pattern: Annotated[str, Field(description="a text, which is a regular expression")] = ""
    frame: Annotated[bool, Field(description="true or false")] = False
    doc: Annotated[str, Field(description="a text")] = ""
    confidence: Annotated[float, Field(gt=0, le=1, description="a number above 0 that is at most 1")] = 0.9
    triggers: _Texts = []
    examples: _Texts = []
    rejects: _Texts = []
    role: Annotated[Role | None, Field(description=f"one of {', '.join(Role.__args__)}")] = None


class FileShape(_Shape):
    """A file of rules; each rule is looked at on its own."""

    fragments: Annotated[dict[str, str], Field(description="a table of names with a piece of a pattern each")] = {}
    lists: Annotated[dict[str, list[str]], Field(description="a table of names with a list of texts each")] = {}
    rule: Annotated[list[dict[str, Any]], Field(description="tables that begin with [[rule]]")] = []
    off: Annotated[list[str], Field(description="a list of ids or of their beginnings, such as ['link.doi']")] = []


_S = TypeVar("_S", bound=_Shape)


def fitted(shape: type[_S], data: dict[str, Any], where: str, what: str) -> _S:
    """The data in its shape, or a `RuleError` that names the first field that does not fit and what is allowed.

    `where` is the file and line, `what` the thing that has the field.
    """
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
    key = str(first["loc"][0])
    if first["type"] == "extra_forbidden":
        raise RuleError(f"{where}: {what} has an unknown key {key!r}; use {', '.join(sorted(shape.model_fields))}.")
    place = ".".join(str(part) for part in first["loc"] if isinstance(part, str))
    allowed = shape.model_fields[key].description
    if first["type"] == "missing":
        raise RuleError(f"{where}: {what} has no {key}; it must be {allowed}.")
    raise RuleError(f"{where}: {what} has the {place} {_shown(first['input'])}; it must be {allowed}.")


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def text_of(path: Path) -> str:
    """The text of a rule file without the mark that some editors put first; raises `RuleError` unless it is UTF-8."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RuleError(f"Cannot read {path}: {error.strerror}.") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise RuleError(f"{path}:{line}: not UTF-8; save the file as UTF-8.") from None


def lines_of_rules(text: str) -> list[int]:
    """The line of the id of each `[[rule]]` in a file, in order; of its heading where it has none."""
    found: list[int] = []
    named = True
    for number, line in enumerate(text.split("\n"), 1):
        if re.match(r"\s*\[\[\s*rule\s*\]\]", line):
            found.append(number)
            named = False
        elif not named and re.match(r"""\s*(?:id|"id"|'id')\s*=""", line):
            found[-1] = number
            named = True
    return found
