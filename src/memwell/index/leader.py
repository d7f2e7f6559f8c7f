"""Leader clustering: each vector joins the nearest group, or leads a new one. One pass, no end.

Notation    n vectors, m groups there are, d dimensions; all vectors have unit length
"""

import numpy as np

from memwell.core.evidence import Ints
from memwell.core.model import Floats


def leaders(
    vectors: Floats, weights: Ints, centroids: Floats, sizes: Ints, *, near: float, most: int
) -> Ints:
    """The group of each vector [n]; groups from m on are new, in the order they appear.

    A vector joins the nearest group whose centroid [m, d] has a cosine of at least `near` with it
    and whose size stays within `most`; centroids move with what joins them. Sizes are sums of
    weights: `weights` [n] of the vectors, `sizes` [m] of what the groups have had so far.
    """
    room = len(centroids) + len(vectors)
    sums = np.zeros((room, vectors.shape[1]), np.float32)
    counts = np.zeros(room, np.int64)
    groups = len(centroids)
    if groups:
        sums[:groups] = centroids * np.maximum(sizes, 1)[:, None]
        counts[:groups] = sizes
    found = np.zeros(len(vectors), np.int64)
    lengths = np.linalg.norm(sums, axis=1)
    for place, vector in enumerate(vectors):
        alike = sums[:groups] @ vector / np.maximum(lengths[:groups], 1e-9)
        alike[counts[:groups] + weights[place] > most] = -np.inf
        best = int(alike.argmax()) if groups else -1
        if best < 0 or alike[best] < near:
            best, groups = groups, groups + 1
        sums[best] += weights[place] * vector
        counts[best] += weights[place]
        lengths[best] = np.linalg.norm(sums[best])
        found[place] = best
    return found
