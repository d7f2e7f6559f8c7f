"""What PostgreSQL does its own way: rows in parts by tenant, numbers from sequences, vectors."""

from collections.abc import Iterable

from memwell.store.clause import EVERYTHING, Clause
from memwell.store.dialect import Connection, Row
from memwell.store.postgres.packed import Packed

# Tables in parts by a hash of the tenant, which `held_for` names in every row.
PARTITIONED = ("event", "version", "terms", "vector", "token_states")
# Given out under the writer's lock, so that nobody sees a number before all smaller ones.
SEQUENCES = {"version": "version_row", "journal": "journal_seq"}
IDENTITIES = (("scope", "code"), ("event", "seq"), ("vector", "place"), ("link", "row"))


class Postgres:
    """Implements memwell.store.dialect.Dialect."""

    def add(self, to: Connection, table: str, columns: str, rows: Iterable[Row]) -> None:
        names = ["held_for", *columns.split(", ")]
        if table not in PARTITIONED:
            names, rows = names[1:], [row[1:] for row in rows]
        if "vector" in names:
            at = names.index("vector")
            rows = [(*row[:at], Packed(row[at]), *row[at + 1 :]) for row in rows]
        marks = ", ".join("?" for _ in names)
        to.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", list(rows))

    def reserve(self, on: Connection, table: str, count: int) -> int:
        name = SEQUENCES[table]
        last = on.execute("SELECT setval(?, nextval(?) + ? - 1)", (name, name, count)).fetchone()
        return int(last[0]) - count + 1

    def go_on(self, on: Connection, version: int) -> None:
        on.execute("SELECT setval('version_row', greatest(?, 1), ? > 0)", [version, version])
        on.execute("SELECT setval('journal_seq', max(seq)) FROM journal HAVING max(seq) > 0")
        for table, column in IDENTITIES:
            on.execute(
                f"SELECT setval(pg_get_serial_sequence('memwell.{table}', '{column}'),"
                f" max({column})) FROM {table} HAVING max({column}) > 0"
            )

    def part(self, table: str, tenant: str) -> Clause:
        if table not in PARTITIONED:
            return EVERYTHING
        return Clause(f"{table}.held_for = ?", (tenant,))

    def beside(self, table: str, other: str) -> str:
        tenant = "held_for" if other in PARTITIONED else "tenant"
        return f" AND {table}.held_for = {other}.{tenant}"

    def drop_samples(self, on: Connection) -> None:
        """Analysed anew, they are of what is there; the server does so by itself, in time."""


POSTGRES = Postgres()
