"""LangGraph's own in-memory store is the oracle for everything but ranking."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any, TypedDict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langgraph.graph import END, START, StateGraph
from langgraph.store.base import (
    BaseStore,
    GetOp,
    InvalidNamespaceError,
    ListNamespacesOp,
    MatchCondition,
    Op,
    PutOp,
    SearchOp,
)
from langgraph.store.memory import InMemoryStore

from memwell import Memory
from memwell.core.clock import ManualClock
from memwell.core.errors import InvalidInput
from memwell.integrations.langgraph import MemwellStore
from support import quick_folder

LABELS = st.sampled_from(["a", "b", "users", "ü/%_"])
NAMESPACES = st.lists(LABELS, min_size=1, max_size=3).map(tuple)
KEYS = st.sampled_from(["k", "l", "a"])
LEAVES = (
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["x", "red tea", "", "\ud83d"])
)
VALUES = st.dictionaries(
    st.sampled_from(["n", "text", "deep"]),
    LEAVES | st.lists(LEAVES, max_size=2) | st.dictionaries(st.just("n"), LEAVES, max_size=1),
    max_size=3,
)
NUMBERS = st.sampled_from(["$gt", "$gte", "$lt", "$lte"])
FILTERS = st.none() | st.dictionaries(
    st.sampled_from(["n", "text", "deep"]),
    LEAVES
    | st.dictionaries(st.sampled_from(["$eq", "$ne"]), LEAVES, min_size=1)
    | st.dictionaries(st.just("n"), LEAVES, max_size=1)
    | st.lists(LEAVES, max_size=2),
    max_size=2,
)
INDEX = st.none() | st.just(False) | st.just(["text"]) | st.just(["deep.n", "n"])
WILD = st.lists(LABELS | st.just("*"), min_size=1, max_size=2).map(tuple)
CONDITIONS = st.builds(MatchCondition, st.sampled_from(["prefix", "suffix"]), WILD)
OPS: st.SearchStrategy[Op] = st.one_of(
    st.builds(PutOp, NAMESPACES, KEYS, VALUES | st.none(), INDEX, st.none()),
    st.builds(GetOp, NAMESPACES, KEYS, st.booleans()),
    st.builds(
        SearchOp, st.lists(LABELS, max_size=2).map(tuple), FILTERS, st.just(1000), st.just(0),
        st.none() | st.sampled_from(["red tea", "x"]),
    ),
    st.builds(
        ListNamespacesOp, st.none() | st.lists(CONDITIONS, max_size=2).map(tuple),
        st.none() | st.integers(1, 3), st.integers(0, 4), st.integers(0, 2),
    ),
)  # fmt: skip


def told(result: Any) -> Any:
    """What both must agree on: all but times, scores and order."""
    if isinstance(result, list) and result and hasattr(result[0], "value"):
        return sorted((told(item) for item in result), key=repr)
    return (result.namespace, result.key, result.value) if hasattr(result, "value") else result


def answers(oracle: InMemoryStore, batch: list[Op]) -> list[Any]:
    """What the oracle answers; it remembers namespaces that were only asked for, so undo it."""
    puts = [op for op in batch if isinstance(op, PutOp)]
    found: list[Any] = []
    for op in batch:
        for namespace in [namespace for namespace, held in oracle._data.items() if not held]:
            del oracle._data[namespace]
        found += [None] if isinstance(op, PutOp) else oracle.batch([op])
    oracle.batch(puts)
    return found


@settings(max_examples=30)
@given(st.lists(st.lists(OPS, min_size=1, max_size=4), max_size=12))
def test_every_batch_answers_as_the_in_memory_store_does(batches: list[list[Op]]) -> None:
    oracle = InMemoryStore()
    with quick_folder() as folder, Memory(f"{folder}/m", embedder="none") as memory:
        store = MemwellStore(memory)
        for batch in batches:
            mine, theirs = store.batch(batch), answers(oracle, batch)
            assert [told(each) for each in mine] == [told(each) for each in theirs]


@settings(max_examples=15)
@given(st.lists(st.integers(-3, 3), max_size=6), NUMBERS, st.integers(-3, 3))
def test_operators_compare_numbers(held: list[int], sign: str, bound: int) -> None:
    oracle = InMemoryStore()
    with quick_folder() as folder, Memory(f"{folder}/m", embedder="none") as memory:
        for store in (oracle, MemwellStore(memory)):
            for place, n in enumerate(held):
                store.put(("n",), str(place), {"n": n})
        mine = MemwellStore(memory).search(("n",), filter={"n": {sign: bound}})
        assert told(mine) == told(oracle.search(("n",), filter={"n": {sign: bound}}))


@pytest.fixture
def store(opened: Memory) -> MemwellStore:
    return MemwellStore(opened, index={"dims": 1, "embed": "unused", "fields": ["text"]})


def test_a_search_ranks_by_memwells_own_and_only_indexed_fields(store: MemwellStore) -> None:
    store.put(("docs",), "tea", {"text": "Green tea from Japan", "note": "coffee"})
    store.put(("docs",), "car", {"text": "A fast red car"})
    store.put(("docs",), "hidden", {"text": "Black tea"}, index=False)
    store.put(("docs",), "other", {"title": "tea leaves"}, index=["title"])
    found = store.search(("docs",), query="tea", limit=2)
    assert {item.key for item in found} == {"tea", "other"}
    assert all(item.score is not None for item in found)
    every = store.search(("docs",), query="tea")
    assert every[-1].key == "hidden"
    assert every[-1].score is None


def test_fields_that_are_not_indexed_are_not_found_by(tmp_path: Path) -> None:
    with Memory(tmp_path / "m", embedder="none") as memory:
        store = MemwellStore(memory, index={"dims": 1, "embed": "unused", "fields": ["text"]})
        store.put(("docs",), "tea", {"text": "Green tea from Japan", "note": "coffee"})
        assert store.search(("docs",), query="tea")[0].score > 0  # type: ignore[operator]
        assert store.search(("docs",), query="coffee")[0].score == 0


def test_pages_of_a_search_are_parts_of_the_whole(store: MemwellStore) -> None:
    for n in range(7):
        store.put(("docs",), str(n), {"text": f"tea number {n}"})
    for query in (None, "tea"):
        whole = [item.key for item in store.search(("docs",), query=query, limit=99)]
        parts = [store.search(("docs",), query=query, limit=3, offset=o) for o in (0, 3, 6, 9)]
        assert [item.key for part in parts for item in part] == whole
        assert len(whole) == 7


def test_a_put_is_a_new_version_and_a_deleted_item_comes_back(
    store: MemwellStore, opened: Memory, clock: ManualClock
) -> None:
    store.put(("u",), "k", {"text": "one"})
    clock.advance(timedelta(hours=1))
    store.put(("u",), "k", {"text": "two"})
    item = store.get(("u",), "k")
    assert item is not None
    assert item.updated_at - item.created_at == timedelta(hours=1)
    (cube,) = opened.view().scan()
    assert [each.text for each in opened.history(cube.id)] == ["one", "two"]
    store.delete(("u",), "k")
    assert store.get(("u",), "k") is None
    opened.undo(opened.store.journal(cube.id)[-1].batch)
    assert store.get(("u",), "k").value == {"text": "two"}  # type: ignore[union-attr]
    store.delete(("u",), "k")
    store.put(("u",), "k", {"text": "three"})
    assert len(opened.history(cube.id)) == 6


def test_items_live_for_minutes_after_they_were_last_used(
    opened: Memory, clock: ManualClock
) -> None:
    store = MemwellStore(opened, ttl={"default_ttl": 10, "refresh_on_read": True})
    store.put(("t",), "default", {})
    store.put(("t",), "long", {}, ttl=30)
    store.put(("t",), "never", {}, ttl=None)
    clock.advance(timedelta(minutes=8))
    assert store.get(("t",), "default", refresh_ttl=False)
    clock.advance(timedelta(minutes=1))
    assert store.get(("t",), "default")
    clock.advance(timedelta(minutes=9))
    assert store.get(("t",), "default", refresh_ttl=False)
    clock.advance(timedelta(minutes=1))
    assert store.get(("t",), "default") is None
    clock.advance(timedelta(minutes=12))
    assert [item.key for item in store.search(("t",))] == ["never"]
    clock.advance(timedelta(days=999))
    assert store.get(("t",), "never")
    assert len(opened.history(opened.view().scan().__next__().id)) == 1


def test_sweeping(opened: Memory, clock: ManualClock) -> None:
    store = MemwellStore(opened)
    store.put(("t",), "a", {}, ttl=1)
    store.put(("t",), "b", {})
    clock.advance(timedelta(minutes=2))
    assert store.sweep_ttl() == 1
    assert store.sweep_ttl() == 0
    assert store.list_namespaces() == [("t",)]


@pytest.mark.parametrize("namespace", [(), ("langgraph",), ("a.b",), ("",), (1,)])
def test_namespaces_that_langgraph_refuses(store: MemwellStore, namespace: Any) -> None:
    with pytest.raises(InvalidNamespaceError):
        store.put(namespace, "k", {})
    if namespace not in ((), ("langgraph",)):
        with pytest.raises(InvalidNamespaceError):
            store.batch([PutOp(namespace, "k", {})])


def test_bad_input_keeps_nothing(store: MemwellStore, opened: Memory) -> None:
    for value in ({"x": object()}, {"x": float("nan")}):
        with pytest.raises(InvalidInput):
            store.batch([PutOp(("a",), "good", {}), PutOp(("a",), "bad", value)])
    store.put(("a",), "x", {"n": 1})
    with pytest.raises(ValueError, match="operator"):
        store.search(("a",), filter={"n": {"$regex": "."}})
    assert len(list(opened.view().scan())) == 1


def test_users_never_meet(opened: Memory) -> None:
    ann, bob = (MemwellStore(opened.acting(user=name)) for name in ("ann", "bob"))
    ann.put(("prefs",), "tea", {"text": "green"})
    assert bob.get(("prefs",), "tea") is None
    assert bob.search(("prefs",), query="green") == []
    assert bob.list_namespaces() == []
    bob.put(("prefs",), "tea", {"text": "black"})
    assert ann.get(("prefs",), "tea").value == {"text": "green"}  # type: ignore[union-attr]
    assert [item.value for item in ann.search(())] == [{"text": "green"}]


class State(TypedDict):
    said: str
    answer: str


def remember(state: State, *, store: BaseStore) -> dict[str, str]:
    store.put(("users", "ann"), state["said"], {"text": state["said"]})
    found = store.search(("users", "ann"), query=state["said"], limit=1)
    return {"answer": found[0].value["text"]}


async def aremember(state: State, *, store: BaseStore) -> dict[str, str]:
    await store.aput(("users", "ann"), state["said"], {"text": state["said"]})
    item = await store.aget(("users", "ann"), state["said"])
    assert item is not None
    return {"answer": item.value["text"]}


def compiled(node: Any, store: BaseStore) -> Any:
    builder = StateGraph(State)
    builder.add_node("node", node)
    builder.add_edge(START, "node")
    builder.add_edge("node", END)
    return builder.compile(store=store)


def test_a_compiled_graph_remembers_across_runs_and_openings(tmp_path: Path) -> None:
    for said in ("I like green tea", "My cat is called Tom"):
        with Memory(tmp_path / "m", embedder="none") as memory:
            out = compiled(remember, MemwellStore(memory)).invoke({"said": said, "answer": ""})
            assert out["answer"] == said
    with Memory(tmp_path / "m", embedder="none") as memory:
        store = MemwellStore(memory)
        out = asyncio.run(compiled(aremember, store).ainvoke({"said": "async", "answer": ""}))
        assert out["answer"] == "async"
        assert len(store.search(("users",))) == 3
        assert "Tom" in memory.search("What is the cat called?", 1)[0].cube.text
