"""The command `memwell audit`."""

from typing import Annotated

import typer

from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, print_json, show


@on_memory
def audit(
    opening: Opening,
    after: Annotated[
        int, typer.Option(metavar="N", min=0, help="Only lines after this number.")
    ] = 0,
    last: Annotated[int, typer.Option("--last", metavar="N", min=1, help="How many to show.")] = 20,
    json_output: Json = False,
) -> None:
    """Show what was done and when, and whether anybody tampered with that log.

    It holds no words and no names: only random ids and keyed digests.
    """
    from memwell.app.as_json import of_sealed
    from memwell.app.show.trust import audit_table

    with opening.open() as memory:
        lines, broken = memory.governance.audit(after), memory.governance.broken_seals()
    if json_output:
        print_json({"lines": [of_sealed(each) for each in lines], "broken": broken})
    else:
        show(audit_table(lines[-last:], len(lines), broken))
    if broken:
        raise typer.Exit(1)
