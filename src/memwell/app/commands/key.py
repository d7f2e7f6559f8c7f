"""The command `memwell key`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memwell.app.group import Command
from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, print_json
from memwell.core.errors import InvalidInput

if TYPE_CHECKING:
    from memwell.store.key import Key

app = typer.Typer(
    help="Encrypt a memory, and look after its key.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("new", cls=Command)
def new(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to keep it.")],
    json_output: Json = False,
) -> None:
    """Make a random key in a new file that only you may read.

    Keep a copy of it elsewhere: what it encrypts cannot be read without it, by anybody.
    """
    from memwell.store.key import create

    create(file.expanduser())
    if json_output:
        print_json({"key": str(file)})
    else:
        print(f"a new key is in {file}; keep a copy elsewhere")


@app.command("encrypt", cls=Command)
@on_memory
def encrypt(opening: Opening, json_output: Json = False) -> None:
    """Encrypt a memory that is not encrypted yet, with the key of --key-file or the environment.

    No other program may have it open. A process that is killed leaves the memory as it was, or
    encrypted; run the command again then.
    """
    from memwell.store import conversion

    conversion.encrypt(opening.files, _key(opening))
    _tell(opening, "is encrypted now, and opens with its key only", json_output)


@app.command("decrypt", cls=Command)
@on_memory
def decrypt(opening: Opening, json_output: Json = False) -> None:
    """Make an encrypted memory plain again. No other program may have it open."""
    from memwell.store import conversion

    conversion.decrypt(opening.files, _key(opening))
    _tell(opening, "is not encrypted any more", json_output, encrypted=False)


@app.command("rotate", cls=Command)
@on_memory
def rotate(
    opening: Opening,
    file: Annotated[Path, typer.Argument(metavar="NEW_KEY_FILE", help="Holds the new key.")],
    json_output: Json = False,
) -> None:
    """Encrypt a memory anew, with the key in another file. No other program may have it open.

    A process that is killed leaves a memory that opens with the old key until the very end, and
    with the new key from then on; run the command again while the old key opens it.
    """
    from memwell.store import conversion
    from memwell.store.key import Key

    conversion.rotate(opening.files, _key(opening), Key.read(file.expanduser()))
    _tell(opening, f"opens with the key in {file} only", json_output)


def _key(opening: Opening) -> "Key":
    from memwell.store.key import chosen
    from memwell.store.seal import GIVE

    key = chosen(opening.key)
    if key is None:
        raise InvalidInput(f"name the key: {GIVE}")
    return key


def _tell(opening: Opening, done: str, json_output: bool, *, encrypted: bool = True) -> None:
    if json_output:
        print_json({"memory": str(opening.files), "encrypted": encrypted})
    else:
        print(f"the memory in {opening.files} {done}")
