"""Days: when one is over, and which turns of it no summary tells of yet."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from memwell.core.cube import MemCube
from memwell.core.errors import InvalidInput
from memwell.core.interval import Interval
from memwell.core.view import View


def zone_named(name: str) -> tzinfo:
    """The time zone of that IANA name. Raises InvalidInput."""
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidInput(f"there is no time zone {name!r}; write it as Europe/Lisbon") from error


def own(cube: MemCube, view: View) -> bool:
    """Whether a memory is of the very owner whose view it is, and not only seen by it."""
    return cube.scope.without_session() == view.scope.without_session()


def day_of(cube: MemCube, zone: tzinfo) -> date | None:
    """The day on which it was said."""
    moment = cube.at or cube.known.start
    try:
        return moment.astimezone(zone).date() if moment else None
    except OverflowError:  # in the first or the last hours of the calendar
        return moment.date() if moment else None


def since(day: date, zone: tzinfo) -> Interval:
    """From the beginning of a day on."""
    start = datetime(day.year, day.month, day.day, tzinfo=zone)
    try:
        return Interval(start.astimezone(UTC))
    except OverflowError:
        return Interval(start.replace(tzinfo=UTC))


def untold(
    turns: Iterable[MemCube], told: Mapping[str, MemCube], now: datetime, zone: tzinfo
) -> dict[date, list[MemCube]]:
    """The turns of days that are over, by day, that are not among the parents of its summary.

    Days in order; within a day as it was said. `told` has the summaries by the day's ISO date.
    """
    known = {parent for cube in told.values() for parent in cube.source.parents}
    today = now.astimezone(zone).date()
    days: dict[date, list[MemCube]] = {}
    for turn in turns:
        day = day_of(turn, zone)
        if day is not None and day < today and turn.id not in known:
            days.setdefault(day, []).append(turn)
    for found in days.values():
        found.sort(key=lambda turn: turn.at or turn.known.start or now)
    return dict(sorted(days.items()))


def idle(cube: MemCube, now: datetime) -> timedelta:
    """How long ago it was last recalled, recorded or changed; never less than nothing."""
    last = max(filter(None, (cube.last_used, cube.known.start)), default=now)
    return max(now - last, timedelta(0))
