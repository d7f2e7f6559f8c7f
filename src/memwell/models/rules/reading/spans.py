"""Pieces of a sentence that look like the answer asked for: names, places, numbers, sums, days."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from memwell.models.rules.reading.question import Expect
from memwell.models.rules.reading.wording import NUMBERS, STOP, wordset

_CAPITAL = r"(?:[A-ZÀ-Þ][\w'’.-]*\w)"
NAME = re.compile(
    rf"(?:(?:Dr|Mrs?|Ms|Prof|St)\. |The |La |Le |El |Il )?{_CAPITAL}"
    rf"(?:(?: (?:&|of|de|la|von|van|del|du|'n') | ){_CAPITAL})*"
)
TITLED = (
    rf"(?:(?:Dr|Mrs?|Ms|Prof|St)\.? )?{_CAPITAL}(?: (?:(?:of|de|la|von|van|del|du) )?{_CAPITAL})*"
)
QUOTED = re.compile(r"[\"“‘']([A-Z0-9][^\"”’]{1,60})[\"”’'](?!\w)")
_NAMING = re.compile(
    r"(?i)(?:\b(?:named?|call(?:ed|ing|s)?|titled?)(?: (?:it|her|him|them|my \w+|our \w+))?|"
    r"\bname(?:'s| is| was)|\bname,)\s+(?:is |was )?[\"“‘']?$"
)
_WEEKDAY = re.compile(r"\b((?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)s?\b")
_CLOCK = re.compile(r"(?i)\b\d{1,2}(?::\d\d)?\s?(?:am|pm|a\.m\.|p\.m\.|o'clock)\b|\b\d{1,2}:\d\d\b")
_COUNTED = "|".join(word for word in NUMBERS if word != "zero")
_AMOUNT = r"\d+(?:,\d{3})*(?:\.\d+)?"
MONEY = re.compile(
    rf"(?i)(?P<sign>[$€£])\s?(?P<after>{_AMOUNT})(?P<k>k)?|"
    rf"(?P<before>{_AMOUNT})\s?(?P<unit>euros?|dollars?|pounds?|bucks|usd|eur|gbp|€|£|francs?|"
    r"crowns|kronor|yen)\b"
)
DURATION = re.compile(
    r"(?i)\b(?:about |around |almost |over |nearly |more than )?"
    rf"(?:\d+(?:\.\d+)?|an?|half an?|a few|a couple of|{_COUNTED})(?:[ -]and[ -]a[ -]half)?"
    r"[ -](?:second|minute|hour|day|week|month|year|decade)s?\b"
)
_NUMBER = re.compile(rf"(?i)\b(?:\d+(?:[.,:]\d+)*|{_COUNTED})\b(?!\s?(?:k\b|am\b|pm\b))")
_PLACE = re.compile(
    rf"\b(?:in|to|from|at|near|around|visited|visiting|through|of|outside|for) (?:the )?"
    rf"({_CAPITAL}(?: {_CAPITAL})*)"
)
_TOWN = re.compile(
    r"\b(?:in|to|from|visited|visiting|through|around|explored|toured) "
    rf"({_CAPITAL}(?: {_CAPITAL})*)"
)
_SPOT = re.compile(
    r"(?i)\b((?:in|at|on|under|inside|behind|near|next to|by) (?:the|my|our|a|an) "
    r"(?:[\w'-]+ ?){1,4})"
)
CALENDAR = wordset(
    """monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays
    thursdays fridays saturdays sundays january february march april may june july august september
    october november december"""
)


@dataclass(frozen=True, slots=True)
class Span:
    """A candidate: its words, and where it stands in the sentence."""

    text: str
    start: int
    weight: float = 1.0  # how surely it is what was asked for


Finder = Callable[[str], Iterator[Span]]


def spans(sentence: str, expects: Expect) -> list[Span]:
    """Candidates of the kind asked for, in the order they stand."""
    return list(_FINDERS[expects](sentence)) if expects in _FINDERS else []


def money(sentence: str) -> list[tuple[float, str]]:
    """Every sum named, with its currency in words."""
    found = []
    for match in MONEY.finditer(sentence):
        amount = float((match["after"] or match["before"]).replace(",", ""))
        found.append(
            (amount * (1000 if match["k"] else 1), _currency(match["sign"] or match["unit"]))
        )
    return found


def _currency(unit: str) -> str:
    signs = {"$": "dollars", "€": "euros", "£": "pounds", "usd": "dollars", "eur": "euros"}
    signs |= {"gbp": "pounds", "bucks": "dollars", "dollar": "dollars", "euro": "euros"}
    return signs.get(unit.lower(), unit.lower() if unit.endswith("s") else f"{unit.lower()}s")


def proper(sentence: str) -> Iterator[Span]:
    """Proper names and quoted titles; a capital at the beginning of a sentence proves nothing."""
    for match in QUOTED.finditer(sentence):
        yield Span(match[1], match.start(1), 0.9)
    for match in NAME.finditer(sentence):
        name, start = match[0], match.start()
        initial = not sentence[:start].strip(" \"“‘'(")
        first = re.split(r"[ '’]", name)[0].lower()
        if first in STOP or (initial and first in {"the", "this"}):
            rest = name.split(" ", 1)
            if first != "the" and len(rest) == 1:
                continue
            if first != "the":
                name, start = rest[1], start + len(rest[0]) + 1
        if name.lower() in CALENDAR or name.lower() in STOP:
            continue
        named = _NAMING.search(sentence[:start]) is not None
        yield Span(name, start, 2.0 if named else 0.4 if initial else 1.0)


def _towns(sentence: str, pattern: re.Pattern[str] = _TOWN) -> Iterator[Span]:
    for match in pattern.finditer(sentence):
        if match[1].lower() not in CALENDAR:
            yield Span(match[1], match.start(1), 1.2)


def _where(sentence: str) -> Iterator[Span]:
    yield from _towns(sentence, _PLACE)
    for match in _SPOT.finditer(sentence):
        kept = re.split(r"\b(?:because|since|and|but|so|that|which|when|while)\b", match[1])[0]
        yield Span(kept.strip(), match.start(1), 0.8)


def _matches(pattern: re.Pattern[str]) -> Finder:
    def find(sentence: str) -> Iterator[Span]:
        for match in pattern.finditer(sentence):
            yield Span(match[0] if pattern is not _WEEKDAY else match[1], match.start())

    return find


_FINDERS: dict[Expect, Finder] = {
    Expect.NAME: proper,
    Expect.PERSON: proper,
    Expect.PLACE: _where,
    Expect.TOWN: _towns,
    Expect.MONEY: _matches(MONEY),
    Expect.NUMBER: _matches(_NUMBER),
    Expect.DURATION: _matches(DURATION),
    Expect.WEEKDAY: _matches(_WEEKDAY),
    Expect.CLOCK: _matches(_CLOCK),
}
