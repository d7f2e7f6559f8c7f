"""The real Runner with a fake model; items of every kind round-trip unchanged."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from agents import (
    Agent,
    Model,
    ModelResponse,
    RunConfig,
    Runner,
    Session,
    SessionSettings,
    Usage,
    function_tool,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from openai.types.responses import (
    ResponseFunctionToolCall,
    ResponseOutputMessage,
    ResponseOutputText,
)

from memwell import Memory
from memwell.core.errors import InvalidInput
from memwell.integrations.openai_agents import MemwellSession
from support import quick_folder

IMAGE = {"type": "input_image", "image_url": "data:x", "detail": "auto"}
TEXT = {"type": "output_text", "text": "In Oslo.", "annotations": [], "logprobs": []}
ITEMS: list[Any] = [
    {"role": "user", "content": "Where does Anna live?"},
    {"role": "user", "content": [{"type": "input_text", "text": "Look"}, IMAGE]},
    {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "gA", "content": None},
    {"type": "function_call", "call_id": "c1", "name": "lookup", "arguments": '{"who": "Anna"}'},
    {"type": "function_call_output", "call_id": "c1", "output": "Oslo"},
    {"type": "message", "role": "assistant", "id": "m", "status": "completed", "content": [TEXT]},
    {"type": "computer_call", "id": "c", "action": {"x": 1, "y": 2.5}, "pending": []},
    {"role": "user", "content": ""},
    {"role": "user", "content": "half \ud83d, ü, \u0000"},
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda each: st.lists(each, max_size=2) | st.dictionaries(st.text(max_size=4), each),
    max_leaves=4,
)  # fmt: skip
ANY = st.fixed_dictionaries(
    {"role": st.sampled_from(["user", "assistant", "system"])},
    optional={"content": JSON, "type": st.text(max_size=5), "output": JSON, "arguments": JSON},
)
STEPS = st.one_of(
    st.tuples(st.just("add"), st.lists(ANY | st.sampled_from(ITEMS), max_size=3)),
    st.tuples(st.just("pop"), st.none()),
    st.tuples(st.just("clear"), st.none()),
)


@settings(max_examples=15)
@given(st.lists(STEPS, max_size=8), st.none() | st.integers(-1, 4))
def test_a_session_is_a_list(steps: list[tuple[str, Any]], limit: int | None) -> None:
    async def run(session: MemwellSession, held: list[Any]) -> None:
        for what, items in steps:
            if what == "add":
                await session.add_items(items)
                held += items
            elif what == "pop":
                assert await session.pop_item() == (held.pop() if held else None)
            else:
                await session.clear_session()
                held.clear()
        assert await session.get_items() == held
        last = held if limit is None or limit < 0 else held[max(0, len(held) - limit) :]
        assert await session.get_items(limit) == last

    with quick_folder() as folder, Memory(f"{folder}/m", embedder="none") as memory:
        asyncio.run(run(MemwellSession("s", memory), []))


class Scripted(Model):
    """Answers with what it is given, and keeps what it was asked."""

    def __init__(self, *outputs: Any) -> None:
        self.outputs, self.asked = list(outputs), list[Any]()

    async def get_response(self, system_instructions: Any, input: Any, *_: Any, **__: Any) -> Any:  # noqa: A002
        self.asked.append(input)
        return ModelResponse(output=[self.outputs.pop(0)], usage=Usage(), response_id=None)

    def stream_response(self, *_: Any, **__: Any) -> AsyncIterator[Any]:
        raise NotImplementedError


def said(text: str) -> ResponseOutputMessage:
    part = ResponseOutputText(text=text, type="output_text", annotations=[], logprobs=[])
    return ResponseOutputMessage(
        id="m", content=[part], role="assistant", status="completed", type="message"
    )


@function_tool
def lookup(who: str) -> str:
    """Where somebody lives."""
    return f"{who} lives in Oslo"


def test_the_runner_remembers_over_runs_and_openings(tmp_path: Path) -> None:
    call = ResponseFunctionToolCall(
        arguments='{"who": "Anna"}', call_id="c", name="lookup", type="function_call"
    )
    model = Scripted(call, said("She lives in Oslo."), said("You asked about Anna."))
    agent = Agent(name="a", model=model, tools=[lookup])
    quiet = RunConfig(tracing_disabled=True)
    for asked in ("Where does Anna live?", "What did I ask?"):
        with Memory(tmp_path / "m", embedder="none") as memory:
            session = MemwellSession("thread", memory)
            assert isinstance(session, Session)
            asyncio.run(Runner.run(agent, asked, session=session, run_config=quiet))
    kinds = [each.get("type", each.get("role")) for each in model.asked[-1]]
    assert kinds == ["user", "function_call", "function_call_output", "message", "user"]
    with Memory(tmp_path / "m", embedder="none") as memory:
        items = asyncio.run(MemwellSession("thread", memory).get_items())
        assert len(items) == 6
        assert items[-1]["content"][0]["text"] == "You asked about Anna."  # type: ignore[index]
        (best,) = memory.search("Where does Anna live?", 1)
        assert "Oslo" in best.cube.text
        assert {cube.labels["role"] for cube in memory.view().scan()} == {
            "user",
            "assistant",
            "tool",
        }


def test_sessions_and_users_never_meet(opened: Memory) -> None:
    ann, bob = opened.acting(user="ann"), opened.acting(user="bob")
    asyncio.run(MemwellSession("s", ann).add_items(ITEMS[:2]))
    asyncio.run(MemwellSession("other", ann).add_items(ITEMS[2:3]))
    assert asyncio.run(MemwellSession("s", bob).get_items()) == []
    asyncio.run(MemwellSession("s", bob).clear_session())
    assert asyncio.run(MemwellSession("s", ann).get_items()) == ITEMS[:2]


def test_settings_say_how_many(opened: Memory) -> None:
    session = MemwellSession("s", opened, session_settings=SessionSettings(limit=2))
    asyncio.run(session.add_items(ITEMS))
    assert asyncio.run(session.get_items()) == ITEMS[-2:]
    assert asyncio.run(session.get_items(3)) == ITEMS[-3:]


def test_what_is_no_json_keeps_nothing(opened: Memory) -> None:
    bad: Any = [{"role": "user", "content": "x"}, {"role": "user", "content": object()}]
    with pytest.raises(InvalidInput):
        asyncio.run(MemwellSession("s", opened).add_items(bad))
    assert list(opened.view().scan()) == []


def test_a_popped_item_comes_back_in_its_place(opened: Memory) -> None:
    session = MemwellSession("s", opened)
    asyncio.run(session.add_items(ITEMS[:2]))
    asyncio.run(session.pop_item())
    popped = opened.store.journal()[-1].batch
    asyncio.run(session.add_items(ITEMS[2:4]))
    opened.undo(popped)
    assert asyncio.run(session.get_items()) == ITEMS[:4]
