"""The command `memwell stats`."""

from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, print_json, show


@on_memory
def stats(opening: Opening, json_output: Json = False) -> None:
    """Count what a memory holds, and what it weighs."""
    from memwell.app.census import as_json, take
    from memwell.app.show.census import census_table

    with opening.open() as memory:
        census = take(memory)
    if json_output:
        print_json(as_json(census))
    else:
        show(census_table(census))
