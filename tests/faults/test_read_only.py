"""A memory on a disk that takes no writing can be read and searched; writing is refused plainly."""

import shutil
from pathlib import Path

import pytest
import schema_one
from acknowledged import Truth, opened
from mounted import make_read_only, make_writable, small_disk
from typed import Shell

from memwell.core.errors import ReadOnly
from memwell.kernel.memory import Memory
from memwell.store import readonly
from support import WordEmbedder

REFUSED = "may not be written to; it can be read, and a copy of its folder written to"


def made(folder: Path, *, index: bool = True) -> Truth:
    memory, truth = opened(folder), Truth()
    for number in range(6):
        text = f"word{number}x likes tea"
        truth.texts[memory.add(text).ids[0]] = [text]
    if index:
        memory.search("tea")
    memory.close()
    return truth


def assert_readable(folder: Path, truth: Truth, **options: object) -> None:
    memory = Memory(folder, **{"embedder": WordEmbedder(), "model": None, **options})  # type: ignore[arg-type]
    memory._reembedder.source.exhaustive = 2
    for id, texts in truth.texts.items():
        assert memory.get(id).text == texts[0]
        assert id in [hit.cube.id for hit in memory.search(texts[0], 3)]
    assert memory.context("tea").text
    memory.wait()
    assert memory.store.counts(memory.scope).memories == 12
    memory.close()


def assert_refused(memory: Memory) -> None:
    id = memory.search("tea", 1)[0].cube.id
    with pytest.raises(ReadOnly, match=REFUSED):
        memory.add("more")
    with pytest.raises(ReadOnly, match=REFUSED):
        memory.update(id, "other words")
    with pytest.raises(ReadOnly, match=REFUSED):
        memory.forget(id)


@pytest.mark.parametrize("index", [False, True])
def test_a_memory_that_was_closed_is_read_as_it_is(tmp_path: Path, index: bool) -> None:
    with small_disk(tmp_path / "disk") as disk:
        truth = made(disk / "memory", index=index)
        make_read_only(disk)
        assert_readable(disk / "memory", truth)
        assert_readable(disk / "memory", truth, embedder="none")
        assert_readable(disk / "memory", truth, embedder=WordEmbedder("another"))
        memory = opened(disk / "memory")
        assert_refused(memory)
        memory.close()
        make_writable(disk)
        truth.check(disk / "memory")


@pytest.mark.parametrize("shared", [False, True])
def test_what_a_crash_left_in_the_log_is_read_too(tmp_path: Path, shared: bool) -> None:
    """With or without the index that the processes shared."""
    memory, truth = opened(tmp_path / "memory"), Truth()
    with small_disk(tmp_path / "disk") as disk:
        for number in range(6):
            text = f"word{number}x likes tea"
            truth.texts[memory.add(text).ids[0]] = [text]
        left_out = () if shared else ("memory.db-shm",)
        shutil.copytree(memory.path, disk / "memory", ignore=shutil.ignore_patterns(*left_out))
        memory.close()
        make_read_only(disk)
        assert_readable(disk / "memory", truth)
        make_writable(disk)
        truth.check(disk / "memory")


def test_a_disk_that_takes_no_more_writing_while_a_memory_is_open(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        truth = made(disk / "memory")
        database = disk / "memory" / "memory.db"
        memory = Memory(disk / "memory", embedder=WordEmbedder(), model=None)
        memory.search("tea")
        database.chmod(0o400)
        memory.close()
        make_read_only(disk)
        assert readonly.is_read_only(database)
        assert_readable(disk / "memory", truth)


def test_a_memory_cannot_be_made_there(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        make_read_only(disk)
        with pytest.raises(ReadOnly, match=r"cannot open .* may not be written to"):
            opened(disk / "memory")


def test_an_older_memory_is_not_brought_up_to_date_there(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        truth = Truth(schema_one.made(disk / "memory"))
        make_read_only(disk)
        with pytest.raises(ReadOnly, match="copy its folder"):
            opened(disk / "memory")
        make_writable(disk)
        truth.check(disk / "memory")


def test_the_command_line_reads_it(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        made(disk / "memory")
        make_read_only(disk)
        shell = Shell(disk / "memory")
        assert "likes tea" in shell.run("search", "tea", "--embedder", "none").stdout
        assert REFUSED in shell.error("add", "more", "--embedder", "none")
