"""README's recipes for Dask and Spark, each where its package is; Spark also wants a Java, which we do not bring."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import orjson
import pytest

import extract

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
PAPERS = [
    *({"id": f"2401.{n:05d}", "title": f"Reed-{n}: A Detector", "abstract": "It obtains 36.9 AP."} for n in range(40)),
    {"id": "2401.00099", "title": "", "abstract": ""},
]


@pytest.fixture
def recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """A folder with papers.parquet, and the names that the block before has made."""
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(pyarrow.Table.from_pylist(PAPERS), tmp_path / "papers.parquet", row_group_size=10)
    monkeypatch.chdir(tmp_path)
    return {"convert": extract.batch_function()}


def run(recipe: dict[str, object], package: str) -> object:
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    body = next(b for b in blocks if re.match(rf"(?:import|from) {package}", b))
    exec(compile(body, "README.md", "exec"), recipe)
    return recipe["records"]


def check(ids: list[str], records: list[str | None], rejects: list[str | None]) -> None:
    assert sorted(ids) == sorted(f"arxiv:{p['id']}" if p["title"] else p["id"] for p in PAPERS)
    assert sum(text is not None for text in records) == 40
    assert [orjson.loads(text)["reason"] for text in rejects if text is not None] == ["empty-paper"]


@pytest.mark.filterwarnings("ignore")
def test_dask(recipe: dict[str, object]) -> None:
    pytest.importorskip("dask.dataframe")
    found = run(recipe, "dask").compute()  # type: ignore[attr-defined]
    found = found.astype(object).where(found.notna(), None)
    check(list(found["id"]), list(found["record"]), list(found["reject"]))


@pytest.mark.filterwarnings("ignore")
def test_spark(recipe: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark")
    if not shutil.which("java"):
        pytest.skip("Spark needs a Java")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    rows = run(recipe, "pyspark").collect()  # type: ignore[attr-defined]
    check(*([row[name] for row in rows] for name in ("id", "record", "reject")))
