"""The store protocol: one transaction per batch, every version kept, every read at a moment."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
import numpy.typing as npt

from memwell.core.access import Right, Sensitivity
from memwell.core.apikey import ApiKeys
from memwell.core.branch import Branch
from memwell.core.cube import MemCube
from memwell.core.evidence import Evidence, Ints, Ragged
from memwell.core.filter import Filter
from memwell.core.governance import Governance
from memwell.core.job import Claim, Jobs
from memwell.core.lifecycle import State
from memwell.core.message import Event
from memwell.core.model import Floats, TokenStates
from memwell.core.op import Link
from memwell.core.receipt import Applied, Receipt
from memwell.core.records import Records
from memwell.core.scope import Scope
from memwell.core.view import NOW, Moment

Terms = npt.NDArray[np.uint32]


@dataclass(frozen=True, eq=False, slots=True)
class Keys:
    """What a version can be found by; written in the same transaction as the version."""

    terms: Terms  # analysed words in order, hashed to 32 bits
    vector: Floats | None = None  # [width], unit length
    tokens: TokenStates | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Put:
    """A new version of a cube; it closes the one before, whose keys serve on if none are given."""

    cube: MemCube
    keys: Keys | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Batch:
    """Everything one call changes; it becomes durable as a whole or not at all."""

    id: str
    at: datetime
    event: Event | None = None
    digest: str | None = None  # of the event's scope and messages
    puts: tuple[Put, ...] = ()
    links: tuple[Link, ...] = ()
    cut: tuple[Link, ...] = ()  # edges to be ended
    entries: tuple[Applied, ...] = ()  # one journal entry per op, those left alone included
    by: str = "memwell"
    action: str = "apply"  # what the caller did, for the audit log
    cause: str | None = None  # the event that led to it
    receipt: Receipt | None = None
    lease: datetime | None = (
        None  # until when the writer itself refines the event; None: anybody may
    )
    claim: Claim | None = None  # the job this ends; what its receipt says is added to the one kept
    fingerprint: str | None = None  # the embedder of the vectors in puts
    erasures: int | None = None  # how many there were when what it derives from was read


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal."""

    seq: int
    batch: str
    at: datetime
    by: str
    cause: str | None
    applied: Applied


@dataclass(frozen=True, slots=True)
class Leftover:
    """What erasures have left on disk beside the database: old pages in its log, and tensors."""

    erasures: int  # how many there had been when it was noted
    blobs: tuple[str, ...]  # digests that no cube names any more: to be dropped


class Store(Protocol):
    """Keeps events, cube versions, links, the journal, and what they are found by.

    A handle shows one branch, as far as its clearance goes. Reads that name a reader's scope show
    what that reader owns or was granted.
    """

    @property
    def governance(self) -> Governance: ...

    @property
    def jobs(self) -> Jobs: ...

    @property
    def keys(self) -> ApiKeys: ...

    @property
    def records(self) -> Records: ...

    @property
    def sight(self) -> Hashable:
        """Equal for handles that show the same: the branch, which is never another, and so much."""
        ...

    def acting(self, actor: Scope, branch: str, clearance: Sensitivity) -> "Store":
        """A handle for somebody else, who shares what is open; closing it closes nothing.

        Raises NotFound when there is no such branch.
        """
        ...

    def commit(self, *batches: Batch) -> int:
        """Write the batches in one transaction and return the journal's last sequence number.

        Raises Conflict when a cube is no longer at the version before the one put, and when
        something was erased since a batch's sources were read: it may hold the words. Raises
        LeaseLost when a batch's claim holds no more.
        """
        ...

    def sequence(self) -> int:
        """The journal's last sequence number; it grows with every change."""
        ...

    def erasures(self) -> int:
        """How often something was erased; what was cached before the last time is void."""
        ...

    def get(self, id: str, moment: Moment = NOW) -> MemCube | None: ...

    def of_rows(self, rows: Ints) -> dict[int, MemCube]:
        """Cubes by the row of their version."""
        ...

    def resolve(self, prefix: str, scope: Scope, right: Right | None = Right.READ) -> list[str]:
        """Ids that start with the prefix and that the scope has this right on.

        Without a right: those that are the scope's own.
        """
        ...

    def permitted(self, ids: Iterable[str], scope: Scope, right: Right) -> set[str]:
        """Those of the cubes that the scope has this right on."""
        ...

    def scan(
        self,
        scope: Scope,
        states: frozenset[State],
        moment: Moment = NOW,
        where: Filter | None = None,
    ) -> Iterator[MemCube]: ...

    def owners(self, scope: Scope) -> list[Scope]:
        """The users and agents within a scope that have searchable memories of their own."""
        ...

    def history(self, id: str) -> list[MemCube]: ...

    def everywhere(self, id: str) -> list[MemCube]:
        """All versions in all branches."""
        ...

    def derived(self, ids: Iterable[str]) -> list[str]:
        """Ids of all cubes that have one of these as parent, in any version."""
        ...

    def resting_on(self, events: Iterable[str]) -> list[str]:
        """Ids of all cubes that rest on one of these events, in any version."""
        ...

    def links(self, id: str, moment: Moment = NOW) -> list[Link]: ...

    def due(self, now: datetime) -> list[tuple[str, Scope]]:
        """Cubes whose time to live has ended, and whose they are."""
        ...

    def events(self, ids: Iterable[str], reader: Scope | None = None) -> list[Event]:
        """Events by id; those a reader may read as a whole, where one is named."""
        ...

    def all_events(self, scope: Scope) -> Iterator[Event]:
        """The scope's own events."""
        ...

    # -- time travel

    def branches(self) -> list[Branch]: ...

    def branch(self, name: str, forked: int, at: datetime) -> None:
        """Make a branch of this one, sharing it up to a journal sequence. Raises InvalidInput."""
        ...

    def drop_branch(self, name: str, scope: Scope, at: datetime) -> None:
        """Erase a branch with all that it alone holds.

        Raises NotFound, InvalidInput, and Forbidden when some of that is not the scope's own.
        """
        ...

    def sequence_at(self, moment: datetime) -> int:
        """The journal's last sequence number at a moment."""
        ...

    def batch(self, id: str) -> list[Entry]:
        """The journal's lines of one batch; of versions, those written in this branch's line."""
        ...

    def links_of(self, batch: str) -> tuple[list[Link], list[Link]]:
        """Edges that a batch made and that are still held, and those that it ended."""
        ...

    def links_after(self, sequence: int, scope: Scope) -> tuple[list[Link], list[Link]]:
        """The scope's edges that were made since and are held, and those that ended since."""
        ...

    def changed(self, after: int, scope: Scope) -> list[str]:
        """The scope's cubes that have a version born since."""
        ...

    def as_at(self, id: str, sequence: int) -> MemCube | None:
        """How a cube stood when the journal was there; None before its first version."""
        ...

    # -- what searching reads, and the rest

    def journal(
        self, id: str | None = None, after: int = 0, until: int | None = None
    ) -> list[Entry]:
        """Lines after one journal sequence and up to another, in order; of one cube, or of all."""
        ...

    def count(self, scope: Scope, where: Filter | None = None) -> int:
        """Searchable cubes in scope."""
        ...

    def evidence(
        self,
        scope: Scope,
        moment: Moment,
        fingerprint: str | None,
        *,
        rows: Ints | None = None,
        after: int = 0,
        where: Filter | None = None,
    ) -> Evidence:
        """Columns of the searchable cubes in scope that fulfil the filter.

        Of those among the given rows, or of all those born after a journal sequence.
        """
        ...

    def tokens(self, fingerprint: str, entries: Ints) -> list[TokenStates | None]:
        """Token states kept under these search entries."""
        ...

    def died(self, after: int) -> Ints:
        """Rows closed after a journal sequence."""
        ...

    def vectors_of(self, fingerprint: str | None, entries: Ints) -> Floats:
        """Vectors [n, width] of search entries, zeros where there is none.

        The width is 0 where none of them has one.
        """
        ...

    def rows(self, scope: Scope, where: Filter | None = None) -> Ints:
        """Rows of the searchable cubes in scope, ascending."""
        ...

    def nearest(
        self,
        fingerprint: str,
        query: Floats,
        n: int,
        scope: Scope,
        moment: Moment,
        where: Filter | None = None,
    ) -> Ints | None:
        """Rows of the n searchable cubes in scope whose vectors are nearest, best first.

        None where the store has no index of its own: then whoever asks keeps one.
        """
        ...

    def served(
        self, scope: Scope, moment: Moment, where: Filter | None = None
    ) -> tuple[Ints, Ints]:
        """Entries of the searchable cubes in scope, ascending, and the row that each serves."""
        ...

    def terms_after(self, row: int, limit: int) -> tuple[Ints, Ragged]:
        """Search entries beyond a row, ascending, and the terms of each."""
        ...

    def vectors(self, fingerprint: str, after: int, limit: int) -> tuple[Ints, Ints, Floats]:
        """Vectors written after a place: places [m] ascending, rows [m], vectors [m, width]."""
        ...

    def session_codes(self, names: Iterable[str]) -> Ints:
        """Codes, as evidence has them, of all sessions with these names."""
        ...

    def in_scope(
        self, rows: Ints, scope: Scope, moment: Moment, where: Filter | None = None
    ) -> Ints:
        """Those of the rows that are searchable in scope at the moment, order kept."""
        ...

    def touch(self, uses: Sequence[tuple[str, datetime]]) -> None:
        """Note that cubes were used, and when; one transaction for all of them."""
        ...

    def receipt(self, id: str) -> Receipt | None: ...

    def save_receipt(self, receipt: Receipt) -> None: ...

    def unrefined(self) -> list[str]:
        """Events whose refinement has not ended."""
        ...

    def missing_vectors(self, fingerprint: str, limit: int) -> list[tuple[int, str]]:
        """Rows without a vector of this embedder, and the text to embed for each."""
        ...

    def add_vectors(
        self, fingerprint: str, rows: Ints, vectors: Floats, tokens: Sequence[TokenStates | None]
    ) -> None: ...

    def stored(self, digest: str) -> str | None:
        """The event that holds this very conversation, if there is one."""
        ...

    def get_meta(self, key: str) -> str | None: ...

    def set_meta(self, key: str, value: str) -> None: ...

    def forget(
        self, ids: Sequence[str], events: Sequence[str], rewritten: Sequence[Event], batch: Batch
    ) -> None:
        """Erase cubes in all versions with everything they are found by, and events.

        The rewritten events get their new messages. Reasons that may speak of any of it go too.
        What it leaves on disk is noted in the same transaction.
        """
        ...

    def alone(self) -> AbstractContextManager[None]:
        """While it lasts nobody else writes; what is written inside is written together."""
        ...

    def leftover(self) -> Leftover | None:
        """What erasures have left on disk; None when nothing of them is there any more."""
        ...

    def scrub(self, leftover: Leftover, patience: float) -> bool:
        """Empty the log of old pages, once the tensors are dropped, and strike out the note.

        False when a reader kept it from being emptied for that many seconds.
        """
        ...

    @property
    def read_only(self) -> bool:
        """True when it lies where this process may not write."""
        ...

    def close(self) -> None: ...
