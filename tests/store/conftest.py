"""Every store runs through the same contract."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from memwell.core.store import Store
from memwell.store.driver import Cipher
from memwell.store.sqlite import SQLiteStore


def _postgres(folder: Path, request: pytest.FixtureRequest) -> Store:
    from memwell.store.postgres.store import PostgresStore

    return PostgresStore(request.getfixturevalue("database"))


STORES = {
    "sqlite": lambda folder, _: SQLiteStore(folder / "memory.db"),
    "encrypted": lambda folder, _: SQLiteStore(folder / "memory.db", Cipher(bytes(32))),
    "postgres": _postgres,
}


@pytest.fixture(params=list(STORES))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = STORES[request.param](tmp_path, request)
    yield opened
    opened.close()
