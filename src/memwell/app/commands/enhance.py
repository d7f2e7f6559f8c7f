"""The command `memwell enhance`."""

from typing import Annotated

import typer

from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, print_json


@on_memory
def enhance(
    opening: Opening,
    request: Annotated[
        str, typer.Argument(metavar="REQUEST", help="What somebody else is about to be asked.")
    ],
    json_output: Json = False,
) -> None:
    """Print a request to somebody else, with what they need to know of you to serve it."""
    from memwell.app.as_json import of_cube
    from memwell.plaintext.secondme import SecondMe

    with opening.open(embeds=True) as memory:
        spoken = SecondMe().enhance(request, memory.view())
        sources = [memory.get(id) for id in spoken.sources]
    if json_output:
        told = [of_cube(cube) for cube in sources]
        print_json({"request": request, "text": spoken.text, "sources": told})
    else:
        print(spoken.text)
