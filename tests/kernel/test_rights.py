"""Who may do what: nobody learns of, or changes, what is beyond their rights, in any way."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from acting import Add, Delete, Draft, Link, Managing, Noting, Open, Text, Update

from memwell.core.clock import ManualClock
from memwell.core.errors import (
    Forbidden,
    IllegalTransition,
    InvalidInput,
    MemwellError,
    NotFound,
    QuotaExceeded,
)
from memwell.core.interval import Interval
from memwell.core.lifecycle import State
from memwell.core.message import Conversation, Message
from memwell.core.receipt import Receipt
from memwell.core.scope import Scope
from memwell.kernel.aio import AsyncMemory
from memwell.kernel.memory import Memory
from support import START, WordEmbedder, base, quick_folder, tables

HOUR = timedelta(hours=1)
UNKNOWN = "0" * 26


@dataclass
class Two:
    """Ana with a memory in the main line and one in a branch, and bob beside her."""

    ana: Memory
    bob: Memory
    id: str
    event: str
    branched: str
    grant: str


@pytest.fixture
def two(open_memory: Open) -> Two:
    ana, bob = open_memory(user="ana"), open_memory(user="bob")
    receipt = ana.add("ana likes zebras", session="s")
    bob.add("bob likes tea", session="s")
    ana.branch("b")
    branched = open_memory(user="ana", branch="b").add("ana likes lions").ids[0]
    grant = ana.governance.grant("eve")
    return Two(ana, bob, receipt.ids[0], receipt.id, branched, grant.id)


def told(receipt: Receipt) -> object:
    assert not receipt.applied
    return [(done.op, done.why) for done in receipt.dropped]


def dropped(*ops: Callable[[str], Any], **given: Any) -> Callable[[Memory, str], object]:
    return lambda m, id: told(m.apply([op(id) for op in ops], by="user", **given))


def made_by(cause: str) -> Callable[[Memory, str], object]:
    return lambda m, id: told(m.apply([Add(Draft(Text("x")), "x")], by="user", cause=id))


CUBE: dict[str, Callable[[Memory, str], object]] = {
    "get": lambda m, id: m.get(id),
    "get by its beginning": lambda m, id: m.get(id[:9]),
    "history": lambda m, id: m.history(id),
    "sources": lambda m, id: m.sources(id),
    "update": lambda m, id: m.update(id, "x"),
    "freeze": lambda m, id: m.freeze(id),
    "thaw": lambda m, id: m.thaw(id),
    "forget": lambda m, id: m.forget(id),
    "forget dry": lambda m, id: m.forget(id, dry_run=True),
    "explain": lambda m, id: m.explain("likes", id),
    "share": lambda m, id: m.governance.share(id, "eve"),
    "classify": lambda m, id: told(m.governance.classify(id, "secret")),
    "view get": lambda m, id: m.view().get(id),
    "view history": lambda m, id: m.view().history(id),
    "view neighbours": lambda m, id: m.view().neighbours(id),
    "delete": dropped(lambda id: Delete(id, "x")),
    "update op": dropped(lambda id: Update(id, "x", payload=Text("x"))),
    "update op at a version": dropped(lambda id: Update(id, "x", version=7)),
    "archive": dropped(lambda id: Update(id, "x", state=State.ARCHIVED)),
    "link from": dropped(lambda id: Link(id, UNKNOWN, "x")),
    "link to": lambda m, id: told(m.apply([Link(next(m.view().scan()).id, id, "x")], by="user")),
    "derive": dropped(lambda id: Add(Draft(Text("x"), parents=(id,)), "x")),
}
EVENT: dict[str, Callable[[Memory, str], object]] = {
    "receipt": lambda m, id: m.receipt(id),
    "undo": lambda m, id: m.undo(id),
    "undo dry": lambda m, id: m.undo(id, dry_run=True),
    "rollback": lambda m, id: m.rollback(id),
    "diff": lambda m, id: m.diff(id),
    "branch": lambda m, id: m.branch("c", at=id),
    "events": lambda m, id: m.view().events([id]),
    "derive": dropped(lambda id: Add(Draft(Text("x"), events=(id,)), "x")),
    "confirm": dropped(lambda id: Update(UNKNOWN, "x", events=(id,))),
    "cause": made_by("x"),
    "revoke": lambda m, id: m.governance.revoke(id),
}


def outcome(act: Callable[[Memory, str], object], memory: Memory, id: str) -> object:
    """What it returns or raises, whatever the id is."""
    try:
        found = act(memory, id)
    except MemwellError as error:
        found = type(error), str(error)
    return repr(found).replace(id, "ID").replace(id[:9], "ID")


@pytest.mark.parametrize("where", ["id", "branched"])
@pytest.mark.parametrize("act", CUBE.values(), ids=CUBE)
def test_another_users_memory_is_like_none(
    two: Two, act: Callable[[Memory, str], object], where: str
) -> None:
    before = tables(base(two.bob), but=["journal", "audit", "sqlite_sequence", "usage"])
    assert outcome(act, two.bob, getattr(two, where)) == outcome(act, two.bob, UNKNOWN)
    after = tables(base(two.bob), but=["journal", "audit", "sqlite_sequence", "usage"])
    assert after == before


@pytest.mark.parametrize("what", ["event", "grant"])
@pytest.mark.parametrize("act", EVENT.values(), ids=EVENT)
def test_another_users_event_or_grant_is_like_none(
    two: Two, act: Callable[[Memory, str], object], what: str
) -> None:
    assert outcome(act, two.bob, getattr(two, what)) == outcome(act, two.bob, UNKNOWN)
    assert two.ana.get(two.id).version == 1
    assert two.ana.governance.grants()


def test_another_users_id_cannot_be_taken(two: Two, open_memory: Open) -> None:
    """Also where it is only in another branch, or beyond the clearance."""
    low = open_memory(user="bob", clearance="public")
    for id in (two.id, two.branched):
        for memory in (two.bob, low):
            told(memory.apply([Add(Draft(Text("x")), "x", id=id)], by="user"))
    assert len(two.ana.history(two.id)) == 1


READ_ONLY: dict[str, tuple[Callable[[Memory, str], object], type[MemwellError] | None]] = {
    "update": (lambda m, id: m.update(id, "x"), IllegalTransition),
    "freeze": (lambda m, id: m.freeze(id), IllegalTransition),
    "forget": (lambda m, id: m.forget(id), NotFound),
    "share on": (lambda m, id: m.governance.share(id, "eve"), NotFound),
    "delete": (dropped(lambda id: Delete(id, "x")), None),
    "link from": (dropped(lambda id: Link(id, id, "x")), None),
    "classify": (lambda m, id: m.governance.classify(id, "secret"), NotFound),
    "rollback": (lambda m, _: told(m.rollback(0, dry_run=True)), None),
}


@pytest.mark.parametrize(("act", "error"), READ_ONLY.values(), ids=READ_ONLY)
@pytest.mark.parametrize("whole", [True, False], ids=["grant", "share"])
def test_who_may_read_may_not_write(
    two: Two, open_memory: Open, act: Callable[[Memory, str], object],
    error: type[MemwellError] | None, whole: bool,
) -> None:  # fmt: skip
    eve = open_memory(user="carol")
    if whole:
        two.ana.governance.grant("carol")
    else:
        two.ana.governance.share(two.id, "carol")
    before = two.ana.history(two.id)
    if error:
        with pytest.raises(error):
            act(eve, two.id)
    else:
        act(eve, two.id)
    assert two.ana.history(two.id) == before
    assert eve.get(two.id) == before[0]
    with pytest.raises(NotFound):
        eve.undo(two.event)


def test_who_may_write_may_not_forget(two: Two, open_memory: Open) -> None:
    two.ana.governance.share(two.id, "bob", ["read", "write"])
    two.bob.update(two.id, "corrected by bob")
    with pytest.raises(NotFound):
        two.bob.forget(two.id)
    assert [cube.text for cube in two.ana.history(two.id)][-1] == "corrected by bob"


def test_forgetting_a_user_leaves_what_they_were_granted(two: Two, open_memory: Open) -> None:
    two.ana.governance.grant("bob", ["read", "write", "delete"])
    assert len(two.bob.search("likes")) == 2
    open_memory().forget(user="bob")
    assert two.ana.get(two.id).text == "ana likes zebras"
    with pytest.raises(NotFound):
        two.bob.forget(user="bob")
    assert two.ana.get(two.id).text == "ana likes zebras"


@pytest.mark.parametrize("exhaustive", [1, 1000])
@pytest.mark.parametrize("how", ["revoke", "until", "forget", "classify"])
def test_what_was_taken_back_is_gone_from_memories_that_are_open(
    two: Two, open_memory: Open, clock: ManualClock, how: str, exhaustive: int
) -> None:
    bob = open_memory(user="bob", clearance="internal")
    bob._reembedder.source.exhaustive = exhaustive
    until = clock.at + HOUR if how == "until" else None
    grant = two.ana.governance.grant("bob", ["read", "write", "delete"], until=until)
    assert two.id in [hit.cube.id for hit in bob.search("zebras")]
    assert "zebras" in bob.context("zebras").text
    if how == "revoke":
        two.ana.governance.revoke(grant.id)
    elif how == "until":
        clock.advance(HOUR)
    elif how == "forget":
        two.ana.forget(two.id)
    else:
        two.ana.governance.classify(two.id, "secret")
    with pytest.raises(NotFound):  # first, before a search has noticed
        bob.update(two.id, "late")
    assert two.id not in [hit.cube.id for hit in bob.search("zebras", 10)]
    assert "zebras" not in bob.context("zebras").text
    for act in (bob.get, bob.forget, bob.history):
        with pytest.raises(NotFound):
            act(two.id)


@pytest.mark.parametrize("late", ["update", "forget", "apply", "undo"])
def test_a_grant_that_ran_out_allows_nothing(two: Two, clock: ManualClock, late: str) -> None:
    """Whatever is done first after it ran out."""
    two.ana.governance.grant("bob", ["read", "write", "delete"], until=clock.at + HOUR)
    receipt = two.bob.update(two.id, "by bob")
    clock.advance(HOUR)
    if late == "apply":
        told(two.bob.apply([Delete(two.id, "late")], by="user"))
    else:
        acts: dict[str, Callable[[], object]] = {
            "update": lambda: two.bob.update(two.id, "late"),
            "forget": lambda: two.bob.forget(two.id),
            "undo": lambda: two.bob.undo(receipt.id),
        }
        with pytest.raises(NotFound):
            acts[late]()
    assert two.ana.get(two.id).text == "by bob"


def test_undo_takes_back_ones_own_part_only(two: Two, open_memory: Open) -> None:
    admin = open_memory()
    mine, more = two.bob.add(["one", "two"]).ids
    other = two.ana.add("ana likes cats").ids[0]
    ops = [
        Update(mine, "x", payload=Text("ours")),
        Update(two.id, "x", payload=Text("ours too")),
        Link(two.id, other, "secretly", "a secret of ana"),
        Link(mine, more, "knows"),
    ]
    batch = admin.apply(ops, by="admin")
    undone = two.bob.undo(batch.id)
    assert {done.id for done in (*undone.applied, *undone.dropped)} == {mine}
    assert two.bob.get(mine).text == "one"
    assert two.ana.get(two.id).text == "ours too"
    assert len(two.ana.view().neighbours(two.id)) == 1
    assert two.bob.view().neighbours(mine) == []


def test_a_branch_others_work_in_is_not_dropped(two: Two, open_memory: Open) -> None:
    with pytest.raises(Forbidden):
        two.bob.drop_branch("b")
    stale = open_memory(user="ana", branch="b")
    two.ana.drop_branch("b")
    two.bob.branch("c")
    in_c = open_memory(user="bob", branch="c").add("bob likes bears")
    for write in (lambda: stale.add("late"), lambda: stale.branch("d")):
        with pytest.raises(NotFound, match="dropped"):
            write()
    assert stale.store.all_events(Scope()) is not None
    assert in_c.ids[0] not in {cube.id for cube in stale.store.scan(Scope())}


def test_a_change_in_another_branch_is_not_undone_here(two: Two, open_memory: Open) -> None:
    there = open_memory(user="ana", branch="b")
    away = there.update(two.id, "changed there")
    two.ana.update(two.id, "changed here")
    with pytest.raises(NotFound):
        two.ana.undo(away.id)
    assert two.ana.get(two.id).text == "changed here"
    there.undo(away.id)
    assert there.get(two.id).text == "ana likes zebras"


# -- clearance


def test_what_is_classified_is_hidden_in_all_its_versions(
    open_memory: Open, tmp_path: Path
) -> None:
    memory = open_memory(strategy=Noting())
    low = open_memory(clearance="internal")
    receipt = memory.add(["the code is 1234", "as I said"])
    assert len(list(low.view().scan())) == 3
    memory.governance.classify(receipt.ids[0], "secret")
    (seen,) = low.view().scan()
    assert seen.text == "as I said"
    assert [hit.cube.id for hit in low.search("code 1234", known_at=START)] == [seen.id]
    for id in (receipt.ids[0], receipt.ids[2]):
        for act in (low.get, low.history, low.sources, low.forget):
            with pytest.raises(NotFound):
                act(id)
    assert low.sources(seen.id) == []
    with pytest.raises(NotFound):
        low.receipt(receipt.id)
    counts = low.store.counts(low.scope)
    assert (counts.memories, counts.versions, counts.events) == (1, 1, 0)
    path = tmp_path / "export.jsonl"
    low.export(path)
    assert "1234" not in path.read_text()
    assert all("1234" not in str(change) for change in low.diff(0))


def test_a_memory_is_as_sensitive_in_its_past_as_it_is_now(open_memory: Open) -> None:
    """Its raw event stays as it was handed in: it may hold what was corrected."""
    memory, low = open_memory(), open_memory(clearance="internal")
    (id,) = memory.add("the code is 1234", sensitivity="secret").ids
    memory.update(id, "the code was changed")
    memory.governance.classify(id, "public")
    assert [cube.version for cube in low.history(id)] == [1, 2, 3]
    assert low.sources(id) == []


def test_who_classifies_is_not_told_what_others_made_of_it(two: Two, open_memory: Open) -> None:
    admin = open_memory()
    (mine,) = two.bob.add("bob likes bears").ids
    draft = Draft(Text("ana and bob like animals"), parents=(two.id, mine))
    (both,) = admin.apply([Add(draft, "summed up")], by="admin").ids
    receipt = two.bob.governance.classify(mine, "secret")
    assert receipt.ids == (mine,)
    assert "animals" not in str(receipt)
    assert admin.get(both).sensitivity.name == "SECRET"


def test_who_writes_more_than_they_may_read_makes_nothing_of_it(open_memory: Open) -> None:
    low = open_memory(clearance="internal", strategy=Noting())
    receipt = low.add("the code is 1234", sensitivity="secret")
    assert "parent" in receipt.dropped[0].why
    rested = open_memory(clearance="internal", strategy=Noting(parents=False))
    rested.add("the code is 4321", sensitivity="secret")
    assert list(low.view().scan()) == []
    assert {cube.sensitivity.name for cube in open_memory().view().scan()} == {"SECRET"}


# -- rights of the opener

READING: list[Callable[[Memory, str], object]] = [
    lambda m, _: m.search("tea"), lambda m, _: m.context("tea"), lambda m, _: m.ask("tea?"),
    lambda m, id: m.explain("tea", id), lambda m, id: m.get(id), lambda m, id: m.history(id),
    lambda m, id: m.sources(id), lambda m, _: m.diff(), lambda m, _: m.view(),
    lambda m, _: m.export("/dev/null"), lambda m, id: m.receipt(id),
]  # fmt: skip
WRITING: list[Callable[[Memory, str], object]] = [
    lambda m, _: m.add("x"), lambda m, _: m.add_many([]), lambda m, id: m.update(id, "x"),
    lambda m, id: m.freeze(id), lambda m, id: m.thaw(id), lambda m, _: m.apply([], by="x"),
    lambda m, _: m.manage(), lambda m, id: m.undo(id), lambda m, _: m.rollback(0),
    lambda m, _: m.branch("c"), lambda m, _: m.import_("/dev/null"),
    lambda m, id: m.governance.classify(id, "public"), lambda m, _: m.governance.limit(),
    lambda m, _: m.governance.grant("eve", ["write"]),
]  # fmt: skip
DELETING: list[Callable[[Memory, str], object]] = [
    lambda m, id: m.forget(id), lambda m, _: m.drop_branch("c"),
    lambda m, id: m.governance.share(id, "eve", "delete"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rights", "refused"),
    [("read", WRITING + DELETING), ("write", READING + DELETING), ("delete", READING + WRITING)],
)
def test_an_opener_does_what_it_was_opened_for(
    open_memory: Open, rights: str, refused: list[Callable[[Memory, str], object]]
) -> None:
    (id,) = open_memory().add("I like tea").ids
    memory = open_memory(rights=rights)
    for act in refused:
        with pytest.raises(Forbidden):
            act(memory, id)
    assert open_memory().get(id).version == 1


# -- many owners, imports, strategies


@pytest.mark.parametrize("exhaustive", [1, 100_000])
def test_any_number_of_grants_can_be_read(exhaustive: int) -> None:
    with quick_folder() as folder:
        admin = Memory(Path(folder) / "m", embedder=WordEmbedder(), model=None)
        talks = (Conversation((Message(f"u{n} likes tea{n}"),), user=f"u{n}") for n in range(1500))
        ids = [receipt.ids[0] for receipt in admin.add_many(talks)]
        for n in range(0, 1500, 2):
            admin.governance._grant("bob", Scope(user=f"u{n}"), ["read"], None, None)
        for n in range(1, 1500, 4):
            admin.governance._grant("bob", Scope(), ["read"], ids[n], None)
        bob = Memory(Path(folder) / "m", user="bob", embedder=WordEmbedder(), model=None)
        bob._reembedder.source.exhaustive = exhaustive
        for n in (0, 1, 2, 3, 748, 1497, 1499):
            found = [hit.cube.id for hit in bob.search(f"tea{n}", 3)]
            assert (ids[n] in found) == (n % 4 != 3)
        assert bob.store.count(bob.scope) == 750 + 375
        admin.close()
        bob.close()


def test_a_crafted_file_takes_nobodys_id(two: Two, open_memory: Open, tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    two.bob.export(path)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    cube = next(line for line in lines if line.get("type") == "cube")
    low = open_memory(user="bob", clearance="public")
    secret = two.ana.add("ana has a secret", sensitivity="secret").ids[0]
    for id in (two.id, two.branched, secret):
        for changed in ({"id": id}, {"source": {**cube["source"], "parents": [id]}}):
            crafted = [lines[0], {**cube, "id": "fresh", **changed}]
            path.write_text("\n".join(map(json.dumps, crafted)))
            for memory in (two.bob, low):
                with pytest.raises(InvalidInput, match=r"line 2.*own"):
                    memory.import_(path)
    assert len(list(two.bob.view().scan())) == 1


def test_a_strategy_sees_and_changes_what_its_user_may(two: Two, open_memory: Open) -> None:
    seen: list[str] = []

    def meddle(view: Any) -> list[Any]:
        seen.extend(cube.text for cube in view.scan())
        seen.extend(hit.cube.text for hit in view.search("likes", 50))
        assert view.get(two.id) is None
        assert view.history(two.id) == view.neighbours(two.id) == []
        assert list(view.events([two.event])) == []
        return [
            Delete(two.id, "x"),
            Update(two.id, "x", payload=Text("x")),
            Link(two.id, two.id, "x"),
        ]

    receipt = open_memory(user="bob", strategy=Managing(meddle)).manage()
    assert seen
    assert all("bob" in text for text in seen)
    assert len(told(receipt)) == 3  # type: ignore[arg-type]
    assert two.ana.get(two.id).known == Interval(START)


def test_async_memories_are_no_way_around(two: Two) -> None:
    async def meddle() -> None:
        bob = AsyncMemory(two.bob.path, user="bob", embedder=WordEmbedder(), model=None)
        async with bob:
            for act in (bob.get, bob.history, bob.forget, bob.freeze, bob.thaw):
                with pytest.raises(NotFound):
                    await act(two.id)
            with pytest.raises(NotFound):
                await bob.undo(two.event)
            assert all("bob" in hit.cube.text for hit in await bob.search("likes", 50))
            assert "ana" not in (await bob.context("likes")).text

    asyncio.run(meddle())


def test_a_lowered_quota_hinders_no_reading_and_no_deleting(
    open_memory: Open, clock: ManualClock
) -> None:
    memory = open_memory()
    ids = [memory.add(f"I like tea {n}", ttl=HOUR).ids[0] for n in range(4)]
    memory.governance.limit(memories=1)
    with pytest.raises(QuotaExceeded):
        memory.add("one more")
    memory.update(ids[0], "I like milk")
    memory.apply([Delete(ids[1], "room")], by="user")
    clock.advance(HOUR)
    assert memory.search("tea") == []
    assert memory.add("now there is room").ids


def test_what_is_frozen_outlives_its_time_until_it_is_thawed(
    open_memory: Open, clock: ManualClock
) -> None:
    memory = open_memory()
    (id,) = memory.add("I like tea", ttl=HOUR).ids
    memory.freeze(id)
    clock.advance(2 * HOUR)
    sequence = memory.store.sequence()
    for _ in range(3):
        assert [hit.cube.id for hit in memory.search("tea")] == [id]
    assert memory.store.sequence() == sequence
    memory.thaw(id)
    assert memory.search("tea") == []
