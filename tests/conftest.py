"""Fixtures all tests may use; the classes and functions behind them are in support.py."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

HERE = Path(__file__).resolve().parent
sys.path[:0] = [
    str(HERE / name)
    for name in (".", "app", "app/server", "conformance", "store", "kernel", "faults", "plaintext")
]

from memwell.core.clock import ManualClock  # noqa: E402
from memwell.store.place import CACHE  # noqa: E402
from postgres import Server, Unavailable  # noqa: E402
from support import START, Where, WordEmbedder  # noqa: E402

settings.register_profile(
    "memwell",
    deadline=None,  # the machine may be busy
    report_multiple_bugs=False,
    derandomize=True,  # the same examples on every run
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("memwell")


# Modules whose tests of memories run on both stores. What is about SQLite's files stays with them:
# it asks for `tmp_path`, or opens a folder itself.
BOTH = {
    "tests/kernel": {
        "test_acting", "test_add", "test_change", "test_context", "test_explain", "test_forget",
        "test_governance", "test_queue", "test_receipts", "test_reembed", "test_refine",
        "test_rights", "test_timeline", "test_view", "test_passing", "test_candidates",
        "test_compose", "test_observe", "test_privacy", "test_many", "test_bad_input",
        "test_archive", "test_concurrency", "test_shared_work", "test_left_out", "test_deeds",
    },
    "tests/conformance": {"test_plaintext"},
    "tests/app/server": {"test_operations", "test_exploits_access"},
    "tests/app/dashboard": {"test_memory_page", "test_timeline_pages", "test_jobs_pages"},
}  # fmt: skip


# Tests in these that look into SQLite's own files, or the files beside them.
FILES = {
    "test_the_dense_index_forgets",
    "test_an_index_file_is_rebuilt_when_the_process_ended_before_dropping_it",
    "test_nothing_is_called_verified_while_a_reader_keeps_the_old_pages",
    "test_nobody_writes_between_following_the_traces_and_erasing_them",
    "test_spans_have_the_names_of_the_conventions",  # a folder is seen to be new
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "named_at" in metafunc.fixturenames:
        folder = str(metafunc.definition.path.parent.relative_to(HERE.parent))
        both = metafunc.definition.path.stem in BOTH.get(folder, ())
        both = both and metafunc.function.__name__ not in FILES
        kinds = ["folder", "postgres"] if both else ["folder"]
        metafunc.parametrize("named_at", kinds, indirect=True)


@pytest.fixture
def named_at(request: pytest.FixtureRequest) -> Iterator[Where]:
    """Names a memory of the test's own, in a folder or on a server."""
    kind = getattr(request, "param", "folder")
    if kind == "folder":
        folder: Path = request.getfixturevalue("tmp_path")
        yield lambda name: folder / name
        return
    server: Server = request.getfixturevalue("server")
    made: dict[str, str] = {}

    def named(name: str) -> str:
        if name not in made:
            made[name] = server.empty()
        return made[name]

    yield named
    for url in made.values():
        server.drop(url)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A PostgreSQL of this run's own; what needs it is skipped where none can be started."""
    os.environ[CACHE] = str(tmp_path_factory.mktemp("cache"))  # of index files
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
