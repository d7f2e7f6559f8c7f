"""Applies ops: the only way memory changes after it was recorded."""

from collections.abc import Callable, Iterable, Iterator
from time import perf_counter

from memwell.core.clock import Clock
from memwell.core.errors import Conflict, LeaseLost
from memwell.core.job import Claim
from memwell.core.model import Usage
from memwell.core.op import Op
from memwell.core.receipt import Receipt, Status
from memwell.core.scope import Scope
from memwell.core.store import Store
from memwell.kernel.apply import Plan
from memwell.kernel.proposal import counted
from memwell.kernel.reembed import Reembedder

ATTEMPTS = 10  # times a change is planned anew when another writer was faster


class Writer:
    """Plans ops against what is there and commits them in one transaction."""

    def __init__(
        self, store: Store, embedders: Reembedder, clock: Clock, ids: Iterator[str]
    ) -> None:
        self._store, self._embedders, self._clock, self._ids = store, embedders, clock, ids

    def apply(
        self, ops: Iterable[Op], scope: Scope, *, by: str, cause: str | None,
        erasures: int | None = None, action: str = "apply", claim: Claim | None = None,
        dry_run: bool = False, spent: Usage | None = None,
    ) -> Receipt:  # fmt: skip
        """What was applied and what was dropped, with reasons.

        Raises Conflict when another writer changes the same memories again and again, and when
        there were more erasures than are given: the ops may hold forgotten words. With a claim the
        same transaction ends its job; raises LeaseLost when it holds no more. `spent` counts what
        the ops cost of a language model, up to and with their being listed.
        """
        ops = list(counted(ops, by))
        kind = Plan(
            self._store, scope, self._clock.now(), by, cause, "", erasures, action, claim,
            spent.tokens if spent else 0,
        )  # fmt: skip
        return self.carry_out(kind, lambda plan: plan.propose(ops), dry_run=dry_run)

    def carry_out(
        self, kind: Plan, fill: Callable[[Plan], object], *, dry_run: bool = False
    ) -> Receipt:
        """Fill a plan and commit it; anew from what is there when another writer was faster."""
        started = perf_counter()
        for attempt in range(1, ATTEMPTS + 1):
            plan = kind.again(next(self._ids))
            fill(plan)
            try:
                if not dry_run and (plan.applied or plan.dropped or plan.claim):
                    done = _receipt(plan, Status.REFINED, started) if plan.claim else None
                    self._store.commit(plan.batch(self._embedders.embedder, done))
                    self._embedders.keep_up()
            except Conflict as error:
                if attempt == ATTEMPTS or isinstance(error, LeaseLost):
                    raise
                continue
            break
        return _receipt(plan, Status.PREVIEW if dry_run else Status.REFINED, started)


def _receipt(plan: Plan, status: Status, started: float) -> Receipt:
    return Receipt(
        plan.cause or plan.batch_id,
        status,
        (plan.cause,) if plan.cause else (),
        tuple(plan.applied),
        tuple(plan.dropped),
        plan.tokens,
        perf_counter() - started,
    )
