"""Compressed token states keep the dot products that late interaction needs."""

import numpy as np
import pytest

from memwell.models import states


@pytest.fixture
def hidden():
    return np.random.default_rng(7).standard_normal((40, states.WIDTH)).astype(np.float32)


def compressed(hidden):
    ids = np.arange(len(hidden), dtype=np.uint16)
    return states.compress(ids, states.project(hidden, states.projection()))


def test_restores_unit_states_within_the_code_step(hidden):
    exact = states.project(hidden, states.projection())
    restored = states.restore(compressed(hidden))
    assert np.abs(restored - exact).max() < np.abs(exact).max() / 127
    assert np.linalg.norm(restored, axis=1) == pytest.approx(1, abs=0.01)


def test_a_token_costs_a_byte_per_dimension_and_two_for_the_scale(hidden):
    kept = compressed(hidden)
    bytes_per_token = (kept.codes.nbytes + kept.scale.nbytes) / len(kept)
    assert bytes_per_token == states.projection().shape[1] + 2


@pytest.mark.parametrize("value", [0.0, 1e-30])
def test_empty_and_vanishing_states_are_harmless(value):
    nothing = compressed(np.zeros((0, states.WIDTH), np.float32))
    assert len(nothing) == 0
    assert states.restore(nothing).shape == (0, states.projection().shape[1])
    zero = compressed(np.full((1, states.WIDTH), value, np.float32))
    assert np.isfinite(states.restore(zero)).all()


def test_orthogonal_projection_is_orthonormal_and_repeatable():
    matrix = states.orthogonal(384, 128)
    assert np.allclose(matrix.T @ matrix, np.eye(128), atol=2e-3)
    assert np.array_equal(matrix, states.orthogonal(384, 128))
    assert states.digest(matrix) != states.digest(states.orthogonal(384, 128, seed=1))


def test_a_further_row_is_a_bias(hidden):
    matrix = states.orthogonal(384, 16)
    bias = np.full((1, 16), 0.5, np.float32)
    expected = states.unit(states.unit(hidden) @ matrix + 0.5)
    assert np.allclose(states.project(hidden, np.concatenate([matrix, bias])), expected, atol=1e-6)
    assert np.allclose(states.project(hidden, matrix), states.unit(hidden @ matrix), atol=1e-6)
