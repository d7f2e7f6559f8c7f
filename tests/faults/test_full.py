"""A full disk is reported as one, and what was acknowledged before stays as it was."""

from pathlib import Path

import numpy as np
import pytest
from acknowledged import Truth, assert_clean, opened
from mounted import fill, small_disk

from memwell.core.errors import DiskFull, NotFound, StoreError
from memwell.core.message import Conversation, Message
from memwell.kernel.memory import Memory

FULL = "the disk is full; make room and try again"


def added(memory: Memory, truth: Truth, count: int) -> None:
    for _ in range(count):
        text = f"word{len(truth.texts)}x likes tea"
        truth.texts[memory.add(text).ids[0]] = [text]


def add_until_full(memory: Memory, truth: Truth) -> None:
    """One after the other; the one that does not fit leaves nothing."""
    with pytest.raises(DiskFull, match=FULL):
        added(memory, truth, 100_000)


def test_adding_until_the_disk_is_full(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        memory, truth = opened(disk / "memory"), Truth()
        added(memory, truth, 3)
        fill(disk, spare=400_000)
        add_until_full(memory, truth)
        assert len(truth.texts) > 3
        for id, texts in truth.texts.items():  # searching needs no room
            assert id in [hit.cube.id for hit in memory.search(texts[0], 3)]
        memory.close()
        again = opened(disk / "memory")  # nor does opening
        with pytest.raises(DiskFull, match=FULL):
            list(again.add_many(_many(500)))
        again.close()
        (disk / "filling").unlink()
        truth.check(disk / "memory")
        again = opened(disk / "memory")
        added(again, truth, 1)
        again.close()
        truth.check(disk / "memory")


def test_a_database_that_may_not_grow(tmp_path: Path) -> None:
    """The same where no disk can be mounted."""
    memory, truth = opened(tmp_path / "memory"), Truth()
    added(memory, truth, 3)
    connection = memory.store.connections.get()
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages + 5}")
    add_until_full(memory, truth)
    memory.close()
    truth.check(tmp_path / "memory")


@pytest.mark.parametrize("spare", [0, 100_000, 300_000])
def test_what_is_forgotten_on_a_full_disk_is_gone_or_all_there(tmp_path: Path, spare: int) -> None:
    with small_disk(tmp_path / "disk") as disk:
        memory, truth = opened(disk / "memory"), Truth()
        added(memory, truth, 30)
        memory.search("word1x likes tea")
        fill(disk, spare)
        id = next(iter(truth.texts))
        try:
            forgotten = memory.forget(id)
        except DiskFull:
            assert memory.get(id).text == truth.texts[id][0]
        else:
            with pytest.raises(NotFound):
                memory.get(id)
            truth.gone += truth.texts.pop(id)
            if forgotten.verified:  # else its bytes are still in the log
                truth.check_bytes(disk / "memory")
        memory.close()
        (disk / "filling").unlink()
        truth.check(disk / "memory")  # what is left to do is done on opening


@pytest.mark.parametrize("spare", [0, 20_000])
def test_a_blob_that_does_not_fit_leaves_nothing(tmp_path: Path, spare: int) -> None:
    with small_disk(tmp_path / "disk") as disk:
        memory, truth = opened(disk / "memory"), Truth()
        kept = memory.blobs.put({"words": np.arange(100)})
        added(memory, truth, 1)
        fill(disk, spare)
        with pytest.raises(DiskFull, match=FULL):
            memory.blobs.put({"words": np.arange(100_000)})
        assert list(memory.blobs.digests()) == [kept]
        assert not list(disk.rglob("*.part"))
        assert len(memory.blobs.get(kept)["words"]) == 100
        (disk / "filling").unlink()
        memory.close()
        truth.check(disk / "memory")


def test_index_files_that_do_not_fit_are_no_error(tmp_path: Path) -> None:
    """The search reads the store instead, and the files are written once there is room."""
    with small_disk(tmp_path / "disk") as disk:
        memory, truth = opened(disk / "memory"), Truth()
        added(memory, truth, 40)
        fill(disk)
        for id, texts in truth.texts.items():
            assert id in [hit.cube.id for hit in memory.search(texts[0], 3)]
        assert not list((disk / "memory").rglob("stamp.json"))
        (disk / "filling").unlink()
        memory.search("word1x likes tea")
        assert list((disk / "memory").rglob("stamp.json"))
        memory.close()
        truth.check(disk / "memory")


def test_a_new_memory_on_a_full_disk(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "1m") as disk:
        fill(disk)
        with pytest.raises(StoreError, match="full"):
            opened(disk / "memory")
        (disk / "filling").unlink()
        opened(disk / "memory").close()
        assert_clean(disk / "memory")


def _many(count: int) -> list[Conversation]:
    return [Conversation((Message(f"many{n} " + "words " * 20),)) for n in range(count)]
