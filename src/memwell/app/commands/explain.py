"""The command `memwell explain`."""

from datetime import datetime
from typing import Annotated

import typer

from memwell.app.dates import moment_option
from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, print_json, show


@on_memory
def explain(
    opening: Opening,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="The query, as it was searched.")],
    id: Annotated[
        str, typer.Argument(metavar="ID", help="The memory, or the beginning of its id.")
    ],
    at: Annotated[datetime | None, moment_option("--at", "When it is asked.")] = None,
    json_output: Json = False,
) -> None:
    """Say why a memory is, or is not, among the results of a query."""
    from memwell.app.as_json import of_explanation
    from memwell.app.show.explanations import explained

    with opening.open(embeds=True) as memory:
        found = memory.explain(query, id, at=at)
    if json_output:
        print_json({"query": query, **of_explanation(found)})
    else:
        show(explained(found, query))
