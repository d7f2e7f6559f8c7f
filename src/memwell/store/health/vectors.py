"""Vectors and token states: of the right width, finite, of unit length, complete."""

from collections.abc import Iterator, Sequence

import numpy as np

from memwell.store.erase import void
from memwell.store.health.patient import Finding, Patient, counted, some
from memwell.store.reading import chunks, marks

PART = 20_000  # vectors read at a time
NEAR = 0.01  # how far from one a length may be
SERVING = "embedder"  # the setting that names the fingerprint of complete vectors


def vectors(patient: Patient) -> Iterator[Finding]:
    """Every vector can be compared with the others of its embedder."""
    wrong = [place for name, width in _widths(patient) for place in _wrong(patient, name, width)]
    if wrong:

        def repair(patient: Patient) -> str:
            return _dropped(patient, wrong)

        what = f"{counted(len(wrong), 'vector')} cannot be compared with others"
        yield Finding(what, some(wrong), repair)


def token_states(patient: Patient) -> Iterator[Finding]:
    """Every text's states can be unpacked, and stand beside its vector."""
    wrong = patient.rows(
        "SELECT row, fingerprint FROM token_states WHERE length(states) < 2 OR NOT EXISTS"
        " (SELECT 1 FROM vector WHERE vector.row = token_states.row"
        " AND vector.fingerprint = token_states.fingerprint)"
    )
    wrong += [pair for pair in _unpackable(patient) if pair not in set(wrong)]
    if wrong:

        def repair(patient: Patient) -> str:
            return _undone(patient, wrong)

        what = f"token states of {counted(len(wrong), 'memory', 'memories')} cannot be used"
        yield Finding(what, some(row for row, _ in wrong), repair)


def complete(patient: Patient) -> Iterator[Finding]:
    """The embedder that serves has read everything; what is missing is made on opening."""
    for serving in patient.values("SELECT value FROM meta WHERE key = ?", SERVING):
        missing = patient.values(
            "SELECT terms.row FROM terms JOIN version ON version.row = terms.row"
            " LEFT JOIN vector ON vector.row = terms.row AND vector.fingerprint = ?"
            " WHERE vector.row IS NULL AND form = 'text'",
            serving,
        )
        if missing:
            yield Finding(
                f"{counted(len(missing), 'memory has', 'memories have')} no vector yet; they are"
                " made when the memory is opened with its embedder",
                some(missing),
                grave=False,
            )


def _widths(patient: Patient) -> list[tuple[str, int]]:
    """Of each embedder, the bytes that most of its vectors take."""
    found = patient.rows(
        "SELECT fingerprint, length(vector), count(*) FROM vector GROUP BY 1, 2 ORDER BY 3"
    )
    return list({name: width for name, width, _ in found if width % 4 == 0}.items())


def _wrong(patient: Patient, fingerprint: str, width: int) -> Iterator[int]:
    last = 0
    while part := patient.rows(
        "SELECT place, vector FROM vector WHERE fingerprint = ? AND place > ? ORDER BY place"
        f" LIMIT {PART}",
        fingerprint,
        last,
    ):
        last = part[-1][0]
        yield from (place for place, blob in part if len(blob) != width)
        right = [(place, blob) for place, blob in part if len(blob) == width]
        matrix = np.frombuffer(b"".join(blob for _, blob in right), "<f4").reshape(len(right), -1)
        with np.errstate(all="ignore"):
            lengths = np.sqrt(np.einsum("nw,nw->n", matrix, matrix, dtype=np.float64))
            off = ~(np.abs(lengths - 1.0) < NEAR)  # also what is not a number
        yield from (right[place][0] for place in np.flatnonzero(off))


def _unpackable(patient: Patient) -> Iterator[tuple[int, str]]:
    """Two bytes of width, then for each token two of its id and half a byte for each code."""
    for row, fingerprint, head, size in patient.connection.execute(
        "SELECT row, fingerprint, substr(states, 1, 2), length(states) FROM token_states"
    ):
        width = int.from_bytes(head, "little")
        if size >= 2 and (width == 0 or (size - 2) % (2 + (width + 1) // 2)):
            yield row, fingerprint


def _dropped(patient: Patient, places: Sequence[int]) -> str:
    with patient.changing() as connection:
        for part in chunks(places):
            wanted = f"SELECT row, fingerprint FROM vector WHERE place IN ({marks(part)})"
            connection.execute(
                f"DELETE FROM token_states WHERE (row, fingerprint) IN ({wanted})", part
            )
            connection.execute(f"DELETE FROM vector WHERE place IN ({marks(part)})", part)
        void(connection)  # index files hold them, too
    return f"took out {counted(len(places), 'vector')}, to be made again when the memory is opened"


def _undone(patient: Patient, wrong: Sequence[tuple[int, str]]) -> str:
    """With their vectors, because both are made in one pass."""
    with patient.changing() as connection:
        for table in ("token_states", "vector"):
            connection.executemany(f"DELETE FROM {table} WHERE row = ? AND fingerprint = ?", wrong)
        void(connection)
    return f"took out {counted(len(wrong), 'text')}' token states, to be made again on opening"
