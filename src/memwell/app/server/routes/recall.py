"""/v1/search and its kin: what is remembered about something."""

from typing import Any

from fastapi import APIRouter, Response

from memwell.app import as_json
from memwell.app.server.answering import answer
from memwell.app.server.caller import Authenticated
from memwell.app.server.shapes import told
from memwell.app.server.shapes.asked import Search
from memwell.kernel.memory import Memory

router = APIRouter(prefix="/v1", tags=["recall"])


@router.post("/search", response_model=told.Hits)
async def search(body: Search, caller: Authenticated) -> Response:
    """The k best memories, best first, each with its reasons."""

    def work(memory: Memory) -> Any:
        hits = memory.search(
            body.query, body.k, at=body.at, as_of=body.as_of, known_at=body.known_at,
            session=body.session, by=body.by, without=body.without, where=body.where,
        )  # fmt: skip
        return {"hits": as_json.of_hits(hits)}

    return answer(await caller.does(work, user=body.user, agent=body.agent, branch=body.branch))
