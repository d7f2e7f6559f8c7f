"""The protocol over standard input and output: one client, one memory."""

from collections.abc import Callable
from typing import TypeVar

import anyio
from anyio.to_thread import run_sync
from mcp.server.stdio import stdio_server

from memwell.app.mcp.server import Asking, Does, serving
from memwell.app.mcp.toolbox import Toolbox
from memwell.kernel.memory import Memory

R = TypeVar("R")


def serve(memory: Memory, toolbox: Toolbox) -> None:
    """Serves whoever started this process, until it hangs up."""
    server = serving(on(memory), toolbox)

    async def work() -> None:
        async with stdio_server() as (reads, writes):
            await server.run(reads, writes, server.create_initialization_options())

    anyio.run(work)


def on(memory: Memory) -> Does:
    """Always on this memory."""

    async def does(_asking: Asking, work: Callable[[Memory], R]) -> R:
        return await run_sync(work, memory)

    return does
