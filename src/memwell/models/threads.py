"""One BLAS thread for each of our own.

Products here are small: further threads gain little, and go on spinning on a processor for a while
when there is nothing left to do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock

from threadpoolctl import ThreadpoolController

_held = Lock()  # by whoever restores what was before


@contextmanager
def one_thread() -> Iterator[None]:
    """Keeps BLAS on the calling thread meanwhile.

    The setting is the process's. Of several who want it at a time the first one makes it, and ends
    it when it leaves: the others lose nothing but some speed.
    """
    if not _held.acquire(blocking=False):
        yield
        return
    try:
        with _controller().limit(limits=1, user_api="blas"):
            yield
    finally:
        _held.release()


@cache
def _controller() -> ThreadpoolController:
    """The libraries are looked up once."""
    return ThreadpoolController()
