"""Which evidence a hit brings: its own words, or a statement made of one turn alone.

What is made of many turns brings none: a summary that cites everything has found nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from memwell.core.cube import MemCube
from memwell.core.hit import Hit
from memwell.core.tokens import estimate
from memwell.core.view import View
from memwell.kernel import context

STATEMENTS = frozenset({"fact", "note", "thought"})  # kinds of memory that say what a turn said


@dataclass(frozen=True, slots=True)
class Returned:
    """One memory that a strategy returned."""

    turn: str | None  # the caller's id of the turn it gives the words of; None for none
    said: bool  # whether it is that turn itself
    tokens: int  # what it costs a reader, estimated
    text: str


@dataclass
class Creditor:
    """Looks up what hits give evidence of; turns are read once."""

    view: View
    refs: dict[str, str | None] = field(default_factory=dict)

    def returned(self, hits: Sequence[Hit]) -> list[Returned]:
        """In order of the hits."""
        return [self._one(hit.cube) for hit in hits]

    def _one(self, cube: MemCube) -> Returned:
        line = context.line(cube)
        kind = cube.labels.get("is")
        if kind is None:
            return Returned(cube.labels.get("ref"), True, estimate(line), cube.text)
        return Returned(self._stated(cube, kind), False, estimate(line), cube.text)

    def _stated(self, cube: MemCube, kind: str) -> str | None:
        if kind not in STATEMENTS or len(cube.source.parents) != 1:
            return None
        (parent,) = cube.source.parents
        if parent not in self.refs:
            turn = self.view.get(parent)
            said = turn is not None and "is" not in turn.labels
            self.refs[parent] = turn.labels.get("ref") if turn and said else None
        return self.refs[parent]
