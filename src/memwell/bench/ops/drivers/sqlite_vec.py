"""sqlite-vec: a vec0 table with the label as a metadata column, one commit per add."""

from pathlib import Path
from typing import Any

import sqlite_vec

try:  # the standard library's SQLite may have been built without extensions
    import pysqlite3.dbapi2 as sqlite3
except ImportError:
    import sqlite3

INSERT = "INSERT INTO memories (row, topic, vector, body) VALUES (?, ?, ?, ?)"
NEAREST = "SELECT row, body FROM memories WHERE vector MATCH ? AND k = ?"

LEVELS = ("OFF", "NORMAL", "FULL", "EXTRA")  # of PRAGMA synchronous


class System:
    """One database file."""

    def __init__(self, folder: Path, options: dict[str, Any]) -> None:
        self._folder, self._options = folder, options

    def open(self, *, new: bool) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(str(self._folder / "memories.db"))
        self._connection.enable_load_extension(True)
        sqlite_vec.load(self._connection)
        if self._options.get("wal"):
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
        if new:
            self._connection.execute(
                "CREATE VIRTUAL TABLE memories USING vec0(row INTEGER PRIMARY KEY, topic TEXT, "
                "vector FLOAT[384] distance_metric=cosine, +body TEXT)"
            )

    def add_many(self, block: dict[str, Any]) -> None:
        vectors = (vector.tobytes() for vector in block["vectors"])
        rows = zip(block["rows"], block["topics"], vectors, block["texts"], strict=True)
        with self._connection:  # one transaction, committed at its end
            self._connection.executemany(INSERT, rows)

    add = add_many

    def search(self, text: str, vector: Any, topic: str | None, k: int) -> list[int]:
        query, values = NEAREST, [vector.tobytes(), k]
        if topic:
            query, values = f"{NEAREST} AND topic = ?", [*values, topic]
        return [row for row, _ in self._connection.execute(query, values)]

    def settings(self) -> dict[str, str]:
        level = self._connection.execute("PRAGMA synchronous").fetchone()[0]
        mode = self._connection.execute("PRAGMA journal_mode").fetchone()[0]
        return {"sync": f"SQLite {mode}, synchronous {LEVELS[level]}"}

    def close(self) -> None:
        self._connection.close()
