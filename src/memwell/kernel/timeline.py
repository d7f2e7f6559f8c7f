"""Time travel: undo what was done, go back, compare. Nothing is erased; each is one more change.

A point of the timeline is a moment, a journal sequence number, or the id of a receipt: the state
when that had just been done.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from memwell.core.access import Right
from memwell.core.clock import Clock
from memwell.core.cube import MemCube
from memwell.core.errors import IllegalTransition, InvalidInput, NotFound
from memwell.core.lifecycle import State
from memwell.core.receipt import Applied, Receipt
from memwell.core.scope import Scope
from memwell.core.store import Entry, Store
from memwell.kernel import given
from memwell.kernel.apply import Plan
from memwell.kernel.writer import Writer

Point = datetime | int | str
BY = "memwell:timeline"


class Kind(StrEnum):
    """What became of a memory between two points."""

    ADDED = "added"
    CHANGED = "changed"
    GONE = "gone"  # expired, or never there on the other side


@dataclass(frozen=True, slots=True)
class Change:
    """One memory at two points of the timeline; None where it was not there."""

    id: str
    kind: Kind
    before: MemCube | None
    after: MemCube | None


class Timeline:
    """One scope's past, in one branch."""

    def __init__(self, store: Store, writer: Writer, scope: Scope, clock: Clock) -> None:
        self._store, self._writer, self._scope, self._clock = store, writer, scope, clock

    def undo(self, batch: str, *, dry_run: bool = False) -> Receipt:
        """Take back what one receipt says was done, refinement included.

        A memory that is no longer as it was left then is left alone, with the reason. Raises
        NotFound, and IllegalTransition for what was forgotten.
        """
        done = self._store.batch(given.ident(batch))
        if any(entry.applied.op == "forget" for entry in done):
            raise IllegalTransition("what was forgotten is gone for good and cannot come back")
        entries = self._own(done)
        if not entries:
            raise NotFound(f"there is no change {batch} in this scope; receipts show the ids")
        made, ended = self._store.links_of(batch)

        def fill(plan: Plan) -> None:
            for id, written in _spans(entries):
                self._take_back(plan, id, written, f"undoes {batch}")
            plan.relink(made, ended, f"undoes {batch}")

        receipt = self._writer.carry_out(self._plan("undo"), fill, dry_run=dry_run)
        if not receipt.applied and not receipt.dropped:
            raise NotFound(f"nothing that {batch} changed is left in this branch")
        return receipt

    def rollback(self, to: Point, *, dry_run: bool = False) -> Receipt:
        """Bring everything in scope back to how it stood. Itself a change that can be undone."""
        sequence = self.sequence(to)
        made, ended = self._store.links_after(sequence, self._scope)
        why = f"rolled back to {to}"

        def fill(plan: Plan) -> None:
            for id in self._store.changed(sequence, self._scope):
                before, now = self._store.as_at(id, sequence), self._store.get(id)
                if now and not _same(before, now):
                    plan.restore(id, before, why)
            plan.relink(made, ended, why)

        return self._writer.carry_out(self._plan("rollback"), fill, dry_run=dry_run)

    def diff(self, since: Point, until: Point | None = None) -> list[Change]:
        """What changed in scope between two points, the second one being now by default."""
        start = self.sequence(since)
        end = self._store.sequence() if until is None else self.sequence(until)
        ids = self._store.changed(min(start, end), self._scope)
        found = ((id, self._store.as_at(id, start), self._store.as_at(id, end)) for id in ids)
        return list(changes(found))

    def against(self, other: Store) -> list[Change]:
        """What differs in another branch: from how things stand here to how they stand there."""
        ids = {
            id: None
            for store in (self._store, other)
            for id in store.resolve("", self._scope, None)
        }
        return list(changes((id, self._store.get(id), other.get(id)) for id in ids))

    def sequence(self, point: Point) -> int:
        """The journal's sequence number at a point.

        Raises NotFound for an unknown receipt, and InvalidInput for what is no point.
        """
        match point:
            case int() if not isinstance(point, bool):
                return min(max(point, 0), self._store.sequence())
            case datetime():
                return self._store.sequence_at(given.moment(point, "the point") or point)
            case str():
                point = given.ident(point)
            case _:
                raise InvalidInput(
                    "a point is a moment, a journal number or a receipt's id, "
                    f"not a {type(point).__name__}"
                )
        done = self._store.batch(point)
        if not self._own(done):
            raise NotFound(f"there is no change {point} in this scope; receipts show the ids")
        return max(entry.seq for entry in done)  # its versions are born with its last line

    def _plan(self, action: str) -> Plan:
        return Plan(self._store, self._scope, self._clock.now(), BY, None, "", None, action)

    def _own(self, entries: list[Entry]) -> list[Entry]:
        """The lines that tell of memories in scope, or of an event of it."""
        ids = {entry.applied.id for entry in entries if entry.applied.id}
        mine = self._store.permitted(ids, self._scope, Right.WRITE)
        events = {event.id for event in self._store.events(ids, self._scope)}
        return [entry for entry in entries if entry.applied.id in mine | events]

    def _take_back(self, plan: Plan, id: str, written: list[int], why: str) -> None:
        current, first, last = self._store.get(id), min(written), max(written)
        if len(set(written)) <= last - first:
            plan.dropped.append(Applied("undo", id, last, "it was changed by others in between"))
            return
        versions = {cube.version: cube for cube in self._store.history(id)}
        left = versions.get(last)
        if current is None or left is None or _told(current) != _told(left):
            told = f"it is at version {current.version} by now" if current else "it is not there"
            plan.dropped.append(Applied("undo", id, last, f"{told}; undo what came later first"))
            return
        before = versions.get(first - 1)
        if before is None and first > 1:
            plan.dropped.append(Applied("undo", id, last, "what it was is beyond the clearance"))
            return
        plan.restore(id, before, why, thaw=True)


def changes(found: Iterator[tuple[str, MemCube | None, MemCube | None]]) -> Iterator[Change]:
    """Those that differ; a memory that has expired counts as not there."""
    for id, first, second in found:
        before, after = _alive(first), _alive(second)
        if before and after and not _same(before, after):
            yield Change(id, Kind.CHANGED, before, after)
        elif before and not after:
            yield Change(id, Kind.GONE, before, None)
        elif after and not before:
            yield Change(id, Kind.ADDED, None, after)


def _alive(cube: MemCube | None) -> MemCube | None:
    return cube if cube and cube.state is not State.EXPIRED else None


def _same(first: MemCube | None, second: MemCube | None) -> bool:
    """The same content, whatever its version is called."""
    return _content(first) == _content(second)


def _content(cube: MemCube | None) -> tuple[object, ...] | None:
    return None if cube is None or cube.state is State.EXPIRED else _told(cube)


def _told(cube: MemCube) -> tuple[object, ...]:
    return (cube.payload, cube.state, cube.valid, dict(cube.labels), cube.keys, cube.sensitivity)


def _spans(entries: list[Entry]) -> Iterator[tuple[str, list[int]]]:
    """For every cube the batch wrote: its id and the versions."""
    versions: dict[str, list[int]] = {}
    for entry in entries:
        if entry.applied.id and entry.applied.version is not None:
            versions.setdefault(entry.applied.id, []).append(entry.applied.version)
    yield from reversed(versions.items())
