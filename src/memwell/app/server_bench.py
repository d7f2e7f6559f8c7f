"""`memwell bench server`: many clients at once over HTTP, beside chromadb's server."""

from pathlib import Path
from typing import Annotated

import typer

from memwell.app.bench_options import Folder, Markdown
from memwell.app.output import Json, console, notes, print_json
from memwell.app.show.tables import rich_table
from memwell.bench.ops.show import page
from memwell.bench.server import run as running
from memwell.bench.server.chromadb import Chromadb
from memwell.bench.server.crowd import Plan
from memwell.bench.server.host import Host
from memwell.bench.server.memwell import Memwell
from memwell.bench.workspace import cache
from memwell.core.errors import UnknownName


def server(  # noqa: PLR0913 (one per option)
    clients: Annotated[int, typer.Option(min=1, help="How many ask at a time.")] = 64,
    users: Annotated[int, typer.Option(min=1, help="Whose they are.")] = 8,
    seconds: Annotated[float, typer.Option(min=1, help="For how long.")] = 60,
    adds: Annotated[float, typer.Option(min=0, max=1, help="Their share.")] = 0.3,
    embedders: Annotated[
        str, typer.Option(metavar="NAMES", help="Of memwell's own rows: none,minilm.")
    ] = "none,minilm",
    postgres: Annotated[
        str | None, typer.Option(metavar="URL", help="Also with a store at postgresql://….")
    ] = None,
    peers: Annotated[str, typer.Option(help="none or chromadb. Installed once.")] = "none",
    seed: Annotated[int, typer.Option(help="Of what is said and asked.")] = 0,
    store: Folder = None,
    as_json: Json = False,
    markdown_file: Markdown = None,
) -> None:
    """A served memory under load: throughput, latency, errors, lost adds, cross-tenant reads."""
    plan = Plan(clients, users, seconds, adds, seed)
    folder: Path = store or cache() / "memwell" / "bench" / "ops"
    named = [name.strip() for name in embedders.split(",") if name.strip()]
    hosts: list[Host] = [Memwell(name) for name in named]
    if postgres:
        hosts += [Memwell(name, postgres) for name in named]
    if peers not in ("none", "chromadb"):
        raise UnknownName(f"no peer is called {peers!r}; there is chromadb")
    if peers == "chromadb":
        hosts.append(Chromadb())
    rows = running.run(hosts, plan, folder / "environments", notes().print)
    found, said = running.table(rows, plan), running.notes(rows)
    if markdown_file:
        markdown_file.write_text(page([found], said), encoding="utf-8")
    if as_json:
        print_json(running.as_json(rows, plan))
        return
    console().print(rich_table(found))
    for note in said:
        console().print(note, style="dim")
