"""Settings that the store keeps of itself: words, and counts."""

from memwell.store.dialect import Connection


def read(connection: Connection, key: str) -> str | None:
    """None where it was never set."""
    found = connection.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
    return str(found[0]) if found else None


def write(connection: Connection, key: str, value: str) -> None:
    connection.execute(
        "INSERT INTO meta (key, value) VALUES (?, ?)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )


def strike(connection: Connection, key: str) -> None:
    connection.execute("DELETE FROM meta WHERE key = ?", [key])


def count(connection: Connection, key: str) -> int:
    """How often it was counted up."""
    return int(read(connection, key) or 0)


def count_up(connection: Connection, key: str) -> None:
    """Within a transaction, which nobody else writes in."""
    write(connection, key, str(count(connection, key) + 1))
