"""The graph: what it shows, and where its points stand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from visiting import Tags, Visitor, text_of

from memwell import Memory
from memwell.app.dashboard import network
from memwell.app.dashboard.layout import placed
from memwell.core.op import Add, Draft, Link
from memwell.core.payload import Text


@given(
    st.integers(0, 40).flatmap(
        lambda n: st.tuples(
            st.just(n), st.lists(st.tuples(*[st.integers(0, max(0, n - 1))] * 2), max_size=60)
        )
    )
)
def test_points_stand_within_the_frame_and_apart(case: tuple[int, list[tuple[int, int]]]) -> None:
    count, edges = case
    edges = edges if count else []
    spots = placed(count, edges, 900, 600, 50)
    assert spots.shape == (count, 2)
    assert np.isfinite(spots).all()
    if count:
        assert spots[:, 0].min() >= 50 - 1e-6
        assert spots[:, 0].max() <= 850 + 1e-6
        assert spots[:, 1].max() <= 550 + 1e-6
    if count > 1:
        apart = np.linalg.norm(spots[:, None] - spots[None], axis=2)
        assert apart[~np.eye(count, dtype=bool)].min() > 1
    assert np.array_equal(spots, placed(count, edges, 900, 600, 50))


def test_joined_points_stand_nearer_than_others() -> None:
    edges = [(a, b) for half in (0, 5) for a in range(half, half + 5) for b in range(half, a)]
    spots = placed(10, [*edges, (0, 5)], 900, 900, 0)
    middle = spots.reshape(2, 5, 2).mean(axis=1)
    inside = np.linalg.norm(spots.reshape(2, 5, 2) - middle[:, None], axis=2).max()
    assert np.linalg.norm(middle[0] - middle[1]) > inside


def test_without_facts_it_shows_conversations_and_their_memories(ana: Visitor, cat: str) -> None:
    page = ana.page("/graph")
    kinds = [a["class"] for tag, a in Tags(page).found if (a.get("class") or "").startswith("node")]
    assert sum("kind-conversation" in kind for kind in kinds) == 2
    assert sum("kind-said" in kind for kind in kinds) == 3
    assert "bees" not in page
    assert f'href="/memory/{cat}"' in page  # in the list beside it


def test_facts_join_entities(ana: Visitor, memory: Memory) -> None:
    labels = {"is": "fact", "relation": "LIVES_IN", "source": "a", "target": "b"}
    fact = Draft(Text("Ana lives in Riga."), labels={**labels, "subject": "Ana", "object": "Riga"})
    memory.acting(user="ana").apply([Add(fact, "stated")], by="plaintext:made-up")
    page = ana.page("/graph")
    assert "<title>lives in</title>" in page
    assert "entity: Riga" in page


def test_opening_a_point_shows_what_it_is_joined_to(ana: Visitor, memory: Memory, cat: str) -> None:
    own = memory.acting(user="ana")
    note = Add(Draft(Text("Ana has a cat."), labels={"is": "note"}, parents=(cat,)), "", "n" * 26)
    own.apply([note, Link("n" * 26, cat, "BELONGS_WITH", "")], by="plaintext:made-up")
    page = ana.page(f"/graph?open={cat}")
    event = memory.get(cat).source.events[0]
    for relation in ("source", "derived", "belongs with"):
        assert f"<title>{relation}</title>" in page, relation
    assert f"open={cat},{event}" in page  # the next one is opened beside it
    both = ana.page(f"/graph?open={cat},{event}")
    assert "Does the piano mind?" in both
    assert "What you opened is not here." in text_of(ana.page("/graph?open=nothing"))


def test_it_stays_small_and_tells_what_did_not_fit(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "NODES", 5)
    receipt = memory.add([f"turn {n}" for n in range(12)])
    found = network.around(memory, [receipt.id])
    assert len(found.nodes) == 5
    assert found.more == 8
    assert all(edge.src in found.nodes and edge.dst in found.nodes for edge in found.edges.values())
