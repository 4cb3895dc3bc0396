"""One pipeline for all tests of the stages: building it takes longer than most of them."""

from __future__ import annotations

import pytest

from extract.pipeline import Pipeline


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    return Pipeline()
