"""Export: everything in scope as one file."""

import shutil
import tempfile
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from memwell.app.dashboard.visit import Visit


def page(visit: Visit) -> Response:
    copies = visit.memory.governance.copies() if visit.admin else []
    return visit.page("export.html", copies=copies)


def send(visit: Visit) -> Response:
    """The file, which is erased here once it was sent. That it was made is noted as a copy."""
    folder = Path(tempfile.mkdtemp(prefix="memwell-export-"))
    day = visit.memory.view().now
    path = folder / f"memwell-{day:%Y-%m-%d}.jsonl.gz"
    try:
        visit.memory.export(path)
    except BaseException:
        shutil.rmtree(folder)
        raise
    return FileResponse(
        path,
        filename=path.name,
        media_type="application/gzip",
        background=BackgroundTask(shutil.rmtree, folder),
    )
