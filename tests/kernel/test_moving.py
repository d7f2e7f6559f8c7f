"""A memory moves between a folder and a server, and nothing of it is left behind."""

from pathlib import Path

import numpy as np
import pytest
from acting import Add, Draft
from wards import fill

from memwell.core.errors import InvalidInput, NotFound
from memwell.core.payload import KV
from memwell.kernel.memory import Memory
from memwell.kernel.moving import move
from support import START, WordEmbedder, rows, tables

KEY = bytes(range(32))
MACHINE = ["sqlite_sequence", "copy", "writer", "migrated", "blob"]  # of a database, not in it


def held(where):
    """Everything, without what is one database's own."""
    found = tables(where, but=MACHINE)
    found["meta"] = [each for each in found["meta"] if each[0] != "store"]
    return found


def copies(where):
    return len(tables(where)["copy"])


def without_tenants(where):
    """The rows of a server, as a folder has them."""
    parts = {"event", "version", "terms", "vector", "token_states"}
    return {
        table: sorted((row[1:] if table in parts else row for row in found), key=repr)
        for table, found in held(where).items()
    }


@pytest.fixture
def full(tmp_path: Path) -> Path:
    """With branches, grants, quotas, links, past versions and what was forgotten."""
    folder = tmp_path / "full"
    fill(folder)
    with Memory(folder, embedder=WordEmbedder(), model=None) as memory:
        memory.branch("try")
        memory.governance.grant("bob", session="s1")
        kept = memory.add("The tea is green.", user="ana", labels={"topic": "tea", "odd": "a\0b"})
        memory.update(kept.ids[0], "The tea is black.")
        memory.forget(*memory.add("swordfish", user="ana").ids)
    with Memory(folder, embedder=WordEmbedder(), model=None, branch="try") as memory:
        memory.add("Only on the branch.", user="ana")
    return folder


def test_there_and_back_again_everything_is_the_same(full: Path, database: str, tmp_path: Path):
    before = held(full / "memory.db")
    there = move(full, database, START)
    counts = {table: len(found) for table, found in without_tenants(database).items()}
    assert counts == {table: len(found) for table, found in before.items()}
    assert there.rows == sum(counts.values()) - counts["meta"] + copies(full / "memory.db") - 1
    move(database, tmp_path / "back", START)
    assert held(tmp_path / "back" / "memory.db") == before


def test_one_goes_on_there_where_one_stopped(full: Path, database: str):
    with Memory(full, embedder=WordEmbedder(), model=None) as memory:
        expected = [hit.cube for hit in memory.search("black tea", user="ana")]
        sequence = memory.store.sequence()
    move(full, database, START)
    embedder = WordEmbedder()
    with Memory(database, embedder=embedder, model=None) as moved:
        found = [hit.cube.id for hit in moved.search("black tea", user="ana")]
        assert found == [cube.id for cube in expected]
        assert embedder.texts == 1  # the question
        assert moved.governance.broken_seals() == []
        receipt = moved.add("And coffee.", user="ana")
        assert moved.store.sequence() > sequence
        assert moved.search("coffee", user="ana")[0].cube.id == receipt.ids[0]
        assert {branch.name for branch in moved.branches()} >= {"main", "try"}


def test_tensors_come_along_into_a_folder_with_a_key(database: str, tmp_path: Path):
    with Memory(database, embedder=None, model=None, user="ana") as memory:
        digest = memory.blobs.put({"layer": np.arange(6, dtype=np.float32)})
        memory.apply([Add(Draft(KV(digest, "model", 3, (0, 6))), "kept")], by="test")
    move(database, tmp_path / "sealed", START, key=KEY)
    with Memory(tmp_path / "sealed", embedder=None, model=None, user="ana", key=KEY) as memory:
        (cube,) = memory.view().scan()
        assert isinstance(cube.payload, KV)
        assert memory.blobs.get(cube.payload.blob)["layer"].tolist() == [0, 1, 2, 3, 4, 5]


def test_a_target_that_holds_anything_is_left_alone(full: Path, database: str, tmp_path: Path):
    with Memory(database, embedder=None, model=None) as memory:
        memory.add("Here already.")
    before = tables(database)
    with pytest.raises(InvalidInput, match="already"):
        move(full, database, START)
    assert tables(database) == before
    with pytest.raises(InvalidInput, match="already"):
        move(database, full, START)
    with pytest.raises(NotFound):
        move(tmp_path / "nowhere", database, START)


def test_a_move_is_noted_as_a_copy_that_may_hold_what_is_forgotten_later(full, database):
    move(full, database, START)
    (noted,) = rows(full / "memory.db", "SELECT path, kind FROM copy WHERE kind = 'move'")
    assert "test_" in str(noted[0])
    assert "tester" in str(noted[0])
