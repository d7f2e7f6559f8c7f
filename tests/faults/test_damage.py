"""What is damaged is reported as that, and takes nothing else with it."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from acknowledged import Truth, assert_clean, opened

from memwell.core.errors import CorruptBlob, Damaged, StoreError
from memwell.index.analysis import terms
from memwell.kernel.memory import Memory
from support import rows

RESTORE = "restore it from a backup"


def made(folder: Path, count: int = 40) -> Truth:
    memory, truth = opened(folder), Truth()
    for number in range(count):
        text = f"word{number}x likes tea"
        truth.texts[memory.add(text, session=f"s{number}").ids[0]] = [text]
    memory.search("word1x likes tea")
    memory.close()
    return truth


def flip(path: Path, at: int, count: int = 64) -> None:
    """Turns bytes around."""
    content = bytearray(path.read_bytes())
    content[at : at + count] = bytes(byte ^ 0xFF for byte in content[at : at + count])
    path.write_bytes(content)


def page_of(database: Path, table: str) -> int:
    """Where the first page of a table begins."""
    ((page,),) = rows(database, "SELECT rootpage FROM sqlite_master WHERE name = ?", table)
    ((size,),) = rows(database, "PRAGMA page_size")
    assert isinstance(page, int)
    assert isinstance(size, int)
    return (page - 1) * size


def test_a_truncated_blob_is_told_and_others_are_read(tmp_path: Path) -> None:
    memory = opened(tmp_path / "memory")
    whole, cut = (memory.blobs.put({"words": np.arange(n)}) for n in (10, 1000))
    path = next((tmp_path / "memory" / "blobs").rglob(f"{cut}*"))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CorruptBlob, match=RESTORE) as caught:
        memory.blobs.get(cut)
    assert isinstance(caught.value, Damaged)
    assert len(memory.blobs.get(whole)["words"]) == 10
    memory.close()


@pytest.mark.parametrize("table", ["receipt", "token_states", "link"])
def test_a_damaged_page_is_told_and_what_lies_elsewhere_is_read(tmp_path: Path, table: str) -> None:
    truth = made(tmp_path / "memory")
    database = tmp_path / "memory" / "memory.db"
    flip(database, page_of(database, table), 200)
    memory = Memory(tmp_path / "memory", embedder="none", model=None)
    connection = memory.store.connections.get()
    with pytest.raises(sqlite3.DatabaseError):
        connection.execute(f"SELECT * FROM {table}").fetchall()
    for id, texts in truth.texts.items():
        assert memory.history(id)[0].text == texts[0]
    if table == "receipt":
        with pytest.raises(Damaged, match=RESTORE):
            memory.receipt(next(memory.store.all_events(memory.scope)).id)
        with pytest.raises(Damaged, match=RESTORE):
            memory.add("more")
    memory.close()


@pytest.mark.parametrize("seed", range(30))
def test_wherever_a_page_is_damaged_nothing_but_store_errors_come_of_it(
    tmp_path: Path, seed: int
) -> None:
    """A page has no checksum of its own, so not all damage is noticed; none is a riddle."""
    truth = made(tmp_path / "memory", 12)
    database, chance = tmp_path / "memory" / "memory.db", random.Random(seed)
    flip(database, chance.randrange(100, database.stat().st_size), chance.choice([8, 64, 2000]))

    def tried(work: Callable[[], object]) -> None:
        with suppress(StoreError, LookupError):
            work()

    try:
        memory = Memory(tmp_path / "memory", embedder="none", model=None)
    except StoreError:
        return
    for id in truth.texts:
        tried(lambda id=id: memory.history(id))  # type: ignore[misc]
        tried(lambda id=id: memory.sources(id))  # type: ignore[misc]
    tried(lambda: memory.search("tea"))
    tried(lambda: list(memory.store.all_events(memory.scope)))
    tried(lambda: memory.add("more"))
    tried(lambda: memory.forget(next(iter(truth.texts))))
    tried(memory.close)


def test_a_log_that_ends_in_rubbish_is_read_up_to_there(tmp_path: Path) -> None:
    """As after a crash: the last, torn write was never acknowledged."""
    memory, truth = opened(tmp_path / "memory"), Truth()
    truth.texts[memory.add("word1x likes tea").ids[0]] = ["word1x likes tea"]
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("memory.db", "memory.db-wal"):
        (copy / name).write_bytes((tmp_path / "memory" / name).read_bytes())
    with (copy / "memory.db-wal").open("ab") as file:
        file.write(random.Random(1).randbytes(5000))
    memory.close()
    truth.check(copy)


@pytest.mark.parametrize("file", ["vectors-*", "entries-*", "stamp.json"])
@pytest.mark.parametrize("how", ["flipped", "cut", "empty", "rubbish", "future"])
def test_damaged_index_files_are_made_anew(tmp_path: Path, file: str, how: str) -> None:
    truth = made(tmp_path / "memory")
    (path,) = (tmp_path / "memory" / "index").rglob(file)
    content = path.read_bytes()
    damaged = {
        "flipped": lambda: content[:40] + bytes([content[40] ^ 1]) + content[41:],
        "cut": lambda: content[:-7],
        "empty": lambda: b"",
        "rubbish": lambda: random.Random(2).randbytes(len(content)),
        "future": lambda: b'{"generation": "9", "shape": [1, 2]}',
    }
    path.write_bytes(damaged[how]())
    truth.check(tmp_path / "memory")
    memory = opened(tmp_path / "memory")
    for id, texts in truth.texts.items():
        assert id in [hit.cube.id for hit in memory.search(texts[0], 3)]
    memory.close()
    assert_clean(tmp_path / "memory")


@pytest.mark.parametrize("file", ["segment-*", "listing.json"])
@pytest.mark.parametrize("how", ["flipped", "cut", "empty", "gone", "rubbish"])
def test_damaged_postings_are_made_anew(tmp_path: Path, file: str, how: str) -> None:
    truth = made(tmp_path / "memory")
    path, *_ = sorted((tmp_path / "memory" / "index").rglob(file))
    content = path.read_bytes()
    damaged = {
        "flipped": content[:60] + bytes([content[60] ^ 1]) + content[61:],
        "cut": content[:-16],
        "empty": b"",
        "rubbish": random.Random(2).randbytes(len(content)),
    }
    path.unlink() if how == "gone" else path.write_bytes(damaged[how])
    memory = opened(tmp_path / "memory")
    for id, texts in truth.texts.items():
        assert id in [hit.cube.id for hit in memory.search(texts[0], 3)]
    index = memory._reembedder.source._postings
    assert index.refresh() >= 72
    assert len(index.search(terms("tea"), 200, lambda entries: entries)) == 80
    memory.close()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "memory").mkdir()
    (tmp_path / "memory" / "memory.db").write_bytes(random.Random(3).randbytes(9000))
    with pytest.raises(Damaged, match=RESTORE):
        opened(tmp_path / "memory")
