"""PydanticAI: tools with which an agent remembers, and recalls.

agent = Agent("openai:gpt-5", toolsets=[MemwellToolset(Memory("memory"))])
"""

import asyncio
from typing import Any

from memwell.core.cube import MemCube
from memwell.core.errors import MemwellError
from memwell.core.op import Delete
from memwell.integrations.missing import missing
from memwell.kernel.memory import Memory

try:
    from pydantic_ai import FunctionToolset, ModelRetry
except ImportError as error:
    raise missing("pydantic-ai-slim", error) from error

Found = dict[str, Any]


class MemwellToolset(FunctionToolset[Any]):
    """search_memories, add_memory, update_memory and delete_memory.

    What memwell refuses is told to the model, which may try again. Identity is that of the memory:
    hand over `memory.acting(user=…)` for each user.
    """

    def __init__(self, memory: Memory, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.memory = memory
        for tool in (
            self.search_memories,
            self.add_memory,
            self.update_memory,
            self.delete_memory,
        ):
            self.add_function(tool, takes_ctx=False)

    async def search_memories(self, query: str, k: int = 10) -> list[Found]:
        """Find what is remembered about something, best first."""
        hits = await self._done(self.memory.search, query, k)
        return [told(hit.cube) for hit in hits]

    async def add_memory(self, text: str) -> list[str]:
        """Remember a statement; the ids of what was kept."""
        receipt = await self._done(self.memory.add, {"role": "assistant", "content": text})
        return list(receipt.ids)

    async def update_memory(self, id: str, text: str) -> int | None:
        """Correct a memory; the number of its new version."""
        receipt = await self._done(self.memory.update, id, text)
        return receipt.applied[0].version if receipt.applied else None

    async def delete_memory(self, id: str) -> str:
        """Let a memory expire; a person can bring it back."""
        await self._done(self._expire, id)
        return f"{id} has expired"

    def _expire(self, id: str) -> None:
        self.memory.apply([Delete(self.memory.get(id).id, "deleted by the agent")], by="agent")

    async def _done(self, work: Any, *args: Any) -> Any:
        try:
            return await asyncio.to_thread(work, *args)
        except MemwellError as error:
            raise ModelRetry(str(error)) from error


def told(cube: MemCube) -> Found:
    """A memory as a model reads it."""
    return {
        "id": cube.id,
        "text": cube.text,
        "said_by": cube.speaker or cube.labels.get("role"),
        "at": cube.at.isoformat() if cube.at else None,
        "trust": cube.source.trust,
    }
