"""Import: an export file becomes memories again, whole or not at all, and the reader's own only.

What other programs kept comes the same way, once it is written as events, versions and links.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from memwell.core.access import Grant, Right
from memwell.core.cube import MemCube
from memwell.core.errors import InvalidInput
from memwell.core.identity import derive
from memwell.core.message import Event
from memwell.core.model import Embedder
from memwell.core.op import Link
from memwell.core.payload import Text
from memwell.core.receipt import Applied, Receipt
from memwell.core.scope import Scope
from memwell.core.store import Batch, Put, Store
from memwell.index.keys import keys
from memwell.kernel import screening
from memwell.kernel.archive import Blob, Manifest, Record
from memwell.kernel.checksum import Given
from memwell.kernel.import_guard import Guard
from memwell.kernel.privacy import Privacy
from memwell.kernel.record import digest, embedded
from memwell.kernel.unarchive import records
from memwell.store.blobs import Blobs

BY = "memwell:import"
GATHER = 256  # records imported in one transaction

Placed = tuple[str, Record]  # where it stood, for whoever has to be told of it


@dataclass
class Import:
    """Takes records into a memory."""

    store: Store
    blobs: Blobs
    scope: Scope
    embedder: Embedder | None
    privacy: Privacy
    now: datetime
    by: str = BY
    grants: frozenset[Right] = frozenset()  # of those in the file, what may be given
    told: Callable[[int], None] = lambda _: None  # hears of records that were worked on
    names: dict[str, str] = field(default_factory=dict)  # of blobs, as this memory calls them

    def file(self, path: Path, key: Given | None = None) -> Manifest:
        """What an export holds and is not there yet.

        Raises InvalidInput, naming the line, before anything is written: it is read twice.
        """
        return self.all(lambda: records(path, key), str(path))

    def all(self, source: Callable[[], Iterator[Placed]], name: str) -> Manifest:
        """The same for records from anywhere, which can be gone through twice."""
        guard = Guard(self.store, self.scope)
        for place, record in source():
            try:
                guard.check(record)
                screening.imported(self.privacy, record)
                self._may_give(record)
            except InvalidInput as error:
                raise InvalidInput(f"{name}, {place}: {error}") from error
        screened = (screening.imported(self.privacy, record) for _, record in source())
        return sum(map(self._group, _groups(screened)), Manifest())

    def _group(self, found: list[tuple[Record, int]]) -> Manifest:
        noticed = sum(count for _, count in found)
        done = replace(self._import([record for record, _ in found]), noticed=noticed)
        self.told(len(found))
        return done

    def _import(self, group: list[Record]) -> Manifest:
        events = [record for record in group if isinstance(record, Event)]
        there = {event.id for event in self.store.events(event.id for event in events)}
        new_events = [event for event in events if event.id not in there]
        blobs = [self._kept(each) for each in group if isinstance(each, Blob)]
        cubes = [record for record in group if isinstance(record, MemCube)]
        new_cubes = [self._named(cube) for cube in cubes if not self._has(cube)]
        links = [record for record in group if isinstance(record, Link)]
        new_links = [link for link in links if link not in self.store.links(link.src)]
        if new_events or new_cubes or new_links:
            self.store.commit(
                *(self._event_batch(event) for event in new_events),
                self._cube_batch(new_cubes, new_links),
            )
        receipts = self._receipts(each for each in group if isinstance(each, Receipt))
        grants, withheld = self._grants([each for each in group if isinstance(each, Grant)])
        new = len(new_events) + len(new_cubes) + len(new_links) + sum(blobs) + receipts + grants
        return Manifest(
            len(new_events), len(new_cubes), len(new_links), len(group) - new - withheld,
            0, receipts, sum(blobs), grants, withheld,
        )  # fmt: skip

    def _has(self, cube: MemCube) -> bool:
        return any(known.version == cube.version for known in self.store.history(cube.id))

    def _kept(self, blob: Blob) -> bool:
        """Written before what names it; False when it was there."""
        there = self.blobs.holds(blob.content)
        self.names[blob.name] = self.blobs.write(blob.content)
        return not there

    def _named(self, cube: MemCube) -> MemCube:
        """As this memory calls the blob: an encrypted one has names of its own."""
        payload = cube.payload
        if isinstance(payload, Text):
            return cube
        return replace(cube, payload=replace(payload, blob=self.names[payload.blob]))

    def _receipts(self, receipts: Iterable[Receipt]) -> int:
        new = [each for each in receipts if self.store.receipt(each.id) is None]
        for receipt in new:
            self.store.save_receipt(receipt)
        return len(new)

    def _grants(self, grants: list[Grant]) -> tuple[int, int]:
        """How many were given anew, and how many left out as nobody asked for them."""
        if not self.grants:
            return 0, len(grants)
        there = {grant.id for grant in self.store.governance.grants(self.scope.tenant)}
        new = [grant for grant in grants if grant.id not in there]
        for grant in new:
            self.store.governance.grant(grant, self.now)
        return len(new), 0

    def _may_give(self, record: Record) -> None:
        """Nobody gives a right that was not given to them. Raises InvalidInput."""
        if isinstance(record, Grant) and self.grants and not record.rights <= self.grants:
            held = ", ".join(sorted(self.grants))
            raise InvalidInput(f"it grants more than the right to {held}, which is all you have")

    def _event_batch(self, event: Event) -> Batch:
        return Batch(
            event.id,
            max(self.now, event.recorded),
            event=event,
            digest=digest(event.scope, event.at, event.messages),
            by=self.by,
            cause=event.id,
        )

    def _cube_batch(self, cubes: list[MemCube], links: list[Link]) -> Batch:
        embedding = embedded(cubes, self.embedder)
        starts = [cube.known.start for cube in cubes if cube.known.start]
        return Batch(
            derive("import", *(f"{cube.id}.{cube.version}" for cube in cubes)),
            max([self.now, *starts]),
            puts=tuple(Put(cube, keys(cube, embedding, place)) for place, cube in enumerate(cubes)),
            links=tuple(links),
            entries=tuple(Applied("import", cube.id, cube.version, "imported") for cube in cubes),
            by=self.by,
            fingerprint=self.embedder.fingerprint if self.embedder else None,
        )


def _groups(found: Iterator[tuple[Record, int]]) -> Iterator[list[tuple[Record, int]]]:
    while group := list(islice(found, GATHER)):
        yield group
