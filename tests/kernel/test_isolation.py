"""Tenants and users never mix, whatever they do in whatever order in one memory."""

import json
from datetime import timedelta

import pytest
from acting import Delete, Link, Noting, Open
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from memwell.core.clock import ManualClock
from memwell.core.errors import InvalidInput, MemwellError, NotFound
from memwell.kernel.memory import Memory
from postgres import Server
from support import START, Home, WordEmbedder, assert_sound, on_server

# Tenant and user of each reader; the third one shares a name, the fourth one a tenant.
OWNERS = {
    "acme-ana": ("acme", "ana"),
    "acme-bob": ("acme", "bob"),
    "globex-ana": ("globex", "ana"),
    "acme-none": ("acme", None),
}
PERSONS = ["acme-ana", "acme-bob", "globex-ana"]

persons = st.sampled_from(PERSONS)
things = st.sampled_from(["tea", "coffee", "porto", "lisbon"])


class Sharing(RuleBasedStateMachine):
    server: Server | None = None

    """Every text names its owner, so that a text in the wrong hands is noticed."""

    @initialize(exhaustive=st.sampled_from([1, 1000]), parents=st.booleans())
    def open(self, exhaustive: int, parents: bool) -> None:
        self.home = Home(self.server)
        self.clock = ManualClock(START)
        self.memories: dict[str, Memory] = {}
        for name, (tenant, user) in OWNERS.items():
            memory = Memory(
                self.home.at(),
                tenant=tenant,
                user=user,
                embedder=WordEmbedder(),
                model=None,
                strategy=Noting(parents=parents),
                clock=self.clock,
            )
            memory._reembedder.source.exhaustive = exhaustive
            self.memories[name] = memory
        self.ids: dict[str, list[str]] = {name: [] for name in PERSONS}
        for name in PERSONS:
            self.add(name, "tea", "s1")

    @rule(who=persons, thing=things, session=st.none() | st.sampled_from(["s1", "s2"]))
    def add(self, who: str, thing: str, session: str | None) -> None:
        self.clock.advance(timedelta(seconds=1))
        receipt = self.memories[who].add(
            [f"{who} likes {thing}", f"{who} says so"], session=session
        )
        self.ids[who] += receipt.ids

    @rule(who=persons, thing=things, data=st.data())
    def update(self, who: str, thing: str, data: st.DataObject) -> None:
        if self.ids[who]:
            id = data.draw(st.sampled_from(self.ids[who]))
            self.memories[who].update(id, f"{who} now likes {thing}")

    @rule(who=persons, data=st.data())
    def link(self, who: str, data: st.DataObject) -> None:
        if self.ids[who]:
            ends = [data.draw(st.sampled_from(self.ids[who])) for _ in range(2)]
            self.memories[who].apply([Link(*ends, "knows", f"{who} met")], by="user")

    @rule(who=persons, data=st.data())
    def forget(self, who: str, data: st.DataObject) -> None:
        if self.ids[who]:
            gone = self.memories[who].forget(data.draw(st.sampled_from(self.ids[who]))).cubes
            self.ids[who] = [id for id in self.ids[who] if id not in gone]

    @rule(who=persons, other=persons, data=st.data())
    def meddle(self, who: str, other: str, data: st.DataObject) -> None:
        """With a memory whose id somehow got known."""
        if who == other or not self.ids[other]:
            return
        id = data.draw(st.sampled_from(self.ids[other]))
        memory = self.memories[who]
        for attempt in (memory.get, memory.history, memory.forget, memory.sources):
            with pytest.raises(NotFound):
                attempt(id)
        with pytest.raises(NotFound):
            memory.update(id, f"{who} was here")
        with pytest.raises(NotFound):
            memory.explain("likes", id)
        assert memory.view().get(id) is None
        assert memory.view().history(id) == []
        refused = memory.apply([Delete(id, "x"), Link(id, id, "x")], by="user")
        assert not refused.applied

    @rule(who=persons, thing=things)
    def read(self, who: str, thing: str) -> None:
        memory = self.memories[who]
        seen = [hit.cube.text for hit in memory.search(f"likes {thing}", k=50)]
        seen += [cube.text for cube in memory.context(thing, 4000).cubes]
        seen += [cube.text for cube in memory.view().scan()]
        seen += [m.text for e in memory.store.all_events(memory.scope) for m in e.messages]
        seen += [link.why for id in self.ids[who] for link in memory.view().neighbours(id)]
        assert all(who in text for text in seen if text)
        assert {cube.id for cube in memory.view().scan()} == set(self.ids[who])

    @rule(who=persons)
    def export(self, who: str) -> None:
        path = self.home.folder / "export.jsonl"
        self.memories[who].export(path)
        events = {each.id for each in self.memories[who].store.all_events(self.memories[who].scope)}
        for line in path.read_text().splitlines()[1:-1]:
            named = json.loads(line)
            assert set(named["events"]) <= events if named["type"] == "receipt" else who in line
            assert not any(other in line for other in PERSONS if other != who)
            if scope := json.loads(line).get("scope"):
                assert (scope["tenant"], scope["user"]) == OWNERS[who]

    @rule()
    def a_tenant_sees_its_own_users_only(self) -> None:
        memory = self.memories["acme-none"]
        seen = {cube.id for cube in memory.view().scan()}
        assert seen == {*self.ids["acme-ana"], *self.ids["acme-bob"]}
        for who in ("acme-ana", "acme-bob"):
            user = OWNERS[who][1]
            hits = memory.search("likes", k=50, user=user)
            assert {hit.cube.id for hit in hits} <= set(self.ids[who])

    def teardown(self) -> None:
        if hasattr(self, "memories"):
            for memory in self.memories.values():
                memory.close()
            assert_sound(self.home.base())
            self.home.cleanup()


TestSharing = Sharing.TestCase
TestSharing.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)


def test_a_server_does_the_same(server: Server) -> None:
    on_server(Sharing, server, max_examples=8, stateful_step_count=25)


def test_a_memory_opened_for_one_user_cannot_be_used_for_another(open_memory: Open) -> None:
    ana, bob = open_memory(user="ana"), open_memory(user="bob")
    bob.add("bob likes beer")
    for use in (ana.search, ana.context, ana.ask):
        with pytest.raises(InvalidInput):
            use("beer", user="bob")
    with pytest.raises(InvalidInput):
        ana.add("bob likes wine", user="bob")
    with pytest.raises(MemwellError):
        ana.forget(user="bob")
    assert [cube.text for cube in bob.view().scan()] == ["bob likes beer"]


def test_neighbours_of_another_users_memory_are_not_shown(open_memory: Open) -> None:
    ana, bob = open_memory(user="ana"), open_memory(user="bob")
    one, two = ana.add(["I like tea", "and milk"]).ids
    ana.apply([Link(one, two, "with", "a secret")], by="user")
    assert bob.view().neighbours(one) == []


def test_the_same_words_of_two_users_are_two_memories(open_memory: Open) -> None:
    memory = open_memory()
    ids = [memory.add("I like tea", user=user).ids[0] for user in ("ana", "bob")]
    assert len(set(ids)) == 2
    memory.forget(user="ana")
    assert [hit.cube.id for hit in memory.search("tea")] == [ids[1]]
