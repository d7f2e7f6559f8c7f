"""The command `memwell queue`."""

from typing import TYPE_CHECKING, Annotated

import typer

from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, print_json, show

if TYPE_CHECKING:
    from memwell.core.job import Job
    from memwell.kernel.memory import Memory


@on_memory
def queue(
    opening: Opening,
    id: Annotated[
        str | None, typer.Argument(metavar="ID", help="Only this event, by its receipt's id.")
    ] = None,
    retry: Annotated[
        bool, typer.Option("--retry", help="Have what was given up tried again.")
    ] = False,
    json_output: Json = False,
) -> None:
    """Show what the strategy has still to refine, and what was given up, with the reasons.

    A strategy that asks a model works in the background. What fails for a while is tried again by
    whoever has the memory open; what fails for good stays here until it is retried.
    """
    from memwell.app.as_json import of_job
    from memwell.app.show.queue import job_table

    with opening.open() as memory:
        if retry:
            memory.retry(id)
            memory.wait()
        found = _jobs(memory, id)
        now = memory.view().now
    if json_output:
        print_json({"jobs": [of_job(each) for each in found]})
    else:
        show(job_table(found, now))


def _jobs(memory: "Memory", id: str | None) -> "list[Job]":
    return [job for job in memory.queue() if job.event.startswith(id or "")]
