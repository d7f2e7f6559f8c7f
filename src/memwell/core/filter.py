"""Filters on labels: which memories a search may return at all.

A filter is written as a mapping: `{"topic": "travel"}`, `{"year": {"gte": 2020}}`,
`{"OR": [{"topic": "travel"}, {"NOT": {"role": "assistant"}}]}`. Names beside each other must all
hold. The operators are those of mem0: eq ne in nin gt gte lt lte contains icontains; `"*"` asks
that a label is there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from memwell.core.errors import InvalidInput

OPERATORS = frozenset("eq ne in nin gt gte lt lte contains icontains".split())
ANY = "*"


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
    if given is None or isinstance(given, Compare | Both | Either | Without):
        return given
    if not isinstance(given, Mapping):
        raise InvalidInput(f"a filter is a mapping of labels to values, not {given!r}")
    parts = tuple(_part(name, value) for name, value in given.items())
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else Both(parts)


def _part(name: Any, value: Any) -> Filter:
    match str(name).upper():
        case "AND":
            return Both(_several(name, value))
        case "OR":
            return Either(_several(name, value))
        case "NOT":
            held = [value] if isinstance(value, Mapping) else value
            parts = _several(name, held)
            return Without(parts[0] if len(parts) == 1 else Either(parts))
    if not isinstance(name, str) or not name:
        raise InvalidInput(f"a filter names a label, not {name!r}")
    if isinstance(value, Mapping):
        return _compared(name, value)
    if isinstance(value, list | tuple | set | frozenset):
        return Compare(name, "in", _texts(name, value))
    return Compare(name, "eq", None if value == ANY else _text(name, value))


def _several(name: str, value: Any) -> tuple[Filter, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise InvalidInput(f"{name} takes a list of filters, not {value!r}")
    parts = tuple(parsed(each) for each in value)
    if not all(parts):
        raise InvalidInput(f"{name} holds an empty filter")
    return tuple(part for part in parts if part)


def _compared(name: str, asked: Mapping[Any, Any]) -> Filter:
    if not asked:
        raise InvalidInput(f"the filter on {name!r} is empty")
    parts = tuple(_comparison(name, operator, value) for operator, value in asked.items())
    return parts[0] if len(parts) == 1 else Both(parts)


def _comparison(name: str, operator: Any, value: Any) -> Filter:
    if operator not in OPERATORS:
        known = " ".join(sorted(OPERATORS))
        raise InvalidInput(
            f"the filter on {name!r} has no operator {operator!r}; there are {known}"
        )
    if operator in ("ne", "nin"):
        positive = {"ne": "eq", "nin": "in"}[operator]
        return Without(_comparison(name, positive, value))
    if operator == "in":
        return Compare(name, "in", _texts(name, value))
    if operator in ("gt", "gte", "lt", "lte") and isinstance(value, int | float):
        return Compare(name, operator, float(value))
    return Compare(name, operator, _text(name, value))


def _texts(name: str, values: Any) -> tuple[str, ...]:
    if isinstance(values, str) or not hasattr(values, "__iter__"):
        raise InvalidInput(f"the filter on {name!r} needs a list of values, not {values!r}")
    return tuple(_text(name, value) for value in values)


def _text(name: str, value: Any) -> str:
    """Labels are text, so numbers and truth values are compared as they are written."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return str(value)
    raise InvalidInput(f"the filter on {name!r} cannot compare with {value!r}")
