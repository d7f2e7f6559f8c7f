"""A mem0 program runs with only its import changed; shapes and errors are those of the real one."""

import asyncio
import inspect
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ["MEM0_TELEMETRY"] = "False"

from memwell import Memory
from memwell.core.clock import ManualClock
from memwell.core.errors import InvalidInput
from memwell.integrations import mem0 as ours
from support import WordEmbedder

TALK = [
    {"role": "system", "content": "You are helpful."},
    {"role": "user", "content": "I like to play cricket on weekends.", "name": "Alice"},
    {"role": "assistant", "content": "Cricket is a fine game."},
]


@pytest.fixture
def memory(tmp_path: Path, clock: ManualClock) -> Iterator[ours.Memory]:
    with Memory(tmp_path / "m", embedder=WordEmbedder(), clock=clock, seed=1) as opened:
        yield ours.Memory(memory=opened)


class Embedding:
    """Stands in for mem0's embedder, which needs a key."""

    def embed(self, text: str, memory_action: str = "add") -> list[float]:
        return [float(x) for x in WordEmbedder().embed([text]).vectors[0]]

    def embed_batch(self, texts: list[str], memory_action: str = "add") -> list[list[float]]:
        return [self.embed(text) for text in texts]


@pytest.fixture
def theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setenv("MEM0_DIR", str(tmp_path / "mem0"))
    import mem0

    store = {"path": str(tmp_path / "qdrant"), "embedding_model_dims": 24, "collection_name": "t"}
    real = mem0.Memory.from_config(
        {
            "vector_store": {"provider": "qdrant", "config": store},
            "history_db_path": str(tmp_path / "history.db"),
        }
    )
    real.embedding_model = Embedding()
    yield real
    real.vector_store.client.close()
    real.close()


PROGRAM = """
import json, sys
memory = Memory()
messages = [
    {"role": "user", "content": "Hi, I'm Alex. I'm a vegetarian and I'm allergic to nuts."},
    {"role": "assistant", "content": "Hello Alex! I'll remember that."},
]
kept = memory.add(messages, user_id="alex", metadata={"category": "food"})
found = memory.search("What can Alex eat?", filters={"user_id": "alex"}, top_k=3)
for each in found["results"]:
    print(each["memory"], round(each["score"], 2))
everything = memory.get_all(filters={"user_id": "alex"})
first = everything["results"][0]["id"]
memory.update(first, "Alex is a vegan.")
print(memory.get(first)["memory"], [each["event"] for each in memory.history(first)])
memory.delete(first)
memory.delete_all(user_id="alex")
print(len(memory.get_all(filters={"user_id": "alex"})["results"]))
"""


def test_a_program_runs_with_only_its_import_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MEMWELL_MEMORY", str(tmp_path / "m"))
    namespace: dict[str, Any] = {}
    exec("from memwell.integrations.mem0 import Memory\n" + PROGRAM, namespace)
    namespace["memory"].close()
    lines = capsys.readouterr().out.splitlines()
    assert "vegetarian" in lines[0]
    assert lines[-2] == "Alex is a vegan. ['ADD', 'UPDATE']"
    assert lines[-1] == "0"


@pytest.mark.parametrize("name", ["Memory", "AsyncMemory"])
def test_methods_and_parameters_are_mem0s(name: str) -> None:
    import mem0

    real, mine = getattr(mem0, name), getattr(ours, name)
    public = [n for n, f in inspect.getmembers(real, callable) if not n.startswith("_")]
    assert len(public) >= 12
    for method in public:
        asked = inspect.signature(getattr(real, method)).parameters.values()
        offered = inspect.signature(getattr(mine, method)).parameters.values()
        assert [(p.name, p.kind) for p in asked] == [(p.name, p.kind) for p in offered], method
        for theirs_, mine_ in zip(asked, offered, strict=True):
            if type(theirs_.default) is not object:
                assert theirs_.default == mine_.default, (method, theirs_.name)
        assert inspect.iscoroutinefunction(getattr(real, method)) == inspect.iscoroutinefunction(
            getattr(mine, method)
        ), method


def steps(memory: Any) -> Iterator[Any]:
    """The results of one program, ids and times aside."""
    kept = memory.add(
        TALK, user_id="ann", run_id="r1", metadata={"topic": "sport", "n": 3}, infer=False
    )
    yield kept
    memory.add("My cat is called Tom.", user_id="ann", infer=False)
    memory.add("Bob has a dog.", user_id="bob", agent_id="a", infer=False)
    first = kept["results"][0]["id"]
    yield memory.get(first)
    yield memory.get_all(filters={"user_id": "ann"})
    yield memory.get_all(filters={"agent_id": "a"})
    yield memory.get_all(filters={"user_id": "ann", "run_id": "r1"})
    yield memory.search("cricket", filters={"user_id": "ann", "run_id": "r1"})
    yield memory.search("cricket", filters={"user_id": "ann", "topic": "sport"})
    yield memory.search("cricket", filters={"user_id": "ann", "topic": "art"})
    yield memory.search("cricket", filters={"user_id": "ann", "n": {"gte": 4}})
    yield memory.search("cricket", filters={"user_id": "ann", "role": "assistant"}, top_k=1)
    yield memory.search("cricket", filters={"user_id": "ann", "actor_id": "Alice"}, top_k=1)
    yield memory.update(first, metadata={"topic": "hobby"})
    yield memory.update(first, text="I play chess.")
    yield memory.get(first)
    yield memory.history(first)
    yield memory.update(first, expiration_date="2020-01-31")
    yield memory.get_all(filters={"user_id": "ann", "run_id": "r1"})
    yield memory.get_all(filters={"user_id": "ann", "run_id": "r1"}, show_expired=True)
    yield memory.update(first, expiration_date=None)
    yield memory.get_all(filters={"user_id": "ann", "run_id": "r1"})
    yield memory.delete(first)
    yield memory.get(first)
    yield memory.history(first)
    yield memory.get("00000000-0000-0000-0000-000000000000")
    yield memory.delete_all(user_id="ann")
    yield memory.get_all(filters={"user_id": "ann"})
    yield memory.get_all(filters={"user_id": "bob"})
    yield memory.reset()
    yield memory.get_all(filters={"user_id": "bob"})


def told(value: Any) -> Any:
    """Without what differs from run to run, and lists of memories in one order."""
    if isinstance(value, dict):
        found = {name: told(each) for name, each in value.items() if name not in VARYING}
        shape = sorted(set(value) & VARYING)
        return found | {"has": shape} if shape else found
    if isinstance(value, list):
        return sorted(
            (told(each) for each in value), key=lambda each: json.dumps(each, default=str)
        )
    return value


VARYING = {"id", "memory_id", "created_at", "updated_at", "score"}


def test_results_are_those_of_the_real_one(memory: ours.Memory, theirs: Any) -> None:
    for place, (mine, real) in enumerate(zip(steps(memory), steps(theirs), strict=True)):
        assert plain(told(mine)) == plain(told(real)), place


def plain(value: Any) -> Any:
    """mem0 leaves `metadata` out of what has none in some results, and is None in others."""
    if isinstance(value, dict):
        return {
            name: bool(each) if name == "is_deleted" else plain(each)
            for name, each in value.items()
            if not (name in ("metadata", "expiration_date") and each is None)
        }
    return [plain(each) for each in value] if isinstance(value, list) else value


BAD = [
    lambda m: m.add("x"),
    lambda m: m.add("x", user_id="a b"),
    lambda m: m.add("x", user_id=" "),
    lambda m: m.add(5, user_id="a"),
    lambda m: m.add("x", user_id="a", memory_type="other"),
    lambda m: m.add("x", user_id="a", expiration_date="soon"),
    lambda m: m.search("x"),
    lambda m: m.search("x", user_id="a"),
    lambda m: m.search(" ", filters={"user_id": "a"}),
    lambda m: m.search("x", filters={"user_id": "a"}, threshold=2),
    lambda m: m.search("x", filters={"user_id": "a"}, top_k=-1),
    lambda m: m.get_all(),
    lambda m: m.get_all(filters={"topic": "x"}),
    lambda m: m.get_all(user_id="a"),
    lambda m: m.delete("00000000-0000-0000-0000-000000000000"),
    lambda m: m.update("00000000-0000-0000-0000-000000000000", "x"),
    lambda m: m.update("00000000-0000-0000-0000-000000000000"),
    lambda m: m.delete_all(),
]


@pytest.mark.parametrize("place", range(len(BAD)))
def test_errors_are_caught_as_the_real_ones_are(
    memory: ours.Memory, theirs: Any, place: int
) -> None:
    with pytest.raises(Exception) as real:  # noqa: PT011 (whichever it is, ours is one too)
        BAD[place](theirs)
    with pytest.raises(type(real.value)) as mine:
        BAD[place](memory)
    assert isinstance(mine.value, InvalidInput)
    assert getattr(mine.value, "error_code", None) == getattr(real.value, "error_code", None)
    assert not list(memory.memory.view().scan())


def test_add_never_returns_an_empty_list_for_what_was_said(memory: ours.Memory) -> None:
    for said in ("Hi.", "I like tea.", "I like tea.", TALK):
        results = memory.add(said, user_id="ann")["results"]
        assert results
        for each in results:
            assert memory.get(each["id"])["memory"] == each["memory"]  # type: ignore[index]


def test_what_the_strategy_derived_is_in_the_results(tmp_path: Path) -> None:
    with Memory(tmp_path / "m", embedder="none", strategy="plaintext:zep") as opened:
        mem = ours.Memory(memory=opened)
        results = mem.add("Anna Smith works at Acme Corp in Oslo.", user_id="ann")["results"]
    assert results[0]["memory"].startswith("Anna Smith works")
    assert len(results) > 1


def test_a_deleted_memory_comes_back_with_undo_and_reset_is_for_good(memory: ours.Memory) -> None:
    (kept,) = memory.add("The door code is 4711.", user_id="ann")["results"]
    memory.delete(kept["id"])
    assert memory.get(kept["id"]) is None
    last = memory.memory.store.journal(kept["id"])[-1].batch
    memory.memory.undo(last)
    assert memory.get(kept["id"])["memory"] == "The door code is 4711."  # type: ignore[index]
    memory.reset()
    assert memory.history(kept["id"]) == []


def test_metadata_cannot_move_a_memory_to_somebody_else(memory: ours.Memory) -> None:
    (kept,) = memory.add("secret", user_id="ann", metadata={"user_id": "eve"})["results"]
    memory.update(kept["id"], metadata={"user_id": "eve", "agent_id": "eve"})
    assert memory.get_all(filters={"user_id": "eve"}) == {"results": []}
    assert memory.get(kept["id"])["user_id"] == "ann"  # type: ignore[index]
    with pytest.raises(InvalidInput, match="role"):
        memory.update(kept["id"], metadata={"role": "system"})


def test_a_handle_for_one_user_serves_no_other(memory: ours.Memory) -> None:
    memory.add("secret", user_id="ann")
    eve = ours.Memory(memory=memory.memory.acting(user="eve"))
    with pytest.raises(Exception, match="ann"):
        eve.search("secret", filters={"user_id": "ann"})
    (kept,) = memory.get_all(filters={"user_id": "ann"})["results"]
    assert eve.get(kept["id"]) is None
    assert eve.history(kept["id"]) == []


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"topic": "*"}, 2),
        ({"topic": {"in": ["a", "b"]}}, 2),
        ({"topic": {"nin": ["a"]}}, 2),
        ({"topic": {"ne": "a"}}, 2),
        ({"n": {"gt": 1}}, 1),
        ({"n": {"lte": 2, "gte": 2}}, 1),
        ({"topic": {"contains": "A"}}, 0),
        ({"topic": {"icontains": "A"}}, 1),
        ({"OR": [{"topic": "a"}, {"n": 2}]}, 2),
        ({"AND": [{"topic": "a"}, {"n": 2}]}, 0),
        ({"NOT": [{"topic": "a"}]}, 2),
        ({"OR": [{"run_id": "r"}, {"topic": "b"}]}, 2),
    ],
)
def test_the_filter_grammar(memory: ours.Memory, wanted: dict[str, Any], count: int) -> None:
    memory.add("tea is hot", user_id="u", metadata={"topic": "a", "n": 1})
    memory.add("tea is green", user_id="u", metadata={"topic": "b", "n": 2})
    memory.add("tea is black", user_id="u", run_id="r")
    found = memory.search("tea", filters={"user_id": "u", **wanted})["results"]
    assert len(found) == count
    assert len(memory.get_all(filters={"user_id": "u", **wanted})["results"]) == count


def test_times_are_kept_and_asked_against(memory: ours.Memory) -> None:
    (kept,) = memory.add("We met.", user_id="u", timestamp="2023-05-01T10:00:00Z")["results"]
    assert memory.memory.get(kept["id"]).at.isoformat() == "2023-05-01T10:00:00+00:00"  # type: ignore[union-attr]
    found = memory.search(
        "What happened last week?", filters={"user_id": "u"}, reference_date="2023-05-08",
        explain=True, threshold=0,
    )  # fmt: skip
    assert found["results"][0]["score_details"]["time"] > 0


def test_the_async_one(tmp_path: Path) -> None:
    async def program() -> None:
        config = {"memwell": {"path": str(tmp_path / "m"), "embedder": "none"}, "version": "v1.1"}
        async with ours.AsyncMemory.from_config(config) as memory:
            (kept,) = (await memory.add("I like tea.", user_id="ann"))["results"]
            found = await memory.search("tea", filters={"user_id": "ann"})
            assert [each["id"] for each in found["results"]] == [kept["id"]]
            await memory.update(kept["id"], "I like coffee.")
            assert (await memory.get(kept["id"]))["memory"] == "I like coffee."  # type: ignore[index]
            assert len(await memory.history(kept["id"])) == 2
            await memory.delete(kept["id"])
            assert await memory.get_all(filters={"user_id": "ann"}) == {"results": []}
            await memory.delete_all(run_id="x")
            await memory.reset()

    asyncio.run(program())


def test_mem0_need_not_be_installed(monkeypatch: pytest.MonkeyPatch, memory: ours.Memory) -> None:
    monkeypatch.setattr("memwell.integrations.mem0.given.find_spec", lambda name: None)
    with pytest.raises(InvalidInput) as raised:
        memory.add("x")
    assert type(raised.value).__mro__[1] is InvalidInput
