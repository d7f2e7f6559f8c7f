"""What memories can be filtered by, against the labels they carry."""

from collections.abc import Iterator

from memwell.store.filters import UNINDEXED
from memwell.store.health.patient import Finding, Patient, counted, some

CARRIED = (
    "SELECT each.key, each.value, version.row FROM version, json_each(version.labels) AS each"
    f" WHERE each.key NOT IN {UNINDEXED}"
)
INDEXED = "SELECT name, value, row FROM label"


def labels(patient: Patient) -> Iterator[Finding]:
    """Every label has its row, and every row its label."""
    missing = patient.rows(f"{CARRIED} EXCEPT {INDEXED}")
    surplus = patient.rows(
        f"SELECT * FROM ({INDEXED} EXCEPT {CARRIED}) WHERE row IN (SELECT row FROM version)"
    )
    if missing or surplus:
        rows = sorted({row for _, _, row in missing + surplus})
        what = f"the filter's rows of {counted(len(rows), 'version')} do not fit their labels"
        yield Finding(what, some(rows), rebuilt)


def rebuilt(patient: Patient) -> str:
    with patient.changing() as connection:
        connection.execute("DELETE FROM label")
        made = connection.execute(f"INSERT INTO label {CARRIED}").rowcount
    return f"wrote {counted(made, 'row')} of labels anew"
