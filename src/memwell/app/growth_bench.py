"""`memwell bench growth`: what a turn costs to remember as a memory grows."""

from pathlib import Path
from typing import Annotated

import typer

from memwell.app.bench_options import Chosen, Folder
from memwell.app.output import Json, console, notes, print_json
from memwell.app.progress import turns_bar
from memwell.app.show.tables import rich_table
from memwell.bench.strategies.growth import SMALLEST, Growth, grow
from memwell.bench.table import Table, number
from memwell.bench.workspace import cache
from memwell.kernel.load import names

Turns = Annotated[int, typer.Option("--turns", min=SMALLEST, help="How many turns to remember.")]
Seed = Annotated[int, typer.Option("--seed", help="Of what is said.")]


def growth(
    turns: Turns = 10_000,
    strategy: Chosen = None,
    seed: Seed = 0,
    store: Folder = None,
    as_json: Json = False,
) -> None:
    """Cost of a turn as a memory grows, by strategy, with the rules model and a quick embedder.

    CPU of each tenth of one user's turns: a memory that reads all of itself at every turn shows.
    """
    folder = store or cache() / "memwell" / "bench" / "growth"
    chosen = strategy or [f"plaintext:{name}" for name in names("plaintext")]
    found = [_grown(spec, turns, folder, seed) for spec in chosen]
    if as_json:
        print_json({each.strategy: each.as_json() for each in found})
    else:
        console().print(rich_table(table(found)))


def _grown(spec: str, turns: int, folder: Path, seed: int) -> Growth:
    seen = 0
    with turns_bar(notes(), spec, turns) as advance:

        def told(done: int) -> None:
            nonlocal seen
            advance(done - seen)
            seen = done

        return grow(spec, turns, folder / "memory", seed, told)


def table(found: list[Growth]) -> Table:
    """One row a strategy."""
    rows = tuple(
        (
            each.strategy.removeprefix("plaintext:"),
            f"{each.derived:,}",
            number(each.added[0], 2),
            number(each.added[-1], 2),
            number(each.ratio, 2),
            number(each.managed[0], 2),
            number(each.managed[-1], 2),
            number(each.whole_ratio, 2),
        )
        for each in found
    )
    adding = ("first", "last", "last/first")
    heading = ("strategy", "derived", *adding, "manage first", "last", "all last/first")
    return Table(f"{found[0].turns:,} turns: CPU ms a turn, by tenths", heading, rows)
