"""The database file itself, as SQLite checks it."""

from collections.abc import Iterator

from memwell.store.driver import errors
from memwell.store.health.patient import Finding, Patient, counted, some

INDEX = ("missing from index", "wrong # of entries in index", "non-unique entry in index")
LOST = "lost+found"  # the tenant of what nobody knows whose it was


def whole(patient: Patient) -> Iterator[Finding]:
    """Pages, records and indexes. Where a page is damaged nothing else can be trusted."""
    try:
        told = patient.values("PRAGMA integrity_check(100)")
    except errors() as error:
        told = [str(error)]
    if told == ["ok"]:
        return
    indexes = all(any(sign in line for sign in INDEX) for line in told)
    yield Finding(
        "indexes of the database do not fit its tables"
        if indexes
        else "pages of the database are damaged; what can still be read goes into a new one",
        some(told),
        _reindexed if indexes else None,
    )


def references(patient: Patient) -> Iterator[Finding]:
    """Rows that point to rows; those of search entries are the orphans' affair."""
    lost = patient.values(
        "SELECT DISTINCT scope FROM (SELECT scope FROM version UNION SELECT scope FROM event)"
        " WHERE scope NOT IN (SELECT code FROM scope)"
    )
    if lost:
        yield Finding(
            f"it is not known any more whose memories those of {counted(len(lost), 'scope')} are",
            some(lost),
            _adopted,
        )
    branches = patient.values(
        "SELECT DISTINCT branch FROM version WHERE branch NOT IN (SELECT code FROM branch)"
    )
    if branches:
        yield Finding(
            f"{counted(len(branches), 'branch', 'branches')} of the memory cannot be entered",
            some(branches),
            _rejoined,
        )


def _reindexed(patient: Patient) -> str:
    with patient.changing() as connection:
        connection.execute("REINDEX")
    return "built the database's indexes anew"


def _adopted(patient: Patient) -> str:
    with patient.changing() as connection:
        made = connection.execute(
            "INSERT INTO scope SELECT code, ?, '', '', 'scope-' || code FROM ("
            " SELECT scope AS code FROM version UNION SELECT scope FROM event)"
            " WHERE code NOT IN (SELECT code FROM scope)",
            [LOST],
        ).rowcount
    return f"gave {counted(made, 'scope')} of unknown owners to the tenant {LOST!r}"


def _rejoined(patient: Patient) -> str:
    """A branch whose name was lost is entered under its number, from the main line's beginning."""
    with patient.changing() as connection:
        made = connection.execute(
            "INSERT INTO branch SELECT DISTINCT branch, 'branch-' || branch, 0, 0, 0 FROM version"
            " WHERE branch NOT IN (SELECT code FROM branch)"
        ).rowcount
    return f"named {counted(made, 'branch', 'branches')} whose names were lost by their numbers"
