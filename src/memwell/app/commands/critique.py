"""The command `memwell critique`."""

from typing import Annotated

import typer

from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, print_json


@on_memory
def critique(
    opening: Opening,
    request: Annotated[
        str, typer.Argument(metavar="REQUEST", help="What somebody else was asked.")
    ],
    response: Annotated[str, typer.Argument(metavar="RESPONSE", help="What they answered.")],
    json_output: Json = False,
) -> None:
    """Print what you would say to somebody's response: what it leaves out or runs against."""
    from memwell.app.as_json import of_cube
    from memwell.plaintext.secondme import SecondMe

    with opening.open(embeds=True) as memory:
        spoken = SecondMe().critic(request, response, memory.view())
        sources = [memory.get(id) for id in spoken.sources]
    if json_output:
        print_json(
            {
                "request": request,
                "response": response,
                "text": spoken.text,
                "satisfied": spoken.satisfied,
                "sources": [of_cube(cube) for cube in sources],
            }
        )
    else:
        print(spoken.text)
