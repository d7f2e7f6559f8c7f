"""The command `memwell models`."""

from typing import Annotated

import typer

from memwell.app.group import Command
from memwell.app.output import Json, notes, print_json, show

app = typer.Typer(
    help="List and fetch the models memwell knows.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("list", cls=Command)
def list_(json_output: Json = False) -> None:
    """List the models memwell knows, and where their weights are."""
    from memwell.app.show.models import as_json, models_table
    from memwell.models.install import list_models

    found = list_models()
    if json_output:
        print_json({"models": [as_json(each) for each in found]})
    else:
        show(models_table(found))


@app.command("install", cls=Command)
def install(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name from `memwell models list`.")],
    json_output: Json = False,
) -> None:
    """Fetch the weights of a model and verify their checksum."""
    from memwell.models.install import install as fetch

    path = fetch(name, lambda step: notes().print(step, style="dim", soft_wrap=True))
    if json_output:
        print_json({"name": name, "path": str(path)})
    else:
        print(path)
