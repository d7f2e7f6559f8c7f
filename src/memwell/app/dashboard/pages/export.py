"""Export: everything in scope as one file, written by a job."""

from starlette.responses import Response

from memwell.app.dashboard.visit import Visit
from memwell.app.server import longwork
from memwell.core.access import Right


def page(visit: Visit) -> Response:
    copies = visit.memory.governance.copies() if visit.operates else []
    return visit.page("export.html", copies=copies)


def begin(visit: Visit) -> Response:
    """The job's page has the file when it is done. That it was made is noted as a copy."""
    visit.memory.governance.need(Right.READ)
    service, path = visit.service, visit.service.folder.new(".jsonl.gz")
    job = service.jobs.begin("export", visit.memory.scope, longwork.exported(visit.memory, path))
    service.folder.results[job.id] = path
    return visit.go(f"/jobs/{job.id}")
