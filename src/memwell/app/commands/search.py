"""The command `memwell search`."""

from datetime import datetime
from enum import StrEnum
from time import perf_counter
from typing import Annotated

import typer

from memwell.app.dates import moment_option
from memwell.app.labels import filtered
from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, console, print_json, show


class Unit(StrEnum):
    """What is ranked."""

    TURN = "turn"
    SESSION = "session"


@on_memory
def search(
    opening: Opening,
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help="What to look for, in words or as a question.")
    ],
    k: Annotated[int, typer.Option("-k", min=1, metavar="N", help="How many.")] = 5,
    at: Annotated[
        datetime | None, moment_option("--at", "When it is asked: what `last week` refers to.")
    ] = None,
    as_of: Annotated[
        datetime | None, moment_option("--as-of", "Only what was true in the world then.")
    ] = None,
    known_at: Annotated[
        datetime | None, moment_option("--known-at", "Only what this memory knew then.")
    ] = None,
    session: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only in this conversation.")
    ] = None,
    by: Annotated[
        Unit,
        typer.Option(metavar="UNIT", help="Rank each `turn`, or the best turn of each `session`."),
    ] = (Unit.TURN),
    where: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="Only with this label; or a filter as JSON."),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Show memories uncut.")] = False,
    json_output: Json = False,
) -> None:
    """Find memories: the best ones first, each with its reasons."""
    with opening.open(embeds=True) as memory:
        started = perf_counter()
        hits = memory.search(
            query,
            k,
            at=at,
            as_of=as_of,
            known_at=known_at,
            session=session,
            by=by.value,
            where=filtered(where),
        )
        seconds = perf_counter() - started
    if json_output:
        from memwell.app.as_json import of_hits

        print_json({"query": query, "hits": of_hits(hits), "seconds": seconds})
    elif hits:
        from memwell.app.show.turns import ranked

        show(ranked(hits, query, console().width, full=full))
    else:
        print("Nothing found. `memwell stats` shows what this memory holds.")
