"""Times built from other times: "3 days before 9 June", "between March and May", "since 2019"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from memwell.models.rules.calendar.almanac import (
    COUNT,
    DAY,
    WEEKDAY,
    WEEKDAYS,
    Days,
    Precision,
    Spoken,
    about,
    month_of,
    number,
    one_day,
    shift,
    week_of,
    weekend_of,
    year_of,
)


@dataclass(frozen=True, slots=True)
class Found:
    """Days, and where the text tells them: text[begin:stop]."""

    begin: int
    stop: int
    days: Days


LOOK = 50  # characters that a time may depend on

_OFFSET = re.compile(
    rf"\b(?:(?P<count>the|{COUNT})\s+)?(?P<unit>day|weekend|week|month|year|{WEEKDAY})s?\s+"
    r"(?P<side>before|after|prior\s+to|following|of)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_NTH = re.compile(
    rf"\b(?:the\s+)?(?P<nth>first|1st|second|2nd|third|3rd|fourth|4th|last)\s+"
    rf"(?P<unit>weekend|week|{WEEKDAY})\s+(?:of|in)\s+(?:the\s+month\s+of\s+)?$",
    re.IGNORECASE,
)
_PLACES = ("first", "second", "third", "fourth")
_SINCE = re.compile(r"\b(?:ever\s+)?since\s+(?:the\s+)?$", re.IGNORECASE)
_OPENING = re.compile(r"\b(?P<word>between|from)\s+(?:the\s+)?$", re.IGNORECASE)
_TO = re.compile(r"\s*(?:to|until|till|through|-|–)\s*(?:the\s+)?", re.IGNORECASE)
_AND = re.compile(r"\s+and\s+(?:the\s+)?", re.IGNORECASE)


def ahead_of(text: str, begin: int) -> str:
    """The words just before a place: enough for "a couple of weeks before the "."""
    return text[max(begin - LOOK, 0) : begin]


def join(text: str, found: Sequence[Found], spoken: Spoken) -> list[Found]:
    """The same times in text order, those that belong together made one."""
    built: list[Found] = []
    for anchor in found:
        one = offset(text, anchor) or anchor
        while built and built[-1].begin >= one.begin:
            built.pop()  # "Friday" of "the Friday before 9 June"
        if built and (run := stretch(text, built[-1], one)):
            built[-1] = run
        else:
            built.append(one)
    return [since(text, one, spoken) or one for one in built]


def offset(text: str, anchor: Found) -> Found | None:
    """A time counted from the anchor, such as "the week before" it."""
    before, base = ahead_of(text, anchor.begin), max(anchor.begin - LOOK, 0)
    if told := _NTH.search(before):
        return Found(base + told.start(), anchor.stop, nth(told, anchor.days))
    told = _OFFSET.search(before)
    if not told or (told["side"] == "of" and told["unit"].lower() not in ("week", "weekend")):
        return None
    days = _counted(told, anchor.days) if told["count"] else _neighbour(told, anchor.days)
    if not days:
        return None
    return Found(base + told.start(), anchor.stop, replace(days, kind=anchor.days.kind))


def nth(told: re.Match[str], whole: Days) -> Days:
    """The week, weekend or weekday of that number in a month, season or year."""
    unit, place = told["unit"].lower(), told["nth"].lower()
    last = place == "last"
    weeks = 0 if last else _PLACES.index(place) if place in _PLACES else int(place[0]) - 1
    if unit == "week":  # counted from the first day, so that the first week is no stump
        start = whole.end - 7 * DAY if last else whole.start + 7 * weeks * DAY
        return Days(start, start + 7 * DAY, Precision.WEEK, whole.kind)
    wanted = 5 if unit == "weekend" else WEEKDAYS.index(unit)
    edge = Days(whole.end, whole.end) if last else Days(whole.start, whole.start)
    day = _weekday(wanted, edge, back=last) + 7 * weeks * DAY
    return weekend_of(day) if unit == "weekend" else one_day(day)


def _counted(told: re.Match[str], anchor: Days) -> Days | None:
    unit, count = told["unit"].lower(), told["count"].lower()
    if count == "the" or unit in WEEKDAYS:
        return _neighbour(told, anchor)
    if told["side"] == "of":
        return None
    back = _is_back(told)
    day = anchor.start if back else anchor.end - DAY
    return about(shift(day, -number(count) if back else number(count), unit), unit)


def _neighbour(told: re.Match[str], anchor: Days) -> Days | None:
    """The day, week, weekend, month, year or weekday next to the anchor, on the side told."""
    unit, back = told["unit"].lower(), _is_back(told)
    if told["side"].lower() == "of":
        return weekend_of(anchor.start) if unit == "weekend" else week_of(anchor.start)
    if unit in WEEKDAYS:
        return one_day(_weekday(WEEKDAYS.index(unit), anchor, back=back))
    if unit == "weekend":
        saturday = Days(_weekday(5, anchor, back=back), anchor.end).start
        return weekend_of(saturday)
    if unit == "week":
        start = anchor.start - 7 * DAY if back else anchor.end
        return Days(start, start + 7 * DAY, Precision.WEEK)
    day = anchor.start - DAY if back else anchor.end
    if unit == "day":
        return one_day(day)
    beside = shift(anchor.start, -1 if back else 1, unit)
    return month_of(beside.year, beside.month) if unit == "month" else year_of(beside.year)


def _weekday(wanted: int, anchor: Days, *, back: bool) -> date:
    if back:
        last = anchor.start - DAY
        return last - timedelta(days=(last.weekday() - wanted) % 7)
    return anchor.end + timedelta(days=(wanted - anchor.end.weekday()) % 7)


def _is_back(told: re.Match[str]) -> bool:
    return told["side"].lower().startswith(("before", "prior"))


def stretch(text: str, first: Found, last: Found) -> Found | None:
    """Joins "between A and B", "from A to B", and "A to B" of the same precision."""
    between = text[first.stop : last.begin]
    opening = _OPENING.search(ahead_of(text, first.begin))
    if _AND.fullmatch(between):
        joined = opening is not None and opening["word"].lower() == "between"
    else:
        same = first.days.precision is last.days.precision
        joined = _TO.fullmatch(between) is not None and (same or opening is not None)
    if not joined:
        return None
    start = _aligned(first.days, last.days)
    begin = max(first.begin - LOOK, 0) + opening.start() if opening else first.begin
    precision = min(first.days.precision, last.days.precision, key=list(Precision).index)
    days = Days(start, last.days.end, precision, last.days.kind)
    return Found(begin, last.stop, days) if start < last.days.end else None


def _aligned(first: Days, last: Days) -> date:
    """The start of the first, in the year that puts it before the last and close to it."""
    start = first.start
    if first.dated:
        return start
    while start >= last.end:
        start = shift(start, -1, "year")
    while shift(start, 1, "year") < last.end:
        start = shift(start, 1, "year")
    return start


def since(text: str, found: Found, spoken: Spoken) -> Found | None:
    """From the time told until now."""
    told = _SINCE.search(ahead_of(text, found.begin))
    if not told or found.days.start > spoken.today:
        return None
    begin = max(found.begin - LOOK, 0) + told.start()
    return Found(begin, found.stop, replace(found.days, end=spoken.today + DAY))
