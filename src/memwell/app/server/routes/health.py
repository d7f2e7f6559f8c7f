"""/health, /ready and /metrics: for whoever runs the server."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from memwell.app.server.answering import answer
from memwell.app.server.caller import Administering
from memwell.app.server.meters import FORM
from memwell.app.server.service import Service
from memwell.core.errors import MemwellError

router = APIRouter(tags=["health"])


@router.get("/health")
async def health() -> JSONResponse:
    """Whether the process lives."""
    return answer({"status": "ok"})


@router.get("/ready")
async def ready(request: Request) -> JSONResponse:
    """Whether the memory can be read: else no requests should come here."""
    service: Service = request.app.state.service
    try:
        await service.pool.run(service.memory.store.sequence)
    except MemwellError:
        return answer({"status": "the memory cannot be read"}, 503)
    return answer({"status": "ok"})


@router.get("/metrics", response_class=Response)
async def metrics(caller: Administering) -> Response:
    """Counts and times, as Prometheus reads them; for the operator's key."""
    caller.need_operator()
    text = await caller.service.pool.run(caller.service.meters.text)
    return Response(text, media_type=FORM)
