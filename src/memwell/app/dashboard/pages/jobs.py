"""Jobs: imports and exports, what is still to be refined, what was given up."""

from starlette.responses import FileResponse, Response

from memwell.app.dashboard.visit import Visit
from memwell.core.errors import NotFound
from memwell.core.job import Standing

MOST = 200


def page(visit: Visit) -> Response:
    queue = visit.memory.queue()
    queue.sort(key=lambda job: (job.standing is not Standing.DEAD, job.due))
    counts = {standing: sum(job.standing is standing for job in queue) for standing in Standing}
    long = visit.service.jobs.listed(visit.memory.scope)[::-1][:MOST]
    more = max(0, len(queue) - MOST)
    return visit.page("jobs.html", queue=queue[:MOST], more=more, counts=counts, long=long)


def one(visit: Visit) -> Response:
    """How a long job stands."""
    job = visit.service.jobs.get(visit.part("id"), visit.memory.scope)
    path = visit.service.folder.results.get(job.id)
    result = dict(job.result or {})
    faults, left = result.pop("unreadable", []), result.pop("left_out", {})
    there = job.status == "done" and path is not None and path.is_file()
    return visit.page("job.html", job=job, result=result, faults=faults, left=left, file=there)


def file(visit: Visit) -> Response:
    """What an export wrote."""
    job = visit.service.jobs.get(visit.part("id"), visit.memory.scope)
    path = visit.service.folder.results.get(job.id)
    if path is None or not path.is_file():
        raise NotFound("its file is not here: it wrote none, or the server ended since")
    name = f"memwell-{job.created[:10]}.jsonl.gz"
    return FileResponse(path, media_type="application/gzip", filename=name)


def retry(visit: Visit) -> Response:
    """One refinement that was given up, or all."""
    visit.memory.retry(visit.told("event") or None)
    return visit.go("/jobs", "retried")
