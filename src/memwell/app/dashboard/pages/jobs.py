"""Jobs: what is still to be refined, what was given up, and trying it again."""

from starlette.responses import Response

from memwell.app.dashboard.visit import Visit
from memwell.core.job import Standing

MOST = 200


def page(visit: Visit) -> Response:
    found = visit.memory.queue()
    found.sort(key=lambda job: (job.standing is not Standing.DEAD, job.due))
    counts = {standing: sum(job.standing is standing for job in found) for standing in Standing}
    return visit.page(
        "jobs.html", jobs=found[:MOST], more=max(0, len(found) - MOST), counts=counts
    )


def retry(visit: Visit) -> Response:
    """One that was given up, or all."""
    visit.memory.retry(visit.told("event") or None)
    return visit.go("/jobs", "retried")
