"""Times told from the moment of speaking: "yesterday", "last Tuesday", "two weeks ago"."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from memwell.models.rules.calendar.almanac import (
    COUNT,
    DAY,
    UNIT,
    WEEKDAY,
    WEEKDAYS,
    Days,
    Kind,
    Lean,
    Precision,
    Spoken,
    about,
    month_of,
    number,
    one_day,
    part_of,
    shift,
    week_of,
    weekend_of,
    year_of,
)

Resolver = Callable[[re.Match[str], Spoken], Days | None]

_DAY_WORDS = {
    "day before yesterday": -2,
    "yesterday": -1,
    "last night": -1,
    "last evening": -1,
    "day after tomorrow": 2,
    "tomorrow": 1,
}  # anything else the rule finds is today
_BACK = ("last", "past", "previous", "this past")


def day_word(match: re.Match[str], spoken: Spoken) -> Days | None:
    words = " ".join(match["day"].lower().split())
    days = next((days for told, days in _DAY_WORDS.items() if words.startswith(told)), 0)
    return one_day(spoken.today + days * DAY)


def other_day(_: re.Match[str], spoken: Spoken) -> Days | None:
    """Resolves "the other day": within the last week."""
    return Days(spoken.today - 7 * DAY, spoken.today, Precision.WEEK)


def ago(match: re.Match[str], spoken: Spoken) -> Days | None:
    return _counted(match, spoken, -1)


def ahead(match: re.Match[str], spoken: Spoken) -> Days | None:
    if spoken.lean is Lean.PAST and not match["now"]:
        return None  # "we painted it in two days"
    return _counted(match, spoken, 1)


def half_ago(match: re.Match[str], spoken: Spoken) -> Days | None:
    """Resolves "half a year ago"."""
    if match["unit"].lower() == "year":
        return about(shift(spoken.today, -6, "month"), "month")
    return about(shift(spoken.today, -15, "day"), "week")


def _counted(match: re.Match[str], spoken: Spoken, sign: int) -> Days | None:
    count, unit = number(match["count"]), match["unit"].lower()
    if unit in ("minute", "hour"):
        return one_day((spoken.at + sign * timedelta(**{f"{unit}s": count})).date())
    if match["half"]:  # a year and a half, told in the next smaller unit
        finer, halves = {"year": ("month", 6), "month": ("week", 2), "week": ("day", 3)}[unit]
        middle = shift(shift(spoken.today, sign * count, unit), sign * halves, finer)
        return about(middle, finer if finer != "day" else "week")
    return about(shift(spoken.today, sign * count, unit), unit)


def unit(match: re.Match[str], spoken: Spoken) -> Days | None:
    """Resolves "last month" or "next year"; a past week is the seven days up to now."""
    which, name = " ".join(match["which"].lower().split()), match["unit"].lower()
    if which in ("past", "this past") and name != "weekend":
        return _stretch(spoken, -1, name)
    step = -1 if which in _BACK else 0 if which == "this" else 1
    if name == "weekend":
        return _weekend(spoken, which)
    day = shift(spoken.today.replace(day=1) if name == "month" else spoken.today, step, name)
    return {"week": week_of(day), "fortnight": week_of(day), "year": year_of(day.year)}.get(
        name, month_of(day.year, day.month)
    )


def _weekend(spoken: Spoken, which: str) -> Days:
    this = weekend_of(spoken.today)
    if which in _BACK:
        return weekend_of(spoken.today - timedelta(days=7))
    if which == "next":
        return weekend_of(spoken.today + timedelta(days=7))
    if which == "coming":
        return this
    return weekend(spoken)


def weekend(spoken: Spoken) -> Days:
    """The weekend meant by "this weekend": the running one, or the one the speaker looks to."""
    this = weekend_of(spoken.today)
    started = spoken.today >= this.start
    return weekend_of(this.start - 7 * DAY) if spoken.lean is Lean.PAST and not started else this


def bare_weekend(match: re.Match[str], spoken: Spoken) -> Days | None:
    """Resolves "over the weekend"; "the weekend trip" is none."""
    placed = re.search(
        r"(?i)\b(?:over|at|on|during|for|of)\s+$", match.string[: match.start()][-20:]
    )
    if not placed:
        return None
    this = weekend_of(spoken.today)
    ahead = spoken.lean is Lean.FUTURE or spoken.today >= this.start
    return this if ahead else weekend_of(this.start - 7 * DAY)


def before_last(match: re.Match[str], spoken: Spoken) -> Days | None:
    """Resolves "the week before last", "the weekend after next"."""
    name, step = match["unit"].lower(), -2 if "before" in match["side"].lower() else 2
    first = spoken.today.replace(day=1) if name == "month" else spoken.today
    return whole(shift(first, step, name), name)


def whole(day: date, unit: str) -> Days:
    """The calendar week, weekend, month or year the day lies in."""
    return week_of(day) if unit in ("week", "fortnight") else about(day, unit)


def weekday(match: re.Match[str], spoken: Spoken) -> Days | None:
    if re.search(
        r"\b(?:every|each|most|per)\s+$", match.string[: match.start()][-20:], re.IGNORECASE
    ):
        return None
    which = " ".join((match["which"] or match["week"] or "").lower().split())
    monday = week_of(spoken.today).start
    ahead = timedelta(days=WEEKDAYS.index(match["weekday"].lower()))
    if match["week"]:
        return one_day(monday + ahead + {"last": -7, "next": 7}.get(which, 0) * DAY)
    if which == "next":
        return one_day(monday + 7 * DAY + ahead)
    return one_day(_nearby(monday + ahead, which, spoken))


def _nearby(this_week: date, which: str, spoken: Spoken) -> date:
    """The last such weekday, or the coming one where the words or the speaker look ahead."""
    today = spoken.today
    if which in _BACK:
        return this_week if this_week < today else this_week - 7 * DAY
    if spoken.lean is Lean.PAST or (
        which != "coming" and spoken.lean is Lean.UNKNOWN and not which
    ):
        return this_week if this_week <= today else this_week - 7 * DAY
    return this_week if this_week >= today else this_week + 7 * DAY


def stretch(match: re.Match[str], spoken: Spoken) -> Days | None:
    """Resolves "the past two months", "the next three days": stretches that touch today."""
    sign = 1 if match["which"].lower() in ("next", "coming", "following") else -1
    return _stretch(spoken, sign * number(match["count"]), match["unit"].lower())


def _stretch(spoken: Spoken, count: int, unit: str) -> Days | None:
    if unit in ("minute", "hour"):
        return replace(one_day(spoken.today), kind=Kind.DURATION)
    ends = sorted((shift(spoken.today, count, unit), spoken.today))
    precision = Precision(unit) if unit in ("week", "month", "year") else Precision.DAY
    return Days(ends[0], ends[1] + DAY, precision, Kind.DURATION)


def part_of_unit(match: re.Match[str], spoken: Spoken) -> Days | None:
    """Resolves "the start of the year", "late last month"."""
    if match["which"].lower() == "the":
        found: Days | None = whole(spoken.today, match["unit"].lower())
    else:
        found = unit(match, spoken)
    return part_of(found, match["part"].lower()) if found else None


def _rule(source: str, resolve: Resolver) -> tuple[str, Resolver]:
    def told(match: re.Match[str], spoken: Spoken) -> Days | None:
        days = resolve(match, spoken)
        return days.relative() if days and days.kind is Kind.ABSOLUTE else days

    return source.replace(" ", r"\s+"), told


_THIS = r"(?P<which>this past|this|last|past|previous|next|coming)"
_COARSE = r"(?P<unit>weekend|week|fortnight|month|year)"
_OF_DAY = r"(?: (?:early |late )?(?:morning|afternoon|evening|night|noon))?"
_HALF = r"(?P<half> and a half)?"

RULES = (
    _rule(
        r"\b(?:the )?(?P<day>day before yesterday|day after tomorrow|(?:yesterday|tomorrow)"
        + _OF_DAY
        + r"|last (?:night|evening)|today|tonight|this (?:morning|afternoon|evening))\b",
        day_word,
    ),
    _rule(r"\b(?:the )?other (?:day|night|evening)\b", other_day),
    _rule(r"\bhalf a (?P<unit>year|month) (?:ago|back)\b", half_ago),
    _rule(rf"\b(?P<count>{COUNT}) (?:\w+ )?(?P<unit>{UNIT})s?{_HALF} (?:ago|back)\b", ago),
    _rule(rf"\b(?P<count>{COUNT})(?P<half> and a half) (?P<unit>{UNIT})s? (?:ago|back)\b", ago),
    _rule(
        rf"\bin (?P<count>{COUNT}) (?P<unit>{UNIT})s?{_HALF}(?P<now>['’]s? time)?\b(?! of)", ahead
    ),
    _rule(rf"\b(?P<count>{COUNT}) (?P<unit>{UNIT})s?{_HALF} (?P<now>from (?:now|today))\b", ahead),
    _rule(rf"\b(?:the )?{_THIS} {_COARSE}\b(?!['’]?s\b)", unit),
    _rule(
        r"\bthe (?P<unit>week|weekend|month|year) (?P<side>before last|after next)\b", before_last
    ),
    _rule(r"\bthe weekend\b(?! (?:of|before|after|prior|following)\b)", bare_weekend),
    _rule(
        r"\b(?:(?P<which>this past|this coming|this|last|past|previous|next|coming) )?"
        rf"(?P<weekday>{WEEKDAY})"
        rf"\b(?!['’]?s\b){_OF_DAY}(?: (?P<week>last|this|next) week)?",
        weekday,
    ),
    _rule(
        r"\b(?:the )?(?P<which>past|last|previous|next|coming|following)"
        rf" (?P<count>{COUNT}) (?P<unit>{UNIT})s?\b",
        stretch,
    ),
    _rule(
        r"\b(?:the )?(?P<part>early|mid|late|beginning of|start of|middle of|end of)[ -]?"
        r" ?(?P<which>this|last|next|the) (?P<unit>week|month|year)\b",
        part_of_unit,
    ),
)
