"""LlamaIndex: a memory block that keeps what leaves the chat's short memory, and recalls it.

Memory.from_defaults(memory_blocks=[MemwellMemoryBlock(memory=memwell_memory)])
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from memwell.integrations.missing import missing
from memwell.kernel.memory import Memory

try:
    from llama_index.core.bridge.pydantic import Field
    from llama_index.core.llms import ChatMessage, MessageRole
    from llama_index.core.memory import BaseMemoryBlock
except ImportError as error:
    raise missing("llama-index-core", error) from error

SESSION = "session_id"


class MemwellMemoryBlock(BaseMemoryBlock[str]):
    """Recalls what belongs to the last thing the user said, within a budget of tokens."""

    name: str = Field(default="memwell", description="The name of the block in the prompt.")
    memory: Memory = Field(description="Where it is kept; memory.acting(user=…) for each user.")
    budget: int = Field(default=1000, description="Tokens of what is recalled, at most.")

    async def _aget(self, messages: list[ChatMessage] | None = None, **block_kwargs: Any) -> str:
        query = question(messages or [])
        if not query:
            return ""
        return (await asyncio.to_thread(self.memory.context, query, self.budget)).text

    async def _aput(self, messages: list[ChatMessage]) -> None:
        """Kept in the order they were said; those without words are left out."""
        for session, said in _by_session(messages):
            await asyncio.to_thread(self.memory.add, said, session=session)

    async def atruncate(self, content: str, tokens_to_truncate: int) -> str | None:
        """Without its last lines, a token being taken for four characters."""
        kept = content[: max(0, len(content) - 4 * tokens_to_truncate)]
        return kept.rpartition("\n")[0] or None


def question(messages: Sequence[ChatMessage]) -> str:
    """The last words of the user, or else of anybody."""
    said = [each for each in messages if (each.content or "").strip()]
    asked = [each for each in said if each.role == MessageRole.USER] or said
    return (asked[-1].content or "").strip() if asked else ""


def _by_session(messages: Sequence[ChatMessage]) -> list[tuple[str | None, list[dict[str, str]]]]:
    found: dict[str | None, list[dict[str, str]]] = {}
    for each in messages:
        if text := (each.content or "").strip():
            turn = {"role": each.role.value, "content": text}
            found.setdefault(each.additional_kwargs.get(SESSION), []).append(turn)
    return list(found.items())
