"""Times told by the calendar: "7 May 2023", "05/07/2023", "early June", "in 2021", "last fall"."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from memwell.models.rules.calendar.almanac import (
    DAY,
    MONTH,
    WEEKDAY,
    Days,
    Spoken,
    annual,
    closest,
    month_number,
    month_of,
    one_day,
    part_of,
    season_of,
    shift,
    year_of,
)

Resolver = Callable[[re.Match[str], Spoken], Days | None]

_NTH = r"(?:st|nd|rd|th)"
_ON = rf"(?:(?:{WEEKDAY}|mon|tues?|wed|thur?s?|fri|sat|sun)\.?,?\s+(?:the\s+)?)?"
_TILL = r"\s*(?:-|–|to|and)\s*"
_YEAR = r"(?:,?\s+(?:of\s+|in\s+)?(?P<year>(?:19|20)\d\d)\b(?![.,]\d)|\s+['’](?P<short>\d\d)\b)"
_PART = (
    r"(?P<part>early|mid(?:dle)?|late|(?:the\s+)?(?:beginning|start|middle|end)\s+of)"
    r"(?:\s+in)?[\s-]+"
)
_WHICH = r"(?P<which>this\s+past|last|next|this|past|previous|coming)\s+"

# Before these a lone month, season or year is one: "may" and "march" are verbs, "June" a name.
_PLACED = re.compile(
    r"\b(?:in|since|until|till|by|during|of|from|to|through|between|and|before|after|around|over"
    r"|or|year|back\s+in|throughout|for|about)\s+(?:the\s+)?(?:(?:month|year)\s+of\s+)?$",
    re.IGNORECASE,
)
_DOUBTFUL = {"mar", "march", "apr", "april", "may", "june", "aug", "august", "jan", "dec", "sep"}
_SURE_IN_LOWER_CASE = re.compile(r"\b(?:in|since|until|during|of)\s+$", re.IGNORECASE)


def ymd(match: re.Match[str], _: Spoken) -> Days | None:
    return one_day(date(int(match["year"]), int(match["month"]), int(match["day"])))


def slashed(match: re.Match[str], _: Spoken) -> Days | None:
    """Month first, as Americans write it, unless that is no month."""
    first, second, year = (int(match[name]) for name in ("first", "second", "year"))
    month, day = (first, second) if first <= 12 else (second, first)
    return one_day(date(year + 2000 if year < 100 else year, month, day))


def month_day(match: re.Match[str], spoken: Spoken) -> Days | None:
    """A day, or a run of days, of a named month."""
    if match["month"] in ("may", "mar") and not (match["nth"] or _year(match)):
        return None  # "chapter 7 may follow"
    month, first = month_number(match["month"]), int(match["day"])
    last = int(match["till"] or first)

    def build(year: int) -> Days:
        return Days(date(year, month, first), date(year, month, last) + DAY)

    year = _year(match)
    found = build(year) if year else annual(build, None, spoken)
    return found if found and found.start < found.end else None


def month_year(match: re.Match[str], _: Spoken) -> Days | None:
    year = _year(match)
    assert year
    whole = month_of(year, month_number(match["month"]))
    return part_of(whole, match["part"].lower()) if match["part"] else whole


def lone_month(match: re.Match[str], spoken: Spoken) -> Days | None:
    """A month without day or year, once it is clear that it is one."""
    if not _is_month(match):
        return None
    month = month_number(match["month"])
    whole = annual(lambda year: month_of(year, month), match["which"], spoken)
    return part_of(whole, match["part"].lower()) if whole and match["part"] else whole


def _is_month(match: re.Match[str]) -> bool:
    name, before = match["month"], match.string[: match.start()][-40:]
    if name.lower() not in _DOUBTFUL or match["part"]:
        return len(name) > 3 or bool(_PLACED.search(before) or match["which"] or match["part"])
    if name.islower() and name.lower() in ("may", "mar", "march"):
        if match["which"]:  # "this may help" is no month
            return match["which"].lower() in ("last", "next")
        return bool(_SURE_IN_LOWER_CASE.search(before))
    return bool(match["which"] or _PLACED.search(before))


def lone_year(match: re.Match[str], _: Spoken) -> Days | None:
    before = match.string[: match.start()][-40:]
    if not match["part"] and not _PLACED.search(before):
        return None
    whole = year_of(int(match["year"]))
    return part_of(whole, match["part"].lower()) if match["part"] else whole


def season(match: re.Match[str], spoken: Spoken) -> Days | None:
    name, year = match["season"], _year(match)
    if year:
        return season_of(year, name)
    placed = _PLACED.search(match.string[: match.start()][-40:])
    if not match["which"] and not placed:
        return None
    return annual(lambda year: season_of(year, name), match["which"], spoken)


def day_of_month(match: re.Match[str], spoken: Spoken) -> Days | None:
    """Resolves "on the 7th": of this month or one near it."""
    day, choices = int(match["day"]), []
    for months in range(-2, 3):
        first = shift(spoken.today.replace(day=1), months, "month")
        try:
            choices.append(one_day(first.replace(day=day)))
        except ValueError:
            continue  # that month has no such day
    return closest(choices, spoken) if choices else None


def holiday(match: re.Match[str], spoken: Spoken) -> Days | None:
    name = " ".join(re.sub(r"[^a-z0-9\s]", "", match["name"].lower()).split())
    build = next(build for known, build in _HOLIDAYS if re.fullmatch(known, name))
    year = _year(match)
    return (
        one_day(build(year))
        if year
        else annual(lambda year: one_day(build(year)), match["which"], spoken)
    )


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Gauss' rule with its corrections)."""
    century, golden = year // 100, year % 19
    moon = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    moon -= (moon // 28) * (1 - (29 // (moon + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    ahead = moon - weekday
    month = 3 + (ahead + 40) // 44
    return date(year, month, ahead + 28 - 31 * (month // 4))


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


_HOLIDAYS: tuple[tuple[str, Callable[[int], date]], ...] = (
    ("christmas eve", lambda year: date(year, 12, 24)),
    ("christmas(?: day)?", lambda year: date(year, 12, 25)),
    ("new years eve", lambda year: date(year, 12, 31)),
    ("new years day", lambda year: date(year, 1, 1)),
    ("halloween", lambda year: date(year, 10, 31)),
    ("valentines(?: day)?", lambda year: date(year, 2, 14)),
    ("independence day|(?:fourth|4th) of july", lambda year: date(year, 7, 4)),
    ("thanksgiving(?: day)?", lambda year: _nth_weekday(year, 11, 3, 4)),
    ("mothers day", lambda year: _nth_weekday(year, 5, 6, 2)),
    ("fathers day", lambda year: _nth_weekday(year, 6, 6, 3)),
    ("easter(?: sunday)?", _easter),
)
_NAMES = (
    r"christmas(?:\s+(?:eve|day))?|new\s+year['’]?s\s+(?:eve|day)|halloween"
    r"|valentine['’]?s(?:\s+day)?|independence\s+day|(?:fourth|4th)\s+of\s+july"
    r"|thanksgiving(?:\s+day)?|mother['’]?s\s+day|father['’]?s\s+day|easter(?:\s+sunday)?"
)


def _year(match: re.Match[str]) -> int | None:
    if match["short"]:
        return 2000 + int(match["short"])
    return int(match["year"]) if match["year"] else None


# Patterns, in any case of letters, and what resolves them.
RULES: tuple[tuple[str, Resolver], ...] = (
    (r"(?<![\d.-])(?P<year>\d{4})([-/.])(?P<month>\d\d?)\2(?P<day>\d\d?)(?!\d)", ymd),
    (r"(?<![\d/])(?P<first>\d\d?)/(?P<second>\d\d?)/(?P<year>\d{4}|\d\d)(?![\d/])", slashed),
    (r"(?<![\d.])(?P<day>\d\d?)\.(?P<month>\d\d?)\.(?P<year>\d{4})(?!\d)", ymd),
    (
        (
            rf"\b{_ON}(?P<day>\d\d?)(?P<nth>{_NTH})?(?:{_TILL}(?P<till>\d\d?){_NTH}?)?"
            rf"\s+(?:of\s+)?(?P<month>{MONTH})\.?{_YEAR}?"
        ),
        month_day,
    ),
    (
        (
            rf"\b{_ON}(?P<month>{MONTH})\.?\s+(?:the\s+)?(?P<day>\d\d?)(?P<nth>{_NTH})?"
            rf"(?:{_TILL}(?P<till>\d\d?){_NTH}?)?\b(?!:\d|\s*(?:[ap]\.?m\b|%|o'clock)){_YEAR}?"
        ),
        month_day,
    ),
    (rf"\b(?:{_PART})?(?P<month>{MONTH})\.?{_YEAR}", month_year),
    (rf"\b(?:{_WHICH}|{_PART})?(?P<month>{MONTH})", lone_month),
    (rf"\b(?:{_PART})?(?P<year>(?:19|20)\d\d)\b(?![-/.,%]\d|%)", lone_year),
    (rf"\b(?:{_WHICH})?(?P<season>spring|summer|autumn|fall|winter)\b(?!s){_YEAR}?", season),
    (
        r"(?<=\bon |\bby )the\s+(?P<day>\d\d?)" + _NTH + r"\b(?!\s+(?:of|time|floor|day|\w+day)\b)",
        day_of_month,
    ),
    (rf"\b(?:{_WHICH})?(?P<name>{_NAMES})(?!\w)(?:{_YEAR})?", holiday),
)
