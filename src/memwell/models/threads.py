"""One BLAS thread for each of our own.

Products here are small: further threads gain little, and go on spinning on a processor for a while
when there is nothing left to do.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from threadpoolctl import ThreadpoolController


class _Users:
    """Who works on one thread now; the last one to leave restores what was before."""

    lock = threading.Lock()
    count = 0
    limiter: Any = None


@contextmanager
def one_thread() -> Iterator[None]:
    """Keeps BLAS on the calling thread meanwhile; several threads may do so at a time."""
    with _Users.lock:
        _Users.count += 1
        if _Users.count == 1:
            _Users.limiter = _controller().limit(limits=1, user_api="blas")
    try:
        yield
    finally:
        with _Users.lock:
            _Users.count -= 1
            if _Users.count == 0:
                _Users.limiter.restore_original_limits()


@cache
def _controller() -> ThreadpoolController:
    """The libraries are looked up once."""
    return ThreadpoolController()
