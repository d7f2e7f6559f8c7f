"""The only writer: ops become versions, links and journal lines, in one transaction.

Strategies propose, the kernel disposes: it checks scope and lifecycle, completes provenance,
stamps times and versions, and drops what it cannot apply, with the reason.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from memwell.core.access import Right, Sensitivity
from memwell.core.cube import MemCube, Source
from memwell.core.errors import IllegalTransition
from memwell.core.identity import derive
from memwell.core.interval import Interval
from memwell.core.job import Claim
from memwell.core.lifecycle import State, move
from memwell.core.model import Embedder
from memwell.core.op import Add, Delete, Link, Noop, Op, Update
from memwell.core.payload import Text
from memwell.core.receipt import Applied, Receipt
from memwell.core.scope import Scope
from memwell.core.store import Batch, Put, Store
from memwell.index.keys import keys
from memwell.kernel.record import embedded


@dataclass
class Plan:
    """What a list of ops would change; nothing is written yet."""

    store: Store
    scope: Scope
    now: datetime
    by: str
    cause: str | None = None  # the event that led to it
    batch_id: str = ""  # ids of new cubes derive from the cause, or else from this
    erasures: int | None = None  # how many there were before the strategy began to read
    action: str = "apply"  # what the audit log calls it
    claim: Claim | None = None  # the job that this ends
    cubes: dict[str, list[MemCube]] = field(default_factory=dict)  # new versions by id
    links: list[Link] = field(default_factory=list)
    cut: list[Link] = field(default_factory=list)
    applied: list[Applied] = field(default_factory=list)
    dropped: list[Applied] = field(default_factory=list)

    def propose(self, ops: Iterable[Op]) -> "Plan":
        if self.cause and not self.store.events([self.cause]):
            ops = [Noop("the event it rests on was forgotten")]
        for place, op in enumerate(ops):
            try:
                self._take(op, place)
            except _Refused as refusal:
                id = getattr(op, "id", None)
                self.dropped.append(Applied(_name(op), id, None, str(refusal)))
        return self

    def again(self, batch_id: str) -> "Plan":
        """An empty plan of the same kind, to be filled from what is there now."""
        return replace(self, batch_id=batch_id, cubes={}, links=[], cut=[], applied=[], dropped=[])

    def restore(self, id: str, to: MemCube | None, why: str) -> None:
        """Back to an earlier version, or to not being there.

        This is no move forward in a life, so only what is frozen refuses.
        """
        old = self._current(id)
        if old is None or old == to:
            return
        if old.state is State.FROZEN:
            self.dropped.append(Applied("restore", id, None, "it is frozen; thaw it first"))
            return
        new = replace(
            to or replace(old, state=State.EXPIRED),
            version=old.version + 1,
            known=Interval(max(self.now, old.known.start or self.now)),
        )
        self._put(new, "restore", why)

    def relink(self, made: Iterable[Link], ended: Iterable[Link], why: str) -> None:
        """Edges as they were: those that were made end, those that ended are held again."""
        for link in made:
            self.cut.append(link)
            self.applied.append(Applied("unlink", link.src, None, why, link.relation))
        for link in ended:
            self.links.append(link)
            self.applied.append(Applied("link", link.src, None, why, link.relation))

    def batch(self, embedder: Embedder | None, receipt: Receipt | None = None) -> Batch:
        """The plan as one batch; new words are embedded here, before any lock is taken."""
        versions = [cube for cubes in self.cubes.values() for cube in cubes]
        worded = [cube for cube in versions if self._has_new_words(cube)]
        embedding = embedded(worded, embedder)
        found_by = {
            (cube.id, cube.version): keys(cube, embedding, place)
            for place, cube in enumerate(worded)
        }
        return Batch(
            id=self.cause or self.batch_id,
            at=self.now,
            puts=tuple(Put(cube, found_by.get((cube.id, cube.version))) for cube in versions),
            links=tuple(self.links),
            cut=tuple(self.cut),
            entries=tuple(self.applied + self.dropped),
            by=self.by,
            action=self.action,
            cause=self.cause,
            receipt=receipt,
            claim=self.claim,
            fingerprint=embedder.fingerprint if embedder else None,
            erasures=self.erasures,
        )

    def _take(self, op: Op, place: int) -> None:
        match op:
            case Add():
                self._add(op, place)
            case Update():
                self._update(op)
            case Delete(id, why):
                self._update(Update(id, why, state=State.EXPIRED), name="delete")
            case Link():
                self._link(op)
            case Noop(why, id):
                self.dropped.append(Applied("noop", id, None, why))

    def _add(self, op: Add, place: int) -> None:
        draft = op.draft
        id = op.id or derive(self.cause or self.batch_id, self.by, place)
        if self._current(id):
            raise _Refused("it is there already")
        origins = self._origins(draft.parents, draft.events)
        cube = MemCube(
            id=id,
            version=1,
            payload=draft.payload,
            scope=self.scope.within(session=draft.session),
            source=self._source(draft.parents, draft.events),
            valid=draft.valid,
            known=Interval(self.now),
            labels=dict(draft.labels),
            keys=draft.keys,
            until=_earliest(draft.until, *(cube.until for cube in origins)),
            sensitivity=_highest(draft.sensitivity, origins),
        )
        self._put(cube, "add", op.why)

    def _update(self, op: Update, name: str = "update") -> None:
        old = self._current(op.id)
        if old is None or not self._may(Right.WRITE, op.id):
            raise _Refused("there is no such memory in this scope, or no right to change it")
        if op.version is not None and op.version != old.version:
            raise _Refused(f"it was read at version {op.version} and is at {old.version} now")
        new = replace(
            old,
            version=old.version + 1,
            state=self._moved(old, op.state),
            payload=old.payload if op.payload is None else op.payload,
            valid=old.valid if op.valid is None else op.valid,
            labels=old.labels if op.labels is None else dict(op.labels),
            keys=old.keys if op.keys is None else op.keys,
            sensitivity=old.sensitivity if op.sensitivity is None else op.sensitivity,
            known=Interval(max(self.now, old.known.start or self.now)),  # clocks may go back
            source=replace(old.source, by=self.by, events=_union(old.source.events, op.events)),
        )
        self._put(new, name, op.why)

    def _moved(self, old: MemCube, state: State | None) -> State:
        try:
            return move(old.id, old.state, state or old.state)
        except IllegalTransition as error:
            raise _Refused(str(error)) from error

    def _link(self, link: Link) -> None:
        for end in (link.src, link.dst):
            if self._current(end) is None or not self._may(Right.READ, end):
                raise _Refused(f"one end, {end}, is not a memory in this scope")
        self.links.append(link)
        self.applied.append(
            Applied("link", link.src, None, link.why, f"{link.relation} {link.dst}")
        )

    def _put(self, cube: MemCube, name: str, why: str) -> None:
        self.cubes.setdefault(cube.id, []).append(cube)
        self.applied.append(Applied(name, cube.id, cube.version, why, cube.text))

    def _current(self, id: str) -> MemCube | None:
        planned = self.cubes.get(id)
        return planned[-1] if planned else self.store.get(id)

    def _may(self, right: Right, id: str) -> bool:
        """What this very plan adds is its own."""
        return id in self.cubes or bool(self.store.permitted([id], self.scope, right))

    def _origins(self, parents: tuple[str, ...], events: tuple[str, ...]) -> list[MemCube]:
        """What a memory is made of: its parents, or else the turns of its events."""
        ids = parents or self.store.resting_on(events or ((self.cause,) if self.cause else ()))
        found = [cube for id in ids if (cube := self._current(id))]
        return found if parents else [cube for cube in found if "turn" in cube.labels]

    def _source(self, parents: tuple[str, ...], events: tuple[str, ...]) -> Source:
        """Provenance is completed down to raw events; trust is the least of the sources'."""
        found = [cube for parent in parents if (cube := self._current(parent))]
        inherited = tuple(event for cube in found for event in cube.source.events)
        own = events or ((self.cause,) if self.cause and not inherited else ())
        trust = min((cube.source.trust for cube in found), default=1.0)
        return Source(self.by, _union(own, inherited), parents, trust)

    def _has_new_words(self, cube: MemCube) -> bool:
        if not isinstance(cube.payload, Text):
            return False
        before = self.store.get(cube.id) if cube.version > 1 else None
        return before is None or (before.payload, before.keys) != (cube.payload, cube.keys)


class _Refused(Exception):
    """The op cannot be applied; its text is the reason given in the receipt."""


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment), default=None)


def _highest(own: Sensitivity, origins: list[MemCube]) -> Sensitivity:
    """What is made of nothing that is known is internal."""
    inherited = max((cube.sensitivity for cube in origins), default=Sensitivity.INTERNAL)
    return max(own, inherited)


def _name(op: Op) -> str:
    return type(op).__name__.lower()


def _union(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))
