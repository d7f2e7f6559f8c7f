"""What readers of exports share: taking records one by one, and telling of those that are bad."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from memwell.app.imports.records import Found
from memwell.bench.json_items import OnBad
from memwell.core.errors import InvalidInput

UNFIT = (InvalidInput, TypeError, AttributeError, KeyError)


def each(
    raws: Iterable[Any], what: str, one: Callable[[Any], Iterable[Found]], on_bad: OnBad
) -> Iterator[Found]:
    """All that `one` makes of every raw record; a bad one is told and passed over."""
    for number, raw in enumerate(raws, 1):
        try:
            found = list(one(_object(raw)))
        except UNFIT as fault:
            on_bad(f"{what} {number}", _told(fault))
            continue
        yield from found


def listed(fields: Mapping[str, Any], *names: str) -> list[Any]:
    """The first of these fields that holds a list; nothing where there is none."""
    return next((fields[name] for name in names if isinstance(fields.get(name), list)), [])


def _object(raw: Any) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise InvalidInput(f"expected an object, found {str(raw)[:60]!r}")
    return raw


def _told(fault: Exception) -> str:
    if isinstance(fault, KeyError):
        return f"it has no {fault}"
    return str(fault)
