"""When facts hold, given everything that was stated: whatever the order in which it arrived.

A statement says that something holds from a moment on, perhaps until another. It is cut short by
the first statement of the contrary that begins after it and before it ends (Zep, paper 35,
§2.2.3). That is a function of the set of statements alone, so truth does not depend on which of
them was heard first. Statements of the same whose times meet make one fact.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from memwell.core.interval import Interval

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Statement:
    """What one turn says about when something holds."""

    start: datetime
    said: datetime
    turn: str  # id of the turn that says it
    end: datetime | None = None  # only where it was told

    @property
    def order(self) -> tuple[datetime, datetime, str, datetime]:
        """By when it begins. Of two that begin together the one said later knows better."""
        return self.start, self.said, self.turn, self.end or NEVER

    @property
    def stated(self) -> Interval:
        """As it was told."""
        return Interval(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Run:
    """Statements of the same, one going on where the other did: a fact, and when it holds."""

    statements: tuple[Statement, ...]  # in order
    valid: Interval


def held(one: Statement, contrary: Iterable[Statement]) -> Interval:
    """When what is stated holds; empty where a contrary statement begins at the same moment."""
    ends = [
        other.start
        for other in contrary
        if other.order > one.order
        and (one.end is None or other.start < one.end)
        and not other.stated.empty
    ]
    return Interval(one.start, min(ends, default=one.end))


def runs(statements: Iterable[Statement], contrary: Sequence[Statement]) -> list[Run]:
    """The facts that statements of the same make, in order of time."""
    found: list[Run] = []
    for one in sorted(set(statements), key=lambda each: each.order):
        valid = held(one, contrary)
        if found and goes_on(found[-1].valid, valid):
            last = found.pop()
            found.append(Run((*last.statements, one), _joined(last.valid, valid)))
        else:
            found.append(Run((one,), valid))
    return found


def goes_on(first: Interval, second: Interval) -> bool:
    """Whether the second, which begins no earlier, is there when the first one ends."""
    if first.end is None or first.start == second.start:
        return True
    return second.start is not None and second.start < first.end


def _joined(first: Interval, second: Interval) -> Interval:
    if first.end is None or second.end is None:
        return Interval(first.start)
    return Interval(first.start, max(first.end, second.end))
