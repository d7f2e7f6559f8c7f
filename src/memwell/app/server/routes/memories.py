"""/v1/memories: to remember, and to look at what is remembered."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Response

from memwell.app import as_json
from memwell.app.server.answering import Asking, answer
from memwell.app.server.caller import Authenticated
from memwell.app.server.shapes import told
from memwell.app.server.shapes.asked import Id, Remember, Said, Talk
from memwell.kernel.memory import Memory

router = APIRouter(prefix="/v1/memories", tags=["memories"])


@router.post("", status_code=201, response_model=told.Receipt)
async def add(body: Remember, caller: Authenticated) -> Response:
    """Keep what was said, word for word; durable and searchable when this answers."""

    def work(memory: Memory) -> Any:
        receipt = memory.add(
            messages(body), session=body.session, at=body.at, labels=body.labels, ttl=ttl(body),
            sensitivity=body.sensitivity, dry_run=body.dry_run, wait=body.wait,
        )  # fmt: skip
        return as_json.of_receipt(receipt)

    done = await caller.does(work, user=body.user, agent=body.agent, branch=body.branch)
    return answer(done, 200 if body.dry_run else 201)


@router.get("/{id}", response_model=told.Memory)
async def get(id: Id, caller: Authenticated, of: Asking) -> Response:
    """A memory as it stands, by its id or an unambiguous beginning of it."""
    return answer(
        await caller.does(lambda memory: as_json.of_cube(memory.get(id)), **of.model_dump())
    )


def messages(talk: Talk) -> Any:
    """As the memory takes them."""
    given = talk.messages if isinstance(talk.messages, list) else [talk.messages]
    return [
        said.model_dump(exclude_none=True) | {"content": said.content}
        if isinstance(said, Said)
        else said
        for said in given
    ]


def ttl(talk: Talk) -> timedelta | None:
    return None if talk.ttl is None else timedelta(seconds=talk.ttl)
