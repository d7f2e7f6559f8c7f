"""How common words are in a large scope, from a sample of it."""

from collections.abc import Sequence

import numpy as np

from memwell.core.evidence import Evidence, Ints, Population
from memwell.core.model import TokenStates
from memwell.index.late import VOCABULARY

SAMPLE = 2_000  # memories


def spread(rows: Ints) -> Ints:
    """Rows at even distances from first to last."""
    if len(rows) <= SAMPLE:
        return rows
    return rows[np.linspace(0, len(rows) - 1, SAMPLE).astype(np.int64)]


def population(
    count: int, sample: Evidence, states: Sequence[TokenStates | None]
) -> Population | None:
    """Of a scope with so many memories; None where there is nothing to judge by."""
    if not len(sample):
        return None
    terms = sample.terms
    held = np.unique(terms.data.astype(np.uint64) << np.uint64(32) | terms.owners.astype(np.uint64))
    distinct, holding = np.unique((held >> np.uint64(32)).astype(np.uint32), return_counts=True)
    pieces = np.zeros(VOCABULARY, np.int64)
    for each in states:
        if each is not None:
            pieces[np.unique(each.ids)] += 1
    return Population(count, len(sample), distinct, holding, pieces)
