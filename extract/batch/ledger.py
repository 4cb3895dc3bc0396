"""What a run has done so far: the place in the dumps, the books, the ids; and how a block is entered into it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass
from typing import Any, Protocol

import orjson

from extract.batch.books import Account, Tally, total
from extract.batch.convert import REASONS, Line, Outcome, excerpt
from extract.batch.inputs import DUPLICATE, Position, place_of
from extract.batch.seen import Seen
from extract.errors import PaperfactsError, UsageError
from extract.model import Paper, Reject, from_json

_ENOUGH = 100  # papers before a share of rejects says anything


class RejectLimitError(PaperfactsError):
    """More rejects than the user allows; what was done stays, and the run can go on with a higher limit."""

    exit_code = 1


class Sink(Protocol):
    """Takes finished bytes."""

    def write(self, data: bytes) -> object:
        """Append all of `data`."""
        ...


class Entries(list[Paper | Reject]):
    """A block of entries of one dump, by its number in the list of dumps."""

    def __init__(self, dump: int, entries: Sequence[Paper | Reject]) -> None:
        super().__init__(entries)
        self.dump = dump


@dataclass(frozen=True, slots=True)
class RejectLimit:
    """At most `count` rejects, or at most `share` (0 to 1) of the papers read; deleted papers are nobody's fault."""

    count: int | None = None
    share: float | None = None
    strict: bool = False

    @classmethod
    def parse(cls, text: str | int | None, *, strict: bool) -> RejectLimit:
        """From `N` or `P%`; raises `UsageError` for anything else."""
        if strict:
            return cls(count=0, strict=True)
        if text is None:
            return cls()
        plain = str(text).strip()
        try:
            if plain.endswith("%"):
                share = float(plain[:-1]) / 100
                if 0 <= share <= 1:
                    return cls(share=share)
            elif int(plain) >= 0:
                return cls(count=int(plain))
        except ValueError:
            pass
        raise UsageError(f"--max-rejects {plain} is neither a number nor a percentage; give 100 or 5%, say.")

    def exceeded(self, account: Account, *, at_end: bool = False) -> bool:
        """Whether the run must stop."""
        if self.count is not None and account.faults > self.count:
            return True
        if self.share is None or not (at_end or account.read >= _ENOUGH):
            return False
        return account.faults > self.share * account.read


class Ledger:
    """Enters blocks in order; its state at any block is what a checkpoint holds."""

    def __init__(self, dumps: int, seen: Seen, limit: RejectLimit) -> None:
        self.accounts = [Account() for _ in range(dumps)]
        self.whole = Account()
        self.tally = Tally()
        self.seen = seen
        self.limit = limit
        self.dump = 0
        self.done: Position | None = None

    def restore(self, state: dict[str, Any]) -> None:
        """Take over what a checkpoint says."""
        self.accounts = [Account.from_state(a) for a in state["accounts"]]
        self.whole = total(self.accounts)
        self.tally = Tally.from_state(state["tally"])
        self.dump = state["dump"]
        self.done = None if state["done"] is None else Position(*state["done"])

    def to_state(self) -> dict[str, Any]:
        """What a checkpoint holds of this."""
        return {
            "dump": self.dump,
            "done": None if self.done is None else astuple(self.done),
            "accounts": [account.to_state() for account in self.accounts],
            "tally": self.tally.to_state(),
        }

    def enter(self, entries: Entries, outcomes: Sequence[Outcome], tally: Tally, records: Sink, rejects: Sink) -> None:
        """Write a block and count it. Raises `RejectLimitError` after the entry that was one reject too many."""
        account = self.accounts[entries.dump]
        lines: list[bytes] = []
        refused: list[bytes] = []
        self.tally.update(tally)
        stopped_by: Reject | None = None
        entered = 0
        for entry, outcome in zip(entries, outcomes, strict=True):
            entered += 1
            if account.format is None and isinstance(entry, Paper):
                account.format = entry.source.format
            account.read += 1
            self.whole.read += 1
            if isinstance(outcome, Line):
                if self.seen.claim(outcome.id, self.whole.records):
                    account.records += 1
                    self.whole.records += 1
                    lines.append(outcome.data)
                    continue
                self._uncount(outcome)
                outcome = duplicate(entry, outcome.id)
            elif outcome.reason in REASONS and outcome.id is not None and self.seen.known(outcome.id):
                outcome = duplicate(entry, outcome.id)  # whether it was tried depended on chance; this does not
            account.rejects += 1
            self.whole.rejects += 1
            account.reasons[outcome.reason] += 1
            self.whole.reasons[outcome.reason] += 1
            refused.append(orjson.dumps(asdict(outcome)))
            if self.limit.exceeded(self.whole):
                stopped_by = outcome
                break
        for outcome in outcomes[entered:]:
            if isinstance(outcome, Line):
                self._uncount(outcome)
        if lines:
            records.write(b"\n".join(lines) + b"\n")
        if refused:
            rejects.write(b"\n".join(refused) + b"\n")
        self.dump, self.done = entries.dump, place_of(entries[entered - 1])
        if stopped_by is not None:
            raise RejectLimitError(self._why(stopped_by))

    def check(self) -> None:
        """At the end: the share of rejects, and that the books balance."""
        if self.limit.exceeded(self.whole, at_end=True):
            raise RejectLimitError(self._why(None))
        sums = total(self.accounts)
        if not all(a.balanced for a in self.accounts) or (sums.read, sums.records) != (
            self.whole.read,
            self.whole.records,
        ):
            raise RejectLimitError(
                f"The books do not balance (read {sums.read}, records {sums.records}, rejects {sums.rejects}): "
                "this is a defect, please report it; nothing was written under its final name."
            )

    def _uncount(self, line: Line) -> None:
        self.tally.add(from_json(line.data), -1)

    def _why(self, last: Reject | None) -> str:
        rejects = f"{self.whole.faults:,} of {self.whole.read:,} papers were rejected"
        if last is None:
            return f"{rejects}, more than --max-rejects allows."
        place = f"{last.dump}, entry {last.index}" + (f", line {last.line}" if last.line is not None else "")
        what = f"{place}: {last.reason}: {last.message}"
        if self.limit.strict:
            return f"Stopped at the first reject (--strict). {what}"
        return f"Stopped: {rejects}, more than --max-rejects allows. The last: {what}"


def duplicate(entry: Paper | Reject, id: str) -> Reject:  # noqa: A002
    """The reject for a paper whose id an earlier record has."""
    place = place_of(entry)
    dump = entry.source.dump if isinstance(entry, Paper) else entry.dump
    message = f"An earlier paper of this run has the id {id}."
    shown = excerpt(entry.title or entry.abstract) if isinstance(entry, Paper) else entry.excerpt
    return Reject(dump, place.index, DUPLICATE, message, place.line, place.byte_offset, shown, id)


def reasons_of(reasons: Counter[str]) -> str:
    """Reasons with their counts, the most frequent first."""
    return ", ".join(f"{reason} {n:,}" for reason, n in sorted(reasons.items(), key=lambda item: (-item[1], item[0])))
