"""Has the strategy refine one event. What fails for a while is tried again, what fails is told."""

import logging
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from memwell.core.clock import Clock
from memwell.core.errors import (
    Conflict,
    CorruptBlob,
    InvalidOutput,
    LeaseLost,
    Locked,
    MemwellError,
    MigrationError,
    ModelError,
    StoreError,
)
from memwell.core.identity import derive
from memwell.core.job import Claim
from memwell.core.metering import metered
from memwell.core.receipt import Applied, Receipt, Status
from memwell.core.scope import Scope
from memwell.core.store import Store
from memwell.core.strategy import Strategy
from memwell.core.view import View
from memwell.kernel.observe import UPSERT, Observer
from memwell.kernel.outcome import Fields, outcome
from memwell.kernel.proposal import counted
from memwell.kernel.writer import Writer
from memwell.store.driver import errors

ATTEMPTS = 5  # with about 1, 4, 16 and 64 seconds between them
PLANS = 3  # times a strategy is asked anew, because what it had read was forgotten or changed
FIRST, GROWTH, JITTER = timedelta(seconds=1), 4, 0.25
TAKEN_BACK = "it was taken back before it was refined"
PASSING = (ModelError, OSError, Conflict, StoreError)
LASTING = (InvalidOutput, CorruptBlob, Locked, MigrationError)  # of these: no better next time

log = logging.getLogger(__name__)


class Refiner:
    """Does the jobs of a queue."""

    def __init__(
        self,
        store: Store,
        strategy: Strategy,
        writer: Writer,
        clock: Clock,
        view: Callable[[Scope], View],
        observer: Observer,
        ended: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._store, self._strategy, self._writer = store, strategy, writer
        self._clock, self._view, self._observer, self._ended = clock, view, observer, ended

    def refine(self, claim: Claim) -> bool:
        """True when the job has ended, one way or the other; its receipt tells which.

        Raises nothing that a strategy or the store raised: the words are safe either way.
        """
        over = self._done(claim)
        if over:
            self._tell(claim)
        return over

    def _tell(self, claim: Claim) -> None:
        """Whoever listens does not get to spoil it."""
        try:
            self._ended(claim.event)
        except Exception as error:
            log.warning("nobody was told that %s is refined: %s", claim.event, type(error).__name__)

    def _done(self, claim: Claim) -> bool:
        erasures = -1  # as long as it is not known, reasons are withheld
        try:
            erasures = self._store.erasures()
            if claim.attempt > ATTEMPTS:
                raise RuntimeError(f"the process ended in the middle of it, {ATTEMPTS} times")
            with self._observer.operation("refine", UPSERT) as done:
                self._refined(claim, PLANS, done)
        except LeaseLost:
            log.info("the refinement of event %s was taken over", claim.event)
        except Exception as error:  # whatever a strategy does wrong
            return self._failed(claim, error, erasures)
        return True

    def _refined(self, claim: Claim, plans: int, told: Fields) -> None:
        """Once more when something is forgotten meanwhile: the strategy may have read that."""
        erasures = self._store.erasures()
        for event in self._store.events([claim.event]):
            if not self._store.jobs.wanted(event.id):
                self._store.jobs.close(claim, _taken_back(claim), erasures)
                return
            view = self._view(event.scope.without_session())
            with metered() as spent:
                drafts = counted(self._strategy.encode(event, view), self._strategy.name)
                ops = self._strategy.store(drafts, view)
                try:
                    done = self._writer.apply(
                        ops, view.scope, by=self._strategy.name, cause=event.id, erasures=erasures,
                        action="refine", claim=claim, spent=spent,
                    )  # fmt: skip
                    told.update(outcome(done))
                except Conflict as error:
                    if isinstance(error, LeaseLost) or plans == 1:
                        raise
                    self._refined(claim, plans - 1, told)

    def _failed(self, claim: Claim, error: Exception, erasures: int) -> bool:
        """Tried again later, or given up."""
        log.debug("event %s", claim.event, exc_info=error)
        again = passing(error) and claim.attempt < ATTEMPTS
        try:
            if again:
                self._postpone(claim, error, erasures)
            else:
                self._give_up(claim, error, erasures)
        except MemwellError as trouble:  # its lease runs out, and somebody tries again
            log.warning("the queue cannot be written: %s", type(trouble).__name__)
            return False
        return not again

    def _postpone(self, claim: Claim, error: Exception, erasures: int) -> None:
        wait = delay(claim)
        due = self._clock.now() + wait
        told = f"{_attempt(claim)}: {_named(error)}; next at {due.isoformat(timespec='seconds')}"
        receipt = Receipt(claim.event, Status.STORED, (claim.event,), error=told)
        self._store.jobs.postpone(claim, due, receipt, erasures)
        log.warning(
            "refining event %s: attempt %d failed (%s), next in %.0f s",
            claim.event, claim.attempt, type(error).__name__, wait.total_seconds(),
            extra=_fields("retry", claim, error),
        )  # fmt: skip

    def _give_up(self, claim: Claim, error: Exception, erasures: int) -> None:
        told = f"{_attempt(claim)}: {_named(error)}" if passing(error) else _named(error)
        receipt = Receipt(claim.event, Status.FAILED, (claim.event,), error=told)
        self._store.jobs.close(claim, receipt, erasures)
        log.warning(
            "refining event %s failed (%s), and is given up", claim.event, type(error).__name__,
            extra=_fields("give_up", claim, error),
        )  # fmt: skip


def passing(error: Exception) -> bool:
    """Whether the same may go well in a while."""
    return isinstance(error, (*PASSING, *errors("OperationalError"))) and not isinstance(
        error, LASTING
    )


def delay(claim: Claim) -> timedelta:
    """Longer after each attempt; a little different for each event, so that they spread."""
    spread = 1 + JITTER * (2 * random.Random(derive(claim.event, claim.attempt)).random() - 1)
    return FIRST * float(GROWTH ** (claim.attempt - 1)) * spread


def _fields(operation: str, claim: Claim, error: Exception) -> dict[str, Any]:
    return {
        "operation": operation, "batch": claim.event, "attempt": claim.attempt,
        "error": type(error).__name__,
    }  # fmt: skip


def _attempt(claim: Claim) -> str:
    return f"attempt {min(claim.attempt, ATTEMPTS)} of {ATTEMPTS} failed"


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _taken_back(claim: Claim) -> Receipt:
    left = Applied("noop", None, None, TAKEN_BACK)
    return Receipt(claim.event, Status.REFINED, (claim.event,), dropped=(left,))
