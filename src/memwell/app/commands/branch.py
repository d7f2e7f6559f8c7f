"""The commands `memwell branch`."""

from typing import Annotated

import typer

from memwell.app.confirming import confirm
from memwell.app.dates import point
from memwell.app.group import Command
from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, print_json, show

app = typer.Typer(
    help="Let a memory go another way, and compare; nothing is copied.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="What the branch is called.")]


@app.command("list", cls=Command)
@on_memory
def list_(opening: Opening, json_output: Json = False) -> None:
    """List the branches of a memory."""
    from memwell.app.as_json import of_branch
    from memwell.app.show.changes import branch_table

    with opening.open() as memory:
        found = memory.branches()
    if json_output:
        print_json({"branches": [of_branch(each) for each in found]})
    else:
        show(branch_table(found, memory.branch_name))


@app.command("new", cls=Command)
@on_memory
def new(
    opening: Opening,
    name: Name,
    at: Annotated[
        str | None,
        typer.Option(metavar="POINT", help="From how it stood then: a date, number or receipt."),
    ] = None,
    json_output: Json = False,
) -> None:
    """Make a branch; work in it with `--branch NAME`."""
    from memwell.app.as_json import of_branch

    with opening.open() as memory:
        made = memory.branch(name, at=point(at) if at else None)
    if json_output:
        print_json(of_branch(made))
    else:
        print(f"{made.name} begins at journal {made.forked} of {made.parent}")
        print(f"work in it with --branch {made.name}")


@app.command("drop", cls=Command)
@on_memory
def drop(
    opening: Opening,
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json_output: Json = False,
) -> None:
    """Erase a branch with everything that it alone holds."""
    if not yes:
        confirm(f"Erase the branch {name} for good?", "nothing was dropped")
    with opening.open() as memory:
        memory.drop_branch(name)
    if json_output:
        print_json({"dropped": name})
    else:
        print(f"{name} is gone")
