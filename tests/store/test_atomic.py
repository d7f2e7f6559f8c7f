"""A change is there as a whole or not at all, wherever it is interrupted."""

import sqlite3
from pathlib import Path

import pytest
from storing import ALL, FP, batch, cube, event, put

from memwell.core.errors import StoreError
from memwell.core.op import Link
from memwell.core.receipt import Receipt, Status
from memwell.core.store import NOW, Batch
from memwell.store import erase, writing
from memwell.store.sqlite import SQLiteStore
from memwell.store.versions import Versions
from support import assert_embedded, assert_sound, tables

STEPS = [
    (writing, "_event"),
    (writing, "_journal"),
    (Versions, "plan"),
    (Versions, "take"),
    (Versions, "write"),
    (Versions, "_entries"),
    (writing, "_link"),
    (writing, "save_receipt"),
]


class Interrupted(RuntimeError):
    """Something went wrong in the middle."""


def whole() -> Batch:
    return batch(
        put(cube("a", events=("e1",))),
        put(cube("b", events=("e1",))),
        links=[Link("a", "b", "next")],
        event=event("e1"),
        receipt=Receipt("e1", Status.STORED, ("e1",)),
    )


@pytest.mark.parametrize("call", [1, 2])
@pytest.mark.parametrize(("home", "step"), STEPS)
def test_an_add_that_fails_midway_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: object, step: str, call: int
) -> None:
    path = tmp_path / "memory.db"
    store = SQLiteStore(path)
    store.commit(batch(put(cube("before")), id="before"))
    before = tables(path)
    genuine, calls = getattr(home, step), []

    def failing(*args: object) -> object:
        calls.append(args)
        if len(calls) == call:
            raise Interrupted
        return genuine(*args)

    monkeypatch.setattr(home, step, failing)
    given = [whole()] if call == 1 else [whole(), batch(put(cube("c")), event=event("e2"), id="e2")]
    if step in ("_link", "save_receipt") and call == 2:
        given[1] = batch(links=[Link("b", "a", "last")], receipt=Receipt("e2", Status.STORED))
    with pytest.raises(Interrupted):
        store.commit(*given)
    assert tables(path) == before
    monkeypatch.undo()
    store.commit(whole())
    store.close()
    assert_sound(path)
    assert_embedded(path, FP)


@pytest.mark.parametrize("step", ["erase", "rewrite", "_cubes"])
def test_forgetting_that_fails_midway_forgets_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "memory.db"
    store = SQLiteStore(path)
    store.commit(whole())
    before = tables(path)
    genuine = getattr(erase, step)

    def failing(*args: object) -> None:
        genuine(*args)
        raise Interrupted

    monkeypatch.setattr(erase, step, failing)
    with pytest.raises(Interrupted):
        store.forget(["a"], [], [event("e1", ("", "two"))], batch(id="forget"))
    assert tables(path) == before
    monkeypatch.undo()
    store.forget(["a"], [], [event("e1", ("", "two"))], batch(id="forget"))
    store.close()
    assert_sound(path)


def test_a_full_disk_is_reported_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    store = SQLiteStore(path)
    store.commit(whole())
    before = tables(path)
    connection = store.connections.get()
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match="full"):
        store.commit(batch(*(put(cube(f"c{n}", text="many words " * 50)) for n in range(200))))
    assert tables(path) == before
    connection.execute("PRAGMA max_page_count = 100000")
    store.commit(batch(put(cube("c"))))
    assert store.get("c") is not None
    store.close()
    assert_sound(path)


def test_after_a_full_disk_the_memory_is_as_it_was_and_works_again(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    store = SQLiteStore(path)
    store.commit(whole())
    before = tables(path)
    connection = store.connections.get()
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises((StoreError, sqlite3.Error)):
        store.commit(batch(*(put(cube(f"c{n}", text="many words " * 50)) for n in range(200))))
    assert tables(path) == before
    connection.execute("PRAGMA max_page_count = 100000")
    store.commit(batch(put(cube("c"))))
    assert len(store.evidence(ALL, NOW, FP)) == 3
    store.close()
    assert_sound(path)
