"""The process of the workers may be started before anybody knows what it is to build."""

import subprocess
import sys

import pytest
from batch_factories import Plain

from extract.batch import spawn
from extract.batch.pool import Pool, blocks_of
from extract.model import Paper, Source
from extract.rulebook import load


@pytest.fixture(autouse=True)
def _nothing_waits() -> None:
    spawn.discard()


def papers(count: int) -> list[Paper]:
    return [Paper(f"Title {n}", "Text.", Source("d", "test", n)) for n in range(count)]


def test_a_pool_takes_what_was_started_ahead() -> None:
    spawn.ahead()
    ((early, _),) = spawn._waiting
    with Pool(Plain()) as pool:
        assert pool._nursery is early
        assert not spawn._waiting
        outcomes = [o for _, outcomes, _ in pool.map(blocks_of(iter(papers(3)))) for o in outcomes]
    assert len(outcomes) == 3
    assert early.poll() is not None


def test_only_one_is_started_ahead() -> None:
    spawn.ahead()
    spawn.ahead()
    assert len(spawn._waiting) == 1
    spawn.discard()


def test_what_nobody_takes_ends() -> None:
    spawn.ahead()
    ((early, _),) = spawn._waiting
    spawn.discard()
    assert early.poll() is not None


def test_one_that_died_is_not_taken() -> None:
    spawn.ahead()
    ((early, _),) = spawn._waiting
    early.kill()
    early.wait()
    nursery, control = spawn.take()
    try:
        assert nursery is not early
        assert nursery.poll() is None
    finally:
        control.close()
        nursery.wait(10)


def test_who_wants_spacys_commands_gets_them() -> None:
    code = (
        "import sys\n"
        "from extract.batch.nursery import _without_commands\n"
        "with _without_commands():\n    import spacy\n    assert 'httpx' not in sys.modules\n"
        "import spacy.cli\nassert spacy.cli.__file__ and spacy.cli.info"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_what_was_left_for_later_is_made_ready() -> None:
    book = load()
    book.compile_all()
    assert all("match" in vars(rule.pattern) for rule in book.rules.values() if rule.pattern is not None)
