"""The exact nearest neighbours, by a scan in blocks."""

import numpy as np
import numpy.typing as npt

from memwell.core.evidence import Ints
from memwell.core.model import Floats

BLOCK = 50_000  # vectors scored at a time
BELOW = np.float32(-2.0)  # less than any cosine

Labels = npt.NDArray[np.uint8]


def nearest(
    vectors: Floats, queries: Floats, k: int, *, labels: Labels | None = None,
    wanted: Labels | None = None,
) -> Ints:  # fmt: skip
    """Rows of the k nearest vectors of each query, the nearest first: [queries, k].

    With labels, only rows of the label that a query wants; -1 where there are fewer than k.
    """
    scores = np.full((len(queries), k), BELOW, np.float32)
    rows = np.full((len(queries), k), -1, np.int64)
    for start in range(0, len(vectors), BLOCK):
        found = queries @ np.asarray(vectors[start : start + BLOCK]).T
        if labels is not None and wanted is not None:
            found[wanted[:, None] != labels[None, start : start + BLOCK]] = BELOW
        here = np.broadcast_to(np.arange(start, start + found.shape[1]), found.shape)
        scores, rows = _best(np.hstack([scores, found]), np.hstack([rows, here]), k)
    return np.where(scores > BELOW, rows, -1)


def _best(scores: Floats, rows: Ints, k: int) -> tuple[Floats, Ints]:
    """The k best of each line, the best first."""
    picked = np.argpartition(-scores, k - 1, axis=1)[:, :k]
    scores, rows = np.take_along_axis(scores, picked, 1), np.take_along_axis(rows, picked, 1)
    order = np.argsort(-scores, axis=1, kind="stable")
    return np.take_along_axis(scores, order, 1), np.take_along_axis(rows, order, 1)
