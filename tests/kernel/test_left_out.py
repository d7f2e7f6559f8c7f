"""What a search leaves out, and why."""

from datetime import UTC, datetime, timedelta

from acting import Delete, Open, Update

from memwell.core.clock import ManualClock
from memwell.core.lifecycle import State
from memwell.kernel.left_out import Cause, LeftOut
from memwell.kernel.memory import Memory

HOUR = timedelta(hours=1)


def told(found: list[LeftOut], cause: Cause) -> list[str]:
    return [each.cube.text for each in found if each.cause is cause]


def test_what_ranked_lower_follows_in_order(memory: Memory) -> None:
    for n in range(6):
        memory.add(f"heron number {n} " + "stands still " * n)
    hits = memory.search("heron", 6)
    found = memory.left_out("heron", 2, most=3)
    assert told(found, Cause.LOWER) == [hit.cube.text for hit in hits[2:5]]
    assert [each.hit.score for each in found if each.hit] == [hit.score for hit in hits[2:5]]
    assert found[0].why.startswith(f"number 3, with a score of {hits[2].score:.3f}")


def test_nothing_is_left_out_of_a_small_memory(memory: Memory) -> None:
    memory.add("a heron")
    assert memory.left_out("heron", 5) == []
    assert memory.left_out("of the", 5) == []


def test_what_expired_says_why(memory: Memory) -> None:
    (id,) = memory.add("The heron stands in the pond").ids
    memory.add("The heron has a nest")
    memory.add("Something else altogether")
    memory.apply([Delete(id, "the pond is dry")], by="user")
    (found,) = memory.left_out("heron in the pond", 5)
    assert (found.cube.id, found.cause) == (id, Cause.ENDED)
    assert found.why == "expired on 1 Mar 2024, 09:00: the pond is dry"


def test_what_shares_few_words_was_not_to_be_expected(memory: Memory) -> None:
    (id,) = memory.add("The heron has a grey coat").ids
    memory.apply([Delete(id, "gone")], by="user")
    assert memory.left_out("heron pond frog reed", 5) == []


def test_archived_and_merged_memories_are_told_apart(memory: Memory) -> None:
    (kept,) = memory.add("The heron stands in the pond").ids
    (merged,) = memory.add("A heron stands in a pond").ids
    ops = [
        Update(kept, "long ago", state=State.ARCHIVED),
        Update(merged, "says the same", state=State.MERGED),
    ]
    memory.apply(ops, by="user")
    found = {each.cube.id: each.cause for each in memory.left_out("heron pond", 5)}
    assert found == {kept: Cause.ENDED, merged: Cause.REPLACED}


def test_an_earlier_wording_of_what_was_found(memory: Memory, clock: ManualClock) -> None:
    (id,) = memory.add("My car is a green Saab").ids
    clock.advance(HOUR)
    memory.update(id, "My car is a red Volvo")
    memory.freeze(id)  # a new version with the same words is no wording
    found = memory.left_out("What car do I have?", 5)
    assert told(found, Cause.REPLACED) == ["My car is a green Saab"]
    assert found[-1].why == "reworded on 1 Mar 2024, 10:00; version 2 says it now"


def test_what_the_moment_or_a_filter_keeps_out(memory: Memory, clock: ManualClock) -> None:
    memory.add("heron one", session="a", labels={"topic": "birds"})
    clock.advance(HOUR)
    memory.add("heron two", session="b")
    start = datetime(2024, 3, 1, 9, 30, tzinfo=UTC)
    known = memory.left_out("heron", 5, known_at=start)
    assert told(known, Cause.MOMENT) == ["heron two"]
    assert known[0].why == "it was not known before 1 Mar 2024, 10:00"
    true = memory.left_out("heron", 5, as_of=start)
    assert [each.why for each in true] == ["it was not true on 1 Mar 2024, 09:30"]
    session = memory.left_out("heron", 5, session="b")
    assert [each.why for each in session] == ["it belongs to the session a"]
    labels = memory.left_out("heron", 5, where={"topic": "birds"})
    assert told(labels, Cause.FILTER) == ["heron two"]


def test_others_memories_are_never_told(open_memory: Open) -> None:
    memory = open_memory()
    for user in ("ana", "bo"):
        own = memory.acting(user=user)
        ids = [own.add(f"{user} saw heron {n}").ids[0] for n in range(4)]
        own.update(ids[0], f"{user} saw no heron")
        own.apply([Delete(ids[1], f"{user} says so")], by="user")
    found = memory.acting(user="ana").left_out("saw heron", 1, session="none", most=20)
    assert found
    assert {each.cube.scope.user for each in found} == {"ana"}
    assert all("bo" not in each.why for each in found)


def test_it_is_no_use_of_what_it_tells(memory: Memory) -> None:
    ids = [memory.add(f"heron {n}").ids[0] for n in range(3)]
    memory.left_out("heron", 1)
    memory.wait()
    memory._access.flush()
    assert [memory.get(id).uses for id in ids] == [0, 0, 0]
