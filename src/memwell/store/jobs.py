"""Events whose refinement has not ended: who has them, how often they were tried, when again.

A claim is told by how often the job was begun and since when it was due: a lease that is renewed
changes neither, and whoever claims or revives the job changes one of them.
"""

from memwell.core.errors import Conflict, LeaseLost
from memwell.core.job import Claim
from memwell.core.receipt import Receipt, Status
from memwell.core.store import Batch
from memwell.core.view import NOW
from memwell.store import receipts
from memwell.store.codec import micros
from memwell.store.dialect import Connection
from memwell.store.sight import Sight

HELD = "event = ? AND attempts = ? AND due = ? AND leased > 0 AND dead = 0"  # by a claim


def open_(connection: Connection, batch: Batch, branch: int) -> None:
    """An event whose receipt says stored has work to come; the writer may claim it at once."""
    if batch.receipt and batch.receipt.status is Status.STORED:
        leased = micros(batch.lease) or 0
        connection.execute(
            "INSERT INTO job VALUES (?, ?, ?, ?, ?, '', 0) ON CONFLICT DO NOTHING",
            (batch.receipt.id, branch, int(leased > 0), micros(batch.at), leased),
        )


def hold(connection: Connection, sight: Sight, claim: Claim) -> None:
    """Raises LeaseLost when the claim holds no more, Conflict when the event is not wanted."""
    if not holds(connection, claim):
        raise LeaseLost(f"another worker has taken the refinement of event {claim.event} over")
    if not wanted(connection, sight, claim.event):
        raise Conflict(f"event {claim.event} was taken back, so nothing is to be derived from it")


def holds(connection: Connection, claim: Claim) -> bool:
    query = f"SELECT 1 FROM job WHERE {HELD}"
    return connection.execute(query, key(claim)).fetchone() is not None


def key(claim: Claim) -> tuple[str, int, int | None]:
    """The values of HELD."""
    return (claim.event, claim.attempt, micros(claim.due))


def end(connection: Connection, done: Receipt) -> None:
    """Refined, or failed for good: what was done is added to the receipt."""
    receipts.extend(connection, done)
    close(connection, done)


def close(connection: Connection, receipt: Receipt) -> None:
    """A receipt that says refined leaves no job, one that says failed leaves a dead one."""
    if receipt.status is Status.REFINED:
        connection.execute("DELETE FROM job WHERE event = ?", [receipt.id])
    elif receipt.status is Status.FAILED:
        connection.execute(
            "UPDATE job SET dead = 1, leased = 0, error = ? WHERE event = ?",
            (receipt.error or "", receipt.id),
        )


def waiting(connection: Connection, branch: int) -> list[str]:
    """Events of the branch whose refinement has not ended, oldest first."""
    rows = connection.execute(
        "SELECT job.event FROM job JOIN event ON event.id = job.event"
        " WHERE job.branch = ? AND dead = 0 ORDER BY event.seq",
        [branch],
    )
    return [id for (id,) in rows]


def wanted(connection: Connection, sight: Sight, event: str) -> bool:
    """Whether any turn of the event is held, however sensitive it is."""
    held = sight.cleared().current(NOW)
    query = (
        "SELECT 1 FROM lineage JOIN version USING (row) WHERE source = ? AND kind = 'event'"
        f" AND version.place >= 0 AND state != 'expired' AND {held.sql} LIMIT 1"
    )
    return connection.execute(query, [event, *held.values]).fetchone() is not None


def silence(connection: Connection) -> None:
    """Why attempts failed may quote anything that was read, and so what is forgotten."""
    connection.execute("UPDATE job SET error = '' WHERE error != ''")
