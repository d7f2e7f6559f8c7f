"""Which thoughts fit a question: in the time it asks about, of its words, the newest of rivals.

A question that has no other words than a topic and names asks for all there is on the topic.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from memwell.core.interval import Interval
from memwell.models.prompts import Piece
from memwell.models.prompts.caim import Passing
from memwell.models.rules import facts, topics
from memwell.models.rules.dates import find, window
from memwell.models.rules.reading.question import focus
from memwell.models.rules.reading.wording import keys

# Relations that hold for one thing at a time: a newer one ends an older one.
SINGLE = frozenset({"works at", "works as", "lives in", "is married to", "is named"})
SAME = {"moved to": "lives in"}


def thought_filter(fields: dict[str, Any]) -> Passing:
    """Answers the prompt THOUGHT_FILTER(question, at, thoughts)."""
    question, at = fields["question"], fields["at"]
    thoughts: list[Piece] = list(fields["thoughts"])
    wanted, asked = _wanted(question, at), window(question, at)
    passing = [
        number
        for number, each in enumerate(thoughts)
        if _within(each, asked) and _fits(each, wanted)
    ]
    old = set(_outdated(thoughts)) if asked is None else set()
    return Passing(passing=[number for number in passing if number not in old])


def _wanted(question: str, at: datetime) -> frozenset[str]:
    """What is asked about, as words are compared, but for topics and times."""
    for span in reversed(find(question, at)):
        question = question[: span.offset] + question[span.offset + len(span.text) :]
    return frozenset(keys(question)) & frozenset(focus(question)) - topics.spoken()


def _within(thought: Piece, asked: Interval | None) -> bool:
    return asked is None or (thought.at is not None and thought.at in asked)


def _fits(thought: Piece, wanted: frozenset[str]) -> bool:
    """Of the words that are neither topics nor its speaker, it shares one, or there are none."""
    left = wanted - {*keys(thought.speaker)}
    return not left or bool(left & {*keys(thought.text)})


def _outdated(thoughts: list[Piece]) -> Iterator[int]:
    """Those that a newer one contradicts."""
    newest: dict[tuple[str, str], int] = {}
    told = [(number, one.at) for number, one in enumerate(thoughts) if one.at]
    for number, at in sorted(told, key=lambda one: one[1]):
        each = thoughts[number]
        for fact in facts.find(each.text, each.speaker, at):
            about = (fact.subject.lower(), SAME.get(fact.relation, fact.relation))
            if about[1] in SINGLE or about[1].startswith("favourite"):
                if about in newest and newest[about] != number:
                    yield newest[about]
                newest[about] = number
