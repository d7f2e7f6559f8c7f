"""The commands `memwell graph`."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from memwell.app.dates import moment_option
from memwell.app.group import Command
from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, print_json

app = typer.Typer(
    help="The graph of entities and facts that plaintext:zep makes.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def graph() -> None:
    """Keeps `export` a command of its own, though it is the only one."""


@app.command("export", cls=Command)
@on_memory
def export(
    opening: Opening,
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where to: .graphml, .json, or .dot to draw.")
    ],
    as_of: Annotated[
        datetime | None, moment_option("--as-of", "Only what was true in the world then.")
    ] = None,
    known_at: Annotated[
        datetime | None, moment_option("--known-at", "Only what this memory knew then.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file.")] = False,
    json_output: Json = False,
) -> None:
    """Write entities, facts and communities to a file for other programs."""
    from memwell.core.errors import InvalidInput
    from memwell.core.view import Moment
    from memwell.plaintext.graph import export as graphs

    if path.exists() and not force:
        raise InvalidInput(f"{path} is there already; name another file, or use --force")
    with opening.open() as memory:
        found = graphs.graph(memory.view(moment=Moment(as_of, known_at)))
    path.write_text(graphs.written(found, path.suffix), encoding="utf-8")
    if json_output:
        print_json({"path": str(path), "nodes": len(found.nodes), "edges": len(found.edges)})
    else:
        print(f"{len(found.nodes):,} nodes and {len(found.edges):,} edges written to {path}")
