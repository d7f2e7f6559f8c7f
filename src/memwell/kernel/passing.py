"""Which of the entries that a first stage names a reader may have.

The best few are looked up one by one. When few of them pass, the reader's memories are a small
part of the whole: then they are listed once, and any number of entries is compared with the list.
"""

import numpy as np

from memwell.core.evidence import Ints
from memwell.core.filter import Filter
from memwell.core.scope import Scope
from memwell.core.store import Store
from memwell.core.view import Moment

SINGLY = 1_000  # entries looked up one by one
LISTED = 50_000  # memories that are listed, at most


class Passing:
    """For one query. `count` says how many memories there are to be listed."""

    def __init__(
        self, store: Store, scope: Scope, moment: Moment, where: Filter | None, count: int
    ) -> None:
        self._store, self._read = store, (scope, moment, where)
        self._count = count
        self._listed: tuple[Ints, Ints] | None = None

    def __call__(self, entries: Ints) -> Ints:
        """Rows the reader may have that these entries serve, order kept."""
        if len(entries) <= SINGLY or self._count > LISTED:
            return self._store.in_scope(entries, *self._read)
        if self._listed is None:
            self._listed = self._store.served(*self._read)
        held, rows = self._listed
        if not len(held):
            return rows
        places = np.minimum(np.searchsorted(held, entries), len(held) - 1)
        return np.asarray(rows[places[held[places] == entries]], np.int64)
