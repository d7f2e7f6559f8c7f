"""Memories as Markdown files: an edit on either side reaches the other, and nothing is lost."""

import os
from pathlib import Path

import pytest
from exported import FILES, taken
from typed import Shell

from memwell.app.imports import page
from memwell.app.sync.state import NAME
from memwell.app.sync.sync import sync
from memwell.core.clock import ManualClock
from memwell.core.errors import InvalidInput
from memwell.core.interval import Interval
from memwell.core.lifecycle import State
from memwell.core.op import Update
from memwell.core.scope import Scope
from memwell.kernel.memory import Memory
from support import START


@pytest.fixture
def memory(tmp_path: Path):
    with Memory(tmp_path / "memory", embedder=None, clock=ManualClock(START)) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "synced"


def done(memory: Memory, folder: Path, **options: object) -> dict[str, int]:
    """What a sync did that left nothing to be looked at."""
    found = sync(memory, folder, **options)
    assert found.agree, (found.conflicts, found.faults, found.waiting)
    return {do: count for do, count in found.counts.items() if count}


def pages(folder: Path) -> dict[str, Path]:
    """Files by what they say."""
    return {page.parsed(path.read_bytes()).text: path for path in folder.rglob("*.md")}


def texts(memory: Memory) -> set[str]:
    return {cube.text for cube in memory.view().scan()}


def edit(path: Path, old: str, new: str) -> None:
    content = path.read_text()
    assert old in content
    path.write_text(content.replace(old, new))


def test_every_memory_is_a_file_that_tells_of_it(memory, folder):
    memory.add("I live in Porto.", user="ana", session="s1", labels={"topic": "home"})
    assert done(memory, folder) == {"write": 1}
    (file,) = folder.glob("*.md")
    (cube,) = memory.view().scan()
    assert file.name == f"i-live-in-porto-{cube.id[:6]}.md"
    fields = page.parsed(file.read_bytes()).fields
    assert fields == {
        "id": cube.id, "version": 1, "created": START.isoformat(), "user": "ana", "session": "s1",
        "trust": 1.0, "valid": {"from": START.isoformat()}, "labels": {"topic": "home"},
    }  # fmt: skip
    assert done(memory, folder) == {}


def test_an_edit_becomes_a_version(memory, folder):
    (id,) = memory.add("I live in Porto.", labels={"topic": "home"}).ids
    done(memory, folder)
    (file,) = folder.glob("*.md")
    edit(file, "Porto.", "Lisbon.\n\nOn a hill.")
    edit(file, "topic: home", "topic: house\n  floor: '3'")
    edit(file, "version: 1\n", "version: 1\nstatus: draft\n")
    edit(file, f"from: '{START.isoformat()}'", "from: 2020-01-01\n  to: 2030-01-01T00:00:00Z")
    assert done(memory, folder) == {"update": 1}
    cube = memory.get(id)
    assert (cube.version, cube.text) == (2, "I live in Lisbon.\n\nOn a hill.")
    assert cube.labels["topic"] == "house"
    assert (cube.labels["floor"], cube.labels["status"]) == ("3", "draft")
    assert cube.labels["role"] == "user"
    assert cube.valid == Interval(START.replace(2020, 1, 1, 0), START.replace(2030, 1, 1, 0))
    (line,) = [each for each in memory.store.journal(id) if each.applied.version == 2]
    assert (line.by, line.applied.why) == ("sync", f"edited in {file.name}")
    assert "version: 2" in file.read_text()
    assert done(memory, folder) == {}
    memory.undo(line.batch)
    assert done(memory, folder) == {"write": 1}
    assert "Porto" in file.read_text()


def test_files_come_and_go(memory, folder):
    memory.add("I live in Porto.")
    done(memory, folder)
    (folder / "ideas").mkdir()
    (folder / "ideas" / "boat.md").write_text("---\nuser: bob\nvalid: 2024-02-01\n---\nA boat.\n")
    (folder / "plain.md").write_text("No front matter at all.\n")
    assert done(memory, folder) == {"add": 2}
    boat = next(cube for cube in memory.view().scan() if cube.text == "A boat.")
    assert (boat.scope.user, boat.at) == ("bob", START.replace(2024, 2, 1, 0))
    assert boat.id in (folder / "ideas" / "boat.md").read_text()
    (folder / "ideas" / "boat.md").rename(folder / "ship.md")
    assert done(memory, folder) == {}
    (folder / "ship.md").unlink()
    assert done(memory, folder) == {"delete": 1}
    gone = memory.history(boat.id)[-1]
    assert gone.state is State.EXPIRED
    memory.undo(next(e.batch for e in memory.store.journal(boat.id) if e.applied.version == 2))
    assert done(memory, folder) == {"write": 1}
    assert "A boat." in pages(folder)


def test_a_deleted_file_that_is_brought_back_brings_its_memory_back(memory, folder):
    (id,) = memory.add("I live in Porto.").ids
    done(memory, folder)
    (file,) = folder.glob("*.md")
    content = file.read_bytes()
    file.unlink()
    assert done(memory, folder) == {"delete": 1}
    file.write_bytes(content.replace(b"Porto", b"Faro"))
    assert done(memory, folder) == {"restore": 1}
    assert memory.get(id).text == "I live in Faro."


def test_what_is_taken_out_of_the_memory_loses_its_file(memory, folder):
    first, second = memory.add(["Expires.", "Is forgotten."]).ids
    done(memory, folder)
    memory.apply([Update(first, "over", state=State.EXPIRED)], by="test")
    memory.forget(second)
    assert done(memory, folder) == {"remove": 2}
    assert list(folder.glob("*.md")) == []


def test_of_two_edits_both_are_kept(memory, folder):
    (id,) = memory.add("I live in Porto.").ids
    done(memory, folder)
    (file,) = folder.glob("*.md")
    edit(file, "Porto", "Lisbon")
    memory.update(id, "I live in Faro.")
    found = sync(memory, folder)
    ((name, why),) = found.conflicts
    (beside,) = folder.glob("*.conflict-*.md")
    assert name == file.name
    assert beside.name in why
    assert page.parsed(file.read_bytes()).text == memory.get(id).text == "I live in Faro."
    assert page.parsed(beside.read_bytes()).text == "I live in Lisbon."
    again = sync(memory, folder)
    assert (again.conflicts, again.waiting, any(again.counts.values())) == (
        [],
        [beside.name],
        False,
    )
    beside.unlink()
    assert done(memory, folder) == {}


def test_the_same_edit_on_both_sides_is_no_conflict(memory, folder):
    (id,) = memory.add("I live in Porto.").ids
    done(memory, folder)
    (file,) = folder.glob("*.md")
    edit(file, "Porto", "Faro")
    memory.update(id, "I live in Faro.")
    assert done(memory, folder) == {"write": 1}
    assert len(memory.history(id)) == 2


def test_a_deletion_gives_way_to_an_edit_on_the_other_side(memory, folder):
    first, second = memory.add(["I live in Porto.", "I have a dog."]).ids
    done(memory, folder)
    porto, dog = pages(folder)["I live in Porto."], pages(folder)["I have a dog."]
    porto.unlink()
    memory.update(first, "I live in Faro.")
    memory.forget(second)
    edit(dog, "dog", "cat")
    found = sync(memory, folder)
    assert len(found.conflicts) == 2
    assert pages(folder).keys() == {"I live in Faro.", "I have a cat."}
    assert texts(memory) == {"I live in Faro."}
    assert not dog.exists()


def test_many_deleted_files_are_asked_about(memory, folder):
    memory.add([f"Memory number {n}" for n in range(8)])
    done(memory, folder)
    for file in list(folder.glob("*.md"))[:6]:
        file.unlink()
    with pytest.raises(InvalidInput, match=r"6 files are gone.*--yes"):
        sync(memory, folder)
    assert len(texts(memory)) == 8
    assert done(memory, folder, most_deleted=None) == {"delete": 6}


def test_a_lost_state_file_loses_nothing(memory, folder):
    first, second = memory.add(["I live in Porto.", "I have a dog."]).ids
    done(memory, folder)
    (folder / NAME).unlink()
    edit(pages(folder)["I live in Porto."], "Porto", "Lisbon")
    pages(folder)["I have a dog."].unlink()
    assert done(memory, folder) == {"update": 1, "write": 1}
    assert (memory.get(first).text, memory.get(second).text) == (
        "I live in Lisbon.",
        "I have a dog.",
    )


def test_a_dry_run_changes_nothing(memory, folder):
    memory.add("I live in Porto.")
    found = sync(memory, folder, dry_run=True)
    assert found.counts["write"] == 1
    assert not folder.exists()


def test_a_folder_belongs_to_one_memory(memory, folder, tmp_path):
    memory.add("I live in Porto.", user="ana")
    done(memory, folder)
    for path, user in ((memory.path, "ana"), (tmp_path / "other", None)):
        with (
            Memory(path, embedder=None, user=user) as other,
            pytest.raises(InvalidInput, match="another memory"),
        ):
            sync(other, folder)
    assert len(pages(folder)) == 1


def test_a_file_cannot_change_whose_a_memory_is(memory, folder):
    (id,) = memory.add("I live in Porto.", user="ana").ids
    done(memory, folder)
    (file,) = folder.glob("*.md")
    edit(file, "user: ana", "user: bob")
    edit(file, "trust: 1.0", "trust: 99")
    assert done(memory, folder) == {"write": 1}
    assert memory.get(id).scope == Scope("default", "ana")
    assert "user: ana" in file.read_text()


def test_a_file_reaches_only_the_readers_own_memories(memory, tmp_path):
    (id,) = memory.add("Bob's secret.", user="bob").ids
    folder = tmp_path / "anas"
    folder.mkdir()
    (folder / "x.md").write_text(f"---\nid: {id}\nversion: 1\n---\nForged.\n")
    with Memory(memory.path, embedder=None, user="ana") as ana:
        found = sync(ana, folder)
        (fault,) = found.faults
        assert "no memory here" in fault[1]
    assert memory.get(id).text == "Bob's secret."
    assert (folder / "x.md").exists()


def test_what_is_frozen_is_told_and_the_edit_stays(memory, folder):
    (id,) = memory.add("I live in Porto.").ids
    memory.freeze(id)
    done(memory, folder)
    (file,) = folder.glob("*.md")
    edit(file, "Porto", "Lisbon")
    ((name, why),) = sync(memory, folder).faults
    assert (name, "frozen" in why) == (file.name, True)
    assert "Lisbon" in file.read_text()
    memory.thaw(id)
    assert done(memory, folder) == {"update": 1}
    assert memory.get(id).text == "I live in Lisbon."


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b]\n"
HOSTILE = {
    "aliases": f"---\n{BOMB}---\nbomb\n",
    "tags": "---\nx: !!python/object/apply:os.system ['true']\n---\nrun me\n",
    "depth": "---\nx: " + "[" * 50 + "]" * 50 + "\n---\ndeep\n",
    "size": "---\nx: " + "y" * 70_000 + "\n---\nlong\n",
    "twice": "---\nid: a\nid: b\n---\ntwice\n",
    "broken": "---\nx: [1\n---\nbroken\n",
    "time": "---\nvalid: never\n---\nno time\n",
    "list": "---\n- x\n---\nlist\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_front_matter_is_refused_with_the_reason(memory, folder, name):
    memory.add("I live in Porto.")
    done(memory, folder)
    file = folder / f"{name}.md"
    file.write_text(HOSTILE[name])
    ((told, why),) = sync(memory, folder).faults
    assert told == file.name
    assert why
    assert texts(memory) == {"I live in Porto."}
    assert file.read_text() == HOSTILE[name]


def test_an_unreadable_file_is_not_a_deleted_one(memory, folder):
    (id,) = memory.add("I live in Porto.").ids
    done(memory, folder)
    (file,) = folder.glob("*.md")
    file.write_bytes(b"\xff\xfe")
    assert len(sync(memory, folder).faults) == 1
    assert memory.get(id).text == "I live in Porto."
    assert file.read_bytes() == b"\xff\xfe"


def test_links_are_not_followed(memory, folder, tmp_path):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key.md").write_text("a private key\n")
    memory.add("I live in Porto.")
    done(memory, folder)
    (folder / "key.md").symlink_to(secret / "key.md")
    (folder / "inside").symlink_to(secret)
    found = sync(memory, folder)
    assert {name for name, _ in found.faults} == {"key.md", "inside"}
    assert texts(memory) == {"I live in Porto."}


def test_nothing_is_written_outside_by_a_crafted_state(memory, folder, tmp_path):
    (id,) = memory.add("I live in Porto.").ids
    done(memory, folder)
    state, (file,) = folder / NAME, folder.glob("*.md")
    content = state.read_text()
    for name in ("../out.md", "/srv/out.md", "a/../../out.md", "..\\\\out.md", "out.txt"):
        state.write_text(content.replace(file.name, name))
        with pytest.raises(InvalidInput):
            sync(memory, folder)
    outside = tmp_path / "outside"
    outside.mkdir()
    (folder / "sub").symlink_to(outside)
    state.write_text(content.replace(file.name, "sub/out.md"))
    file.unlink()
    memory.update(id, "I live in Faro.")
    sync(memory, folder)
    assert list(outside.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="names of bytes")
def test_names_that_cannot_be_kept_are_told(memory, folder):
    folder.mkdir()
    (folder / "two\nlines.md").write_text("x\n")
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.md")).write_text("y\n")
    found = sync(memory, folder)
    assert len(found.faults) == 2
    assert all(name.isascii() and "\n" not in name for name, _ in found.faults)
    assert texts(memory) == set()


def test_awkward_words_survive(memory, folder):
    awkward = ["---\nnot: front matter\n---", "ends in lines\n\n\n", "a\r\nb", "# 標題 \U0001f680",
               "- x\n```yaml\n---\n```", "\x00 and \x07 \u2028", "  indented", "id: x"]  # fmt: skip
    ids = memory.add(["x"] * len(awkward), labels={"a:b": "c: d", "yes": "no", "n": "1e3"}).ids
    for id, text in zip(ids, awkward, strict=True):
        memory.update(id, text)
    assert done(memory, folder) == {"write": len(awkward)}
    assert done(memory, folder) == {}
    (folder / NAME).unlink()
    assert done(memory, folder) == {}
    assert [memory.get(id).text for id in ids] == awkward


@pytest.mark.parametrize("kind", FILES)
def test_what_was_imported_is_left_as_it_is(memory, folder, tmp_path, kind):
    path = FILES[kind](tmp_path)
    taken(memory, path)
    before = {cube.id: cube for cube in memory.view().scan()}
    assert done(memory, folder) == {"write": len(before)}
    assert {cube.id: cube for cube in memory.view().scan()} == before
    again = taken(memory, path)
    assert (again.new_memories, again.changed_memories) == (0, 0)


def test_the_command(tmp_path):
    shell, folder = Shell(tmp_path / "memory"), tmp_path / "notes"
    id = shell.json("add", "I live in Porto.")["applied"][0]["id"]
    assert shell.text("sync", folder, "--dry-run") == "would be done: 1 files written\n"
    assert shell.text("sync", folder) == "1 files written\n"
    assert shell.text("sync", folder) == "nothing to do: both sides agree\n"
    (file,) = folder.glob("*.md")
    edit(file, "Porto", "Faro")
    told = shell.json("sync", folder)
    assert told["counts"]["update"] == 1
    assert told["steps"] == [
        {"do": "update", "id": id, "file": file.name, "why": f"edited in {file.name}"}
    ]
    edit(file, "Faro", "Lisbon")
    shell.text("update", id, "I live in Sintra.")
    result = shell.run("sync", folder)
    assert result.exit_code == 1
    assert ".conflict-" in result.stdout
    assert shell.json("sync", folder, exit_code=1)["waiting"]


def test_many_deleted_files_are_asked_about_at_the_shell(tmp_path):
    shell, folder = Shell(tmp_path / "memory"), tmp_path / "notes"
    for number in range(7):
        shell.text("add", f"Memory number {number}")
    shell.text("sync", folder)
    for file in folder.glob("*.md"):
        file.unlink()
    assert "say --yes" in shell.error("sync", folder)
    assert shell.text("sync", folder, "--yes") == "7 memories deleted\n"
