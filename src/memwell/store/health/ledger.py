"""The journal and the audit log."""

from collections.abc import Iterator

from memwell.store import audit
from memwell.store.health.patient import Finding, Patient, counted, some


def journal(patient: Patient) -> Iterator[Finding]:
    """Its lines are numbered without a gap, and nothing is newer than the last of them."""
    ((lines, first, last),) = patient.rows(
        "SELECT count(*), coalesce(min(seq), 1), coalesce(max(seq), 0) FROM journal"
    )
    missing = last - first + 1 - lines + (first - 1)
    if missing:
        yield Finding(
            f"{counted(missing, 'line')} of the journal {'is' if missing == 1 else 'are'} missing;"
            " what they tell of cannot be undone, and nothing else rests on them",
            grave=False,
        )
    ahead = patient.values(
        "SELECT 'version ' || row FROM version WHERE max(born, coalesce(died, 0)) > ?1"
        " UNION ALL SELECT 'link ' || row FROM link WHERE max(born, coalesce(died, 0)) > ?1"
        " UNION ALL SELECT 'event ' || id FROM event WHERE born > ?1"
        " UNION ALL SELECT 'ended ' || row FROM ended WHERE died > ?1",
        last,
    )
    if ahead:
        what = f"{counted(len(ahead), 'row')} are newer than the journal's last line"
        yield Finding(what, some(ahead), _continued)


def seals(patient: Patient) -> Iterator[Finding]:
    """Nobody changed the audit log, or took a line out of it."""
    broken = audit.broken(patient.connection)
    if broken:
        yield Finding(
            f"{counted(len(broken), 'line')} of the audit log do not fit the lines before them:"
            " some were changed or are missing; they stay as they are, as evidence",
            some(broken),
        )


def _continued(patient: Patient) -> str:
    """A line of its own, numbered beyond everything, so that no number is given twice."""
    with patient.changing() as connection:
        (last,) = connection.execute(
            "SELECT max(n) FROM (SELECT max(max(born, coalesce(died, 0))) AS n FROM version"
            " UNION ALL SELECT max(max(born, coalesce(died, 0))) FROM link"
            " UNION ALL SELECT max(born) FROM event UNION ALL SELECT max(died) FROM ended)"
        ).fetchone()
        (end,) = connection.execute("SELECT coalesce(max(seq), 0) FROM journal").fetchone()
        if (last or 0) > end:
            connection.execute(
                "INSERT INTO journal SELECT ?, 'doctor', coalesce(max(recorded), 0),"
                " 'memwell:doctor', NULL, 'noop', NULL, NULL, 'lines before it were lost'"
                " FROM event",
                [last],
            )
    return f"continued the journal at {max(last or 0, end):,}"
