"""/v1/keys: an admin looks after the keys of its tenant; the operator after those of all."""

from typing import Any

from fastapi import APIRouter, Response

from memwell.app import as_json
from memwell.app.server.answering import answer
from memwell.app.server.caller import Administering, Authenticated, Caller
from memwell.app.server.shapes import told
from memwell.app.server.shapes.asked import Id, NewKey
from memwell.core.access import Sensitivity, as_rights
from memwell.core.errors import Forbidden
from memwell.core.scope import Scope
from memwell.kernel.memory import Memory

router = APIRouter(prefix="/v1/keys", tags=["keys"])


@router.get("/own", response_model=told.Key)
async def own(caller: Authenticated) -> Response:
    """The key that this is asked with: whom it stands for, and what it may do."""
    return answer(as_json.of_api_key(caller.key))


@router.get("", response_model=told.Keys)
async def listed(caller: Administering) -> Response:
    """The keys that the caller looks after."""
    scope = _within(caller)
    found = await caller.does(lambda memory: memory.keyring.listed(scope))
    return answer({"keys": [as_json.of_api_key(each) for each in found]})


@router.post("", status_code=201, response_model=told.NewKey)
async def create(body: NewKey, caller: Administering) -> Response:
    """Make a key; it is shown this once. Nobody gives more than they have."""
    scope, rights = _scope(caller, body), [each for each in body.rights if each != "admin"]
    level = Sensitivity.named(body.clearance)
    if as_rights(rights) - caller.key.rights or level > caller.key.clearance:
        raise Forbidden("nobody gives rights or a clearance that they do not have")

    def work(memory: Memory) -> Any:
        made = memory.keyring.create(
            body.name, scope, rights, admin="admin" in body.rights, clearance=level,
            expires=body.expires,
        )  # fmt: skip
        return {**as_json.of_api_key(made.key), "key": made.token}

    return answer(await caller.does(work), 201)


@router.delete("/{id}", status_code=204)
async def revoke(id: Id, caller: Administering) -> Response:
    """Take a key back: from now on it opens nothing."""
    scope = _within(caller)
    await caller.does(lambda memory: memory.keyring.revoke(id, scope))
    return Response(status_code=204)


def _within(caller: Caller) -> Scope | None:
    return None if caller.operates else caller.key.scope


def _scope(caller: Caller, body: NewKey) -> Scope:
    """Raises Forbidden for what the caller does not look after."""
    own = caller.key.scope
    wanted = Scope(body.tenant or own.tenant, body.user or own.user, body.agent or own.agent)
    if not (caller.operates or own.covers(wanted)):
        raise Forbidden("a key is made for the tenant, user or agent that yours stands for")
    return wanted
