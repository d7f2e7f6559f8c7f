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
    if len(parts) == 1:
        return parts[0]
    joined = " OR ".join(part.sql for part in parts) or "FALSE"
    return Clause(f"({joined})", tuple(value for part in parts for value in part.values))
