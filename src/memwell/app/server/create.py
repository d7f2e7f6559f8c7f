"""The app: an ASGI program that serves one open memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from memwell.app.server import problems
from memwell.app.server.answering import PROBLEMS
from memwell.app.server.routes import memories, recall
from memwell.app.server.service import Service
from memwell.app.server.settings import Settings
from memwell.kernel.memory import Memory

ROUTERS = (memories.router, recall.router)
DESCRIPTION = "A memory over HTTP. Every request shows an API key: `Authorization: Bearer mw_…`."


def create_app(memory: Memory, settings: Settings | None = None) -> FastAPI:
    """Serves a memory that the caller has opened, and closes when the app has ended."""
    chosen = settings or Settings()
    service = Service(memory, chosen)

    @asynccontextmanager
    async def living(_app: FastAPI) -> AsyncIterator[None]:
        yield
        service.close()

    app = FastAPI(
        title="memwell", version="1", description=DESCRIPTION, lifespan=living,
        docs_url=None, redoc_url=None, openapi_url="/openapi.json" if chosen.docs else None,
    )  # fmt: skip
    app.state.service = service
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router, responses=PROBLEMS)
    return app
