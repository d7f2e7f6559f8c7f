"""One open memory serves many: each handle shows and may do no more than its own."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from memwell import Memory
from memwell.core.errors import Forbidden, InvalidInput, NotFound, StoreError
from support import WordEmbedder


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    with Memory(tmp_path / "m", embedder=WordEmbedder()) as memory:
        yield memory


def test_each_sees_its_own_and_the_opener_sees_all(memory: Memory) -> None:
    ana, bo = memory.acting(user="ana"), memory.acting(user="bo")
    ana.add("the key is under the mat")
    bo.add("the key is in the shed")
    assert [hit.cube.text for hit in ana.search("where is the key")] == ["the key is under the mat"]
    assert [hit.cube.text for hit in bo.search("where is the key")] == ["the key is in the shed"]
    assert len(memory.search("where is the key")) == 2


def test_tenants_never_meet(memory: Memory) -> None:
    acme = memory.acting(tenant="acme")
    acme.add("the merger is in May")
    assert memory.search("merger") == []
    assert memory.acting(tenant="other").search("merger") == []
    assert len(acme.search("merger")) == 1


def test_nobody_gets_out_of_what_they_were_given(memory: Memory) -> None:
    ana = memory.acting(user="ana", rights=["read"], clearance="internal")
    with pytest.raises(Forbidden, match="user 'ana'"):
        ana.acting(user="bo")
    with pytest.raises(Forbidden, match="tenant 'default'"):
        ana.acting(tenant="acme")
    with pytest.raises(Forbidden, match="tenant 'default'"):
        memory.acting(rights=["read"]).acting(tenant="acme")
    with pytest.raises(Forbidden, match="write"):
        ana.acting(rights=["write"])
    with pytest.raises(Forbidden, match="internal"):
        ana.acting(clearance="secret")
    with pytest.raises(Forbidden, match="write"):
        ana.add("something")
    with pytest.raises(InvalidInput):
        memory.acting(user="")


def test_clearance_hides_from_one_handle_and_not_from_another(memory: Memory) -> None:
    memory.add("the safe opens with 7 3 1", user="ana", sensitivity="secret")
    low = memory.acting(user="ana", clearance="internal")
    assert low.search("safe") == []
    assert len(memory.acting(user="ana").search("safe")) == 1
    assert low.search("safe") == []


def test_a_handle_sees_what_another_wrote_forgot_and_granted(memory: Memory) -> None:
    ana, bo = memory.acting(user="ana"), memory.acting(user="bo", clearance="internal")
    kept = ana.add("the garden needs water")
    assert bo.search("garden") == []
    grant = ana.governance.grant("bo")
    assert len(bo.search("garden")) == 1
    ana.governance.revoke(grant.id)
    assert bo.search("garden") == []
    ana.governance.grant("bo")
    ana.forget(*kept.ids)
    assert bo.search("garden") == []


def test_work_in_a_branch_stays_there(memory: Memory) -> None:
    memory.add("tea at four", user="ana")
    memory.branch("trial")
    trial = memory.acting(user="ana", branch="trial")
    trial.add("coffee at nine")
    assert len(trial.search("tea coffee")) == 2
    assert len(memory.search("tea coffee")) == 1
    with pytest.raises(NotFound):
        memory.acting(branch="none")


def test_closing_a_handle_closes_nothing_and_closing_the_memory_ends_it(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "m", embedder="none")
    with memory.acting(user="ana") as ana:
        ana.add("one")
    assert len(memory.search("one")) == 1
    memory.close()
    with pytest.raises(StoreError):
        ana.search("one")


def test_the_audit_log_tells_them_apart(memory: Memory) -> None:
    ana, bo = memory.acting(user="ana"), memory.acting(user="bo")
    ana.add("one")
    bo.add("two")
    bo.add("three")
    assert len({line.actor for line in memory.governance.audit()}) == 2
    assert len(bo.governance.audit()) == 2


def test_many_at_once_lose_nothing(memory: Memory) -> None:
    handles = [memory.acting(user=f"user{number}") for number in range(4)]
    faults: list[BaseException] = []

    def work(handle: Memory) -> None:
        try:
            for number in range(10):
                handle.add(f"fact {number} of {handle.scope.user}")
                found = handle.search("fact", k=100)
                assert len(found) == number + 1
                assert {hit.cube.scope.user for hit in found} == {handle.scope.user}
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=work, args=[handle]) for handle in handles]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert len(memory.search("fact", k=100)) == 40
