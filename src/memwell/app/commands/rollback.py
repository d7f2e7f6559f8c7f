"""The command `memwell rollback`."""

from typing import Annotated

import typer

from memwell.app.confirming import confirm
from memwell.app.dates import point
from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, notes, print_json, show


@on_memory
def rollback(
    opening: Opening,
    to: Annotated[
        str, typer.Argument(metavar="POINT", help="A date, a journal number or a receipt's id.")
    ],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what it would do.")] = False,
    json_output: Json = False,
) -> None:
    """Bring all memories back to how they stood at a point.

    Nothing is erased: it is one more change, which can be undone.
    """
    from memwell.app.as_json import of_receipt
    from memwell.app.show.receipts import taken_back, words_of

    with opening.open() as memory:
        done = memory.rollback(point(to), dry_run=True)
        if not dry_run:
            if not yes:
                notes().print(taken_back(done, words_of(memory, done)))
                confirm("Go back?", "nothing was changed")
            done = memory.rollback(point(to))
        words = words_of(memory, done)
    if json_output:
        print_json(of_receipt(done))
    else:
        show(taken_back(done, words))
