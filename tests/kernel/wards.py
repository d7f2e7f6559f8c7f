"""Memories that doctors look at: with versions, branches, notes, links, labels and tensors."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from acting import Add, Draft, Link, Noting

from memwell.core.payload import KV
from memwell.kernel.memory import Memory
from support import WordEmbedder

PAGE = 4096


def opened(folder: Path, **options: object) -> Memory:
    given = {"embedder": WordEmbedder(), "model": None, "strategy": Noting(), **options}
    return Memory(folder, **given)  # type: ignore[arg-type]


def fill(folder: Path, events: int = 12) -> None:
    """Everything that a memory may hold, by way of what fills it every day."""
    with opened(folder) as memory:
        for number in range(events):
            memory.add(
                [f"word{number} likes tea?", f"reply{number} likes beer"],
                session=f"s{number % 3}",
                user="ana",
                labels={"topic": f"t{number % 2}"},
            )
        ids = [cube.id for cube in memory.view().scan()]
        memory.update(ids[0], "corrected words")
        memory.undo(memory.update(ids[1], "corrected, and taken back").id)
        memory.apply([Link(ids[0], ids[3], "before", "it came first")], by="test")
        blob = memory.blobs.put({"k": np.arange(24, dtype=np.float32)})
        cached = Draft(KV(blob, "model", 3, (0, 3)), parents=(ids[3],))
        memory.apply([Add(cached, "cached")], by="test")
        memory.search("tea")
        memory.branch("other")
        with opened(folder, branch="other") as other:
            other.update(ids[0], "words of the branch")
            other.add("only there", session="s1", user="ana")
        memory.manage()
        memory.forget(ids[6])


def told(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """What a memory can say of itself, in every branch: content, not how it is stored."""
    found = {}
    for branch in ("main", "other"):
        with opened(folder, branch=branch) as memory:
            memory.wait()
            ids = sorted(memory.store.resolve("", memory.scope, None))
            found[branch] = [
                (cube.id, cube.version, cube.payload, cube.state, cube.source, dict(cube.labels))
                for id in ids
                for cube in memory.history(id)
            ]
            events = sorted(memory.store.all_events(memory.scope), key=lambda event: event.id)
            found[f"{branch} events"] = [(event.id, event.messages) for event in events]
    return found


def change(folder: Path, *statements: str) -> None:
    """Done to a database behind memwell's back."""
    connection = sqlite3.connect(folder / "memory.db", isolation_level=None)
    try:
        for statement in statements:
            connection.execute(statement)
    finally:
        connection.close()


def pages_of(folder: Path, table: str) -> Iterator[int]:
    """Numbers of the pages that hold a table's rows."""
    content = (folder / "memory.db").read_bytes()
    connection = sqlite3.connect(folder / "memory.db")
    try:
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", [table]
        ).fetchone()
    finally:
        connection.close()
    yield from _leaves(content, root)


def _leaves(content: bytes, number: int) -> Iterator[int]:
    start = (number - 1) * PAGE
    kind, cells = content[start], int.from_bytes(content[start + 3 : start + 5])
    if kind in (10, 13):  # leaves, of indexes and of tables
        yield number
        return
    for place in range(cells):
        at = start + int.from_bytes(content[start + 12 + 2 * place : start + 14 + 2 * place])
        yield from _leaves(content, int.from_bytes(content[at : at + 4]))
    yield from _leaves(content, int.from_bytes(content[start + 8 : start + 12]))


def overwrite(path: Path, number: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek((number - 1) * PAGE)
        file.write(content)
