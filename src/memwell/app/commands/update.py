"""The command `memwell update`."""

from typing import Annotated

import typer

from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, console, print_json, show


@on_memory
def update(
    opening: Opening,
    id: Annotated[
        str, typer.Argument(metavar="ID", help="The memory, or the beginning of its id.")
    ],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What it should say.")],
    why: Annotated[str, typer.Option(help="The reason, kept in its history.")] = (
        "corrected by the user"
    ),
    json_output: Json = False,
) -> None:
    """Correct a memory; the old words stay in its history."""
    from memwell.app.as_json import of_receipt
    from memwell.app.show.versions import revised

    with opening.open() as memory:
        receipt = memory.update(id, text, why=why)
        versions = memory.history(receipt.ids[0])
    if json_output:
        print_json(of_receipt(receipt))
    else:
        show(revised(versions, why, colour=console().is_terminal))
