"""Filters on labels: which memories a search may return at all.

A filter is written as a mapping: `{"topic": "travel"}`, `{"year": {"gte": 2020}}`,
`{"OR": [{"topic": "travel"}, {"NOT": {"role": "assistant"}}]}`. Names beside each other must all
hold. The operators are those of mem0: eq ne in nin gt gte lt lte contains icontains; `"*"` asks
that a label is there.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from memwell.core.errors import InvalidInput

OPERATORS = frozenset("eq ne in nin gt gte lt lte contains icontains".split())
ANY = "*"
DEEPEST = 50  # levels of a filter
MOST = 20_000  # values that it compares with


@dataclass(frozen=True, slots=True)
class Compare:
    """One label against a value: text, a number, or several for `in`; None asks for presence."""

    name: str
    operator: str
    value: str | float | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Both:
    """All of its parts hold."""

    parts: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of its parts holds."""

    parts: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Without:
    """Its part does not hold; a label that is not there holds nothing."""

    part: "Filter"


Filter = Compare | Both | Either | Without


def parsed(given: Mapping[str, Any] | Filter | None) -> Filter | None:
    """The filter, or None where nothing is asked. Raises InvalidInput naming what is wrong."""
    found = _parsed(given, 0)
    if found and (size := _size(found)) > MOST:
        raise InvalidInput(f"the filter compares with {size:,} values; at most {MOST:,} are read")
    return found


def _parsed(given: Any, depth: int) -> Filter | None:
    if depth > DEEPEST:
        raise InvalidInput(f"the filter is nested more than {DEEPEST} deep")
    match given:
        case None:
            return None
        case Both(parts) | Either(parts):
            return type(given)(_several("a filter", parts, depth))
        case Without(part):
            return Without(_several("NOT", [part], depth)[0])
        case Compare(name, operator, value):
            return _part(name, {operator: ANY if value is None else value}, depth)
        case Mapping():
            parts = tuple(_part(name, value, depth) for name, value in given.items())
            return (parts[0] if len(parts) == 1 else Both(parts)) if parts else None
    raise InvalidInput(f"a filter is a mapping of labels to values, not {_shown(given)}")


def _size(wanted: Filter) -> int:
    """How many values it compares with."""
    match wanted:
        case Compare(value=tuple() as values):
            return max(1, len(values))
        case Both(parts) | Either(parts):
            return sum(map(_size, parts))
        case Without(part):
            return _size(part)
    return 1


def _part(name: Any, value: Any, depth: int) -> Filter:
    if not isinstance(name, str) or not name:
        raise InvalidInput(f"a filter names a label, not {_shown(name)}")
    match name.upper():
        case "AND":
            return Both(_several(name, value, depth))
        case "OR":
            return Either(_several(name, value, depth))
        case "NOT":
            parts = _several(name, [value] if isinstance(value, Mapping) else value, depth)
            return Without(parts[0] if len(parts) == 1 else Either(parts))
    if isinstance(value, Mapping):
        return _compared(name, value)
    if isinstance(value, list | tuple | set | frozenset):
        return Compare(name, "in", _texts(name, value))
    return Compare(name, "eq", None if value == ANY else _text(name, value))


def _several(name: str, value: Any, depth: int) -> tuple[Filter, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str | bytes) or not value:
        raise InvalidInput(f"{name} takes a list of filters, not {_shown(value)}")
    parts = tuple(_parsed(each, depth + 1) for each in value)
    if not all(parts):
        raise InvalidInput(f"the filter {name} holds an empty one")
    return tuple(part for part in parts if part)


def _compared(name: str, asked: Mapping[Any, Any]) -> Filter:
    if not asked:
        raise InvalidInput(f"the filter on {name!r} is empty")
    parts = tuple(_comparison(name, operator, value) for operator, value in asked.items())
    return parts[0] if len(parts) == 1 else Both(parts)


def _comparison(name: str, operator: Any, value: Any) -> Filter:
    if not isinstance(operator, str) or operator not in OPERATORS:
        known = " ".join(sorted(OPERATORS))
        raise InvalidInput(
            f"the filter on {name!r} has no operator {_shown(operator)}; there are {known}"
        )
    if operator in ("ne", "nin"):
        positive = {"ne": "eq", "nin": "in"}[operator]
        return Without(_comparison(name, positive, value))
    if operator == "in":
        return Compare(name, "in", _texts(name, value))
    if operator in ("gt", "gte", "lt", "lte") and isinstance(value, int | float):
        return Compare(name, operator, _number(name, value))
    return Compare(name, operator, _text(name, value))


def _number(name: str, value: float) -> float:
    try:
        found = float(value)
    except OverflowError:
        found = math.inf
    if not math.isfinite(found):
        raise InvalidInput(f"the filter on {name!r} compares with a number without bounds")
    return found


def _texts(name: str, values: Any) -> tuple[str, ...]:
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise InvalidInput(f"the filter on {name!r} needs a list of values, not {_shown(values)}")
    return tuple(_text(name, value) for value in values)


def _text(name: str, value: Any) -> str:
    """Labels are text, so numbers and truth values are compared as they are written."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, bool | int | float):
        return str(value)
    raise InvalidInput(f"the filter on {name!r} cannot compare with {_shown(value)}")


def _shown(value: Any) -> str:
    """What was given, at no great length."""
    return repr(value)[:60] if isinstance(value, str | bytes | int) else f"a {type(value).__name__}"
