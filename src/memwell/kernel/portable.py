"""The part of a memory that moves: exports and imports, backups, what other systems kept."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from memwell.core.access import Right, Sensitivity
from memwell.core.errors import Forbidden
from memwell.core.governance import Copy
from memwell.kernel import given, observe
from memwell.kernel.observe import observed
from memwell.kernel.opened import Opened

if TYPE_CHECKING:
    from memwell.kernel.archive import Manifest, Record
    from memwell.kernel.backup.manifest import Manifest as BackupManifest
    from memwell.kernel.importing import Import


class Portable(Opened):
    """A memory that can be taken elsewhere, and can take in what comes from there."""

    @observed()
    def export(self, path: str | Path, *, seal_key: bytes | str | Path | None = None) -> "Manifest":
        """Write everything in scope, with versions and lineage, as JSON lines (gzip for .gz).

        With a key nobody who lacks it can change the file unseen. It is noted in the list of
        copies, because it may hold what is forgotten later.
        """
        from memwell.kernel import archive

        path = Path(path)
        self.copied(path)
        now = self._clock.now()
        return archive.write(path, self.store, self.blobs, self.scope, now, seal_key)

    def copied(self, path: str | Path) -> None:
        """Note that a copy of what is in scope is about to be written. Raises Forbidden."""
        self.governance.need(Right.READ)
        if not self.store.read_only:
            now = self._clock.now()
            copy = Copy(str(Path(path).resolve()), "export", now, self.store.sequence())
            self.store.governance.copied(copy)

    def backup(
        self, path: str | Path, *, told: Callable[[int, int], None] | None = None
    ) -> "BackupManifest":
        """Copy the whole memory as it is now, while others go on writing; `restore` reads it.

        A folder, or one file when the name ends in .tar or .tar.gz. All tenants and branches are in
        it, and everything acknowledged before. `told` hears of bytes done and bytes in all. Raises
        InvalidInput when the path is taken, and Forbidden for an opener that may not see all of it.
        """
        self.governance.need(Right.READ)
        if self.scope.user or self.scope.agent or self.clearance < Sensitivity.SECRET:
            raise Forbidden(
                "a backup holds the memories of everybody: to make one, open the memory without "
                "user=, agent= and clearance="
            )
        from memwell.kernel.backup.make import backup

        self._access.flush()
        told = told or (lambda *_: None)
        return backup(self.store, self.blobs, Path(path), self._clock.now(), told)

    @observed(observe.CREATE)
    def import_(
        self,
        path: str | Path,
        *,
        seal_key: bytes | str | Path | None = None,
        grants: bool = False,
    ) -> "Manifest":
        """Read what `export` wrote; memories that are already there are left alone.

        Grants in it are given only on request: who wrote the file chose whom they let in. Raises
        InvalidInput for a file that is not as it was written; then nothing was changed.
        """
        self.governance.need(Right.WRITE)
        into = replace(self._import(), grants=self.rights if grants else frozenset())
        found = into.file(Path(path), seal_key)
        self._reembedder.sources.reembedded()
        return found

    @observed(observe.CREATE)
    def adopt(
        self,
        records: "Sequence[Record]",
        *,
        by: str,
        told: Callable[[int], None] | None = None,
    ) -> "Manifest":
        """Take in what another system kept: events, versions with their times, and links.

        They are as in an export, events before what rests on them; ids that are there already are
        left alone. `by` names the system; `told` hears of records as they are done. Raises
        InvalidInput, naming the record, for one that is not this scope's own or cannot be stored;
        then nothing was changed.
        """
        self.governance.need(Right.WRITE)
        by = given.name(by, "`by`")
        into = replace(self._import(), by=by, told=told or (lambda _: None))
        places = [(f"record {place}", record) for place, record in enumerate(records, 1)]
        found = into.all(lambda: iter(places), by)
        self._reembedder.sources.reembedded()
        return found

    # -- shared

    def _import(self) -> "Import":
        from memwell.kernel.importing import Import

        embedder, now = self._reembedder.embedder, self._clock.now()
        return Import(self.store, self.blobs, self.scope, embedder, self._privacy, now)
