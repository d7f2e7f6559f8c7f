"""Runs refinement: at once for strategies that need no model, in a background thread for others."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor


class Queue:
    """Work in order of submission."""

    def __init__(self, *, background: bool) -> None:
        self._pool = ThreadPoolExecutor(1, "memwell-refine") if background else None
        self._open: list[Future[None]] = []

    def submit(self, work: Callable[[], None]) -> None:
        if self._pool is None:
            work()
            return
        self._open = [job for job in self._open if not job.done()]
        self._open.append(self._pool.submit(work))

    def wait(self) -> None:
        """Until all that was submitted has ended."""
        for job in list(self._open):
            job.result()

    def close(self) -> None:
        if self._pool:
            self._pool.shutdown(wait=True)
