"""Many conversations at once: each is kept once, and an interrupted import goes on where it was."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from acting import Noting, Open

from memwell.core.errors import NotFound
from memwell.core.message import Conversation, Message
from memwell.core.receipt import Status
from memwell.kernel.memory import Memory
from support import START, assert_embedded, assert_sound, base


def talks(count: int, turns: int = 3) -> list[Conversation]:
    return [
        Conversation(
            tuple(Message(f"turn {turn} of talk {talk}") for turn in range(turns)),
            session=f"s{talk}",
            at=START + timedelta(days=talk),
            user=("ana", "bob")[talk % 2],
        )
        for talk in range(count)
    ]


def texts(memory: Memory) -> list[str]:
    return [cube.text for cube in memory.view().scan()]


@pytest.mark.parametrize("turns", [1, 100])
def test_every_conversation_has_its_receipt_in_order(open_memory: Open, turns: int) -> None:
    memory = open_memory()
    receipts = list(memory.add_many(talks(7, turns)))
    assert [len(receipt.ids) for receipt in receipts] == [turns] * 7
    for number, receipt in enumerate(receipts):
        cube = memory.get(receipt.ids[0])
        assert cube.text == f"turn 0 of talk {number}"
        assert cube.scope.session == f"s{number}"
        assert cube.scope.user == ("ana", "bob")[number % 2]
        assert cube.at == START + timedelta(days=number)
    assert_sound(base(memory))
    assert_embedded(base(memory), memory._reembedder.embedder.fingerprint)  # type: ignore[union-attr]


def test_the_second_run_stores_nothing_new(open_memory: Open) -> None:
    memory = open_memory(strategy=Noting())
    first = list(memory.add_many(talks(4)))
    sequence = memory.store.sequence()
    memory.close()
    again = open_memory(strategy=Noting())
    assert [receipt.id for receipt in again.add_many(talks(4))] == [r.id for r in first]
    assert again.store.sequence() == sequence


def test_receipts_tell_what_was_made_of_each(open_memory: Open) -> None:
    memory = open_memory(strategy=Noting())
    receipts = list(memory.add_many(talks(2)))
    assert [receipt.status for receipt in receipts] == [Status.REFINED] * 2
    assert [len(receipt.ids) for receipt in receipts] == [4, 4]


@pytest.mark.parametrize("stop", [1, 2, 3])
def test_an_interrupted_run_goes_on_where_it_was(open_memory: Open, stop: int) -> None:
    def interrupted() -> Iterator[Conversation]:
        yield from talks(8, 100)[: 3 * stop]
        raise KeyboardInterrupt

    memory = open_memory(strategy=Noting())
    done = []
    with pytest.raises(KeyboardInterrupt):
        done.extend(memory.add_many(interrupted()))
    kept = set(texts(memory))
    memory.close()
    again = open_memory(strategy=Noting())
    receipts = list(again.add_many(talks(8, 100)))
    assert kept <= set(texts(again))
    assert len(texts(again)) == len(set(texts(again))) == 8 * 101
    assert {again.receipt(r.id).status for r in receipts} == {Status.REFINED}
    fresh = open_memory("fresh", strategy=Noting())
    list(fresh.add_many(talks(8, 100)))
    assert sorted(texts(fresh)) == sorted(texts(again))


def test_the_same_conversation_twice_in_one_call_is_kept_once(memory: Memory) -> None:
    list(memory.add_many([*talks(1), *talks(1)]))
    assert len(texts(memory)) == 3


def test_the_same_words_at_another_time_or_in_another_session_are_another_conversation(
    memory: Memory,
) -> None:
    said = (Message("hello"),)
    list(memory.add_many([Conversation(said, "s1", START), Conversation(said, "s2", START)]))
    list(memory.add_many([Conversation(said, "s1", START + timedelta(days=1))]))
    assert len(texts(memory)) == 3


def test_what_was_forgotten_may_be_told_again(memory: Memory) -> None:
    (receipt,) = memory.add_many(talks(1))
    memory.forget(receipt.ids[0])
    (again,) = memory.add_many(talks(1))
    assert again.id != receipt.id
    with pytest.raises(NotFound):
        memory.get(receipt.ids[0])
    assert texts(memory).count("turn 0 of talk 0") == 1


def test_no_conversations_are_no_trouble(memory: Memory) -> None:
    assert list(memory.add_many([])) == []
