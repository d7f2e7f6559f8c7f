"""The command `memwell keys`."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from memwell.app.dates import moment_option
from memwell.app.group import Command
from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, print_json, show

if TYPE_CHECKING:
    from memwell.kernel.memory import Memory

app = typer.Typer(
    help="Let programs in over the network: API keys of the server.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("create", cls=Command)
@on_memory
def create(
    opening: Opening,
    name: Annotated[str, typer.Option(metavar="NAME", help="What you call it.")] = "unnamed",
    rights: Annotated[
        str, typer.Option(metavar="LIST", help="Of read, write, delete and admin.")
    ] = "read,write,delete",
    clearance: Annotated[
        str, typer.Option(metavar="LEVEL", help="public, internal, confidential or secret.")
    ] = "secret",
    expires: Annotated[
        datetime | None, moment_option("--expires", "When it ends; never by default.")
    ] = None,
    json_output: Json = False,
) -> None:
    """Make a key for `--tenant`, `--user` and `--agent`; it is shown this once.

    Without `--user` it stands for the whole tenant, and its bearer says for which user it acts. The
    right to admin lets it look after keys, quotas, webhooks and the audit log of its tenant.
    """
    from memwell.app.as_json import of_api_key
    from memwell.core.scope import Scope

    wanted = [part.strip() for part in rights.split(",") if part.strip()]
    with _open(opening, create=True) as memory:
        made = memory.keyring.create(
            name,
            Scope(opening.tenant, opening.user, opening.agent),
            [right for right in wanted if right != "admin"],
            admin="admin" in wanted,
            clearance=clearance,
            expires=expires,
        )
    if json_output:
        print_json({**of_api_key(made.key), "key": made.token})
    else:
        print(made.token)
        typer.echo(f"keep it: it is not shown again. Its id is {made.key.id}", err=True)


@app.command("list", cls=Command)
@on_memory
def list_(opening: Opening, json_output: Json = False) -> None:
    """Show all keys of this memory: whose they are, what they may do, when they were used."""
    from memwell.app.as_json import of_api_key
    from memwell.app.show.keys import key_table

    with _open(opening) as memory:
        found = memory.keyring.listed()
    if json_output:
        print_json({"keys": [of_api_key(each) for each in found]})
    else:
        show(key_table(found))


@app.command("revoke", cls=Command)
@on_memory
def revoke(
    opening: Opening,
    id: Annotated[str, typer.Argument(metavar="ID", help="As `memwell keys list` shows it.")],
    json_output: Json = False,
) -> None:
    """Take a key back: from now on it opens nothing."""
    with _open(opening) as memory:
        memory.keyring.revoke(id)
    if json_output:
        print_json({"revoked": id})
    else:
        print(f"the key {id} opens nothing any more")


def _open(opening: Opening, *, create: bool = False) -> "Memory":
    """Without an embedder: keys have no words."""
    return replace(opening, embedder="none").open(create=create)
