"""The command `memwell forget`."""

from typing import TYPE_CHECKING, Annotated

import typer

from memwell.app.confirming import confirm
from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, notes, print_json, show
from memwell.core.errors import InvalidInput

if TYPE_CHECKING:
    from memwell.core.cube import MemCube
    from memwell.kernel.forget import ForgetReport
    from memwell.kernel.memory import Memory


@on_memory
def forget(
    opening: Opening,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID", help="Memories, or how ids begin.")
    ] = None,
    session: Annotated[
        str | None, typer.Option(metavar="NAME", help="A whole conversation.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--everything", help="All that --user has; --user must be given.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would go.")] = False,
    json_output: Json = False,
) -> None:
    """Erase memories for good, and all that was made of them.

    The words they came from go, too. On a terminal it shows what would go, and asks.
    """
    from memwell.app.as_json import of_forget
    from memwell.app.show.forgetting import doomed, gone

    _check(ids, session, everything, opening.user)
    user = opening.user if everything else None
    with opening.open() as memory:
        report = memory.forget(*ids or (), session=session, user=user, dry_run=True)
        if not dry_run:
            if not yes:
                notes().print(doomed(_read(memory, report), report))
                confirm("Forget for good?", "nothing was forgotten")
            report = memory.forget(*ids or (), session=session, user=user)
        told = doomed(_read(memory, report), report) if dry_run else gone(report)
    if json_output:
        print_json(of_forget(report))
    else:
        show(told)


def _check(ids: list[str] | None, session: str | None, everything: bool, user: str | None) -> None:
    if everything and not user:
        raise InvalidInput("--everything needs --user: whose memory is to be forgotten")
    if not (ids or session or everything):
        raise InvalidInput("name what to forget: ids, --session, or --user with --everything")


def _read(memory: "Memory", report: "ForgetReport") -> "list[MemCube]":
    return [memory.history(id)[-1] for id in report.cubes]
