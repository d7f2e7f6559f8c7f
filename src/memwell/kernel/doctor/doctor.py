"""`memwell doctor` as a function: look, repair, and where a file is damaged, save what is left."""

from dataclasses import replace
from pathlib import Path

from memwell.core.errors import MigrationError, NotFound, StoreError
from memwell.kernel.doctor import examine, rebuild
from memwell.kernel.doctor.examine import FIRST, Health, Told
from memwell.kernel.doctor.salvage import damaged, needed, salvage
from memwell.store.health.patient import Finding
from memwell.store.seal import Seal, opened

LOG, OPENING = "log of the database", "the database can be opened"


def doctor(
    folder: str | Path,
    *,
    repair: bool = False,
    deep: bool = False,
    key: bytes | str | Path | None = None,
    anew: bool = False,
    told: Told = lambda _: None,
) -> Health:
    """Look whether a memory is whole. Opens nothing that another program has to close, to look.

    Args:
        folder: The memory's folder.
        repair: Mend what can be mended. What cannot be read of a damaged database is given up: what
            is left goes into a new one, and the damaged one is kept beside it.
        deep: Compare index files with the store, too.
        key: Opens an encrypted memory, as for `Memory`.
        anew: Build every index anew, from words and events, whatever it looks like.
        told: Called with the name of each check as it begins.

    Raises NotFound where there is no memory, StoreError while somebody has a memory open whose
    files must be exchanged, and Damaged when nothing of it can be read.
    """
    folder = Path(folder)
    if not (folder / "memory.db").is_file():
        raise NotFound(f"there is no memory in {folder}; name a folder that holds a memory.db")
    seal = opened(folder, key)
    beyond = _beyond(folder, seal)
    if beyond:
        if not repair:
            return Health((beyond.check,), (beyond,))
        return salvage(folder, seal, beyond.what, told=told)
    with examine.patient_in(folder, seal, deep=deep) as patient:
        done = rebuild.everything(patient) if anew else ()
        health = (examine.repaired if repair else examine.examined)(patient, told)
    broken = next((each for each in health.findings if _is_damage(each)), None)
    if broken and repair:
        return salvage(folder, seal, broken.what, told=told)
    return replace(health, repaired=(*done, *health.repaired))


def _beyond(folder: Path, seal: Seal) -> Finding | None:
    """What is to be known before the memory is opened, because opening would hide it."""
    why = needed(folder)
    if why:
        return Finding(f"{why}: SQLite would open it without them", check=LOG)
    try:
        with examine.patient_in(folder, seal) as patient:
            patient.rows("SELECT count(*) FROM version")
    except MigrationError as error:
        if not error.__cause__:
            raise
        return Finding(str(error), check=OPENING)
    except StoreError as error:
        if not damaged(error):
            raise
        return Finding(str(error), check=OPENING)
    return None


def _is_damage(finding: Finding) -> bool:
    return finding.check == FIRST and finding.repair is None
