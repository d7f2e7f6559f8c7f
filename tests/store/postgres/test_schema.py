"""The schema of a database on a server: made once, brought up to date, and left alone by others."""

import threading

import psycopg
import pytest
from storing import ANA, BOB, batch, cube, event, put

from memwell.core.errors import MigrationError, ReadOnly
from memwell.store.postgres import schema
from memwell.store.postgres.store import PostgresStore
from support import rows


def test_many_may_open_a_new_database_at_once(server):
    url = server.fresh()
    failed: list[BaseException] = []

    def open_() -> None:
        try:
            with psycopg.connect(url, autocommit=True) as raw:
                schema.prepare(raw)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=open_) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    numbers = [number for number, _ in schema.migrations()]
    assert rows(url, "SELECT number FROM migrated ORDER BY 1") == [(n,) for n in numbers]
    assert rows(url, "SELECT count(*) FROM writer") == [(1,)]
    server.drop(url)


def test_what_a_newer_memwell_wrote_is_left_alone(database):
    rows(database, "INSERT INTO migrated VALUES (999)")
    with pytest.raises(MigrationError, match="upgrade memwell"):
        PostgresStore(database)


def test_a_migration_that_fails_changes_nothing(server, monkeypatch):
    url = server.fresh()
    broken = [*schema.migrations(), (9_000, "CREATE TABLE broken (a integer); SELECT 1 / 0")]
    monkeypatch.setattr(schema, "migrations", lambda: broken)
    with pytest.raises(MigrationError, match="9000"):
        PostgresStore(url)
    monkeypatch.undo()
    with psycopg.connect(url, autocommit=True) as raw:
        assert schema.version(raw) == 0
    PostgresStore(url).close()
    server.drop(url)


def test_a_database_that_takes_no_writing_is_read(database, server):
    store = PostgresStore(database)
    store.commit(batch(put(cube("a"))))
    store.close()
    name = database.split("@/")[1].split("?")[0]
    server.run(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    store = PostgresStore(database)
    assert store.read_only
    assert store.get("a")
    with pytest.raises(ReadOnly, match="primary"):
        store.commit(batch(put(cube("b")), id="b"))
    store.close()


def test_rows_lie_in_the_part_of_their_tenant_and_are_read_there_only(database):
    store = PostgresStore(database)
    other = cube("b", scope=BOB.__class__("globex"))
    store.commit(batch(put(cube("a")), put(other), event=event("e")))
    for table, count in (("event", 1), ("version", 2), ("terms", 2), ("vector", 2)):
        parts = rows(database, f"SELECT tableoid, count(*) FROM {table} GROUP BY 1")
        assert sum(held for _, held in parts) == count
        held = rows(database, f"SELECT DISTINCT held_for FROM {table} ORDER BY 1")
        assert held == [("acme",), ("globex",)][:count]
    plan = rows(database, "EXPLAIN SELECT row FROM version WHERE version.held_for = 'acme'")
    assert sum("Scan on version_" in line for (line,) in plan) == 1
    assert [each.id for each in store.scan(ANA)] == ["a"]
    store.close()
