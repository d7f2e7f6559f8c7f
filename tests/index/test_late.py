"""Late interaction, surroundings and closeness in time, each against the plainest loop."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memwell.core.model import TokenStates
from memwell.index.late import best_matches, rarity
from memwell.index.surroundings import DISCOUNT, FULL_WORTH, with_surroundings
from memwell.index.time import PATIENCE, closeness

WIDTH = 4
FIRST = datetime(2024, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@st.composite
def token_states(draw: st.DrawFn, least: int = 0) -> TokenStates:
    count = draw(st.integers(least, 5))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    return TokenStates(
        rng.integers(0, 8, count).astype(np.uint16),
        rng.integers(-127, 128, (count, WIDTH)).astype(np.int8),
        (rng.random(count) / 100).astype(np.float16),
    )


corpora = st.lists(st.none() | token_states(), max_size=6)


def restored(states: TokenStates) -> list[list[float]]:
    return [
        [float(code) * float(scale) for code in codes]
        for codes, scale in zip(states.codes, states.scale, strict=True)
    ]


@given(token_states(), corpora)
def test_every_query_token_finds_its_best_match(
    query: TokenStates, documents: list[TokenStates | None]
) -> None:
    found = best_matches(query, documents)
    assert found.shape == (len(documents), len(query))
    for row, document in enumerate(documents):
        for column, asked in enumerate(restored(query)):
            others = restored(document) if document is not None else []
            dots = [sum(a * b for a, b in zip(asked, held, strict=True)) for held in others]
            assert found[row, column] == pytest.approx(max(dots, default=0.0), abs=1e-4)


@given(token_states(1), corpora)
def test_rare_tokens_weigh_more_and_weights_sum_to_one(
    query: TokenStates, documents: list[TokenStates | None]
) -> None:
    found = rarity(query, documents)
    holders = [
        sum(document is not None and id in document.ids for document in documents)
        for id in query.ids
    ]
    raw = [math.log(1 + len(documents) / (1 + count)) ** 0.75 for count in holders]
    expected = [weight / sum(raw) if sum(raw) else 0.0 for weight in raw]
    assert found == pytest.approx(expected, abs=1e-4)


turns = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from([-10, 0, 1, 2, 3, 4, 5, 6]), st.integers(0, 120)),
    unique_by=lambda turn: turn[:2],
    min_size=1,
    max_size=12,
)


@given(turns, st.integers(0, 10**6))
def test_a_turn_borrows_from_its_neighbours_in_the_session(
    rows: list[tuple[int, int, int]], seed: int
) -> None:
    matches = np.random.default_rng(seed).random((len(rows), 3)).astype(np.float32)
    sessions, places, lengths = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    found = with_surroundings(matches, sessions, places, lengths)
    for mine, (session, place, _) in enumerate(rows):
        for part in range(3):
            best = float(matches[mine, part])
            for other, (their_session, their_place, length) in enumerate(rows):
                discount = DISCOUNT.get(their_place - place)
                if their_session == session and discount is not None:
                    worth = math.sqrt(FULL_WORTH / max(length, FULL_WORTH))
                    best = max(best, discount * worth * float(matches[other, part]))
            assert found[mine, part] == pytest.approx(best, abs=1e-6)


@given(st.integers(-100, 100), st.integers(1, 30), st.floats(0, 40))
def test_closeness_is_one_inside_and_halves_outside(
    start: int, width: int, distance: float
) -> None:
    first, last = FIRST + start * DAY, FIRST + (start + width) * DAY
    begin, end = first.timestamp(), last.timestamp()
    at = np.array([begin, (begin + end) / 2, end + distance * 86400, np.nan])
    half_life = PATIENCE + width / 2
    expected = [1, 1, 2 ** (-distance / half_life), 0]
    found = closeness([(first.date(), last.date())], at)
    assert found == pytest.approx(expected, abs=1e-3)


def test_of_several_times_the_closest_counts() -> None:
    days = [(FIRST + n * DAY).date() for n in (0, 1, 50, 51)]
    at = np.array([(FIRST + n * DAY).timestamp() for n in (0, 50, 25)])
    found = closeness([(days[0], days[1]), (days[2], days[3])], at)
    assert found[:2].tolist() == [1, 1]
    assert 0 < found[2] < 0.01
    assert closeness([], at).tolist() == [0, 0, 0]


@settings(max_examples=20)
@given(st.integers(0, 10**6))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = 30
    sessions, places = np.divmod(rng.permutation(count), 10)
    matches = rng.random((count, 2)).astype(np.float32)
    lengths = rng.integers(1, 80, count)
    order = rng.permutation(count)
    whole = with_surroundings(matches, sessions, places, lengths)
    turned = with_surroundings(matches[order], sessions[order], places[order], lengths[order])
    assert np.allclose(whole[order], turned)
