"""Evidence in dialogue sits next to what matches: the answer follows the question it replies to.

So every turn borrows, for each part of the query, the discounted best match of its neighbours in
the session.
"""

import numpy as np

from memwell.core.evidence import Ints
from memwell.core.model import Floats

DISCOUNT = {-1: 0.85, 1: 0.75, -2: 0.70, 2: 0.65}  # distance in turns -> what a match is worth here
SPAN = 1 << 32  # more turns than any session has
FULL_WORTH = 40.0  # tokens; a longer neighbour matches by chance, so it lends sqrt(40 / length)


def with_surroundings(matches: Floats, sessions: Ints, places: Ints, lengths: Ints) -> Floats:
    """The larger of a turn's own match and what its neighbours lend: [n, parts of the query].

    Works in any order of rows; a neighbour that is not among them lends nothing.
    """
    keys = sessions * SPAN + places
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    worth = np.sqrt(FULL_WORTH / np.maximum(lengths, FULL_WORTH)).astype(np.float32)
    lent = matches * worth[:, None]
    best = matches.copy()
    for distance, discount in DISCOUNT.items():
        slots = np.minimum(np.searchsorted(ordered, keys + distance), len(keys) - 1)
        found = np.flatnonzero(ordered[slots] == keys + distance)
        best[found] = np.maximum(best[found], discount * lent[order[slots[found]]])
    return best
