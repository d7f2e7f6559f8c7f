"""/v1/grants, /v1/quotas, /v1/audit, /v1/copies: who may do what, and what was done."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from memwell.app import as_json
from memwell.app.server.answering import Asking, answer
from memwell.app.server.caller import Administering, Authenticated
from memwell.app.server.shapes import told
from memwell.app.server.shapes.asked import MOST, Grant, Id, Quota
from memwell.kernel.memory import Memory

router = APIRouter(prefix="/v1", tags=["governance"])


@router.get("/grants", response_model=told.Grants)
async def grants(caller: Authenticated, of: Asking) -> Response:
    """What this scope granted, and what it was granted."""

    def work(memory: Memory) -> Any:
        return {"grants": [as_json.of_grant(each) for each in memory.governance.grants()]}

    return answer(await caller.does(work, **of.model_dump()))


@router.post("/grants", status_code=201, response_model=told.Grant)
async def grant(body: Grant, caller: Authenticated) -> Response:
    """Let another user work with the memories of this scope."""

    def work(memory: Memory) -> Any:
        made = memory.governance.grant(body.to, body.rights, session=body.session, until=body.until)
        return as_json.of_grant(made)

    done = await caller.does(work, user=body.user, agent=body.agent, branch=body.branch)
    return answer(done, 201)


@router.delete("/grants/{id}", status_code=204)
async def revoke(id: Id, caller: Authenticated, of: Asking) -> Response:
    """Take a grant back."""
    await caller.does(lambda memory: memory.governance.revoke(id), **of.model_dump())
    return Response(status_code=204)


@router.get("/quotas", response_model=told.Quotas)
async def quotas(caller: Authenticated, of: Asking) -> Response:
    """Every quota in scope, with what is used of it."""

    def work(memory: Memory) -> Any:
        return {"quotas": [as_json.of_quota(*each) for each in memory.governance.quotas()]}

    return answer(await caller.does(work, **of.model_dump()))


@router.put("/quotas", response_model=told.Quotas)
async def limit(body: Quota, caller: Administering) -> Response:
    """Set how much the tenant, or one of its users, may keep."""

    def work(memory: Memory) -> Any:
        memory.governance.limit(memories=body.memories, bytes=body.bytes, user=body.user)
        return {"quotas": [as_json.of_quota(*each) for each in memory.governance.quotas()]}

    return answer(await caller.does(work))


@router.get("/audit", response_model=told.Audit)
async def audit(
    caller: Authenticated,
    of: Asking,
    after: Annotated[int, Query(ge=0, lt=1 << 62, description="Only lines after this one.")] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
) -> Response:
    """What was done and when, without words or names.

    A user or agent sees its own; all of it, and whether it was tampered with, is the operator's.
    """

    def work(memory: Memory) -> Any:
        if not (memory.scope.user or memory.scope.agent):
            caller.need_operator()
        lines = memory.governance.audit(after)[:limit]
        broken = memory.governance.broken_seals() if caller.operates else None
        return {"lines": [as_json.of_sealed(each) for each in lines], "broken": broken}

    return answer(await caller.does(work, **of.model_dump()))


@router.get("/copies", response_model=told.Copies)
async def copies(caller: Administering) -> Response:
    """Exports and backups that were made, which may hold what was forgotten since."""
    caller.need_operator()
    found = await caller.does(lambda memory: memory.governance.copies())
    return answer({"copies": [as_json.of_copy(each) for each in found]})
