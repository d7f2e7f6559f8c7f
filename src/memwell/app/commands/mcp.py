"""The command `memwell mcp`."""

from typing import Annotated

import typer

from memwell.app.opening import Opening, on_memory
from memwell.core.errors import InvalidInput


@on_memory
def mcp(
    opening: Opening,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Nothing can be added, changed or deleted.")
    ] = False,
    chatgpt: Annotated[
        bool, typer.Option("--chatgpt", help="Also `search` and `fetch`, as ChatGPT asks for them.")
    ] = False,
    all_tools: Annotated[
        bool, typer.Option("--all-tools", help="List every tool, not the five most useful ones.")
    ] = False,
) -> None:
    """Serve the memory to an AI application, over standard input and output (MCP).

    The application starts this command itself: see the page on MCP for what to write into its
    settings. `memwell serve` has the same over HTTP.
    """
    try:
        from memwell.app.mcp.stdio import serve
        from memwell.app.mcp.toolbox import Toolbox
    except ModuleNotFoundError as error:
        raise InvalidInput(f"{error.name} is not installed: pip install 'memwell[mcp]'") from error
    rights = ("read",) if read_only else ("read", "write", "delete")
    with opening.open(create=not read_only, rights=rights) as memory:
        serve(memory, Toolbox(everything=all_tools, for_chatgpt=chatgpt))
