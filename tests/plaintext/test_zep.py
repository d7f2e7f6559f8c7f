"""The claim of paper 35, measured beside plain retrieval on timelines of facts that change."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from memwell.core.hit import Hit
from memwell.core.message import Message
from memwell.core.tokens import estimate
from memwell.kernel import context
from memwell.kernel.memory import Memory
from support import START

DAY = timedelta(days=1)
PEOPLE = ("Ada", "Ben", "Cleo", "Dina", "Emil", "Fritz")
CITIES = ("Rome", "Oslo", "Lima", "Kyoto", "Quito", "Delhi", "Cairo", "Perth", "Turin", "Malmo")
TALK = (
    "It rained all morning and the bus was late again.",
    "I cooked lentils with too much cumin for the neighbours.",
    "I watched a long film about lighthouses and fell asleep.",
    "The garden needs weeding before the guests arrive.",
    "I repaired the kitchen shelf with two screws and some hope.",
)
SAID = "I live in {city} these days, as you may have heard by now."


@dataclass(frozen=True)
class Move:
    """From then on somebody lives there; told when it happened, or long after."""

    who: str
    city: str
    since: datetime


@dataclass(frozen=True)
class Question:
    """Where somebody lived at a moment, and the right answer."""

    who: str
    when: datetime
    city: str


def timeline(rng: random.Random) -> list[Move]:
    """Five homes of everybody, some months apart."""
    moves = []
    for who in PEOPLE:
        since = START
        for city in rng.sample(CITIES, 5):
            moves.append(Move(who, city, since))
            since += rng.randint(40, 120) * DAY
    return moves


def questions(moves: list[Move], rng: random.Random) -> list[Question]:
    """A day of each stay, and a day long after all moves."""
    found = []
    for who in PEOPLE:
        own = [move for move in moves if move.who == who]
        for move, after in zip(own, [*own[1:], None], strict=True):
            last = (after.since - move.since).days - 1 if after else 200
            found.append(Question(who, move.since + rng.randint(1, last) * DAY, move.city))
    return found


def filled(folder: Path, strategy: str, moves: list[Move], rng: random.Random) -> Memory:
    """The moves in the order given, with talk of other things around each."""
    memory = Memory(folder, strategy=strategy, model="rules", seed=1)
    for number, move in enumerate(moves):
        words = [rng.choice(TALK), SAID.format(city=move.city), rng.choice(TALK)]
        talk = [Message(text, name=move.who, at=move.since) for text in words]
        memory.add(talk, session=f"s{number}", at=move.since, wait=True)
    return memory


def asked(memory: Memory, question: Question, strategy: str) -> list[Hit]:
    """As of the moment; plain retrieval is told it in the question, too."""
    text = f"Where does {question.who} live?"
    if strategy == "plaintext:verbatim":
        text = f"{text} It is {question.when:%d %B %Y}."
    return memory.search(text, 1, as_of=question.when)


def measured(folder: Path, strategy: str, moves: list[Move], seed: int) -> tuple[float, float]:
    """The share of questions whose first result is right, and the tokens of one result."""
    with filled(folder, strategy, moves, random.Random(seed)) as memory:
        right, tokens = 0, 0
        todo = questions(sorted(moves, key=lambda move: move.since), random.Random(seed))
        for question in todo:
            (hit,) = asked(memory, question, strategy)
            right += f"in {question.city}" in hit.cube.text and question.who in context.line(
                hit.cube
            )
            tokens += estimate(context.line(hit.cube))
    return right / len(todo), tokens / len(todo)


@pytest.mark.claim(35)
@pytest.mark.parametrize("order", ["as it happened", "backwards", "shuffled"])
def test_what_held_at_a_time_is_answered_whatever_the_order(
    tmp_path: Path, order: str, record_property
) -> None:
    """Questions about what held at a given time are answered right in whatever order facts arrive,
    where plain retrieval returns outdated facts, from a small part of the full context's tokens.
    """
    moves = timeline(random.Random(7))
    if order == "backwards":
        moves.reverse()
    if order == "shuffled":
        random.Random(8).shuffle(moves)
    zep, cost = measured(tmp_path / "zep", "plaintext:zep", moves, 9)
    plain, plain_cost = measured(tmp_path / "plain", "plaintext:verbatim", moves, 9)
    words = [SAID.format(city=move.city) for move in moves] + [*TALK] * (2 * len(moves) // 5)
    full = sum(estimate(text) for text in words)
    record_property("right with zep", zep)
    record_property("right by plain retrieval", plain)
    record_property("tokens of the full context", full)
    record_property("tokens of an answer", cost)
    record_property("tokens of a plain result", plain_cost)
    assert zep == 1.0
    assert plain < zep
    assert cost < 0.05 * full
