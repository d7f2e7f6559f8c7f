"""The command `memwell receipt`."""

from typing import TYPE_CHECKING, Annotated

import typer

from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, print_json, show

if TYPE_CHECKING:
    from memwell.core.receipt import Receipt
    from memwell.kernel.memory import Memory


@on_memory
def receipt(
    opening: Opening,
    id: Annotated[
        str, typer.Argument(metavar="ID", help="A receipt, or a memory that came in with it.")
    ],
    json_output: Json = False,
) -> None:
    """Show what became of something that was added."""
    from memwell.app.as_json import of_receipt
    from memwell.app.show.receipts import received, words_of

    with opening.open() as memory:
        found = _find(memory, id)
        words = words_of(memory, found)
    if json_output:
        print_json(of_receipt(found))
    else:
        show(received(found, words))


def _find(memory: "Memory", id: str) -> "Receipt":
    """By its own id, else by that of a memory."""
    from memwell.core.errors import NotFound

    try:
        return memory.receipt(id)
    except NotFound:
        events = memory.get(id).source.events
    if not events:
        raise NotFound(f"memory {id} rests on no event, so no receipt tells of it")
    return memory.receipt(events[0])
