"""Fixtures all tests may use; the classes and functions behind them are in support.py."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

HERE = Path(__file__).parent
sys.path[:0] = [
    str(HERE / name)
    for name in (".", "app", "conformance", "store", "kernel", "faults", "plaintext")
]

from memwell.core.clock import ManualClock  # noqa: E402
from postgres import Server, Unavailable  # noqa: E402
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


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL of this run's own; what needs it is skipped where none can be started."""
    try:
        started = Server()
    except Unavailable as error:
        pytest.skip(f"no PostgreSQL to test with: {error}")
    yield started
    started.stop()


@pytest.fixture
def database(server: Server) -> Iterator[str]:
    """The URL of a database of the test's own."""
    url = server.empty()
    yield url
    server.drop(url)
