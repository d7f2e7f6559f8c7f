"""Rows that belong to nothing: they take room, and may tell of what was forgotten."""

from collections.abc import Iterator
from functools import partial

from memwell.store.health.patient import Finding, Patient, counted, some

NO_VERSION = "NOT EXISTS (SELECT 1 FROM version WHERE version.row = {0}.row)"
NO_CUBE = "NOT EXISTS (SELECT 1 FROM version WHERE version.id = {0})"
NO_EVENT = "NOT EXISTS (SELECT 1 FROM event WHERE event.id = {0})"

# Of every table beside the memories: what names its row, and when it belongs to nothing.
ORPHANS: dict[str, tuple[str, str]] = {
    "terms": ("row", NO_VERSION.format("terms")),
    "vector": ("row", NO_VERSION.format("vector")),
    "token_states": ("row", NO_VERSION.format("token_states")),
    "lineage": ("row", NO_VERSION.format("lineage")),
    "label": ("row", NO_VERSION.format("label")),
    "link": ("row", f"{NO_CUBE.format('src')} OR {NO_CUBE.format('dst')}"),
    "ended": (
        "row",
        (
            "CASE kind WHEN 'version' THEN NOT EXISTS"
            " (SELECT 1 FROM version WHERE version.row = ended.row) ELSE NOT EXISTS"
            " (SELECT 1 FROM link WHERE link.row = ended.row) END"
            " OR branch NOT IN (SELECT code FROM branch)"
        ),
    ),
    "usage": ("id", NO_CUBE.format("usage.id")),
    "access": ("id", f"cube IS NOT NULL AND {NO_CUBE.format('access.cube')}"),
    "job": ("event", NO_EVENT.format("job.event")),
    "receipt": (
        "id",
        (
            f"{NO_EVENT.format('receipt.id')}"
            " AND NOT EXISTS (SELECT 1 FROM journal WHERE batch = receipt.id)"
        ),
    ),
    "scope": (
        "code",
        (
            "NOT EXISTS (SELECT 1 FROM version WHERE version.scope = code)"
            " AND NOT EXISTS (SELECT 1 FROM event WHERE event.scope = code)"
        ),
    ),
}


def orphans(patient: Patient) -> Iterator[Finding]:
    """Table by table."""
    for table, (name, lonely) in ORPHANS.items():
        found = patient.values(f"SELECT {name} FROM {table} WHERE {lonely}")
        if found:
            yield Finding(
                f"{counted(len(found), 'row')} of {table} belong to nothing",
                some(found),
                partial(_dropped, table=table),
            )


def _dropped(patient: Patient, table: str) -> str:
    with patient.changing() as connection:
        gone = connection.execute(f"DELETE FROM {table} WHERE {ORPHANS[table][1]}").rowcount
    return f"dropped {counted(gone, 'row')} of {table} that belonged to nothing"
