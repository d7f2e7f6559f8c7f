"""Anthropic's own tool over a folder is the oracle; the tool runs in the SDK's own loop."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import anthropic
import httpx2 as httpx
import pytest
from anthropic.lib.tools import ToolError
from anthropic.tools import BetaLocalFilesystemMemoryTool
from hypothesis import given, settings
from hypothesis import strategies as st

from memwell import Memory
from memwell.core.access import Sensitivity
from memwell.integrations.anthropic_memory import AsyncMemwellMemoryTool, MemwellMemoryTool
from support import quick_folder

PATHS = st.sampled_from(
    ["/memories/a.txt", "/memories/b/c.md", "/memories/b/d/e/f", "/memories/.h", "/memories/b"]
)
ODD = st.sampled_from(["/memories", "/memories/../etc", "/etc/passwd", "/memories/b/../a.txt", ""])
ANY_PATH = PATHS | PATHS | ODD
TEXTS = st.sampled_from(
    ["", "\n", "tea", "tea\ntea\n", "one\ntwo\nthree\nfour\nfive\nsix", "ü\r\nx"]
)
WORDS = st.sampled_from(["tea", "two", "three\nfour", "x", "none"])


def command(name: str, **parts: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"command": st.just(name), **parts})


COMMANDS = st.one_of(
    command("create", path=ANY_PATH, file_text=TEXTS),
    command("create", path=ANY_PATH, file_text=TEXTS),
    command("view", path=ANY_PATH),
    command("view", path=PATHS, view_range=st.sampled_from([[1, 2], [2, -1], [3, 99], [0, 1]])),
    command("str_replace", path=ANY_PATH, old_str=WORDS, new_str=WORDS),
    command("insert", path=ANY_PATH, insert_line=st.integers(-1, 4), insert_text=TEXTS),
    command("delete", path=ANY_PATH),
    command("rename", old_path=ANY_PATH, new_path=ANY_PATH),
)


def answer(tool: Any, given: dict[str, Any]) -> tuple[str, str]:
    """What the tool says; sizes of directories are the file system's own business."""
    try:
        said = tool.call(given)
    except ToolError as error:
        return "error", str(error)
    except (OSError, ValueError) as error:  # what the oracle forgot to catch is refused, no more
        return "error", type(error).__name__
    return "done", re.sub(r"^\S+\t(/memories\S*?/?)$", _size, said, flags=re.MULTILINE)


def _size(match: re.Match[str]) -> str:
    return match[1] if match[1].endswith("/") or match[1] == "/memories" else match[0]


@settings(max_examples=40)
@given(st.lists(COMMANDS, max_size=12))
def test_every_command_answers_as_the_file_system_tool_does(commands: list[dict[str, Any]]) -> None:
    with quick_folder() as folder, Memory(f"{folder}/m", embedder="none") as memory:
        mine, theirs = MemwellMemoryTool(memory), BetaLocalFilesystemMemoryTool(f"{folder}/files")
        for given_ in commands:
            for empty in sorted((Path(folder) / "files" / "memories").rglob("*"), reverse=True):
                if empty.is_dir() and not any(empty.iterdir()):
                    empty.rmdir()  # a memory has no directories without files
            said, real = answer(mine, given_), answer(theirs, given_)
            assert said[0] == real[0], (given_, said, real)
            if "Error" not in real[1]:
                assert said == real, given_


@pytest.fixture
def tool(opened: Memory) -> MemwellMemoryTool:
    return MemwellMemoryTool(opened)


@pytest.mark.parametrize(
    "path",
    ["/memories/../x", "/memoriesx/a", "memories/a", "/etc/passwd", "/memories/a/../../b", "",
     "/memories/a\x00b", "//memories/a", "../memories/a"],
)  # fmt: skip
def test_no_path_leads_out(tool: MemwellMemoryTool, path: str) -> None:
    for given_ in (
        {"command": "create", "path": path, "file_text": "x"},
        {"command": "view", "path": path},
        {"command": "delete", "path": path},
        {"command": "rename", "old_path": "/memories/a", "new_path": path},
    ):
        with pytest.raises(ToolError):
            tool.call(given_)
    assert list(tool.memory.view().scan()) == []


def test_files_are_memories_with_versions(tool: MemwellMemoryTool, opened: Memory) -> None:
    tool.call({"command": "create", "path": "/memories/tea.md", "file_text": "Ann likes tea."})
    tool.call(
        {"command": "str_replace", "path": "/memories/tea.md", "old_str": "tea", "new_str": "mate"}
    )
    (hit,) = opened.search("What does Ann like?", 1)
    assert [each.text for each in opened.history(hit.cube.id)] == [
        "Ann likes tea.", "Ann likes mate."
    ]  # fmt: skip
    assert hit.cube.sensitivity is Sensitivity.INTERNAL
    tool.call({"command": "delete", "path": "/memories/tea.md"})
    assert opened.search("What does Ann like?", 1) == []
    opened.undo(opened.store.journal(hit.cube.id)[-1].batch)
    assert "mate" in str(tool.call({"command": "view", "path": "/memories/tea.md"}))


def test_clearing_and_users(opened: Memory) -> None:
    ann, bob = (MemwellMemoryTool(opened.acting(user=name)) for name in ("ann", "bob"))
    ann.call({"command": "create", "path": "/memories/a", "file_text": "x"})
    with pytest.raises(ToolError):
        bob.call({"command": "view", "path": "/memories/a"})
    assert bob.clear_all_memory() == "All memory cleared"
    assert "x" in str(ann.call({"command": "view", "path": "/memories/a"}))
    ann.clear_all_memory()
    with pytest.raises(ToolError):
        ann.call({"command": "view", "path": "/memories/a"})


USE = {"command": "create", "path": "/memories/notes.md", "file_text": "Ann likes tea."}


class Claude:
    """Answers the SDK's requests: it uses the tool once, and then has done."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(json.loads(request.content))
        use = {"type": "tool_use", "id": "t1", "name": "memory", "input": USE}
        first = len(self.asked) == 1
        return httpx.Response(
            200,
            json={
                "id": "m", "type": "message", "role": "assistant", "model": "claude",
                "content": [use if first else {"type": "text", "text": "Noted."}],
                "stop_reason": "tool_use" if first else "end_turn", "stop_sequence": None,
                "usage": {"input_tokens": 1, "output_tokens": 1},
            },
        )  # fmt: skip


ASKED: Any = {
    "model": "claude", "max_tokens": 9, "betas": ["context-management-2025-06-27"],
    "messages": [{"role": "user", "content": "Remember that Ann likes tea."}],
}  # fmt: skip


def test_in_the_sdks_own_loop(tool: MemwellMemoryTool, opened: Memory) -> None:
    claude = Claude()
    transport = httpx.MockTransport(claude)
    with anthropic.Anthropic(api_key="x", http_client=httpx.Client(transport=transport)) as client:
        last = client.beta.messages.tool_runner(tools=[tool], **ASKED).until_done()
    assert last.content[0].text == "Noted."  # type: ignore[union-attr]
    assert claude.asked[0]["tools"] == [{"type": "memory_20250818", "name": "memory"}]
    result = claude.asked[1]["messages"][-1]["content"][0]
    assert "File created successfully at: /memories/notes.md" in str(result)
    assert opened.search("tea", 1)[0].cube.text == "Ann likes tea."


def test_in_the_async_loop(opened: Memory) -> None:
    async def run() -> None:
        http = httpx.AsyncClient(transport=httpx.MockTransport(Claude()))
        tool = AsyncMemwellMemoryTool(opened)
        async with anthropic.AsyncAnthropic(api_key="x", http_client=http) as client:
            await client.beta.messages.tool_runner(tools=[tool], **ASKED).until_done()
        for given_ in (
            {"command": "view", "path": "/memories/notes.md"},
            {"command": "insert", "path": "/memories/notes.md", "insert_line": 0,
             "insert_text": "# Notes"},
            {"command": "str_replace", "path": "/memories/notes.md", "old_str": "tea",
             "new_str": "mate"},
            {"command": "rename", "old_path": "/memories/notes.md", "new_path": "/memories/n"},
            {"command": "delete", "path": "/memories/n"},
        ):  # fmt: skip
            await tool.call(given_)
        assert await tool.clear_all_memory() == "All memory cleared"

    asyncio.run(run())
