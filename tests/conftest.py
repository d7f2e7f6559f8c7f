"""Fixtures all tests may use; the classes and functions behind them are in support.py."""

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

HERE = Path(__file__).parent
sys.path[:0] = [
    str(HERE / name)
    for name in (".", "app", "app/server", "conformance", "store", "kernel", "faults", "plaintext")
]

from memwell.core.clock import ManualClock  # noqa: E402
from support import START, WordEmbedder  # noqa: E402

settings.register_profile(
    "memwell",
    deadline=None,  # the machine may be busy
    report_multiple_bugs=False,
    derandomize=True,  # the same examples on every run
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("memwell")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder()
