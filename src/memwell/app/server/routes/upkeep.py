"""/v1/queue and /v1/stats: how the memory is getting on."""

from typing import Any

from fastapi import APIRouter, Response

from memwell.app import as_json, census
from memwell.app.server.answering import Asking, answer
from memwell.app.server.caller import Authenticated
from memwell.app.server.shapes import told
from memwell.app.server.shapes.asked import Retry
from memwell.kernel.memory import Memory

router = APIRouter(prefix="/v1", tags=["upkeep"])

OF_ALL = ("memory", "journal", "encrypted", "branches", "audit", "backup", "bytes")


@router.get("/queue", response_model=told.Queue)
async def queue(caller: Authenticated, of: Asking) -> Response:
    """What the strategy has still to refine, is refining, or has given up."""

    def work(memory: Memory) -> Any:
        return {"jobs": [as_json.of_job(each) for each in memory.queue()]}

    return answer(await caller.does(work, **of.model_dump()))


@router.post("/queue/retry", response_model=told.Receipts)
async def retry(body: Retry, caller: Authenticated) -> Response:
    """Have refinement that was given up tried again."""

    def work(memory: Memory) -> Any:
        return {"receipts": [as_json.of_receipt(each) for each in memory.retry(body.event)]}

    return answer(await caller.does(work, user=body.user, agent=body.agent, branch=body.branch))


@router.get("/stats", response_model=told.Stats)
async def stats(caller: Authenticated, of: Asking) -> Response:
    """What this scope holds; what is told of the whole memory is told to its operator alone."""

    def work(memory: Memory) -> Any:
        found = census.as_json(census.take(memory))
        return {k: v for k, v in found.items() if caller.operates or k not in OF_ALL}

    return answer(await caller.does(work, **of.model_dump()))
