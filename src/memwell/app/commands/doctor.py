"""The command `memwell doctor`."""

from typing import TYPE_CHECKING, Annotated

import typer

from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, notes, print_json, show

if TYPE_CHECKING:
    from memwell.kernel.doctor.examine import Health

UNSOUND = 1  # exit code when something is wrong and was not repaired
VECTORS = "vectors complete"


@on_memory
def doctor(
    opening: Opening,
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended.")] = False,
    deep: Annotated[
        bool, typer.Option("--deep", help="Compare index files with the store, too.")
    ] = False,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Build every index anew from words and events.")
    ] = False,
    json_output: Json = False,
) -> None:
    """Look whether a memory is whole, and mend it if told to.

    Exit code 0: it is whole; 1: something is wrong. What cannot be read of a damaged file is told
    one by one, and the damaged file is kept.
    """
    from memwell.app.as_json import of_health
    from memwell.app.show.health import health_report
    from memwell.kernel.doctor.doctor import doctor as look_at

    mend = repair or rebuild
    with notes().status("") as status:
        health = look_at(
            opening.files,
            key=opening.key,
            repair=mend,
            deep=deep,
            anew=rebuild,
            told=status.update,
        )
    if mend and any(each.check == VECTORS for each in health.findings):
        health = _embedded(opening, health)
    if json_output:
        print_json(of_health(health))
    else:
        show(health_report(opening.files, health, mend))
    if not health.sound:
        raise typer.Exit(UNSOUND)


def _embedded(opening: Opening, health: "Health") -> "Health":
    """Opening a memory makes the vectors that are missing."""
    from dataclasses import replace

    from memwell.kernel.doctor.doctor import doctor as look_at

    with opening.open() as memory:
        memory.wait()
    again = look_at(opening.files, key=opening.key)
    made = () if any(each.check == VECTORS for each in again.findings) else ("made vectors anew",)
    return replace(health, findings=again.findings, repaired=(*health.repaired, *made))
