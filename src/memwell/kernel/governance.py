"""Governing a memory: who may do what, how much may be kept, how long, and what was done.

Paper       2, 3 (MemOS): access control, lifespan and audit as part of every memory's life.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from memwell.core.access import Grant, Right, Sensitivity, as_rights
from memwell.core.clock import Clock
from memwell.core.cube import MemCube
from memwell.core.errors import Forbidden, NotFound
from memwell.core.governance import Copy, Quota, Sealed
from memwell.core.op import Delete, Update
from memwell.core.receipt import Receipt
from memwell.core.scope import Scope
from memwell.core.store import Store
from memwell.kernel import given
from memwell.kernel.lineage import Lineage
from memwell.kernel.writer import Writer

RETENTION = "memwell:retention"


class Governor:
    """Rights, retention and audit, as the scope that opened the memory may use them."""

    def __init__(
        self,
        store: Store,
        writer: Writer,
        scope: Scope,
        clock: Clock,
        ids: Iterator[str],
        rights: frozenset[Right],
    ) -> None:
        self._store, self._writer, self._scope = store, writer, scope
        self._clock, self._ids, self._rights = clock, ids, rights

    # -- rights

    def may(self, right: Right) -> bool:
        return right in self._rights

    def need(self, right: Right) -> None:
        """Raises Forbidden unless the opener of this memory has the right.

        Whatever is to be done next, what has reached the end of its time no longer counts.
        """
        if right not in self._rights:
            held = ", ".join(sorted(self._rights)) or "nothing"
            raise Forbidden(f"this memory was opened with the right to {held}, not to {right}")
        self.sweep()

    def grant(
        self,
        to: Scope | str,
        rights: Iterable[Right | str] = (Right.READ,),
        *,
        session: str | None = None,
        until: datetime | None = None,
    ) -> Grant:
        """Let another user (or any scope of the tenant) work with the memories of this scope."""
        self._share_needs(rights)
        on = self._scope.within(session=session)
        return self._grant(to, on, rights, None, until)

    def share(
        self,
        id: str,
        to: Scope | str,
        rights: Iterable[Right | str] = (Right.READ,),
        *,
        until: datetime | None = None,
    ) -> Grant:
        """The same for a single memory. Raises NotFound when it is not this scope's own."""
        self._share_needs(rights)
        if id not in self._store.resolve(id, self._scope, None):
            raise NotFound(f"there is no memory {id} of this scope's own to be shared")
        return self._grant(to, self._scope, rights, id, until)

    def revoke(self, id: str) -> None:
        """Take a grant back. Raises NotFound when this scope gave no such grant."""
        if id not in {grant.id for grant in self.grants() if self._scope.covers(grant.on)}:
            raise NotFound(f"this scope gave no grant {id}; `grants` lists them")
        self._store.governance.revoke(id, self._clock.now())

    def grants(self) -> list[Grant]:
        """What this scope granted, and what it was granted."""
        found = self._store.governance.grants(self._scope.tenant)
        return [grant for grant in found if self._scope.covers(grant.on) or self._has(grant)]

    # -- how much, and how long

    def limit(
        self,
        *,
        memories: int | None = None,
        bytes: int | None = None,  # noqa: A002 (the unit is the name)
        user: str | None = None,
    ) -> Quota:
        """Set how much this scope, or one of its users, may keep; without figures: no limit.

        Raises Forbidden for a user or agent who would set its own.
        """
        self.need(Right.WRITE)
        quota = Quota(self._scope.within(user=user), memories, bytes)
        if quota.scope == self._scope and (self._scope.user or self._scope.agent):
            raise Forbidden(
                "nobody sets a quota of its own: open the memory without user= and agent="
            )
        self._store.governance.limit(quota, self._clock.now())
        return quota

    def quotas(self) -> list[tuple[Quota, int, int]]:
        """Every quota in scope, with the memories and bytes that are used of it."""
        found = self._store.governance.quotas(self._scope.tenant)
        mine = [quota for quota in found if self._scope.covers(quota.scope)]
        return [(quota, *self._store.governance.used(quota.scope)) for quota in mine]

    def classify(self, id: str, sensitivity: Sensitivity | str) -> Receipt:
        """Set how sensitive a memory is, in all its versions.

        Readers without that clearance no longer see it, nor what was derived from it. Raises
        NotFound.
        """
        self.need(Right.WRITE)
        level = Sensitivity.named(sensitivity)
        if id not in self._store.permitted([id], self._scope, Right.WRITE):
            raise NotFound(f"there is no memory {id} in this scope, or no right to change it")
        raised = [cube.id for cube in self._derived(id) if cube.sensitivity < level]
        ops = [
            Update(each, f"is {level.name.lower()}", sensitivity=level) for each in [id, *raised]
        ]
        told = self._store.permitted([id, *raised], self._scope, Right.READ) | {id}
        receipt = self._writer.apply(
            ops, Scope(self._scope.tenant), by="user", cause=None, action="classify"
        )
        return replace(
            receipt,  # what was made of it may be somebody else's
            applied=tuple(done for done in receipt.applied if done.id in told),
            dropped=tuple(done for done in receipt.dropped if done.id in told),
        )

    def sweep(self) -> None:
        """Let expire whatever has reached the end of its time, grants included."""
        now = self._clock.now()
        for grant in self._store.governance.grants(self._scope.tenant):
            if grant.until and grant.until <= now:
                self._store.governance.revoke(grant.id, now)
        for id, owner in self._store.due(now):
            ops = [Delete(id, "its time to live has ended")]
            self._writer.apply(ops, Scope(owner.tenant), by=RETENTION, cause=None, action="expire")

    # -- what was done

    def audit(self, after: int = 0) -> list[Sealed]:
        """The audit log: who did what when, without words or names.

        A user or agent sees what it did itself.
        """
        lines = self._store.governance.audit(after)
        if not (self._scope.user or self._scope.agent):
            return lines
        own = self._store.governance.actor()
        return [line for line in lines if line.actor == own]

    def refused(self, count: int) -> None:
        """Note that somebody was turned away so many times; whom, nobody knows."""
        self._store.governance.note("refuse", self._clock.now(), count)

    def broken_seals(self) -> list[int]:
        """Lines of the audit log that were tampered with; none when it is whole."""
        return list(self._store.governance.broken_seals())

    def copies(self) -> list[Copy]:
        """Exports and backups that were made, which may hold what was forgotten since."""
        return self._store.governance.copies()

    # -- shared

    def _share_needs(self, rights: Iterable[Right | str]) -> None:
        """Nobody can give a right that was not given to them."""
        for right in as_rights(rights):
            self.need(right)

    def _grant(
        self,
        to: Scope | str,
        on: Scope,
        rights: Iterable[Right | str],
        cube: str | None,
        until: datetime | None,
    ) -> Grant:
        who = to if isinstance(to, Scope) else Scope(self._scope.tenant, to)
        made = Grant(
            next(self._ids), who, on, as_rights(rights), cube, given.moment(until, "until")
        )
        self._store.governance.grant(made, self._clock.now())
        return made

    def _has(self, grant: Grant) -> bool:
        return (
            Scope(
                grant.to.tenant,
                grant.to.user or self._scope.user,
                grant.to.agent or self._scope.agent,
            )
            == self._scope.without_session()
        )

    def _derived(self, id: str) -> Iterator[MemCube]:
        """All that was made of a memory, at any remove."""
        lineage, ahead, seen = Lineage(self._store), [id], {id}
        while ahead:
            for version in self._store.everywhere(ahead.pop()):
                new = [each for each in lineage.derived(version) if each not in seen]
                seen.update(new)
                ahead += new
        found = (self._store.get(each) for each in sorted(seen - {id}))
        return (cube for cube in found if cube)
