"""The commands `memwell access`: who may work with whose memories."""

from datetime import datetime
from typing import Annotated

import typer

from memwell.app.dates import moment_option
from memwell.app.group import Command
from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, print_json, show

app = typer.Typer(
    help="Let others work with memories, and take that back.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
To = Annotated[str, typer.Argument(metavar="USER", help="Who is to be let in.")]
Rights = Annotated[
    str, typer.Option("--rights", metavar="LIST", help="read, write, delete; with commas between.")
]
Until = Annotated[datetime | None, moment_option("--until", "When it ends; never by default.")]


@app.command("list", cls=Command)
@on_memory
def list_(opening: Opening, json_output: Json = False) -> None:
    """List what was granted, by this user and to this user."""
    from memwell.app.as_json import of_grant
    from memwell.app.show.trust import grant_table

    with opening.open() as memory:
        found = memory.governance.grants()
    if json_output:
        print_json({"grants": [of_grant(each) for each in found]})
    else:
        show(grant_table(found))


@app.command("grant", cls=Command)
@on_memory
def grant(
    opening: Opening,
    to: To,
    rights: Rights = "read",
    session: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only this conversation.")
    ] = None,
    until: Until = None,
    json_output: Json = False,
) -> None:
    """Let another user work with the memories of `--user`, or of everybody without it."""
    from memwell.app.as_json import of_grant
    from memwell.app.show.trust import grant_table

    with opening.open() as memory:
        made = memory.governance.grant(to, rights.split(","), session=session, until=until)
    if json_output:
        print_json(of_grant(made))
    else:
        show(grant_table([made]))


@app.command("share", cls=Command)
@on_memory
def share(
    opening: Opening,
    id: Annotated[
        str, typer.Argument(metavar="ID", help="The memory, or the beginning of its id.")
    ],
    to: To,
    rights: Rights = "read",
    until: Until = None,
    json_output: Json = False,
) -> None:
    """Let another user work with a single memory."""
    from memwell.app.as_json import of_grant
    from memwell.app.show.trust import grant_table

    with opening.open() as memory:
        whole = memory.get(id).id
        made = memory.governance.share(whole, to, rights.split(","), until=until)
    if json_output:
        print_json(of_grant(made))
    else:
        show(grant_table([made]))


@app.command("revoke", cls=Command)
@on_memory
def revoke(
    opening: Opening,
    grant: Annotated[str, typer.Argument(metavar="GRANT", help="From `memwell access list`.")],
    json_output: Json = False,
) -> None:
    """Take a grant back."""
    with opening.open() as memory:
        memory.governance.revoke(grant)
    if json_output:
        print_json({"revoked": grant})
    else:
        print(f"grant {grant} is taken back")
