"""Products over a few columns, without BLAS.

For such shapes its kernels may touch what lies beyond a row's end. The result is right, but a false
floating-point flag can be left behind, which numpy reports as a warning.
"""

import numpy as np

from memwell.core.model import Floats


def weighted_sum(rows: Floats, weights: Floats) -> Floats:
    """Σ_k rows[i, k] · weights[k] for every row: [n]."""
    return np.asarray(np.einsum("nk,k->n", rows, weights), np.float32)
