"""Letting others work with a memory, and no longer."""

from starlette.responses import Response

from memwell.app.dashboard.visit import Visit
from memwell.core.access import Right
from memwell.core.errors import InvalidInput


def share(visit: Visit) -> Response:
    """Grants the rights that were ticked to one user."""
    id, to = visit.memory.get(visit.part("id")).id, visit.told("to")
    rights = [right for right in Right if visit.told(right.value)]
    if not to:
        raise InvalidInput("name the user to share with")
    visit.memory.governance.share(id, to, rights or [Right.READ], until=visit.moment("until"))
    return visit.go(f"/memory/{id}", "shared")


def revoke(visit: Visit) -> Response:
    id = visit.memory.get(visit.part("id")).id
    visit.memory.governance.revoke(visit.told("grant"))
    return visit.go(f"/memory/{id}", "revoked")
