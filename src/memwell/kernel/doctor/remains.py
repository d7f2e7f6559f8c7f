"""What erasures left on disk, and index files that do not fit the store."""

from collections.abc import Iterator

import numpy as np

from memwell.index.flat import marked
from memwell.index.matrix import InFiles
from memwell.index.shelf import SegmentFiles
from memwell.index.stamp import Checked, Stamp
from memwell.kernel import scrub
from memwell.store.health.patient import Finding, Patient

VECTORS = "SELECT row, vector FROM vector WHERE row BETWEEN ? AND ? AND fingerprint = ?"
PART = 4_096  # vectors compared at a time


def unscrubbed(patient: Patient) -> Iterator[Finding]:
    """Erasures that were cut off: old pages in the log, tensors in their files."""
    if patient.store.leftover():
        yield Finding("bytes of what was forgotten are on disk still", repair=_scrubbed)


def index(patient: Patient) -> Iterator[Finding]:
    """Index files are a cache; those that do not fit are made anew when they are needed."""
    folder = patient.folder / "index" / "flat"
    if not any(path.name != "lock" for path in folder.glob("*")):
        return
    stamp = Stamp.read(folder)
    if stamp is None:
        yield Finding("index files cannot be used", repair=dropped, grave=False)
    elif stamp.generation.split("-")[1:2] != [str(patient.store.erasures())]:
        yield Finding("index files are from before something was erased", repair=dropped)
    elif not Checked(folder).sound(stamp):
        yield Finding("index files are not as they were written", repair=dropped)
    elif patient.deep and not _equal(patient, stamp):
        yield Finding("index files hold other vectors than the store", repair=dropped)


def postings(patient: Patient) -> Iterator[Finding]:
    """The same, of the segments of postings."""
    try:
        listing = _shelf(patient).listing()
        segments = [_shelf(patient).segment(name) for name in listing.names] if listing else []
    except (ValueError, KeyError, TypeError, OSError) as error:
        yield Finding(f"postings cannot be read: {error}", repair=dropped)
        return
    if listing is None:
        return
    if listing.generation.split("-")[0] != str(patient.store.erasures()):
        yield Finding("postings are from before something was erased", repair=dropped)
    elif tuple(len(segment.rows) for segment in segments) != listing.sizes:
        yield Finding("postings are not as they were written", repair=dropped)


def _equal(patient: Patient, stamp: Stamp) -> bool:
    """Every vector of the files is the one that the store has of that row."""
    folder = patient.folder / "index" / "flat"
    names = patient.values("SELECT DISTINCT fingerprint FROM vector")
    name = next((each for each in names if stamp.generation.startswith(marked(each))), None)
    entries = np.fromfile(folder / stamp.entries, np.int64, stamp.count)
    with (folder / stamp.vectors).open("rb") as file:
        for start in range(0, stamp.count, PART):
            rows = entries[start : start + PART].tolist()
            held = file.read(len(rows) * stamp.width * 4)
            stored: dict[int, bytes] = dict(patient.rows(VECTORS, min(rows), max(rows), name))
            if held != b"".join(stored.get(row, b"") for row in rows):
                return False
    return True


def _scrubbed(patient: Patient) -> str:
    if scrub.finish(patient.store, patient.blobs, scrub.ON_OPENING):
        return "removed what erasures had left on disk"
    return "another process still reads what was forgotten; run this again when it has ended"


def dropped(patient: Patient) -> str:
    for cache in (_matrix(patient), _shelf(patient)):
        if cache.exists():
            with cache.locked():
                cache.clear()
    return "removed index files; they are made anew when they are needed"


def _matrix(patient: Patient) -> InFiles:
    return InFiles(patient.folder / "index" / "flat")


def _shelf(patient: Patient) -> SegmentFiles:
    return SegmentFiles(patient.folder / "index" / "postings")
