"""The command `memwell serve`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memwell.app.opening import Opening, on_memory
from memwell.core.errors import ModelUnavailable
from memwell.store.address import shown

if TYPE_CHECKING:
    from memwell.kernel.memory import Memory


@on_memory
def serve(
    opening: Opening,
    host: Annotated[
        str, typer.Option(metavar="HOST", help="Which address to listen on.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="PORT", min=0, max=65535, help="And which port.")] = (
        8765
    ),
    tls_cert: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Certificate, with its chain (PEM).")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option(metavar="FILE", help="Its key (PEM).")] = None,
    insecure: Annotated[
        bool,
        typer.Option(
            "--insecure", help="Listen without TLS beyond this machine, as behind a proxy."
        ),
    ] = False,
    rate: Annotated[
        float, typer.Option(metavar="N", min=0, help="Requests a second of one key; 0: no limit.")
    ] = 100,
    threads: Annotated[
        int, typer.Option(metavar="N", min=1, max=256, help="That work at a time.")
    ] = 16,
    upstream: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Whom the chat proxy asks: http://host/v1#model, or rules. [MEMWELL_UPSTREAM]",
        ),
    ] = None,
    docs: Annotated[
        bool, typer.Option("--docs/--no-docs", help="Show the API at /docs and /openapi.json.")
    ] = True,
) -> None:
    """Serve a memory over HTTP, to whoever shows an API key of it.

    It ends on Ctrl-C or SIGTERM, when what is being done is done. A memory without keys gets an
    admin key, which is shown once.
    """
    try:
        from memwell.app.server.run import Listening, run
    except ImportError as error:
        raise ModelUnavailable(f"{error}; pip install 'memwell[server]'") from error
    from memwell.app.server.settings import Settings

    where = Listening(host, port, tls_cert, tls_key, insecure)
    settings = Settings(
        rate=rate, burst=max(1, int(4 * rate)), threads=threads, docs=docs,
        upstream=upstream or os.environ.get("MEMWELL_UPSTREAM"),
    )  # fmt: skip
    with where.bound() as bound, opening.open(create=True, embeds=True) as memory:
        _first_key(memory)
        at = where.address(bound)
        typer.echo(f"serving {shown(opening.folder)} at {at} (Ctrl-C ends)", err=True)
        run(memory, where, bound, settings)


def _first_key(memory: "Memory") -> None:
    """A memory that nobody could get into gets one key."""
    if memory.keyring.listed():
        return
    made = memory.keyring.create("first", memory.scope, admin=True)
    typer.echo("an admin key, shown this once:", err=True)
    print(made.token, flush=True)
    typer.echo("make others with: memwell keys create --user NAME --rights read,write", err=True)
