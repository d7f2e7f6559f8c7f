"""`memwell mcp` as an application starts it: a process, asked by the SDK's client."""

import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters

from memwell import Memory
from support import environment


def served(folder: Path, *options: str) -> StdioServerParameters:
    words = ("mcp", "--memory", str(folder), "--embedder", "none", *options)
    code = "from memwell.app.cli import main; main()"
    return StdioServerParameters(
        command=sys.executable, args=["-c", code, *words], env=environment()
    )


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_what_one_application_adds_another_finds(tmp_path: Path, mode: str) -> None:
    folder = tmp_path / "memory"

    async def work() -> Any:
        async with Client(served(folder, "--user", "ana"), mode=mode) as first:
            assert first.server_info is not None
            assert first.server_info.name == "memwell"
            await first.call_tool("add_memory", {"text": "My dog is called Biscuit."})
        async with Client(served(folder, "--user", "ana", "--read-only"), mode=mode) as second:
            names = [each.name for each in (await second.list_tools()).tools]
            found = await second.call_tool("search_memories", {"query": "dog"})
            refused = await second.call_tool("add_memory", {"text": "I like tea."})
            return names, found.structured_content, refused

    names, found, refused = anyio.run(work)
    assert "add_memory" not in names
    assert found["hits"][0]["memory"]["text"] == "My dog is called Biscuit."
    assert refused.is_error
    with Memory(folder, embedder="none") as memory:
        assert [cube.scope.user for cube in memory.view().scan()] == ["ana"]


def test_identity_comes_from_the_command_only(tmp_path: Path) -> None:
    with Memory(tmp_path / "memory", embedder="none", user="bo") as memory:
        (id,) = memory.add("My salary is 5000.").ids

    async def work() -> Any:
        async with Client(served(tmp_path / "memory", "--user", "ana")) as ana:
            asked = {"query": "salary", "user": "bo"}
            return (
                await ana.call_tool("search_memories", {"query": "salary"}),
                await ana.call_tool("search_memories", asked),
                await ana.call_tool("get_memory", {"id": id}),
            )

    hers, asked_for_bo, by_id = anyio.run(work)
    assert hers.structured_content["hits"] == []
    assert asked_for_bo.is_error
    assert by_id.is_error


def test_a_memory_that_is_not_there_is_not_read(tmp_path: Path) -> None:
    from typed import Shell

    assert "there is no memory" in Shell(tmp_path / "none").error("mcp", "--read-only")
