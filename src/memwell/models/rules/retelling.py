"""Somebody's own words, told of them: "I moved last May", "Ann moved last May (May 2023)".

Nothing is added but the speaker's name and the days meant. What cannot be turned round safely
stays as it was said, behind the speaker's name.
"""

import re
from datetime import date, datetime, timedelta

from memwell.models.rules import dates
from memwell.models.rules.dates import DateSpan, Kind, Precision

_GREETINGS = (
    "wow|hey|hi|hello|(?:thanks|thank you)(?: so much| a lot| a ton)?|much|yeah|yes|yep|no|oh"
    "|aww?|well|so|and|but|also|by the way|btw|anyway|actually|honestly|haha|lol|ok|okay|sure"
    "|absolutely|definitely|totally|cool|great|nice|awesome|i think|i mean|you know|oh yeah"
    "|same here|for sure|plus"
)
_OPENING = re.compile(rf"^(?:(?:{_GREETINGS})\b[,!.\s-]*)+", re.IGNORECASE)
_ADDRESS = re.compile(r"^(?!I\b)[A-Z][\w-]+[,!]\s+")  # "Caroline, …"
_FIRST = re.compile(
    r"\b(?:(?P<i>I)(?P<short>['’](?:m|ve|d|ll))?|(?P<my>[Mm]y|MY)|(?P<me>me|myself|mine|Mine))\b"
)
_NEXT = re.compile(
    r"^\s+(?P<adverb>(?:(?:really|also|still|just|always|actually|recently|already|usually|often"
    r"|only|even|finally|currently|now|never|totally|absolutely|definitely|sometimes|both|all"
    r"|once|first|literally|officially|probably|mostly|\w+ly)\s+)*)(?P<verb>[a-z]+(?:['’]t)?)"
)
_BE = {"am": "is", "have": "has", "do": "does", "don't": "doesn't", "haven't": "hasn't"}
_SHORT = {"m": "is", "ve": "has", "d": "would", "ll": "will"}
_LATER = {"m": "they are", "ve": "they have", "d": "they would", "ll": "they will"}
_STAYS = frozenset(
    """was wasn't had hadn't did didn't can can't could couldn't will won't would wouldn't should
    must might may shall went got made took came saw said told gave bought thought felt found left
    kept began won lost met ran wrote ate paid spent sold taught held built sent caught chose grew
    knew wore broke sang swam spoke woke drove flew slept heard brought became understood led read
    put set cut let hit quit cost hurt spread stood sat fell drew hung lit rode rose shot shut slid
    stuck struck threw tore wound forgot forgave got-to used dreamt learnt lent bent bet bit bled
    dealt dug fed fought froze hid laid lay rang sank shook shone sought spun stole swept swore
    and or but who which in on at to for of with as if when while not the a an ended""".split()
)
_SIBILANT = re.compile(r"(?:s|x|z|ch|sh|o)$")


def retold(sentence: str, speaker: str, at: datetime) -> str:
    """The sentence with its speaker named and its times resolved."""
    told = opened(dated(sentence.strip(), at))
    first = _FIRST.search(told)
    if first is None or first["me"] or re.search(r"\b[Ww]e\b", told[: first.start()]):
        return f"{speaker}: {told}"
    if first["my"]:
        head, rest = f"{speaker}'s", told[first.end() :]
    else:
        head, rest = _headed(speaker, first["short"], told[first.end() :])
    return _capital(told[: first.start()] + head + _others(rest))


def opened(sentence: str) -> str:
    """Without greetings and the like, and whom it is said to, at its beginning."""
    rest = _OPENING.sub("", sentence)
    rest = _OPENING.sub("", _ADDRESS.sub("", rest))
    return rest or sentence


def dated(sentence: str, at: datetime) -> str:
    """Every relative time followed by the days it means: "yesterday (7 May 2023)"."""
    for span in reversed(dates.find(sentence, at)):
        if (words := days(span)) and str(span.start.year) not in span.text:
            end = span.offset + len(span.text)
            sentence = f"{sentence[:end]} ({words}){sentence[end:]}"
    return sentence


def days(span: DateSpan) -> str:
    """The days meant, in words; empty for a stretch of time."""
    if span.kind is Kind.DURATION:
        return ""
    last = span.end - timedelta(days=1)
    match span.precision:
        case Precision.YEAR:
            return str(span.start.year)
        case Precision.MONTH:
            return f"{span.start:%B %Y}"
        case _ if last <= span.start:
            return day(span.start)
    return f"{day(span.start)} to {day(last)}"


def day(one: date) -> str:
    return f"{one.day} {one:%B %Y}"


def _headed(speaker: str, short: str | None, rest: str) -> tuple[str, str]:
    """The speaker with the verb that follows, in the third person."""
    if short:
        return f"{speaker} {_SHORT[short[1:]]}", rest
    found = _NEXT.match(rest)
    if not found:
        return speaker, rest
    return f"{speaker} {found['adverb']}{third(found['verb'])}", rest[found.end() :]


def third(verb: str) -> str:
    """A verb of the first person in the third; one of the past stays as it is."""
    plain = verb.replace("’", "'")
    if plain in _BE:
        return _BE[plain]
    if plain in _STAYS or plain.endswith(("ed", "n't", "ing")) or len(plain) < 2:
        return verb
    if plain.endswith("y") and plain[-2] not in "aeiou":
        return f"{plain[:-1]}ies"
    return f"{plain}es" if _SIBILANT.search(plain) else f"{plain}s"


def _others(rest: str) -> str:
    """Further words of the first person: they, their, them."""
    return _FIRST.sub(_other, re.sub(r"\bI\s+(?:am|was)\b", _were, rest))


def _were(found: re.Match[str]) -> str:
    return "they were" if found[0].endswith("was") else "they are"


def _other(found: re.Match[str]) -> str:
    if found["i"]:
        return _LATER[found["short"][1:]] if found["short"] else "they"
    if found["my"]:
        return "their"
    return {"me": "them", "myself": "themselves"}.get(found["me"], "theirs")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
