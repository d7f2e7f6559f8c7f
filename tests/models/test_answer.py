"""The reader answers by kind of question, from evidence in any order, and knows its limits."""

from datetime import UTC, datetime, timedelta

import pytest

from memwell.models.prompts import ANSWER, Piece, Pieces
from memwell.models.rules import Rules
from memwell.models.rules.answer import read
from memwell.models.rules.reading.asking import Expect, Kind
from memwell.models.rules.reading.question import analyse

START = datetime(2024, 3, 4, 18, 0, tzinfo=UTC)  # a Monday
NOW = START + timedelta(days=60)

SAID = (
    (0, "user", "My aunt Dora's parrot is called Captain. I'd never keep a bird myself."),
    (1, "user", "The new kitten is home! After much debate she's called Pixel."),
    (2, "user", "I'm learning the cello. My lesson is every Tuesday afternoon with Mr. Okafor."),
    (9, "user", "I bought a music stand for the cello, 35 euros."),
    (11, "assistant", "For rosin, try Bernardel; it suits a warm cello sound."),
    (14, "user", "We spent the weekend in Bruges, and the canals were frozen."),
    (20, "user", "A new bow for my cello arrived yesterday. I paid 120 euros for it."),
    (25, "user", "My cello lesson has moved to Fridays from now on."),
    (30, "user", "My brother Lev went to Oslo for work and brought me a jumper."),
    (33, "user", "I gave my first little cello concert on Saturday, for the neighbours!"),
    (40, "user", "Back from Delft! Three days of tiles and pancakes."),
    (44, "user", "I'm coeliac, so no wheat for me, and I love Vietnamese food above all."),
    (50, "user", "I want to see Ghent next year, I've never been."),
)


def evidence() -> list[Piece]:
    return [
        Piece(text, role, START + timedelta(days=day), role, f"s{day}") for day, role, text in SAID
    ]


@pytest.mark.parametrize(
    ("question", "answer", "days"),
    [
        ("What is my kitten called?", "Pixel", [1]),
        ("On which day is my cello lesson?", "Friday", [25]),
        ("What rosin did you recommend for the cello?", "Bernardel", [11]),
        ("When did I give my first cello concert?", "6 April 2024", [33]),
        ("How many days passed between my concert and the trip to Delft?", "7 days", [33, 40]),
        ("How much have I spent on the cello in total?", "155 euros", [9, 20]),
        ("Which cities have I visited?", "Bruges and Delft", [14, 40]),
        ("Which came first, the concert or the new bow?", "The new bow", [20, 33]),
        ("Can you recommend a place to eat?", "Vietnamese", [44]),
        ("Where did my brother go for work?", "Oslo", [30]),
    ],
)
def test_reads_the_answer_and_cites_it(question: str, answer: str, days: list[int]) -> None:
    reading = read(question, NOW, evidence())
    assert reading.known, reading
    assert answer in reading.answer
    assert sorted(SAID[place][0] for place in reading.sources) == days


@pytest.mark.parametrize(
    "question",
    [
        "What is the name of my hamster?",
        "What did my sister bring me?",
        "When did I sell my piano?",
        "How many days did I spend in Helsinki?",
    ],
)
def test_says_when_memory_holds_nothing(question: str) -> None:
    reading = read(question, NOW, evidence())
    assert not reading.known
    assert reading.answer.startswith("I don't know")
    assert reading.sources == ()


def test_no_evidence_is_no_answer() -> None:
    assert not read("What is my kitten called?", NOW, []).known


def test_what_retrieval_thinks_can_refuse() -> None:
    sure = read("What is my kitten called?", NOW, evidence(), held=0.95)
    unsure = read("What is my kitten called?", NOW, evidence(), held=0.05)
    assert sure.known
    assert not unsure.known


def test_order_of_the_evidence_does_not_matter() -> None:
    turned = list(reversed(evidence()))
    assert read("On which day is my cello lesson?", NOW, turned).answer.startswith("Friday")


def test_answers_the_prompt() -> None:
    answered = Rules().ask(
        ANSWER, question="What is my kitten called?", at=NOW, evidence=Pieces(evidence())
    )
    assert answered.known
    assert "Pixel" in answered.answer
    assert answered.sources == [1]


@pytest.mark.parametrize(
    ("question", "kind", "expects"),
    [
        ("When did I move?", Kind.WHEN, Expect.ANY),
        ("How many books have I read?", Kind.COUNT, Expect.NUMBER),
        ("How long have I waited since March?", Kind.ELAPSED, Expect.DURATION),
        ("Who came first, Ana or Bo?", Kind.ORDER, Expect.PERSON),
        ("Do I own a car?", Kind.CHECK, Expect.ANY),
        ("Can you remind me what time I get up?", Kind.FACT, Expect.CLOCK),
        ("What should I cook tonight?", Kind.PREFERENCE, Expect.ANY),
        ("Which hotel did you recommend?", Kind.FACT, Expect.NAME),
    ],
)
def test_tells_kinds_of_questions_apart(question: str, kind: Kind, expects: Expect) -> None:
    asked = analyse(question, NOW)
    assert (asked.kind, asked.expects) == (kind, expects)
