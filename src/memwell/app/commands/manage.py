"""The command `memwell manage`."""

from typing import Annotated

import typer

from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, notes, print_json, show


@on_memory
def manage(
    opening: Opening,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what it would do.")] = False,
    json_output: Json = False,
) -> None:
    """Let the strategy tidy up: decay, merge, reflect, as each does.

    To be run when there is time, such as once a night; `memwell undo` takes it back.
    """
    from memwell.app.as_json import of_receipt
    from memwell.app.progress import spinner
    from memwell.app.show.receipts import tidied, words_of

    with opening.open() as memory:
        with spinner(notes(), f"{memory.strategy.name} at work"):
            done = memory.manage(dry_run=dry_run)
        words = words_of(memory, done)
    if json_output:
        print_json(of_receipt(done))
    else:
        show(tidied(done, words))
