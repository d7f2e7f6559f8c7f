"""A piece of SQL with the values bound in it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition; `a & b` holds where both do."""

    sql: str
    values: tuple[Any, ...] = ()

    def __and__(self, other: "Clause") -> "Clause":
        return Clause(f"{self.sql} AND {other.sql}", self.values + other.values)


EVERYTHING = Clause("TRUE")


def either(*parts: Clause) -> Clause:
    """Holds where one of them does; where there is none, nowhere."""
    return _joined("OR", parts) if parts else Clause("FALSE")


def every(*parts: Clause) -> Clause:
    """Holds where all of them do; where there is none, everywhere."""
    return _joined("AND", parts) if parts else EVERYTHING


def _joined(word: str, parts: tuple[Clause, ...]) -> Clause:
    """Halved again and again: SQLite reads an expression to a limited depth only."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    first, second = _joined(word, parts[:middle]), _joined(word, parts[middle:])
    return Clause(f"({first.sql} {word} {second.sql})", first.values + second.values)
