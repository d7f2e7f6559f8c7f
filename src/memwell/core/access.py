"""Who may do what with whose memories: rights, grants, and how sensitive a memory is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from memwell.core.errors import InvalidInput
from memwell.core.scope import Scope


class Right(StrEnum):
    """What a reader may do with a memory."""

    READ = "read"
    WRITE = "write"  # write new versions: correct, merge, archive, let expire
    DELETE = "delete"  # forget for good


def as_rights(given: Iterable[Right | str]) -> frozenset[Right]:
    """Rights by name, one or several. Raises InvalidInput."""
    try:
        return frozenset(map(Right, [given] if isinstance(given, str) else given))
    except (ValueError, TypeError) as error:
        raise InvalidInput(f"{error}; rights are read, write and delete") from error


class Sensitivity(IntEnum):
    """How carefully a memory is to be kept. What is derived inherits the highest of its sources."""

    PUBLIC = 0
    INTERNAL = 1
    CONFIDENTIAL = 2
    SECRET = 3

    @classmethod
    def named(cls, name: "str | Sensitivity") -> "Sensitivity":
        """The level of that name. Raises InvalidInput."""
        if isinstance(name, cls):
            return name
        try:
            return cls[str(name).upper()]
        except KeyError:
            known = ", ".join(level.name.lower() for level in cls)
            raise InvalidInput(f"there is no sensitivity {name!r}; choose one of {known}") from None


@dataclass(frozen=True, slots=True)
class Grant:
    """Lets somebody work with memories that are not their own. Tenants never mix.

    Raises InvalidInput for a grant across tenants, or of nothing.
    """

    id: str
    to: Scope  # who may: a part that is not set means anybody of the tenant
    on: Scope  # whose memories: a part that is not set means all of them
    rights: frozenset[Right] = frozenset({Right.READ})
    cube: str | None = None  # only this one of them
    until: datetime | None = None

    def __post_init__(self) -> None:
        if self.to.tenant != self.on.tenant:
            raise InvalidInput("a grant cannot reach from one tenant into another")
        if not self.rights:
            raise InvalidInput("a grant needs at least one right: read, write or delete")
