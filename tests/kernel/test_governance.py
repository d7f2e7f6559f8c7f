"""Rights, sharing, time to live, sensitivity, quotas and the audit log."""

from datetime import timedelta

import pytest
from acting import Noting, Open

from memwell.core.access import Right, Sensitivity
from memwell.core.clock import ManualClock
from memwell.core.errors import Forbidden, IllegalTransition, InvalidInput, NotFound, QuotaExceeded
from memwell.core.scope import Scope
from memwell.kernel.memory import Memory
from support import files_holding


def texts(memory: Memory) -> set[str]:
    return {cube.text for cube in memory.view().scan()}


def found(memory: Memory, query: str) -> set[str]:
    return {hit.cube.text for hit in memory.search(query, 50)}


@pytest.mark.parametrize("exhaustive", [1, 2000])
def test_a_grant_opens_and_closes_what_another_user_sees(
    open_memory: Open, exhaustive: int
) -> None:
    ana, bo = open_memory(user="ana"), open_memory(user="bo")
    bo._reembedder.source.exhaustive = exhaustive
    ana.add("ana drinks tea", session="s1")
    ana.add("ana drinks milk", session="s2")
    bo.add("bo drinks beer")
    grant = ana.governance.grant("bo", session="s1")
    assert found(bo, "drinks") == {"bo drinks beer", "ana drinks tea"}
    assert bo.store.count(bo.scope) == 2
    (id,) = (cube.id for cube in bo.view().scan() if "tea" in cube.text)
    assert bo.get(id).text == "ana drinks tea"
    assert len(bo.sources(id)) == 1
    with pytest.raises(IllegalTransition, match="no right to change"):
        bo.update(id, "bo was here")
    with pytest.raises(NotFound):
        bo.forget(id)
    ana.governance.revoke(grant.id)
    assert found(bo, "drinks") == {"bo drinks beer"}
    with pytest.raises(NotFound):
        bo.get(id)


def test_a_shared_memory_shows_itself_and_not_its_conversation(open_memory: Open) -> None:
    ana, bo = open_memory(user="ana"), open_memory(user="bo")
    one, two = ana.add(["my dog is old", "my pin is 1234"]).ids
    ana.governance.share(one, "bo", ["read", "write"])
    assert texts(bo) == {"my dog is old"}
    assert bo.sources(one) == []
    with pytest.raises(NotFound):
        bo.get(two)
    bo.update(one, "your dog is old")
    assert ana.get(one).text == "your dog is old"
    with pytest.raises(NotFound, match="own"):
        bo.governance.share(one, "eve")


def test_forgetting_a_user_leaves_what_it_was_only_granted(open_memory: Open) -> None:
    admin, ana, bo = open_memory(), open_memory(user="ana"), open_memory(user="bo")
    ana.add("tea")
    bo.add("beer")
    ana.governance.grant("bo", ["read", "delete"])
    admin.forget(user="bo")
    assert texts(ana) == {"tea"}


def test_grants_and_memories_end_in_time(open_memory: Open, clock: ManualClock) -> None:
    ana, bo = open_memory(user="ana"), open_memory(user="bo")
    ana.add("the door code is 1234", ttl=timedelta(hours=1))
    ana.add("tea")
    ana.governance.grant("bo", until=clock.now() + timedelta(hours=2))
    assert texts(bo) == {"the door code is 1234", "tea"}
    clock.advance(timedelta(hours=1))
    assert found(bo, "code tea") == {"tea"}
    (expired,) = (h for h in ana.store.history(ana.store.resolve("", ana.scope)[0])[-1:])
    assert expired.state == "expired"
    clock.advance(timedelta(hours=1))
    assert texts(bo) == set()
    assert ana.governance.grants() == []
    with pytest.raises(InvalidInput, match="longer than nothing"):
        ana.add("x", ttl=timedelta(0))


def test_what_is_derived_ends_with_its_sources_and_is_as_sensitive(
    open_memory: Open, clock: ManualClock
) -> None:
    memory = open_memory(strategy=Noting())
    memory.add("the code is 1234", ttl=timedelta(hours=1), sensitivity="secret")
    note = next(cube for cube in memory.view().scan() if cube.text.startswith("noted"))
    assert note.sensitivity is Sensitivity.SECRET
    low = open_memory(clearance="confidential")
    assert texts(low) == set()
    assert low.store.count(low.scope) == 0
    clock.advance(timedelta(hours=2))
    assert texts(memory) == set()


def test_clearance_hides_memories_their_history_and_their_events(open_memory: Open) -> None:
    memory, low = open_memory(), open_memory(clearance="internal")
    (id,) = memory.add("tea").ids
    assert low.get(id)
    memory.governance.classify(id, "confidential")
    for read in (low.get, low.history, low.sources):
        with pytest.raises(NotFound):
            read(id)
    assert found(low, "tea") == set()
    assert list(low.store.all_events(low.scope)) == []
    with pytest.raises(InvalidInput, match="choose one of"):
        memory.governance.classify(id, "cosmic")


def test_classifying_reaches_what_was_derived(open_memory: Open) -> None:
    memory = open_memory(strategy=Noting())
    (id, _) = memory.add("tea").ids
    memory.add("milk")
    assert len(memory.governance.classify(id, "secret").applied) == 2
    assert texts(open_memory(clearance="internal")) == {"milk", "noted: milk"}


def test_an_opener_can_do_no_more_than_its_rights(open_memory: Open) -> None:
    memory = open_memory()
    (id,) = memory.add("tea").ids
    reader = open_memory(rights=["read"])
    assert found(reader, "tea") == {"tea"}
    forbidden = (
        lambda: reader.add("x"),
        lambda: list(reader.add_many([])),
        lambda: reader.update(id, "x"),
        lambda: reader.apply([], by="x"),
        lambda: reader.forget(id),
        reader.manage,
        lambda: reader.undo(id),
        lambda: reader.rollback(0),
        lambda: reader.branch("x"),
        lambda: reader.drop_branch("x"),
        lambda: reader.freeze(id),
        lambda: reader.import_("x"),
        lambda: reader.governance.limit(memories=1),
        lambda: reader.governance.classify(id, "secret"),
        lambda: reader.governance.grant("bo", ["write"]),
        lambda: open_memory(rights=["write"]).search("tea"),
    )
    for attempt in forbidden:
        with pytest.raises(Forbidden, match="opened with the right to"):
            attempt()
    with pytest.raises(InvalidInput, match="read, write and delete"):
        open_memory(rights=["fly"])


def test_grants_stay_within_the_tenant(open_memory: Open) -> None:
    acme, globex = open_memory(tenant="acme", user="ana"), open_memory(tenant="globex", user="ana")
    acme.add("tea")
    acme.governance.grant(Scope("acme"))
    assert texts(globex) == set()
    with pytest.raises(InvalidInput, match="tenant"):
        acme.governance.grant(Scope("globex", "ana"))
    with pytest.raises(InvalidInput, match="at least one right"):
        acme.governance.grant("bo", [])


def test_a_quota_refuses_what_would_not_fit_and_keeps_the_rest(open_memory: Open) -> None:
    admin, ana = open_memory(), open_memory(user="ana")
    admin.governance.limit(memories=2, user="ana")
    ana.add(["one", "two"])
    with pytest.raises(QuotaExceeded, match="may hold 2 memories and would have 3"):
        ana.add("three")
    assert texts(ana) == {"one", "two"}
    open_memory(user="bo").add(["one", "two", "three"])
    admin.governance.limit(bytes=8, user="ana")
    with pytest.raises(QuotaExceeded, match="8 bytes"):
        ana.add("four")
    ((quota, memories, size),) = ana.governance.quotas()
    assert (quota.bytes, memories, size) == (8, 2, 6)
    with pytest.raises(Forbidden, match="of its own"):
        ana.governance.limit()
    admin.governance.limit(user="ana")
    ana.add("three")
    with pytest.raises(InvalidInput, match="negative"):
        admin.governance.limit(memories=-1)


def test_the_audit_log_tells_of_everything_and_names_nobody(open_memory: Open) -> None:
    memory = open_memory(user="zebulon")
    (id,) = memory.add("xylophone").ids
    memory.update(id, "marimba")
    grant = memory.governance.grant("yolanda")
    memory.governance.revoke(grant.id)
    memory.freeze(id)
    memory.thaw(id)
    memory.branch("trip")
    memory.forget(id)
    lines = memory.governance.audit()
    assert [line.action for line in lines] == [
        "add", "update", "grant", "revoke", "freeze", "thaw", "branch", "forget",
    ]  # fmt: skip
    assert len({line.actor for line in lines}) == 1
    told = repr(lines)
    for word in ("zebulon", "yolanda", "xylophone", "marimba", id):
        assert word not in told
    assert memory.governance.broken_seals() == []


def test_each_user_sees_its_own_lines_of_the_audit_log(open_memory: Open) -> None:
    admin, ana, bo = open_memory(), open_memory(user="ana"), open_memory(user="bo")
    ana.add("tea")
    assert bo.governance.audit() == []
    bo.add("beer")
    assert [len(each.governance.audit()) for each in (admin, ana, bo)] == [2, 1, 1]


def test_names_go_with_the_last_memory(open_memory: Open) -> None:
    admin, ana = open_memory(), open_memory(user="ana")
    ana.add("tea")
    with open_memory(user="zebulon") as gone:
        gone.add("beer")
        gone.governance.grant("ana")
    ana.governance.grant("zebulon")
    admin.governance.limit(memories=5, user="zebulon")
    assert files_holding(admin.path, "zebulon") != []
    assert admin.forget(user="zebulon").verified
    assert files_holding(admin.path, "zebulon") == []


def test_rights_are_an_open_set_of_names() -> None:
    assert {right.value for right in Right} == {"read", "write", "delete"}
