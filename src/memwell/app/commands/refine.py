"""The command `memwell refine`."""

from typing import TYPE_CHECKING

from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, notes, print_json, show

if TYPE_CHECKING:
    from memwell.kernel.memory import Memory


@on_memory
def refine(opening: Opening, json_output: Json = False) -> None:
    """Let the strategy work on what was remembered before it came.

    After a memory was filled under another --strategy. What this one has already worked on is left
    alone, so that an interrupted run goes on where it stopped.
    """
    from rich.text import Text

    with opening.open() as memory:
        name, count = memory.strategy.name, _refined(memory)
        given_up = sum(job.standing == "dead" for job in memory.queue())
    if json_output:
        print_json({"strategy": name, "events": count, "given_up": given_up})
        return
    show(Text(f"{count:,} conversations refined by {name}"))
    if given_up:
        show(Text(f"{given_up:,} were given up; `memwell queue` says why", style="red"))


def _refined(memory: "Memory") -> int:
    from memwell.app.progress import spinner

    with spinner(notes(), f"{memory.strategy.name} at work"):
        count = memory.refine()
        memory.wait()
    return count
