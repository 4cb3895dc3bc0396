"""Every type that crosses a border: the paper that a reader yields, the record that a sink takes.

The pydantic models are the one definition of the output; the JSON Schema, the Arrow schema and the SQL tables are
generated or checked from them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter, getitem, itemgetter
from typing import Annotated, Any, Literal, NamedTuple, Self

import orjson
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import SchemaValidator, core_schema

SCHEMA_VERSION = "1.0"
SCHEMA_ID = f"https://paperfacts.dev/schema/record-{SCHEMA_VERSION}.json"

FieldName = Literal["title", "abstract", "comment"]
Role = Literal["proposed", "used"]
LinkKind = Literal["code", "project", "video", "dataset", "model", "demo", "other"]
LinkStatus = Literal["released", "promised", "on_request"]
ResultKind = Literal["absolute", "delta", "relative", "ratio"]
QuantityKind = Literal[
    "model_size", "dataset_size", "count", "context_length", "hardware", "resolution", "sample_size", "other"
]
Qualifier = Literal["up to", "at least", "at most", "about"]
Direction = Literal["increase", "decrease"]
CodeAvailability = Literal["released", "promised", "on_request", "elided", "none_stated"]

# Identifiers that make a record's id, in order of preference (the prefix is the key).
ID_SCHEMES = ("arxiv", "doi", "acl", "openreview", "s2", "openalex", "pmid")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a paper stands in its dump: file name, format, running index from 0, line from 1, byte offset from 0."""

    dump: str
    format: str
    index: int
    line: int | None = None
    byte_offset: int | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper as a reader found it: decoded text, nothing cleaned.

    `dump_links` holds (field name, URL) pairs that the dump carries outside the text.
    """

    title: str
    abstract: str
    source: Source = Source("-", "text", 0)
    comment: str | None = None
    identifiers: Mapping[str, str] = field(default_factory=dict)
    authors: tuple[str, ...] = ()
    published: str | None = None
    categories: tuple[str, ...] = ()
    url: str | None = None
    dump_links: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The source's identifier with its scheme, else `text:` and a hash of the whitespace-folded text."""
        for scheme in ID_SCHEMES:
            if value := self.identifiers.get(scheme):
                return f"{scheme}:{value}"
        folded = " ".join(self.title.split()) + "\n" + " ".join(self.abstract.split())
        return "text:" + hashlib.sha256(folded.encode("utf-8", "replace")).hexdigest()[:16]


def cleaned(text: str) -> str:
    """The text without NULs and lone surrogates, which no record holds; the warning `removed-characters` says so."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")


DELETED = "deleted"
"""The reason of a record that is no paper any more; `--max-rejects` and `--strict` pass over it."""


@dataclass(frozen=True, slots=True)
class Reject:
    """What could not be converted: its place, a stable reason code, a message and a bounded, escaped excerpt."""

    dump: str
    index: int
    reason: str
    message: str
    line: int | None = None
    byte_offset: int | None = None
    excerpt: str = ""
    id: str | None = None


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class _Reader(NamedTuple):
    """How fields are read: one, and those that place a mention."""

    get: Callable[[Any, str], Any]
    placed: Callable[[Any], tuple[FieldName, int, int, str]]


_PLACED = ("field", "start_char", "end_char", "text")
_FROM_MODEL = _Reader(getattr, attrgetter(*_PLACED))
_FROM_DATA = _Reader(getitem, itemgetter(*_PLACED))

Confidence = Annotated[float, Field(ge=0.0, le=1.0)]
Name = Annotated[str, Field(min_length=1)]


class SourceRecord(_Closed):
    """The place of the paper in its dump."""

    dump: str
    format: str
    index: Annotated[int, Field(ge=0)]
    line: int | None = None
    byte_offset: int | None = None


class Metadata(_Closed):
    """What the dump says about the paper beside its text.

    `published` is an ISO 8601 date, as precise as the dump's: 2024, 2024-05, 2024-05-06 or with a time of day.
    """

    authors: list[str] = []
    published: str | None = None
    categories: list[str] = []
    url: str | None = None


class Mention(_Closed):
    """One place in the text: `record[field][start_char:end_char] == text`, by code point."""

    field: FieldName
    start_char: Annotated[int, Field(ge=0)]
    end_char: Annotated[int, Field(ge=0)]
    text: Name
    rule: Name


class _Entity(_Closed):
    name: Name
    canonical: str | None = None
    aliases: list[str] = []
    confidence: Confidence
    mentions: Annotated[list[Mention], Field(min_length=1)]


class Method(_Entity):
    """A named method; `role` is "proposed" when this paper introduces it."""

    role: Role


class Dataset(_Entity):
    """A named dataset, corpus, benchmark or evaluation suite."""


class Metric(_Entity):
    """A named measure; `higher_is_better` is null where the vocabulary does not know."""

    higher_is_better: bool | None = None


class Task(_Entity):
    """A named task."""


class Link(_Closed):
    """A URL; `from_dump` names the dump's own field for a link that the text does not carry."""

    url: Name
    kind: LinkKind
    status: LinkStatus
    host: str
    owner: str | None = None
    repo: str | None = None
    from_dump: str | None = None
    confidence: Confidence = 1.0
    mentions: list[Mention] = []

    @model_validator(mode="after")
    def _stands_somewhere(self) -> Self:
        _stands_somewhere(self, _FROM_MODEL)
        return self


class Result(_Closed):
    """One reported outcome number with what it is of, each named by an entity of the same record."""

    surface: Name
    value: float
    value_high: float | None = None
    uncertainty: float | None = None
    unit: str | None = None
    kind: ResultKind
    qualifier: Qualifier | None = None
    direction: Direction | None = None
    metric: str | None = None
    dataset: str | None = None
    split: str | None = None
    method: str | None = None
    baseline: str | None = None
    task: str | None = None
    conditions: list[str] = []
    group: str | None = None
    mention: Mention
    confidence: Confidence


class Quantity(_Closed):
    """A meaningful number with a unit noun that is not an outcome: sizes, counts, hardware."""

    surface: Name
    value: float
    value_high: float | None = None
    unit: str | None = None
    kind: QuantityKind
    qualifier: Qualifier | None = None
    mention: Mention
    confidence: Confidence = 1.0


class Record(_Closed):
    """What one paper becomes."""

    schema_version: Literal["1.0"] = "1.0"
    id: Name
    source: SourceRecord
    title: str
    abstract: str
    comment: str | None = None
    identifiers: dict[str, str | None] = {}
    metadata: Metadata = Metadata()
    methods: list[Method] = []
    datasets: list[Dataset] = []
    metrics: list[Metric] = []
    tasks: list[Task] = []
    links: list[Link] = []
    results: list[Result] = []
    quantities: list[Quantity] = []
    code_availability: CodeAvailability = "none_stated"
    warnings: list[str] = []

    @model_validator(mode="after")
    def _invariants(self) -> Self:
        _hold(self, _FROM_MODEL)
        return self


Fields = dict[str, Any]
"""A record as plain data, as `Record.model_dump` gives it."""


def checked(fields: Fields) -> Fields:
    """Plain data held against the contract of `Record`, defaults filled in; raises `pydantic.ValidationError`.

    What `Record.model_validate(fields).model_dump()` returns or raises, in half the time: no model is built.
    """
    return _checker().validate_python(fields)  # type: ignore[no-any-return]


@lru_cache(maxsize=1)
def _checker() -> SchemaValidator:
    return SchemaValidator(_without_models(Record.__pydantic_core_schema__))


def _without_models(schema: Any) -> Any:
    """A core schema of models as one of typed dicts: the same fields, constraints and invariants."""
    kind = schema.get("type")
    if kind == "function-after":  # a model validator
        invariant = _INVARIANTS[schema["schema"]["cls"]]
        return core_schema.no_info_after_validator_function(invariant, _without_models(schema["schema"]))
    if kind == "model":
        return _without_models(schema["schema"]) | {"config": schema["config"]}
    if kind == "model-fields":
        fields = {
            name: core_schema.typed_dict_field(
                _without_models(field["schema"]), required=field["schema"]["type"] != "default"
            )
            for name, field in schema["fields"].items()
        }
        return core_schema.typed_dict_schema(fields, extra_behavior="forbid", strict=True)
    plain = {
        key: _without_models(part) if key in ("schema", "items_schema", "keys_schema", "values_schema") else part
        for key, part in schema.items()
    }
    if kind == "default" and isinstance(plain.get("default"), BaseModel):
        plain["default"] = plain["default"].model_dump()
        plain["copy_default"] = True
    return plain


def _hold(record: Any, read: _Reader) -> None:
    """The invariants of a record: a model, or its plain data."""
    get = read.get
    text = {field: get(record, field) or "" for field in ("title", "abstract", "comment")}
    names: dict[str, set[str]] = {}
    for kind, place in (("method", "methods"), ("dataset", "datasets"), ("metric", "metrics"), ("task", "tasks")):
        entities = get(record, place)
        names[kind] = {get(e, "name") for e in entities}
        if len(names[kind]) != len(entities):
            raise ValueError(f"two {kind}s share a name")
        for entity in entities:
            _check_slices(text, get(entity, "mentions"), read)
    for link in get(record, "links"):
        _check_slices(text, get(link, "mentions"), read)
    for result in get(record, "results"):
        _check_slices(text, (get(result, "mention"),), read)
        for kind, known in names.items():
            slot = get(result, kind)
            if slot is not None and slot not in known:
                surface = get(result, "surface")
                raise ValueError(f"result {surface!r} names a {kind} {slot!r} that the record does not hold")
        baseline = get(result, "baseline")
        if baseline is not None and baseline not in names["method"] and baseline not in names["dataset"]:
            surface = get(result, "surface")
            raise ValueError(f"result {surface!r} names a baseline {baseline!r} without an entity")
    for quantity in get(record, "quantities"):
        _check_slices(text, (get(quantity, "mention"),), read)


def _check_slices(text: Mapping[str, str], mentions: Iterable[Any], read: _Reader) -> None:
    for name, start, end, words in map(read.placed, mentions):
        if text[name][start:end] != words:
            raise ValueError(f"mention {words!r} does not stand at {name}[{start}]")


def _stands_somewhere(link: Any, read: _Reader) -> None:
    """The invariant of a link."""
    if not read.get(link, "mentions") and not read.get(link, "from_dump"):
        raise ValueError(f"link {read.get(link, 'url')!r} has neither a mention nor from_dump")


def _on_data(invariant: Callable[[Any, _Reader], None]) -> Callable[[Fields], Fields]:
    def hold(fields: Fields) -> Fields:
        invariant(fields, _FROM_DATA)
        return fields

    return hold


_INVARIANTS: dict[type[BaseModel], Callable[[Fields], Fields]] = {
    Record: _on_data(_hold),
    Link: _on_data(_stands_somewhere),
}


def to_json(record: Record | Fields) -> bytes:
    """One record, or its plain data, as a line of strict JSON in UTF-8, without the newline."""
    return orjson.dumps(record if isinstance(record, dict) else record.model_dump(mode="python"))


def from_json(line: bytes | str) -> Record:
    """Read a record back; raises `pydantic.ValidationError` when it breaks the contract."""
    return Record.model_validate(orjson.loads(line))


def json_schema() -> dict[str, Any]:
    """The published JSON Schema (2020-12) of one record."""
    schema = Record.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **schema}
