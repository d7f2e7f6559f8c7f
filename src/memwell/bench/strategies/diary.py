"""A long life in conversations: statements that change, repeat and name people, between small talk.

Generated from a seed, for measuring how cost grows; nothing of it is meant to be hard to find.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np

from memwell.bench.ops.texts import turns, words
from memwell.core.message import Conversation, Message

BEGIN = datetime(2015, 1, 5, 8, tzinfo=UTC)
TURNS = 16  # in a conversation, every other one the assistant's
A_DAY = 3  # conversations
STATING = 0.5  # share of the user's turns that state something
PEOPLE, PLACES, THINGS = 2_000, 400, 3_000  # names there are; few of them are frequent

STATEMENTS = (
    "I work at {place} Labs now.",
    "I moved to {place}.",
    "I live in {place}.",
    "My sister {person} likes {thing}.",
    "I met {person} in {place}.",
    "{person} works at {place} Labs.",
    "{person} is married to {other}.",
    "I bought {thing} for {person}.",
    "I like {thing}.",
    "I do not like {thing}.",
    "I have {count} {thing} now.",
    "My favourite {thing} is {other}.",
    "I play {thing} with {person} on Mondays.",
)


def conversations(count: int, seed: int = 0, session: str = "day") -> Iterator[Conversation]:
    """As many as make up `count` turns, in order of time."""
    rng = np.random.default_rng(seed)
    for number in range(-(-count // TURNS)):
        length = min(TURNS, count - number * TURNS)
        at = BEGIN + timedelta(days=number // A_DAY, hours=2 * (number % A_DAY))
        yield Conversation(_messages(rng, length), f"{session} {number}", at)


def _messages(rng: np.random.Generator, length: int) -> tuple[Message, ...]:
    said = turns(rng, length)
    for place in range(0, length, 2):
        if rng.random() < STATING:
            said[place] = f"{_statement(rng)} {said[place]}"
    roles = ("user", "assistant")
    return tuple(Message(text, roles[place % 2]) for place, text in enumerate(said))


def _statement(rng: np.random.Generator) -> str:
    person, other = (_name(rng, PEOPLE, 0) for _ in range(2))
    return STATEMENTS[int(rng.integers(len(STATEMENTS)))].format(
        person=person,
        other=other,
        place=_name(rng, PLACES, PEOPLE),
        thing=_name(rng, THINGS, PEOPLE + PLACES).lower(),
        count=int(rng.integers(2, 40)),
    )


def _name(rng: np.random.Generator, count: int, first: int) -> str:
    """Some names are frequent, most are rare."""
    place = first + min(int(rng.pareto(0.7) * 5), count - 1)
    return str(words()[-1 - place]).capitalize()
