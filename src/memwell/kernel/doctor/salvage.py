"""A damaged database: what can be read goes into a new one, the rest is told of plainly.

The damaged one is kept beside it, until somebody deletes it.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from memwell.core.errors import Damaged, StoreError
from memwell.core.governance import Copy
from memwell.kernel.doctor.examine import Health, Told, patient_in, repaired
from memwell.kernel.doctor.remains import dropped
from memwell.kernel.doctor.turns import rebuilt_turns
from memwell.kernel.record import BY
from memwell.store import durable
from memwell.store.health.patient import Patient, counted
from memwell.store.salvage import log
from memwell.store.salvage.holders import holder
from memwell.store.salvage.rescue import Rescued, rescue
from memwell.store.seal import Seal

SAVED = "memory.db.saved"
QUEUED = "SELECT 1 FROM job JOIN journal ON cause = event WHERE journal.id = ? AND op = 'add'"
KIND = "damaged"  # what the list of copies calls the database that is kept aside


def needed(folder: Path) -> str | None:
    """Why nothing less will do; None where the log is whole. To be asked before it is opened."""
    state = log.judge(folder / "memory.db-wal")
    if not state.changes:
        return None
    return (
        f"{counted(len(state.broken), 'page')} of the database's log are damaged, and"
        f" {counted(state.changes, 'change')} after them"
    )


def salvage(folder: Path, seal: Seal, why: str, *, told: Told = lambda _: None) -> Health:
    """What was saved and what was lost.

    Raises StoreError while somebody has the memory open, and Damaged when nothing can be read.
    """
    path = folder / "memory.db"
    open_elsewhere(path)
    saved = folder / SAVED
    for leftover in folder.glob(f"{SAVED}*"):
        leftover.unlink()
    told("reading around the damage")
    rescued = rescue(path, saved, seal.driver)
    aside = _exchange(path, saved)
    with patient_in(folder, seal) as patient:
        dropped(patient)  # index files: what they are told apart by may be lost
        found = repaired(patient, told)
        now = datetime.now(UTC)
        patient.store.governance.copied(Copy(str(aside), KIND, now, patient.store.sequence()))
        lost = tuple(_losses(patient, rescued))
    done = f"saved what can be read into a new database ({why}); the damaged one is {aside.name}"
    return replace(found, repaired=(done, *found.repaired), lost=lost)


def open_elsewhere(path: Path) -> None:
    """Raises StoreError when somebody has the database open."""
    process = holder(path)
    if process is not None:
        whose = "this process" if process == os.getpid() else f"process {process}"
        raise StoreError(f"{path} is open in {whose}; close it, then run this again")


def _exchange(path: Path, saved: Path) -> Path:
    """The saved one takes the place of the damaged one, which gets another name."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    os.link(path, aside)
    for ending in ("-wal", "-shm"):
        beside = path.with_name(path.name + ending)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + ending))
    saved.replace(path)
    durable.sync(path.parent)
    return aside


def _losses(patient: Patient, rescued: Rescued) -> Iterator[str]:
    """One line for everything that is not as it was."""
    events = {id for (id,) in patient.rows("SELECT id FROM event")}
    for id in rescued.events:
        yield (
            f"event {id}: its own row was lost; it was put together again from its turns"
            if id in events
            else f"event {id}: it could not be saved, nor could its turns"
        )
    turns = rebuilt_turns(patient, [id for id, _ in rescued.versions])
    for id, number in rescued.versions:
        if id in turns and number == 1:
            yield f"memory {id}: it was written again from its event"
        else:
            stands = patient.values("SELECT max(version) FROM version WHERE id = ?", id)[0]
            rest = f"version {stands} stands" if stands else _derived_anew(patient, id)
            yield f"memory {id}: version {number} could not be saved; {rest}"
    for table in rescued.torn:
        if table == "lineage":
            yield "table lineage: some of it was lost; forgetting may miss what was derived"
        elif table not in ("event", "version"):
            yield f"table {table}: some of it could not be read"


def _derived_anew(patient: Patient, id: str) -> str:
    """A memory that a strategy made of an event is made of it again: its id will be the same."""
    with patient.changing() as connection:
        queued = connection.execute(
            "INSERT OR IGNORE INTO job SELECT event.id, event.branch, 0, recorded, 0, '', 0"
            " FROM journal JOIN event ON event.id = cause"
            " WHERE journal.id = ? AND op = 'add' AND by != ?",
            [id, BY],
        ).rowcount
        if queued or connection.execute(QUEUED, [id]).fetchone():
            return "it is made again of its event when the memory is opened with its strategy"
    return "nothing else is left of it"


def damaged(error: StoreError) -> bool:
    """Whether the error says that the database itself is damaged."""
    return isinstance(error, Damaged) or isinstance(error.__cause__, Damaged)
