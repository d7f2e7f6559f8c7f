"""The audit log: append-only, each line sealed with the seal before it, without words or names."""

import hmac
import secrets
from datetime import datetime
from hashlib import blake2b

from memwell.core.governance import Sealed
from memwell.core.scope import Scope
from memwell.core.store import Batch
from memwell.store import settings
from memwell.store.codec import micros, moment
from memwell.store.dialect import Connection

KEY = "audit key"  # the setting that holds it


def append(connection: Connection, batch: Batch, actor: Scope, journal: int) -> None:
    """A line for one batch."""
    action = "add" if batch.event else batch.action
    line(connection, action, batch.at, actor, batch.id, len(batch.entries), journal)


def line(
    connection: Connection, action: str, at: datetime, actor: Scope, batch: str, count: int,
    journal: int,
) -> None:  # fmt: skip
    key = _key(connection)
    seq, before = _last(connection)
    fields = (seq + 1, micros(at), _digest(key, repr(actor)), action, batch, count, journal)
    connection.execute(
        "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*fields, _seal(key, before, fields))
    )


def note(
    connection: Connection, action: str, at: datetime, actor: Scope, batch: str,
    count: int = 1,
) -> None:  # fmt: skip
    """A line for what is not in the journal."""
    journal = connection.execute("SELECT coalesce(max(seq), 0) FROM journal").fetchone()[0]
    line(connection, action, at, actor, batch, count, journal)


def named(connection: Connection, actor: Scope) -> str:
    """The digest that stands for an actor; a log without lines has no key yet, and names nobody."""
    return digest(connection, repr(actor)) or ""


def read(connection: Connection, after: int) -> list[Sealed]:
    rows = connection.execute("SELECT * FROM audit WHERE seq > ? ORDER BY seq", [after])
    found = []
    for seq, at, *rest in rows:
        when = moment(at)
        assert when is not None
        found.append(Sealed(seq, when, *rest))
    return found


def broken(connection: Connection) -> list[int]:
    """Sequence numbers of lines whose seal does not fit them and the line before."""
    key, before, expected, wrong = _key(connection), "", 1, []
    for *fields, seal in connection.execute("SELECT * FROM audit ORDER BY seq"):
        fits = hmac.compare_digest(seal, _seal(key, before, tuple(fields)))
        if not fits or fields[0] != expected:
            wrong.append(int(fields[0]))
        before, expected = seal, fields[0] + 1
    return wrong


def digest(connection: Connection, text: str) -> str | None:
    """As an actor is told; None as long as there is no key."""
    key = _kept(connection)
    return _digest(key, text) if key else None


def _last(connection: Connection) -> tuple[int, str]:
    found = connection.execute("SELECT seq, seal FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    return found or (0, "")


def _seal(key: bytes, before: str, fields: tuple[object, ...]) -> str:
    return _digest(key, "\x1f".join([before, *map(str, fields)]))


def _digest(key: bytes, text: str) -> str:
    return blake2b(text.encode(), key=key, digest_size=16).hexdigest()


def _key(connection: Connection) -> bytes:
    """Made at its first use. It keeps digests of names from being guessed out of a stolen log."""
    if found := _kept(connection):
        return found
    key = secrets.token_bytes(32)
    settings.write(connection, KEY, key.hex())
    return key


def _kept(connection: Connection) -> bytes | None:
    found = settings.read(connection, KEY)
    return bytes.fromhex(found) if found else None
