"""Several processes on one database: nothing is lost, nothing comes twice, order holds."""

import subprocess
import sys
import threading
import time
from collections.abc import Sequence

import pytest
from storing import ALL, FP, batch, cube, put

from memwell.core.errors import StoreError
from memwell.core.view import NOW
from memwell.kernel.memory import Memory
from memwell.store.postgres import pools
from memwell.store.postgres.store import PostgresStore
from support import WordEmbedder, assert_sound, environment, rows

ADDING = """
import sys
from memwell.kernel.memory import Memory
from support import WordEmbedder
url, name, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
with Memory(url, user=name, embedder=WordEmbedder(), model=None) as memory:
    for number in range(times):
        (id,) = memory.add(f"{name} says word{number}", session=f"s{number % 3}").ids
        print(id, flush=True)
"""


def adding(url: str, name: str, times: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", ADDING, url, name, str(times)]
    return subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True)


def test_four_processes_add_at_once(database: str) -> None:
    names, times = ("ana", "bob", "cyd", "dan"), 25
    processes = [adding(database, name, times) for name in names]
    told = [process.communicate()[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0] * 4
    ids = [id for each in told for id in each]
    assert len(set(ids)) == len(names) * times
    with Memory(database, embedder=WordEmbedder(), model=None) as memory:
        assert {cube.id for cube in memory.view().scan()} == set(ids)
        assert memory.governance.broken_seals() == []
    assert_sound(database)
    sequences = [seq for (seq,) in rows(database, "SELECT seq FROM journal ORDER BY seq")]
    assert sequences == list(range(1, len(sequences) + 1))  # none failed, so none is missing
    places = rows(database, "SELECT scope, place, count(*) FROM version GROUP BY 1, 2")
    assert {count for _, _, count in places} == {1}


def test_a_writer_that_is_killed_loses_nothing_acknowledged_and_holds_up_nobody(
    database: str,
) -> None:
    process = adding(database, "ana", 10_000)
    assert process.stdout
    told = [process.stdout.readline().strip() for _ in range(15)]
    process.kill()
    told += process.stdout.read().split()
    process.wait()
    process.stdout.close()
    with Memory(database, user="ana", embedder=WordEmbedder(), model=None) as memory:
        found = {cube.id for cube in memory.view().scan()}
        assert set(told) <= found
        assert len(found) <= len(told) + 1  # one may be there that nobody was told of
        memory.add("And on it goes.")
    assert_sound(database)


def test_whoever_reads_the_tail_misses_nothing(database: str) -> None:
    """What is after a number that was seen comes after it: no change appears behind its back."""
    writers, times = 4, 20
    stores = [PostgresStore(database) for _ in range(writers + 1)]

    def write(number: int) -> None:
        for turn in range(times):
            name = f"c{number}-{turn}"
            stores[number].commit(batch(put(cube(name, text=f"{name} said")), id=name))

    threads = [threading.Thread(target=write, args=[number]) for number in range(writers)]
    for thread in threads:
        thread.start()
    seen, reader, before = list[str](), stores[-1], (0, 0, 0)
    try:
        while len(seen) < writers * times:
            alive = any(thread.is_alive() for thread in threads)
            before = _tail(reader, before, seen)
            if not alive and len(seen) < writers * times:
                before = _tail(reader, before, seen)
                break
    finally:
        for thread in threads:
            thread.join()
    assert sorted(seen) == sorted(f"c{n}-{t}" for n in range(writers) for t in range(times))
    for store in stores:
        store.close()


def _tail(reader: PostgresStore, before: tuple[int, int, int], seen: list[str]) -> tuple[int, ...]:
    """As caches and index files are brought up to date: beyond a number, a row and a place."""
    sequence, row, place = before
    now = reader.sequence()
    born = [id for id in reader.evidence(ALL, NOW, FP, after=sequence).ids if id not in seen]
    seen.extend(born)
    entries, _ = reader.terms_after(row, 1_000)
    places, found, _ = reader.vectors(FP, place, 1_000)
    row, place = max([row, *entries.tolist()]), max([place, *places.tolist()])
    assert reader.count(ALL) >= len(seen)
    counted = rows(reader.url, "SELECT count(*) FROM terms WHERE row <= ?", row)[0][0]
    assert counted == row  # rows begin at 1, and none below the last appears later
    assert place >= len(found)
    return now, row, place


def test_a_transaction_that_fails_changes_nothing_and_holds_nothing(database: str) -> None:
    store, other = PostgresStore(database), PostgresStore(database)
    store.commit(batch(put(cube("a"))))

    class Broken(Exception):
        pass

    def fail() -> None:
        with store.alone():
            store.commit(batch(put(cube("b")), id="b"))
            raise Broken

    with pytest.raises(Broken):
        fail()
    assert other.get("b") is None
    other.commit(batch(put(cube("c")), id="c"))
    assert store.get("c")
    for each in (store, other):
        each.close()


def test_a_lost_connection_is_replaced(database: str, server) -> None:  # type: ignore[no-untyped-def]
    store = PostgresStore(database)
    store.commit(batch(put(cube("a"))))
    server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test_%'")
    assert store.get("a")
    server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test_%'")
    store.commit(batch(put(cube("b")), id="b"))
    assert store.get("b")
    store.close()


def test_one_pool_serves_all_handles_of_a_process(database: str) -> None:
    first, second = PostgresStore(database), PostgresStore(database)
    first.close()
    first.close()
    second.commit(batch(put(cube("a"))))
    assert second.get("a")
    second.close()
    assert not _pooled(database)
    with pytest.raises(StoreError, match="closed"):
        second.get("a")


def _pooled(url: str) -> Sequence[object]:
    time.sleep(0)
    return [key for key in pools._used if key[1] == url]


def test_a_server_that_is_not_there_is_told(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(StoreError, match="cannot be reached"):
        PostgresStore(f"postgresql:///nothing?host={tmp_path}")


def test_whoever_waits_for_too_long_is_told_why(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "PATIENCE", 1)
    holder = PostgresStore(database)
    waited: list[str] = []

    def wait() -> None:
        with pytest.raises(StoreError) as told:
            holder.commit(batch(put(cube("b")), id="b"))
        waited.append(str(told.value))

    with holder.alone():
        thread = threading.Thread(target=wait)
        thread.start()
        thread.join()
    assert "another writer" in waited[0]
    holder.close()
    monkeypatch.setenv(pools.SIZE_VARIABLE, "1")
    small = PostgresStore(database)
    with small.alone():
        thread = threading.Thread(target=wait_for_one, args=[small, waited])
        thread.start()
        thread.join()
    assert "no connection" in waited[1]
    small.close()


def wait_for_one(store: PostgresStore, waited: list[str]) -> None:
    with pytest.raises(StoreError) as told:
        store.get("a")
    waited.append(str(told.value))
