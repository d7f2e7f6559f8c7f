"""What is exported can be imported elsewhere, whole or not at all, and by its owner only."""

import gzip
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from acting import Delete, Link, Noting, Open
from archived import contents, lines_of, sealed

from memwell.core.clock import ManualClock
from memwell.core.cube import MemCube
from memwell.core.errors import InvalidInput
from memwell.core.message import Conversation, Message
from memwell.kernel.memory import Memory
from support import assert_embedded, assert_sound, base, tables

HOUR = timedelta(hours=1)


def filled(memory: Memory, clock: ManualClock) -> list[str]:
    """Versions, a deletion, notes, links, times and speakers."""
    said = [Message("I like tea", "user", "Ana", ref="m1"), Message("Noted", "assistant")]
    first = memory.add(said, session="s1")
    second = memory.add(["I like milk", "and juice"], session="s2", at=clock.now() - HOUR)
    clock.advance(HOUR)
    memory.update(first.ids[0], "I like green tea")
    clock.advance(HOUR)
    memory.apply([Delete(second.ids[0], "wrong")], by="user")
    memory.apply([Link(first.ids[0], second.ids[1], "knows", "met", 0.5)], by="user")
    return [*first.ids, *second.ids]


def places(memory: Memory) -> dict[str, int]:
    """Of every turn in its session."""
    evidence = memory.view().evidence("tea")
    return dict(zip(evidence.ids, evidence.places.tolist(), strict=True))


def found(memory: Memory, query: str, **options: Any) -> dict[str, MemCube]:
    return {hit.cube.id: hit.cube for hit in memory.search(query, **options)}


@pytest.mark.parametrize("name", ["all.jsonl", "all.jsonl.gz"])
def test_everything_comes_back_as_it_was(
    open_memory: Open, tmp_path: Path, clock: ManualClock, name: str
) -> None:
    memory = open_memory("one", user="ana", strategy=Noting())
    filled(memory, clock)
    written = memory.export(tmp_path / name)
    assert (written.events, written.versions, written.links) == (2, 8, 1)
    copy = open_memory("two", user="ana", strategy=Noting())
    assert copy.import_(tmp_path / name) == written
    assert contents(copy) == contents(memory)
    assert places(copy) == places(memory)
    back = clock.now() - 1.5 * HOUR
    for query in ("green tea", "milk", "noted juice"):
        assert found(copy, query) == found(memory, query)
        assert found(copy, query, known_at=back) == found(memory, query, known_at=back)
    (line, *_) = copy.store.journal(next(iter(copy.view().scan())).id)
    assert (line.by, line.applied.why) == ("memwell:import", "imported")
    copy.close()
    assert_sound(base(copy))
    assert_embedded(base(copy), copy._reembedder.embedder.fingerprint)  # type: ignore[union-attr]


def test_importing_twice_changes_nothing(
    open_memory: Open, tmp_path: Path, clock: ManualClock
) -> None:
    memory = open_memory("one")
    filled(memory, clock)
    written = memory.export(tmp_path / "all.jsonl")
    copy = open_memory("two")
    copy.import_(tmp_path / "all.jsonl")
    before = tables(base(copy))
    again = copy.import_(tmp_path / "all.jsonl")
    assert (again.events, again.versions, again.links) == (0, 0, 0)
    assert again.skipped == written.events + written.versions + written.links + written.receipts
    assert tables(base(copy)) == before
    memory.import_(tmp_path / "all.jsonl")
    assert contents(memory) == contents(copy)


def test_use_comes_along(open_memory: Open, tmp_path: Path) -> None:
    memory = open_memory("one")
    receipt = memory.add("I like tea")
    memory.search("tea")
    memory.manage()
    memory.export(tmp_path / "all.jsonl")
    copy = open_memory("two")
    copy.import_(tmp_path / "all.jsonl")
    assert copy.get(receipt.ids[0]) == memory.get(receipt.ids[0])


def test_an_imported_conversation_is_not_stored_again(open_memory: Open, tmp_path: Path) -> None:
    memory = open_memory("one")
    talk = Conversation((Message("I like tea"),), "s1", memory.view().now)
    list(memory.add_many([talk]))
    memory.export(tmp_path / "all.jsonl")
    copy = open_memory("two")
    copy.import_(tmp_path / "all.jsonl")
    list(copy.add_many([talk]))
    assert len(list(copy.view().scan())) == 1


BAD = [
    ("not json", "Expecting value"),
    ('{"type": "cube"}', ""),
    ('{"type": "dream"}', ""),
    ("[]", ""),
    ("null", ""),
    ('{"type": "event", "id": 5}', ""),
]


@pytest.mark.parametrize(("line", "why"), BAD)
def test_a_bad_line_is_named_and_nothing_is_imported(
    open_memory: Open, tmp_path: Path, clock: ManualClock, line: str, why: str
) -> None:
    memory = open_memory("one")
    filled(memory, clock)
    path = tmp_path / "all.jsonl"
    memory.export(path)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:4], line, *lines[4:]]))
    copy = open_memory("two")
    before = tables(base(copy))
    with pytest.raises(InvalidInput, match=f"line 5: .*{why}"):
        copy.import_(path)
    assert tables(base(copy)) == before


def test_a_bad_line_at_the_end_of_a_long_file_imports_nothing(
    open_memory: Open, tmp_path: Path
) -> None:
    memory = open_memory("one", embedder=None)
    list(memory.add_many(Conversation((Message(f"word {n}"),)) for n in range(300)))
    path = tmp_path / "all.jsonl"
    memory.export(path)
    with path.open("a") as file:
        file.write("oops\n")
    copy = open_memory("two", embedder=None)
    with pytest.raises(InvalidInput, match="line 903"):
        copy.import_(path)
    assert list(copy.view().scan()) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"format": "other/1"}\n',
        b"\xff\xfe\x00binary",
        b'{"format": "memwell/1"}\n\xff\xfe\n',
    ],
    ids=["empty", "other", "binary", "binary line"],
)
def test_another_kind_of_file_is_refused(memory: Memory, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "all.jsonl"
    path.write_bytes(content)
    with pytest.raises(InvalidInput) as refused:
        memory.import_(path)
    assert type(refused.value) is InvalidInput


def test_a_damaged_archive_is_refused(memory: Memory, tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"format": "memwell/1"}\n')[:-6])
    with pytest.raises((InvalidInput, EOFError)):
        memory.import_(path)
    with pytest.raises(InvalidInput, match="cannot open"):
        memory.import_(tmp_path / "none.jsonl")


def test_only_ones_own_memories_are_exported_and_imported(
    open_memory: Open, tmp_path: Path, clock: ManualClock
) -> None:
    ana, bob = open_memory("one", user="ana"), open_memory("one", user="bob")
    filled(ana, clock)
    bob.add("bob likes beer")
    bob.export(tmp_path / "bob.jsonl")
    ana.export(tmp_path / "ana.jsonl")
    assert "beer" not in (tmp_path / "ana.jsonl").read_text()
    assert "tea" not in (tmp_path / "bob.jsonl").read_text()
    with pytest.raises(InvalidInput, match="outside"):
        bob.import_(tmp_path / "ana.jsonl")
    other = open_memory("two", tenant="acme", user="ana")
    with pytest.raises(InvalidInput, match="outside"):
        other.import_(tmp_path / "ana.jsonl")
    whole = open_memory("three")
    whole.import_(tmp_path / "ana.jsonl")
    whole.import_(tmp_path / "bob.jsonl")
    assert len(whole.search("likes like", user="bob")) == 1


def test_a_link_to_another_users_memory_is_not_exported(open_memory: Open, tmp_path: Path) -> None:
    whole = open_memory()
    mine = whole.add("I like tea", user="ana").ids[0]
    theirs = whole.add("I like beer", user="bob").ids[0]
    whole.apply([Link(mine, theirs, "like", "bob's beer")], by="admin")
    ana = open_memory(user="ana")
    ana.export(tmp_path / "ana.jsonl")
    text = (tmp_path / "ana.jsonl").read_text()
    assert theirs not in text
    assert "beer" not in text


def test_a_crafted_file_cannot_replace_another_users_memory(
    open_memory: Open, tmp_path: Path
) -> None:
    ana, bob = open_memory(user="ana"), open_memory(user="bob")
    (id,) = ana.add("ana likes tea").ids
    bob.add("bob likes beer")
    path = tmp_path / "bob.jsonl"
    bob.export(path)
    header, event, _, cube = lines_of(path)
    forged = {**json.loads(cube), "id": id, "version": 2}
    path.write_text(sealed([header, event, json.dumps(forged)]))
    with pytest.raises(InvalidInput, match="not this memory's own"):
        bob.import_(path)
    assert ana.get(id).text == "ana likes tea"


def test_a_crafted_file_cannot_link_another_users_memory(open_memory: Open, tmp_path: Path) -> None:
    ana, bob = open_memory(user="ana"), open_memory(user="bob")
    (theirs,) = ana.add("ana likes tea").ids
    (mine,) = bob.add("bob likes beer").ids
    path = tmp_path / "bob.jsonl"
    bob.export(path)
    link = {"type": "link", "src": mine, "dst": theirs, "relation": "spies", "why": "", "weight": 1}
    path.write_text(sealed([*lines_of(path), json.dumps(link)]))
    with pytest.raises(InvalidInput, match="not this memory's own"):
        bob.import_(path)
    assert ana.view().neighbours(theirs) == []


def forged(line: str, change: dict[str, Any]) -> str:
    return json.dumps({**json.loads(line), **change})


CHANGES: list[dict[str, Any]] = [
    {"last_used": "2024-03-01T09:00:00"},
    {"strength": float("inf")},
    {"uses": 2**70},
    {"version": 3},
    {"version": 0},
    {"known": {"start": None, "end": None}},
    {"keys": ["\ud83d"]},
]


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_what_could_not_be_stored_is_refused_before_anything_is(
    open_memory: Open, tmp_path: Path, change: dict[str, Any]
) -> None:
    memory, copy = open_memory("one"), open_memory("two")
    memory.add(["I like tea", "I like milk"])
    path = tmp_path / "all.jsonl"
    memory.export(path)
    *lines, last = lines_of(path)
    path.write_text(sealed([*lines, forged(last, change)]))
    with pytest.raises(InvalidInput, match="line 5"):
        copy.import_(path)
    assert list(copy.store.all_events(copy.scope)) == []


@pytest.mark.parametrize("part", ["events", "parents"])
def test_a_crafted_file_cannot_claim_another_users_memory_as_its_source(
    open_memory: Open, tmp_path: Path, part: str
) -> None:
    ana, bob = open_memory(user="ana"), open_memory(user="bob")
    theirs = ana.add("ana likes tea")
    path = tmp_path / "bob.jsonl"
    bob.add("bob likes beer")
    bob.export(path)
    *lines, last = lines_of(path)
    claimed = {"events": [theirs.id], "parents": list(theirs.ids)}[part]
    source = {"by": "test", part: claimed}
    path.write_text(sealed([*lines, forged(last, {"id": "forged", "source": source})]))
    with pytest.raises(InvalidInput, match="not this memory's own"):
        bob.import_(path)
    assert ana.forget(*theirs.ids).cubes == theirs.ids


def test_a_newer_format_says_what_to_do(memory: Memory, tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    path.write_text('{"format": "memwell/99"}\n')
    with pytest.raises(InvalidInput, match=r"memwell/99.*upgrade"):
        memory.import_(path)


@pytest.mark.parametrize("name", ["all.jsonl", "all.jsonl.gz"])
def test_a_file_that_breaks_off_or_has_a_bad_line_in_the_middle_imports_nothing(
    open_memory: Open, tmp_path: Path, name: str
) -> None:
    memory = open_memory("one", embedder=None)
    list(memory.add_many(Conversation((Message(f"word {n}"),)) for n in range(5000)))
    path = tmp_path / name
    memory.export(path)
    content = path.read_bytes()
    copy = open_memory("two", embedder=None)
    copy.add("kept before")
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(InvalidInput, match="line"):
        copy.import_(path)
    plain = gzip.decompress(content) if name.endswith(".gz") else content
    lines = plain.split(b"\n")
    assert len(lines) == 15_003
    lines[4999] = lines[4999].replace(b'"type"', b'"typo"')
    bad = b"\n".join(lines)
    path.write_bytes(gzip.compress(bad) if name.endswith(".gz") else bad)
    with pytest.raises(InvalidInput, match="line 5000"):
        copy.import_(path)
    assert [cube.text for cube in copy.view().scan()] == ["kept before"]
