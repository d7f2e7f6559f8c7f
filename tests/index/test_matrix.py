"""A matrix in memory does what one in files does, and leaves nothing on disk."""

import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from storing import FP, batch, cube, put, vector

from memwell.index import flat
from memwell.index.flat import FlatIndex
from memwell.index.matrix import InFiles, InMemory, Matrix
from memwell.index.stamp import Stamp
from memwell.store.sqlite import SQLiteStore
from support import quick_folder

STEPS = st.sampled_from(["add", "add", "refresh", "forget", "drop"])


def add(store: SQLiteStore, n: int) -> None:
    store.commit(batch(put(cube(f"c{n:03}", text=f"word {n}")), id=f"b{n}"))


def found(index: FlatIndex, query: str) -> list[int]:
    return index.search(vector(query), 5, lambda entries: entries).tolist()


@settings(max_examples=25)
@given(st.lists(STEPS, max_size=12), st.integers(1, 5))
def test_both_find_the_same(steps: list[str], block: int) -> None:
    with quick_folder() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(flat, "BLOCK", block)
        store = SQLiteStore(Path(folder) / "memory.db")
        matrices: list[Matrix] = [InFiles(Path(folder) / "flat"), InMemory()]
        indexes = [FlatIndex(matrix, store, FP) for matrix in matrices]
        for n, step in enumerate(steps):
            match step:
                case "add":
                    add(store, n)
                case "forget":
                    store.forget([f"c{n - 1:03}"], [], [], batch(id=f"f{n}"))
                    for index in indexes:
                        index.tidy()
                case "refresh":
                    assert len({index.refresh() for index in indexes}) == 1
                case "drop":
                    indexes[n % 2].drop()
            assert found(indexes[0], "word 1") == found(indexes[1], "word 1")
        store.close()


def test_what_is_read_stays_while_the_matrix_grows_or_goes() -> None:
    matrix, empty = InMemory(), Stamp("g")
    one = np.ones((1, 3), np.float32)
    first = matrix.append(empty, np.array([1]), np.array([7]), one)
    entries, vectors = matrix.held(first)
    matrix.append(first, np.arange(50), np.arange(50), np.zeros((50, 3), np.float32))
    matrix.clear()
    assert entries.tolist() == [7]
    assert np.array_equal(vectors, one)
    with pytest.raises(FileNotFoundError):
        matrix.held(first)


def test_threads_may_refresh_search_and_drop_at_once(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "memory.db")
    for n in range(30):
        add(store, n)
    index, failed = FlatIndex(InMemory(), store, FP), []

    def work(place: int) -> None:
        try:
            for _ in range(20):
                if place == 0:
                    index.drop()
                index.refresh()
                assert len(found(index, "word 3")) == 5
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=[place]) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    store.close()
    assert not failed
    assert not [path for path in tmp_path.iterdir() if path.name != "memory.db"]
