"""A store whose every public method reports what goes wrong below in memwell's words."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import wraps
from inspect import isfunction
from types import GeneratorType
from typing import Any, Protocol, TypeVar


class _Store(Protocol):
    connections: Any  # memwell.store.dialect.Connections


S = TypeVar("S", bound=_Store)
Reported = Callable[[], AbstractContextManager[None]]


def reporting(store: type[S]) -> type[S]:
    """The class, with public methods that raise StoreErrors in place of the database's."""
    for name, method in list(vars(store).items()):
        if isfunction(method) and not name.startswith("_"):
            setattr(store, name, _reporting(method))
    return store


def _reporting(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def plainly(self: _Store, *args: Any, **options: Any) -> Any:
        told = self.connections.reported
        with told():
            result = method(self, *args, **options)
        return _while_read(result, told) if isinstance(result, GeneratorType) else result

    return plainly


def _while_read(items: Iterator[Any], told: Reported) -> Iterator[Any]:
    with told():
        while True:
            item = next(items, _while_read)
            if item is _while_read:
                return
            yield item
