"""Has the strategy tidy up, owner by owner: what one user said is never mixed into another's."""

from collections.abc import Callable

from memwell.core.clock import Clock
from memwell.core.metering import metered
from memwell.core.receipt import Receipt
from memwell.core.scope import Scope
from memwell.core.store import Store
from memwell.core.strategy import Strategy
from memwell.core.view import View
from memwell.kernel.apply import Plan
from memwell.kernel.proposal import counted
from memwell.kernel.writer import Writer


class Steward:
    """Applies what the strategy's `manage` proposes, for all owners in one transaction."""

    def __init__(
        self,
        store: Store,
        strategy: Strategy,
        writer: Writer,
        clock: Clock,
        view: Callable[[Scope], View],
    ) -> None:
        self._store, self._strategy, self._writer = store, strategy, writer
        self._clock, self._view = clock, view

    def manage(self, scope: Scope, *, dry_run: bool = False) -> Receipt:
        """Within a scope. Raises Conflict when something was forgotten meanwhile."""
        erasures, by = self._store.erasures(), self._strategy.name
        with metered() as spent:
            proposals = [
                (owner, list(counted(self._strategy.manage(self._view(owner)), by)))
                for owner in self._store.owners(scope) or [scope]
            ]
        kind = Plan(
            self._store, scope, self._clock.now(), by,
            erasures=erasures, action="manage", tokens=spent.tokens,
        )  # fmt: skip

        def fill(plan: Plan) -> None:
            first = 0
            for owner, ops in proposals:
                plan.within(owner).propose(ops, first)
                first += len(ops)

        return self._writer.carry_out(kind, fill, dry_run=dry_run)
