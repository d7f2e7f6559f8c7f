"""Copies all that can be read of a damaged database into a new one of the same schema."""

import shutil
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from memwell.core.errors import Damaged
from memwell.store import durable
from memwell.store.connection import Connections
from memwell.store.driver import Driver, Plain, errors
from memwell.store.salvage import log
from memwell.store.salvage.reader import Reader
from memwell.store.schema import migrate, migrations

MAGIC = b"SQLite format 3\0"
DERIVED = {"label"}  # made anew of what is saved

# Tables that are looked up row by row where reading them from both ends leaves a hole.
LOOKUPS = {
    "lineage": ("row", "SELECT row FROM version"),
    "usage": ("id", "SELECT DISTINCT id FROM version"),
    "receipt": ("id", "SELECT id FROM event UNION SELECT batch FROM journal"),
}


@dataclass(frozen=True, slots=True)
class Rescued:
    """What was lost on the way, as far as indexes and tables still tell."""

    torn: tuple[str, ...]  # tables of which not all could be read
    events: tuple[str, ...]  # ids of events whose row could not
    versions: tuple[tuple[str, int], ...]  # id and number of versions whose row could not


def rescue(damaged: Path, saved: Path, driver: Driver) -> Rescued:
    """Read the one and write the other; the damaged database and its log are left as they are.

    Raises Damaged when nothing can be read.
    """
    with _readable(damaged, driver) as source:
        version = _schema(source)
        connections = Connections(saved, driver)
        try:
            target = connections.get()
            migrate(target, upto=version)
            reader = Reader(source)
            target.execute("PRAGMA foreign_keys = OFF")  # what rows point to may be what is lost
            with connections.transaction():
                _copy(reader, target)
            events = _lost(reader, target, "event", ("id",))
            versions = _lost(reader, target, "version", _identity(version))
            migrate(target)
        finally:
            connections.close()
    return Rescued(
        tuple(sorted(reader.torn)),
        tuple(sorted(str(row[1]) for row in events)),
        tuple(sorted((str(row[1]), int(row[2])) for row in versions)),
    )


def _identity(version: int) -> tuple[str, ...]:
    return ("id", "version", "branch") if version > 1 else ("id", "version", "version")


def _copy(reader: Reader, target: sqlite3.Connection) -> None:
    for table in _tables(target):
        columns = [name for _, name, *_ in target.execute(f"PRAGMA table_info ({table})")]
        put = f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) VALUES ({_marks(columns)})"
        for row in reader.rows(table, columns):
            _put(target, put, row)
    for table in LOOKUPS.keys() & reader.torn:
        key, wanted = LOOKUPS[table]
        columns = [name for _, name, *_ in target.execute(f"PRAGMA table_info ({table})")]
        put = f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) VALUES ({_marks(columns)})"
        for (value,) in target.execute(wanted).fetchall():
            for row in reader.lookup(table, columns, key, value):
                _put(target, put, row)
    for name, last in reader.rows("sqlite_sequence", ["name", "seq"]):
        target.execute("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", [last, name])


def _put(target: sqlite3.Connection, put: str, row: tuple[object, ...]) -> None:
    """A row that came out of a damaged page may be one that no table takes."""
    try:
        target.execute(put, row)
    except errors():
        return


def _lost(
    reader: Reader, target: sqlite3.Connection, table: str, columns: tuple[str, ...]
) -> set[tuple[int | str, ...]]:
    """Rows that the index of a table knows and that were not saved."""
    saved = set(target.execute(f"SELECT rowid, {', '.join(columns)} FROM {table}"))
    return reader.listed(table, columns) - saved


def _tables(connection: sqlite3.Connection) -> list[str]:
    """Those with content of their own."""
    found = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        " AND name NOT LIKE 'sqlite%' ORDER BY name"
    )
    return [name for (name,) in found if name not in DERIVED]


def _marks(columns: list[str]) -> str:
    return ", ".join("?" for _ in columns)


def _schema(source: sqlite3.Connection) -> int:
    newest = migrations()[-1][0]
    try:
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        (version,) = source.execute("PRAGMA user_version").fetchone()
    except errors() as error:
        raise Damaged(
            f"nothing can be read of the database ({error}); restore the memory from a backup"
        ) from error
    return int(version) if 0 < version <= newest else newest


@contextmanager
def _readable(damaged: Path, driver: Driver) -> Iterator[sqlite3.Connection]:
    """A copy to read from, with a log in which every frame counts; opening may change either."""
    work = damaged.with_name("memory.db.reading")
    shutil.rmtree(work, ignore_errors=True)
    durable.make(work)
    try:
        copy = work / damaged.name
        shutil.copyfile(damaged, copy)
        if isinstance(driver, Plain):
            _square(copy)
        wal = damaged.with_name(damaged.name + "-wal")
        if wal.exists():
            log.mend(wal, work / wal.name)
        with closing(Connections(damaged, driver).beside(copy)) as connection:
            yield connection
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _square(copy: Path) -> None:
    """The first bytes as they always are, and the length that they tell."""
    with copy.open("r+b") as file:
        head = bytearray(file.read(100).ljust(100, b"\0"))
        if head[:16] != MAGIC:
            head[:24] = MAGIC + struct.pack(">HBBBBBB", 4096, 2, 2, 0, 64, 32, 32)
            file.seek(0)
            file.write(head[:24])
        (size,) = struct.unpack(">H", head[16:18])
        (pages,) = struct.unpack(">I", head[28:32])
        size = 65_536 if size == 1 else size
        length = copy.stat().st_size
        if 0 < pages < (1 << 31) and length < pages * size <= length + (1 << 32):
            file.truncate(pages * size)
