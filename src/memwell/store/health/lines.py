"""Versions: in every line each memory has them all in a row, and exactly one is current."""

import sqlite3
from collections.abc import Iterator

from memwell.store import branches
from memwell.store.health.patient import Finding, Patient, Repair, Values, counted, some
from memwell.store.sight import Sight

# When, or by which change, a row ended: as its next version began; a link, as it began itself.
NEXT = {
    "version": "coalesce((SELECT min(next.{0}) FROM version AS next WHERE next.id = version.id"
    " AND next.branch = version.branch AND next.version > version.version), version.{0})",
    "link": "link.{0}",
}
HALF_ENDED = "(expired IS NULL) != (died IS NULL)"
BACKWARD = "expired < created OR died < born"


def versions(patient: Patient) -> Iterator[Finding]:
    """Numbered from one, without gaps; the last one current, the others ended."""
    wrong = {
        f"{id} in {name}"
        for name, line in _lines(patient.connection)
        for id in patient.values(_broken(line))
    }
    if wrong:
        what = f"versions of {counted(len(wrong), 'memory', 'memories')} do not follow each other"
        yield Finding(what, some(sorted(wrong)), mended)


def times(patient: Patient) -> Iterator[Finding]:
    """Whatever ended did so by a change, and not before it began."""
    for table in ("version", "link"):
        half = patient.values(f"SELECT row FROM {table} WHERE {HALF_ENDED}")
        if half:
            what = f"{counted(len(half), table)} ended without a change that ended it"
            yield Finding(what, some(half), mended)
        odd = patient.values(f"SELECT row FROM {table} WHERE {BACKWARD}")
        if odd:
            what = f"{counted(len(odd), table)} ended before it began"
            yield Finding(what, some(odd), mended)


def endings(patient: Patient) -> Iterator[Finding]:
    """A branch notes an ending only of what it came with, and wrote not itself."""
    stray = patient.rows(
        "SELECT ended.kind, ended.row, ended.branch FROM ended JOIN version USING (row)"
        " WHERE ended.kind = 'version' AND ended.branch = version.branch UNION ALL"
        " SELECT ended.kind, ended.row, ended.branch FROM ended JOIN link USING (row)"
        " WHERE ended.kind = 'link' AND ended.branch = link.branch"
    )
    connection = patient.connection
    for _, line in _lines(connection):
        stray += connection.execute(_uninherited(line), [line.own]).fetchall()
    if stray:
        what = f"{counted(len(stray), 'ending')} are noted of what the branch did not come with"
        yield Finding(what, some(f"{kind} {row}" for kind, row, _ in stray), _unnoted(stray))


def edges(patient: Patient) -> Iterator[Finding]:
    """In every line an edge is held once."""
    twice: set[tuple[str, str, str]] = set()
    for _, line in _lines(patient.connection):
        twice |= set(
            patient.rows(
                f"SELECT src, dst, relation FROM link WHERE {line.seen('link').sql}"
                f" AND {line.ending('link', 'expired')} IS NULL"
                " GROUP BY 1, 2, 3 HAVING count(*) > 1"
            )
        )
    if twice:
        what = f"{counted(len(twice), 'link')} are held more than once"
        yield Finding(what, some(f"{src} {relation} {dst}" for src, dst, relation in twice))


def mended(patient: Patient) -> str:
    """Close the gaps, end what a later version follows, and reopen what none follows."""
    with patient.changing() as connection:
        changed = mend(connection)
    return f"put {counted(changed, 'version')} in order again"


def mend(connection: sqlite3.Connection) -> int:
    """Within a transaction; line by line, parents first. Returns how many rows were changed."""
    changed = _end(connection)
    for _, line in _lines(connection):
        broken = [id for (id,) in connection.execute(_broken(line)).fetchall()]
        changed += sum(_mend_one(connection, line, id) for id in broken)
    return changed


def _lines(connection: sqlite3.Connection) -> list[tuple[str, Sight]]:
    """Every branch with its line; a branch's code is larger than its parent's."""
    names = connection.execute("SELECT name FROM branch ORDER BY code").fetchall()
    return [(name, branches.sight(connection, name)) for (name,) in names]


def _broken(line: Sight) -> str:
    """Query of the ids that are not as they should be in a line."""
    ending = line.ending("version", "expired")
    return (
        "SELECT id FROM (SELECT id, version.version AS number,"
        f" {ending} AS ended FROM version WHERE {line.seen('version').sql})"
        " GROUP BY id HAVING min(number) != 1 OR max(number) != count(*)"
        " OR count(DISTINCT number) != count(*) OR sum(ended IS NULL) != 1"
        " OR max(CASE WHEN ended IS NULL THEN number END) IS NOT max(number)"
    )


def _uninherited(line: Sight) -> str:
    """Query of the endings that a branch noted of rows that its line never saw."""
    seen = line.seen("version").sql
    return (
        "SELECT ended.kind, ended.row, ended.branch FROM ended JOIN version USING (row)"
        f" WHERE ended.kind = 'version' AND ended.branch = ? AND NOT ({seen})"
    )


def _end(connection: sqlite3.Connection) -> int:
    """Times and changes that go together, from the version that follows."""
    changed = 0
    for table, follows in NEXT.items():
        for end, other, start in (("expired", "died", "created"), ("died", "expired", "born")):
            changed += connection.execute(
                f"UPDATE {table} SET {end} = {follows.format(start)}"
                f" WHERE ({end} IS NULL AND {other} IS NOT NULL) OR {end} < {start}"
            ).rowcount
    return changed


def _mend_one(connection: sqlite3.Connection, line: Sight, id: str) -> int:
    """One memory in one line: its own rows are numbered on from those it came with."""
    found = connection.execute(
        "SELECT row, branch, version, created, born,"
        f" {line.ending('version', 'expired')} FROM version"
        f" WHERE id = ? AND {line.seen('version').sql} ORDER BY version, born, row",
        [id],
    ).fetchall()
    own = [place for place, (_, branch, *_) in enumerate(found) if branch == line.own]
    for sign in (-1, 1):  # by way of numbers that nobody has: two may not meet
        connection.executemany(
            "UPDATE version SET version = ? WHERE row = ?",
            [(sign * (place + 1), found[place][0]) for place in own],
        )
    pairs = zip(found, [*found[1:], None], strict=True)
    return len(own) + sum(_follow(connection, line, row, after) for row, after in pairs)


def _follow(
    connection: sqlite3.Connection,
    line: Sight,
    row: Values,
    after: Values | None,
) -> int:
    """End a row as the next one begins, or let the last one stand. True when that was a change."""
    number, branch, _, _, _, expired = row
    if after is None:
        if expired is None:
            return 0
        connection.execute(
            "DELETE FROM ended WHERE kind = 'version' AND row = ? AND branch = ?",
            [number, line.own],
        )
        if branch == line.own:
            connection.execute(
                "UPDATE version SET expired = NULL, died = NULL WHERE row = ?", [number]
            )
        return 1
    if expired is not None:
        return 0
    created, born = after[3], after[4]
    if branch == line.own:
        connection.execute(
            "UPDATE version SET expired = ?, died = ? WHERE row = ?", [created, born, number]
        )
    else:
        connection.execute(
            "INSERT OR REPLACE INTO ended VALUES ('version', ?, ?, ?, ?)",
            [number, line.own, created, born],
        )
    return 1


def _unnoted(stray: list[tuple[str, int, int]]) -> Repair:
    def repair(patient: Patient) -> str:
        with patient.changing() as connection:
            connection.executemany(
                "DELETE FROM ended WHERE kind = ? AND row = ? AND branch = ?", stray
            )
        return f"struck out {counted(len(stray), 'ending')}"

    return repair
