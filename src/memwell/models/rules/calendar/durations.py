"""Lengths of time in words: "three weeks", "2 years and 3 months", "an hour and a half"."""

import re
from datetime import timedelta

from memwell.models.rules.calendar.almanac import COUNT, number

_DAYS = {
    "second": 1 / 86_400,
    "minute": 1 / 1_440,
    "hour": 1 / 24,
    "day": 1.0,
    "night": 1.0,
    "week": 7.0,
    "fortnight": 14.0,
    "month": 365.2425 / 12,  # on average
    "year": 365.2425,
    "decade": 3_652.425,
}
_LENGTH = re.compile(
    rf"\b(?:(?P<halved>half)\s+)?(?P<count>{COUNT}|\d+\.\d+)(?P<half>\s+and\s+a\s+half)?[\s-]+"
    rf"(?P<unit>{'|'.join(_DAYS)})s?\b(?P<more>\s+and\s+a\s+half\b)?",
    re.IGNORECASE,
)
_JOINT = re.compile(r"\s*(?:,|and|,\s*and)?\s*", re.IGNORECASE)


def duration(text: str) -> timedelta | None:
    """The first length of time in the text, its parts added up; None when there is none."""
    total, stop = 0.0, None
    for told in _LENGTH.finditer(text):
        if stop is not None and not _JOINT.fullmatch(text, stop, told.start()):
            break
        total += _count(told) * _DAYS[told["unit"].lower()]
        stop = told.end()
    return None if stop is None else timedelta(days=total)


def _count(told: re.Match[str]) -> float:
    count = float(told["count"]) if "." in told["count"] else float(number(told["count"]))
    if told["halved"]:
        return count / 2
    return count + 0.5 if told["half"] or told["more"] else count
