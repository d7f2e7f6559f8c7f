"""A model for those who have none: it answers from memory by rules, and makes nothing up.

It is no language model. A question is answered with what memory holds, or with that it holds
nothing; whatever else is said is acknowledged, and remembered. Questions are not.
"""

import json
import time
from typing import Any

import httpx

from memwell.app.proxy.exchange import Exchange
from memwell.core.tokens import estimate

NAME = "rules"
NOTED = "Noted."
OFF = "Memory is off for this request, and I am nothing but memory."
NOTHING = "Ask me something, or tell me something to remember."


class OwnModel:
    """Has the shape of an upstream; its answers are not remembered, for they were memories."""

    model: str | None = NAME
    keeps = False

    async def ask(self, body: dict[str, Any], exchange: Exchange) -> httpx.Response:
        """An answer in OpenAI's form, whole or as a stream."""
        text = await self._said(exchange)
        usage = _usage(body, text)
        if body.get("stream"):
            return _streamed(text, usage)
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return httpx.Response(
            200, json={**_head("chat.completion"), "choices": [choice], "usage": usage}
        )

    async def _said(self, exchange: Exchange) -> str:
        turn = exchange.turn
        if turn is None:
            return NOTHING
        if not turn.text.rstrip().endswith("?"):
            return NOTED if exchange.remembers else OFF
        exchange.remembers = False  # else the next answer would be that this was asked before
        if not exchange.recalls:
            return OFF
        return await exchange.does(lambda memory: memory.ask(turn.text).text)

    async def models(self) -> list[dict[str, Any]]:
        """None beside itself."""
        return []

    def named(self, model: str | None) -> str:
        """There is but one."""
        return NAME


def _streamed(text: str, usage: dict[str, int]) -> httpx.Response:
    head = _head("chat.completion.chunk")
    said = {"role": "assistant", "content": text}
    chunks = [
        {**head, "choices": [{"index": 0, "delta": said, "finish_reason": None}]},
        {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}], "usage": usage},
    ]
    events = [*(json.dumps(chunk) for chunk in chunks), "[DONE]"]
    content = "".join(f"data: {event}\n\n" for event in events)
    return httpx.Response(200, text=content, headers={"content-type": "text/event-stream"})


def _head(kind: str) -> dict[str, Any]:
    now = time.time_ns()
    return {"id": f"chatcmpl-{now}", "object": kind, "created": now // 10**9, "model": NAME}


def _usage(body: dict[str, Any], text: str) -> dict[str, int]:
    """Estimated."""
    asked, answered = estimate(json.dumps(body["messages"])), estimate(text)
    return {
        "prompt_tokens": asked,
        "completion_tokens": answered,
        "total_tokens": asked + answered,
    }
