"""The day an event happened, and how long it is from one to another."""

import re
from datetime import date, datetime, timedelta

from memwell.models.rules.calendar.almanac import SEASONS
from memwell.models.rules.dates import DateSpan, Precision, find

_UNIT_DAYS = {"week": 7.0, "month": 30.44, "year": 365.25}


def named_span(text: str, said: datetime) -> DateSpan | None:
    """The time the text names, as exactly as it is told."""
    spans = find(text, said)
    days = [span for span in spans if span.precision is Precision.DAY]
    past = [span for span in days or spans if span.start <= said.date()]
    return next(iter(past or days or spans), None)


def told(span: DateSpan) -> str:
    """A time with the precision it was told with: a day, "May 2026", "2024"."""
    first, length = span.start, (span.end - span.start).days
    named = {
        Precision.YEAR: str(first.year),
        Precision.SEASON: f"{_season(first)} {first.year}",
        Precision.MONTH: f"{first:%B %Y}",
    }
    if length == 1:
        return weekday(first)
    if length == 2:
        return f"the weekend of {spoken(first)}"
    if length == 7 and first.weekday() == 0:
        return f"the week of {spoken(first)}"
    return named.get(span.precision, f"around {spoken(middle(span))}")


def weekday(day: date) -> str:
    """A day with its name: Monday, 3 March 2025."""
    return f"{day:%A}, {spoken(day)}"


def _season(first: date) -> str:
    named = {month: name for name, month in SEASONS.items() if name != "fall"}
    return named.get(first.month, f"{first:%B}")


def middle(span: DateSpan) -> date:
    """The day in the middle of it."""
    return span.start + timedelta(days=((span.end - span.start).days - 1) // 2)


def spoken(day: date) -> str:
    """A day as people write it: 3 March 2025."""
    return f"{day.day} {day:%B %Y}"


def span_of_days(days: int, question: str) -> str:
    """So many days, in the unit the question asks for; in days too, where that one is not exact."""
    exact = _plural(days, "day")
    for unit, length in _UNIT_DAYS.items():
        if re.search(rf"(?i)\bhow (?:many|much) {unit}s?\b", question):
            whole = round(days / length)
            same = days == whole * length
            return _plural(whole, unit) if same else f"about {_plural(whole, unit)} ({exact})"
    if re.search(r"(?i)\bhow long\b", question) and days >= 14:
        return f"{exact} (about {_plural(round(days / 7), 'week')})"
    return exact


def _plural(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
