"""What a handle on the store shows: one branch's line of rows, up to a sensitivity.

A branch holds its own rows, and of each it came from what was there when it left. A row belongs to
the branch that wrote it. A branch that ends a row it inherited notes so in `ended`: nothing is
copied when a branch is made, and nobody else's line changes.
"""

from dataclasses import dataclass, replace

from memwell.core.access import Right, Sensitivity
from memwell.core.scope import Scope
from memwell.core.view import Moment
from memwell.store.clause import EVERYTHING, Clause
from memwell.store.codec import micros
from memwell.store.dialect import Connection
from memwell.store.reach import reach


@dataclass(frozen=True, slots=True)
class Sight:
    """A branch, and the branches it came from with the last journal sequence it shares of each."""

    own: int = 0
    shared: tuple[tuple[int, int], ...] = ()  # parent first
    clearance: Sensitivity = Sensitivity.SECRET

    def cleared(self) -> "Sight":
        """The same line, whatever its sensitivity: for writing, which must see what is there."""
        return replace(self, clearance=Sensitivity.SECRET)

    def seen(self, table: str) -> Clause:
        """Rows that were ever written in this line."""
        own = f"{table}.branch = {self.own}"
        rest = (
            f"{table}.branch = {branch} AND {table}.born <= {last}" for branch, last in self.shared
        )
        found = Clause(f"({' OR '.join([own, *rest])})" if self.shared else own)
        if self.clearance < Sensitivity.SECRET:
            found &= {"version": self._cleared_versions, "event": self._cleared_events}.get(
                table, lambda: EVERYTHING
            )()
        return found

    def _cleared_versions(self) -> Clause:
        """What is classified now is hidden in all its versions, what was then in those of then."""
        level = int(self.clearance)
        line = self.cleared().seen("latest").sql
        return Clause(
            f"version.sensitivity <= {level} AND (SELECT latest.sensitivity FROM version AS latest"
            f" WHERE latest.id = version.id AND {line} ORDER BY latest.version DESC LIMIT 1)"
            f" <= {level}"
        )

    def _cleared_events(self) -> Clause:
        """Events of which no turn, nor what was made of one, was ever beyond the clearance."""
        level = int(self.clearance)
        return Clause(
            f"event.sensitivity <= {level} AND NOT EXISTS (SELECT 1 FROM lineage"
            " JOIN version USING (row) WHERE kind = 'event' AND source = event.id"
            f" AND version.sensitivity > {level})"
        )

    def ending(self, table: str, column: str) -> str:
        """Expression: when, or by which change, a row of this line ended (expired, died)."""
        if not self.shared:
            return f"{table}.{column}"
        own = f"{table}.branch = {self.own}"
        early = " OR ".join(
            f"({table}.branch = {branch} AND {table}.died <= {last})"
            for branch, last in self.shared
        )
        return (
            f"CASE WHEN {own} OR {early} THEN {table}.{column} ELSE"
            f" (SELECT ended.{column} FROM ended WHERE ended.kind = '{table}'"
            f" AND ended.row = {table}.row AND {self._noted()}) END"
        )

    def current(self, moment: Moment, table: str = "version") -> Clause:
        """Rows that this line held, and that were true, at the moment."""
        expired = self.ending(table, "expired")
        found = self.seen(table)
        if moment.known is None:
            found &= Clause(f"{expired} IS NULL")
        else:
            known = micros(moment.known)
            found &= Clause(f"{table}.created <= ? AND coalesce({expired} > ?, TRUE)", (known,) * 2)
        if moment.valid is not None:
            valid = micros(moment.valid)
            found &= Clause(
                f"coalesce({table}.valid_from <= ?, TRUE) AND coalesce({table}.valid_to > ?, TRUE)",
                (valid, valid),
            )
        return found

    def readable(
        self,
        connection: Connection,
        reader: Scope,
        moment: Moment,
        column: str = "version.scope",
    ) -> Clause:
        """Versions the reader may read, that were held and true at the moment."""
        within = reach(connection, reader, Right.READ).holds(column)
        return within & self.current(moment)

    def _noted(self) -> str:
        """Endings that were noted by this branch, or by a parent before it left."""
        own = f"ended.branch = {self.own}"
        rest = (f"ended.branch = {branch} AND ended.died <= {last}" for branch, last in self.shared)
        return f"({' OR '.join([own, *rest])})"
