"""The command `memwell history`."""

from typing import Annotated

import typer

from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, console, print_json, show


@on_memory
def history(
    opening: Opening,
    id: Annotated[
        str, typer.Argument(metavar="ID", help="The memory, or the beginning of its id.")
    ],
    json_output: Json = False,
) -> None:
    """Show what changed in a memory, when and why."""
    from memwell.app.as_json import of_cube
    from memwell.app.show.versions import timeline

    with opening.open() as memory:
        versions = memory.history(id)
        entries = memory.store.journal(versions[-1].id)
    why = {each.applied.version: each.applied.why for each in entries if each.applied.version}
    if json_output:
        told = [{**of_cube(cube), "why": why.get(cube.version, "")} for cube in versions]
        print_json({"id": versions[-1].id, "versions": told})
    else:
        show(timeline(versions, why, colour=console().is_terminal))
