"""What is put before a language model: routed by size, within budget, in order of time."""

from datetime import datetime, timedelta
from random import Random

import pytest
from acting import Open
from hypothesis import given
from hypothesis import strategies as st

from memwell.core.cube import MemCube, Source
from memwell.core.hit import Hit
from memwell.core.interval import Interval
from memwell.core.payload import Text
from memwell.core.scope import Scope
from memwell.core.tokens import estimate
from memwell.kernel.context import Route, compose, line, route
from support import START

DAY = timedelta(days=1)


def cube(number: int, text: str, session: str | None, at: datetime | None = START) -> MemCube:
    scope, source = Scope(session=session), Source("test")
    return MemCube(
        f"c{number}", 1, Text(text), scope, source, valid=Interval(at), labels={"role": "user"}
    )


@pytest.mark.parametrize(
    ("conversations", "tokens", "expected"),
    [
        (0, 0, Route.EVERYTHING),
        (30, 1000, Route.EVERYTHING),
        (30, 1001, Route.BOTH),
        (31, 10, Route.BOTH),
        (150, 5000, Route.BOTH),
        (151, 10, Route.RETRIEVED),
        (10_000, 10**6, Route.RETRIEVED),
    ],
)
def test_the_route_follows_the_number_of_conversations(
    conversations: int, tokens: int, expected: Route
) -> None:
    assert route(conversations, tokens, 1000) is expected


cubes = st.lists(
    st.tuples(st.integers(0, 60), st.sampled_from([None, "s1", "s2", "a"]), st.integers(0, 3)),
    max_size=40,
)


def histories(given: list[tuple[int, str | None, int]]) -> list[MemCube]:
    return [
        cube(number, "word " * length, session, START + day * DAY)
        for number, (length, session, day) in enumerate(given)
    ]


@given(cubes, st.integers(0, 400), st.randoms(use_true_random=False))
def test_the_budget_is_never_exceeded(
    given: list[tuple[int, str | None, int]], budget: int, random: Random
) -> None:
    history = histories(given)
    hits = [Hit(cube, 1.0) for cube in random.sample(history, len(history))]
    found = compose(history, hits, budget)
    assert found.tokens == estimate(found.text) <= budget
    assert len({held.id for held in found.cubes}) == len(found.cubes)
    for held in found.cubes:
        assert line(held) in found.text


@given(st.integers(1, 30), st.integers(20, 400))
def test_long_names_of_sessions_do_not_break_the_budget(count: int, budget: int) -> None:
    history = [
        cube(n, "hi", f"support conversation number {n} with the sales team", START + n * DAY)
        for n in range(count)
    ]
    found = compose(history, [Hit(cube, 1.0) for cube in history], budget)
    assert found.tokens <= budget


@given(st.integers(1, 20), st.integers(1, 400))
def test_everything_means_everything(count: int, budget: int) -> None:
    history = [cube(n, "word " * 4, "s1") for n in range(count)]
    found = compose(history, [], budget)
    if found.route is Route.EVERYTHING:
        assert found.cubes == tuple(history)
        assert found.left_out == 0


def test_a_small_history_is_given_whole_in_order_of_time() -> None:
    history = [
        cube(0, "later", "s2", START + DAY),
        cube(1, "early", "s1", START),
        cube(2, "last", "s2", START + DAY),
    ]
    found = compose(history, [], 1000)
    assert found.route is Route.EVERYTHING
    assert found.text == (
        "[Friday 01 March 2024 · s1]\nuser: early\n\n"
        "[Saturday 02 March 2024 · s2]\nuser: later\nuser: last"
    )


def test_a_mixed_context_holds_the_latest_conversation_and_what_was_found() -> None:
    history = [cube(n, f"turn {n}", f"s{n}", START + n * DAY) for n in range(40)]
    found = compose(history, [Hit(history[3], 1.0)], 1000)
    assert found.route is Route.BOTH
    assert [held.text for held in found.cubes] == ["turn 39", "turn 3"]


def test_a_large_history_is_retrieved_from() -> None:
    history = [cube(n, f"turn {n}", f"s{n}", START + n * DAY) for n in range(151)]
    hits = [Hit(history[n], 1.0) for n in (9, 5, 7)]
    found = compose(history, hits, 1000)
    assert found.route is Route.RETRIEVED
    assert [held.text for held in found.cubes] == ["turn 9", "turn 5", "turn 7"]
    assert found.text.index("turn 5") < found.text.index("turn 7") < found.text.index("turn 9")
    small = compose(history, hits, 30)
    assert [held.text for held in small.cubes] == ["turn 9", "turn 5"]
    assert small.left_out == 1


def test_the_memory_composes_what_a_question_needs(open_memory: Open) -> None:
    memory = open_memory()
    memory.add(["I like tea", "Noted"], session="s1")
    found = memory.context("What do I like?")
    assert found.route is Route.EVERYTHING
    assert "user: I like tea" in found.text
    assert memory.context("tea", 10).tokens <= 10
