"""A small copy of many vectors: what lies far from a query is left out by it, the rest is scored.

It keeps the leading principal directions. Of the nearest hundreds by all directions nearly all are
among the nearest thousands by these (measured: see the log), and those are scored exactly.
"""

import numpy as np

from memwell.core.evidence import Ints
from memwell.core.model import Floats

WIDTH = 128  # directions kept
SAMPLE = 8_192  # vectors the directions are found from
BLOCK = 16_384  # vectors turned at a time


class Sketch:
    """Of the first vectors of a matrix; it grows with it, and is then another object."""

    def __init__(self, basis: Floats, turned: Floats) -> None:
        self._basis, self._turned = basis, turned

    @classmethod
    def of(cls, vectors: Floats) -> "Sketch":
        """Of vectors [n, width]."""
        sample = np.asarray(vectors[:: max(1, len(vectors) // SAMPLE)], np.float32)
        _, directions = np.linalg.eigh(sample.T @ sample)  # the largest last
        basis = np.ascontiguousarray(directions[:, -WIDTH:], np.float32)
        return cls(basis, np.empty((0, basis.shape[1]), np.float32)).grown(vectors)

    def grown(self, vectors: Floats) -> "Sketch":
        """With those that the matrix holds beyond."""
        starts = range(len(self._turned), len(vectors), BLOCK)
        if not starts:
            return self
        parts = [vectors[at : min(at + BLOCK, len(vectors))] @ self._basis for at in starts]
        return Sketch(self._basis, np.concatenate([self._turned, *parts]))

    def nearest(self, query: Floats, n: int) -> Ints:
        """Positions of the n nearest, in order of position."""
        scores = self._turned @ (query @ self._basis)
        if n >= len(scores):
            return np.arange(len(scores))
        return np.sort(np.argpartition(scores, len(scores) - n)[-n:])
