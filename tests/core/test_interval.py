"""Half-open intervals: what lies in them, where they meet, how they end."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from memwell.core.clock import aware
from memwell.core.errors import InvalidInput
from memwell.core.interval import ALWAYS, Interval

DAY = timedelta(days=1)
ZERO = datetime(2024, 1, 1, tzinfo=UTC)

days = st.integers(-5, 5)
bounds = st.none() | days


def at(day: int | None) -> datetime | None:
    return None if day is None else ZERO + day * DAY


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    start, end = draw(bounds), draw(bounds)
    assume(start is None or end is None or start <= end)
    return Interval(at(start), at(end))


def moments(interval: Interval) -> set[int]:
    """The half days, from well before to well after all bounds, that lie within."""
    return {n for n in range(-14, 15) if ZERO + n * DAY / 2 in interval}


@given(days, days)
def test_the_start_is_inside_and_the_end_is_not(first: int, second: int) -> None:
    start, end = sorted((first, second))
    interval = Interval(at(start), at(end))
    assert moments(interval) == {n for n in range(-14, 15) if 2 * start <= n < 2 * end}


@given(intervals(), intervals())
def test_two_overlap_when_some_moment_lies_in_both(one: Interval, other: Interval) -> None:
    assume(one.start != one.end or one.start is None)
    assume(other.start != other.end or other.start is None)
    assert one.overlaps(other) == bool(moments(one) & moments(other))
    assert one.overlaps(other) == other.overlaps(one)


@given(intervals(), days)
def test_an_empty_interval_overlaps_nothing(other: Interval, day: int) -> None:
    empty = Interval(at(day), at(day))
    assert not moments(empty)
    assert not empty.overlaps(other)
    assert not other.overlaps(empty)


@given(intervals(), days)
def test_closing_ends_it_there_and_keeps_what_came_before(interval: Interval, day: int) -> None:
    end = ZERO + day * DAY
    if interval.start is not None and end < interval.start:
        with pytest.raises(InvalidInput):
            interval.closed(end)
        return
    closed = interval.closed(end)
    assert not closed.open
    assert closed.start == interval.start
    assert closed.end == end
    if interval.open:
        assert moments(closed) == {n for n in moments(interval) if ZERO + n * DAY / 2 < end}


@given(days, st.integers(1, 5))
def test_an_interval_cannot_end_before_it_starts(day: int, more: int) -> None:
    with pytest.raises(InvalidInput, match="cannot end"):
        Interval(at(day + more), at(day))


def test_always_holds_every_moment_and_is_open() -> None:
    assert len(moments(ALWAYS)) == 29
    assert ALWAYS.open


def test_a_naive_moment_is_taken_to_be_utc() -> None:
    assert aware(datetime(2024, 1, 1)) == ZERO  # noqa: DTZ001
    elsewhere = datetime.fromisoformat("2024-01-01T02:00:00+02:00")
    assert aware(elsewhere) == ZERO
    assert aware(elsewhere).utcoffset() == timedelta(0)
