"""Work that is waiting to be done: the refinement of an event, claimed by one worker at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from memwell.core.receipt import Receipt
from memwell.core.scope import Scope


class Standing(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"  # to be done when it is due
    RUNNING = "running"  # a worker has it
    DEAD = "dead"  # given up; `Memory.retry` puts it back


@dataclass(frozen=True, slots=True)
class Job:
    """An event that is to be refined."""

    event: str  # also the id of its receipt
    standing: Standing
    attempts: int  # begun so far
    due: datetime
    error: str = ""  # why the last attempt failed


@dataclass(frozen=True, slots=True)
class Claim:
    """One worker's hold on a job. Whoever claims the job later has another one.

    It lasts as long as its lease, which the worker renews. A worker whose lease ran out may still
    finish, unless somebody else has claimed the job meanwhile.
    """

    event: str
    attempt: int  # this one: 1 for the first
    due: datetime


class Jobs(Protocol):
    """The part of a store that holds the jobs of one branch. Every change is one transaction."""

    def claim(self, now: datetime, until: datetime) -> Claim | None:
        """The job that has been due the longest and that nobody holds, leased until then."""
        ...

    def renew(self, claim: Claim, until: datetime) -> bool:
        """Lease it for longer; False when somebody else has it by now, or it is no more."""
        ...

    def release(self, claim: Claim) -> None:
        """Give it back as if it had not been claimed."""
        ...

    def close(self, claim: Claim, done: Receipt, erasures: int) -> bool:
        """Add to the receipt, and end the job: refined, or failed and so dead.

        Reasons are withheld when there are more erasures than those: they may quote what was
        forgotten. False, and nothing is written, when the claim holds no more.
        """
        ...

    def postpone(self, claim: Claim, due: datetime, done: Receipt, erasures: int) -> bool:
        """The same, when it is to be tried again later."""
        ...

    def begin(self, scope: Scope, by: str, now: datetime) -> list[str]:
        """Open jobs for the scope's own events that `by` has changed nothing for; their ids."""
        ...

    def revive(self, events: Iterable[str], now: datetime) -> list[str]:
        """Put dead jobs back, due now and with all attempts before them; those that were dead."""
        ...

    def next(self) -> datetime | None:
        """When a job can be claimed at the earliest, a lease having run out or it being due."""
        ...

    def listed(self, scope: Scope, now: datetime) -> list[Job]:
        """Those on the scope's own events, in the order of recording."""
        ...

    def wanted(self, event: str) -> bool:
        """Whether any turn of the event is still held: nothing else is worth refining."""
        ...
