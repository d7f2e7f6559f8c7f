"""API keys, for those who look after them: made, shown once, taken back."""

from starlette.responses import Response

from memwell.app.dashboard.visit import Visit
from memwell.core.access import Right, Sensitivity
from memwell.core.errors import Forbidden
from memwell.core.scope import Scope


def page(visit: Visit) -> Response:
    return _page(visit)


def create(visit: Visit) -> Response:
    """The new key is on this one page, and nowhere else. It never may more than its maker."""
    _need_admin(visit)
    made = visit.service.memory.keyring.create(
        visit.told("name") or "unnamed",
        _scope(visit),
        _rights(visit),
        admin=bool(visit.told("admin")),
        clearance=_clearance(visit),
        expires=visit.moment("expires"),
    )
    return _page(visit, made.token)


def revoke(visit: Visit) -> Response:
    _need_admin(visit)
    visit.service.memory.keyring.revoke(visit.part("id"), _looked_after(visit))
    return visit.go("/keys", "key-revoked")


def _page(visit: Visit, token: str = "") -> Response:
    _need_admin(visit)
    keys = visit.service.memory.keyring.listed(_looked_after(visit))
    return visit.page(
        "keys.html", keys=keys, made=token, rights=sorted(visit.key.rights),
        levels=[level for level in Sensitivity if level <= visit.key.clearance],
    )  # fmt: skip


def _need_admin(visit: Visit) -> None:
    if not visit.admin:
        raise Forbidden("keys are looked after with a key that has the right to admin")


def _looked_after(visit: Visit) -> Scope | None:
    """Whose keys: the operator's are those of all tenants."""
    return None if visit.operates else visit.key.scope


def _scope(visit: Visit) -> Scope:
    """Within that of the key that is logged in, or of any tenant for the operator."""
    own, user, agent = visit.key.scope, visit.told("user") or None, visit.told("agent") or None
    wanted = Scope(visit.told("tenant") or own.tenant, user or own.user, agent or own.agent)
    if not (visit.operates or own.covers(wanted)):
        raise Forbidden("a key is made for the tenant, user or agent that yours stands for")
    return wanted


def _rights(visit: Visit) -> list[Right]:
    wanted = [right for right in Right if visit.told(right.value)]
    if beyond := set(wanted) - visit.key.rights:
        raise Forbidden(f"your key has no right to {', '.join(sorted(beyond))} to hand on")
    return wanted


def _clearance(visit: Visit) -> Sensitivity:
    wanted = visit.told("clearance")
    level = Sensitivity.named(wanted) if wanted else visit.key.clearance
    if level > visit.key.clearance:
        raise Forbidden(f"your key sees no more than {visit.key.clearance.name.lower()}")
    return level
