"""Filters on labels, as SQL over the label index."""

from memwell.core.filter import ANY, Both, Compare, Either, Filter, Without
from memwell.store.clause import EVERYTHING, Clause, either, every

WIDE = 8  # comparisons beyond which the labels of a row are looked at together
MOST = 1000  # that are: SQLite allows a query 2,000 terms over groups
UNINDEXED = ("turn", "role")  # read from the version itself: too many rows have them
# Of what digits and signs a text is made: what is left when they are taken off both ends.
NUMERIC = "trim({0}, '0123456789.eE+-') = '' AND trim({0}, '.eE+-') != ''"
SIGNS = {"eq": "=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def matching(wanted: Filter | None) -> Clause:
    """Condition on versions."""
    if wanted is None:
        return EVERYTHING
    leaves = _leaves(wanted)
    if len(leaves) > MOST and isinstance(wanted, Both | Either) and len(wanted.parts) > 1:
        return _halved(wanted)
    if WIDE < len(leaves) <= MOST and not any(leaf.name in UNINDEXED for leaf in leaves):
        return _at_once(wanted, sorted({leaf.name for leaf in leaves}))
    return _each(wanted)


def _halved(wanted: Both | Either) -> Clause:
    middle, joined = len(wanted.parts) // 2, every if isinstance(wanted, Both) else either
    halves = (wanted.parts[:middle], wanted.parts[middle:])
    return joined(*(matching(type(wanted)(half)) for half in halves))


def _each(wanted: Filter) -> Clause:
    """A query for each comparison."""
    match wanted:
        case Both(parts):
            return every(*map(matching, parts))
        case Either(parts):
            return either(*map(matching, parts))
        case Without(part):
            inner = matching(part)
            return Clause(f"NOT ({inner.sql})", inner.values)
        case Compare(name):
            return _compared(wanted) if name not in UNINDEXED else _read(wanted)


def _leaves(wanted: Filter) -> list[Compare]:
    match wanted:
        case Compare():
            return [wanted]
        case Without(part):
            return _leaves(part)
    return [leaf for part in wanted.parts for leaf in _leaves(part)]


def _at_once(wanted: Filter, names: list[str]) -> Clause:
    """Of many comparisons: one look at the labels of each row instead of a query for each."""
    bare = _holds_bare(wanted)  # also rows that have none of the labels; then seek those that fail
    found = _grouped(Without(wanted) if bare else wanted)
    marks = ", ".join("?" for _ in names)
    return Clause(
        f"version.row {'NOT IN' if bare else 'IN'} (SELECT label.row FROM label"
        f" WHERE label.name IN ({marks}) GROUP BY label.row HAVING {found.sql})",
        (*names, *found.values),
    )


def _holds_bare(wanted: Filter) -> bool:
    """Whether a memory without labels fulfils it."""
    match wanted:
        case Compare():
            return False
        case Without(part):
            return not _holds_bare(part)
        case Both(parts):
            return all(map(_holds_bare, parts))
    return any(map(_holds_bare, wanted.parts))


def _grouped(wanted: Filter) -> Clause:
    """Condition on all labels of a row together."""
    match wanted:
        case Compare(name):
            holds = _holds("label.value", wanted)
            one = f"CASE WHEN label.name = ? AND {holds.sql} THEN 1 ELSE 0 END"
            return Clause(f"max({one}) = 1", (name, *holds.values))
        case Without(part):
            inner = _grouped(part)
            return Clause(f"NOT ({inner.sql})", inner.values)
        case Both(parts):
            return every(*map(_grouped, parts))
    return either(*map(_grouped, wanted.parts))


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
