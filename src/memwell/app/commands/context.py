"""The command `memwell context`."""

from datetime import datetime
from typing import Annotated

import typer

from memwell.app.dates import moment_option
from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, notes, print_json


@on_memory
def context(
    opening: Opening,
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help="What the language model is about to be asked.")
    ],
    budget: Annotated[int, typer.Option(min=1, metavar="TOKENS", help="At most so long.")] = 4000,
    at: Annotated[datetime | None, moment_option("--at", "When it is asked.")] = None,
    json_output: Json = False,
) -> None:
    """Print what to put before a language model.

    Everything while it fits the budget, else the best of it.
    """
    with opening.open(embeds=True) as memory:
        found = memory.context(query, budget, at=at)
    if json_output:
        from memwell.app.as_json import of_context

        print_json({"query": query, **of_context(found)})
        return
    print(found.text)
    screen = notes()
    if screen.is_terminal:
        rest = f", {found.left_out} left out" if found.left_out else ""
        told = f"{found.route}: {len(found.cubes)} memories, about {found.tokens} tokens{rest}"
        screen.print(told, style="dim")
