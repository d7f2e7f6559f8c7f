"""Finishes what erasures leave on disk: tensors in their files, old pages in the database's log."""

import logging

from memwell.core.store import Store
from memwell.store.blobs import Blobs

PATIENCE = 60.0  # seconds to wait for readers of the old pages
ON_OPENING = 1.0  # the same, when it was left by an earlier process

log = logging.getLogger(__name__)


def finish(store: Store, blobs: Blobs, patience: float | None = None) -> bool:
    """True when nothing is left; what could not be done is done by the next to call this."""
    left = store.leftover()
    if left is None:
        return True
    for digest in left.blobs:
        blobs.drop(digest)
    return store.scrub(left, PATIENCE if patience is None else patience)


def begin(store: Store, blobs: Blobs) -> None:
    """On opening: what a process that ended too early has left behind goes now."""
    if store.read_only:
        return
    blobs.tidy()
    if not finish(store, blobs, ON_OPENING):
        log.warning(
            "old pages of what was forgotten are still in the log, because another process reads "
            "them; they go the next time this memory is opened or told to forget"
        )
