"""Refinement goes on until it is done: tried again, taken over, given up and put back."""

import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from acting import Noting, Open, Waiting, turn

from memwell.core.clock import ManualClock, SystemClock
from memwell.core.errors import (
    Conflict,
    CorruptBlob,
    Forbidden,
    InvalidOutput,
    Locked,
    ModelError,
    ModelUnavailable,
    NotFound,
    StoreError,
)
from memwell.core.job import Claim, Standing
from memwell.core.message import Event
from memwell.core.op import Draft
from memwell.core.receipt import Status
from memwell.core.view import View
from memwell.kernel.queue import LEASE, Queue
from memwell.kernel.refiner import ATTEMPTS, TAKEN_BACK, delay
from support import base, files_holding, rows

LONG = timedelta(minutes=5)  # longer than any pause between attempts


@dataclass
class Flaky(Noting):
    """Raises as often as it is told to, then works."""

    errors: list[Exception] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    needs_model: bool = True

    def encode(self, event: Event, view: View) -> Iterable[Draft]:
        self.asked.append(event.id)
        if self.errors:
            raise self.errors.pop(0)
        return super().encode(event, view)


def down(times: int) -> list[Exception]:
    return [ModelUnavailable("no answer") for _ in range(times)]


@pytest.mark.parametrize("background", [True, False])
@pytest.mark.parametrize("times", [1, ATTEMPTS - 1])
def test_a_model_that_fails_for_a_while_is_asked_again(
    open_memory: Open, clock: ManualClock, times: int, background: bool
) -> None:
    sure = open_memory("sure", strategy=Flaky(), seed=1).add("I like tea", wait=True)
    strategy = Flaky(errors=down(times), needs_model=background)
    memory = open_memory(strategy=strategy, seed=1)
    receipt = memory.add("I like tea", wait=True)
    for attempt in range(1, times + 1):
        receipt = memory.receipt(receipt.id)
        assert receipt.status is Status.STORED
        told = f"attempt {attempt} of 5 failed: ModelUnavailable: no answer; next at 2024-03-01T09"
        assert (receipt.error or "").startswith(told)
        (job,) = memory.queue()
        assert (job.standing, job.attempts) == (Standing.WAITING, attempt)
        assert job.due > clock.now()
        memory.wait()  # not for what is postponed
        assert len(strategy.asked) == attempt
        clock.at = job.due
        memory.wait()
    done = memory.receipt(receipt.id)
    assert (done.status, done.error) == (Status.REFINED, None)
    assert done.ids == sure.ids
    assert memory.queue() == []
    assert len(list(memory.view().scan())) == 2


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (ModelError("odd"), True),
        (ModelUnavailable("odd"), True),
        (TimeoutError("odd"), True),
        (ConnectionResetError("odd"), True),
        (OSError(28, "odd"), True),
        (Conflict("odd"), True),
        (StoreError("odd"), True),
        (sqlite3.OperationalError("odd"), True),
        (sqlite3.IntegrityError("odd"), False),
        (InvalidOutput("odd"), False),
        (CorruptBlob("odd"), False),
        (Locked("odd"), False),
        (ValueError("odd"), False),
        (KeyError("odd"), False),
        (RecursionError("odd"), False),
        (MemoryError("odd"), False),
    ],
)
def test_which_errors_are_worth_another_try(
    open_memory: Open, error: Exception, passes: bool
) -> None:
    memory = open_memory(strategy=Flaky(errors=[error], needs_model=False))
    receipt = memory.add("I like tea")
    (job,) = memory.queue()
    assert job.standing is (Standing.WAITING if passes else Standing.DEAD)
    assert receipt.status is (Status.STORED if passes else Status.FAILED)
    assert f"{type(error).__name__}: " in (receipt.error or "")
    assert "odd" in (receipt.error or "")
    assert job.error == receipt.error
    assert [hit.cube.text for hit in memory.search("tea")] == ["I like tea"]


def test_what_fails_again_and_again_is_given_up_and_can_be_put_back(
    open_memory: Open, clock: ManualClock
) -> None:
    strategy = Flaky(errors=down(ATTEMPTS))
    memory = open_memory(strategy=strategy)
    receipt = memory.add("I like tea", wait=True)
    for _ in range(ATTEMPTS + 2):
        clock.advance(LONG)
        memory.wait()
    assert len(strategy.asked) == ATTEMPTS
    failed = memory.receipt(receipt.id)
    assert failed.status is Status.FAILED
    assert failed.error == "attempt 5 of 5 failed: ModelUnavailable: no answer"
    assert [job.standing for job in memory.queue()] == [Standing.DEAD]
    memory.close()
    again = open_memory(strategy=Flaky(errors=down(1)))  # opening does not put it back
    again.wait()
    assert again.receipt(receipt.id).status is Status.FAILED
    assert [each.id for each in again.retry(receipt.id[:8])] == [receipt.id]
    again.wait()
    assert (again.receipt(receipt.id).error or "").startswith("attempt 1 of 5 failed")
    clock.advance(LONG)
    again.wait()
    done = again.receipt(receipt.id)
    assert (done.status, done.error) == (Status.REFINED, None)
    assert again.retry() == []


def test_only_ones_own_dead_letters_are_seen_and_put_back(open_memory: Open) -> None:
    memory = open_memory(strategy=Flaky(errors=[ValueError()] * 2, needs_model=False))
    receipts = {user: memory.add("I like tea", user=user).id for user in ("ana", "bob")}
    ana = open_memory(user="ana")
    assert [job.event for job in ana.queue()] == [receipts["ana"]]
    with pytest.raises(NotFound, match="begin with"):
        ana.retry(receipts["bob"])
    assert [each.id for each in ana.retry()] == [receipts["ana"]]
    assert [job.standing for job in memory.queue()] == [Standing.WAITING, Standing.DEAD]
    with pytest.raises(Forbidden):
        open_memory(rights=("read",)).retry()


def test_who_may_only_read_refines_nothing(open_memory: Open) -> None:
    event = open_memory().add("I like tea").id
    memory = open_memory()
    job = "INSERT INTO job SELECT id, 0, 0, recorded, 0, '', 0 FROM event"
    rows(base(memory), job)
    open_memory(strategy=Noting(), rights=("read",)).wait()
    assert [job.event for job in memory.queue()] == [event]
    open_memory(strategy=Noting())
    assert memory.queue() == []


def test_the_pauses_grow_and_spread() -> None:
    def seconds(event: str) -> list[float]:
        claims = (Claim(event, attempt, SystemClock().now()) for attempt in range(1, ATTEMPTS))
        return [delay(claim).total_seconds() for claim in claims]

    assert seconds("a") == seconds("a")
    assert seconds("a") != seconds("b")
    for found, usual in zip(seconds("a"), (1, 4, 16, 64), strict=True):
        assert 0.75 * usual <= found <= 1.25 * usual


def test_a_worker_that_is_overtaken_changes_nothing(open_memory: Open, clock: ManualClock) -> None:
    slow = Waiting()
    late, quick = open_memory(strategy=slow), open_memory(strategy=Noting())
    receipt = late.add("I like tea")
    assert slow.begun.wait(10)
    quick.wait()
    assert [job.standing for job in quick.queue()] == [Standing.RUNNING]
    clock.advance(LEASE + timedelta(seconds=1))
    quick.wait()
    done = quick.receipt(receipt.id)
    assert done.status is Status.REFINED
    journal = quick.store.journal()
    slow.gate.set()
    late.wait()
    assert late.receipt(receipt.id) == done
    assert quick.store.journal() == journal


def test_a_lease_is_renewed_while_the_work_lasts(open_memory: Open) -> None:
    """The clock is the machine's; the job is held until its lease has been seen to grow."""
    memory = open_memory()
    store, path = memory.store, base(memory)
    memory.add("I like tea")
    rows(path, "INSERT INTO job SELECT id, 0, 0, recorded, 0, '', 0 FROM event")
    grown = threading.Event()

    def work(claim: Claim) -> bool:
        ((before,),) = rows(path, "SELECT leased FROM job")
        while not grown.wait(0.01):
            if rows(path, "SELECT leased FROM job WHERE leased > ?", before):
                grown.set()
        return True

    queue = Queue(
        store.jobs, SystemClock(), work, background=True, lease=timedelta(milliseconds=300)
    )
    queue.resume()
    assert grown.wait(30)
    queue.close()


def test_closing_ends_after_the_work_at_hand_and_leaves_the_rest(open_memory: Open) -> None:
    strategy = Waiting()
    memory = open_memory(strategy=strategy)
    first = memory.add("I like tea")
    assert strategy.begun.wait(10)
    others = [memory.add(f"I like tea number {n}") for n in range(3)]
    threading.Timer(0.1, strategy.gate.set).start()
    memory.close()
    reader = open_memory()
    assert reader.receipt(first.id).status is Status.REFINED
    assert [job.event for job in reader.queue()] == [receipt.id for receipt in others]
    assert {job.attempts for job in reader.queue()} == {0}
    again = open_memory(strategy=Noting())
    assert again.queue() == []
    assert len(list(again.view().scan())) == 8


def test_an_interrupted_add_is_taken_up_again(open_memory: Open) -> None:
    memory = open_memory(strategy=Flaky(errors=[KeyboardInterrupt()], needs_model=False))  # type: ignore[list-item]
    with pytest.raises(KeyboardInterrupt):
        memory.add("I like tea")
    (job,) = memory.queue()
    assert (job.standing, job.attempts) == (Standing.WAITING, 0)
    memory.wait()
    assert memory.queue() == []


def undo(memory, receipt) -> None:
    memory.undo(receipt.id)


def rollback(memory, receipt) -> None:
    memory.rollback(0)


def expire(memory, receipt) -> None:
    memory._clock.advance(timedelta(days=2))
    memory.governance.sweep()


@pytest.mark.parametrize("take_back", [undo, rollback, expire])
@pytest.mark.parametrize("begun", [True, False])
def test_what_is_taken_back_is_not_refined(open_memory: Open, take_back, begun: bool) -> None:
    strategy = Waiting() if begun else Flaky(errors=down(1))
    memory = open_memory(strategy=strategy)
    receipt = memory.add(["I like tea", "I like milk"], ttl=timedelta(days=1))
    if isinstance(strategy, Waiting):
        assert strategy.begun.wait(10)
        take_back(memory, receipt)
        strategy.gate.set()
    else:
        memory.wait()
        take_back(memory, receipt)
        memory._clock.advance(LONG)  # type: ignore[attr-defined]
    memory.wait()
    assert list(memory.view().scan()) == []
    assert memory.queue() == []
    done = memory.receipt(receipt.id)
    assert (done.status, done.dropped[-1].why) == (Status.REFINED, TAKEN_BACK)


def test_what_is_taken_back_in_part_is_refined(open_memory: Open, clock: ManualClock) -> None:
    memory = open_memory(strategy=Flaky(errors=down(1)))
    receipt = memory.add(["I like tea", "I like milk"], wait=True)
    memory.forget(turn(receipt.id))
    clock.advance(LONG)
    memory.wait()
    assert [cube.text for cube in memory.view().scan()] == ["I like milk", "noted: I like milk"]


class Quoting(Waiting):
    """Fails, and quotes all that it saw."""

    def encode(self, event: Event, view: View) -> Iterable[Draft]:
        seen = " and ".join(cube.text for cube in view.scan())
        super().encode(event, view)
        raise ModelError(f"cannot make anything of {seen}")


def test_an_error_does_not_keep_what_is_forgotten(open_memory: Open, clock: ManualClock) -> None:
    """The errors of both events quote the one, from before and from while it is forgotten."""
    quoting = Quoting()
    quoting.gate.set()
    memory = open_memory(strategy=quoting)
    doomed = memory.add("my password is swordfish", wait=True).ids
    kept = memory.add("I like tea", wait=True)
    assert "swordfish" in (kept.error or "")
    quoting.begun.clear()
    quoting.gate.clear()
    clock.advance(LONG)
    waiting = threading.Thread(target=memory.wait)
    waiting.start()
    assert quoting.begun.wait(10)
    assert memory.forget(*doomed).verified
    quoting.gate.set()
    waiting.join()
    told = memory.receipt(kept.id).error or ""
    assert told.startswith("why is not told") or "of I like tea" in told
    memory.close()
    assert files_holding(memory.path, "swordfish") == []
