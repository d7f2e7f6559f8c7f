"""The command `memwell export`."""

from pathlib import Path
from typing import Annotated

import typer

from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, print_json


@on_memory
def export(
    opening: Opening,
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where to: .jsonl, or .jsonl.gz to compress.")
    ],
    force: Annotated[bool, typer.Option("--force", help="Write over a file.")] = False,
    json_output: Json = False,
) -> None:
    """Write everything to a file that `memwell import` reads.

    Versions, lineage, links and raw events are all in it.
    """
    from memwell.app.as_json import of_manifest
    from memwell.core.errors import InvalidInput

    if path.exists() and not force:
        raise InvalidInput(f"{path} is there already; name another file, or use --force")
    with opening.open() as memory:
        manifest = memory.export(path)
    if json_output:
        print_json({"path": str(path), **of_manifest(manifest), "bytes": path.stat().st_size})
    else:
        told = f"{manifest.versions:,} versions of memories from {manifest.events:,} events"
        print(f"{told} written to {path}")
