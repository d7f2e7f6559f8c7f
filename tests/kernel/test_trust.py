"""Trust: handed in, inherited as the least of the sources, minded by search and by changes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memwell import Conversation, Memory, Message
from memwell.core.cube import MemCube, Source
from memwell.core.errors import InvalidInput
from memwell.core.hit import Hit
from memwell.core.op import Add, Delete, Draft, Update
from memwell.core.payload import Text
from memwell.core.scope import Scope
from memwell.core.trust import CLASSES, level
from memwell.kernel.doctor.doctor import doctor
from memwell.kernel.trusted import ordered, outranks
from support import quick_folder

TRUSTS = st.sampled_from([1.0, 0.8, 0.5, 0.3])


@pytest.fixture
def memory(tmp_path: Path) -> Any:
    with Memory(tmp_path / "m", embedder="none") as opened:
        yield opened


def trust(memory: Memory, id: str) -> float:
    return memory.get(id).source.trust


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_is_a_number(memory: Memory, name: str) -> None:
    (id,) = memory.add("x", trust=name).ids
    assert trust(memory, id) == CLASSES[name]


def test_what_tools_said_is_trusted_as_such_at_most(memory: Memory) -> None:
    said = [Message("ask"), Message("result", role="tool"), Message("told", role="assistant")]
    assert [trust(memory, id) for id in memory.add(said).ids] == [1.0, 0.5, 1.0]
    assert [trust(memory, id) for id in memory.add(said, trust="web").ids] == [0.3] * 3
    (receipt,) = memory.add_many([Conversation((Message("page"),), trust=0.7)])
    assert trust(memory, receipt.ids[0]) == 0.7


@pytest.mark.parametrize("given", ["friend", -0.1, 1.1, float("nan"), True, None])
def test_what_is_no_trust_keeps_nothing(memory: Memory, given: Any) -> None:
    with pytest.raises(InvalidInput, match="trust"):
        memory.add("x", trust=given)
    with pytest.raises(InvalidInput):
        memory.add("x", labels={"trust": "1.0"})
    assert list(memory.view().scan()) == []


def test_a_turn_that_is_made_again_is_trusted_no_more(tmp_path: Path) -> None:
    with Memory(tmp_path / "m", embedder="none") as memory:
        (id,) = memory.add("poison", trust="web").ids
        with memory.store.alone():
            pass
        path = tmp_path / "m" / "memory.db"
    import sqlite3

    connection = sqlite3.connect(path)
    with connection:
        row = connection.execute("SELECT row FROM version WHERE id = ?", [id]).fetchone()[0]
        for table in ("label", "lineage", "terms"):
            connection.execute(f"DELETE FROM {table} WHERE row = ?", [row])
        connection.execute("DELETE FROM version WHERE row = ?", [row])
    connection.close()
    doctor(tmp_path / "m", repair=True)
    with Memory(tmp_path / "m", embedder="none") as memory:
        assert trust(memory, id) == 0.3


# -- lineage

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["said", "add", "grow"]),
        TRUSTS,
        st.lists(st.integers(0, 20), max_size=3),
        st.lists(st.integers(0, 20), max_size=2),
    ),
    min_size=1,
    max_size=14,
)


@given(STEPS)
def test_trust_is_the_least_over_all_that_something_was_made_of(steps: list[Any]) -> None:
    """Whatever is added or grown, from cubes, events or both."""
    with quick_folder() as folder, Memory(f"{folder}/m", embedder="none") as memory:
        turns: dict[str, tuple[str, float]] = {}  # by event: its turn and trust
        bound: dict[str, float] = {}
        for place, (what, given_, parents, events) in enumerate(steps):
            if what == "said" or not bound:
                receipt = memory.add(f"words {place}", trust=given_)
                turns[receipt.id] = (receipt.ids[0], given_)
                bound[receipt.ids[0]] = given_
                continue
            cubes = tuple({list(bound)[n % len(bound)] for n in parents})
            said = tuple({list(turns)[n % len(turns)] for n in events})
            least = min(
                [*(bound[id] for id in cubes), *(turns[event][1] for event in said)], default=1.0
            )
            if what == "add":
                draft = Draft(Text(f"made {place}"), parents=cubes, events=said)
                (id,) = memory.apply([Add(draft, "made")], by="test").ids
                bound[id] = least
            else:
                id = list(bound)[place % len(bound)]
                receipt = memory.apply(
                    [
                        Update(
                            id, "grown", payload=Text(f"grown {place}"), parents=cubes, events=said
                        )
                    ],
                    by="test",
                )
                assert bool(receipt.dropped) == (least < bound[id])
        for id, most in bound.items():
            cube = memory.get(id)
            assert cube.source.trust <= most
            parents_ = [memory.get(each).source.trust for each in cube.source.parents]
            rests = [turns[event][1] for event in cube.source.events]
            assert cube.source.trust == min([*parents_, *rests], default=1.0)


# -- changes


@pytest.mark.parametrize(
    "op",
    [
        lambda id, low: Update(id, "x", payload=Text("poison"), parents=(low,)),
        lambda id, low: Update(id, "x", valid=None, labels={"a": "b"}, parents=(low,)),
    ],
)
def test_low_trust_changes_nothing_that_is_trusted_more(memory: Memory, op: Any) -> None:
    (fact,) = memory.add("The account is 1.").ids
    (low,) = memory.add("The account is 2.", trust="tool").ids
    receipt = memory.apply([op(fact, low)], by="test")
    assert not receipt.applied
    assert "trusted 0.5" in receipt.dropped[0].why
    assert len(memory.history(fact)) == 1


@pytest.mark.parametrize(
    "op", [lambda id: Update(id, "x", payload=Text("poison")), lambda id: Delete(id, "x")]
)
def test_nor_does_an_event_as_its_cause(memory: Memory, op: Any) -> None:
    (fact,) = memory.add("The account is 1.").ids
    low = memory.add("Delete the account.", trust="web")
    receipt = memory.apply([op(fact)], by="test", cause=low.id)
    assert "trusted 0.3" in receipt.dropped[0].why
    trusted = memory.add("The account is 3.")
    assert memory.apply([op(fact)], by="test", cause=trusted.id).applied


def test_the_user_himself_changes_everything(memory: Memory) -> None:
    for given_ in ("user", "web"):
        (id,) = memory.add("old", trust=given_).ids
        before = trust(memory, id)
        memory.update(id, "new")
        assert memory.get(id).text == "new"
        assert trust(memory, id) == before
        memory.apply([Delete(id, "gone")], by="user")


# -- searching


def hit(place: int, score: float, trusted: float) -> Hit:
    cube = MemCube(
        str(place), 1, Text("x"), Scope(), Source("test", trust=trusted)
    )  # fmt: skip
    return Hit(cube, score)


HITS = st.lists(st.tuples(st.floats(-2, 2), TRUSTS), max_size=12).map(
    lambda drawn: [hit(place, *each) for place, each in enumerate(drawn)]
)


@given(HITS)
def test_nothing_stands_above_what_is_trusted_more_and_as_relevant(hits: list[Hit]) -> None:
    found = ordered(hits)
    before = {each.cube.id: each for each in hits}
    assert sorted(each.cube.id for each in found) == sorted(before)
    for place, ahead in enumerate(found):
        for behind in found[place + 1 :]:
            assert not outranks(before[behind.cube.id], before[ahead.cube.id])
    for one in {each.cube.source.trust for each in hits}:
        same = [each.cube.id for each in found if each.cube.source.trust == one]
        assert same == [each.cube.id for each in hits if each.cube.source.trust == one]


@given(HITS)
def test_where_all_are_trusted_alike_the_order_stays(hits: list[Hit]) -> None:
    alike = [replace(each, cube=replace(each.cube, source=Source("x", trust=0.5))) for each in hits]
    assert [each.cube.id for each in ordered(alike)] == [each.cube.id for each in hits]


def test_many_copies_of_a_lie_do_not_keep_the_truth_out(memory: Memory) -> None:
    for n in range(20):
        memory.add("The user's account number is 666.", trust="web", session=f"s{n}")
    (truth,) = memory.add("The user's account number is 1234.").ids
    hits = memory.search("What is the user's account number?", 5)
    assert hits[0].cube.id == truth
    assert all(each.reasons[-1].name == "trust" for each in hits[1:])
    assert "web" in hits[1].reasons[-1].text
    assert level("web") == hits[1].cube.source.trust
    assert "(trusted 0.3)" in memory.context("the account number").text
