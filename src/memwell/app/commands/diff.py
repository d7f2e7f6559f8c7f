"""The command `memwell diff`."""

from typing import Annotated

import typer

from memwell.app.dates import point
from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, console, print_json, show


@on_memory
def diff(
    opening: Opening,
    since: Annotated[
        str | None,
        typer.Argument(metavar="POINT", help="A date, a journal number or a receipt's id."),
    ] = None,
    until: Annotated[
        str | None, typer.Argument(metavar="POINT", help="The later point; now by default.")
    ] = None,
    against: Annotated[
        str | None, typer.Option("--against", metavar="BRANCH", help="Compare with another branch.")
    ] = None,
    json_output: Json = False,
) -> None:
    """Show what changed between two points, or what differs in a branch."""
    from memwell.app.as_json import of_change
    from memwell.app.show.changes import compared

    with opening.open() as memory:
        found = memory.diff(
            point(since) if since else None, point(until) if until else None, branch=against
        )
    if json_output:
        print_json({"changes": [of_change(each) for each in found]})
    else:
        show(compared(found, colour=console().is_terminal))
