"""The command `memwell sync`."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memwell.app.confirming import confirm
from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, notes, print_json

if TYPE_CHECKING:
    from memwell.app.sync.sync import Synced
    from memwell.kernel.memory import Memory

EVERY = 2.0  # seconds between looks at the folder


@on_memory
def sync(
    opening: Opening,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the files are.")],
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do not ask when many files were deleted.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be done.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Go on until Ctrl-C.")] = False,
    json_output: Json = False,
) -> None:
    """Keep memories as Markdown files, one each, and take over what is edited there.

    Edits become new versions, new files new memories; a deleted file deletes its memory, which
    `undo` brings back. What changed on both sides is kept twice, and the exit code is 1.
    """
    with opening.open(create=True) as memory:
        found = _once(memory, folder, yes=yes, dry_run=dry_run)
        _show(found, json_output=json_output, dry_run=dry_run)
        while watch and not dry_run:
            time.sleep(EVERY)
            again = _once(memory, folder, yes=yes, dry_run=False)
            if any(again.counts.values()):
                _show(again, json_output=json_output, dry_run=False)
    if not found.agree:
        raise typer.Exit(1)


def _once(memory: "Memory", folder: Path, *, yes: bool, dry_run: bool) -> "Synced":
    from memwell.app.progress import turns_bar
    from memwell.app.sync.sync import MANY, sync

    if dry_run:
        return sync(memory, folder, dry_run=True, most_deleted=None)
    if not yes:
        gone = sync(memory, folder, dry_run=True, most_deleted=None).counts["delete"]
        if gone > MANY:
            confirm(f"Delete the memories of {gone:,} files that are gone?", "nothing was changed")
            yes = True
    with turns_bar(notes(), "bringing together", 0) as advance:
        return sync(memory, folder, most_deleted=None if yes else MANY, told=advance)


def _show(found: "Synced", *, json_output: bool, dry_run: bool) -> None:
    from memwell.app.sync.sync import steps_of

    if json_output:
        steps = [
            {"do": step.do.value, "id": step.id, "file": step.file and step.file.name,
             "why": step.why}
            for step in steps_of(found)
        ]  # fmt: skip
        told = {"counts": found.counts, "steps": steps, "waiting": found.waiting}
        pairs = {"conflicts": found.conflicts, "faults": found.faults}
        told |= {name: [{"file": f, "why": w} for f, w in each] for name, each in pairs.items()}
        print_json({"dry_run": dry_run, "agree": found.agree, **told})
        return
    counts = ", ".join(f"{count:,} {WORDS[do]}" for do, count in found.counts.items() if count)
    print(("would be done: " if dry_run else "") + (counts or "nothing to do: both sides agree"))
    for file, why in found.conflicts:
        print(f"conflict  {file}: {why}")
    for file, why in found.faults:
        print(f"left alone  {file}: {why}")
    for file in found.waiting:
        print(f"waits to be looked at  {file}")


WORDS = {
    "write": "files written", "remove": "files removed", "update": "memories updated",
    "add": "memories added", "delete": "memories deleted", "restore": "memories restored",
    "conflict": "conflicts",
}  # fmt: skip
