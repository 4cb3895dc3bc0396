"""The engine for more than one machine: parts converted by Daft, on its native runner or on a Ray cluster.

Daft only spreads the parts over processes (one pipeline each, with the same guards as here: a child process that may
die, a limit of time). Reading, converting, duplicates and books are the code of the local engine, so records and
rejects are the same byte for byte.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from extract.batch.inputs import Reading
from extract.batch.parts import Part, convert_part
from extract.batch.pool import Factory, Pool, WorkersError
from extract.batch.shared import exists
from extract.errors import MissingExtraError

_TRIES = 3  # times that a query may break without finishing one more part


def convert_parts(
    parts: list[Part],
    how: Reading,
    factory: Factory,
    *,
    timeout: float,
    workers: int,
    address: str | None = None,
    tick: Callable[[int], None] = lambda done: None,
) -> None:
    """Have every part that has no file yet converted, by `workers` processes; `tick` hears how many are done.

    `address` is a Ray cluster (`ray://host:10001`, or `auto` for one on this machine); without it Daft works on this
    machine. A worker that is killed breaks Daft's query: what is finished stays, and the rest is asked for again.
    Raises `WorkersError` when that does not get on.
    """
    daft = _daft()
    _choose_runner(daft, address)
    tries = 0
    while todo := [part for part in parts if not exists(part.path)]:
        finished = len(parts) - len(todo)
        tick(finished)
        try:
            for done in _query(daft, todo, how, factory, timeout, max(1, workers), address):
                tick(finished + done)
        except Exception as error:
            left = sum(not exists(part.path) for part in todo)
            tries = tries + 1 if left == len(todo) else 0
            if tries >= _TRIES:
                first = (str(error) or repr(error)).strip().splitlines()[-1]
                raise WorkersError(
                    f"Daft could not convert the parts ({first}); what is done stays, run the same command again."
                ) from None
    tick(len(parts))


def _daft() -> Any:
    try:
        import daft
    except ImportError:
        raise MissingExtraError("--engine daft", "cluster") from None
    return daft


def _choose_runner(daft: Any, address: str | None) -> None:
    """Daft takes one runner a process, and infers the native one where none was chosen."""
    wanted = "native" if address is None else "ray"
    try:
        if address is None and daft.get_or_infer_runner_type() != wanted:
            daft.set_runner_native()
        elif address is not None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                daft.set_runner_ray(address, noop_if_initialized=True)
    except Exception as error:
        first = (str(error) or repr(error)).strip().splitlines()[0]
        raise WorkersError(f"Daft could not reach its {wanted} runner ({first}); check --address.") from None


def _query(
    daft: Any,
    parts: list[Part],
    how: Reading,
    factory: Factory,
    timeout: float,
    workers: int,
    address: str | None,
) -> Iterator[int]:
    """Convert parts; yields how many are done."""

    # The class is made here so that this module can be imported without Daft.
    @daft.cls(max_concurrency=workers, use_process=True)
    class Converter:
        def __init__(self, how: dict[str, Any], factory: Factory, timeout: float) -> None:
            self._how = Reading(**how)
            self._pool = Pool(factory, 1, timeout=timeout)

        @daft.method.batch(return_dtype=daft.DataType.int64(), batch_size=1)  # type: ignore[untyped-decorator]
        def convert(self, rows: Any) -> list[int]:
            return [convert_part(Part.from_json(row), self._how, self._pool) for row in rows.to_pylist()]

    table = {"part": [part.to_json() for part in parts]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Daft's and Ray's own deprecations are none of the user's business
        frame = daft.from_pydict(table)
        if address is not None:
            frame = frame.into_partitions(min(len(parts), 2 * workers))
        converter = Converter(asdict(how), factory, timeout)
        for done, _ in enumerate(frame.select(converter.convert(frame["part"])).iter_rows(), 1):
            yield done
