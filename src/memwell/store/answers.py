"""Answers of a language model, kept in the memory they are about: nothing is asked twice."""

from collections.abc import Iterator, MutableMapping

from memwell.store.dialect import Connections


class Answers(MutableMapping[str, str]):
    """By digest of the question. They are gone after every erasure: they may hold its words."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def __getitem__(self, key: str) -> str:
        found = self._connections.get().execute("SELECT body FROM answer WHERE key = ?", [key])
        row = found.fetchone()
        if row is None:
            raise KeyError(key)
        return str(row[0])

    def __setitem__(self, key: str, body: str) -> None:
        if not self._connections.read_only:
            with self._connections.transaction() as connection:
                connection.execute(
                    "INSERT INTO answer (key, body) VALUES (?, ?)"
                    " ON CONFLICT (key) DO UPDATE SET body = excluded.body",
                    (key, body),
                )

    def __delitem__(self, key: str) -> None:
        with self._connections.transaction() as connection:
            connection.execute("DELETE FROM answer WHERE key = ?", [key])

    def __iter__(self) -> Iterator[str]:
        return (key for (key,) in self._connections.get().execute("SELECT key FROM answer"))

    def __len__(self) -> int:
        return int(self._connections.get().execute("SELECT count(*) FROM answer").fetchone()[0])
