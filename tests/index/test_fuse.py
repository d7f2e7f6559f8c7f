"""Fusing rankings by hand values, and choosing what is not all the same."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memwell.index.flat import top
from memwell.index.fuse import (
    descending,
    diverse,
    interleaved,
    reciprocal_ranks,
    standardised,
    weighted,
)


def test_reciprocal_ranks_by_hand() -> None:
    """Rankings [a, b] and [b, c]: b leads, a ahead of c."""
    scores = reciprocal_ranks([np.array([0, 1]), np.array([1, 2])], 4, constant=60)
    assert scores == pytest.approx([1 / 61, 1 / 62 + 1 / 61, 1 / 62, 0])


@given(st.lists(st.permutations(range(6)), max_size=4))
def test_what_leads_every_ranking_leads_the_fusion(rankings: list[list[int]]) -> None:
    led = [[5, *(place for place in ranking if place != 5)] for ranking in rankings]
    scores = reciprocal_ranks([np.array(ranking) for ranking in led], 6)
    assert scores[5] == scores.max()
    assert scores.sum() == pytest.approx(len(led) * sum(1 / (20 + r) for r in range(1, 7)))


@given(st.lists(st.integers(-100, 100), max_size=8))
def test_standardised_scores_keep_their_order(values: list[int]) -> None:
    found = standardised(np.array(values, np.float32))
    if len(set(values)) > 1:
        assert found.mean() == pytest.approx(0, abs=1e-5)
        assert found.std() == pytest.approx(1, abs=1e-5)
    else:
        assert not found.any()
    assert (np.diff(found[np.argsort(values, kind="stable")]) >= 0).all()


def test_maximal_marginal_relevance_by_hand() -> None:
    """Two near-twins and a third thing: the twin of the best comes last although it is second."""
    vectors = np.array([[1, 0], [0.8, 0.6], [0, 1]], np.float32)
    scores = np.array([0.9, 0.8, 0.5], np.float32)
    # after 0: twin .5*.8 - .5*.8 = 0, other .5*.5 - 0 = .25
    assert diverse(scores, vectors, 3) == [0, 2, 1]
    assert diverse(scores, vectors, 3, balance=1.0) == [0, 1, 2]
    assert diverse(scores, vectors, 2) == [0, 2]


@given(st.lists(st.integers(0, 20), max_size=8), st.integers(0, 10))
def test_diversity_takes_each_once(values: list[int], k: int) -> None:
    scores = np.array(values, np.float32)
    chosen = diverse(scores, np.eye(max(len(values), 1), dtype=np.float32)[: len(values)], k)
    assert len(chosen) == len(set(chosen)) == min(k, len(values))
    assert [values[place] for place in chosen] == sorted(values, reverse=True)[:k]


@given(st.lists(st.integers(-5, 5), max_size=20), st.integers(0, 25))
def test_the_top_is_the_head_of_a_stable_sort(values: list[int], n: int) -> None:
    expected = sorted(range(len(values)), key=lambda place: (-values[place], place))[:n]
    found = top(np.array(values, np.float32), n)
    assert [values[place] for place in found] == [values[place] for place in expected]
    assert len(set(found.tolist())) == len(found)


@given(st.lists(st.integers(0, 1), min_size=10, max_size=40), st.integers(1, 20))
def test_of_equal_scores_the_first_ones_are_taken(values: list[int], n: int) -> None:
    expected = sorted(range(len(values)), key=lambda place: (-values[place], place))[:n]
    assert top(np.array(values, np.float32), n).tolist() == expected


def test_weighted_fusion_is_blind_to_scale() -> None:
    lexical, dense = np.array([9.0, 3.0, 0.0], np.float32), np.array([0.1, 0.3, 0.2], np.float32)
    once = weighted([lexical, dense], [1.0, 2.0])
    assert once == pytest.approx(weighted([lexical * 50, dense + 7], [1.0, 2.0]), abs=1e-3)
    assert np.argmax(once) == 1
    assert np.argmax(weighted([lexical, dense], [2.0, 0.5])) == 0


def test_with_constant_0_the_first_counts_one_and_the_second_a_half() -> None:
    """Zep's rank constant, counted from 0: [[a, b], [b, c]]."""
    scores = reciprocal_ranks([np.array([0, 1]), np.array([1, 2])], 3, constant=0.0)
    assert scores.tolist() == [1.0, 1.5, 0.5]


def test_guests_get_one_place_in_every_few_beyond_the_first() -> None:
    assert interleaved("abcdef", "xy", 2, 2, str) == list("abcxdyef")
    assert interleaved("abcdef", "fe", 2, 2, str) == list("abcfde"), "those that give way follow"
    assert interleaved("abcdef", "ax", 2, 3, str) == list("abcdxef"), "what stands higher stays"
    assert interleaved("ab", "xyz", 1, 1, str) == list("axyzb")
    assert interleaved("", "x", 5, 2, str) == []


@given(st.lists(st.integers(0, 9), unique=True), st.lists(st.integers(0, 19), unique=True))
def test_nothing_is_lost_and_the_first_few_stay(ranked: list[int], guests: list[int]) -> None:
    found = interleaved(ranked, guests, 2, 3, int)
    assert len(set(found)) == len(found)
    assert set(ranked) <= set(found) <= {*ranked, *guests}
    assert found[:2] == ranked[:2]


def test_scores_are_raised_to_fit_their_order() -> None:
    assert descending([0.9, 0.2, 0.5, 0.4]) == [0.9, 0.5, 0.5, 0.4]
    assert descending([]) == []
