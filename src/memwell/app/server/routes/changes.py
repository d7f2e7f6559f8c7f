"""/v1/memories/{id}/…: to change one memory, and to say who may see it."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from memwell.app import as_json
from memwell.app.server.answering import answer
from memwell.app.server.caller import Authenticated, Caller
from memwell.app.server.shapes import told
from memwell.app.server.shapes.asked import Ask, Classify, Forget, Id, Reasoned, Rewrite, Share
from memwell.app.server.shapes.asked import Whom as On
from memwell.core.receipt import Receipt
from memwell.kernel.forget import ForgetReport
from memwell.kernel.memory import Memory

router = APIRouter(prefix="/v1", tags=["changes"])


@router.patch("/memories/{id}", response_model=told.Receipt)
async def update(id: Id, body: Rewrite, caller: Authenticated) -> Response:
    """Write a new version of it."""
    return await _changed(caller, body, lambda memory: memory.update(id, body.text, why=body.why))


@router.post("/memories/{id}/freeze", response_model=told.Receipt)
async def freeze(id: Id, body: Reasoned, caller: Authenticated) -> Response:
    """Keep it as it is: still found, changed by nobody."""
    why = body.why or "frozen by the user"
    return await _changed(caller, body, lambda memory: memory.freeze(id, why=why))


@router.post("/memories/{id}/thaw", response_model=told.Receipt)
async def thaw(id: Id, body: Reasoned, caller: Authenticated) -> Response:
    """Let it be changed again."""
    why = body.why or "thawed by the user"
    return await _changed(caller, body, lambda memory: memory.thaw(id, why=why))


@router.put("/memories/{id}/sensitivity", response_model=told.Receipt)
async def classify(id: Id, body: Classify, caller: Authenticated) -> Response:
    """Set how sensitive it is, in all its versions."""
    return await _changed(
        caller, body, lambda memory: memory.governance.classify(id, body.sensitivity)
    )


@router.post("/memories/{id}/shares", status_code=201, response_model=told.Grant)
async def share(id: Id, body: Share, caller: Authenticated) -> Response:
    """Let another user work with it."""

    def work(memory: Memory) -> Any:
        made = memory.governance.share(id, body.to, body.rights, until=body.until)
        return as_json.of_grant(made)

    done = await caller.does(work, user=body.user, agent=body.agent, branch=body.branch)
    return answer(done, 201)


@router.post("/memories/{id}/explain", response_model=told.Explanation)
async def explain(id: Id, body: Ask, caller: Authenticated) -> Response:
    """Why it is, or is not, among the results of a query."""

    def work(memory: Memory) -> Any:
        return as_json.of_explanation(memory.explain(body.query, id, at=body.at))

    return answer(await caller.does(work, user=body.user, agent=body.agent, branch=body.branch))


@router.delete("/memories/{id}", response_model=told.Forgotten)
async def forget_one(
    id: Id, caller: Authenticated, dry_run: Annotated[bool, Query()] = False
) -> Response:
    """Erase it for good, with the words it came from and all that was made of it."""
    return await _forgotten(caller, Forget(ids=[id], dry_run=dry_run))


@router.post("/forget", response_model=told.Forgotten)
async def forget(body: Forget, caller: Authenticated) -> Response:
    """Erase memories, a session or a user for good, and tell whether anything is left."""
    return await _forgotten(caller, body)


async def _changed(caller: Caller, of: On, work: Callable[[Memory], Receipt]) -> Response:
    done = await caller.does(
        lambda memory: as_json.of_receipt(work(memory)),
        user=of.user, agent=of.agent, branch=of.branch,
    )  # fmt: skip
    return answer(done)


async def _forgotten(caller: Caller, body: Forget) -> Response:
    def work(memory: Memory) -> Any:
        report = memory.forget(
            *body.ids, session=body.session, user=body.user, dry_run=body.dry_run,
            thorough=body.thorough,
        )  # fmt: skip
        caller.service.heard.forgotten(report, memory.scope)
        return _told(caller, report)

    return answer(await caller.does(work))


def _told(caller: Caller, report: ForgetReport) -> as_json.Json:
    """Where copies lie on this machine is for its operator to know."""
    found = as_json.of_forget(report)
    if not caller.operates:
        for copy in found["copies"]:
            copy["path"] = None
    return found
