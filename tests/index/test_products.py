"""Products without BLAS are the same products."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memwell.index.products import weighted_sum


@given(st.integers(0, 40), st.integers(0, 20), st.integers(0, 10**6))
def test_equals_the_matrix_product(rows: int, columns: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(rows, columns)).astype(np.float32)
    weights = rng.normal(size=columns).astype(np.float32)
    expected = (matrix * weights).sum(axis=1)
    assert weighted_sum(matrix, weights) == pytest.approx(expected, abs=1e-4)
    assert weighted_sum(np.asfortranarray(matrix), weights) == pytest.approx(expected, abs=1e-4)
