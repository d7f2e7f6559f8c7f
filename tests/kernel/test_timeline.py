"""Undo, rollback, diff and branches: nothing is lost, nothing is copied."""

from datetime import timedelta

import pytest
from acting import Noting, Open

from memwell.core.clock import ManualClock
from memwell.core.errors import IllegalTransition, InvalidInput, NotFound
from memwell.core.lifecycle import State
from memwell.core.op import Delete, Link, Update
from memwell.core.payload import Text
from memwell.core.receipt import Status
from memwell.kernel.memory import Memory
from memwell.kernel.timeline import Kind
from support import base, rows


def texts(memory: Memory) -> set[str]:
    return {cube.text for cube in memory.view().scan()}


def test_undoing_an_add_takes_back_what_was_derived_too(open_memory: Open) -> None:
    memory = open_memory(strategy=Noting())
    kept = memory.add("tea")
    receipt = memory.add("coffee")
    assert texts(memory) == {"tea", "noted: tea", "coffee", "noted: coffee"}
    done = memory.undo(receipt.id)
    assert texts(memory) == {"tea", "noted: tea"}
    assert {entry.id for entry in done.applied} == set(receipt.ids)
    assert memory.search("coffee noted", 9)[0].cube.id in kept.ids
    memory.undo(done.id)
    assert texts(memory) == {"tea", "noted: tea", "coffee", "noted: coffee"}
    assert memory.search("coffee", 1)[0].cube.text == "coffee"


def test_what_changed_since_is_left_alone(memory: Memory) -> None:
    one, two = memory.add(["tea", "milk"]).ids
    changed = memory.update(one, "green tea")
    memory.update(one, "black tea")
    done = memory.undo(changed.id)
    assert not done.applied
    assert "at version 3" in done.dropped[0].why
    assert texts(memory) == {"black tea", "milk"}
    assert memory.history(two)[-1].version == 1


def test_a_merge_and_a_deletion_can_be_undone(memory: Memory) -> None:
    one, two = memory.add(["tea", "more tea"]).ids
    ops = [
        Update(one, "merged", payload=Text("tea twice")),
        Update(two, "into the first", state=State.MERGED),
        Link(two, one, "merged into"),
    ]
    merged = memory.apply(ops, by="test")
    assert texts(memory) == {"tea twice"}
    memory.undo(merged.id)
    assert texts(memory) == {"tea", "more tea"}
    assert memory.view().neighbours(one) == []
    gone = memory.apply([Delete(one, "old")], by="test")
    memory.undo(gone.id)
    assert texts(memory) == {"tea", "more tea"}


def test_an_edge_with_a_new_weight_gets_its_old_one_back(memory: Memory) -> None:
    one, two = memory.add(["tea", "milk"]).ids
    memory.apply([Link(one, two, "goes with", weight=0.5)], by="test")
    heavier = memory.apply([Link(one, two, "goes with", weight=0.9)], by="test")
    memory.undo(heavier.id)
    assert [link.weight for link in memory.view().neighbours(one)] == [0.5]


def test_what_cannot_be_undone_says_so(memory: Memory, open_memory: Open) -> None:
    receipt = memory.add("tea")
    memory.freeze(receipt.ids[0])
    assert "thaw it first" in memory.rollback(0).dropped[0].why
    memory.thaw(receipt.ids[0])
    memory.forget(receipt.ids[0])
    with pytest.raises(NotFound, match="no change"):
        memory.undo(receipt.id)
    (forgotten,) = rows(base(memory), "SELECT batch FROM journal WHERE op = 'forget'")
    with pytest.raises(IllegalTransition, match="gone for good"):
        memory.undo(str(forgotten[0]))
    other = open_memory(user="bo").add("mine")
    with pytest.raises(NotFound):
        open_memory(user="ana").undo(other.id)


def test_rollback_to_a_moment_a_number_or_a_receipt(memory: Memory, clock: ManualClock) -> None:
    first = memory.add("tea")
    sequence, moment = memory.store.sequence(), clock.now()
    clock.advance(timedelta(hours=1))
    memory.update(first.ids[0], "green tea")
    second = memory.add("milk")
    for point in (first.id, sequence, moment):
        preview = memory.rollback(point, dry_run=True)
        assert preview.status is Status.PREVIEW
        assert {entry.id for entry in preview.applied} == {first.ids[0], second.ids[0]}
        assert texts(memory) == {"green tea", "milk"}
        done = memory.rollback(point)
        assert texts(memory) == {"tea"}
        memory.undo(done.id)
        assert texts(memory) == {"green tea", "milk"}


def test_rollback_reaches_only_its_scope(open_memory: Open) -> None:
    ana, bo = open_memory(user="ana"), open_memory(user="bo")
    ana.add("tea")
    bo.add("beer")
    ana.rollback(0)
    assert texts(ana) == set()
    assert texts(bo) == {"beer"}


def test_diff_tells_what_was_added_changed_and_gone(memory: Memory) -> None:
    one, two = memory.add(["tea", "milk"]).ids
    before = memory.store.sequence()
    memory.update(one, "green tea")
    memory.apply([Delete(two, "old")], by="test")
    (three,) = memory.add("cake").ids
    assert {(c.id, c.kind) for c in memory.diff(before)} == {
        (one, Kind.CHANGED),
        (two, Kind.GONE),
        (three, Kind.ADDED),
    }
    assert [c.kind for c in memory.diff(memory.store.sequence(), before) if c.id == three] == [
        Kind.GONE
    ]
    assert memory.diff(before, before) == []


def test_branches_share_the_past_and_nothing_else(open_memory: Open) -> None:
    main = open_memory()
    (id,) = main.add("tea").ids
    size = sum(count for (count,) in rows(base(main), "SELECT count(*) FROM version"))
    main.branch("trip")
    assert rows(base(main), "SELECT count(*) FROM version") == [(size,)]
    trip = open_memory(branch="trip")
    trip.update(id, "green tea")
    main.update(id, "black tea")
    trip.add("map")
    main.add("desk")
    assert (texts(main), texts(trip)) == ({"black tea", "desk"}, {"green tea", "map"})
    assert trip.search("tea", 1)[0].cube.text == "green tea"
    assert [cube.text for cube in trip.history(id)] == ["tea", "green tea"]
    assert {(c.kind, c.after and c.after.text) for c in main.diff(branch="trip")} == {
        (Kind.CHANGED, "green tea"),
        (Kind.ADDED, "map"),
        (Kind.GONE, None),
    }
    trip.rollback(trip.branches()[1].forked)
    assert texts(trip) == {"tea"}


def test_a_branch_can_begin_in_the_past_and_have_branches(open_memory: Open) -> None:
    main = open_memory()
    first = main.add("tea")
    main.update(first.ids[0], "green tea")
    made = main.branch("before", at=first.id)
    assert (made.parent, made.forked) == ("main", 2)
    before = open_memory(branch="before")
    assert texts(before) == {"tea"}
    before.update(first.ids[0], "mint tea")
    before.branch("deeper")
    deeper = open_memory(branch="deeper")
    before.update(first.ids[0], "no tea")
    assert (texts(main), texts(before), texts(deeper)) == ({"green tea"}, {"no tea"}, {"mint tea"})
    with pytest.raises(InvalidInput, match="deeper"):
        main.drop_branch("before")
    deeper.close()
    main.drop_branch("deeper")
    assert texts(before) == {"no tea"}


def test_a_branch_that_is_dropped_leaves_nothing(open_memory: Open) -> None:
    main = open_memory(strategy=Noting())
    main.add("tea")
    main.branch("trip")
    with open_memory(branch="trip", strategy=Noting()) as trip:
        trip.add("xylophone")
    main.drop_branch("trip")
    from support import assert_sound, files_holding

    assert files_holding(main.path, "xylophone") == []
    assert texts(main) == {"tea", "noted: tea"}
    main.close()
    assert_sound(base(main))


def test_forgetting_reaches_every_branch(open_memory: Open) -> None:
    main = open_memory()
    (id,) = main.add("the xylophone is loud").ids
    main.branch("trip")
    trip = open_memory(branch="trip")
    trip.update(id, "the xylophone is quiet")
    main.forget(id)
    from support import files_holding

    assert texts(trip) == set()
    assert files_holding(main.path, "xylophone") == []


def test_a_branch_needs_a_name_of_its_own(memory: Memory, open_memory: Open) -> None:
    memory.branch("trip")
    for name in ("trip", "main", "", "  "):
        with pytest.raises(InvalidInput):
            memory.branch(name)
    with pytest.raises(NotFound, match="there are: main, trip"):
        open_memory(branch="trap")
