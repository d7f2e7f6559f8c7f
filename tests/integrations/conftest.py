"""A memory for integrations to work on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from memwell import Memory
from memwell.core.clock import ManualClock
from support import WordEmbedder


@pytest.fixture
def opened(tmp_path: Path, clock: ManualClock) -> Iterator[Memory]:
    with Memory(tmp_path / "memory", embedder=WordEmbedder(), clock=clock, seed=1) as memory:
        yield memory
