"""Hands out refinement: at once in the caller's thread, or to a worker in the background.

Jobs lie in the store and are claimed with a lease, so that several processes share the work and
none is done twice. Whoever dies in the middle leaves a lease that runs out.
"""

import atexit
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count

from memwell.core.clock import Clock
from memwell.core.errors import MemwellError
from memwell.core.job import Claim, Jobs

LEASE = timedelta(seconds=60)  # it is renewed three times as often
TICK = 5.0  # seconds after which an idle worker looks for what other processes have left
SOON = 0.05  # seconds, the shortest rest

log = logging.getLogger(__name__)


class Queue:
    """The work on one branch of one memory, as far as this process does it.

    Args:
        jobs: Where it lies.
        clock: Says what is due.
        work: Does one job; True when it has ended, False when it is to be tried again later.
        background: Whether it is left to a worker thread. One is also used for what is to be
            tried again, and for what another process may have left.
        lease: How long a job is held before the hold has to be renewed.
    """

    def __init__(
        self,
        jobs: Jobs,
        clock: Clock,
        work: Callable[[Claim], bool],
        *,
        background: bool,
        lease: timedelta = LEASE,
    ) -> None:
        self._jobs, self._clock, self._work = jobs, clock, work
        self._background, self._lease = background, lease
        self._own: deque[Claim] = deque()  # claimed when it was stored, not begun yet
        self._held: set[Claim] = set()  # claimed here, and not ended
        self._changed = threading.Condition()
        self._asked = self._seen = 0  # times somebody waited for the worker; up to which it is done
        self._ended = threading.Event()
        self._worker: threading.Thread | None = None
        self._heart: threading.Thread | None = None

    def lease(self, *, always: bool = False) -> datetime | None:
        """Until when what is stored now is this process's to do.

        None when the worker is busy: then anybody may take it.
        """
        busy = self._background and self._held and not always
        return None if busy else self._clock.now() + self._lease

    def submit(self, claims: Iterable[Claim]) -> None:
        """Do what was claimed when it was stored."""
        if not self._background:
            self._do_all(deque(claims))
            return
        with self._changed:
            self._own.extend(claims)
            self._held.update(self._own)
            self._wake()

    def resume(self, told: Callable[[int], None] | None = None) -> None:
        """Take up what lies there, such as what whoever had this memory open before has left.

        `told` hears of the jobs done at once.
        """
        if not self._background:
            self._drain(told)
        if self._jobs.next() is not None:
            with self._changed:
                self._wake()

    def retry(self, events: Iterable[str], *, begin: bool) -> None:
        """Put dead jobs back, and begin with them or leave them to others."""
        self._jobs.revive(events, self._clock.now())
        if begin:
            self.resume()

    def wait(self) -> None:
        """Until nothing is being done here, and nothing is due."""
        if self._worker is None:
            self._drain()
            return
        with self._changed:
            self._asked += 1
            wanted = self._asked
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._seen >= wanted or self._ended.is_set())

    def close(self) -> None:
        """Ends after the job at hand; the rest is for whoever opens the memory next."""
        atexit.unregister(self.close)
        self._ended.set()
        with self._changed:
            self._changed.notify_all()
        for thread in filter(None, (self._worker, self._heart)):
            thread.join()
        for claim in self._own:
            self._give_back(claim)
        self._own.clear()

    # -- doing

    def _drain(self, told: Callable[[int], None] | None = None) -> None:
        """Everything that is due, in this thread."""
        for done in count(1):
            if (claim := self._claim()) is None:
                return
            self._do_all(deque([claim]))
            if told:
                told(done)

    def _do_all(self, claims: deque[Claim]) -> None:
        """In this thread. What is not reached is given back."""
        fresh = self._clock.now() + self._lease / 2
        try:
            while claims:
                claim = claims.popleft()
                now = self._clock.now()
                if now < fresh or self._jobs.renew(claim, now + self._lease):
                    self._do(claim)
        finally:
            for claim in claims:
                self._give_back(claim)

    def _do(self, claim: Claim) -> None:
        self._held.add(claim)
        try:
            ended = self._work(claim)
        except BaseException:
            self._give_back(claim)
            raise
        finally:
            self._held.discard(claim)
        if not ended:
            with self._changed:
                self._wake()

    def _claim(self) -> Claim | None:
        now = self._clock.now()
        return self._jobs.claim(now, now + self._lease)

    def _give_back(self, claim: Claim) -> None:
        self._held.discard(claim)
        with suppress(MemwellError):  # then its lease runs out
            self._jobs.release(claim)

    # -- the worker

    def _wake(self) -> None:
        """With the lock held. The worker begins when there is something for it."""
        if self._worker is None and not self._ended.is_set():
            self._worker = threading.Thread(target=self._serve, name="memwell-refine", daemon=True)
            self._heart = threading.Thread(target=self._beat, name="memwell-lease", daemon=True)
            self._worker.start()
            self._heart.start()
            atexit.register(self.close)
        self._asked += 1
        self._changed.notify_all()

    def _serve(self) -> None:
        while not self._ended.is_set():
            asked = self._asked
            try:
                if claim := self._own.popleft() if self._own else self._claim():
                    self._do(claim)
                else:
                    self._rest(asked, self._pause())
            except Exception as error:  # the disk is full, or gone: it may come back
                log.warning("the queue cannot be read: %s", type(error).__name__)
                self._rest(asked, TICK)

    def _rest(self, asked: int, seconds: float) -> None:
        """Until there is new work, or it is time to look."""
        with self._changed:
            self._seen = asked
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._asked != asked or self._ended.is_set(), seconds)

    def _pause(self) -> float:
        due = self._jobs.next()
        if due is None:
            return TICK
        return min(max((due - self._clock.now()).total_seconds(), SOON), TICK)

    def _beat(self) -> None:
        """Renews what is held for as long as it takes."""
        while not self._ended.wait(self._lease.total_seconds() / 3):
            for claim in list(self._held):
                with suppress(MemwellError):  # the next beat may be luckier
                    self._jobs.renew(claim, self._clock.now() + self._lease)
