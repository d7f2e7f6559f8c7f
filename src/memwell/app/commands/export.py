"""The command `memwell export`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, notes, print_json
from memwell.core.errors import InvalidInput

if TYPE_CHECKING:
    from memwell.kernel.memory import Memory


@on_memory
def export(
    opening: Opening,
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where to: .jsonl, or .jsonl.gz to compress.")
    ],
    format_name: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="NAME",
            help="memwell (everything), or mem0, letta, graphiti, cogx, mcp, markdown.",
        ),
    ] = "memwell",
    force: Annotated[bool, typer.Option("--force", help="Write over a file.")] = False,
    seal_key: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A key; without it nobody changes the file unseen."),
    ] = None,
    json_output: Json = False,
) -> None:
    """Write everything to a file that `memwell import` reads.

    Versions, lineage, links, raw events, receipts, grants and tensors are all in it. In the format
    of another system it is what holds now, as far as that has a place for it.
    """
    if path.exists() and not force:
        raise InvalidInput(f"{path} is there already; name another file, or use --force")
    if seal_key and format_name != "memwell":
        raise InvalidInput("--seal-key is for the format memwell; others know of no seal")
    with opening.open() as memory:
        if format_name == "memwell":
            _everything(memory, path, seal_key, json_output)
        else:
            _foreign(memory, path, format_name, json_output)


def _everything(memory: "Memory", path: Path, seal_key: Path | None, json_output: bool) -> None:
    from memwell.app.as_json import of_manifest
    from memwell.app.progress import spinner

    with spinner(notes(), f"writing {path}"):
        manifest = memory.export(path, seal_key=seal_key)
    if json_output:
        print_json({"path": str(path), **of_manifest(manifest), "bytes": path.stat().st_size})
    else:
        told = f"{manifest.versions:,} versions of memories from {manifest.events:,} events"
        print(f"{told} written to {path}")


def _foreign(memory: "Memory", path: Path, name: str, json_output: bool) -> None:
    from memwell.app.exports.formats import export as write
    from memwell.app.progress import spinner

    with spinner(notes(), f"writing {path}"):
        done = write(memory, path, name)
    if json_output:
        told = {"memories": done.memories, "left_out": dict(done.left)}
        print_json({"path": str(path), "format": name, **told})
        return
    print(f"{done.memories:,} memories written to {path}")
    for what, count in done.left.items():
        print(f"left out: {count:,} {what}")
