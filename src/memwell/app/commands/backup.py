"""The command `memwell backup`."""

from pathlib import Path
from typing import Annotated

import typer

from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, notes, print_json


@on_memory
def backup(
    opening: Opening,
    path: Annotated[
        Path,
        typer.Argument(metavar="PATH", help="A new folder, or a file named .tar or .tar.gz."),
    ],
    json_output: Json = False,
) -> None:
    """Copy the whole memory as it is at this moment, while others use it.

    All users and branches are in it, with what the memory is found by; `memwell restore` verifies
    it and brings it back.
    """
    from rich.filesize import decimal

    from memwell.app.progress import bytes_bar

    with opening.open() as memory, bytes_bar(notes(), "copying") as told:
        made = memory.backup(path, told=told)
    if json_output:
        files = len(made.files)
        print_json({"path": str(path), "journal": made.journal, "files": files, "bytes": made.size})
    else:
        print(
            f"{decimal(made.size)} copied to {path}, up to number {made.journal:,} of the journal"
        )
