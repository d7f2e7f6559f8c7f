"""Proves that what was forgotten is gone: what tells of it is noted before, and sought after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from memwell.core.governance import Copy
from memwell.kernel import traces
from memwell.kernel.forget import Doomed, ForgetReport
from memwell.kernel.traces import Search
from memwell.store.blobs import BlobStore
from memwell.store.health.patient import counted
from memwell.store.sqlite import SQLiteStore

ASKED = "the store was asked"
WAITING = "another process still reads the old pages; the next opening of the memory removes them"
UNSEARCHED = "; its files were not searched, which thorough=True does"


@dataclass(frozen=True)
class Proof:
    """Taken before an erasure, within the same moment."""

    folder: Path
    store: SQLiteStore
    blobs: BlobStore
    doomed: Doomed
    went: Mapping[str, int]  # of each kind, how much goes
    copies: tuple[Copy, ...]  # that were made while it was there
    traces: Sequence[bytes] | None  # None: the files are not to be searched

    @classmethod
    def begun(
        cls, folder: Path, store: SQLiteStore, blobs: BlobStore, doomed: Doomed,
        thorough: bool | None,
    ) -> "Proof":  # fmt: skip
        """Notes how much goes, and what to look for; `thorough=None` leaves large files alone."""
        ids = list(doomed.cubes)
        index = sum(path.is_file() for path in (folder / "index").rglob("*") if path.name != "lock")
        born = store.first_born(ids)
        copies = tuple(copy for copy in store.governance.copies() if copy.journal >= born)
        searching = traces.worth_it(folder) if thorough is None else thorough
        wanted = traces.traces_of(store, blobs, ids) if searching else None
        went = {"events": len(doomed.places), **store.weigh(ids), "index_files": index}
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
            how += UNSEARCHED
        report = self.doomed.report(verified=gone)
        return replace(report, went=self.went, copies=self.copies, how=how, waiting=not finished)

    def _searched(self, wanted: Sequence[bytes]) -> Search:
        """Pages may hold old copies of rows that were moved; a database written anew does not."""
        found = traces.search(self.folder, self.store, self.blobs, wanted)
        if found.found and self.store.rewrite():
            found = traces.search(self.folder, self.store, self.blobs, wanted)
        return found


def _told(search: Search) -> str:
    told = (
        f"{counted(search.traces, 'trace')} of it sought in {counted(search.files, 'file')}"
        f" ({search.size:,} bytes)"
    )
    return f"{told}: found in {', '.join(search.found)}" if search.found else f"{told}: none found"
