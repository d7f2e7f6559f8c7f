"""The façade for async programs: the same operations, run in worker threads."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

from memwell.core.branch import Branch
from memwell.core.cube import MemCube
from memwell.core.hit import Answer, Hit
from memwell.core.job import Job
from memwell.core.receipt import Receipt
from memwell.kernel.archive import Manifest, Record
from memwell.kernel.context import Context
from memwell.kernel.explain import Explanation
from memwell.kernel.forget import ForgetReport
from memwell.kernel.intake import Messages
from memwell.kernel.memory import Memory
from memwell.kernel.timeline import Change, Point

P = ParamSpec("P")
R = TypeVar("R")


class AsyncMemory:
    """Takes the arguments of Memory; its methods take those of Memory's, and are awaited."""

    def __init__(self, path: str | Path, **options: Any) -> None:
        self.memory = Memory(path, **options)

    async def add(self, messages: Messages, **options: Any) -> Receipt:
        """Like `Memory.add`."""
        return await _thread(self.memory.add, messages, **options)

    async def search(self, query: str, k: int = 10, **options: Any) -> list[Hit]:
        """Like `Memory.search`."""
        return await _thread(self.memory.search, query, k, **options)

    async def context(self, query: str, budget: int = 4000, **options: Any) -> Context:
        """Like `Memory.context`."""
        return await _thread(self.memory.context, query, budget, **options)

    async def ask(self, question: str, **options: Any) -> Answer:
        """Like `Memory.ask`."""
        return await _thread(self.memory.ask, question, **options)

    async def explain(self, query: str, id: str, **options: Any) -> Explanation:
        """Like `Memory.explain`."""
        return await _thread(self.memory.explain, query, id, **options)

    async def update(self, id: str, text: str, **options: Any) -> Receipt:
        """Like `Memory.update`."""
        return await _thread(self.memory.update, id, text, **options)

    async def forget(self, *ids: str, **options: Any) -> ForgetReport:
        """Like `Memory.forget`."""
        return await _thread(self.memory.forget, *ids, **options)

    async def get(self, id: str) -> MemCube:
        """Like `Memory.get`."""
        return await _thread(self.memory.get, id)

    async def history(self, id: str) -> list[MemCube]:
        """Like `Memory.history`."""
        return await _thread(self.memory.history, id)

    async def freeze(self, id: str, **options: Any) -> Receipt:
        """Like `Memory.freeze`."""
        return await _thread(self.memory.freeze, id, **options)

    async def thaw(self, id: str, **options: Any) -> Receipt:
        """Like `Memory.thaw`."""
        return await _thread(self.memory.thaw, id, **options)

    async def undo(self, receipt: str, **options: Any) -> Receipt:
        """Like `Memory.undo`."""
        return await _thread(self.memory.undo, receipt, **options)

    async def rollback(self, to: Point, **options: Any) -> Receipt:
        """Like `Memory.rollback`."""
        return await _thread(self.memory.rollback, to, **options)

    async def diff(self, since: Point | None = None, **options: Any) -> list[Change]:
        """Like `Memory.diff`."""
        return await _thread(self.memory.diff, since, **options)

    async def branch(self, name: str, **options: Any) -> Branch:
        """Like `Memory.branch`."""
        return await _thread(self.memory.branch, name, **options)

    async def manage(self, *, user: str | None = None, dry_run: bool = False) -> Receipt:
        """Like `Memory.manage`."""
        return await _thread(self.memory.manage, user=user, dry_run=dry_run)

    async def refine(self, *, user: str | None = None) -> int:
        """Like `Memory.refine`."""
        return await _thread(self.memory.refine, user=user)

    async def queue(self) -> list[Job]:
        """Like `Memory.queue`."""
        return await _thread(self.memory.queue)

    async def retry(self, id: str | None = None) -> list[Receipt]:
        """Like `Memory.retry`."""
        return await _thread(self.memory.retry, id)

    async def wait(self) -> None:
        """Like `Memory.wait`."""
        await _thread(self.memory.wait)

    async def export(self, path: str | Path, **options: Any) -> Manifest:
        """Like `Memory.export`."""
        return await _thread(self.memory.export, path, **options)

    async def import_(self, path: str | Path, **options: Any) -> Manifest:
        """Like `Memory.import_`."""
        return await _thread(self.memory.import_, path, **options)

    async def adopt(self, records: Sequence[Record], **options: Any) -> Manifest:
        """Like `Memory.adopt`."""
        return await _thread(self.memory.adopt, records, **options)

    async def close(self) -> None:
        """Like `Memory.close`."""
        await _thread(self.memory.close)

    async def __aenter__(self) -> Self:
        """Like `Memory.__aenter__`."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


async def _thread(work: Callable[P, R], *args: P.args, **options: P.kwargs) -> R:
    return await asyncio.to_thread(work, *args, **options)
