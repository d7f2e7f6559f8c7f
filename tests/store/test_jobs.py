"""Jobs against a plain model: any order of claims, failures, renewals and deaths."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from storing import ALL, ANA, BOB, batch, cube, event, put

from memwell.core.errors import Conflict, LeaseLost
from memwell.core.job import Claim, Standing
from memwell.core.lifecycle import State
from memwell.core.receipt import Receipt, Status
from memwell.core.scope import Scope
from memwell.core.store import Store
from postgres import Server
from support import START, Home, assert_sound, on_server

SECOND = timedelta(seconds=1)
NAMES = "abcde"
names = st.sampled_from(NAMES)
seconds = st.integers(1, 60)


def said(name: str, *, scope: Scope = ANA, leased: int = 0, now: datetime = START) -> object:
    """What recording an event writes."""
    words = cube(f"turn-{name}", events=(name,), scope=scope, labels={"turn": "0"})
    return batch(
        put(words),
        id=name,
        now=now,
        event=event(name, scope=scope),
        receipt=Receipt(name, Status.STORED, (name,)),
        lease=now + leased * SECOND if leased else None,
    )


def refined(claim: Claim) -> object:
    done = Receipt(claim.event, Status.REFINED, (claim.event,))
    note = cube(f"note-{claim.event}", events=(claim.event,))
    return batch(put(note), id=claim.event, cause=claim.event, receipt=done, claim=claim)


@dataclass
class Kept:
    """What is known of one job."""

    due: datetime
    order: int
    attempts: int = 0
    until: datetime | None = None  # the end of its lease
    dead: bool = False
    error: str = ""


class JobMachine(RuleBasedStateMachine):
    server: Server | None = None

    @initialize()
    def open(self) -> None:
        self.home = Home(self.server)
        self.store: Store = self.home.store()
        self.other: Store = self.home.store()
        self.now = START
        self.jobs: dict[str, Kept] = {}
        self.receipts: dict[str, tuple[Status, str | None]] = {}
        self.claims: list[Claim] = []  # all there ever were, held or not

    def current(self, claim: Claim) -> Kept | None:
        """The job, if the claim still holds."""
        kept = self.jobs.get(claim.event)
        holds = kept and kept.until and not kept.dead
        same = kept and (kept.attempts, kept.due) == (claim.attempt, claim.due)
        return kept if holds and same else None

    @rule(by=seconds)
    def pass_time(self, by: int) -> None:
        self.now += by * SECOND

    @rule(name=names, leased=st.sampled_from([0, 20]))
    def add(self, name: str, leased: int) -> None:
        if name in self.receipts:
            return
        self.store.commit(said(name, leased=leased, now=self.now))  # type: ignore[arg-type]
        self.jobs[name] = Kept(self.now, len(self.receipts), bool(leased))
        self.receipts[name] = (Status.STORED, None)
        if leased:
            self.jobs[name].until = self.now + leased * SECOND
            self.claims.append(Claim(name, 1, self.now))

    @rule(leased=seconds, elsewhere=st.booleans())
    def claim(self, leased: int, elsewhere: bool) -> None:
        store = self.other if elsewhere else self.store
        free = [
            (kept.due, kept.order, name)
            for name, kept in self.jobs.items()
            if not kept.dead and kept.due <= self.now and (kept.until or START) <= self.now
        ]
        found = store.jobs.claim(self.now, self.now + leased * SECOND)
        if not free:
            assert found is None
            return
        _, _, name = min(free)
        kept = self.jobs[name]
        kept.attempts += 1
        kept.until = self.now + leased * SECOND
        assert found == Claim(name, kept.attempts, kept.due)
        self.claims.append(found)

    @rule(data=st.data(), by=seconds)
    def renew(self, data: st.DataObject, by: int) -> None:
        if self.claims:
            claim = data.draw(st.sampled_from(self.claims))
            kept = self.current(claim)
            assert self.other.jobs.renew(claim, self.now + by * SECOND) == bool(kept)
            if kept and kept.until:
                kept.until = max(kept.until, self.now + by * SECOND)

    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        if self.claims:
            claim = data.draw(st.sampled_from(self.claims))
            self.store.jobs.release(claim)
            if kept := self.current(claim):
                kept.attempts -= 1
                kept.until = None

    @rule(data=st.data(), by=seconds)
    def postpone(self, data: st.DataObject, by: int) -> None:
        if self.claims:
            claim = data.draw(st.sampled_from(self.claims))
            kept, due = self.current(claim), self.now + by * SECOND
            done = Receipt(claim.event, Status.STORED, (claim.event,), error=f"no {by}")
            assert self.store.jobs.postpone(claim, due, done, 0) == bool(kept)
            if kept:
                kept.due, kept.until, kept.error = due, None, f"no {by}"
                self.receipts[claim.event] = (Status.STORED, f"no {by}")

    @rule(data=st.data())
    def give_up(self, data: st.DataObject) -> None:
        if self.claims:
            claim = data.draw(st.sampled_from(self.claims))
            kept = self.current(claim)
            done = Receipt(claim.event, Status.FAILED, (claim.event,), error="never")
            assert self.other.jobs.close(claim, done, 0) == bool(kept)
            if kept:
                kept.dead, kept.until, kept.error = True, None, "never"
                self.receipts[claim.event] = (Status.FAILED, "never")

    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        if self.claims:
            claim = data.draw(st.sampled_from(self.claims))
            if self.current(claim):
                self.store.commit(refined(claim))  # type: ignore[arg-type]
                del self.jobs[claim.event]
                self.receipts[claim.event] = (Status.REFINED, None)
            else:
                with pytest.raises(LeaseLost):
                    self.store.commit(refined(claim))  # type: ignore[arg-type]

    @rule(chosen=st.lists(names, max_size=3, unique=True))
    def revive(self, chosen: list[str]) -> None:
        dead = [name for name in chosen if name in self.jobs and self.jobs[name].dead]
        self.now += SECOND  # whoever puts back comes later than whoever gave up
        assert self.store.jobs.revive(chosen, self.now) == dead
        for name in dead:
            kept = self.jobs[name]
            kept.attempts, kept.due, kept.dead, kept.error = 0, self.now, False, ""
            self.receipts[name] = (Status.STORED, None)

    @invariant()
    def it_is_as_the_model_says(self) -> None:
        if not hasattr(self, "store"):
            return
        listed = self.other.jobs.listed(ALL, self.now)
        ordered = sorted(self.jobs, key=lambda name: self.jobs[name].order)
        assert [job.event for job in listed] == ordered
        for job in listed:
            kept = self.jobs[job.event]
            assert (job.attempts, job.due, job.error) == (kept.attempts, kept.due, kept.error)
            running = kept.until is not None and kept.until > self.now
            alive = Standing.RUNNING if running else Standing.WAITING
            assert job.standing is (Standing.DEAD if kept.dead else alive)
        alive_ones = [kept for kept in self.jobs.values() if not kept.dead]
        first = min((max(kept.due, kept.until or START) for kept in alive_ones), default=None)
        assert self.store.jobs.next() == first
        for name, (status, error) in self.receipts.items():
            found = self.store.receipt(name)
            assert found is not None
            assert (found.status, found.error) == (status, error)
            assert bool(self.store.get(f"note-{name}")) == (status is Status.REFINED)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            self.other.close()
            assert_sound(self.home.base())
            self.home.cleanup()


TestJobs = JobMachine.TestCase
TestJobs.settings = settings(max_examples=40, stateful_step_count=40)


def test_a_server_does_the_same(server: Server) -> None:
    on_server(JobMachine, server, max_examples=15, stateful_step_count=40)


def test_jobs_are_seen_by_those_whose_events_they_are_on(store: Store) -> None:
    store.commit(said("a", scope=ANA), said("b", scope=BOB))  # type: ignore[arg-type]
    for reader, expected in ((ALL, ["a", "b"]), (ANA, ["a"]), (BOB, ["b"]), (Scope("globex"), [])):
        assert [job.event for job in store.jobs.listed(reader, START)] == expected


def test_what_is_taken_back_is_not_wanted(store: Store) -> None:
    store.commit(said("a"))  # type: ignore[arg-type]
    claim = store.jobs.claim(START, START + SECOND)
    assert claim is not None
    assert store.jobs.wanted("a")
    gone = cube("turn-a", 2, events=("a",), labels={"turn": "0"}, state=State.EXPIRED)
    store.commit(batch(put(gone, keys=None), id="undo"))
    assert not store.jobs.wanted("a")
    with pytest.raises(Conflict, match="taken back"):
        store.commit(refined(claim))  # type: ignore[arg-type]


def test_reasons_are_withheld_after_an_erasure(store: Store) -> None:
    store.commit(said("a"), said("b"))  # type: ignore[arg-type]
    first, second = (store.jobs.claim(START, START + 9 * SECOND) for _ in "ab")
    assert first is not None
    assert second is not None
    told = Receipt("a", Status.STORED, ("a",), error="it said swordfish")
    assert store.jobs.postpone(first, START, told, 0)
    store.forget(["turn-b"], ["b"], [], batch(id="forget"))
    (job,) = store.jobs.listed(ALL, START)
    assert job.error == ""
    kept = store.receipt("a")
    assert kept is not None
    assert kept.error is None
    again = store.jobs.claim(START, START + 9 * SECOND)
    assert again is not None
    assert store.jobs.postpone(again, START, told, 0)
    (job,) = store.jobs.listed(ALL, START)
    assert "swordfish" not in job.error
    assert "forgotten" in job.error
    assert not store.jobs.close(second, Receipt("b", Status.FAILED), 1)
