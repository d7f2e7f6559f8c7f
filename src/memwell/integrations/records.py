"""Records: memories that a program puts under an address of its own, and overwrites there.

A record is one memory: its words can be searched like any other's, every change is a new version of
it, and what is dropped expires and comes back with the same id when it is put again. Its exact
value is kept beside the words, as a label.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from memwell.core.cube import MemCube
from memwell.core.errors import Conflict
from memwell.core.filter import Both, Compare, Filter, parsed
from memwell.core.identity import derive
from memwell.core.interval import Interval
from memwell.core.lifecycle import SEARCHABLE, State
from memwell.core.op import Add, Delete, Draft, Op, Update
from memwell.core.payload import Text
from memwell.core.receipt import Applied
from memwell.kernel.memory import Memory

KIND, OWNER, ADDRESS, VALUE = "record", "record_of", "address", "value"
ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class Put:
    """A record as it is to be; None as words drops it."""

    address: str
    words: str | None  # to be found by
    labels: Mapping[str, str]


class Records:
    """The records of one kind that belong to whom a memory is open for, and to nobody else."""

    def __init__(self, memory: Memory, kind: str) -> None:
        self.memory, self.kind = memory, kind

    @property
    def now(self) -> datetime:
        return self.memory.view().now

    def get(self, address: str) -> MemCube | None:
        return _alive(self.memory.view().get(self.id(address)))

    def scan(self, where: Mapping[str, Any] | None = None) -> Iterator[MemCube]:
        """All, the one that was changed last at the end."""
        return self.memory.view().only(self.only(where)).scan()

    def only(self, where: Mapping[str, Any] | None = None) -> Filter:
        """What a search among them is narrowed by."""
        mine = (
            Compare(KIND, "eq", self.kind),
            Compare(OWNER, "eq", self.memory.scope.owner),
        )
        wanted = parsed(where)
        return Both((*mine, wanted) if wanted else mine)

    def id(self, address: str) -> str:
        return derive("record", self.kind, self.memory.scope.owner, address)

    def put(self, puts: Sequence[Put], why: str) -> None:
        """All of them in one transaction, or none.

        Raises Conflict when others change the same records again and again, and when one of them
        is frozen.
        """
        for _ in range(ATTEMPTS):
            dropped = self._tried([op for put in puts if (op := self._op(put, why))])
            if not dropped:
                return
        raise Conflict(f"nothing was kept: {dropped[0].why}")

    def drop(self, cubes: Iterable[MemCube], why: str) -> None:
        """Let these expire; who was faster has done so already."""
        if ops := [Delete(cube.id, why) for cube in cubes]:
            self.memory.apply(ops, by=self.kind)

    def _tried(self, ops: Sequence[Op]) -> tuple[Applied, ...]:
        """What could not be done; then what could is taken back."""
        if not ops:
            return ()
        receipt = self.memory.apply(ops, by=self.kind)
        if receipt.dropped and receipt.applied:
            self.memory.undo(receipt.id)
        return receipt.dropped

    def _op(self, put: Put, why: str) -> Op | None:
        id = self.id(put.address)
        old = self.memory.view().get(id)
        if put.words is None:
            return Delete(id, why) if _alive(old) else None
        labels = {
            KIND: self.kind,
            OWNER: self.memory.scope.owner,
            ADDRESS: put.address,
            **put.labels,
        }
        words = Text(put.words)
        if old is None:
            return Add(Draft(words, valid=Interval(self.now), labels=labels), why, id)
        if _alive(old):
            return Update(id, why, payload=words, labels=labels)
        again = Interval(self.now)
        return Update(id, why, payload=words, labels=labels, valid=again, state=State.ACTIVATED)


def _alive(cube: MemCube | None) -> MemCube | None:
    return cube if cube and cube.state in SEARCHABLE else None
