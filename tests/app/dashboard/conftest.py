"""A memory that two users have told something, and its dashboard."""

from collections.abc import Iterator

import pytest
from visiting import Dashboard, Visitor

from memwell import Memory
from memwell.core.clock import ManualClock
from support import Where


@pytest.fixture
def memory(named_at: Where, clock: ManualClock) -> Iterator[Memory]:
    with Memory(named_at("m"), embedder="none", clock=clock) as memory:
        ana = memory.acting(user="ana")
        ana.add(
            [
                {"role": "user", "content": "My cat is called Ilse and sleeps on the piano."},
                {"role": "assistant", "content": "Does the piano mind?"},
            ],
            session="monday",
            labels={"topic": "pets"},
        )
        ana.add("The piano tuner comes in May.", session="tuesday")
        memory.acting(user="bo").add("Bo keeps bees behind the house.", session="bees")
        yield memory


@pytest.fixture
def dashboard(memory: Memory) -> Iterator[Dashboard]:
    dashboard = Dashboard(memory)
    yield dashboard
    dashboard.close()


@pytest.fixture
def ana(dashboard: Dashboard) -> Visitor:
    return dashboard.visitor(user="ana")


@pytest.fixture
def admin(dashboard: Dashboard) -> Visitor:
    return dashboard.visitor(admin=True, name="the operator")


@pytest.fixture
def cat(memory: Memory) -> str:
    """Id of the memory of the cat."""
    return memory.search("cat Ilse", 1)[0].cube.id


@pytest.fixture
def bees(memory: Memory) -> str:
    """Id of the other user's memory."""
    return memory.search("bees house", 1)[0].cube.id
