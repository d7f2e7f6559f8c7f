"""In a real agent, with a function for a model."""

import asyncio
from typing import Any

from pydantic_ai import Agent, ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from memwell import Memory
from memwell.integrations.pydantic_ai import MemwellToolset


def run(memory: Memory, tool: str, **args: Any) -> Any:
    """What the agent gets back when its model calls one tool and then has done."""
    results: list[Any] = []

    def model(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        assert {each.name for each in info.function_tools} == {
            "search_memories", "add_memory", "update_memory", "delete_memory"
        }  # fmt: skip
        if len(messages) == 1:
            return ModelResponse(parts=[ToolCallPart(tool, args)])
        results.append(messages[-1].parts[0])
        return ModelResponse(parts=[TextPart("done")])

    agent = Agent(FunctionModel(model), toolsets=[MemwellToolset(memory)])
    assert asyncio.run(agent.run("Go on.")).output == "done"
    return results[0]


def test_an_agent_remembers_corrects_and_lets_go(opened: Memory) -> None:
    (id,) = run(opened, "add_memory", text="Ann lives in Oslo.").content
    found = run(opened, "search_memories", query="Where does Ann live?").content
    assert [each["text"] for each in found] == ["Ann lives in Oslo."]
    assert found[0]["said_by"] == "assistant"
    assert run(opened, "update_memory", id=id, text="Ann lives in Rome.").content == 2
    assert "expired" in run(opened, "delete_memory", id=id).content
    assert opened.search("Ann") == []
    assert [each.state.value for each in opened.history(id)][-1] == "expired"


def test_what_is_refused_is_told_to_the_model(opened: Memory) -> None:
    part = run(opened, "update_memory", id="nothing", text="x")
    assert "there is no memory" in str(part.content)
    assert "empty" in str(run(opened, "search_memories", query=" ").content)
