"""Receipts: what was kept, what was not and why; and what is acknowledged is found at once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pytest
from acting import Add, Delete, Draft, Noop, Noting, Op, Open, Text, Update

from memwell.core.errors import QuotaExceeded
from memwell.core.lifecycle import State
from memwell.core.message import Conversation, Event, Message
from memwell.core.strategy import Strategy
from memwell.core.view import View
from memwell.kernel.memory import Memory
from support import START


def talk(*texts: str) -> Conversation:
    return Conversation(tuple(map(Message, texts)), "s", START)


def test_a_conversation_that_was_there_says_so(open_memory: Open) -> None:
    memory = open_memory(strategy=Noting())
    (first,) = memory.add_many([talk("I like tea")])
    assert not first.repeated
    memory.close()
    again = open_memory(strategy=Noting())
    known, new, twice = again.add_many([talk("I like tea"), talk("milk"), talk("milk")])
    assert [receipt.repeated for receipt in (known, new, twice)] == [True, False, True]
    assert (known.id, known.ids) == (first.id, first.ids)
    assert (twice.id, twice.ids) == (new.id, new.ids)
    assert (known.dropped[-1].id, known.dropped[-1].why) == (
        first.id, "it was there already; nothing was stored again",
    )  # fmt: skip
    assert not again.receipt(first.id).repeated
    assert len(again.search("noted")) == 4


def test_a_conversation_that_was_taken_back_is_not_told_again_by_itself(memory: Memory) -> None:
    (first,) = memory.add_many([talk("I like tea")])
    memory.undo(first.id)
    (again,) = memory.add_many([talk("I like tea")])
    assert again.repeated
    assert memory.search("tea") == []


@dataclass
class Merging(Strategy):
    """Merges what was said before into a note, and tells what it leaves alone."""

    def encode(self, event: Event, view: View) -> Iterable[Draft]:
        yield Draft(Text(f"noted {event.messages[0].text}"))

    def store(self, drafts: Iterable[Draft], view: View) -> Iterator[Op]:
        for draft in drafts:
            yield Add(draft, "new")
            for cube in view.scan():
                if cube.source.by == self.name:
                    yield Update(cube.id, "lives on in the new note", state=State.MERGED)
            yield Noop("too vague", id="vague")
            yield Delete("nobody", "outdated")


def test_what_is_merged_and_dropped_is_named_with_its_reason(open_memory: Open) -> None:
    memory = open_memory(strategy=Merging())
    first = memory.add("I like tea")
    second = memory.add("I like milk")
    note = first.ids[-1]
    merged = [done for done in second.applied if done.op == "update"]
    assert [(done.id, done.version, done.why) for done in merged] == [
        (note, 2, "lives on in the new note")
    ]
    assert [(done.op, done.id) for done in second.dropped] == [
        ("noop", "vague"), ("delete", "nobody"),
    ]  # fmt: skip
    assert all(done.why for done in (*second.applied, *second.dropped))
    assert memory.receipt(second.id).ids == second.ids


def test_ids_stay_the_same_when_it_is_refined_again(open_memory: Open) -> None:
    strategy = Noting()
    memory = open_memory(strategy=strategy)
    receipt = memory.add(["I like tea", "and milk"])
    (event,) = memory.store.events([receipt.id])
    ops = strategy.store(strategy.encode(event, memory.view()), memory.view())
    again = memory.apply(ops, by=strategy.name, cause=event.id)
    assert [(done.op, done.why) for done in again.dropped] == [
        ("add", "it is there already"), ("noop", "nothing else in it"),
    ]  # fmt: skip
    assert memory.receipt(receipt.id).ids == receipt.ids
    assert len(list(memory.view().scan())) == 3


def test_a_batch_is_kept_as_a_whole_or_not_at_all(memory: Memory) -> None:
    memory.governance.limit(memories=4)
    with pytest.raises(QuotaExceeded):
        list(memory.add_many([talk("one", "two"), talk("three", "four"), talk("five")]))
    assert list(memory.view().scan()) == []
    assert list(memory.store.all_events(memory.scope)) == []
    assert len(list(memory.add_many([talk("one", "two"), talk("three", "four")]))) == 2


@pytest.mark.parametrize("exhaustive", [1, 1000])
@pytest.mark.parametrize("embedded", [True, False], ids=["dense", "lexical"])
def test_whatever_was_done_is_found_at_once(
    open_memory: Open, exhaustive: int, embedded: bool
) -> None:
    """By every memory that is open on the folder."""
    given = {} if embedded else {"embedder": None}

    def opened(**options: object) -> Memory:
        memory = open_memory(**given, **options)
        memory._reembedder.source.exhaustive = exhaustive
        memory.search("warm the caches")
        return memory

    memory, other = opened(), opened()

    def best(query: str, *memories: Memory) -> list[str]:
        return [one.search(query, 1)[0].cube.text for one in memories or (memory, other)]

    memory.add([f"filler {n} about tea" for n in range(30)])
    receipt = memory.add("zebras eat grass")
    (id,) = receipt.ids
    assert best("zebras grass") == ["zebras eat grass"] * 2
    update = other.update(id, "giraffes eat leaves")
    assert best("giraffes leaves") == ["giraffes eat leaves"] * 2
    memory.branch("b")
    there = opened(branch="b")
    assert best("giraffes leaves", there) == ["giraffes eat leaves"]
    there.update(id, "lions eat meat")
    assert best("lions meat", there) == ["lions eat meat"]
    assert best("giraffes leaves") == ["giraffes eat leaves"] * 2
    memory.undo(update.id)
    assert best("zebras grass") == ["zebras eat grass"] * 2
    assert best("lions meat", there) == ["lions eat meat"]
    other.undo(receipt.id)
    assert id not in [hit.cube.id for one in (memory, other) for hit in one.search("zebras", 40)]
    memory.rollback(update.id)
    assert best("giraffes leaves") == ["giraffes eat leaves"] * 2
