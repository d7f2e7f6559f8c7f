"""What is written for another system comes back the same, as far as that has a place for it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import exported
import pytest
from exported import taken, write
from typed import Shell

from memwell.app.exports.formats import FORMATS, export
from memwell.app.imports.detect import detect
from memwell.core.clock import ManualClock
from memwell.core.cube import MemCube
from memwell.core.errors import InvalidInput
from memwell.core.op import Link
from memwell.kernel.memory import Memory
from support import START

NAMES = {"mem0": "out.json", "letta": "out.af", "graphiti": "out.json", "cogx": "out.zip",
         "mcp": "out.jsonl", "markdown": "out"}  # fmt: skip
NOW = START.replace(year=2026)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Any]:
    memories: list[Memory] = []

    def open_(name: str) -> Memory:
        path = tmp_path / name
        memories.append(Memory(path, embedder=None, clock=ManualClock(NOW), seed=len(memories)))
        return memories[-1]

    yield open_
    for memory in memories:
        memory.close()


@pytest.fixture
def filled(opened, tmp_path: Path) -> Memory:
    """Turns, notes, a graph, a block, links; of two users and an agent."""
    memory = opened("one")
    memory.add(["I like green tea.", {"role": "assistant", "content": "Noted.\n\nBoth lines."}],
               user="ana", session="s1", at=START, labels={"topic": "taste"})  # fmt: skip
    (beer,) = memory.add("Bob likes beer.", user="bob", at=START.replace(day=2)).ids
    taken(memory, write(tmp_path, "graph.json", exported.GRAPH))
    taken(memory, write(tmp_path, "agent.af", exported.LETTA))
    taken(memory, write(tmp_path, "mem0.json", exported.MEM0))
    (tea,) = (cube.id for cube in memory.view().scan() if cube.text == "I like green tea.")
    memory.update(tea, "I like black tea.")
    memory.apply([Link(tea, beer, "goes before", "so they say")], by="test")
    return memory


def held(memory: Memory) -> dict[str, MemCube]:
    return {cube.text: cube for cube in memory.view().scan()}


def there_and_back(memory: Memory, other: Memory, folder: Path, name: str) -> dict[str, int]:
    path = folder / NAMES[name]
    done = export(memory, path, name)
    assert detect(path) == name or name == "cogx"
    taken(other, path)
    assert done.memories
    return dict(done.left)


@pytest.mark.parametrize("name", FORMATS)
def test_all_words_come_back(filled, opened, tmp_path, name):
    other = opened("two")
    there_and_back(filled, other, tmp_path, name)
    mine, theirs = held(filled).keys(), held(other).keys()
    assert mine - theirs == set()
    assert theirs - mine <= ({"memory", "ana", "bob"} if name == "mcp" else set())
    assert taken(other, tmp_path / NAMES[name]).new_memories == 0


def told(cube: MemCube, *parts: str) -> tuple[Any, ...]:
    parts_of = {"at": cube.at, "valid": cube.valid, "user": cube.scope.user,
                "agent": cube.scope.agent, "session": cube.scope.session,
                "created": cube.known.start, "role": cube.labels.get("role")}  # fmt: skip
    return tuple(parts_of[part] for part in parts)


HELD = {
    "mem0": ("at", "user", "agent", "session"),
    "graphiti": ("user",),
    "cogx": ("user", "agent"),
    "markdown": ("valid", "user", "agent", "session"),
}


@pytest.mark.parametrize("name", HELD)
def test_dates_and_owners_come_back(filled, opened, tmp_path, name):
    other = opened("two")
    there_and_back(filled, other, tmp_path, name)
    theirs = held(other)
    for text, cube in held(filled).items():
        if name == "mem0" and cube.at is None:
            continue  # has no time but that it was made
        if name in ("cogx", "graphiti") and cube.scope.agent:
            continue
        assert told(theirs[text], *HELD[name]) == told(cube, *HELD[name]), text


@pytest.mark.parametrize("name", ["graphiti", "cogx"])
def test_a_graph_comes_back(filled, opened, tmp_path, name):
    other = opened("two")
    there_and_back(filled, other, tmp_path, name)
    mine, theirs = (held(memory)["Ana works at Acme"] for memory in (filled, other))
    assert theirs.valid == mine.valid
    assert theirs.labels["relation"] == mine.labels["relation"]
    said = {
        memory.get(id).text for memory, cube in ((other, theirs),) for id in cube.source.parents
    }
    assert said == {"I work at Acme now."}
    names = {other.get(theirs.labels[end]).text for end in ("source", "target")}
    assert names == {"Ana", "Acme"}
    if name == "graphiti":
        when = [[cube.known.start for cube in m.history(c.id)] for m, c in
                ((filled, mine), (other, theirs))]  # fmt: skip
        assert when[0] == when[1]
        assert theirs.labels["ref"] == mine.labels["ref"] == "f-1"


def test_links_and_labels_of_notes_come_back(filled, opened, tmp_path):
    other = opened("two")
    there_and_back(filled, other, tmp_path, "markdown")
    tea, beer = held(other)["I like black tea."], held(other)["Bob likes beer."]
    links = {(link.src, link.relation, link.dst) for link in other.view().neighbours(tea.id)}
    assert (tea.id, "goes before", beer.id) in links
    assert (tea.labels["topic"], tea.labels["role"]) == ("taste", "user")
    assert held(other)["Name: Ana"].labels["is"] == "block"


def test_blocks_and_turns_of_an_agent_come_back(filled, opened, tmp_path):
    other = opened("two")
    left = there_and_back(filled, other, tmp_path, "letta")
    block, turn = held(other)["Name: Ana"], held(other)["I moved to Porto"]
    assert (block.labels["label"], block.labels["is"], block.scope.agent) == (
        "human", "block", "companion",
    )  # fmt: skip
    assert told(turn, "at", "agent", "role") == told(
        held(filled)["I moved to Porto"], "at", "agent", "role"
    )
    assert left["names of users"] > 0
    assert left["links"] > 0


def test_relations_come_back(filled, opened, tmp_path):
    other = opened("two")
    there_and_back(filled, other, tmp_path, "mcp")
    ana, acme = held(other)["Ana"], held(other)["Acme"]
    links = {(link.src, link.relation, link.dst) for link in other.view().neighbours(ana.id)}
    assert (ana.id, "WORKS_AT", acme.id) in links


def test_a_copy_for_another_system_is_noted(filled, tmp_path):
    export(filled, tmp_path / "out.json", "mem0")
    assert str(tmp_path / "out.json") in {copy.path for copy in filled.governance.copies()}


def test_notes_are_not_written_over_others(filled, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "diary.md").write_text("mine\n")
    with pytest.raises(InvalidInput, match="holds something already"):
        export(filled, tmp_path / "out", "markdown")
    with pytest.raises(InvalidInput, match="there are: mem0"):
        export(filled, tmp_path / "x", "paper")


def test_only_ones_own_memories_are_written(filled, tmp_path):
    with Memory(filled.path, embedder=None, user="bob") as bob:
        export(bob, tmp_path / "bob.json", "mem0")
    text = (tmp_path / "bob.json").read_text()
    assert "Bob likes beer." in text
    assert "tea" not in text


def test_the_command(tmp_path):
    shell = Shell(tmp_path / "memory")
    shell.text("add", "I live in Porto.", "--user", "ana")
    out = tmp_path / "out.json"
    assert f"1 memories written to {out}" in shell.text("export", out, "--format", "mem0")
    assert "--force" in shell.error("export", out, "--format", "mem0")
    told_ = shell.json("export", tmp_path / "notes", "--format", "markdown")
    assert (told_["memories"], told_["format"], told_["left_out"]) == (1, "markdown", {})
    other = Shell(tmp_path / "other")
    assert "1 memories, 0 links taken in" in other.text("import", tmp_path / "notes")


def test_an_export_that_is_sealed_needs_its_key(tmp_path):
    shell, other = Shell(tmp_path / "memory"), Shell(tmp_path / "other")
    key, out = tmp_path / "key", tmp_path / "out.jsonl"
    key.write_text("correct horse battery staple")
    shell.text("add", "I live in Porto.")
    shell.text("export", out, "--seal-key", key)
    assert "sealed with a key" in other.error("import", out)
    other.text("import", out, "--seal-key", key)
    assert other.json("stats")["memories"] == 1
