"""MCP over HTTP: the server on a real port, its keys, and the SDK's client."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from serving import listening

from memwell import Memory
from memwell.app.server.create import create_app
from memwell.app.server.settings import Settings


@dataclass
class Served:
    memory: Memory
    url: str

    def key(self, rights: Any = ("read", "write", "delete"), **scope: Any) -> str:
        within = self.memory.scope.within(**scope)
        return str(self.memory.keyring.create("test", within, rights=rights).token)

    def ask(self, key: str, path: str, work: Any, mode: str = "auto") -> Any:
        """What an async function gets from a client that shows this key."""

        async def run() -> Any:
            headers = {"Authorization": f"Bearer {key}"}
            async with create_mcp_http_client(headers=headers) as http:
                transport = streamable_http_client(f"{self.url}{path}", http_client=http)
                async with Client(transport, mode=mode) as client:
                    return await work(client)

        return anyio.run(run)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with (
        Memory(tmp_path / "memory", embedder="none") as memory,
        listening(create_app(memory, Settings(body=10_000))) as url,
    ):
        yield Served(memory, url)


async def names(client: Client) -> list[str]:
    return [each.name for each in (await client.list_tools()).tools]


async def dogs(client: Client) -> list[str]:
    found = (await client.call_tool("search_memories", {"query": "dog"})).structured_content
    assert found is not None
    return [each["memory"]["text"] for each in found["hits"]]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_whose_memory_it_is_comes_from_the_key(served: Served, mode: str) -> None:
    ana, bo = served.key(user="ana"), served.key(user="bo")

    async def add(client: Client) -> Any:
        return await client.call_tool("add_memory", {"text": "My dog is called Biscuit."})

    assert not served.ask(ana, "/mcp", add, mode).is_error
    assert served.ask(ana, "/mcp", dogs, mode) == ["My dog is called Biscuit."]
    assert served.ask(bo, "/mcp", dogs, mode) == []
    assert [cube.scope.user for cube in served.memory.view().scan()] == ["ana"]


def test_a_key_shows_what_it_may_do(served: Served) -> None:
    assert "delete_memory" in served.ask(served.key(user="ana"), "/mcp", names)
    reader = served.key(user="ana", rights=["read"])
    listed = served.ask(reader, "/mcp", names)
    assert "search_memories" in listed
    assert "add_memory" not in listed
    (id,) = served.memory.add("My dog is called Biscuit.", user="ana").ids

    async def delete(client: Client) -> Any:
        return await client.call_tool("delete_memory", {"id": id, "forever": True})

    assert served.ask(reader, "/mcp", delete).is_error
    writer = served.key(user="ana", rights=["read", "write"])
    assert served.ask(writer, "/mcp", delete).is_error
    assert served.ask(served.key(user="ana"), "/mcp", delete).is_error is False
    assert served.memory.search("dog") == []


def test_there_is_a_place_for_chatgpt_and_one_with_all_tools(served: Served) -> None:
    key = served.key()
    assert {"search", "fetch"} <= set(served.ask(key, "/mcp/chatgpt", names))
    assert "undo" in served.ask(key, "/mcp/all", names)
    assert "search" not in served.ask(key, "/mcp", names)


@pytest.mark.parametrize("shown", [None, "Bearer mw_wrong_wrong", "Basic YTpi", "Bearer"])
def test_without_a_valid_key_nothing_is_served(served: Served, shown: str | None) -> None:
    headers = {"Authorization": shown} if shown else {}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    for path in ("/mcp", "/mcp/all", "/mcp/chatgpt"):
        refused = httpx.post(f"{served.url}{path}", json=body, headers=headers)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Bearer")


def test_a_request_that_is_too_large_is_refused(served: Served) -> None:
    headers = {"Authorization": f"Bearer {served.key()}", "Accept": "application/json"}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"x": "y" * 10_000}}
    assert httpx.post(f"{served.url}/mcp", json=body, headers=headers).status_code == 413


def test_the_rate_of_a_key_holds_here_too(tmp_path: Path) -> None:
    with (
        Memory(tmp_path / "memory", embedder="none") as memory,
        listening(create_app(memory, Settings(rate=0.001, burst=2))) as url,
    ):
        key = memory.keyring.create("test", memory.scope).token
        headers = {"Authorization": f"Bearer {key}"}
        codes = [httpx.post(f"{url}/mcp", headers=headers).status_code for _ in range(3)]
    assert codes[0] != 429
    assert codes[2] == 429


def test_many_ask_at_once_and_each_gets_its_own(served: Served) -> None:
    users = [f"user{number}" for number in range(8)]
    keys = {user: served.key(user=user) for user in users}
    for user in users:
        served.memory.add(f"The dog of {user}.", user=user)

    async def one(user: str, found: dict[str, list[str]]) -> None:
        headers = {"Authorization": f"Bearer {keys[user]}"}
        async with create_mcp_http_client(headers=headers) as http:
            transport = streamable_http_client(f"{served.url}/mcp", http_client=http)
            async with Client(transport) as client:
                found[user] = [text for _ in range(5) for text in await dogs(client)]

    async def all_at_once() -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        async with anyio.create_task_group() as tasks:
            for user in users:
                tasks.start_soon(one, user, found)
        return found

    found = anyio.run(all_at_once)
    assert found == {user: [f"The dog of {user}."] * 5 for user in users}
