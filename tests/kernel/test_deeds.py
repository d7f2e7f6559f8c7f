"""What was done, change by change, as a scope may see it."""

from datetime import timedelta

import pytest
from acting import Delete, Open

from memwell.core.clock import ManualClock
from memwell.core.errors import NotFound
from memwell.kernel import changes
from memwell.kernel.memory import Memory


def batches(memory: Memory, **options: int) -> list[str]:
    return [deed.batch for deed in memory.deeds(**options).deeds]


def test_the_newest_comes_first_with_who_and_why(memory: Memory, clock: ManualClock) -> None:
    first = memory.add(["one", "two"])
    clock.advance(timedelta(hours=1))
    second = memory.update(first.ids[0], "three", why="a slip")
    found = memory.deeds()
    assert [deed.batch for deed in found.deeds] == [second.id, first.id]
    newest, oldest = found.deeds
    assert (newest.by, newest.at, newest.entries[0].applied.why) == ("user", clock.now(), "a slip")
    assert [entry.applied.op for entry in oldest.entries] == ["event", "add", "add"]
    assert found.before is None


@pytest.mark.parametrize("window", [1, 3, 7, 1_000])
def test_pages_join_without_a_gap(
    memory: Memory, window: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "WINDOW", window)
    done = [memory.add([f"heron {n}"] * (n % 3 + 1)).id for n in range(12)][::-1]
    assert list(dict.fromkeys(batches(memory, most=100))) == done
    told, before = list[str](), None
    while True:
        page = memory.deeds(before, most=5)
        told += [deed.batch for deed in page.deeds]
        before = page.before
        if before is None:
            break
    assert list(dict.fromkeys(told)) == done
    if window >= 7:  # a batch that fits into a window is told once
        assert told == done


def test_the_search_for_ones_own_ends_after_a_while_and_goes_on(
    open_memory: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "WINDOW", 4)
    monkeypatch.setattr(changes, "WINDOWS", 2)
    memory = open_memory()
    own, other = memory.acting(user="ana"), memory.acting(user="bo")
    mine = own.add("mine").id
    for n in range(10):
        other.add(f"not mine {n}")
    first = own.deeds()
    assert (first.deeds, first.before is None) == ((), False)
    found, before = [], first.before
    while before is not None:
        page = own.deeds(before)
        found += [deed.batch for deed in page.deeds]
        before = page.before
    assert found == [mine]


def test_changes_of_others_are_not_told(open_memory: Open) -> None:
    memory = open_memory()
    ana, bo = memory.acting(user="ana"), memory.acting(user="bo")
    mine, other = ana.add("mine").id, bo.add("not mine").id
    secret = bo.add("a secret", sensitivity="secret").id
    assert batches(ana) == [mine]
    assert batches(bo.acting(clearance="internal")) == [other]
    with pytest.raises(NotFound):
        ana.deed(other)
    with pytest.raises(NotFound):
        bo.acting(clearance="internal").deed(secret)
    assert ana.deed(mine).entries[-1].applied.op == "add"


def test_what_was_forgotten_is_not_told(memory: Memory) -> None:
    (id,) = memory.add("a heron").ids
    kept = memory.add("a frog").id
    memory.apply([Delete(id, "heron heron")], by="user")
    memory.forget(id)
    assert [deed.batch for deed in memory.deeds().deeds] == [kept]


def test_the_journal_is_read_from_one_line_to_another(memory: Memory) -> None:
    memory.add(["one", "two", "three"])
    (id,) = memory.add("four").ids
    lines = memory.store.journal()
    assert memory.store.journal(after=1, until=3) == lines[1:3]
    assert memory.store.journal(until=2) == lines[:2]
    assert memory.store.journal(until=0) == []
    assert memory.store.journal(id, until=len(lines)) == [x for x in lines if x.applied.id == id]
    assert memory.store.journal(id, until=1) == []
