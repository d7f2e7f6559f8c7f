"""The only writer: ops become versions, links and journal lines, in one transaction.

Strategies propose, the kernel disposes: it checks scope and lifecycle, completes provenance,
stamps times and versions, and drops what it cannot apply, with the reason.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from memwell.core.access import Right, Sensitivity
from memwell.core.cube import MemCube, Source
from memwell.core.errors import Conflict, IllegalTransition, InvalidInput
from memwell.core.identity import derive
from memwell.core.interval import Interval
from memwell.core.job import Claim
from memwell.core.lifecycle import State, move
from memwell.core.message import Event
from memwell.core.model import Embedder
from memwell.core.op import Add, Delete, Link, Noop, Op, Update
from memwell.core.payload import Text
from memwell.core.receipt import Applied, Receipt
from memwell.core.scope import Scope
from memwell.core.store import Batch, Put, Store
from memwell.core.trust import FULL, least, of_event
from memwell.index.keys import keys
from memwell.kernel.proposal import Refused, checked, op_id, op_name
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
    tokens: int = 0  # of a language model, that the ops cost
    cubes: dict[str, list[MemCube]] = field(default_factory=dict)  # new versions by id
    links: list[Link] = field(default_factory=list)
    cut: list[Link] = field(default_factory=list)
    applied: list[Applied] = field(default_factory=list)
    dropped: list[Applied] = field(default_factory=list)

    def propose(self, ops: Iterable[Op], first: int = 0) -> "Plan":
        """Take what can be applied; `first` is the place of the first op in the whole proposal.

        Raises Conflict when the event it all rests on is not there.
        """
        if self.cause and not self._own_event(self.cause):
            raise Conflict(f"there is no event {self.cause} in this scope (any more)")
        for place, op in enumerate(ops, first):
            try:
                self._take(op, place)
            except (Refused, InvalidInput) as refusal:
                self.dropped.append(Applied(op_name(op), op_id(op), None, str(refusal)))
        return self

    def within(self, scope: Scope) -> "Plan":
        """The same plan, for what concerns a narrower scope."""
        return replace(self, scope=scope)

    def again(self, batch_id: str) -> "Plan":
        """An empty plan of the same kind, to be filled from what is there now."""
        return replace(self, batch_id=batch_id, cubes={}, links=[], cut=[], applied=[], dropped=[])

    def restore(self, id: str, to: MemCube | None, why: str, *, thaw: bool = False) -> None:
        """Back to an earlier version, or to not being there.

        This is no move forward in a life, so only what is frozen refuses, unless it may thaw.
        """
        old = self._current(id)
        if old is None or old == to:
            return
        if old.state is State.FROZEN and not thaw:
            self.dropped.append(Applied("restore", id, None, "it is frozen; thaw it first"))
            return
        new = replace(
            to or replace(old, state=State.EXPIRED),
            version=old.version + 1,
            known=Interval(max(self.now, old.known.start or self.now)),
        )
        self._put(new, "restore", why)

    def relink(self, made: Iterable[Link], ended: Iterable[Link], why: str) -> None:
        """Edges as they were: those that were made end, those that ended are held again.

        Those that this scope could not have made are left alone.
        """
        for link in filter(self._may_link, made):
            self.cut.append(link)
            self.applied.append(Applied("unlink", link.src, None, why, link.relation))
        for link in filter(self._may_link, ended):
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
        match checked(op):
            case Add() as add:
                self._add(add, place)
            case Update() as update:
                self._update(update)
            case Delete(id, why):
                self._update(Update(id, why, state=State.EXPIRED), name="delete")
            case Link() as link:
                self._link(link)
            case Noop(why, id):
                self.dropped.append(Applied("noop", id, None, why))

    def _add(self, op: Add, place: int) -> None:
        draft = op.draft
        id = op.id or derive(self.cause or self.batch_id, self.by, place)
        if self._current(id) or not self._free(id):
            raise Refused("it is there already")
        self._check_sources(draft.parents, draft.events)
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
            until=_earliest(draft.until, *(origin.until for origin in origins)),
            sensitivity=_highest(draft.sensitivity, origins),
        )
        self._put(cube, "add", op.why)

    def _update(self, op: Update, name: str = "update") -> None:
        old = self._current(op.id)
        if old is None or not self._may(Right.WRITE, op.id):
            raise Refused("there is no such memory in this scope, or no right to change it")
        self._check_sources(op.parents, op.events)
        if op.version is not None and op.version != old.version:
            raise Refused(f"it was read at version {op.version} and is at {old.version} now")
        more = self._source(op.parents, op.events)
        _check_trust(old, more.trust)
        origins = self._origins(op.parents, ()) if op.parents else []
        level = old.sensitivity if op.sensitivity is None else op.sensitivity
        named = replace(old.source, by=self.by)  # the cause alone is no evidence of it
        new = replace(
            old,
            version=old.version + 1,
            state=self._moved(old, op.state),
            payload=old.payload if op.payload is None else op.payload,
            valid=old.valid if op.valid is None else op.valid,
            labels=old.labels if op.labels is None else dict(op.labels),
            keys=old.keys if op.keys is None else op.keys,
            until=_earliest(old.until, *(origin.until for origin in origins)),
            sensitivity=_highest(level, origins) if origins else level,
            known=Interval(max(self.now, old.known.start or self.now)),  # clocks may go back
            source=_grown(old.source, more) if op.parents or op.events else named,
        )
        self._put(new, name, op.why)

    def _moved(self, old: MemCube, state: State | None) -> State:
        try:
            return move(old.id, old.state, state or old.state)
        except IllegalTransition as error:
            raise Refused(str(error)) from error

    def _link(self, link: Link) -> None:
        for end in (link.src, link.dst):
            if self._current(end) is None or not self._may(Right.READ, end):
                raise Refused(f"one end, {end}, is not a memory in this scope")
        if not self._may_link(link):
            raise Refused(f"there is no right to change its source, {link.src}")
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

    def _may_link(self, link: Link) -> bool:
        """An edge belongs to its source."""
        return self._may(Right.WRITE, link.src) and self._may(Right.READ, link.dst)

    def _free(self, id: str) -> bool:
        """Whether no other scope has the id, in any branch: forgetting goes by ids."""
        return all(self.scope.covers(cube.scope) for cube in self.store.everywhere(id))

    def _own_event(self, id: str) -> bool:
        return any(self.scope.covers(event.scope) for event in self.store.events([id]))

    def _check_sources(self, parents: tuple[str, ...], events: tuple[str, ...]) -> None:
        """Nothing may be derived from what cannot be read, so that nothing is learnt of it."""
        for parent in parents:
            if self._current(parent) is None or not self._may(Right.READ, parent):
                raise Refused(f"one parent, {parent}, is not a memory in this scope")
        readable = {event.id for event in self.store.events(events, self.scope)}
        for event in events:
            if event not in readable and not self._own_event(event):
                raise Refused(f"one source, {event}, is not an event of this scope")

    def _origins(self, parents: tuple[str, ...], events: tuple[str, ...]) -> list[MemCube | Event]:
        """What a memory is made of: its parents, or else the turns of its events.

        The events themselves count too: a turn may be beyond the clearance of who adds to it.
        """
        own = events or ((self.cause,) if self.cause and not parents else ())
        ids = parents or self.store.resting_on(own)
        found = [cube for id in ids if (cube := self._current(id))]
        turns = found if parents else [cube for cube in found if "turn" in cube.labels]
        return [*turns, *self.store.events(own)]

    def _source(self, parents: tuple[str, ...], events: tuple[str, ...]) -> Source:
        """Provenance is completed down to raw events; trust is the least of the sources'."""
        found = [cube for parent in parents if (cube := self._current(parent))]
        inherited = tuple(event for cube in found for event in cube.source.events)
        own = events or ((self.cause,) if self.cause and not inherited else ())
        further = [event for event in own if event not in inherited]
        trust = least([*(cube.source.trust for cube in found), self._heard(further)])
        return Source(self.by, _union(own, inherited), parents, trust)

    def _heard(self, events: Sequence[str]) -> float:
        """The trust of raw events that no parent stands for."""
        return least(map(of_event, self.store.events(events))) if events else FULL

    def _has_new_words(self, cube: MemCube) -> bool:
        if not isinstance(cube.payload, Text):
            return False
        planned = {each.version: each for each in self.cubes[cube.id]}
        before = planned.get(cube.version - 1) or self.store.get(cube.id)
        return before is None or (before.payload, before.keys) != (cube.payload, cube.keys)


def _check_trust(old: MemCube, trust: float) -> None:
    """What is trusted less never changes what is trusted more; who says it himself may."""
    if trust < old.source.trust:
        raise Refused(
            f"it rests on what is trusted {trust:.2g}, and cannot change what is trusted "
            f"{old.source.trust:.2g}"
        )


def _grown(old: Source, more: Source) -> Source:
    """The source of a memory that was changed, and is made of more now."""
    return Source(
        more.by,
        _union(old.events, more.events),
        _union(old.parents, more.parents),
        min(old.trust, more.trust),
    )


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment), default=None)


def _highest(own: Sensitivity, origins: Sequence[MemCube | Event]) -> Sensitivity:
    """What is made of nothing that is known is internal."""
    inherited = max((origin.sensitivity for origin in origins), default=Sensitivity.INTERNAL)
    return max(own, inherited)


def _union(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))
