"""Why a memory was found, and why it was not."""

import pytest
from acting import Delete, Open, Update

from memwell.core.errors import NotFound
from memwell.core.lifecycle import State


def test_a_memory_that_was_found_has_rank_score_and_reasons(open_memory: Open) -> None:
    memory = open_memory()
    tea, milk, _ = memory.add(["green tea", "tea with milk and honey", "rain"]).ids
    hits = memory.search("green tea", k=3)
    for rank, hit in enumerate(hits, 1):
        found = memory.explain("green tea", hit.cube.id)
        assert (found.rank, found.score) == (rank, pytest.approx(hit.score))
        assert {reason.name for reason in found.reasons} >= {"words", "meaning"}
        assert (found.ahead.cube.id if found.ahead else None) == (
            hits[rank - 2].cube.id if rank > 1 else None
        )
    assert memory.explain("green tea", tea).verdict == "the best result"
    assert memory.explain("green tea", milk[:10]).cube.id == milk


@pytest.mark.parametrize(
    ("state", "verdict"), [(State.ARCHIVED, "it is archived"), (State.EXPIRED, "it expired on")]
)
def test_a_memory_out_of_use_says_so(open_memory: Open, state: State, verdict: str) -> None:
    memory = open_memory()
    (id,) = memory.add("green tea").ids
    op = Delete(id, "no") if state is State.EXPIRED else Update(id, "old", state=state)
    memory.apply([op], by="user")
    found = memory.explain("green tea", id)
    assert found.rank is None
    assert found.verdict.startswith(verdict)
    assert found.cube.state is state


def test_a_memory_of_another_user_says_so_to_who_may_know(open_memory: Open) -> None:
    memory = open_memory()
    (id,) = memory.add("green tea", user="ana").ids
    assert memory.explain("tea", id, user="bob").verdict == "it belongs to another scope"
    with pytest.raises(NotFound):
        open_memory(user="bob").explain("tea", id)


def test_a_memory_beyond_the_depth_says_so(
    open_memory: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("memwell.kernel.explain.DEPTH", 2)
    memory = open_memory()
    ids = memory.add(["green tea", "green tea leaves", "rain and wind"]).ids
    found = memory.explain("green tea", ids[2])
    assert found.rank is None
    assert "not among the first 2" in found.verdict
