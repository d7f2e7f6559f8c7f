"""The calendar as people speak of it: names, number words, and stretches of days.

A week begins on Monday, a weekend is Saturday and Sunday, seasons are those of the northern half.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum

DAY = timedelta(days=1)
WEEK = timedelta(days=7)

WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}  # first month
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_ONES = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    *("nineteen", "twenty"),
]
_ROUGH = {"a": 1, "an": 1, "couple": 2, "few": 3, "several": 4}
NUMBERS = {word: number for number, word in enumerate(_ONES)} | _ROUGH

# Regular expression sources, to be compiled ignoring case.
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b"
)
WEEKDAY = rf"(?:{'|'.join(WEEKDAYS)})"
_WORDS = "|".join(sorted((word for word in NUMBERS if len(word) > 2), key=len, reverse=True))
COUNT = rf"(?:\d{{1,4}}|(?:an?\s+)?(?:{_WORDS})(?:\s+of)?|an?)"
UNIT = r"(?:minute|hour|day|night|weekend|week|fortnight|month|year|decade)"


class Precision(StrEnum):
    """How exactly a time is told."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    SEASON = "season"
    YEAR = "year"


class Kind(StrEnum):
    """How a time is told: by the calendar, from the moment of speaking, or as a stretch to it."""

    ABSOLUTE = "absolute"
    RELATIVE = "relative"
    DURATION = "duration"


class Lean(IntEnum):
    """Which way a speaker looks."""

    PAST = -1
    UNKNOWN = 0
    FUTURE = 1


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days, [start, end)."""

    start: date
    end: date
    precision: Precision = Precision.DAY
    kind: Kind = Kind.ABSOLUTE
    dated: bool = True  # the year was told, or follows from the moment of speaking

    def relative(self) -> "Days":
        return replace(self, kind=Kind.RELATIVE)


@dataclass(frozen=True, slots=True)
class Spoken:
    """The moment something is said, and which way its speaker looks."""

    at: datetime
    lean: Lean = Lean.UNKNOWN

    @property
    def today(self) -> date:
        return self.at.date()


def number(words: str) -> int:
    """How many "3", "three", "a", "a couple of" or "a few" are."""
    bare = re.sub(r"^an?\s+|\s+of$", "", words.lower().strip())
    return int(bare) if bare.isdigit() else NUMBERS[bare]


def month_number(name: str) -> int:
    """1 for "January", "Jan" or "jan."; raises ValueError for what is no month."""
    return _MONTHS.index(name.lower()[:3]) + 1


def one_day(day: date) -> Days:
    return Days(day, day + DAY)


def week_of(day: date) -> Days:
    """Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return Days(monday, monday + WEEK, Precision.WEEK)


def weekend_of(day: date) -> Days:
    """Saturday and Sunday of the day's week."""
    saturday = day - timedelta(days=day.weekday() - 5)
    return Days(saturday, saturday + 2 * DAY, Precision.WEEK)


def month_of(year: int, month: int) -> Days:
    first = date(year, month, 1)
    return Days(first, shift(first, 1, "month"), Precision.MONTH)


def season_of(year: int, name: str) -> Days:
    """Three months; a winter begins in December of its year."""
    first = date(year, SEASONS[name.lower()], 1)
    return Days(first, shift(first, 3, "month"), Precision.SEASON)


def year_of(year: int) -> Days:
    return Days(date(year, 1, 1), date(year + 1, 1, 1), Precision.YEAR)


def shift(day: date, count: int, unit: str) -> date:
    """The day so many units later; the last of the month where that month is too short."""
    days = {"day": 1, "night": 1, "week": 7, "weekend": 7, "fortnight": 14}
    if unit in days:
        return day + timedelta(days=count * days[unit])
    months = day.year * 12 + day.month - 1 + count * {"month": 1, "year": 12, "decade": 120}[unit]
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def about(day: date, unit: str) -> Days:
    """The days meant by someone who counted in units: "two weeks ago" is good to some days."""
    if unit == "weekend":
        return weekend_of(day)
    if unit in ("week", "fortnight"):
        return Days(day - 3 * DAY, day + 4 * DAY, Precision.WEEK)
    if unit == "month":
        return month_of(day.year, day.month)
    if unit in ("year", "decade"):
        return year_of(day.year)
    return one_day(day)


def part_of(whole: Days, part: str) -> Days:
    """The early, middle or late third of a week, month, season or year."""
    if whole.precision in (Precision.YEAR, Precision.SEASON):
        months = 4 if whole.precision is Precision.YEAR else 1
        first, second = shift(whole.start, months, "month"), shift(whole.end, -months, "month")
    else:
        third = (whole.end - whole.start) / 3
        first, second = whole.start + third, whole.end - third
    finer = {Precision.YEAR: Precision.SEASON, Precision.SEASON: Precision.MONTH}.get(
        whole.precision, Precision.WEEK
    )
    if re.search(r"early|begin|start", part):
        return replace(whole, end=first, precision=finer)
    if re.search(r"late|end", part):
        return replace(whole, start=second, precision=finer)
    return replace(whole, start=first, end=second, precision=finer)


def annual(build: Callable[[int], Days], which: str | None, spoken: Spoken) -> Days | None:
    """The one meant of what comes every year: "last May", "this May", or only "May"."""
    years = range(max(spoken.today.year - 8, 1), min(spoken.today.year + 9, 9998))
    every = [days for year in years if (days := _built(build, year))]
    which = (which or "").lower()
    if "past" in which or which in ("last", "previous"):
        found = [days for days in every if days.end <= spoken.today][-1:]
    elif which in ("next", "coming"):
        found = [days for days in every if days.start > spoken.today][:1]
    elif which == "this":
        found = [days for days in every if days.start.year == spoken.today.year]
    else:
        return replace(closest(every, spoken), dated=False) if every else None
    return found[0].relative() if found else None


def closest(choices: list[Days], spoken: Spoken) -> Days:
    """The choice a speaker means: the nearest on the side they look to."""
    today = spoken.today
    if spoken.lean is Lean.PAST:
        choices = [days for days in choices if days.start <= today] or choices
    elif spoken.lean is Lean.FUTURE:
        choices = [days for days in choices if days.end > today] or choices

    def distance(days: Days) -> tuple[int, bool]:
        gap = max((days.start - today).days, (today - days.end).days + 1, 0)
        return gap, days.start > today  # of two as near, the one that has been

    return min(choices, key=distance)


def _built(build: Callable[[int], Days], year: int) -> Days | None:
    try:
        return build(year)
    except ValueError:  # 29 February in most years
        return None
