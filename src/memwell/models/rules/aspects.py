"""What of somebody has one value at a time: home, employer, age, a best time, how many of a thing.

Two statements about the same aspect with different values replace each other; all else that is
stated stands side by side until it is denied.
"""

import re
from dataclasses import dataclass

from memwell.models.rules.reading.wording import keys

_NUMBER = (
    r"(?:\d[\d,.:]*|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen"
    r"|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty)"
)
_AMOUNT = rf"(?:about|around|over|roughly|nearly|almost|exactly|only|just|up to)?\s*[$€£]?{_NUMBER}"
_ADVERB = (
    r"(?:(?:now|still|currently|just|already|also|recently|finally|actually|really|always)\s+)*"
)
_NAME = r"(?:the\s+)?[A-ZÀ-Þ][\w&.'-]*(?:\s+(?:of\s+|the\s+|and\s+)?[A-ZÀ-Þ][\w&.'-]*)*"
_NOT = (
    r"(?P<negated>(?:(?:do|does|did|am|is|was|have|has)(?:\s+not|n['’]t)|no\s+longer|never"
    r"|['’](?:m|s|re)\s+(?:not|no\s+longer)|stopped|quit|left)\s+)?"
)
_I = r"(?:\bI|\b[Ww]e)(?:['’](?:m|ve|re|d))?"


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing that has one value at a time."""

    name: str
    value: str
    negated: bool = False


def _own(verb: str, value: str) -> re.Pattern[str]:
    return re.compile(rf"{_I}\s+{_ADVERB}{_NOT}{_ADVERB}{verb}\s+(?P<value>{value})")


def _being(value: str) -> re.Pattern[str]:
    return re.compile(rf"{_I}\s+{_ADVERB}{_NOT}{_ADVERB}(?:am\s+)?(?P<value>{value})")


_SINGLE = (
    ("home", _own(r"(?:am\s+)?(?:liv(?:e|ing)|based|reside)\s+in", _NAME)),
    ("home", _own(r"(?:have\s+)?(?:moved|relocated)\s+(?:\w+\s+){0,2}?to", _NAME)),
    ("employer", _own(r"(?:am\s+)?(?:work|working|employed)\s+(?:at|for)", _NAME)),
    ("employer", _own(r"(?:have\s+)?started\s+(?:\w+\s+){0,4}?at", _NAME)),
    ("profession", _own(r"(?:am\s+)?(?:work|working)\s+as", r"an?\s+[a-z]+(?:\s+[a-z]+)?")),
    ("spouse", _own(r"(?:am|got)\s+(?:married|engaged)\s+to", _NAME)),
    ("name", re.compile(rf"\b[Mm]y\s+name\s+is\s+(?P<value>{_NAME})(?P<negated>)")),
    ("age", _own(r"turn(?:ed|ing)", r"\d{1,3}\b")),
    ("age", _being(r"\d{1,3}(?=\s+years?\s+old|\s*[.!,]|$)")),
    ("relationship status", _being(r"(?:single|divorced|widowed|married(?!\s+to))\b")),
)
# "My best time in the 5k is 27 minutes": what is mine, and has a number.
_MINE = re.compile(
    rf"\b[Mm]y\s+(?P<thing>[\w' -]{{2,50}}?)\s+(?:is|are|was|were|has\s+been|takes|stands\s+at)\s+"
    rf"{_ADVERB}(?P<value>{_AMOUNT}\b[^,;.!?]{{0,20}})"
)
_BEST = re.compile(
    rf"\b(?:personal\s+best|best\s+time|record|high\s+score)\b(?P<thing>[^,;.!?\d]{{0,40}}?)"
    rf"(?:is|was|of|at|to|with|:)\s+(?P<value>{_AMOUNT}[\d:]*\b[^,;.!?]{{0,12}})",
    re.IGNORECASE,
)
# "I now have four bikes", "I've read 12 books so far"
_COUNT = re.compile(
    rf"{_I}\s+{_ADVERB}(?P<verb>have|own|got|read|watched|visited|tried|completed|finished|collected"
    rf"|added|seen|written|made|attended)\s+{_ADVERB}(?P<value>{_AMOUNT})\s+(?P<thing>(?!times?\b)"
    r"[a-z][\w-]*(?:\s+[a-z][\w-]*)?)"
)
_HOLDS = frozenset({"have", "own", "got"})
_OFTEN = re.compile(
    rf"{_I}\s+{_ADVERB}(?P<thing>[a-z][\w' -]{{2,40}}?)\s+(?P<value>(?:{_NUMBER}|once|twice|every)"
    r"\s+(?:times\s+)?(?:an?\s+|per\s+|other\s+)?(?:day|week|month|year|morning|evening|night"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day)s?)\b"
)
_FAVOURITE = re.compile(
    r"\b[Mm]y\s+(?:(?:all-time|current|new)\s+)?favou?rite\s+(?P<thing>[\w -]{2,30}?)\s+(?:is|are)"
    r"\s+(?P<value>[^,;.!?]{2,40})"
)
_FEELING = re.compile(
    rf"{_I}\s+{_ADVERB}(?P<negated>(?:do|does)(?:\s+not|n['’]t)\s+|no\s+longer\s+|never\s+)?"
    r"(?:really\s+)?(?P<verb>like|love|enjoy|adore|dislike|hate|detest)\s+(?P<value>[^,;.!?]{2,40})"
)
_AGAINST = frozenset({"dislike", "hate", "detest"})


def aspect(clause: str) -> Aspect | None:
    """The aspect of its speaker that a clause tells; the first that fits is taken."""
    for name, pattern in _SINGLE:
        if found := pattern.search(clause):
            return Aspect(name, _bare(found["value"]), bool(found["negated"]))
    if found := _FEELING.search(clause):
        liked = (found["verb"] in _AGAINST) == bool(found["negated"])
        return Aspect(f"likes {_bare(found['value'])}", "yes", not liked)
    for prefix, pattern in (("favourite ", _FAVOURITE), ("best ", _BEST), ("", _MINE)):
        if found := pattern.search(clause):
            return Aspect(f"{prefix}{_bare(found['thing'])}".strip(), _bare(found["value"]))
    return _counted(clause)


def _counted(clause: str) -> Aspect | None:
    if found := _COUNT.search(clause):
        if found["value"].split()[-1].lower() in ("a", "an"):
            return None  # "I have a dog": there may be others
        verb = "" if found["verb"] in _HOLDS else f"{found['verb']} "
        return Aspect(f"number of {verb}{_bare(found['thing'])}", _bare(found["value"]))
    if found := _OFTEN.search(clause):
        return Aspect(f"how often {_bare(found['thing'])}", _bare(found["value"]))
    return None


def _bare(words: str) -> str:
    """As values are compared: its telling words, stemmed."""
    return " ".join(keys(words)) or words.strip().lower()
