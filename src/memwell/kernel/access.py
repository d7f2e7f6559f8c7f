"""The access log: which memories were used, and when. It is what reinforcement and decay read.

Uses are gathered and written together, so that a search does not wait for the disk; what a crash
loses is a few use counts, never a memory. Nor does a search fail because they cannot be written.
"""

import logging
import threading
from collections.abc import Sequence
from datetime import datetime

from memwell.core.errors import StoreError
from memwell.core.store import Store

GATHER = 64  # searches

log = logging.getLogger(__name__)


class AccessLog:
    """Gathers uses; `flush` writes them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._open: list[tuple[str, datetime]] = []
        self._searches = 0
        self._lock = threading.Lock()

    def used(self, ids: Sequence[str], at: datetime) -> None:
        if self._store.read_only:
            return
        with self._lock:
            self._open += [(id, at) for id in ids]
            self._searches += 1
            full = self._searches >= GATHER
        if full:
            self.flush()

    def flush(self) -> None:
        with self._lock:
            uses, self._open, self._searches = self._open, [], 0
        try:
            if uses:
                self._store.touch(uses)
        except StoreError as error:
            log.warning("some uses were not counted: %s", error)
