"""The app: an ASGI program that serves one open memory."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from starlette.routing import Route

from memwell.app.dashboard.router import dashboard
from memwell.app.mcp.http import endpoints
from memwell.app.proxy import routes as openai
from memwell.app.proxy.choice import chosen as model_of
from memwell.app.proxy.choice import opened
from memwell.app.server import problems
from memwell.app.server.answering import PROBLEMS
from memwell.app.server.envelope import Envelope
from memwell.app.server.gate import Gate
from memwell.app.server.routes import (
    changes,
    docs,
    governance,
    health,
    jobs,
    keys,
    memories,
    recall,
    timeline,
    upkeep,
    webhooks,
)
from memwell.app.server.service import Service
from memwell.app.server.settings import Settings
from memwell.kernel.memory import Memory

ROUTERS = (
    memories.router, changes.router, recall.router, timeline.router, governance.router,
    upkeep.router, jobs.router, webhooks.router, keys.router,
)  # fmt: skip
DESCRIPTION = "A memory over HTTP. Every request shows an API key: `Authorization: Bearer mw_…`."


def create_app(memory: Memory, settings: Settings | None = None) -> FastAPI:
    """Serves a memory that the caller has opened, and closes when the app has ended.

    Raises InvalidInput for an upstream that is no address.
    """
    chosen = settings or Settings()
    model = model_of(chosen.upstream)
    service = Service(memory, chosen)
    spoken = endpoints(service)

    @asynccontextmanager
    async def living(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.callback(service.close)
            for endpoint in spoken.values():
                await stack.enter_async_context(endpoint.living())
            app.state.upstream = await stack.enter_async_context(opened(model))
            yield

    app = FastAPI(
        title="memwell", version="1", description=DESCRIPTION, lifespan=living,
        docs_url=None, redoc_url=None, openapi_url="/openapi.json" if chosen.docs else None,
    )  # fmt: skip
    app.state.service = service
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router, responses=PROBLEMS)
    app.include_router(openai.router)
    app.include_router(health.router)
    app.include_router(dashboard())
    if chosen.docs:
        app.include_router(docs.router)
    for path, endpoint in spoken.items():
        app.router.routes.append(Route(path, endpoint))
    app.add_middleware(Gate, settings=chosen)
    app.add_middleware(Envelope, meters=service.meters)
    return app
