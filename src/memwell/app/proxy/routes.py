"""The routes of OpenAI's protocol, behind the server's keys."""

from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse

from memwell.app.proxy import chat, embeddings
from memwell.app.proxy.asked import Chat, Texts
from memwell.app.proxy.errors import RESPONSES, OpenAIRoute, UpstreamDown
from memwell.app.proxy.upstream import Model
from memwell.app.server.caller import Authenticated
from memwell.app.server.problems import Refused
from memwell.app.server.shapes.asked import Name
from memwell.core.errors import Forbidden

router = APIRouter(prefix="/v1", tags=["openai"], route_class=OpenAIRoute)

Mode = Annotated[str | None, Header(description="off, read, write or on (the default).")]
Session = Annotated[Name | None, Header(description="Which conversation this is.")]


@router.post("/chat/completions", responses=RESPONSES, response_model=None)
async def completions(
    body: Chat,
    caller: Authenticated,
    request: Request,
    x_memwell_memory: Mode = None,
    x_memwell_session: Session = None,
) -> Response:
    """An answer of the model behind this server, which is told what is remembered.

    The field `memwell` of the answer, or of a stream's first event, and the headers `x-memwell-…`
    say which memories it was told.
    """
    upstream = _upstream(request)
    if upstream is None:
        raise Refused(
            503,
            "no model is behind this server: start it with --upstream URL#model, or rules",
        )
    return await chat.complete(body, x_memwell_memory, x_memwell_session, caller, upstream)


@router.post("/embeddings", responses=RESPONSES, response_model=None)
async def embed(body: Texts, caller: Authenticated) -> Response:
    """Vectors of texts, by the embedder of this memory."""
    return JSONResponse(await caller.does(lambda memory: embeddings.embed(memory, body)))


@router.get("/models", responses=RESPONSES, response_model=None)
async def models(caller: Authenticated, request: Request) -> Response:
    """The models behind this server, and its embedder."""
    upstream, found, headers = _upstream(request), list[dict[str, Any]](), dict[str, str]()
    try:
        found = await upstream.models() if upstream else []
    except UpstreamDown as error:
        headers["x-memwell-warning"] = str(error)
    names = [upstream.model] if upstream and upstream.model else []
    with suppress(Forbidden):  # who may not read may not embed either
        names += await caller.does(embeddings.embedder_names)
    known = {each.get("id") for each in found}
    own = [
        {"id": name, "object": "model", "created": 0, "owned_by": "memwell"}
        for name in dict.fromkeys(names)
        if name not in known
    ]
    return JSONResponse({"object": "list", "data": [*found, *own]}, headers=headers)


def _upstream(request: Request) -> Model | None:
    found: Model | None = request.app.state.upstream
    return found
