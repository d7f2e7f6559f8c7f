"""Import: files are dropped or chosen, read in whatever format they have, and remembered."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.datastructures import UploadFile
from starlette.responses import Response

from memwell.app.dashboard.visit import Visit
from memwell.app.imports.detect import FORMATS
from memwell.app.server import longwork
from memwell.app.server.jobs import Job, Progress
from memwell.core.access import Right
from memwell.core.errors import InvalidInput, MemwellError

LONGEST = 120  # characters of a file's name that are kept


def page(visit: Visit) -> Response:
    visit.memory.governance.need(Right.WRITE)
    titles = {name: each.TITLE for name, each in FORMATS.items()}
    return visit.page("import.html", formats=titles, limit=visit.service.settings.upload)


def receive(visit: Visit) -> Response:
    """A job for each file, so that one which cannot be read keeps no other from being read."""
    visit.memory.governance.need(Right.WRITE)
    form = visit.told("format") or None
    if form is not None and form not in FORMATS:
        raise InvalidInput("choose a format of the list")
    files = [each for each in visit.form.getlist("file") if isinstance(each, UploadFile)]
    jobs = [_begun(visit, each, form) for each in files if each.filename]
    if not jobs:
        raise InvalidInput("choose a file first")
    return visit.go(f"/jobs/{jobs[0].id}" if len(jobs) == 1 else "/jobs")


def _begun(visit: Visit, file: UploadFile, form: str | None) -> Job:
    folder = visit.service.folder.new("-upload")
    folder.mkdir()
    path = folder / named(file.filename or "")
    with path.open("wb") as kept:
        shutil.copyfileobj(file.file, kept)
    work = _work(longwork.imported(visit.memory, path, form), path)
    return visit.service.jobs.begin("import", visit.memory.scope, work)


def _work(
    importing: Callable[[Progress], dict[str, Any]], path: Path
) -> Callable[[Progress], dict[str, Any]]:
    """The same, telling the file's name and no folder of this machine."""

    def work(progress: Progress) -> dict[str, Any]:
        try:
            return {"file": path.name, **importing(progress)}
        except MemwellError as error:
            raise InvalidInput(str(error).replace(f"{path.parent}/", "")) from error
        finally:
            shutil.rmtree(path.parent)

    return work


def named(name: str) -> str:
    """A name that is safe in a folder: the last part of a path, printable, not too long."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(char for char in last if char.isprintable()).strip(" .")
    stem, dot, ending = clean.rpartition(".")
    if not dot:
        return clean[:LONGEST] or "upload"
    return f"{(stem or 'upload')[:LONGEST]}.{ending[:10]}"
