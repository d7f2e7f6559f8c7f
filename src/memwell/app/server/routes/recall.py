"""/v1/search, /v1/context, /v1/ask: what is remembered about something."""

from typing import Any

from fastapi import APIRouter, Response

from memwell.app import as_json
from memwell.app.server.answering import answer
from memwell.app.server.caller import Authenticated
from memwell.app.server.shapes import told
from memwell.app.server.shapes.asked import Context, Question, Search
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
        caller.service.meters.found(len(hits))
        return {"hits": as_json.of_hits(hits)}

    return answer(await caller.does(work, user=body.user, agent=body.agent, branch=body.branch))


@router.post("/context", response_model=told.Context)
async def context(body: Context, caller: Authenticated) -> Response:
    """Text to put before a language model: everything while it fits, else the best of it."""

    def work(memory: Memory) -> Any:
        return as_json.of_context(memory.context(body.query, body.budget, k=body.k, at=body.at))

    return answer(await caller.does(work, user=body.user, agent=body.agent, branch=body.branch))


@router.post("/ask", response_model=told.Answered)
async def ask(body: Question, caller: Authenticated) -> Response:
    """An answer with its evidence, or that memory does not hold one."""

    def work(memory: Memory) -> Any:
        found = memory.ask(body.query, at=body.at, session=body.session, without=body.without)
        cited = [hit.cube for hit in found.hits if hit.cube.id in found.sources]
        known = {cube.id for cube in cited}
        rest = [memory.get(id) for id in found.sources if id not in known]
        return as_json.of_answer(found, [*cited, *rest])

    return answer(await caller.does(work, user=body.user, agent=body.agent, branch=body.branch))
