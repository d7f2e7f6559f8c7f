"""Entries are looked up or compared with a list: the outcome is the same."""

import numpy as np
import pytest
from acting import Open
from hypothesis import given
from hypothesis import strategies as st

from memwell.core.view import NOW, Moment
from memwell.kernel import passing
from memwell.kernel.memory import Memory
from memwell.kernel.passing import Passing


@pytest.fixture
def shared(open_memory: Open) -> Memory:
    ana, bo = open_memory(user="ana"), open_memory(user="bo")
    for n in range(6):
        ana.add(f"ana {n}", labels={"topic": "odd" if n % 2 else "even"})
        bo.add(f"bo {n}")
    ana.update(ana.add("changed").ids[0], "changed again")
    return ana


def test_both_ways_give_the_same(shared: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = (NOW, Moment(known=shared.view().now))

    @given(asked=st.lists(st.integers(0, 40), unique=True), moment=st.sampled_from(moments))
    def same(asked: list[int], moment: Moment) -> None:
        entries = np.array(asked, np.int64)
        singly = Passing(shared.store, shared.scope, moment, None, count=7)(entries)
        with monkeypatch.context() as patch:
            patch.setattr(passing, "SINGLY", -1)
            listed = Passing(shared.store, shared.scope, moment, None, count=7)(entries)
        assert singly.tolist() == listed.tolist()

    same()


def test_a_small_part_of_a_large_memory_is_found(
    shared: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passing, "SINGLY", 0)
    shared._reembedder.source.exhaustive = 1
    hits = shared.search("ana", 20, where={"topic": "odd"})
    assert {hit.cube.text for hit in hits} == {"ana 1", "ana 3", "ana 5"}
    assert {hit.cube.text for hit in shared.search("bo", 20)} == {
        *(f"ana {n}" for n in range(6)),
        "changed again",
    }
