"""Memory against the truth: whatever is done in whatever order, everybody sees what they should.

MEMWELL_TRUTH=n runs n times as many examples.
"""

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from acting import Delete, Link, Noting
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from truth import ALIVE, Edge, Event, Fact, Grant, Step, Truth, Who

from memwell.core.access import Sensitivity
from memwell.core.clock import ManualClock
from memwell.core.cube import MemCube
from memwell.core.errors import (
    Forbidden,
    IllegalTransition,
    InvalidInput,
    MemwellError,
    NotFound,
    QuotaExceeded,
)
from memwell.core.receipt import Receipt, Status
from memwell.kernel.memory import Memory
from postgres import Server
from support import START, Home, WordEmbedder, assert_sound, on_server

OPENERS = {
    "admin": Who(),
    "ana": Who("ana"),
    "bob": Who("bob"),
    "helper": Who("ana", "helper"),
    "low": Who(clearance=1),
}
WORDS = ("tea", "coffee", "porto")
HOUR = timedelta(hours=1)

openers = st.sampled_from(list(OPENERS))
trusted = st.sampled_from([name for name, who in OPENERS.items() if who.clearance == 3])
words = st.sampled_from(WORDS)
topics = st.sampled_from(["x", "y"])
users = st.sampled_from(["ana", "bob"])
levels = st.sampled_from([0, 1, 3])
hours = st.none() | st.integers(1, 4)
rights = st.sets(st.sampled_from(["read", "write", "delete"]), min_size=1)


class Remembering(RuleBasedStateMachine):
    server: Server | None = None

    @initialize(exhaustive=st.sampled_from([1, 1000]))
    def open(self, exhaustive: int) -> None:
        self.home = Home(self.server)
        self.clock = ManualClock(START)
        self.exhaustive = exhaustive
        self.memories: dict[tuple[str, str], Memory] = {}
        self.truth = Truth()
        self.opened = self.turn = 0
        self.order: list[str] = []  # ids that ever were
        self.batches: list[str] = []
        for who in ("ana", "bob"):
            self.add(who, "main", "tea", "coffee", who, "s1", None, 1, None, "x")

    # -- remembering

    @rule(
        by=openers, at=st.data(), word=words, more=st.none() | words, user=users,
        session=st.none() | st.sampled_from(["s1", "s2"]), ttl=hours, level=levels, back=hours,
        topic=st.none() | topics,
    )  # fmt: skip
    def say(self, by, at, word, more, user, session, ttl, level, back, topic) -> None:  # type: ignore[no-untyped-def]
        branch = self.drawn_branch(at)
        self.add(by, branch, word, more, user, session, ttl, level, back, topic)

    def add(self, by, branch, word, more, user, session, ttl, level, back, topic) -> None:  # type: ignore[no-untyped-def]
        memory, who = self.acting(by, branch)
        owner = user if who.user is None else who.user
        said = [f"{owner} likes {each}" for each in (word, more) if each]
        now = self.clock.at
        when = now - back * HOUR if back else None
        until = now + ttl * HOUR if ttl else None
        labels = {"topic": topic} if topic else {}
        fact = Fact(
            "",
            1,
            "",
            owner,
            who.agent,
            session,
            (),
            "activated",
            level,
            until,
            when or now,
            now,
            (),
        )
        facts = [
            replace(
                fact, id=f"?{n}", text=text, labels=told({"role": "user", "turn": str(n), **labels})
            )
            for n, text in enumerate(said)
        ]

        def act() -> Receipt:
            return memory.add(
                said, session=session, user=owner, at=when, labels=labels,
                ttl=ttl * HOUR if ttl else None, sensitivity=Sensitivity(level),
            )  # fmt: skip

        if not self.truth.fits(Step(branch, "", now, tuple(facts))):
            with pytest.raises(QuotaExceeded):
                act()
            return
        receipt = act()
        facts = [
            replace(fact, id=id, events=(receipt.id,))
            for fact, id in zip(facts, receipt.ids, strict=False)
        ]
        turns = tuple((fact.id, fact.text) for fact in facts)
        event = Event(receipt.id, owner, who.agent, session, turns, level)
        self.truth.steps.append(Step(branch, receipt.id, now, tuple(facts), event=event))
        self.batches.append(receipt.id)
        self.order += [fact.id for fact in facts]
        self._noted(branch, who, receipt, facts)

    def _noted(self, branch: str, who: Who, receipt: Receipt, turns: list[Fact]) -> None:
        """What the strategy makes of it, unless it may not read that, or there is no room."""
        note = replace(
            turns[0],
            id="?note",
            text="noted: " + " and ".join(fact.text for fact in turns),
            labels=(),
            level=max(1, *(fact.level for fact in turns)) if turns[0].level else 0,
            at=None,
            parents=tuple(fact.id for fact in turns),
        )
        refused = turns[0].level > who.clearance
        full = not self.truth.fits(Step(branch, "", note.created, (note,)))
        assert receipt.status is (Status.FAILED if full and not refused else Status.REFINED)
        if refused or full:
            assert len(receipt.ids) == len(turns)
            return
        note = replace(note, id=receipt.ids[-1])
        assert len(receipt.ids) == len(turns) + 1
        self.truth.steps.append(Step(branch, receipt.id, note.created, (note,)))
        self.order.append(note.id)

    # -- changing

    @precondition(lambda self: self.order)
    @rule(by=openers, data=st.data(), word=words)
    def update(self, by: str, data: st.DataObject, word: str) -> None:
        branch, id = self.drawn_branch(data), self.drawn(data)
        memory, _ = self.acting(by, branch)
        text = f"now likes {word}"
        self.changed(
            by, branch, id, lambda old: replace(old, text=text), lambda: memory.update(id, text)
        )

    @precondition(lambda self: self.order)
    @rule(by=openers, data=st.data(), thaw=st.booleans())
    def freeze(self, by: str, data: st.DataObject, thaw: bool) -> None:
        branch, id = self.drawn_branch(data), self.drawn(data)
        memory, _ = self.acting(by, branch)
        to, act = ("activated", memory.thaw) if thaw else ("frozen", memory.freeze)
        self.changed(by, branch, id, lambda old: replace(old, state=to), lambda: act(id))

    def changed(
        self, by: str, branch: str, id: str, change: Callable[[Fact], Fact],
        act: Callable[[], Receipt],
    ) -> None:  # fmt: skip
        who, now = OPENERS[by], self.clock.at
        seen = self.truth.history(who, branch, id, now)
        if not seen:
            with pytest.raises(NotFound):
                act()
            return
        old = self.truth.current(branch)[id]
        new = replace(change(old), version=old.version + 1, created=now)
        if not (self.truth.sees(who, branch, old, now, "write") and legal(old, new)):
            with pytest.raises(IllegalTransition):
                act()
            return
        self.written(branch, act, (new,))

    @precondition(lambda self: self.order)
    @rule(by=openers, data=st.data())
    def delete(self, by: str, data: st.DataObject) -> None:
        branch, id = self.drawn_branch(data), self.drawn(data)
        memory, who = self.acting(by, branch)
        old, now = self.truth.current(branch).get(id), self.clock.at
        receipt = memory.apply([Delete(id, "wrong")], by="user")
        may = old and self.truth.sees(who, branch, old, now, "write")
        if not old or not may or old.state in ("frozen", "expired"):
            assert not receipt.applied
            return
        self.noted_batch(branch, receipt, (self.truth.restored(branch, id, None, now),))

    @precondition(lambda self: self.order)
    @rule(by=openers, data=st.data(), level=levels)
    def classify(self, by: str, data: st.DataObject, level: int) -> None:
        branch, id = self.drawn_branch(data), self.drawn(data)
        memory, who = self.acting(by, branch)
        old, now = self.truth.current(branch).get(id), self.clock.at
        if not old or not self.truth.sees(who, branch, old, now, "write"):
            with pytest.raises(NotFound):
                memory.governance.classify(id, Sensitivity(level))
            return
        made = [f for f in self.truth.current(branch).values() if id in f.parents]
        higher = [
            f for f in (old, *made)
            if f is old or (f.level < level and self.truth.cleared(who, branch, f))
            if legal(f, f)
        ]  # fmt: skip
        seen = {f.id for f in higher if f is old or self.truth.sees(who, branch, f, now)}
        receipt = memory.governance.classify(id, Sensitivity(level))
        assert receipt.ids == tuple(f.id for f in higher if f.id in seen)
        new = [replace(f, version=f.version + 1, created=now) for f in higher]
        self.noted_batch(branch, receipt, tuple(new))
        self.truth.classify({fact.id for fact in new}, level)

    @precondition(lambda self: self.order)
    @rule(by=openers, data=st.data())
    def link(self, by: str, data: st.DataObject) -> None:
        branch, src, dst = self.drawn_branch(data), self.drawn(data), self.drawn(data)
        memory, who = self.acting(by, branch)
        current, now = self.truth.current(branch), self.clock.at
        receipt = memory.apply([Link(src, dst, "knows", f"by {by}")], by="user")
        may = (
            {src, dst} <= set(current)
            and self.truth.sees(who, branch, current[src], now, "write")
            and all(self.truth.sees(who, branch, current[end], now) for end in (src, dst))
        )
        assert bool(receipt.applied) == may
        if may:
            self.noted_batch(branch, receipt, made=(Edge(src, dst, "knows", f"by {by}"),))

    @precondition(lambda self: self.order)
    @rule(by=openers, data=st.data())
    def forget(self, by: str, data: st.DataObject) -> None:
        branch, id = self.drawn_branch(data), self.drawn(data)
        memory, who = self.acting(by, branch)
        seen, now = self.truth.history(who, branch, id, self.clock.at), self.clock.at
        if not seen or not self.truth.sees(who, branch, seen[-1], now, "delete"):
            with pytest.raises(NotFound):
                memory.forget(id)
            return
        self.gone(memory.forget(id).cubes, self.truth.doomed(who, branch, [id], now))

    @rule(by=openers, user=users, data=st.data())
    def forget_all(self, by: str, user: str, data: st.DataObject) -> None:
        """Of a session of a user: never what they were only granted."""
        branch = self.drawn_branch(data)
        memory, who = self.acting(by, branch)
        if who.user not in (None, user):
            with pytest.raises(InvalidInput):
                memory.forget(user=user)
            return
        narrow = Who(user, who.agent, who.clearance)
        named = [
            id
            for id, versions in self.truth.versions(branch).items()
            if narrow.owns(versions[0]) and versions[0].session == "s2"
            if self.truth.cleared(who, branch, versions[-1])
        ]
        if not named:
            with pytest.raises(NotFound):
                memory.forget(user=user, session="s2")
            return
        report = memory.forget(user=user, session="s2")
        self.gone(report.cubes, self.truth.doomed(who, branch, named, self.clock.at))

    def gone(self, cubes: Iterable[str], expected: set[str]) -> None:
        assert set(cubes) == expected
        self.truth.forget(expected)

    # -- going back

    @precondition(lambda self: self.batches)
    @rule(by=openers, data=st.data())
    def undo(self, by: str, data: st.DataObject) -> None:
        branch, batch = self.drawn_branch(data), data.draw(st.sampled_from(self.batches[-8:]))
        memory, who = self.acting(by, branch)
        truth, now = self.truth, self.clock.at
        written: dict[str, list[int]] = {}
        for step in truth.line(branch):
            for fact in step.facts if step.batch == batch else ():
                written.setdefault(fact.id, []).append(fact.version)
        new, dropped = [], []
        current, versions = truth.current(branch), truth.versions(branch)
        for id, numbers in reversed(written.items()):
            if not truth.sees(who, branch, current[id], now, "write"):
                continue
            first, last = numbers[0], numbers[-1]
            before = next((f for f in versions[id] if f.version == first - 1), None)
            left = next(f for f in versions[id] if f.version == last)
            hidden = any(f and f.level > who.clearance for f in (before, left))
            if numbers != list(range(first, last + 1)) or current[id].told != left.told or hidden:
                dropped.append(id)
            else:
                new.append(truth.restored(branch, id, before, now))
        line = truth.line(branch)
        edges = [held for held in truth.edges(branch) if self._links(who, branch, held.edge)]
        cut = [held.edge for held in edges if held.batch == batch and held.ended is None]
        made = [e.edge for e in edges if e.ended is not None and line[e.ended].batch == batch]
        self.went_back(branch, lambda: memory.undo(batch), new, dropped, made, cut)

    @rule(by=trusted, data=st.data())
    def rollback(self, by: str, data: st.DataObject) -> None:
        branch = self.drawn_branch(data)
        memory, who = self.acting(by, branch)
        point, end = self.drawn_point(data, branch, memory)
        truth, now = self.truth, self.clock.at
        before, current = truth.current(branch, end), truth.current(branch)
        start = len(truth.line(branch, end))
        later = {f.id: f for step in truth.line(branch)[start:] for f in step.facts if who.owns(f)}
        differ = [
            id for id in later
            if (before[id].content if id in before else None) != current[id].content
        ]  # fmt: skip
        new = [
            truth.restored(branch, id, before.get(id), now)
            for id in differ
            if current[id].state != "frozen"
        ]
        dropped = [id for id in differ if current[id].state == "frozen"]
        edges = [held for held in truth.edges(branch) if self._owned(who, held.edge)]
        cut = [e.edge for e in edges if e.made >= start and e.ended is None]
        made = [
            e.edge for e in edges if e.made < start and e.ended is not None and e.ended >= start
        ]
        self.went_back(branch, lambda: memory.rollback(point), new, dropped, made, cut, quiet=True)

    def went_back(
        self, branch: str, act: Callable[[], Receipt], new: list[Fact], dropped: list[str],
        made: list[Edge], cut: list[Edge], *, quiet: bool = False,
    ) -> None:  # fmt: skip
        step = Step(branch, "", self.clock.at, tuple(new))
        if not self.truth.fits(step):
            with pytest.raises(QuotaExceeded):
                act()
            return
        if not (new or dropped or made or cut) and not quiet:
            with pytest.raises(NotFound):
                act()
            return
        receipt = act()
        restored = [(one.id, one.version) for one in receipt.applied if one.op == "restore"]
        assert restored == [(fact.id, fact.version) for fact in new]
        assert [one.id for one in receipt.dropped] == dropped
        assert [one.id for one in receipt.applied if one.op == "unlink"] == [e.src for e in cut]
        assert [one.id for one in receipt.applied if one.op == "link"] == [e.src for e in made]
        self.noted_batch(branch, receipt, tuple(new), tuple(made), tuple(cut))

    @rule(by=trusted, data=st.data())
    def compare_points(self, by: str, data: st.DataObject) -> None:
        branch = self.drawn_branch(data)
        memory, who = self.acting(by, branch)
        (since, start), (until, end) = (self.drawn_point(data, branch, memory) for _ in range(2))
        found = {(change.id, str(change.kind)) for change in memory.diff(since, until)}
        assert found == self._differ(
            who, self.truth.current(branch, start), self.truth.current(branch, end)
        )

    # -- branches

    @rule(by=trusted, name=st.sampled_from("bcd"), data=st.data())
    def branch(self, by: str, name: str, data: st.DataObject) -> None:
        origin = self.drawn_branch(data)
        memory, _ = self.acting(by, origin)
        if name in self.truth.branches:
            with pytest.raises(InvalidInput):
                memory.branch(name)
            return
        point, end = self.drawn_point(data, origin, memory)
        memory.branch(name, at=point)
        self.truth.branches[name] = (origin, end)

    @rule(by=trusted, name=st.sampled_from("bcd"))
    def drop_branch(self, by: str, name: str) -> None:
        memory, who = self.acting(by, "main")
        own = [step for step in self.truth.steps if step.branch == name]
        others = [f for step in own for f in (*step.facts, step.event) if f and not who.owns(f)]
        if name not in self.truth.branches:
            error: type[MemwellError] | None = NotFound
        elif any(parent == name for parent, _ in self.truth.branches.values()):
            error = InvalidInput
        else:
            error = Forbidden if others else None
        if error:
            with pytest.raises(error):
                memory.drop_branch(name)
            return
        memory.drop_branch(name)
        self._dropped(name)

    def _dropped(self, name: str) -> None:
        """Points of the others keep their places: the steps of the branch become empty."""
        for opener in OPENERS:
            if stale := self.memories.pop((opener, name), None):
                with pytest.raises(NotFound):
                    stale.add("late")
                stale.close()
        del self.truth.branches[name]
        self.truth.steps = [
            replace(step, branch="", facts=(), made=(), cut=(), event=None)
            if step.branch == name
            else step
            for step in self.truth.steps
        ]

    @rule(by=trusted, data=st.data())
    def compare_branches(self, by: str, data: st.DataObject) -> None:
        here, there = self.drawn_branch(data), self.drawn_branch(data)
        memory, who = self.acting(by, here)
        found = {(change.id, str(change.kind)) for change in memory.diff(branch=there)}
        assert found == self._differ(who, self.truth.current(here), self.truth.current(there))

    # -- governing

    @rule(by=trusted, to=users, rights=rights, end=hours,
          session=st.none() | st.just("s1"))  # fmt: skip
    def grant(
        self, by: str, to: str, rights: set[str], end: int | None, session: str | None
    ) -> None:
        memory, who = self.acting(by, "main")
        until = self.clock.at + end * HOUR if end else None
        made = memory.governance.grant(to, rights, session=session, until=until)
        given = Grant(to, who.user, who.agent, session, frozenset(rights), None, until)
        self.truth.grants[made.id] = given

    @precondition(lambda self: self.order)
    @rule(by=trusted, to=users, rights=rights, end=hours, data=st.data())
    def share(
        self, by: str, to: str, rights: set[str], end: int | None, data: st.DataObject
    ) -> None:
        memory, who = self.acting(by, "main")
        id, until = self.drawn(data), self.clock.at + end * HOUR if end else None
        fact = self.truth.current("main").get(id)
        if fact is None or not who.owns(fact):
            with pytest.raises(NotFound):
                memory.governance.share(id, to, rights, until=until)
            return
        made = memory.governance.share(id, to, rights, until=until)
        given = Grant(to, who.user, who.agent, None, frozenset(rights), id, until)
        self.truth.grants[made.id] = given

    @precondition(lambda self: self.truth.grants)
    @rule(by=openers, data=st.data())
    def revoke(self, by: str, data: st.DataObject) -> None:
        memory, who = self.acting(by, "main")
        id = data.draw(st.sampled_from(list(self.truth.grants)))
        grant = self.truth.grants[id]
        ended = grant.until is not None and grant.until <= self.clock.at
        mine = who.user in (None, grant.user) and who.agent in (None, grant.agent)
        if ended or not mine:
            with pytest.raises(NotFound):
                memory.governance.revoke(id)
            return
        memory.governance.revoke(id)
        del self.truth.grants[id]

    @rule(user=users, memories=st.none() | st.integers(2, 12))
    def limit(self, user: str, memories: int | None) -> None:
        memory, _ = self.acting("admin", "main")
        memory.governance.limit(memories=memories, user=user)
        self.truth.limits.pop(user, None)
        if memories is not None:
            self.truth.limits[user] = memories

    @rule(hours=st.integers(0, 3))
    def wait(self, hours: int) -> None:
        self.clock.advance(hours * HOUR)

    @rule()
    def reopen(self) -> None:
        self._close()

    # -- comparing

    @rule(by=openers, word=words, data=st.data(), back=hours, valid=hours, topic=st.none() | topics,
          session=st.none() | st.just("s1"), user=st.none() | users)  # fmt: skip
    def search(self, by, word, data, back, valid, topic, session, user) -> None:  # type: ignore[no-untyped-def]
        branch = self.drawn_branch(data)
        memory, who = self.acting(by, branch)
        if user and who.user not in (None, user):
            user = None
        known = self.clock.at - (back - 1) * HOUR if back else None
        as_of = self.clock.at - (valid - 1) * HOUR if valid else None
        reader = replace(who, user=user or who.user)
        expected = {
            (fact.id, fact.version): fact.text
            for fact in self.truth.found(reader, branch, self.clock.at, known, as_of)
            if topic is None or ("topic", topic) in fact.labels
            if session is None or fact.session == session
        }
        where = {"topic": topic} if topic else None
        hits = memory.search(
            word, 100, known_at=known, as_of=as_of, session=session, user=user, where=where
        )
        found = {(hit.cube.id, hit.cube.version): hit.cube.text for hit in hits}
        if self.exhaustive > 1:
            assert found == expected
        else:
            assert found.items() <= expected.items()
            assert {key for key, text in expected.items() if word in text} <= set(found)

    @rule(by=openers, data=st.data())
    def look(self, by: str, data: st.DataObject) -> None:
        """At some memories closely."""
        branch = self.drawn_branch(data)
        for _ in range(3 if self.order else 0):
            self.compare_one(by, branch, self.drawn(data))

    @rule(by=openers, data=st.data())
    def export(self, by: str, data: st.DataObject) -> None:
        branch = self.drawn_branch(data)
        memory, who = self.acting(by, branch)
        path = self.home.folder / "export.jsonl"
        memory.export(path)
        lines = [json.loads(line) for line in path.read_text().splitlines()[1:]]
        now, versions = self.clock.at, self.truth.versions(branch)
        own = {id for id in versions if who.owns(versions[id][0])}
        cubes = {(line["id"], line["version"]) for line in lines if line["type"] == "cube"}
        seen = [f for id in own for f in self.truth.history(who, branch, id, now)]
        assert cubes == {(fact.id, fact.version) for fact in seen}
        events = [line["id"] for line in lines if line["type"] == "event"]
        assert events == [e.id for e in self.truth.events(who, branch) if who.owns(e)]
        links = sorted((line["src"], line["dst"]) for line in lines if line["type"] == "link")
        ids = {fact.id for fact in seen}
        held = [held.edge for held in self.truth.edges(branch) if held.ended is None]
        assert links == sorted((e.src, e.dst) for e in held if {e.src, e.dst} <= ids)

    @invariant()
    def somebody_compares(self) -> None:
        """After every step, each opener and branch in turn."""
        if hasattr(self, "memories"):
            self.turn += 1
            branches = list(self.truth.branches)
            by = list(OPENERS)[self.turn % len(OPENERS)]
            branch = branches[self.turn // len(OPENERS) % len(branches)]
            self.compare(by, branch)
            if self.order:
                self.compare_one(by, branch, self.order[-1 - self.turn % min(6, len(self.order))])

    def compare(self, by: str, branch: str) -> None:
        """What somebody sees in one branch, as a whole."""
        memory, who = self.acting(by, branch)
        expected = self.truth.found(who, branch, self.clock.at)
        assert list(map(version, memory.view().scan())) == list(map(of, expected))
        assert memory.store.count(memory.scope) == len(expected)
        counts = memory.store.counts(memory.scope)
        assert counts.memories == len([fact for fact in expected if who.owns(fact)])
        own = [f for f, _ in self.truth.rows(branch) if who.owns(f)]
        assert counts.versions == len([f for f in own if self.truth.cleared(who, branch, f)])
        events = self.truth.events(who, branch)
        assert counts.events == len([event for event in events if who.owns(event)])

    def compare_one(self, by: str, branch: str, id: str) -> None:
        memory, who = self.acting(by, branch)
        now = self.clock.at
        expected = self.truth.history(who, branch, id, now)
        if not expected:
            for read in (memory.get, memory.history, memory.sources):
                with pytest.raises(NotFound):
                    read(id)
            assert memory.view().neighbours(id) == []
            return
        assert version(memory.get(id)) == of(self.truth.current(branch)[id])
        assert list(map(version, memory.history(id))) == list(map(of, expected))
        ends = {fact.version: end for fact, end in self.truth.rows(branch) if fact.id == id}
        assert {c.version: c.known.end for c in memory.history(id)} == {
            fact.version: ends[fact.version] for fact in expected
        }
        links = [Edge(e.src, e.dst, e.relation, e.why) for e in memory.view().neighbours(id)]
        assert links == self.truth.neighbours(who, branch, id, now)
        readable = self.truth.readable(who, branch, expected[-1].events, now)
        assert [(e.id, [m.text for m in e.messages]) for e in memory.sources(id)] == [
            (e.id, ["" if i in self.truth.gone else text for i, text in e.turns]) for e in readable
        ]

    def teardown(self) -> None:
        if not hasattr(self, "memories"):
            return
        for branch in self.truth.branches:
            for by in OPENERS:
                self.compare(by, branch)
                for id in self.order[-6:]:
                    self.compare_one(by, branch, id)
        assert self.acting("admin", "main")[0].governance.broken_seals() == []
        self._close()
        assert_sound(self.home.base())
        self.home.cleanup()

    # -- shared

    def acting(self, by: str, branch: str) -> tuple[Memory, Who]:
        """A memory that has let expire what is due, as every call does first."""
        key, who = (by, branch), OPENERS[by]
        if key not in self.memories:
            self.opened += 1
            self.memories[key] = Memory(
                self.home.at(),
                user=who.user,
                agent=who.agent,
                clearance=Sensitivity(who.clearance),
                branch=branch,
                embedder=WordEmbedder(),
                model=None,
                strategy=Noting(),
                clock=self.clock,
                seed=self.opened,
            )
            self.memories[key]._reembedder.source.exhaustive = self.exhaustive
        now = self.clock.at
        for fact in self.truth.due(branch, who, now):
            end = self.truth.restored(branch, fact.id, None, now)
            self.truth.steps.append(Step(branch, "", now, (end,)))
        self.memories[key].view()
        return self.memories[key], who

    def drawn(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(self.order[-10:]))

    def drawn_branch(self, data: st.DataObject) -> str:
        """Where something is done, and it may be later by now."""
        self.clock.advance(data.draw(st.sampled_from([0, 0, 1])) * HOUR)
        return data.draw(st.sampled_from(list(self.truth.branches)))

    def drawn_point(
        self, data: st.DataObject, branch: str, memory: Memory
    ) -> tuple[datetime | int | str, int]:
        """A moment, a receipt or now, and how many steps had been taken then."""
        steps = self.truth.steps
        mine = [s.batch for s in self.truth.line(branch) if s.batch and (s.facts or s.made)]
        kind = data.draw(st.sampled_from(["moment", "receipt", "now"]))
        if kind == "receipt" and mine and memory.scope.user is None:
            batch = data.draw(st.sampled_from(mine[-6:]))
            line = [n for n, s in enumerate(steps) if s.batch == batch]
            return batch, line[-1] + 1
        if kind == "moment":
            moment = self.clock.at - data.draw(st.integers(0, 6)) * HOUR
            return moment, len([step for step in steps if step.at <= moment])
        return memory.store.sequence(), len(steps)

    def written(self, branch: str, act: Callable[[], Receipt], facts: tuple[Fact, ...]) -> None:
        if not self.truth.fits(Step(branch, "", self.clock.at, facts)):
            with pytest.raises(QuotaExceeded):
                act()
            return
        self.noted_batch(branch, act(), facts)

    def noted_batch(
        self, branch: str, receipt: Receipt, facts: tuple[Fact, ...] = (),
        made: tuple[Edge, ...] = (), cut: tuple[Edge, ...] = (),
    ) -> None:  # fmt: skip
        if facts or made or cut:
            self.truth.steps.append(Step(branch, receipt.id, self.clock.at, facts, made, cut))
            self.batches.append(receipt.id)

    def _links(self, who: Who, branch: str, edge: Edge) -> bool:
        current, now = self.truth.current(branch), self.clock.at
        return (
            {edge.src, edge.dst} <= set(current)
            and self.truth.sees(who, branch, current[edge.src], now, "write")
            and self.truth.sees(who, branch, current[edge.dst], now)
        )

    def _owned(self, who: Who, edge: Edge) -> bool:
        facts = {fact.id: fact for step in self.truth.steps for fact in step.facts}
        return all(who.owns(facts[end]) for end in (edge.src, edge.dst))

    def _differ(
        self, who: Who, first: dict[str, Fact], second: dict[str, Fact]
    ) -> set[tuple[str, str]]:
        found = set()
        for id in {id for facts in (first, second) for id in facts if who.owns(facts[id])}:
            before = first[id].content if id in first else None
            after = second[id].content if id in second else None
            if before != after:
                kind = "gone" if after is None else "changed" if before else "added"
                found.add((id, kind))
        return found

    def _close(self) -> None:
        for memory in self.memories.values():
            memory.close()
        self.memories.clear()


def legal(old: Fact, new: Fact) -> bool:
    """A frozen memory only thaws, and an expired one is only activated."""
    if old.state in ALIVE[:1]:
        return True
    return new.state == "activated" and new.state != old.state


def told(labels: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(labels.items()))


def of(fact: Fact) -> object:
    return replace(fact, parents=())


def version(cube: MemCube) -> object:
    return Fact(
        cube.id, cube.version, cube.text, cube.scope.user, cube.scope.agent, cube.scope.session,
        told(dict(cube.labels)), str(cube.state), int(cube.sensitivity), cube.until,
        cube.valid.start, cube.known.start, cube.source.events,
    )  # fmt: skip


EFFORT = int(os.environ.get("MEMWELL_TRUTH", "1"))
TestRemembering = Remembering.TestCase
TestRemembering.settings = settings(max_examples=20 * EFFORT, stateful_step_count=50, deadline=None)


def test_a_server_does_the_same(server: Server) -> None:
    on_server(Remembering, server, max_examples=6, stateful_step_count=40)
