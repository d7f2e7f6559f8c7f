"""Jobs on a terminal."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from memwell.core.job import Job, Standing

STYLES = {Standing.WAITING: "yellow", Standing.RUNNING: "cyan", Standing.DEAD: "red"}
CALLED = {Standing.DEAD: "given up"}
MOST = 20  # shown before the rest is counted


def job_table(jobs: Sequence[Job], now: datetime) -> RenderableType:
    """How many there are of each kind, then each with its reason."""
    if not jobs:
        return Text("Nothing is waiting, and nothing was given up.")
    parts: list[RenderableType] = [tally(Counter(job.standing for job in jobs))]
    for job in jobs[:MOST]:
        line = Table.grid(padding=(0, 2, 0, 0))
        line.add_row(
            Text(job.event, style="green"), named(job.standing), Text(_when(job, now), style="dim")
        )
        parts.append(line)
        if job.error:
            parts.append(Padding(Text(job.error), (0, 0, 0, 2)))
    if len(jobs) > MOST:
        parts.append(Text(f"… and {len(jobs) - MOST:,} more", style="dim"))
    if any(job.standing is Standing.DEAD for job in jobs):
        parts.append(Text("`memwell queue --retry` tries again what was given up.", style="dim"))
    return Group(*parts)


def tally(counts: Mapping[Standing, int]) -> Text:
    """How many jobs there are, by where they stand."""
    told = [
        Text.assemble(f"{counts[each]:,} ", named(each)) for each in Standing if counts.get(each)
    ]
    return Text(", ").join(told)


def named(standing: Standing) -> Text:
    return Text(CALLED.get(standing, standing.value), style=STYLES[standing])


def _when(job: Job, now: datetime) -> str:
    tried = f"after {job.attempts} attempts" if job.attempts != 1 else "after 1 attempt"
    if job.standing is Standing.DEAD:
        return tried
    if job.standing is Standing.RUNNING:
        return f"attempt {job.attempts}"
    left = (job.due - now).total_seconds()
    when = f"in {left:,.0f} s" if left >= 1 else "now"
    return f"{when}, {tried}" if job.attempts else when
