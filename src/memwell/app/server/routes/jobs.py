"""/v1/jobs: long work. POST begins it and answers 202; its events tell how far it is."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse
from sse_starlette.sse import EventSourceResponse

from memwell.app.server import longwork
from memwell.app.server.answering import Asking, answer
from memwell.app.server.caller import Authenticated, Caller
from memwell.app.server.jobs import Job, Work
from memwell.app.server.shapes import told
from memwell.app.server.shapes.asked import Id, Manage, Whom
from memwell.core.access import Right
from memwell.core.errors import InvalidInput, NotFound
from memwell.kernel.memory import Memory

router = APIRouter(prefix="/v1", tags=["jobs"])

Format = Literal[
    "auto", "memwell", "openai", "chatgpt", "claude", "mem0", "letta", "graphiti", "cogx", "mcp",
    "markdown", "longmemeval", "locomo", "transcript",
]  # fmt: skip
ENDING = {
    "chatgpt": ".json", "claude": ".json", "openai": ".json", "mem0": ".json", "letta": ".af",
    "graphiti": ".json", "cogx": ".zip", "markdown": ".md", "transcript": ".txt",
}  # fmt: skip
OFTEN = 0.25  # seconds between two looks


@router.post("/jobs/manage", status_code=202, response_model=told.Job)
async def manage(body: Manage, caller: Authenticated) -> Response:
    """Let the strategy tidy up: decay, merge, reflect."""
    return await _begun(
        caller, "manage", Right.WRITE, body.model_dump(exclude={"dry_run"}),
        lambda memory: longwork.managed(memory, dry_run=body.dry_run),
    )  # fmt: skip


@router.post("/jobs/refine", status_code=202, response_model=told.Job)
async def refine(body: Whom, caller: Authenticated) -> Response:
    """Have the strategy work on what was remembered before it came."""
    return await _begun(caller, "refine", Right.WRITE, body.model_dump(), longwork.refined)


@router.post("/jobs/export", status_code=202, response_model=told.Job)
async def export(body: Whom, caller: Authenticated) -> Response:
    """Write everything in scope, with versions and lineage; fetch it at /v1/jobs/{id}/file."""
    path = caller.service.folder.new(".jsonl.gz")
    return await _begun(
        caller, "export", Right.READ, body.model_dump(),
        lambda memory: longwork.exported(memory, path), path,
    )  # fmt: skip


@router.post(
    "/jobs/import", status_code=202, response_model=told.Job,
    openapi_extra={"requestBody": {"required": True, "content": {
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
    }}},
)  # fmt: skip
async def import_(
    request: Request, caller: Authenticated, of: Asking,
    form: Annotated[Format, Query(alias="format", description="Of the file.")] = "auto",
    name: Annotated[str, Query(max_length=200, description="Of the file: its ending tells.")] = "",
) -> Response:  # fmt: skip
    """Remember conversations, memories of another system, or an export; the body is the file."""
    await caller.does(lambda memory: memory.governance.need(Right.WRITE), **of.model_dump())
    chosen = None if form == "auto" else form
    path = caller.service.folder.new(_ending(name) or ENDING.get(form, ".jsonl"))
    try:
        await _kept(request, path)
        return await _begun(
            caller, "import", Right.WRITE, of.model_dump(),
            lambda memory: longwork.imported(memory, path, chosen),
        )  # fmt: skip
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@router.get("/jobs", response_model=told.Jobs)
async def listed(caller: Authenticated) -> Response:
    """The jobs within the key's scope, the oldest first."""
    jobs = caller.service.jobs
    found = await caller.service.pool.run(jobs.listed, caller.key.scope)
    return answer({"jobs": [each.shown() for each in found]})


@router.get("/jobs/{id}", response_model=told.Job)
async def get(id: Id, caller: Authenticated) -> Response:
    """How it stands: waiting, running, done, failed, or interrupted."""
    return answer((await _job(caller, id)).shown())


@router.get("/jobs/{id}/events", response_class=EventSourceResponse)
async def events(id: Id, request: Request, caller: Authenticated) -> Response:
    """Server-sent events: `progress` whenever it is further, `ended` in the end."""
    first = await _job(caller, id)
    return EventSourceResponse(_events(first, request, caller), ping=15)


@router.get("/jobs/{id}/file", response_class=FileResponse)
async def file(id: Id, caller: Authenticated) -> Response:
    """What an export wrote."""
    await _job(caller, id)
    path = caller.service.folder.results.get(id)
    if path is None or not path.is_file():
        raise NotFound(f"job {id[:40]} has no file here: it wrote none, or the server ended since")
    return FileResponse(path, media_type="application/gzip", filename="memories.jsonl.gz")


async def _begun(
    caller: Caller, kind: str, right: Right, of: dict[str, Any],
    work: Callable[[Memory], Work], path: Path | None = None,
) -> Response:  # fmt: skip
    service = caller.service

    def begin(memory: Memory) -> Job:
        memory.governance.need(right)
        job = service.jobs.begin(kind, memory.scope, work(memory))
        if path is not None:
            service.folder.results[job.id] = path
        return job

    job = await caller.does(begin, **of)
    return answer(job.shown(), 202, Location=f"/v1/jobs/{job.id}")


async def _job(caller: Caller, id: str) -> Job:
    return await caller.service.pool.run(caller.service.jobs.get, id, caller.key.scope)


async def _events(job: Job, request: Request, caller: Caller) -> AsyncIterator[dict[str, str]]:
    told = None
    while not await request.is_disconnected():
        if job.shown() != told:
            told = job.shown()
            name = "ended" if job.over else "progress"
            yield {"event": name, "data": json.dumps(told)}
        if job.over:
            return
        await asyncio.sleep(OFTEN)
        job = await _job(caller, job.id)


async def _kept(request: Request, path: Path) -> None:
    """The body goes to disk as it comes."""
    size = 0
    with path.open("xb") as file:
        async for part in request.stream():
            size += len(part)
            file.write(part)
    if size == 0:
        raise InvalidInput("the body is empty; it is to be the file")


def _ending(name: str) -> str:
    """The endings that formats are told by; nothing else of a name is used."""
    known = (".jsonl.gz", ".json.gz", ".jsonl", ".json", ".zip", ".txt", ".md", ".af", ".db")
    return next((each for each in known if name.lower().endswith(each)), "")
