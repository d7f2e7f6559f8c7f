"""/v1/undo, /v1/rollback, /v1/diff, /v1/receipts, /v1/branches: going back and comparing."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from memwell.app import as_json
from memwell.app.server.answering import Asking, answer
from memwell.app.server.caller import Authenticated, Caller
from memwell.app.server.shapes import told
from memwell.app.server.shapes.asked import Fork, Id, Name, Rollback, Undo
from memwell.core.errors import Forbidden
from memwell.kernel.memory import Memory
from memwell.kernel.timeline import Point

router = APIRouter(prefix="/v1", tags=["timeline"])

When = Annotated[
    str | None,
    Query(max_length=64, description="A moment, a journal number or a receipt's id."),
]


@router.get("/receipts/{id}", response_model=told.Receipt)
async def receipt(id: Id, caller: Authenticated, of: Asking) -> Response:
    """A receipt as it stands now: stored, refined or failed."""
    return answer(
        await caller.does(lambda memory: as_json.of_receipt(memory.receipt(id)), **of.model_dump())
    )


@router.post("/undo", response_model=told.Receipt)
async def undo(body: Undo, caller: Authenticated) -> Response:
    """Take back what a receipt says was done; undoing that brings it back again."""

    def work(memory: Memory) -> Any:
        return as_json.of_receipt(memory.undo(body.receipt, dry_run=body.dry_run))

    return answer(await caller.does(work, user=body.user, agent=body.agent, branch=body.branch))


@router.post("/rollback", response_model=told.Receipt)
async def rollback(body: Rollback, caller: Authenticated) -> Response:
    """Bring all memories in scope back to how they stood."""

    def work(memory: Memory) -> Any:
        return as_json.of_receipt(memory.rollback(point(body.to), dry_run=body.dry_run))

    return answer(await caller.does(work, user=body.user, agent=body.agent, branch=body.branch))


@router.get("/diff", response_model=told.Changes)
async def diff(
    caller: Authenticated, of: Asking, since: When = None, until: When = None,
    against: Annotated[Name | None, Query(description="What differs in this branch.")] = None,
) -> Response:  # fmt: skip
    """What changed between two points, or what differs in another branch."""

    def work(memory: Memory) -> Any:
        if against is not None:
            caller.service.handles.of(caller.key, branch=against)  # names no others when missing
        found = memory.diff(
            None if since is None else point(since), None if until is None else point(until),
            branch=against,
        )  # fmt: skip
        return {"changes": [as_json.of_change(each) for each in found]}

    return answer(await caller.does(work, **of.model_dump()))


@router.get("/branches", response_model=told.Branches)
async def branches(caller: Authenticated) -> Response:
    """All branches, the main one first."""
    _of_own_tenant(caller)
    found = await caller.does(lambda memory: memory.branches())
    return answer({"branches": [as_json.of_branch(each) for each in found]})


@router.post("/branches", status_code=201, response_model=told.Branch)
async def fork(body: Fork, caller: Authenticated) -> Response:
    """Make a branch; nothing is copied. Name it as `branch` to work in it."""
    _of_own_tenant(caller)

    def work(memory: Memory) -> Any:
        at = None if body.at is None else point(body.at)
        return as_json.of_branch(memory.branch(body.name, at=at))

    done = await caller.does(work, user=body.user, agent=body.agent, branch=body.branch)
    return answer(done, 201)


@router.delete("/branches/{name}", status_code=204)
async def drop(
    name: Annotated[Name, Path(description="Which one.")], caller: Authenticated
) -> Response:
    """Erase a branch with everything that it alone holds."""
    _of_own_tenant(caller)
    await caller.does(lambda memory: memory.drop_branch(name))
    return Response(status_code=204)


def point(given: str | int) -> Point:
    """A journal number, a moment, or the id of a receipt."""
    if isinstance(given, int):
        return given
    if given.isdecimal() and given.isascii() and len(given) < 19:
        return int(given)
    try:
        return datetime.fromisoformat(given)
    except ValueError:
        return given


def _of_own_tenant(caller: Caller) -> None:
    """Branches are of the whole memory, and their names are not for other tenants."""
    if caller.key.scope.tenant != caller.service.memory.scope.tenant:
        raise Forbidden("branches are made and listed by the tenant that runs the server")
