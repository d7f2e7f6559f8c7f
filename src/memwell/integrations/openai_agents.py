"""The OpenAI Agents SDK's `Session`: a conversation that is a session of a memory.

    await Runner.run(agent, "…", session=MemwellSession("thread-1", Memory("memory")))

Every item round-trips unchanged, and what was said and done can be searched, across sessions too.
"""

import asyncio
import json
import secrets
from collections.abc import Mapping
from typing import Any

from memwell.core.cube import MemCube
from memwell.core.errors import InvalidInput
from memwell.core.message import Conversation, Message
from memwell.core.op import Delete
from memwell.integrations.missing import missing
from memwell.kernel.memory import Memory

try:
    from agents.items import TResponseInputItem
    from agents.memory.session_settings import SessionSettings, resolve_session_limit
except ImportError as error:
    raise missing("openai-agents", error) from error

BY = "openai-agents"
ITEM, ORDER = "agents:item", "agents:order"
TOOLS = ("_output", "_result")  # how the types of what tools gave back end


class MemwellSession:
    """Implements `agents.Session`.

    Items that are popped or cleared expire: `memory.undo` brings them back, `memory.forget` erases
    them. Sessions of the same name in memories of different users never meet.

    Args:
        session_id: What the conversation is called.
        memory: Where it is kept.
        session_settings: How many items are read when nobody says.
    """

    def __init__(
        self, session_id: str, memory: Memory, *, session_settings: SessionSettings | None = None
    ) -> None:
        self.session_id, self.memory = session_id, memory
        self.session_settings = session_settings

    async def get_items(self, limit: int | None = None) -> list[TResponseInputItem]:
        """All items in order, or the latest so many."""
        most = resolve_session_limit(limit, self.session_settings)
        held = await asyncio.to_thread(self._held)
        chosen = held if most is None or most < 0 else held[len(held) - min(most, len(held)) :]
        return [json.loads(cube.labels[ITEM]) for cube in chosen]

    async def add_items(self, items: list[TResponseInputItem]) -> None:
        """Keep these, durable on return. Raises InvalidInput for what is no JSON; nothing then."""
        await asyncio.to_thread(self._add, items)

    async def pop_item(self) -> TResponseInputItem | None:
        """Take the last item out; None when there is none."""
        return await asyncio.to_thread(self._pop)

    async def clear_session(self) -> None:
        """Take all items out."""
        await asyncio.to_thread(lambda: self._take_out(self._held()))

    def _held(self) -> list[MemCube]:
        """By the time they were added at; those of one time by their place."""
        found = self.memory.view(session=self.session_id).only({ITEM: "*"}).scan()
        return sorted(found, key=lambda cube: (_time(cube), cube.labels[ORDER]))

    def _add(self, items: list[TResponseInputItem]) -> None:
        now, sequence = self.memory.view().now, self.memory.store.sequence()
        talks = [
            Conversation(
                # Saying the same again is no repetition of an import, so each has a mark.
                (Message(words(item), role(item), ref=secrets.token_hex(8)),),
                self.session_id,
                now,
                labels={ITEM: _json(item), ORDER: f"{sequence:015d}.{place:06d}"},
            )
            for place, item in enumerate(items)
        ]
        for _ in self.memory.add_many(talks):
            pass

    def _pop(self) -> TResponseInputItem | None:
        last = self._held()[-1:]
        self._take_out(last)
        item: TResponseInputItem | None = json.loads(last[0].labels[ITEM]) if last else None
        return item

    def _take_out(self, cubes: list[MemCube]) -> None:
        if cubes:
            ops = [Delete(cube.id, "taken out of the session") for cube in cubes]
            self.memory.apply(ops, by=BY)


def words(item: Mapping[str, Any] | Any) -> str:
    """What an item says, to be found by: its text, or what was called with what."""
    kind = str(item.get("type", "message"))
    if "arguments" in item:
        return f"called {item.get('name', kind)}({item['arguments']})"
    for part in ("content", "output", "summary"):
        if told := _text(item.get(part)):
            return told
    return f"[{kind}]"


def role(item: Mapping[str, Any] | Any) -> str:
    """Who it is from: what tools gave back is the tool's, what has no role the assistant's."""
    if str(item.get("type", "")).endswith(TOOLS):
        return "tool"
    return str(item.get("role") or "assistant")


def _time(cube: MemCube) -> float:
    return cube.at.timestamp() if cube.at else 0.0


def _text(value: Any) -> str:
    """The words in a text, in an object with a text, or in a list of either."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, Mapping):
        return _text(value.get("text", value.get("refusal")))
    if isinstance(value, list):
        return "\n".join(filter(None, map(_text, value)))
    return ""


def _json(item: Any) -> str:
    try:
        return json.dumps(item)
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"an item of a session must be JSON: {error}") from error
