"""Writes new versions of cubes, table by table: a statement a row would cost more than the row."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from memwell.core.cube import MemCube
from memwell.core.errors import Conflict
from memwell.core.scope import Scope
from memwell.core.store import Put
from memwell.store import scopes, vectors
from memwell.store.codec import dump_payload, micros
from memwell.store.dialect import Connection, dialect
from memwell.store.filters import UNINDEXED
from memwell.store.reading import chunks, marks
from memwell.store.sight import Sight

NOWHERE = -10  # place of what is not a turn: next to nothing


@dataclass(frozen=True, slots=True)
class Held:
    """The last version of a cube that a line of branches holds."""

    row: int
    version: int
    found_by: int  # the row whose search entries serve it
    branch: int
    expired: int | None
    place: int


@dataclass
class Versions:
    """What a batch adds to each table; nothing is written before `write`."""

    connection: Connection
    sight: Sight
    sequence: int  # of the change in the journal
    fingerprint: str | None  # of the vectors' embedder
    held: dict[str, Held] = field(default_factory=dict)
    codes: dict[Scope, int] = field(default_factory=dict)
    ends: dict[int, int] = field(default_factory=dict)  # the next place in each session
    versions: list[tuple[Any, ...]] = field(default_factory=list)
    labels: list[tuple[str, str, int]] = field(default_factory=list)
    lineage: list[tuple[int, str, int, str]] = field(default_factory=list)
    found: list[tuple[int, Put]] = field(default_factory=list)  # versions with search entries
    ended: list[tuple[Held, int | None]] = field(default_factory=list)
    uses: list[tuple[Any, ...]] = field(default_factory=list)
    sensitivities: list[tuple[int, str, int]] = field(default_factory=list)

    def plan(self, puts: Sequence[Put]) -> None:
        """Take in new versions, in order. Raises Conflict when one does not follow the last."""
        self.held = _held(self.connection, self.sight, [put.cube.id for put in puts])
        if not puts:
            return
        first = dialect(self.connection).reserve(self.connection, "version", len(puts))
        for row, put in enumerate(puts, first):
            self.take(row, put)

    def take(self, row: int, put: Put) -> None:
        """One new version, under a number of its own."""
        cube, before = put.cube, self.held.get(put.cube.id)
        self._check(cube, before)
        if before:
            self.ended.append((before, micros(cube.known.start)))
            # A memory is as sensitive in its past as it is now.
            self.sensitivities.append((int(cube.sensitivity), cube.id, int(cube.sensitivity)))
        code = self._code(cube.scope)
        place = self._place(cube, before, code)
        found_by = row if put.keys or not before else before.found_by
        self.held[cube.id] = Held(row, cube.version, found_by, self.sight.own, None, place)
        self.versions.append((cube.scope.tenant, *self._columns(row, cube, code, place, found_by)))
        self.labels += [(name, value, row) for name, value in cube.labels.items()
                        if name not in UNINDEXED]  # fmt: skip
        self.lineage += [(row, "event", at, id) for at, id in enumerate(cube.source.events)]
        self.lineage += [(row, "parent", at, id) for at, id in enumerate(cube.source.parents)]
        if put.keys:
            self.found.append((row, put))
        if cube.version == 1 and cube.last_used:  # new and used already: it comes from an import
            self.uses.append((cube.id, cube.uses, micros(cube.last_used), cube.strength))

    def write(self) -> None:
        """Everything planned."""
        many, spoken = self.connection.executemany, dialect(self.connection)
        spoken.add(self.connection, "version", VERSION, self.versions)
        many("INSERT INTO label VALUES (?, ?, ?)", self.labels)
        many("INSERT INTO lineage VALUES (?, ?, ?, ?)", self.lineage)
        self._entries()
        for before, expired in self.ended:
            row = (before.row, before.branch, before.expired)
            end(self.connection, self.sight, "version", row, (expired, self.sequence))
        many(
            "UPDATE version SET sensitivity = ? WHERE id = ? AND sensitivity != ?",
            self.sensitivities,
        )
        many(
            "INSERT INTO usage (id, uses, last_used, strength) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            self.uses,
        )

    def _entries(self) -> None:
        """What the versions are found by."""
        entries = [(row, put.cube.scope.tenant, put.keys) for row, put in self.found if put.keys]
        hashed = [(at, row, keys.terms.astype("<u4").tobytes()) for row, at, keys in entries]
        dialect(self.connection).add(self.connection, "terms", "row, hashed", hashed)
        if self.fingerprint is not None:
            found = [(row, at, keys.vector, keys.tokens) for row, at, keys in entries]
            vectors.add(self.connection, self.fingerprint, found)

    def _check(self, cube: MemCube, before: Held | None) -> None:
        version = before.version if before else 0
        if cube.version != version + 1:
            raise Conflict(
                f"cube {cube.id} is at version {version}, so version {cube.version} cannot follow; "
                "read it again and retry"
            )

    def _code(self, scope: Scope) -> int:
        if scope not in self.codes:
            self.codes[scope] = scopes.code(self.connection, scope)
        return self.codes[scope]

    def _place(self, cube: MemCube, before: Held | None, code: int) -> int:
        """A new turn comes last in its session; a new version stays where the cube is."""
        if "turn" not in cube.labels:
            return NOWHERE
        if before:
            return before.place
        if code not in self.ends:
            self.ends[code] = self.connection.execute(
                "SELECT coalesce(max(place), -1) + 1 FROM version WHERE scope = ? AND place >= 0",
                [code],
            ).fetchone()[0]
        self.ends[code] += 1
        return self.ends[code] - 1

    def _columns(
        self, row: int, cube: MemCube, code: int, place: int, found_by: int
    ) -> tuple[Any, ...]:
        return (
            row,
            cube.id,
            cube.version,
            self.sight.own,
            code,
            place,
            cube.state,
            *dump_payload(cube.payload),
            cube.source.by,
            cube.source.trust,
            cube.sensitivity,
            micros(cube.valid.start),
            micros(cube.valid.end),
            micros(cube.known.start),
            micros(cube.known.end),
            micros(cube.until),
            self.sequence,
            self.sequence if cube.known.end else None,  # a past version that is imported is past
            found_by,
            _json(tuple(cube.labels.items())),
            json.dumps(cube.keys) if cube.keys else "[]",
        )


VERSION = (
    "row, id, version, branch, scope, place, state, form, payload, by, trust, sensitivity,"
    " valid_from, valid_to, created, expired, until, born, died, found_by, labels, keys"
)


@lru_cache(maxsize=4096)
def _json(labels: tuple[tuple[str, str], ...]) -> str:
    """The labels of turns are much alike."""
    return json.dumps(dict(labels))


def reinstate(connection: Connection, put: Put, branch: int, born: int, place: int) -> None:
    """A first version that was lost, as it was written once; the others of its cube move up.

    What is wrong with the order of versions is left to others.
    """
    for step in ("-version - 1", "-version"):  # by way of numbers that nobody has
        connection.execute(f"UPDATE version SET version = {step} WHERE id = ?", [put.cube.id])
    lost = Versions(connection, Sight(branch), born, None)
    row = dialect(connection).reserve(connection, "version", 1)
    lost.take(row, put)
    lost.write()
    connection.execute("UPDATE version SET place = ? WHERE row = ?", (place, row))


def end(
    connection: Connection,
    sight: Sight,
    table: str,
    ended: tuple[int, int, int | None],
    ending: tuple[int | None, int],
) -> None:
    """Ends a row (its number, branch and end): for all that hold it if it is this branch's own."""
    row, branch, expired = ended
    if branch != sight.own:
        connection.execute(
            "INSERT INTO ended (kind, row, branch, expired, died) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (table, row, sight.own, *ending),
        )
    elif expired is None:
        connection.execute(
            f"UPDATE {table} SET expired = ?, died = ? WHERE row = ?", (*ending, row)
        )


def _held(connection: Connection, sight: Sight, ids: Sequence[str]) -> dict[str, Held]:
    """The last versions of cubes, whatever their sensitivity; those that are new have none."""
    seen = sight.cleared().seen("version").sql
    found: dict[str, Held] = {}
    for part in chunks(ids):
        rows = connection.execute(
            "SELECT id, row, version, found_by, branch, expired, place FROM version"
            f" WHERE id IN ({marks(part)}) AND {seen} ORDER BY version",
            part,
        )
        found.update((id, Held(*rest)) for id, *rest in rows)
    return found
