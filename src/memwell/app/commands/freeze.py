"""The commands `memwell freeze` and `memwell thaw`."""

from typing import Annotated

import typer

from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, console, print_json, show

Id = Annotated[str, typer.Argument(metavar="ID", help="The memory, or the beginning of its id.")]


@on_memory
def freeze(opening: Opening, id: Id, json_output: Json = False) -> None:
    """Keep a memory as it is: found as before, changed by nobody."""
    _moved(opening, id, "freeze", json_output)


@on_memory
def thaw(opening: Opening, id: Id, json_output: Json = False) -> None:
    """Let a frozen memory be changed again."""
    _moved(opening, id, "thaw", json_output)


def _moved(opening: Opening, id: str, move: str, as_json: bool) -> None:
    from memwell.app.as_json import of_receipt
    from memwell.app.show.versions import revised

    with opening.open() as memory:
        receipt = (memory.freeze if move == "freeze" else memory.thaw)(id)
        versions = memory.history(receipt.ids[0])
    if as_json:
        print_json(of_receipt(receipt))
    else:
        show(revised(versions, receipt.applied[0].why, colour=console().is_terminal))
