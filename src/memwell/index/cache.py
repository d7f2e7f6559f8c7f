"""Evidence of recently read scopes, kept in memory and brought up to date by the journal."""

import threading
from collections import OrderedDict

import numpy as np

from memwell.core.evidence import Evidence, Ints, Ragged
from memwell.core.filter import Filter
from memwell.core.model import TokenStates
from memwell.core.scope import Scope
from memwell.core.store import Store
from memwell.core.view import NOW

CAPACITY = 16  # scopes and filters
TOKENS = 1_000_000  # token states kept: about 200 MB


class EvidenceCache:
    """Serves the present evidence of a scope, all of it or what fulfils a filter.

    Only what the journal added since it was last asked for is read.
    """

    def __init__(self, store: Store, fingerprint: str | None, capacity: int = CAPACITY) -> None:
        self._store, self._fingerprint, self._capacity = store, fingerprint, capacity
        self._kept: OrderedDict[tuple[Scope, Filter | None], tuple[int, Evidence]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, scope: Scope, where: Filter | None = None) -> Evidence:
        with self._lock:
            sequence = self._store.sequence()
            seen, evidence = self._kept.pop((scope, where), (0, None))
            if evidence is None:
                evidence = self._store.evidence(scope, NOW, self._fingerprint, where=where)
            elif seen < sequence:
                evidence = self._renewed(scope, where, seen, evidence)
            self._kept[scope, where] = (sequence, evidence)
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)
            return evidence

    def clear(self) -> None:
        """Forget everything: after erasure, or when vectors arrived without a journal entry."""
        with self._lock:
            self._kept.clear()

    def _renewed(self, scope: Scope, where: Filter | None, seen: int, old: Evidence) -> Evidence:
        """What was read before may already hold some of what is newer than its sequence."""
        born = self._store.evidence(scope, NOW, self._fingerprint, after=seen, where=where)
        unseen = np.flatnonzero(~np.isin(born.rows, old.rows))
        alive = np.flatnonzero(~np.isin(old.rows, self._store.died(seen)))
        kept = old if len(alive) == len(old) else select(old, alive)
        return joined(kept, select(born, unseen)) if len(unseen) else kept


class TokenCache:
    """Token states of recently scored memories; entries never change, so they cannot be stale."""

    def __init__(self, store: Store, fingerprint: str, capacity: int = TOKENS) -> None:
        self._store, self._fingerprint, self._capacity = store, fingerprint, capacity
        self._kept: OrderedDict[int, TokenStates | None] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, entries: Ints) -> list[TokenStates | None]:
        """Token states under these search entries, in their order."""
        with self._lock:
            wanted = entries.tolist()
            missing = [entry for entry in wanted if entry not in self._kept]
            loaded = self._store.tokens(self._fingerprint, np.array(missing, np.int64))
            for entry, states in zip(missing, loaded, strict=True):
                self._kept[entry] = states
                self._size += len(states or ())
            for entry in wanted:
                self._kept.move_to_end(entry)
            found = [self._kept[entry] for entry in wanted]
            while self._size > self._capacity:
                _, states = self._kept.popitem(last=False)
                self._size -= len(states or ())
            return found

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._size = 0


def select(evidence: Evidence, positions: Ints) -> Evidence:
    """The evidence at these positions."""
    return Evidence(
        ids=[evidence.ids[place] for place in positions],
        rows=evidence.rows[positions],
        entries=evidence.entries[positions],
        sessions=evidence.sessions[positions],
        places=evidence.places[positions],
        speakers=[evidence.speakers[place] for place in positions],
        at=evidence.at[positions],
        asks=evidence.asks[positions],
        terms=_picked(evidence.terms, positions),
        read=evidence.read,
        population=evidence.population,
    )


def joined(first: Evidence, second: Evidence) -> Evidence:
    """One after the other."""
    return Evidence(
        ids=[*first.ids, *second.ids],
        rows=np.concatenate([first.rows, second.rows]),
        entries=np.concatenate([first.entries, second.entries]),
        sessions=np.concatenate([first.sessions, second.sessions]),
        places=np.concatenate([first.places, second.places]),
        speakers=[*first.speakers, *second.speakers],
        at=np.concatenate([first.at, second.at]),
        asks=np.concatenate([first.asks, second.asks]),
        terms=first.terms.followed_by(second.terms),
        read=first.read,
        population=first.population,
    )


def _picked(rows: Ragged, positions: Ints) -> Ragged:
    parts = [rows.data[rows.offsets[place] : rows.offsets[place + 1]] for place in positions]
    data = np.concatenate(parts) if parts else rows.data[:0]
    return Ragged(data, np.concatenate([[0], np.cumsum(rows.lengths[positions])]))
