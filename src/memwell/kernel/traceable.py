"""The part of a memory that is about time: looking back, going back, and branches."""

from memwell.core.access import Right
from memwell.core.branch import Branch
from memwell.core.cube import MemCube
from memwell.core.errors import NotFound
from memwell.core.message import Event
from memwell.core.receipt import Receipt
from memwell.kernel import changes, given, observe, scrub
from memwell.kernel.observe import observed
from memwell.kernel.opened import Opened
from memwell.kernel.timeline import Change, Point


class Traceable(Opened):
    """A memory whose every change can be seen, and taken back."""

    # -- going back

    @observed(observe.UPDATE)
    def undo(self, receipt: str, *, dry_run: bool = False) -> Receipt:
        """Take back what a receipt says was done; undoing that brings it back again.

        A memory that changed again since is left alone, with the reason. Raises NotFound, and
        IllegalTransition for what was forgotten.
        """
        self.governance.need(Right.WRITE)
        return self._timeline.undo(receipt, dry_run=dry_run)

    @observed(observe.UPDATE)
    def rollback(self, to: Point, *, dry_run: bool = False) -> Receipt:
        """Bring all memories in scope back to a moment, a journal number or a receipt's id.

        What is frozen now stays as it is. Raises NotFound for an unknown receipt.
        """
        self.governance.need(Right.WRITE)
        return self._timeline.rollback(to, dry_run=dry_run)

    @observed()
    def diff(
        self, since: Point | None = None, until: Point | None = None, *, branch: str | None = None
    ) -> list[Change]:
        """What changed between two points, or what differs in another branch. Raises NotFound."""
        self.governance.need(Right.READ)
        if branch is None:
            return self._timeline.diff(0 if since is None else since, until)
        return self._timeline.against(self.store.acting(self.scope, branch, self.clearance))

    @observed(observe.CREATE_STORE)
    def branch(self, name: str, *, at: Point | None = None) -> Branch:
        """Make a branch from how this one stands, or stood; open it with `branch=name`.

        Nothing is copied. Raises InvalidInput when the name is taken.
        """
        self.governance.need(Right.WRITE)
        name = given.name(name, "branch")
        forked = self.store.sequence() if at is None else self._timeline.sequence(at)
        self.store.branch(name, forked, self._clock.now())
        return next(branch for branch in self.store.branches() if branch.name == name)

    def branches(self) -> list[Branch]:
        """All branches of this memory, the main one first."""
        return self.store.branches()

    @observed(observe.DELETE_STORE)
    def drop_branch(self, name: str) -> None:
        """Erase a branch with everything that it alone holds.

        Raises NotFound, InvalidInput, and Forbidden when others have worked in it.
        """
        self.governance.need(Right.DELETE)
        self.store.drop_branch(name, self.scope, self._clock.now())
        self._reembedder.sources.forgotten()
        scrub.finish(self.store, self.blobs)

    # -- looking back

    def get(self, id: str) -> MemCube:
        """A memory as it stands. Raises NotFound."""
        cube = self.view().get(self._full(id))
        if cube is None:
            raise NotFound(f"there is no memory {id} in this scope")
        return cube

    def history(self, id: str) -> list[MemCube]:
        """All versions of a memory, the first one first. Raises NotFound."""
        return self.view().history(self._full(id))

    def sources(self, id: str) -> list[Event]:
        """The raw events a memory rests on."""
        return self.view().events(self.get(id).source.events)

    def deeds(self, before: int | None = None, most: int = 30) -> changes.Deeds:
        """What was done here, the newest first; `before` is the journal's number to end with."""
        self.governance.need(Right.READ)
        most = given.count(most, "most")
        return changes.deeds(self.store, self.scope, before, most)

    def deed(self, batch: str) -> changes.Deed:
        """One change, by the id of its receipt. Raises NotFound."""
        self.governance.need(Right.READ)
        found = changes.deed(self.store, self.scope, given.ident(batch))
        if found is None:
            raise NotFound(f"there is no change {batch} in this scope")
        return found
