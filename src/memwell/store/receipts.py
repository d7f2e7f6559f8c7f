"""Receipts: written, and extended as work goes on."""

import sqlite3

from memwell.core.receipt import Receipt
from memwell.store.codec import dump_receipt, load_receipt


def save(connection: sqlite3.Connection, receipt: Receipt) -> None:
    """Keeps it."""
    connection.execute(
        "INSERT OR REPLACE INTO receipt VALUES (?, ?, ?)",
        (receipt.id, receipt.status, dump_receipt(receipt)),
    )


def load(connection: sqlite3.Connection, id: str) -> Receipt | None:
    found = connection.execute("SELECT body FROM receipt WHERE id = ?", [id]).fetchone()
    return load_receipt(found[0]) if found else None


def extend(connection: sqlite3.Connection, done: Receipt) -> None:
    """Adds to the one that is kept; one that was erased together with words begins anew."""
    kept = load(connection, done.id)
    save(connection, kept.extended(done) if kept else done)
