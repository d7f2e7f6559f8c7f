"""What a file may bring into a memory: nothing that reaches outside the reader's scope.

An import is not trusted: a crafted file must not replace, link or claim another user's memory, and
must not hold what the store would refuse when half of the file is written.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from memwell.core.access import Grant
from memwell.core.cube import MemCube
from memwell.core.errors import InvalidInput
from memwell.core.message import Event
from memwell.core.op import Link
from memwell.core.receipt import Receipt
from memwell.core.scope import Scope
from memwell.core.store import Store
from memwell.kernel.archive import Blob, Record, blob_of

LARGEST = 2**63  # integers beyond it cannot be stored
HALF = re.compile("[\\ud800-\\udfff]")  # of a character that was cut


@dataclass
class Guard:
    """Checks the records of one file in their order."""

    store: Store
    scope: Scope
    versions: dict[str, int] = field(default_factory=dict)  # the last one seen of every cube
    events: set[str] = field(default_factory=set)  # seen in the file
    own: set[str] = field(default_factory=set)  # events known to be nobody else's
    blobs: set[str] = field(default_factory=set)  # seen in the file
    edges: set[tuple[str, str, str]] = field(default_factory=set)  # links seen in the file
    single: set[tuple[str, str]] = field(default_factory=set)  # receipts and grants seen

    def check(self, record: Record) -> None:
        """Raises InvalidInput, saying what is wrong with the record."""
        if not isinstance(record, Blob) and not _storable(asdict(record)):
            raise InvalidInput(
                "it holds a time without zone, half a character, or a boundless number"
            )
        match record:
            case Event():
                self._event(record)
            case MemCube():
                self._cube(record)
            case Link(src, dst, relation):
                self._end(src)
                self._end(dst)
                if (src, dst, relation) in self.edges:
                    raise InvalidInput(f"the link {relation} of {src} to {dst} is there twice")
                self.edges.add((src, dst, relation))
            case Receipt():
                self._receipt(record)
            case Grant(id, on=on):
                self._inside(on)
                self._once("grant", id)
            case Blob(name):
                if name in self.blobs:
                    raise InvalidInput(f"the blob {name} is there twice")
                self.blobs.add(name)

    def _event(self, event: Event) -> None:
        self._inside(event.scope)
        self._own_events([event.id])
        if event.id in self.events:
            raise InvalidInput(f"event {event.id} is there twice")
        self.events.add(event.id)

    def _receipt(self, receipt: Receipt) -> None:
        self._once("receipt", receipt.id)
        if not {receipt.id, *receipt.events} <= self.events:
            raise InvalidInput(f"receipt {receipt.id} is of an event that is not above")

    def _once(self, kind: str, id: str) -> None:
        if (kind, id) in self.single:
            raise InvalidInput(f"{kind} {id} is there twice")
        self.single.add((kind, id))

    def _cube(self, cube: MemCube) -> None:
        self._inside(cube.scope)
        if (name := blob_of(cube)) and name not in self.blobs:
            raise InvalidInput(f"it names the blob {name[:12]}…, which is not above")
        stored = self._own_versions(cube.id)
        seen = self.versions.get(cube.id, 0)
        if not seen < cube.version <= max(seen, stored) + 1 or cube.known.start is None:
            raise InvalidInput(f"version {cube.version} of cube {cube.id} does not follow")
        self.versions[cube.id] = cube.version
        self._own_events(cube.source.events)
        for parent in cube.source.parents:
            self._own_versions(parent)

    def _end(self, id: str) -> None:
        if id not in self.versions and not self._own_versions(id):
            raise InvalidInput(f"it links {id}, which is neither above nor in this memory")

    def _inside(self, scope: Scope) -> None:
        if not self.scope.covers(scope):
            raise InvalidInput(
                f"it belongs to {scope.named()}, which is outside this memory's scope "
                f"{self.scope.named()}; open the memory with that scope"
            )

    def _own_events(self, ids: Iterable[str]) -> None:
        """What is not stored here may be named: it was forgotten, or comes with the file."""
        unknown = [id for id in ids if id not in self.own]
        for event in self.store.events(unknown):
            if not self.scope.covers(event.scope):
                raise InvalidInput(f"event {event.id} is not this memory's own")
        self.own.update(unknown)

    def _own_versions(self, id: str) -> int:
        """How many versions of a cube are stored here, none of them anybody else's.

        Another branch counts too: what is forgotten later is forgotten by its id.
        """
        if not all(self.scope.covers(version.scope) for version in self.store.everywhere(id)):
            raise InvalidInput(f"cube {id} is not this memory's own")
        stored = self.store.history(id)
        return stored[-1].version if stored else 0


def _storable(value: Any) -> bool:
    if isinstance(value, Mapping):
        value = (*value, *value.values())
    match value:
        case datetime():
            return value.tzinfo is not None
        case int():
            return -LARGEST <= value < LARGEST
        case float():
            return math.isfinite(value)
        case str():
            return HALF.search(value) is None
        case list() | tuple() | frozenset():
            return all(map(_storable, value))
    return True
