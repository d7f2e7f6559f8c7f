"""Half-open intervals of time, [start, end): one for the world, one for the system."""

from dataclasses import dataclass, replace
from datetime import datetime

from memwell.core.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Interval:
    """[start, end); None means unbounded on that side.

    Raises InvalidInput when the end does not come after the start.
    """

    start: datetime | None = None
    end: datetime | None = None

    def __post_init__(self) -> None:
        if self.start is not None and self.end is not None and self.end < self.start:
            raise InvalidInput(
                f"an interval cannot end ({self.end}) before it starts ({self.start})"
            )

    def __contains__(self, moment: datetime) -> bool:
        return (self.start is None or self.start <= moment) and (
            self.end is None or moment < self.end
        )

    @property
    def empty(self) -> bool:
        """True when it starts and ends at the same moment."""
        return self.start is not None and self.start == self.end

    def overlaps(self, other: "Interval") -> bool:
        """True when some moment lies in both."""
        return (
            not (self.empty or other.empty)
            and _before(self.start, other.end)
            and _before(other.start, self.end)
        )

    def closed(self, at: datetime) -> "Interval":
        """The same interval, ended at the given moment."""
        return replace(self, end=at)

    @property
    def open(self) -> bool:
        """True while no end is known."""
        return self.end is None


ALWAYS = Interval()


def _before(start: datetime | None, end: datetime | None) -> bool:
    return start is None or end is None or start < end
