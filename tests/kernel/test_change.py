"""Changing memories: versions, moments, refusals; and what provenance is completed with."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from acting import Add, Delete, Draft, Link, Managing, Noop, Noting, Op, Open, Text, Update

from memwell.core.access import Sensitivity
from memwell.core.clock import ManualClock
from memwell.core.errors import Conflict, IllegalTransition, NotFound
from memwell.core.interval import Interval
from memwell.core.lifecycle import State
from memwell.core.receipt import Status
from memwell.core.view import View
from memwell.kernel.memory import Memory
from memwell.store.sql import SQLStore
from support import START, base, tables

HOUR = timedelta(hours=1)


def found(memory: Memory, query: str, **options: object) -> list[str]:
    return [hit.cube.text for hit in memory.search(query, **options)]  # type: ignore[arg-type]


def test_a_correction_is_found_at_once_and_the_old_words_are_not(
    memory: Memory, clock: ManualClock
) -> None:
    (id,) = memory.add("My car is a green Saab").ids
    memory.add("I like tea")
    clock.advance(HOUR)
    receipt = memory.update(id, "My car is a red Volvo", why="sold it")
    assert [(done.op, done.version, done.why) for done in receipt.applied] == [
        ("update", 2, "sold it")
    ]
    assert found(memory, "red Volvo", k=1) == ["My car is a red Volvo"]
    assert "My car is a green Saab" not in found(memory, "green Saab")
    old, new = memory.history(id)
    assert (old.text, new.text) == ("My car is a green Saab", "My car is a red Volvo")
    assert (old.known, new.known) == (Interval(START, START + HOUR), Interval(START + HOUR))
    assert new.source.events == old.source.events
    assert new.source.by == "user"
    assert memory.sources(id)[0].messages[0].content == "My car is a green Saab"


def test_what_was_known_then_can_be_asked(memory: Memory, clock: ManualClock) -> None:
    (id,) = memory.add("My car is a green Saab").ids
    clock.advance(HOUR)
    memory.update(id, "My car is a red Volvo")
    clock.advance(HOUR)
    memory.apply([Delete(id, "none of your business")], by="user")
    assert found(memory, "car") == []
    assert found(memory, "car", known_at=START + 1.5 * HOUR) == ["My car is a red Volvo"]
    assert found(memory, "car", known_at=START) == ["My car is a green Saab"]
    assert found(memory, "car", known_at=START - HOUR) == []
    assert [cube.state for cube in memory.history(id)][-1] is State.EXPIRED


def test_what_was_true_then_can_be_asked(memory: Memory) -> None:
    draft = Draft(Text("Ana lives in Porto"), valid=Interval(START - 9 * HOUR, START - 3 * HOUR))
    memory.apply([Add(draft, "told")], by="user")
    assert found(memory, "Porto") == ["Ana lives in Porto"]
    assert found(memory, "Porto", as_of=START - 9 * HOUR) == ["Ana lives in Porto"]
    assert found(memory, "Porto", as_of=START - 3 * HOUR) == []
    assert found(memory, "Porto", as_of=START - 4 * HOUR, known_at=START - HOUR) == []


@pytest.mark.parametrize("which", ["as_of", "known_at"])
def test_naive_moments_are_taken_to_be_utc(memory: Memory, which: str) -> None:
    memory.add("I like tea", at=START)
    assert found(memory, "tea", **{which: datetime(2024, 3, 2)}) == ["I like tea"]  # noqa: DTZ001


def test_a_deleted_memory_can_be_restored(memory: Memory) -> None:
    (id,) = memory.add("I like tea").ids
    memory.apply([Delete(id, "wrong")], by="user")
    with pytest.raises(IllegalTransition, match="restore"):
        memory.update(id, "I like milk")
    memory.apply([Update(id, "right after all", state=State.ACTIVATED)], by="user")
    assert found(memory, "tea") == ["I like tea"]
    assert len(memory.history(id)) == 3


def test_a_frozen_memory_raises_what_the_documentation_says(memory: Memory) -> None:
    (id,) = memory.add("I like tea").ids
    memory.apply([Update(id, "settled", state=State.FROZEN)], by="user")
    assert found(memory, "tea") == ["I like tea"]
    with pytest.raises(IllegalTransition, match="thaw"):
        memory.update(id, "I like milk")


def test_a_frozen_memory_is_not_changed(memory: Memory) -> None:
    (id,) = memory.add("I like tea").ids
    memory.apply([Update(id, "settled", state=State.FROZEN)], by="user")
    receipt = memory.apply([Delete(id, "no"), Update(id, "no", payload=Text("x"))], by="user")
    assert receipt.applied == ()
    assert all("thaw" in done.why for done in receipt.dropped)
    assert found(memory, "tea") == ["I like tea"]


def test_what_is_not_there_cannot_be_changed(memory: Memory) -> None:
    with pytest.raises(NotFound):
        memory.update("nothing", "x")
    receipt = memory.apply(
        [Update("nothing", "x"), Delete("nothing", "x"), Link("a", "b", "knows"), Noop("thought")],
        by="user",
    )
    assert receipt.applied == ()
    assert [done.op for done in receipt.dropped] == ["update", "delete", "link", "noop"]
    assert [line.applied.op for line in memory.store.journal()] == [
        "update", "delete", "link", "noop",
    ]  # fmt: skip


def test_a_version_that_is_named_must_be_the_present_one(memory: Memory) -> None:
    (id,) = memory.add("I like tea").ids
    memory.update(id, "I like milk")
    stale = memory.apply([Update(id, "late", payload=Text("juice"), version=1)], by="user")
    assert "version 1" in stale.dropped[0].why
    assert memory.apply([Update(id, "ok", payload=Text("juice"), version=2)], by="user").applied


def test_ops_of_one_call_see_each_other(memory: Memory) -> None:
    ops = [
        Add(Draft(Text("I like tea")), "new", id="one"),
        Update("one", "better", payload=Text("I like green tea")),
        Add(Draft(Text("Green is a colour"), parents=("one",)), "new", id="two"),
        Link("one", "two", "mentions", weight=0.5),
    ]
    receipt = memory.apply(ops, by="user")
    assert len(receipt.applied) == 4
    assert [cube.version for cube in memory.history("one")] == [1, 2]
    assert found(memory, "green tea", k=1) == ["I like green tea"]
    assert memory.view().neighbours("two") == [Link("one", "two", "mentions", weight=0.5)]


def test_a_memory_may_be_made_of_more_later_and_goes_with_any_of_it(memory: Memory) -> None:
    """Its source grows; what it was made of limits how long, and by whom, it is seen."""
    (tea,) = memory.add("I like tea", sensitivity="public").ids
    (jam,) = memory.add("I like jam", sensitivity="secret", ttl=9 * HOUR).ids
    made = Add(Draft(Text("likes tea"), parents=(tea,)), "noted", id="note")
    more = Update("note", "more of it", payload=Text("likes tea and jam"), parents=(jam, tea))
    memory.apply([made, more], by="test")
    first, second = memory.history("note")
    assert first.source.parents == (tea,)
    assert second.source.parents == (tea, jam)
    assert second.source.events == memory.get(tea).source.events + memory.get(jam).source.events
    assert second.sensitivity is Sensitivity.SECRET
    assert (first.until, second.until) == (None, START + 9 * HOUR)
    refused = memory.apply([Update("note", "no", parents=("nothing",))], by="test")
    assert "one parent, nothing" in refused.dropped[0].why
    assert "note" in memory.forget(jam).cubes
    assert memory.get(tea).text == "I like tea"


def test_a_dry_run_of_ops_changes_nothing(memory: Memory) -> None:
    (id,) = memory.add("I like tea").ids
    before = tables(base(memory))
    receipt = memory.apply(
        [Update(id, "x", payload=Text("milk")), Add(Draft(Text("new")), "x")],
        by="user",
        dry_run=True,
    )
    assert receipt.status is Status.PREVIEW
    assert [done.text for done in receipt.applied] == ["milk", "new"]
    assert tables(base(memory)) == before


def test_managing_dry_changes_nothing(open_memory: Open) -> None:
    memory = open_memory(strategy=Noting())
    memory.add("I like tea")
    before = tables(base(memory))
    assert [done.why for done in memory.manage(dry_run=True).applied] == ["summed up"]
    assert tables(base(memory)) == before
    assert memory.manage().applied
    assert found(memory, "summary", k=1) == ["summary: I like tea noted: I like tea"]


def test_provenance_reaches_the_raw_events_and_trust_is_the_least(
    memory: Memory, clock: ManualClock
) -> None:
    first, second = memory.add("I like tea"), memory.add("I like milk")
    memory.apply([Add(Draft(Text("likes"), parents=(first.ids[0],)), "x", id="likes")], by="user")
    clock.advance(HOUR)
    memory.apply(
        [Add(Draft(Text("all"), parents=("likes", second.ids[0])), "x", id="all")], by="user"
    )
    assert memory.get("all").source.events == (first.id, second.id)
    assert [event.id for event in memory.sources("all")] == [first.id, second.id]
    assert memory.get("all").source.trust == 1.0


def test_two_changes_in_the_same_moment_are_both_kept(memory: Memory) -> None:
    for word in ("tea", "milk"):
        assert memory.apply([Add(Draft(Text(word)), "new")], by="user").applied


def test_a_clock_that_goes_back_breaks_nothing(memory: Memory, clock: ManualClock) -> None:
    (id,) = memory.add("I like tea").ids
    clock.advance(-HOUR)
    memory.update(id, "I like milk")
    assert [cube.text for cube in memory.history(id)] == ["I like tea", "I like milk"]
    assert found(memory, "milk") == ["I like milk"]


def test_a_change_that_another_overtook_is_planned_anew(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    (id,) = memory.add("I like tea").ids
    commit = SQLStore.commit

    def overtaken(self: SQLStore, *batches: object) -> int:
        monkeypatch.setattr(SQLStore, "commit", commit)
        memory.update(id, "I like milk")
        return commit(self, *batches)  # type: ignore[arg-type]

    monkeypatch.setattr(SQLStore, "commit", overtaken)
    memory.update(id, "I like juice")
    assert [cube.text for cube in memory.history(id)] == [
        "I like tea", "I like milk", "I like juice",
    ]  # fmt: skip


def test_a_change_that_is_always_overtaken_is_a_conflict(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    (id,) = memory.add("I like tea").ids

    def always(self: SQLStore, *batches: object) -> int:
        raise Conflict("another came first")

    monkeypatch.setattr(SQLStore, "commit", always)
    with pytest.raises(Conflict):
        memory.update(id, "I like juice")


def test_changing_labels_keeps_the_words_searchable(memory: Memory) -> None:
    (id,) = memory.add("I like tea").ids
    memory.apply([Update(id, "tagged", labels={"mood": "calm"})], by="user")
    (hit,) = memory.search("tea")
    assert (hit.cube.version, hit.cube.labels) == (2, {"mood": "calm"})


def test_further_keys_make_a_memory_found_by_other_words(open_memory: Open) -> None:
    memory = open_memory(embedder=None)
    (id, _) = memory.add(["The green one, please", "I like tea"]).ids
    memory.apply([Update(id, "expanded", keys=("bicycle", "colour"))], by="user")
    assert found(memory, "bicycle", k=1) == ["The green one, please"]
    assert memory.get(id).text == "The green one, please"


def test_archived_memories_are_kept_but_not_searched(memory: Memory) -> None:
    (id,) = memory.add("I like tea").ids
    memory.apply([Update(id, "old", state=State.ARCHIVED)], by="user")
    assert found(memory, "tea") == []
    assert memory.get(id).state is State.ARCHIVED
    assert [cube.id for cube in memory.view().scan(State.ARCHIVED)] == [id]
    assert memory.context("tea").text == ""


def test_a_view_has_no_way_to_write(open_memory: Open) -> None:
    seen: list[View] = []

    def look(view: View) -> Iterable[Op]:
        seen.append(view)
        return []

    memory = open_memory(strategy=Managing(look))
    memory.manage()
    for name in ("scope", "now", "moment"):
        with pytest.raises(AttributeError):
            setattr(seen[0], name, None)
    assert seen[0].now == datetime(2024, 3, 1, 9, tzinfo=UTC)
