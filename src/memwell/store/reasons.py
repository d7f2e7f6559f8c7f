"""Drops the reasons why something was done: they are words, and may quote what is forgotten."""

from collections.abc import Sequence
from dataclasses import replace

from memwell.core.receipt import Applied
from memwell.store import jobs
from memwell.store.codec import load_receipt
from memwell.store.dialect import Connection
from memwell.store.reading import chunks, marks
from memwell.store.receipts import save


def drop(connection: Connection, ids: Sequence[str], events: Sequence[str]) -> None:
    """The cubes' reasons, those of links to them, and of all that was done together with these.

    Also what the events were the cause of, and what names nothing and so may speak of anything.
    To be called before the links are erased.
    """
    for part in chunks(ids):
        _of_cubes(connection, part)
    for part in chunks(events):
        _silence(connection, f"cause IN ({marks(part)})", part)
    _silence(connection, "id IS NULL AND cause IS NULL", ())
    _errors(connection)


def _of_cubes(connection: Connection, ids: Sequence[str]) -> None:
    named = marks(ids)
    found = connection.execute(
        f"SELECT DISTINCT batch FROM journal WHERE id IN ({named})"
        " UNION SELECT journal.batch FROM link JOIN journal ON journal.id = src"
        f" WHERE op = 'link' AND journal.why = link.why AND dst IN ({named})",
        [*ids, *ids],
    )
    for part in chunks([batch for (batch,) in found]):
        _silence(connection, f"batch IN ({marks(part)})", part)
        _receipts(connection, part)


def _silence(connection: Connection, condition: str, values: Sequence[str]) -> None:
    connection.execute(f"UPDATE journal SET why = '' WHERE why != '' AND {condition}", values)


def _receipts(connection: Connection, ids: Sequence[str]) -> None:
    """A receipt has the id of its batch."""
    query = f"SELECT body FROM receipt WHERE id IN ({marks(ids)})"
    for (body,) in connection.execute(query, ids).fetchall():
        receipt = load_receipt(body)
        applied, dropped = _silent(receipt.applied), _silent(receipt.dropped)
        save(connection, replace(receipt, applied=applied, dropped=dropped, error=None))


def _errors(connection: Connection) -> None:
    """Why refinement failed may quote anything that the strategy had read."""
    for (body,) in connection.execute(
        "SELECT body FROM receipt JOIN job ON job.event = receipt.id WHERE error != ''"
    ).fetchall():
        save(connection, replace(load_receipt(body), error=None))
    jobs.silence(connection)


def _silent(done: Sequence[Applied]) -> tuple[Applied, ...]:
    return tuple(replace(each, why="") for each in done)
