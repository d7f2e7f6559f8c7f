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
    """List the models memwell knows, where their weights are, and which are unpacked."""
    from memwell.app.show.models import as_json, models_table
    from memwell.models.bundle import list_models

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
    """Fetch the weights of a model and verify their checksum.

    A language model is then unpacked, once, into what loads quickly (extra: local).
    """
    from memwell.models import bundle
    from memwell.models.catalog import known
    from memwell.models.install import install as fetch

    def progress(step: str) -> None:
        notes().print(step, style="dim", soft_wrap=True)

    path = fetch(name, progress)
    if known(name).unpacks:
        path = bundle.ready(known(name), progress).folder
    if json_output:
        print_json({"name": name, "path": str(path)})
    else:
        print(path)
