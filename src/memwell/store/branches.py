"""Making, finding and dropping branches."""

from datetime import datetime

from memwell.core.access import Sensitivity
from memwell.core.branch import MAIN, Branch
from memwell.core.errors import Forbidden, InvalidInput, NotFound
from memwell.core.scope import Scope
from memwell.store import scopes, settings
from memwell.store.codec import micros, moment
from memwell.store.dialect import Connection
from memwell.store.sight import Sight

CODES = "branch codes"  # the setting that holds the last one given


def sight(connection: Connection, name: str, clearance: Sensitivity = Sensitivity.SECRET) -> Sight:
    """What a handle on this branch shows. Raises NotFound."""
    code, parent, forked = _row(connection, name)
    shared: list[tuple[int, int]] = []
    while parent is not None:
        last = min([forked, *(bound for _, bound in shared)])
        shared.append((parent, last))
        parent, forked = connection.execute(
            "SELECT parent, forked FROM branch WHERE code = ?", [parent]
        ).fetchone()
    return Sight(code, tuple(shared), clearance)


def create(connection: Connection, name: str, parent: Sight, forked: int, at: datetime) -> None:
    """A branch that shares the parent's line up to a journal sequence. Raises InvalidInput."""
    if not name.strip() or name != name.strip():
        raise InvalidInput("a branch needs a name, without blanks around it")
    if connection.execute("SELECT 1 FROM branch WHERE name = ?", [name]).fetchone():
        raise InvalidInput(f"there is a branch {name!r} already; choose another name")
    check(connection, parent.own)
    connection.execute(
        "INSERT INTO branch (code, name, parent, forked, at) VALUES (?, ?, ?, ?, ?)",
        (_code(connection), name, parent.own, forked, micros(at)),
    )


def check(connection: Connection, code: int) -> None:
    """Raises NotFound when the branch was dropped since it was opened."""
    if not connection.execute("SELECT 1 FROM branch WHERE code = ?", [code]).fetchone():
        raise NotFound("this branch was dropped since it was opened; open another one")


def listed(connection: Connection) -> list[Branch]:
    """All branches, the main one first."""
    rows = connection.execute(
        "SELECT branch.name, parent.name, branch.forked, branch.at FROM branch"
        " LEFT JOIN branch AS parent ON parent.code = branch.parent ORDER BY branch.code"
    )
    return [_branch(*row) for row in rows]


def droppable(connection: Connection, name: str, scope: Scope) -> int:
    """The code of a branch that the scope can drop.

    Raises NotFound, InvalidInput for the main line and for one that others came from, and
    Forbidden when it holds what is not the scope's own.
    """
    code, parent, _ = _row(connection, name)
    if parent is None:
        raise InvalidInput(f"{MAIN!r} is the memory itself and cannot be dropped")
    children = connection.execute("SELECT name FROM branch WHERE parent = ?", [code]).fetchall()
    if children:
        names = ", ".join(child for (child,) in children)
        raise InvalidInput(f"{name!r} cannot be dropped before the branches made from it: {names}")
    own = scopes.covered(scope)
    for table in ("version", "event"):
        foreign = connection.execute(
            f"SELECT 1 FROM {table} WHERE branch = ? AND scope NOT IN"
            f" (SELECT code FROM scope WHERE {own.sql})",
            [code, *own.values],
        )
        if foreign.fetchone():
            raise Forbidden(f"others work in {name!r} too; only who is open for all may drop it")
    return code


def _code(connection: Connection) -> int:
    """Never given twice: who still has a dropped branch open must not get into another."""
    (most,) = connection.execute("SELECT max(code) FROM branch").fetchone()
    code = max(settings.count(connection, CODES), int(most)) + 1
    settings.write(connection, CODES, str(code))
    return code


def _row(connection: Connection, name: str) -> tuple[int, int | None, int]:
    found = connection.execute(
        "SELECT code, parent, forked FROM branch WHERE name = ?", [name]
    ).fetchone()
    if found is None:
        known = ", ".join(branch.name for branch in listed(connection))
        raise NotFound(f"there is no branch {name!r}; there are: {known}")
    return found[0], found[1], found[2]


def _branch(name: str, parent: str | None, forked: int, at: int) -> Branch:
    made = moment(at)
    assert made is not None
    return Branch(name, parent, forked, made)
