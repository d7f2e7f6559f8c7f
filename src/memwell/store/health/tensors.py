"""Blobs: each is there and as it was written, and each is named by a memory."""

import time
from collections.abc import Iterator
from pathlib import Path

from memwell.core.errors import CorruptBlob
from memwell.store.durable import PART
from memwell.store.health.patient import Finding, Patient, counted, some
from memwell.store.snapshot import NAMED

SETTLED = 3600.0  # seconds after which nobody can be about to name a blob that was just written


def blobs(patient: Patient) -> Iterator[Finding]:
    """What memories name."""
    there = set(patient.blobs.digests())
    named = patient.values(NAMED)
    missing = [digest for digest in named if digest not in there]
    changed = [digest for digest in named if digest in there and not _sound(patient, digest)]
    for lost, how in ((missing, "are missing"), (changed, "are not as they were written")):
        if lost:
            what = f"tensors of {counted(len(lost), 'blob')} {how}; a backup may have them"
            yield Finding(what, some(lost))


def left_over(patient: Patient) -> Iterator[Finding]:
    """What no memory names, and what writes that were cut off have left."""
    named = set(patient.values(NAMED))
    lonely = [
        digest
        for digest in patient.blobs.digests()
        if digest not in named and _settled(patient.blobs.path(digest))
    ]
    if lonely:
        what = f"{counted(len(lonely), 'blob')} belong to no memory"
        yield Finding(what, some(lonely), _dropped)
    parts = [part for part in patient.blobs.folder.glob(f"*/*{PART}") if _settled(part)]
    if parts:
        what = f"{counted(len(parts), 'file')} of blobs were never finished"
        yield Finding(what, some(part.name for part in parts), _tidied)


def _sound(patient: Patient, digest: str) -> bool:
    try:
        patient.blobs.get(digest)
    except CorruptBlob:
        return False
    return True


def _settled(path: Path) -> bool:
    return path.exists() and time.time() - path.stat().st_mtime > SETTLED


def _dropped(patient: Patient) -> str:
    """While nobody writes, so that nobody can come to name them."""
    with patient.changing() as connection:
        named = {digest for (digest,) in connection.execute(NAMED)}
        lonely = [
            digest
            for digest in list(patient.blobs.digests())
            if digest not in named and _settled(patient.blobs.path(digest))
        ]
        gone = sum(map(patient.blobs.drop, lonely))
    return f"dropped {counted(gone, 'blob')} that belonged to no memory"


def _tidied(patient: Patient) -> str:
    patient.blobs.tidy()
    return "removed unfinished files of blobs"
