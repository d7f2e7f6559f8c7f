"""/v1/webhooks: who is told when something happens."""

from typing import Any

from fastapi import APIRouter, Response

from memwell.app.server.answering import answer
from memwell.app.server.caller import Administering
from memwell.app.server.shapes import told
from memwell.app.server.shapes.asked import Hook, Id

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])


@router.get("", response_model=told.Hooks)
async def listed(caller: Administering) -> Response:
    """The webhooks within the key's scope."""
    service = caller.service
    found = await service.pool.run(service.webhooks.listed, caller.key.scope)
    return answer({"webhooks": [each.shown() for each in found]})


@router.post("", status_code=201, response_model=told.NewHook)
async def register(body: Hook, caller: Administering) -> Response:
    """Have a URL told of what happens; deliveries are signed with the secret, shown this once."""

    def work() -> Any:
        made = caller.service.webhooks.register(body.url, list(body.kinds), caller.key.scope)
        return {**made.shown(), "secret": made.secret}

    return answer(await caller.service.pool.run(work), 201)


@router.delete("/{id}", status_code=204)
async def drop(id: Id, caller: Administering) -> Response:
    """Tell it no more."""
    service = caller.service
    await service.pool.run(service.webhooks.drop, id, caller.key.scope)
    return Response(status_code=204)
