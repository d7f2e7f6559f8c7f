"""The command `memwell undo`."""

from typing import Annotated

import typer

from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, print_json, show


@on_memory
def undo(
    opening: Opening,
    receipt: Annotated[
        str, typer.Argument(metavar="RECEIPT", help="The id of the receipt of what was done.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what it would do.")] = False,
    json_output: Json = False,
) -> None:
    """Take back what a receipt says was done.

    What changed again since is left alone. Undoing the undoing brings everything back.
    """
    from memwell.app.as_json import of_receipt
    from memwell.app.show.receipts import taken_back, words_of

    with opening.open() as memory:
        done = memory.undo(receipt, dry_run=dry_run)
        words = words_of(memory, done)
    if json_output:
        print_json(of_receipt(done))
    else:
        show(taken_back(done, words))
