"""The model that is asked: any server that speaks OpenAI's protocol."""

import json
import os
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

from memwell.app.proxy.errors import UpstreamDown
from memwell.app.proxy.exchange import Exchange
from memwell.core.errors import InvalidInput

TIMEOUT = httpx.Timeout(600, connect=10)  # a model may think for long; a dead host is soon known
KEY = "MEMWELL_UPSTREAM_KEY"
PASSED = ("content-type", "retry-after")
PASSED_TOO = ("x-ratelimit-", "openai-")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a model is, and with which key it is asked."""

    url: str
    model: str | None
    key: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, spec: str) -> "Target":
        """From http://host/v1 or http://host/v1#model, with the key of the environment.

        Raises InvalidInput.
        """
        url, _, model = spec.partition("#")
        try:
            parsed = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise InvalidInput(f"the upstream's address cannot be read: {error}") from error
        if parsed.scheme not in ("http", "https") or not parsed.host:
            raise InvalidInput("an upstream is http://host/v1, http://host/v1#model, or rules")
        if parsed.userinfo:
            raise InvalidInput(f"do not write credentials into an upstream's URL: set {KEY}")
        return cls(url.rstrip("/"), model or None, os.environ.get(KEY))


class Model(Protocol):
    """Whatever answers; `keeps` says whether its answers are remembered."""

    model: str | None
    keeps: bool

    async def ask(self, body: dict[str, Any], exchange: Exchange) -> httpx.Response: ...

    async def models(self) -> list[dict[str, Any]]: ...

    def named(self, model: str | None) -> str: ...


class Upstream:
    """A model behind a URL. It is asked with the server's key: clients' keys never go there."""

    keeps = True

    def __init__(self, target: Target) -> None:
        self.url, self.model = target.url, target.model
        headers = {"Authorization": f"Bearer {target.key}"} if target.key else {}
        self._client = httpx.AsyncClient(timeout=TIMEOUT, headers=headers)

    async def ask(self, body: dict[str, Any], exchange: Exchange) -> httpx.Response:
        """Its answer, of which only the head was read. Raises UpstreamDown, and InvalidInput."""
        try:
            content = json.dumps(body, allow_nan=False)
        except ValueError as error:
            raise InvalidInput(f"the request cannot be passed on: {error}") from error
        request = self._client.build_request(
            "POST", f"{self.url}/chat/completions", content=content,
            headers={"Content-Type": "application/json"},
        )  # fmt: skip
        return await self._send(request)

    async def models(self) -> list[dict[str, Any]]:
        """What it serves; nothing when it does not tell. Raises UpstreamDown."""
        response = await self._send(self._client.build_request("GET", f"{self.url}/models"))
        try:
            await response.aread()
            found = response.json().get("data") if response.is_success else None
        except (ValueError, AttributeError):
            return []
        finally:
            await response.aclose()
        return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []

    def named(self, model: str | None) -> str:
        """The model that is meant. Raises InvalidInput when nothing names one."""
        found = self.model if model in (None, "", "memwell") else model
        if not found:
            raise InvalidInput(
                "name a model: this server has none of its own (--upstream url#model)"
            )
        return found

    async def close(self) -> None:
        await self._client.aclose()

    async def _send(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._client.send(request, stream=True)
        except httpx.HTTPError as error:
            raise UpstreamDown(f"the model cannot be reached: {why(error)}") from error


def why(error: httpx.HTTPError) -> str:
    """What went wrong, without addresses."""
    return "it took too long" if isinstance(error, httpx.TimeoutException) else type(error).__name__


def passed(response: httpx.Response) -> dict[str, str]:
    """The headers that concern the client. The model's id of the request stands beside ours."""
    found = {
        name: value
        for name, value in response.headers.items()
        if name in PASSED or name.startswith(PASSED_TOO)
    }
    if "x-request-id" in response.headers:
        found["x-upstream-request-id"] = response.headers["x-request-id"]
    return found


def object_of(content: bytes) -> dict[str, Any] | None:
    """The JSON object that a model sent; None for anything else."""
    try:
        found = json.loads(content)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
