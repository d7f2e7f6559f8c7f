"""Events whose refinement has not ended, with how often it was tried."""

import sqlite3
from datetime import datetime

from memwell.core.receipt import Receipt, Status
from memwell.store.codec import micros


def open_(connection: sqlite3.Connection, receipt: Receipt, branch: int, at: datetime) -> None:
    """A receipt that says stored has work to come."""
    if receipt.status is Status.STORED:
        connection.execute(
            "INSERT OR IGNORE INTO job VALUES (?, ?, 0, ?, 0, '', 0)",
            (receipt.id, branch, micros(at)),
        )


def close(connection: sqlite3.Connection, receipt: Receipt) -> None:
    """Refined or failed for good."""
    if receipt.status is not Status.STORED:
        connection.execute("DELETE FROM job WHERE event = ?", [receipt.id])


def waiting(connection: sqlite3.Connection, branch: int) -> list[str]:
    """Events of the branch, oldest first."""
    rows = connection.execute(
        "SELECT job.event FROM job JOIN event ON event.id = job.event"
        " WHERE job.branch = ? AND NOT dead ORDER BY event.seq",
        [branch],
    )
    return [id for (id,) in rows]
