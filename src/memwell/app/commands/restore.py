"""The command `memwell restore`."""

from pathlib import Path
from typing import Annotated

import typer

from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, notes, print_json


@on_memory
def restore(
    opening: Opening,
    backup: Annotated[Path, typer.Argument(metavar="BACKUP", help="What `memwell backup` made.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the place of a memory that is there.")
    ] = False,
    json_output: Json = False,
) -> None:
    """Make a memory of a backup, in the folder that --memory names.

    Every file is verified first. A memory that is there is replaced only if you say so, and only
    once the new one has been opened and looked at.
    """
    from rich.filesize import decimal

    from memwell.app.as_json import of_health
    from memwell.app.progress import bytes_bar
    from memwell.kernel.backup.restore import restore as bring_back

    with bytes_bar(notes(), "verifying") as told:
        done = bring_back(backup, opening.files, key=opening.key, replace=replace, told=told)
    if json_output:
        told_of = {"memory": str(done.folder), "journal": done.manifest.journal}
        print_json({**told_of, "bytes": done.manifest.size, "health": of_health(done.health)})
        return
    print(f"{decimal(done.manifest.size)} restored to {done.folder}, as of {done.manifest.at}")
    for finding in done.health.findings:
        notes().print(f"note: {finding.check}: {finding.what}")
