"""What tools return, beside what the server's shapes already tell."""

from typing import Any

from typing_extensions import TypedDict

from memwell.app.server.shapes import told


class Found(TypedDict):
    """The result of a search, best first."""

    notice: str
    query: str
    hits: list[told.Hit]


class One(TypedDict):
    """One memory."""

    notice: str
    memory: told.Memory


class Versions(TypedDict):
    """All versions of a memory, the first one first."""

    notice: str
    versions: list[told.Memory]


class Deleted(TypedDict):
    """What was let expire (its receipt can be undone), or erased for good."""

    id: str
    forever: bool
    receipt: told.Receipt | None
    forgotten: dict[str, Any] | None
