"""Memories in a folder of their own, closed after each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from acting import Open
from wards import fill

from memwell.core.clock import ManualClock
from memwell.kernel.memory import Memory
from support import Where, WordEmbedder


@pytest.fixture
def open_memory(named_at: Where, clock: ManualClock) -> Iterator[Open]:
    """Opens a memory by name; the same name is the same memory."""
    opened: list[Memory] = []

    def open_(name: str = "memory", **options: Any) -> Memory:
        given = {"embedder": WordEmbedder(), "model": None, "clock": clock, **options}
        opened.append(Memory(named_at(name), **given))
        return opened[-1]

    yield open_
    for memory in opened:
        memory.close()


@pytest.fixture
def memory(open_memory: Open) -> Memory:
    return open_memory()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled memory, closed, that nothing is done to."""
    folder = tmp_path_factory.mktemp("whole") / "memory"
    fill(folder)
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A copy of it to do things to."""
    return Path(shutil.copytree(whole, tmp_path / "memory"))
