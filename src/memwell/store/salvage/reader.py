"""Reads tables around what is damaged: from both ends, and from every readable row in between."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from memwell.store.driver import errors

PATIENT = 1_000  # numbers tried one by one before larger steps are taken
STRIDE = 32  # such steps

Row = tuple[Any, ...]


class Reader:
    """One damaged database; `torn` names the tables of which not all could be read."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.torn: set[str] = set()

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[Row]:
        """All that can be read, each once."""
        keys = self._keys(table)
        if keys:
            yield from self._from_both_ends(table, columns, keys)
        else:
            yield from (row[1:] for row in self._by_number(table, columns))

    def lookup(self, table: str, columns: Sequence[str], key: str, value: Any) -> list[Row]:
        """The rows of one key, if they can be read."""
        query = f"SELECT {', '.join(columns)} FROM {table} WHERE {key} = ?"
        rows, _ = self._until_damage(query, value)
        return rows

    def listed(self, table: str, columns: Sequence[str]) -> set[Row]:
        """What an index knows of a table, with the row's number first."""
        names = ", ".join(columns)
        index = f"{table} INDEXED BY sqlite_autoindex_{table}_1"
        found: set[Row] = set()
        for order in ("", " DESC"):
            by = ", ".join(f"{name}{order}" for name in columns)
            rows, whole = self._until_damage(f"SELECT rowid, {names} FROM {index} ORDER BY {by}")
            found.update(rows)
            if whole:
                break
        return found

    def _keys(self, table: str) -> list[str]:
        """The key of a table without row numbers; none for the others."""
        try:
            listed = self.connection.execute(f"PRAGMA table_list ({table})").fetchone()
            if listed is None or not listed[4]:
                return []
            fields = self.connection.execute(f"PRAGMA table_info ({table})").fetchall()
        except errors():
            return []
        return [name for _, name, *_, place in sorted(fields, key=lambda f: f[-1]) if place]

    def _from_both_ends(
        self, table: str, columns: Sequence[str], keys: Sequence[str]
    ) -> Iterator[Row]:
        seen: set[Row] = set()
        for order in ("", " DESC"):
            by = ", ".join(f"{key}{order}" for key in keys)
            query = f"SELECT {', '.join(keys)}, {', '.join(columns)} FROM {table} ORDER BY {by}"
            rows, whole = self._until_damage(query)
            for row in rows:
                key = row[: len(keys)]
                if key not in seen:
                    seen.add(key)
                    yield row[len(keys) :]
            if whole:
                return
            self.torn.add(table)

    def _by_number(self, table: str, columns: Sequence[str]) -> Iterator[Row]:
        """Forward to the damage; on behind it from the next number that can be read, and back."""
        names, top = ", ".join(columns), self._top(table)
        onward = f"SELECT rowid, {names} FROM {table} NOT INDEXED WHERE rowid >= ? ORDER BY rowid"
        back = (
            f"SELECT rowid, {names} FROM {table} NOT INDEXED WHERE rowid < ? AND rowid >= ?"
            " ORDER BY rowid DESC"
        )
        at, failed = 0, 0  # the next number, and how many tries in a row gave nothing
        skipped = 0  # the first number that was passed over
        while at <= top:
            rows, whole = self._until_damage(onward, at)
            if rows and failed:
                yield from reversed(self._until_damage(back, rows[0][0], skipped)[0])
            yield from rows
            if whole:
                return
            self.torn.add(table)
            if rows:
                at, failed = rows[-1][0] + 1, 0
            if not failed:
                skipped = at
            failed += 1
            at += 1 if failed < PATIENT else STRIDE

    def _until_damage(self, query: str, *values: Any) -> tuple[list[Row], bool]:
        """Rows up to the first that cannot be read, and whether these are all."""
        found: list[Row] = []
        try:
            for row in self.connection.execute(query, values):
                found.append(row)  # noqa: PERF402 (what was read stays when the next one fails)
        except errors():
            return found, False
        return found, True

    def _top(self, table: str) -> int:
        """The highest row number, or one that it cannot exceed."""
        for query in (
            f"SELECT max(rowid) FROM {table} NOT INDEXED",
            "SELECT max(seq) FROM sqlite_sequence",
        ):
            rows, _ = self._until_damage(query)
            if rows:
                return int(rows[0][0] or 0)
        rows, _ = self._until_damage("PRAGMA page_count")
        return 64 * int(rows[0][0]) if rows else 0
