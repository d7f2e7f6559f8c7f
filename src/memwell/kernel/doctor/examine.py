"""Examines a memory check by check, and repairs what was found."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from memwell.core.errors import NotFound, StoreError
from memwell.kernel.doctor import remains, sources, turns, words
from memwell.store.blobs import BlobStore
from memwell.store.driver import errors
from memwell.store.health import (
    database,
    labels,
    ledger,
    lines,
    orphans,
    tensors,
    vectors,
)
from memwell.store.health.patient import Check, Finding, Patient, Repair
from memwell.store.seal import Seal
from memwell.store.sqlite import SQLiteStore

# In this order they are repaired: what is rebuilt from something comes after it.
CHECKS: Mapping[str, Check] = {
    "pages of the database": database.whole,
    "owners and branches": database.references,
    "events can be read": turns.readable,
    "events of turns": sources.sources,
    "turns of events": turns.turns,
    "events named by turns": turns.named,
    "order of versions": lines.versions,
    "times of versions": lines.times,
    "branches": lines.endings,
    "links": lines.edges,
    "nothing orphaned": orphans.orphans,
    "labels": labels.labels,
    "search entries": words.serving,
    "terms": words.wording,
    "vectors": vectors.vectors,
    "token states": vectors.token_states,
    "vectors complete": vectors.complete,
    "journal": ledger.journal,
    "audit log": ledger.seals,
    "tensors": tensors.blobs,
    "tensors left over": tensors.left_over,
    "erasures finished": remains.unscrubbed,
    "index files of vectors": remains.index,
    "index files of postings": remains.postings,
}

PASSES = 3  # what one repair writes, another check may have to complete

FIRST = next(iter(CHECKS))

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Health:
    """What was looked at, what is wrong, and what was repaired."""

    checks: tuple[str, ...]
    findings: tuple[Finding, ...] = ()  # what is wrong still
    repaired: tuple[str, ...] = ()  # what was done
    lost: tuple[str, ...] = ()  # what could not be saved, one by one

    @property
    def sound(self) -> bool:
        """Nothing is wrong that matters."""
        return not any(finding.grave for finding in self.findings)


def examined(patient: Patient, told: Told = lambda _: None) -> Health:
    """Look at everything and change nothing.

    What is found must be found twice: others may be at work between database and files.
    """
    found = list(_findings(patient, CHECKS, told))
    suspects = {each.check: CHECKS[each.check] for each in found}
    if suspects:
        found = list(_findings(patient, suspects, told))
    return Health(tuple(CHECKS), tuple(found))


def repaired(patient: Patient, told: Told = lambda _: None) -> Health:
    """The same, and repair what was found; what is told of then is what is still wrong."""
    done: list[str] = []
    for _ in range(PASSES):
        health = examined(patient, told)
        repairs = [each.repair for each in health.findings if each.repair]
        if not repairs:
            break
        done += [_done(patient, mend) for mend in repairs]
    return replace(examined(patient, told), repaired=tuple(dict.fromkeys(done)))


def _done(patient: Patient, mend: Repair) -> str:
    try:
        return mend(patient)
    except StoreError as error:
        return f"one repair could not be done: {error}"


@contextmanager
def patient_in(folder: Path, seal: Seal, *, deep: bool = False) -> Iterator[Patient]:
    """The memory in a folder, opened for the doctor. Raises NotFound."""
    path = folder / "memory.db"
    if not path.is_file():
        raise NotFound(f"there is no memory in {folder}")
    store = SQLiteStore(path, seal.driver)
    try:
        yield Patient(folder, store, BlobStore(folder / "blobs", seal.envelope), deep)
    finally:
        store.close()


def _findings(patient: Patient, checks: Mapping[str, Check], told: Told) -> Iterator[Finding]:
    """The database is looked at as it is at one moment. A damaged one is not looked at further."""
    with patient.still():
        for name in checks:
            told(name)
            found = list(_found(patient, name, checks[name]))
            yield from found
            if name == FIRST and any(each.repair is None for each in found):
                return


def _found(patient: Patient, name: str, check: Check) -> Iterator[Finding]:
    """What a check cannot read is a finding, too."""
    try:
        for each in check(patient):
            yield replace(each, check=name)
    except errors() as error:
        yield Finding(f"it cannot be read: {error}", check=name)
