"""BM25 over everything in the store: postings in segments, brought up to date from the store.

They are a cache: their listing names the last row they hold, what was written later is scanned
exactly, and they can be dropped at any time. A segment is never changed, and small ones are merged,
so that each row is written anew a few times only.
"""

import logging
import secrets
import threading
from collections.abc import Callable

import numpy as np

from memwell.core.evidence import Ints, Ragged
from memwell.core.model import Floats
from memwell.core.store import Store, Terms
from memwell.index.flat import top
from memwell.index.lexical import K1, B, idf, term_counts
from memwell.index.segment import Segment, joined, postings
from memwell.index.shelf import Listing, Shelf

TAIL = 2_048  # rows that are scanned before they become a segment
BLOCK = 32_768  # rows read from the store at a time
FANOUT = 4  # a segment is merged with the one before unless that is so many times larger


log = logging.getLogger(__name__)


class PostingsIndex:
    """Terms of all search entries."""

    def __init__(self, shelf: Shelf, store: Store) -> None:
        self._shelf, self._store = shelf, store
        self._lock = threading.Lock()
        self._open: dict[str, Segment] = {}
        self._lost: Listing | None = None  # one whose segments are gone or damaged
        self._tail = Tail(0)

    def search(self, terms: Terms, n: int, allowed: Callable[[Ints], Ints]) -> Ints:
        """The n best rows that hold any of the terms, best first.

        `allowed` maps entries to the reader's rows, order kept. Nothing is lost to the filter: it
        is asked about ever more entries until n rows pass it.
        """
        entries, scores = self._scored(np.unique(terms))
        held = int(np.count_nonzero(scores))
        wanted = n + n // 4
        while True:
            rows = allowed(entries[top(scores, min(wanted, held))])
            if len(rows) >= n or wanted >= held:
                return rows[:n]
            wanted *= 8

    def refresh(self) -> int:
        """Make segments of what the store has beyond them; returns how many rows they hold.

        Where the disk takes no more, the rest stays in the tail.
        """
        try:
            with self._shelf.locked():
                return self._brought_up()
        except OSError as error:
            log.info("postings are not brought up to date: %s", error)
            listing = self._listing()
            return sum(listing.sizes) if listing else 0

    def _brought_up(self) -> int:
        listing = self._listing()
        if listing is None:
            self._shelf.clear()
            listing = Listing(self._mark() + secrets.token_hex(8))
        while True:
            rows, terms = self._store.terms_after(listing.row, BLOCK)
            if len(rows) < TAIL:
                return sum(listing.sizes)
            listing = self._extended(listing, postings(rows, terms))

    def drop(self) -> None:
        """Delete the segments."""
        if self._shelf.exists():
            with self._shelf.locked():
                self._shelf.clear()

    def tidy(self) -> None:
        """Forget what was read, and delete the segments if something was erased since."""
        if self._listing() is None:
            self.drop()
        with self._lock:
            self._open, self._tail = {}, Tail(0)

    def _extended(self, listing: Listing, new: Segment) -> Listing:
        """The listing after a segment was added and small ones were merged with it."""
        merged: list[str] = []
        for name, size in zip(reversed(listing.names), reversed(listing.sizes), strict=True):
            if size >= FANOUT * len(new.rows):
                break
            new = joined(self._shelf.segment(name), new)
            merged.append(name)
        after = listing.with_last(new, len(merged))
        self._shelf.put(new, after, merged)
        return after

    def _listing(self) -> Listing | None:
        """None where there is none, or a damaged one, or one from before an erasure."""
        found = self._shelf.listing()
        if found is None or found == self._lost or not found.generation.startswith(self._mark()):
            return None
        return found

    def _mark(self) -> str:
        """What generations begin with, from one erasure to the next."""
        return f"{self._store.erasures()}-"

    def _scored(self, wanted: Terms) -> tuple[Ints, Floats]:
        """Entries and BM25 scores of everything in the segments and of the tail beyond."""
        with self._lock:
            segments, tail = self._current()
            if len(tail.rows) >= TAIL:
                self.refresh()
                segments, tail = self._current()
        counts = term_counts(wanted, tail.terms)
        total = sum(len(each.rows) for each in segments) + len(tail.rows)
        words = sum(each.words for each in segments) + float(tail.terms.lengths.sum())
        frequency = sum((each.frequency(wanted) for each in segments), (counts > 0).sum(axis=0))
        weights = idf(total, np.asarray(frequency, np.float32)) * np.float32(K1 + 1)
        mean = max(words / max(total, 1), 1.0)
        scores = [each.scores(wanted, weights, mean) for each in segments]
        norm = (K1 * (1 - B + B * tail.terms.lengths / mean)).astype(np.float32)
        scores.append((counts / (counts + norm[:, None]) * weights).sum(axis=1))
        entries = [each.rows for each in segments]
        return np.concatenate([*entries, tail.rows]), np.concatenate(scores)

    def _current(self) -> tuple[list[Segment], "Tail"]:
        """The segments, opened, and the rows beyond them; what another process merged is reread."""
        seen: Listing | None = None
        while True:
            listing = self._listing() or Listing("")
            try:
                self._open = {
                    name: self._open.get(name) or self._shelf.segment(name)
                    for name in listing.names
                }
            except (FileNotFoundError, ValueError) as error:
                if listing == seen:  # nobody has replaced it
                    log.warning("postings are damaged and made anew: %s", error)
                    self._lost = listing
                seen = listing
                continue
            if self._tail.after != listing.row:
                self._tail = Tail(listing.row)
            self._tail = self._tail.extended(self._store)
            return list(self._open.values()), self._tail


class Tail:
    """Rows after the last that is in a segment; kept in memory, and read on from where it ends."""

    def __init__(self, after: int, rows: Ints | None = None, terms: Ragged | None = None) -> None:
        self.after = after
        self.rows = np.empty(0, np.int64) if rows is None else rows
        self.terms = terms or Ragged(np.empty(0, np.uint32), np.zeros(1, np.int64))

    def extended(self, store: Store) -> "Tail":
        """With all that the store has by now."""
        last = int(self.rows[-1]) if len(self.rows) else self.after
        found, terms = store.terms_after(last, BLOCK)
        if not len(found):
            return self
        grown = Tail(self.after, np.concatenate([self.rows, found]), self.terms.followed_by(terms))
        return grown.extended(store) if len(found) == BLOCK else grown
