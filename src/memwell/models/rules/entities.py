"""Entities: names, quoted titles, amounts, numbers with units, e-mail addresses and links."""

import re
from collections.abc import Iterator
from typing import Any

from memwell.models.prompts import Entities, Entity
from memwell.models.rules import ner
from memwell.models.rules.reading.wording import STOP

_URL = re.compile(r"\b(?:https?://|www\.)[^\s<>\"')\]]+[^\s<>\"')\].,;:!?]", re.IGNORECASE)
_EMAIL = re.compile(r"\b[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+\b")
_AMOUNT = r"\d+(?:[.,]\d+)*"
_MONEY = re.compile(
    rf"[$€£¥]\s?{_AMOUNT}(?:\s?(?:k|m|bn|million|billion|thousand)\b)?"
    rf"|\b{_AMOUNT}\s?(?:dollars?|euros?|pounds?|bucks|cents|yen|usd|eur|gbp)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    rf"\b{_AMOUNT}(?:\s?%|\s?(?:percent|km|kilomet(?:er|re)s?|miles?|met(?:er|re)s?|cm|mm|feet|foot"
    r"|ft|inch(?:es)?|kg|kilos?|grams?|g|lbs?|pounds|ounces|oz|lit(?:er|re)s?|ml|cups?|tbsp|tsp"
    r"|hours?|hrs?|minutes?|mins?|seconds?|days?|weeks?|months?|years?|degrees|mph|kph|gb|mb|tb"
    r"|calories|kcal|steps|pages|people|times)\b)",
    re.IGNORECASE,
)
_TITLE = re.compile(r"[\"“«]([^\"“”«»\n]{2,80})[\"”»]")
_CAPITAL = r"(?:[A-ZÀ-ÖØ-Þ][\w'’.&-]*[\w&]|[A-ZÀ-ÖØ-Þ])"
_NAME = re.compile(
    rf"{_CAPITAL}(?:\s+(?:(?:of|the|de|la|le|von|van|der|del|da|and)\s+)?{_CAPITAL})*"
)
_SENTENCE_START = re.compile(r"(?:^|[.!?:;\n]\s*|[\"“(—–-]\s*)$")
_CALENDAR = re.compile(
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|march|april|may|june|july"
    r"|august|september|october|november|december)",
    re.IGNORECASE,
)
# Capitalised at the start of a sentence and nothing else.
_ACTS = re.compile(
    r"['’]s\b|,\s|:\s|\s+(?:is|was|has|had|and\s+I|said|told|loves?|likes?|hates?"
    r"|works?|lives?|moved|went|plays?|came|got|called|bought|started|wants?|asked|gave|made)\b"
)
_OPENERS_WORDS = """
    absolutely actually ah aw awesome bye congrats congratulations cool definitely exactly
    good great haha hello hey hi hmm last let maybe nice no oh ok okay perfect please sorry
    sounds sure thank thanks today tomorrow tonight well wow yeah yep yes yesterday ugh glad
    happy hope love looking take recently
"""
_OPENERS = frozenset(_OPENERS_WORDS.split())


def entities(fields: dict[str, Any]) -> Entities:
    """Answers the prompt ENTITIES(text)."""
    return Entities(entities=find(fields["text"]))


def find(text: str) -> list[Entity]:
    """Every entity once, in the order of the text."""
    taken: list[tuple[int, int, Entity]] = []
    for begin, stop, entity in _told(text):
        if all(stop <= other[0] or other[1] <= begin for other in taken):
            taken.append((begin, stop, entity))
    ordered = [entity for _, _, entity in sorted(taken, key=lambda each: each[0])]
    return list({(entity.name, entity.kind): entity for entity in ordered}.values())


def _told(text: str) -> Iterator[tuple[int, int, Entity]]:
    """Candidates, the surest kinds first: what they cover is not looked at again."""
    for kind, pattern in (
        ("url", _URL),
        ("email", _EMAIL),
        ("money", _MONEY),
        ("number", _NUMBER),
        ("title", _TITLE),
    ):
        for found in pattern.finditer(text):
            name = found[1] if kind == "title" else found[0]
            yield found.start(), found.end(), Entity(name=name.strip(" ,"), kind=kind)
    yield from ner.names(text) or _names(text)


def _names(text: str) -> Iterator[tuple[int, int, Entity]]:
    for found in _NAME.finditer(text):
        begin, name = _opened(text, found)
        if name and not _CALENDAR.fullmatch(name) and name.lower() not in STOP:
            yield begin, begin + len(name), Entity(name=re.sub(r"['’]s$", "", name), kind="name")


def _opened(text: str, found: re.Match[str]) -> tuple[int, str]:
    """The name without words that are capitalised only because they open a sentence."""
    begin, name = found.start(), found[0]
    while name:
        first = re.split(r"\s", name, maxsplit=1)[0]
        plain = re.sub(r"['’].*", "", first.lower())
        if plain not in STOP and plain not in _OPENERS:
            break
        rest = name[len(first) :].lstrip()
        begin, name = begin + len(name) - len(rest), rest
    alone = " " not in name and _SENTENCE_START.search(text[max(begin - 3, 0) : begin])
    return begin, "" if alone and not _names_someone(text, begin, name) else name


def _names_someone(text: str, begin: int, name: str) -> bool:
    """Of one word that opens a sentence: a name when it is addressed, owns, acts, or recurs."""
    after = text[begin + len(name) :]
    if _ACTS.match(after):
        return re.search(r"(?:ly|.{3}ing)$", name) is None
    return re.search(rf"[a-z,]\s+{re.escape(name)}\b", text) is not None
