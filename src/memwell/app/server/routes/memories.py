"""/v1/memories: to remember, to look at what is remembered, and to change it."""

from datetime import timedelta
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from memwell.app import as_json
from memwell.app.server.answering import Asking, answer
from memwell.app.server.caller import Authenticated
from memwell.app.server.shapes import told
from memwell.app.server.shapes.asked import MOST, Id, Many, Remember, Said, Talk
from memwell.core.access import Sensitivity
from memwell.core.message import Conversation
from memwell.kernel import given, intake
from memwell.kernel.memory import Memory

router = APIRouter(prefix="/v1/memories", tags=["memories"])

Most = Annotated[int, Query(ge=1, le=MOST, description="How many.")]
Skip = Annotated[int, Query(ge=0, lt=1 << 31, description="How many to leave out before them.")]


@router.post(
    "",
    status_code=201,
    response_model=told.Receipt,
    responses={200: {"model": told.Receipt, "description": "What a dry run would keep."}},
)
async def add(body: Remember, caller: Authenticated) -> Response:
    """Keep what was said, word for word; durable and searchable when this answers."""

    def work(memory: Memory) -> Any:
        receipt = memory.add(
            messages(body), session=body.session, at=body.at, labels=body.labels, ttl=ttl(body),
            sensitivity=body.sensitivity, dry_run=body.dry_run, wait=body.wait,
        )  # fmt: skip
        caller.service.added(memory, receipt)
        return as_json.of_receipt(receipt)

    done = await caller.does(work, user=body.user, agent=body.agent, branch=body.branch)
    return answer(done, 200 if body.dry_run else 201)


@router.post("/many", status_code=201, response_model=told.Receipts)
async def add_many(body: Many, caller: Authenticated) -> Response:
    """Keep many conversations; those before one that cannot be kept stay kept."""

    def work(memory: Memory) -> Any:
        now = memory.view().now
        talks = [
            Conversation(
                intake.as_messages(messages(talk)), talk.session, talk.at, None,
                intake.as_labels(talk.labels), given.end(ttl(talk), now),
                Sensitivity.named(talk.sensitivity),
            )
            for talk in body.conversations
        ]  # fmt: skip
        receipts = list(memory.add_many(talks))
        caller.service.added(memory, *receipts)
        return [as_json.of_receipt(each) for each in receipts]

    done = await caller.does(work, user=body.user, agent=body.agent, branch=body.branch)
    return answer({"receipts": done}, 201)


@router.get("", response_model=told.Memories)
async def listed(caller: Authenticated, of: Asking, limit: Most = 100, skip: Skip = 0) -> Response:
    """Memories in scope, in the order they came."""

    def work(memory: Memory) -> Any:
        found = list(islice(memory.view().scan(), skip, skip + limit + 1))
        more = skip + limit if len(found) > limit else None
        return {"memories": [as_json.of_cube(each) for each in found[:limit]], "next": more}

    return answer(await caller.does(work, **of.model_dump()))


@router.get("/{id}", response_model=told.Memory)
async def get(id: Id, caller: Authenticated, of: Asking) -> Response:
    """A memory as it stands, by its id or an unambiguous beginning of it."""
    return answer(
        await caller.does(lambda memory: as_json.of_cube(memory.get(id)), **of.model_dump())
    )


@router.get("/{id}/history", response_model=told.Versions)
async def history(id: Id, caller: Authenticated, of: Asking) -> Response:
    """All its versions, the first one first."""

    def work(memory: Memory) -> Any:
        return {"versions": [as_json.of_cube(each) for each in memory.history(id)]}

    return answer(await caller.does(work, **of.model_dump()))


@router.get("/{id}/sources", response_model=told.Events)
async def sources(id: Id, caller: Authenticated, of: Asking) -> Response:
    """The raw events it rests on."""

    def work(memory: Memory) -> Any:
        return {"events": [as_json.of_event(each) for each in memory.sources(id)]}

    return answer(await caller.does(work, **of.model_dump()))


def messages(talk: Talk) -> Any:
    """As the memory takes them."""
    said = talk.messages if isinstance(talk.messages, list) else [talk.messages]
    return [_message(each) if isinstance(each, Said) else each for each in said]


def ttl(talk: Talk) -> timedelta | None:
    return None if talk.ttl is None else timedelta(seconds=talk.ttl)


def _message(said: Said) -> dict[str, Any]:
    return said.model_dump(exclude_none=True) | {"content": said.content}
