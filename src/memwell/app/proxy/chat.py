"""/v1/chat/completions: recall, ask the model, remember."""

from typing import Any

import httpx
from fastapi import Response
from fastapi.responses import JSONResponse

from memwell.app.proxy.asked import About, Chat, switched
from memwell.app.proxy.errors import UpstreamDown, told
from memwell.app.proxy.exchange import Exchange
from memwell.app.proxy.stream import Passing
from memwell.app.proxy.turn import last_turn, words
from memwell.app.proxy.upstream import Model, object_of, passed, why
from memwell.app.server.caller import Caller


async def complete(
    asked: Chat, mode: str | None, session: str | None, caller: Caller, upstream: Model
) -> Response:
    """The model's answer, given with what is remembered.

    Raises InvalidInput and Forbidden for what the request says about memory, UpstreamDown.
    """
    exchange = await _exchange(asked, mode, session, caller)
    exchange.keeps = upstream.keeps
    model = upstream.named(asked.model)
    body = asked.model_dump(exclude={"memwell"}, exclude_unset=True)
    body |= {"model": model, "messages": await exchange.recall(asked.messages)}
    response = await upstream.ask(body, exchange)
    streams = "text/event-stream" in response.headers.get("content-type", "")
    if response.is_success and streams:
        return Passing(response, exchange, model)
    return await _whole(response, exchange, model)


async def _exchange(asked: Chat, mode: str | None, session: str | None, caller: Caller) -> Exchange:
    about = asked.memwell or About()
    if session and about.session is None:
        about = about.model_copy(update={"session": session})
    recalls, remembers = switched(about, mode)
    if about.user is not None:  # whoever the key does not stand for is refused, not warned of
        await caller.does(lambda memory: memory.scope, user=about.user)
    return Exchange(caller, about, last_turn(asked.messages), recalls, remembers)


async def _whole(response: httpx.Response, exchange: Exchange, model: str) -> Response:
    try:
        content = await response.aread()
    except httpx.HTTPError as error:
        raise UpstreamDown(f"the model broke off: {why(error)}") from error
    finally:
        await response.aclose()
    answer = object_of(content)
    if not response.is_success:
        return _failure(response, answer, exchange)
    if answer is None:
        raise UpstreamDown("the model answered with something that is no JSON object")
    await exchange.remember(_said(answer), model)
    headers = {**passed(response), **exchange.headers}
    return JSONResponse({**answer, "memwell": exchange.told}, response.status_code, headers)


def _failure(response: httpx.Response, said: dict[str, Any] | None, exchange: Exchange) -> Response:
    """The model's own error as it told it, or in the form of one. Nothing is remembered."""
    headers = {**passed(response), **exchange.headers}
    if said and "error" in said:
        return JSONResponse(said, response.status_code, headers)
    status = response.status_code if response.is_error else 502
    headers.pop("content-type", None)
    return told(status, f"the model answered with HTTP {response.status_code}", headers=headers)


def _said(answer: dict[str, Any]) -> str:
    """The words of the first answer: which of several is taken is not told."""
    choices = answer.get("choices")
    for choice in choices if isinstance(choices, list) else []:
        message = choice.get("message") if isinstance(choice, dict) else None
        if isinstance(message, dict) and choice.get("index", 0) == 0:
            return words(message)
    return ""
