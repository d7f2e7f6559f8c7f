"""Proves that what was forgotten is gone: what tells of it is noted before, and sought after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from memwell.core.errors import InvalidInput
from memwell.core.governance import Copy
from memwell.kernel import traces
from memwell.kernel.forget import Doomed, ForgetReport
from memwell.kernel.traces import Search
from memwell.store.blobs import Blobs, BlobStore
from memwell.store.health.patient import counted
from memwell.store.place import Place
from memwell.store.sql import SQLStore
from memwell.store.sqlite import SQLiteStore

ASKED = "the store was asked"
WAITING = "another process still reads the old pages; the next opening of the memory removes them"
UNREACHED = "; the server takes erased rows out of its files with its next VACUUM"
UNSEARCHED = "; its files were not searched, which thorough=True does"


@dataclass(frozen=True)
class Proof:
    """Taken before an erasure, within the same moment."""

    folder: Path | None  # None: its files are out of reach
    store: SQLStore
    blobs: Blobs
    doomed: Doomed
    went: Mapping[str, int]  # of each kind, how much goes
    copies: tuple[Copy, ...]  # that were made while it was there
    traces: Sequence[bytes] | None  # None: the files are not to be searched

    @classmethod
    def begun(
        cls, place: Place, store: SQLStore, blobs: Blobs, doomed: Doomed,
        thorough: bool | None,
    ) -> "Proof":  # fmt: skip
        """Notes how much goes, and what to look for; `thorough=None` leaves large files alone."""
        ids = list(doomed.cubes)
        index = place.index(store)
        files = index.rglob("*") if index else ()
        born = store.first_born(ids)
        copies = tuple(copy for copy in store.governance.copies() if copy.journal >= born)
        folder = place.path if isinstance(place.path, Path) else None
        wanted = _wanted(folder, store, blobs, ids, thorough)
        indexed = sum(path.is_file() for path in files if path.name != "lock")
        went = {"events": len(doomed.places), **store.weigh(ids), "index_files": indexed}
        return cls(folder, store, blobs, doomed, went, copies, wanted)

    def preview(self) -> ForgetReport:
        """Of a dry run."""
        return replace(self.doomed.report(dry_run=True), went=self.went, copies=self.copies)

    def report(self, *, finished: bool) -> ForgetReport:
        """After the erasure; `finished` says that nothing of it waits to be removed from disk."""
        gone = finished and not self.doomed.left_over()
        how = ASKED if finished else f"{ASKED}; {WAITING}"
        if gone and self.traces is not None:
            found = self._searched(self.traces)
            gone, how = not found.found, f"{how}, and {_told(found)}"
        elif gone:
            how += UNSEARCHED if self.folder else UNREACHED
        report = self.doomed.report(verified=gone)
        return replace(report, went=self.went, copies=self.copies, how=how, waiting=not finished)

    def _searched(self, wanted: Sequence[bytes]) -> Search:
        """Pages may hold old copies of rows that were moved; a database written anew does not."""
        assert self.folder is not None
        store, blobs = cast(SQLiteStore, self.store), cast(BlobStore, self.blobs)
        found = traces.search(self.folder, store, blobs, wanted)
        if found.found and store.rewrite():
            found = traces.search(self.folder, store, blobs, wanted)
        return found


def _wanted(
    folder: Path | None, store: SQLStore, blobs: Blobs, ids: Sequence[str], thorough: bool | None
) -> Sequence[bytes] | None:
    """What to look for in the files of the memory. Raises InvalidInput for a server's."""
    if folder is None:
        if thorough:
            raise InvalidInput(
                "the files of a database server cannot be searched from here; leave `thorough` out"
            )
        return None
    searching = traces.worth_it(folder) if thorough is None else thorough
    if not searching:
        return None
    return traces.traces_of(cast(SQLiteStore, store), cast(BlobStore, blobs), ids)


def _told(search: Search) -> str:
    told = (
        f"{counted(search.traces, 'trace')} of it sought in {counted(search.files, 'file')}"
        f" ({search.size:,} bytes)"
    )
    return f"{told}: found in {', '.join(search.found)}" if search.found else f"{told}: none found"
