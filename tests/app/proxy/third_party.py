"""A model of somebody else: a small server that speaks OpenAI's protocol, the same every time.

What it is asked decides what it does: the name of the model, and the words of the user.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

USAGE = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
CALL = {
    "id": "call_1",
    "type": "function",
    "function": {"name": "weather", "arguments": '{"city": "Porto"}'},
}


class ThirdParty:
    """Keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.let_go = False
        self.app = Starlette(
            routes=[
                Route("/v1/chat/completions", self.chat, methods=["POST"]),
                Route("/v1/models", self.models),
            ]
        )

    async def models(self, _: Request) -> Response:
        return JSONResponse({"object": "list", "data": [{"id": "parrot", "object": "model"}]})

    async def chat(self, request: Request) -> Response:
        body = await request.json()
        self.asked.append(body)
        self.keys.append(request.headers.get("authorization"))
        if body["model"] == "busy":
            error = {"message": "slow down", "type": "rate_limit", "param": None, "code": "busy"}
            return JSONResponse({"error": error}, 429, {"retry-after": "7"})
        if body["model"] == "broken":
            return Response("<html>oops</html>", 500)
        if body["model"] == "senseless":
            return Response("<html>hello</html>", 200)
        words = [f"You said: {_last(body)}"] * body.get("n", 1)
        if body["model"] == "weather" and body["messages"][-1]["role"] == "user":
            words = [""]
        if body.get("stream"):
            return StreamingResponse(self.events(body, words), media_type="text/event-stream")
        return JSONResponse({**_head(body), "object": "chat.completion",
                             "choices": _choices(body, words), "usage": USAGE},
                            headers={"x-request-id": "req-1"})  # fmt: skip

    async def events(self, body: dict[str, Any], answers: list[str]) -> AsyncIterator[bytes]:
        chunk = {**_head(body), "object": "chat.completion.chunk"}
        try:
            for place, answer in enumerate(answers):
                for word in answer.split(" "):
                    delta = {"role": "assistant", "content": f"{word} "}
                    yield _event({**chunk, "choices": [{"index": place, "delta": delta}]})
                    if body["model"] == "abrupt":
                        raise ConnectionResetError
                    if body["model"] == "endless":
                        await asyncio.sleep(3600)
                yield _event({**chunk, "choices": [
                    {"index": place, "delta": {}, "finish_reason": "stop"}]})  # fmt: skip
            if (body.get("stream_options") or {}).get("include_usage"):
                yield _event({**chunk, "choices": [], "usage": USAGE})
            yield b"data: [DONE]\n\n"
        finally:
            self.let_go = True


def _choices(body: dict[str, Any], words: list[str]) -> list[dict[str, Any]]:
    if words == [""]:
        message = {"role": "assistant", "content": None, "tool_calls": [CALL]}
        return [{"index": 0, "message": message, "finish_reason": "tool_calls"}]
    return [
        {"index": place, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        for place, text in enumerate(words)
    ]


def _head(body: dict[str, Any]) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "created": 1, "model": body["model"]}


def _last(body: dict[str, Any]) -> str:
    content = [each for each in body["messages"] if each["role"] == "user"][-1]["content"]
    return content if isinstance(content, str) else content[0]["text"]


def _event(chunk: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(chunk, ensure_ascii=False).encode() + b"\n\n"
