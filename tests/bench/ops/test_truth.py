"""The exact neighbours are exact, in one block or in many."""

import numpy as np
import pytest

from memwell.bench.ops import truth
from memwell.bench.ops.truth import nearest
from memwell.models.states import unit


@pytest.fixture
def space():
    rng = np.random.default_rng(3)
    return unit(rng.standard_normal((300, 16), np.float32)), unit(
        rng.standard_normal((7, 16), np.float32)
    )


@pytest.mark.parametrize("block", [17, 100, 1_000])
def test_it_finds_what_sorting_all_scores_finds(space, block, monkeypatch):
    monkeypatch.setattr(truth, "BLOCK", block)
    vectors, queries = space
    expected = np.argsort(-(queries @ vectors.T), axis=1)[:, :10]
    assert np.array_equal(nearest(vectors, queries, 10), expected)


@pytest.mark.parametrize("block", [17, 1_000])
def test_with_a_filter_it_finds_the_nearest_of_that_label(space, block, monkeypatch):
    monkeypatch.setattr(truth, "BLOCK", block)
    vectors, queries = space
    labels = np.arange(300).astype(np.uint8) % 6
    wanted = np.arange(7).astype(np.uint8) % 6
    found = nearest(vectors, queries, 10, labels=labels, wanted=wanted)
    for query, label, rows in zip(queries, wanted, found, strict=True):
        members = np.flatnonzero(labels == label)
        assert rows.tolist() == members[np.argsort(-(vectors[members] @ query))][:10].tolist()


def test_places_without_a_neighbour_hold_minus_one(space):
    vectors, queries = space
    labels = np.zeros(300, np.uint8)
    labels[[5, 9]] = 1
    found = nearest(vectors, queries, 4, labels=labels, wanted=np.ones(7, np.uint8))
    assert {tuple(sorted(row)) for row in found.tolist()} == {(-1, -1, 5, 9)}
    assert (found[:, 2:] == -1).all()
