"""A picklable callable for engines of your own: Ray Data `map_batches`, Spark `mapInArrow`, Dask, HF `datasets.map`.

    ds.map_batches(extract.batch_function(), batch_format="pyarrow")              # Ray Data
    df.mapInArrow(lambda batches: map(function, batches), "id string, record string, reject string")  # Spark
    df.map_partitions(lambda part: pandas.DataFrame(function(part.to_dict("list"))), meta=...)    # Dask
    dataset.map(extract.batch_function(), batched=True, remove_columns=dataset.column_names)

Field names are recognised as in a JSONL dump (`title`, `abstract` or `summary`, `id`, `arxiv_id`, `doi`, ...).
"""

from __future__ import annotations

import atexit
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import orjson

from extract.batch.convert import Line, Outcome, PipelineFactory
from extract.batch.pool import Factory, InProcess, Pool, blocks_of
from extract.model import Paper, Reject

COLUMNS = ("id", "record", "reject")

# One pool a configuration and process: an engine may unpickle the callable for every batch.
_pools: dict[tuple[Factory, bool, float], Pool | InProcess] = {}


class BatchFunction:
    """Rows in, one record or reject a row out, in order. Made by `batch_function`."""

    def __init__(self, factory: Factory, mapping: Mapping[str, str] | None, isolate: bool, timeout: float) -> None:
        self._factory = factory
        self._mapping = dict(mapping or {})
        self._isolate = isolate
        self._timeout = timeout

    def __call__(self, batch: Any) -> Any:
        """Convert a batch and answer in its own form.

        - list of dicts: a list of records as dicts; a row that is rejected gives `{"reject": {...}}`;
        - Arrow table or record batch: the same kind with the text columns id, record (JSON) and reject (JSON);
        - dict of columns (Hugging Face datasets, Ray Data's default): a dict of those three columns.
        """
        if isinstance(batch, Mapping):
            return self._columns(_rows_of_columns(batch))
        if hasattr(batch, "to_pylist"):
            import pyarrow

            columns = self._columns(batch.to_pylist())
            schema = pyarrow.schema([(name, pyarrow.string()) for name in COLUMNS])
            return type(batch).from_pydict(columns, schema=schema)
        return [
            orjson.loads(outcome.data) if isinstance(outcome, Line) else {"reject": asdict(outcome)}
            for outcome in self.outcomes(batch)
        ]

    def outcomes(self, rows: Sequence[Mapping[str, Any]]) -> list[Outcome]:
        """What became of each row."""
        entries = _papers(rows, self._mapping)
        return [o for _, outcomes, _ in self._pool().map(blocks_of(iter(entries))) for o in outcomes]

    def _pool(self) -> Pool | InProcess:
        key = (self._factory, self._isolate, self._timeout)
        pool = _pools.get(key)
        if pool is None:
            pool = Pool(self._factory, 1, timeout=self._timeout) if self._isolate else InProcess(self._factory)
            _pools[key] = pool
            atexit.register(pool.close)
        return pool

    def _columns(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[str | None]]:
        columns: dict[str, list[str | None]] = {name: [] for name in COLUMNS}
        for outcome in self.outcomes(rows):
            record = outcome.data.decode() if isinstance(outcome, Line) else None
            refused = orjson.dumps(asdict(outcome)).decode() if isinstance(outcome, Reject) else None
            for name, value in zip(COLUMNS, (outcome.id, record, refused), strict=True):
                columns[name].append(value)
        return columns


def batch_function(
    rules: str | None = None,
    *,
    mapping: Mapping[str, str] | None = None,
    isolate: bool = True,
    timeout: float = 30.0,
    factory: Factory | None = None,
) -> BatchFunction:
    """A callable that converts batches of rows; it pickles, and builds its pipeline once in each process that calls it.

    `rules` is a folder merged over the shipped rules, `mapping` says which field is what (`{"abstract": "text"}`).
    With `isolate` the work is done in a child process, so that a paper that hangs (over `timeout` seconds) or kills it
    costs only itself; without, in the calling process. `source.index` counts the rows of a batch.
    """
    return BatchFunction(factory or PipelineFactory(rules), mapping, isolate, timeout)


def _rows_of_columns(columns: Mapping[str, Any]) -> list[dict[str, Any]]:
    names = list(columns)
    plain = [c.tolist() if hasattr(c, "tolist") else list(c) for c in columns.values()]
    return [dict(zip(names, row, strict=True)) for row in zip(*plain, strict=True)]


def _papers(rows: Sequence[Mapping[str, Any]], mapping: Mapping[str, str]) -> list[Paper | Reject]:
    from io import BytesIO

    from extract.readers import Dump
    from extract.readers.fields import check_mapping, paper_from
    from extract.readers.streams import ByteStream

    dump = Dump(ByteStream(BytesIO(), "-"), "-", "rows", check_mapping(mapping))
    return [paper_from(dump, row) for row in rows]
