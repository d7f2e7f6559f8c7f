"""Whether a JSON value fulfils a filter as LangGraph writes it: nested, with `$` operators."""

from collections.abc import Callable, Mapping
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from memwell.core.errors import InvalidInput

ORDER: dict[str, Callable[[float, float], bool]] = {"$gt": gt, "$gte": ge, "$lt": lt, "$lte": le}
EQUAL: dict[str, Callable[[Any, Any], bool]] = {"$eq": eq, "$ne": ne}


def matches(value: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether all the fields that are named are as asked. Raises InvalidInput."""
    return all(_fits(value.get(name), asked) for name, asked in wanted.items())


def _fits(value: Any, asked: Any) -> bool:
    if isinstance(asked, Mapping):
        if any(str(name).startswith("$") for name in asked):
            return all(_compared(value, sign, other) for sign, other in asked.items())
        return isinstance(value, Mapping) and matches(value, asked)
    if isinstance(asked, list | tuple):
        return (
            isinstance(value, list)
            and len(value) == len(asked)
            and all(_fits(each, other) for each, other in zip(value, asked, strict=True))
        )
    return bool(value == asked)


def _compared(value: Any, sign: str, other: Any) -> bool:
    if sign in EQUAL:
        return EQUAL[sign](value, other)
    if sign not in ORDER:
        known = ", ".join([*EQUAL, *ORDER])
        raise InvalidInput(f"the filter has no operator {sign!r}; there are {known}")
    try:
        return ORDER[sign](float(value), float(other))
    except (TypeError, ValueError):
        return False  # what is no number is neither more nor less
