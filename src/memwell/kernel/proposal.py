"""What a proposed op must be like before it is looked at: of the right types, and storable.

Strategies may come from outside, and may pass on what a model wrote. An op that cannot be kept is
dropped with its reason, and the others of its list are applied all the same.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from memwell.core.errors import InvalidInput
from memwell.core.op import Add, Delete, Link, Noop, Op, Update
from memwell.core.payload import Text
from memwell.kernel.limits import HALF, LONGEST, MOST

T = TypeVar("T")

KINDS = (Add, Update, Delete, Link, Noop)

if TYPE_CHECKING:
    from pydantic import TypeAdapter, ValidationError


class Refused(Exception):
    """The op cannot be applied; its text is the reason given in the receipt."""


def checked(op: object) -> Op:
    """The op, with its parts in their proper types.

    Raises Refused for what is no op, or holds what cannot be stored.
    """
    kind: Any = type(op)
    if kind not in KINDS:
        raise Refused(f"a {type(op).__name__} is no op; propose Add, Update, Delete, Link or Noop")
    from pydantic import ValidationError  # slow to import, and a search checks nothing

    try:
        fields = asdict(op)  # type: ignore[call-overload]
        found: Op = _reader(kind).validate_python(fields)
    except ValidationError as error:
        raise Refused(_told(error)) from error
    for value in _leaves(fields):
        _check(value)
    payload = found.draft.payload if isinstance(found, Add) else getattr(found, "payload", None)
    if isinstance(payload, Text) and not payload.text.strip():
        raise Refused("it has no words")
    return found


@cache
def _reader(kind: type) -> "TypeAdapter[Any]":
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def counted(proposed: Iterable[T], by: str) -> Iterator[T]:
    """What is proposed, but not without end. Raises InvalidInput."""
    for place, each in enumerate(proposed):
        if place == MOST:
            raise InvalidInput(f"{by} proposed more than {MOST:,} things at once; none was kept")
        yield each


def op_name(op: object) -> str:
    return type(op).__name__.lower()


def op_id(op: object) -> str | None:
    id = getattr(op, "id", None)
    return id if isinstance(id, str) and not HALF.search(id) else None


def _check(value: Any) -> None:
    match value:
        case datetime() if value.tzinfo is None:
            raise Refused(f"the time {value} has no zone")
        case float() if not math.isfinite(value):
            raise Refused(f"{value} is no number that can be kept")
        case str() if HALF.search(value):
            raise Refused("it holds half a character, which cannot be stored")
        case str() if len(value) > LONGEST:
            raise Refused(f"it has {len(value):,} characters; at most {LONGEST:,} can be kept")


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value
        value = tuple(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from _leaves(each)
    else:
        yield value


def _told(error: "ValidationError") -> str:
    """Without the value itself: it may be long, or somebody's words."""
    first = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "it"
    return f"{place}: {first['msg']}"
