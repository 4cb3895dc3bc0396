"""One paper to one line of output or one reject; what every engine has in common."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from extract.model import Paper, Reject

if TYPE_CHECKING:
    from extract.batch.books import Tally
    from extract.model import Fields, Record
    from extract.pipeline import Pipeline

REASONS = ("invalid-record", "internal-error", "timeout", "worker-died")
"""Why a paper that was read is a reject; the readers have reasons of their own."""
EXCERPT = 200  # characters of the text that a reject carries

Convert = Callable[[Paper], "Record | Fields"]
"""What turns a paper into a record or its plain data; may raise, and then the paper is a reject.

One that has a method `many(papers, at)` is asked for several at once: it returns a record or an exception for each and
calls `at` with the index of the paper that it takes up.
"""


class Line(NamedTuple):
    """A finished record: its id and its JSON without the newline."""

    id: str
    data: bytes


Outcome = Line | Reject


@dataclass(frozen=True, slots=True)
class _Converter:
    pipeline: Pipeline

    def __call__(self, paper: Paper) -> Fields:
        return self.pipeline.plain(paper)

    def many(self, papers: Sequence[Paper], at: Callable[[int], None]) -> list[Fields | Exception]:
        return self.pipeline.plain_many(papers, at)


@dataclass(frozen=True, slots=True)
class PipelineFactory:
    """Builds the converter of this project inside a worker. `rules` is a folder merged over the shipped rules.

    Any picklable object with the same two methods can take its place: that is how tests put a poisoned paper in.
    """

    rules: str | None = None

    def build(self) -> Convert:
        """The pipeline's `plain` and `plain_many`; about a second."""
        from extract.rulebook import load

        load(self.rules)  # a bad rule is said before spaCy is imported
        from extract.pipeline import Pipeline

        return _Converter(Pipeline(self.rules))

    def warm(self) -> None:
        """What `build` leaves for later, done for all workers still to come: patterns not yet compiled."""
        from extract.rulebook import load

        load(self.rules).compile_all()

    def rules_hash(self) -> str:
        """What changes when a rule changes."""
        from extract.rulebook import load

        return load(self.rules).hash


def reject(paper: Paper, reason: str, message: str) -> Reject:
    """The reject of a paper that was read but not converted."""
    return Reject(
        dump=paper.source.dump,
        index=paper.source.index,
        line=paper.source.line,
        byte_offset=paper.source.byte_offset,
        reason=reason,
        message=message,
        excerpt=excerpt(paper.title or paper.abstract),
        id=paper.id,
    )


def excerpt(text: str) -> str:
    """The beginning of a text in printable ASCII, the rest escaped."""
    return ascii(text[:EXCERPT])[1:-1][:EXCERPT]


def convert_all(
    convert: Convert, papers: Sequence[Paper], tally: Tally, at: Callable[[int], None] = lambda index: None
) -> list[Outcome]:
    """The line of each paper, counted in `tally`, or its reject; `at` hears which paper is in work."""
    many = getattr(convert, "many", None)
    if many is None:
        return [_converted(convert, paper, tally, at, index) for index, paper in enumerate(papers)]
    return list(map(_outcome, papers, many(papers, at), [tally] * len(papers)))


def tidy() -> None:
    """Collect the garbage among what was made since the last call; what stays is not looked through again.

    For a process that does nothing but convert: what stays of a block are tables of words met, and going through these
    anew at each round of the collector takes a twentieth of the time.
    """
    gc.collect(1)  # all that was not frozen; unlike a full round it leaves the interpreter its free lists
    gc.freeze()


def _converted(convert: Convert, paper: Paper, tally: Tally, at: Callable[[int], None], index: int) -> Outcome:
    at(index)
    record: Record | Fields | Exception
    try:
        record = convert(paper)
    except Exception as error:
        record = error
    return _outcome(paper, record, tally)


def _outcome(paper: Paper, record: Record | Fields | Exception, tally: Tally) -> Outcome:
    """The line of a record, or the reject of its paper: `invalid-record` or `internal-error`."""
    from pydantic import ValidationError

    from extract.model import to_json

    try:
        if isinstance(record, Exception):
            raise record
        data = to_json(record)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        return reject(paper, "invalid-record", excerpt(f"{place}: {first['msg']}" if place else first["msg"]))
    except Exception as error:
        # The class alone: a message may hold text of any length, and a traceback helps nobody who runs a dump.
        return reject(paper, "internal-error", f"{type(error).__name__} while this paper was converted.")
    tally.add(record)
    return Line(record["id"] if isinstance(record, dict) else record.id, data)
