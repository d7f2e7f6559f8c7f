"""Receipts: written, and extended as work goes on."""

from memwell.core.receipt import Receipt
from memwell.store.codec import dump_receipt, load_receipt
from memwell.store.dialect import Connection


def save(connection: Connection, receipt: Receipt) -> None:
    """Keeps it."""
    connection.execute(
        "INSERT INTO receipt (id, status, body) VALUES (?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET status = excluded.status, body = excluded.body",
        (receipt.id, receipt.status, dump_receipt(receipt)),
    )


def load(connection: Connection, id: str) -> Receipt | None:
    found = connection.execute("SELECT body FROM receipt WHERE id = ?", [id]).fetchone()
    return load_receipt(found[0]) if found else None


def extend(connection: Connection, done: Receipt) -> None:
    """Adds to the one that is kept; one that was erased together with words begins anew."""
    kept = load(connection, done.id)
    save(connection, kept.extended(done) if kept else done)
