"""mem0's `AsyncMemory`: the same, run in worker threads."""

import asyncio
from types import TracebackType
from typing import Any, Self

from memwell.integrations.mem0.items import Item
from memwell.integrations.mem0.memory import UNSET, Memory
from memwell.kernel.memory import Memory as MemwellMemory


class AsyncMemory:
    """Takes what `Memory` takes; its methods take those of Memory's, and are awaited."""

    def __init__(self, config: Any = None, *, memory: MemwellMemory | None = None) -> None:
        self._sync = Memory(config, memory=memory)
        self.memory = self._sync.memory

    @classmethod
    def from_config(cls, config_dict: dict[str, Any]) -> Self:
        """Like `Memory.from_config`."""
        return cls(config_dict)

    async def add(
        self,
        messages: Any,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
        metadata: dict[str, Any] | None = None,
        timestamp: Any | None = None,
        expiration_date: Any | None = None,
        infer: bool = True,
        memory_type: str | None = None,
        prompt: str | None = None,
        llm: Any = None,
    ) -> dict[str, list[Item]]:
        """Like `Memory.add`; `llm` has no meaning here."""
        return await asyncio.to_thread(
            self._sync.add,
            messages,
            user_id=user_id,
            agent_id=agent_id,
            run_id=run_id,
            metadata=metadata,
            timestamp=timestamp,
            expiration_date=expiration_date,
            infer=infer,
            memory_type=memory_type,
            prompt=prompt,
        )

    async def get(self, memory_id: str) -> Item | None:
        """Like `Memory.get`."""
        return await asyncio.to_thread(self._sync.get, memory_id)

    async def get_all(
        self,
        *,
        filters: dict[str, Any] | None = None,
        top_k: int = 20,
        show_expired: bool = False,
        **kwargs: Any,
    ) -> dict[str, list[Item]]:
        """Like `Memory.get_all`."""
        return await asyncio.to_thread(
            self._sync.get_all, filters=filters, top_k=top_k, show_expired=show_expired, **kwargs
        )

    async def search(
        self,
        query: str,
        *,
        top_k: int = 20,
        filters: dict[str, Any] | None = None,
        threshold: float = 0.1,
        rerank: bool = False,
        explain: bool = False,
        reference_date: Any | None = None,
        show_expired: bool = False,
        **kwargs: Any,
    ) -> dict[str, list[Item]]:
        """Like `Memory.search`."""
        return await asyncio.to_thread(
            self._sync.search,
            query,
            top_k=top_k,
            filters=filters,
            threshold=threshold,
            rerank=rerank,
            explain=explain,
            reference_date=reference_date,
            show_expired=show_expired,
            **kwargs,
        )

    async def update(
        self,
        memory_id: str,
        text: str | None = None,
        metadata: dict[str, Any] | None = None,
        expiration_date: Any = UNSET,
        data: str | None = None,
    ) -> dict[str, str]:
        """Like `Memory.update`."""
        return await asyncio.to_thread(
            self._sync.update, memory_id, text, metadata, expiration_date, data
        )

    async def delete(self, memory_id: str) -> dict[str, str]:
        """Like `Memory.delete`."""
        return await asyncio.to_thread(self._sync.delete, memory_id)

    async def delete_all(
        self, user_id: str | None = None, agent_id: str | None = None, run_id: str | None = None
    ) -> dict[str, str]:
        """Like `Memory.delete_all`."""
        return await asyncio.to_thread(self._sync.delete_all, user_id, agent_id, run_id)

    async def history(self, memory_id: str) -> list[Item]:
        """Like `Memory.history`."""
        return await asyncio.to_thread(self._sync.history, memory_id)

    async def reset(self) -> None:
        """Like `Memory.reset`."""
        await asyncio.to_thread(self._sync.reset)

    async def chat(self, query: Any) -> None:
        """Not in mem0 either."""
        self._sync.chat(query)

    def close(self) -> None:
        """Like `Memory.close`."""
        self._sync.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self.close)
