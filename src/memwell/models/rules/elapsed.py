"""The day an event happened, and how long it is from one to another."""

import re
from datetime import date, datetime, timedelta

from memwell.models.rules.dates import DateSpan, Precision, find

_UNIT_DAYS = {"week": 7.0, "month": 30.44, "year": 365.25}


def event_day(text: str, said: datetime) -> date:
    """The day the text speaks of; the day it was said where it names none."""
    return named_day(text, said) or said.date()


def named_day(text: str, said: datetime) -> date | None:
    """The day the text names: to the day rather than roughly, past rather than to come."""
    spans = find(text, said)
    days = [span for span in spans if span.precision is Precision.DAY]
    past = [span for span in days or spans if span.start <= said.date()]
    chosen = next(iter(past or days or spans), None)
    return _middle(chosen) if chosen else None


def _middle(span: DateSpan) -> date:
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
