"""The default store: one SQLite file in WAL mode, durable when acknowledged."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

from memwell.core.access import Sensitivity
from memwell.core.branch import MAIN
from memwell.core.governance import Copy
from memwell.core.scope import Scope
from memwell.core.store import Leftover
from memwell.store import durable, scrub, snapshot
from memwell.store.connection import Connections
from memwell.store.counts import Counts, counted
from memwell.store.driver import Driver, Plain
from memwell.store.problems import reported
from memwell.store.reporting import reporting
from memwell.store.schema import migrate
from memwell.store.sql import SQLStore


@reporting
class SQLiteStore(SQLStore):
    """Implements core.store.Store on one file; safe to share between threads and processes.

    A file that may not be written to is read as it is. Raises NotFound when there is no such
    branch, and StoreErrors: ReadOnly, DiskFull, Damaged, MigrationError.
    """

    def __init__(
        self,
        path: Path,
        driver: Driver | None = None,
        *,
        branch: str = MAIN,
        clearance: Sensitivity = Sensitivity.SECRET,
        actor: Scope | None = None,
    ) -> None:
        self.path, self._borrowed = path, False
        self._driver: Driver = driver or Plain()
        with reported(path, f"cannot open {path}"):
            durable.make(path.parent)
            self.files = Connections(path, self._driver)
            self.connections = self.files
            try:
                migrate(self.files.get(), read_only=self.files.read_only)
                self._show(actor or Scope(), branch, clearance)
            except BaseException:
                self.files.close()
                raise

    @contextmanager
    def noted_moment(self, copy: Copy) -> Iterator[tuple[sqlite3.Connection, int]]:
        """A reader of the database as it is now, and the journal's last number in it.

        The copy that is to be made is noted with that very number: nobody writes in between.
        """
        with ExitStack() as held:
            with nullcontext() if self.read_only else self.alone():
                reader = held.enter_context(snapshot.held(self.files))
                journal = self.sequence()
                if not self.read_only:
                    self.governance.copied(replace(copy, journal=journal))
            yield reader, journal

    def scrub(self, leftover: Leftover, patience: float) -> bool:
        if leftover.blobs:
            with self.files.transaction() as connection:
                scrub.strike(connection, leftover, blobs_only=True)
        emptied = scrub.empty_log(self.files.get(), patience)
        if emptied:
            with self.files.transaction() as connection:
                scrub.strike(connection, leftover, blobs_only=False)
        return emptied

    def rewrite(self, patience: float = 1.0) -> bool:
        """Write the whole database anew, without what pages hold beside their rows.

        False when a reader keeps the old pages for longer than the patience.
        """
        self.files.get().execute("VACUUM")
        return scrub.empty_log(self.files.get(), patience)

    def counts(self, scope: Scope) -> Counts:
        """Read beside the store, without disturbing it."""
        with closing(self._driver.connect(self.path, mode="ro")) as reader:
            return counted(reader, scope, self._sight)
