"""The command `memwell move`."""

from pathlib import Path
from typing import Annotated

import typer

from memwell.app.output import Json, notes, print_json

KEY = typer.Option("--key-file", metavar="FILE", help="The key of encrypted folders.")


def move(
    source: Annotated[
        str, typer.Argument(metavar="FROM", help="A folder, or a URL: postgresql://…")
    ],
    target: Annotated[str, typer.Argument(metavar="TO", help="An empty one of either kind.")],
    key_file: Annotated[Path | None, KEY] = None,
    json_output: Json = False,
) -> None:
    """Copy a whole memory from a folder into a PostgreSQL database, or back.

    All tenants, branches, versions, grants and the journal are in it, with vectors and tensors. The
    source stays; use it no more once you use the other.
    """
    from datetime import UTC, datetime

    from memwell.kernel.moving import move as copied
    from memwell.store.address import shown

    with notes().status("") as status:
        done = copied(
            source, target, datetime.now(UTC), key=key_file,
            told=lambda rows, whole: status.update(f"{rows:,} of {whole:,} rows"),
        )  # fmt: skip
    told = {"from": shown(source), "to": shown(target), "rows": done.rows}
    if json_output:
        print_json({**told, "blobs": done.blobs, "journal": done.journal})
    else:
        print(f"{done.rows:,} rows and {done.blobs:,} blobs copied to {shown(target)}")
