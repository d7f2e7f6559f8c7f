"""Threads that work on the memory: so many and no more, each with its own connection."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import ParamSpec, TypeVar

from memwell.app.server.problems import Refused

P = ParamSpec("P")
R = TypeVar("R")


class Pool:
    """Runs what blocks."""

    def __init__(self, threads: int, waiting: int) -> None:
        self._executor = ThreadPoolExecutor(threads, "memwell-serve")
        self._most, self.busy = threads + waiting, 0

    async def run(self, work: Callable[P, R], *args: P.args, **options: P.kwargs) -> R:
        """Its result. What is begun is done, even when the caller goes away.

        Raises Refused when too many wait already, or when the server ends.
        """
        if self.busy >= self._most:
            raise Refused(503, "too much is going on; try again soon", {"Retry-After": "1"})
        loop = asyncio.get_running_loop()
        call = partial(copy_context().run, partial(work, *args, **options))
        doing = self._begin(call)
        self.busy += 1
        doing.add_done_callback(lambda _: loop.call_soon_threadsafe(self._ended))
        return await asyncio.wrap_future(doing)

    def _begin(self, call: Callable[[], R]) -> "Future[R]":
        try:
            return self._executor.submit(call)
        except RuntimeError as error:
            raise Refused(503, "the server is shutting down") from error

    def _ended(self) -> None:
        self.busy -= 1

    def close(self) -> None:
        """Ends after what is being done."""
        self._executor.shutdown(wait=True)
