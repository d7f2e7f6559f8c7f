"""Counts what a piece of work spends on language models, whoever else is asking meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from memwell.core.model import Usage

_meters: ContextVar[tuple[Usage, ...]] = ContextVar("meters", default=())


@contextmanager
def metered() -> Iterator[Usage]:
    """What is spent inside, in this thread and those that carry its context on."""
    usage = Usage()
    token = _meters.set((*_meters.get(), usage))
    try:
        yield usage
    finally:
        _meters.reset(token)


def spend(*, asked: int = 0, answered: int = 0, calls: int = 0, cached: int = 0) -> None:
    """Models report here whatever they add to their own usage."""
    for usage in _meters.get():
        usage.asked += asked
        usage.answered += answered
        usage.calls += calls
        usage.cached += cached
