"""Which tools a client is shown, and which it may find when it looks further."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from memwell.app.as_json import Json
from memwell.app.mcp import chatgpt
from memwell.app.mcp.further import FURTHER
from memwell.app.mcp.pinned import PINNED
from memwell.app.mcp.tool import Tool, tool
from memwell.core.errors import NotFound
from memwell.kernel.memory import Memory


class Described(TypedDict):
    """A tool that is not in the list."""

    name: str
    description: str
    arguments: dict[str, Any]
    read_only: bool
    destructive: bool


class More(TypedDict):
    """The tools that are not in the list."""

    tools: list[Described]


@dataclass(frozen=True)
class Toolbox:
    """The tools of one server. A client is shown what its memory's rights let it do.

    Few tools are listed, because a model reads all of them before every answer: the five of
    `pinned.py`, and two that find and use the rest. `everything` lists the rest, too, for clients
    that search tools themselves; `for_chatgpt` lists `search` and `fetch` beside them.
    """

    everything: bool = False
    for_chatgpt: bool = False
    link: chatgpt.Link = field(default=chatgpt.address)

    @cached_property
    def shown(self) -> dict[str, Tool]:
        """What is listed, in order, by name."""
        further = FURTHER if self.everything else (self._lists(), self._uses())
        connector = chatgpt.tools(self.link) if self.for_chatgpt else ()
        return {each.name: each for each in (*connector, *PINNED, *further)}

    def listed(self, memory: Memory) -> list[Tool]:
        """What is listed for whoever this memory is open for."""
        return [each for each in self.shown.values() if _may(memory, each)]

    def do(self, memory: Memory, name: str, arguments: Mapping[str, Any]) -> Json:
        """Raises NotFound for an unknown tool, and what the tool does."""
        found = self.shown.get(name)
        if found is None:
            raise NotFound(f"there is no tool {name!r}; there are {', '.join(self.shown)}")
        return found.do(memory, arguments)

    def _lists(self) -> Tool:
        @tool("Look for more tools", gives=More)
        def list_more_tools(memory: Memory) -> Json:
            """List the further tools of this memory, with their arguments.

            They answer from memory, explain results, read history and receipts, undo, roll back,
            freeze, and forget conversations. Call one with use_tool.
            """
            return {"tools": [_described(each) for each in FURTHER if _may(memory, each)]}

        return list_more_tools

    def _uses(self) -> Tool:
        @tool("Use a further tool", gives=dict[str, Any], destructive=True)
        def use_tool(
            memory: Memory,
            name: Annotated[str, Field(description="As list_more_tools gives it.")],
            arguments: Annotated[
                dict[str, Any] | None, Field(description="As that tool describes them.")
            ] = None,
        ) -> Json:
            """Call one of the tools that list_more_tools describes."""
            found = next((each for each in FURTHER if each.name == name), None)
            if found is None:
                raise NotFound(f"there is no further tool {name!r}; list_more_tools names them")
            return found.do(memory, arguments or {})

        return use_tool


def _may(memory: Memory, each: Tool) -> bool:
    return memory.governance.may(each.right)


def _described(each: Tool) -> Json:
    listed = each.listed
    return {
        "name": each.name,
        "description": each.description,
        "arguments": listed.input_schema,
        "read_only": each.harmless,
        "destructive": each.destructive,
    }
