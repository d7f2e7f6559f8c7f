"""Changing the embedder: new vectors are made in the background while the old ones serve.

Vectors of different embedders are never mixed: a query is embedded by the embedder whose vectors
it is compared with, and until the new ones are complete that is the old embedder, or none.
"""

import logging
import threading
from pathlib import Path

import numpy as np

from memwell.core.errors import StoreError
from memwell.core.model import Embedder
from memwell.core.store import Store
from memwell.kernel.evidence import EvidenceSource
from memwell.kernel.sources import Sources
from memwell.models.resolve import embedder_of

BATCH = 128
SERVING = "embedder"  # the setting that names the fingerprint of complete vectors

log = logging.getLogger(__name__)


class Reembedder:
    """Knows which embedder writes, which one serves queries, and closes the gap between them."""

    def __init__(self, store: Store, embedder: Embedder | None, folder: Path | None) -> None:
        self.embedder = embedder
        self._store, self._folder = store, folder
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._serve(embedder)
        if embedder and store.missing_vectors(embedder.fingerprint, 1):
            self._begin(embedder)
        elif embedder and store.get_meta(SERVING) != embedder.fingerprint and not store.read_only:
            store.set_meta(SERVING, embedder.fingerprint)

    def keep_up(self) -> None:
        """What was just written gets vectors of the embedder that still serves, too.

        It is on disk already, so it is no error when the disk takes no more: the next call does it.
        """
        serving = self.serving
        if serving and serving is not self.embedder:
            try:
                self._fill(serving)
            except StoreError as error:
                log.warning("some memories have no vector yet: %s", error)

    @property
    def serving(self) -> Embedder | None:
        """The embedder that queries are compared by."""
        return self.source.embedder

    @property
    def source(self) -> EvidenceSource:
        """What whoever opened the memory searches."""
        return self.sources.first

    def wait(self) -> None:
        if self._thread:
            self._thread.join()

    def close(self) -> None:
        """Stops after the batch at hand; the rest is done when the memory is opened again."""
        self._stop.set()
        self.wait()

    def _serve(self, embedder: Embedder | None) -> None:
        """The embedder and its evidence change in one step: their vectors never meet others."""
        self.sources = Sources(EvidenceSource(self._store, self._folder, embedder))

    def _begin(self, embedder: Embedder) -> None:
        old = self._store.get_meta(SERVING)
        if old and old != embedder.fingerprint:
            self._serve(embedder_of(old))
            log.warning(
                "this memory's vectors are from another embedder (%s); %s and %s until then",
                old,
                "it may not be written to" if self._store.read_only else "new ones are being made",
                "the old ones serve" if self.serving else "search is lexical only",
                extra={"operation": "reembed"},
            )
        if self._store.read_only:
            return
        self._thread = threading.Thread(target=self._run, args=[embedder], name="memwell-reembed")
        self._thread.start()

    def _run(self, embedder: Embedder) -> None:
        try:
            while not self._stop.is_set():
                if not self._fill(embedder):
                    self._store.set_meta(SERVING, embedder.fingerprint)
                    self._serve(embedder)
                    return
        except StoreError as error:
            log.warning("vectors are made on when this memory is opened again: %s", error)

    def _fill(self, embedder: Embedder) -> int:
        """Vectors for some memories that have none of this embedder; how many they were."""
        missing = self._store.missing_vectors(embedder.fingerprint, BATCH)
        if missing:
            made = embedder.embed([text for _, text in missing])
            rows = np.array([row for row, _ in missing], np.int64)
            tokens = made.tokens or (None,) * len(rows)
            self._store.add_vectors(embedder.fingerprint, rows, made.vectors, tokens)
        return len(missing)
