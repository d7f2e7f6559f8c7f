"""Every store runs through the same contract."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from memwell.core.store import Store
from memwell.store.driver import Cipher
from memwell.store.sqlite import SQLiteStore

STORES = {
    "sqlite": lambda folder: SQLiteStore(folder / "memory.db"),
    "encrypted": lambda folder: SQLiteStore(folder / "memory.db", Cipher(bytes(32))),
}


@pytest.fixture(params=list(STORES))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = STORES[request.param](tmp_path)
    yield opened
    opened.close()
