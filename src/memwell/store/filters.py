"""Filters on labels, as SQL over the label index."""

from memwell.core.filter import ANY, Both, Compare, Either, Filter, Without
from memwell.store.clause import EVERYTHING, Clause, either, every

UNINDEXED = ("turn", "role")  # read from the version itself: too many rows have them
# Of what digits and signs a text is made: what is left when they are taken off both ends.
NUMERIC = "trim({0}, '0123456789.eE+-') = '' AND trim({0}, '.eE+-') != ''"
SIGNS = {"eq": "=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def matching(wanted: Filter | None) -> Clause:
    """Condition on versions."""
    match wanted:
        case None:
            return EVERYTHING
        case Both(parts):
            return every(*map(matching, parts))
        case Either(parts):
            return either(*map(matching, parts))
        case Without(part):
            inner = matching(part)
            return Clause(f"NOT ({inner.sql})", inner.values)
        case Compare(name):
            return _compared(wanted) if name not in UNINDEXED else _read(wanted)


def _compared(wanted: Compare) -> Clause:
    holds = _holds("label.value", wanted)
    return Clause(
        f"version.row IN (SELECT label.row FROM label WHERE label.name = ? AND {holds.sql})",
        (wanted.name, *holds.values),
    )


def _read(wanted: Compare) -> Clause:
    path = f"$.{wanted.name}"
    holds = _holds("held.value", wanted)
    return Clause(
        "EXISTS (SELECT 1 FROM (SELECT json_extract(version.labels, ?) AS value) AS held"
        f" WHERE held.value IS NOT NULL AND {holds.sql})",
        (path, *holds.values),
    )


def _holds(column: str, wanted: Compare) -> Clause:
    value = wanted.value
    match wanted.operator:
        case "eq" if value is None or value == ANY:
            return EVERYTHING
        case "in":
            values = value if isinstance(value, tuple) else ()
            return Clause(f"{column} IN ({', '.join('?' for _ in values)})", values)
        case "contains":
            return Clause(f"instr({column}, ?) > 0", (value,))
        case "icontains":
            return Clause(f"instr(lower({column}), lower(?)) > 0", (value,))
    if isinstance(value, float):
        number = Clause(f"CAST({column} AS REAL) {SIGNS[wanted.operator]} ?", (value,))
        return Clause(NUMERIC.format(column)) & number
    return Clause(f"{column} {SIGNS[wanted.operator]} ?", (value,))
