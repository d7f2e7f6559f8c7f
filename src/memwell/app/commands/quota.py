"""The command `memwell quota`."""

from dataclasses import replace
from typing import Annotated

import typer

from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, print_json, show


@on_memory
def quota(
    opening: Opening,
    memories: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="At most so many memories.")
    ] = None,
    size: Annotated[
        int | None,
        typer.Option("--bytes", metavar="N", min=0, help="At most so many bytes of words."),
    ] = None,
    none: Annotated[bool, typer.Option("--none", help="Lift the quota.")] = False,
    json_output: Json = False,
) -> None:
    """Show quotas, or set the one of `--user` (of everybody without it)."""
    from memwell.app.as_json import of_quota
    from memwell.app.show.trust import quota_table

    user, whole = opening.user, replace(opening, user=None)
    with whole.open() as memory:
        if none or memories is not None or size is not None:
            memory.governance.limit(memories=memories, bytes=size, user=user)
        found = [each for each in memory.governance.quotas() if user in (None, each[0].scope.user)]
    if json_output:
        print_json({"quotas": [of_quota(*each) for each in found]})
    else:
        show(quota_table(found))
