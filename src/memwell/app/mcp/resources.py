"""Memories as resources, and a prompt that brings in what is remembered on a topic."""

import json
import re
from typing import Any

import mcp_types as types
from mcp.shared.exceptions import MCPError

from memwell.app import as_json
from memwell.app.recalled import NOTICE, block
from memwell.core.errors import InvalidInput, MemwellError, NotFound
from memwell.kernel.memory import Memory

MIME = "application/json"
URI = re.compile(r"memory://([0-9a-z]{1,26})(/history|/sources)?/?")

TEMPLATES = [
    types.ResourceTemplate(
        name="memory",
        title="A memory",
        uri_template="memory://{id}",
        description="One memory as it stands, with where it comes from and how far to trust it.",
        mime_type=MIME,
    ),
    types.ResourceTemplate(
        name="memory_history",
        title="All versions of a memory",
        uri_template="memory://{id}/history",
        description="Every version of a memory, the first one first.",
        mime_type=MIME,
    ),
    types.ResourceTemplate(
        name="memory_sources",
        title="What a memory rests on",
        uri_template="memory://{id}/sources",
        description="The messages a memory comes from, word for word.",
        mime_type=MIME,
    ),
]

PROMPTS = [
    types.Prompt(
        name="recall",
        title="Bring in memories",
        description="Puts what is remembered on a topic before your next message.",
        arguments=[
            types.PromptArgument(name="topic", description="What it is about.", required=True)
        ],
    )
]


def read(memory: Memory, uri: str) -> types.ReadResourceResult:
    """The resource at an address. Raises MCPError when there is none."""
    found = URI.fullmatch(uri)
    if found is None:
        raise refused(NotFound(f"there is no resource {uri}; addresses are memory://<id>"))
    try:
        value = _value(memory, found[1], found[2])
    except MemwellError as error:
        raise refused(error) from error
    text = json.dumps({"notice": NOTICE, **value}, ensure_ascii=False)
    contents = types.TextResourceContents(uri=uri, mime_type=MIME, text=text)
    return types.ReadResourceResult(contents=[contents])


def prompt(memory: Memory, name: str, arguments: dict[str, str]) -> types.GetPromptResult:
    """The prompt filled in. Raises MCPError for an unknown one, or one without its topic."""
    try:
        if name != "recall":
            raise NotFound(f"there is no prompt {name!r}; there is `recall`")
        topic = arguments.get("topic", "")
        if not topic.strip():
            raise InvalidInput("say what to recall: the prompt needs a `topic`")
        text = block(memory.context(topic, 2000).cubes)
    except MemwellError as error:
        raise refused(error) from error
    content = types.TextContent(text=f"What is remembered on: {topic}\n\n{text}")
    message = types.PromptMessage(role="user", content=content)
    return types.GetPromptResult(description=PROMPTS[0].description, messages=[message])


def refused(error: MemwellError) -> MCPError:
    """An error as the protocol tells it where there is no tool result to put it in."""
    return MCPError(code=types.INVALID_PARAMS, message=str(error))


def _value(memory: Memory, id: str, part: str | None) -> dict[str, Any]:
    if part == "/history":
        return {"versions": [as_json.of_cube(cube) for cube in memory.history(id)]}
    if part == "/sources":
        return {"events": [as_json.of_event(each) for each in memory.sources(id)]}
    return {"memory": as_json.of_cube(memory.get(id))}
