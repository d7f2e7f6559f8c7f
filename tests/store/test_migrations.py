"""A memory on disk is brought to the schema of today, or left alone with a clear word."""

import sqlite3
import threading
import time
from pathlib import Path

import pytest

from memwell.core.errors import MigrationError, StoreError
from memwell.store import schema
from memwell.store.schema import migrate, migrations
from memwell.store.sqlite import SQLiteStore
from support import assert_sound, rows


def test_migrations_are_numbered_without_gaps() -> None:
    numbers = [number for number, _ in migrations()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_new_memory_gets_the_newest_schema_and_keeps_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "memory.db"
    for _ in range(2):
        SQLiteStore(path).close()
        assert rows(path, "PRAGMA user_version") == [(migrations()[-1][0],)]
    assert_sound(path)
    assert rows(path, "PRAGMA journal_mode") == [("wal",)]


def test_a_memory_from_a_newer_memwell_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    SQLiteStore(path).close()
    rows(path, "PRAGMA user_version = 999")
    before = path.read_bytes()
    with pytest.raises(MigrationError, match="upgrade memwell"):
        SQLiteStore(path)
    assert path.read_bytes() == before


def test_a_migration_that_fails_leaves_the_schema_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "memory.db"
    SQLiteStore(path).close()
    newest = migrations()[-1][0]
    broken = (newest + 1, "CREATE TABLE extra (x);\nCREATE TABLE event (x);\n")
    monkeypatch.setattr(schema, "migrations", lambda: [*migrations(), broken])
    with pytest.raises(MigrationError, match=f"migration {newest + 1} failed"):
        SQLiteStore(path)
    assert rows(path, "PRAGMA user_version") == [(newest,)]
    assert rows(path, "SELECT name FROM sqlite_master WHERE name = 'extra'") == []
    monkeypatch.undo()
    SQLiteStore(path).close()


def test_later_migrations_keep_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "memory.db"
    store = SQLiteStore(path)
    store.set_meta("kept", "yes")
    store.close()
    newest = migrations()[-1][0]
    more = (
        newest + 1,
        "CREATE TABLE extra (\n  x -- a; remark\n);\nINSERT INTO extra\nVALUES (1);",
    )
    monkeypatch.setattr(schema, "migrations", lambda: [*migrations(), more])
    store = SQLiteStore(path)
    assert store.get_meta("kept") == "yes"
    store.close()
    assert rows(path, "SELECT x FROM extra") == [(1,)]


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    path.write_text("dear diary, " * 100)
    with pytest.raises(StoreError, match="cannot open"):
        SQLiteStore(path)
    assert path.read_text().startswith("dear diary")


def test_somebody_elses_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE event (mine)")
    connection.commit()
    connection.close()
    with pytest.raises(MigrationError):
        SQLiteStore(path)
    assert rows(path, "SELECT count(*) FROM sqlite_master") == [(1,)]


def test_a_new_memory_that_another_is_just_making_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE made (x)")
    other.execute("BEGIN IMMEDIATE")
    other.execute("DROP TABLE made")
    threading.Timer(0.2, other.execute, ["COMMIT"]).start()
    try:
        SQLiteStore(path).close()
    finally:
        while other.in_transaction:
            time.sleep(0.01)
        other.close()


def test_migrating_again_does_nothing(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "memory.db", isolation_level=None)
    migrate(connection)
    schema_before = connection.execute("SELECT sql FROM sqlite_master").fetchall()
    migrate(connection)
    assert connection.execute("SELECT sql FROM sqlite_master").fetchall() == schema_before
    connection.close()


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "memory.db")
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.sequence()
