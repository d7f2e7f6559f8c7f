"""Times in English text, resolved against the moment of speaking.

`find` reads what a text says ("3 days before 9 June", "last May", "between March and May"),
`window` what time a question restricts itself to.
"""

import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from typing import TYPE_CHECKING, Any

from memwell.core.interval import Interval
from memwell.models.rules.calendar import absolute, relative
from memwell.models.rules.calendar.absolute import Resolver
from memwell.models.rules.calendar.almanac import DAY, Kind, Lean, Precision, Spoken
from memwell.models.rules.calendar.joined import Found, ahead_of, join
from memwell.models.rules.calendar.leaning import lean

if TYPE_CHECKING:
    from memwell.models.prompts import Dates

__all__ = ["DateSpan", "Kind", "Precision", "asked", "find", "window"]

# No rule matches a text without one of these, and most texts are without.
_ANY = re.compile(
    r"\d|day|morning|evening|night|ago\b|week|month|year|fortnight|decade"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|spring|summer|autumn|fall|winter"
    r"|christmas|halloween|easter|thanksgiving|tomorrow",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A time expression and the days it means, [start, end)."""

    text: str
    offset: int  # of its first character
    start: date
    end: date
    precision: Precision
    kind: Kind


def find(text: str, at: datetime) -> list[DateSpan]:
    """Every time told in a text that was said at the given moment, in order."""
    return [_span(text, one) for one in _find(text, at, Lean.UNKNOWN)]


def asked(question: str, at: datetime) -> list[DateSpan]:
    """Every time a question asks about: it looks back, and "today" is when it is asked."""
    found = _find(question, at, Lean.PAST)
    return [_span(question, one) for one in found if not _is_now(one, question, at)]


def window(question: str, at: datetime) -> Interval | None:
    """The time a question asked at some moment restricts itself to, in UTC; None for any time.

    "Before May" and "after 2020" leave one side open.
    """
    found = [one for one in _find(question, at, Lean.PAST) if not _is_now(one, question, at)]
    edges = [_edges(question, one) for one in found]
    closed = [(start, end) for start, end in edges if start and end]
    if closed:
        return _interval(min(start for start, _ in closed), max(end for _, end in closed))
    starts = [start for start, _ in edges if start]
    ends = [end for _, end in edges if end]
    start, end = max(starts, default=None), min(ends, default=None)
    return _interval(start, end) if edges and not (start and end and end < start) else None


def _span(text: str, one: Found) -> DateSpan:
    days = one.days
    words = text[one.begin : one.stop]
    return DateSpan(words, one.begin, days.start, days.end, days.precision, days.kind)


def _find(text: str, at: datetime, otherwise: Lean) -> list[Found]:
    if not _ANY.search(text):
        return []
    told = sorted(_told(text, at, otherwise), key=lambda one: one.begin - one.stop)
    taken: list[tuple[int, int]] = []  # in text order, never overlapping
    kept: list[Found] = []
    for one in told:  # the longest first
        place = bisect(taken, (one.begin, one.stop))
        free_before = place == 0 or taken[place - 1][1] <= one.begin
        if free_before and (place == len(taken) or one.stop <= taken[place][0]):
            taken.insert(place, (one.begin, one.stop))
            kept.append(one)
    return join(text, sorted(kept, key=lambda one: one.begin), Spoken(at))


def _told(text: str, at: datetime, otherwise: Lean) -> Iterator[Found]:
    for pattern, resolve in _rules():
        for match in pattern.finditer(text):
            spoken = Spoken(at, lean(text, *match.span()) or otherwise)
            try:
                days = resolve(match, spoken)
            except (ValueError, OverflowError):  # no such day, or beyond the calendar's years
                continue
            if days:
                yield Found(match.start(), match.end(), days)


@cache
def _rules() -> list[tuple[re.Pattern[str], Resolver]]:
    """Compiled at the first text that may tell a time: that takes as long as reading hundreds."""
    rules = (*absolute.RULES, *relative.RULES)
    return [(re.compile(pattern, re.IGNORECASE), resolve) for pattern, resolve in rules]


_BEFORE = re.compile(r"\b(?:before|prior\s+to)\s+(?:the\s+)?$", re.IGNORECASE)
_UNTIL = re.compile(r"\b(?:until|till|by|up\s+to)\s+(?:the\s+)?$", re.IGNORECASE)
_AFTER = re.compile(r"\bafter\s+(?:the\s+)?$", re.IGNORECASE)


def _edges(question: str, one: Found) -> tuple[date | None, date | None]:
    before = ahead_of(question, one.begin)
    if _BEFORE.search(before):
        return None, one.days.start
    if _UNTIL.search(before):
        return None, one.days.end
    if _AFTER.search(before):
        return one.days.end, None
    return one.days.start, one.days.end


def _is_now(one: Found, question: str, at: datetime) -> bool:
    """Tells "What shall I cook tonight?", which does not ask for what was said today."""
    today = one.days.start == at.date() and one.days.end == at.date() + DAY
    return today and lean(question, one.begin, one.stop) is not Lean.PAST


def _interval(start: date | None, end: date | None) -> Interval:
    return Interval(_midnight(start) if start else None, _midnight(end) if end else None)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def dates(fields: dict[str, Any]) -> "Dates":
    """Answers the prompt DATES(text, at)."""
    from memwell.models.prompts import DateFound, Dates  # slow to import; a search needs none

    return Dates(
        dates=[
            DateFound(text=one.text, start=one.start, end=one.end, precision=one.precision.value)
            for one in find(fields["text"], fields["at"])
        ]
    )
