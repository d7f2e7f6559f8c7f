"""A served memory, and whoever has a key to it."""

from collections.abc import Iterator

import pytest
from being_served import Served
from starlette.testclient import TestClient

from memwell import Memory
from memwell.app.server.settings import Settings
from support import Where, WordEmbedder


@pytest.fixture
def memory(named_at: Where) -> Iterator[Memory]:
    with Memory(named_at("m"), embedder=WordEmbedder()) as memory:
        yield memory


@pytest.fixture
def settings() -> Settings:
    return Settings(threads=4)


@pytest.fixture
def served(memory: Memory, settings: Settings) -> Iterator[Served]:
    served = Served(memory, settings)
    with served.client:
        yield served


@pytest.fixture
def ana(served: Served) -> TestClient:
    return served.client_of(user="ana")


@pytest.fixture
def bo(served: Served) -> TestClient:
    return served.client_of(user="bo")


@pytest.fixture
def admin(served: Served) -> TestClient:
    return served.client_of(admin=True)
