"""Import: files are dropped or chosen, read in whatever format they have, and remembered."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from starlette.datastructures import UploadFile
from starlette.responses import Response

from memwell.app.dashboard.visit import Visit
from memwell.app.imports.detect import FORMATS
from memwell.app.ingestion import conversations, is_export, survey
from memwell.core.access import Right
from memwell.core.errors import InvalidInput, MemwellError
from memwell.core.receipt import Receipt

SHOWN = 100  # receipts and faults of one file
LONGEST = 120  # characters of a file's name that are kept


@dataclass
class Result:
    """What became of one file."""

    name: str
    receipts: list[Receipt] = field(default_factory=list)
    conversations: int = 0
    new: int = 0
    faults: list[tuple[str, str]] = field(default_factory=list)
    restored: str = ""  # what a memwell export brought
    error: str = ""


def page(visit: Visit) -> Response:
    return _page(visit, [])


def receive(visit: Visit) -> Response:
    """Each file by itself: one that cannot be read keeps no other from being remembered."""
    visit.memory.governance.need(Right.WRITE)
    files = [each for each in visit.form.getlist("file") if isinstance(each, UploadFile)]
    found = [_received(visit, each) for each in files if each.filename]
    if not found:
        raise InvalidInput("choose a file first")
    failed = all(each.error for each in found)
    return _page(visit, found, 400 if failed else 200)


def _page(visit: Visit, results: list[Result], status: int = 200) -> Response:
    titles = {name: each.TITLE for name, each in FORMATS.items()}
    return visit.page(
        "import.html", status, results=results, formats=titles,
        limit=visit.service.settings.upload,
    )  # fmt: skip


def _received(visit: Visit, file: UploadFile) -> Result:
    result = Result(named(file.filename or ""))
    folder = tempfile.mkdtemp(prefix="memwell-import-")
    try:
        path = Path(folder) / result.name
        with path.open("wb") as kept:
            shutil.copyfileobj(file.file, kept)
        _remembered(visit, path, result)
    except MemwellError as error:
        result.error = str(error).replace(f"{folder}/", "")  # no paths of this machine
    finally:
        shutil.rmtree(folder)
    return result


def _remembered(visit: Visit, path: Path, result: Result) -> None:
    if is_export(path):
        there = visit.memory.import_(path)
        known = f", {there.skipped:,} were there already" if there.skipped else ""
        result.restored = f"{there.versions:,} versions from {there.events:,} events{known}"
        return
    name = visit.told("format") or None
    result.faults = survey(path, name).faults[:SHOWN]
    for receipt in _receipts(visit, path, name):
        result.conversations += 1
        result.new += not receipt.repeated
        if len(result.receipts) < SHOWN:
            result.receipts.append(receipt)


def _receipts(visit: Visit, path: Path, name: str | None) -> Iterator[Receipt]:
    return visit.memory.add_many(conversations(path, name))


def named(name: str) -> str:
    """A name that is safe in a folder: the last part of a path, printable, not too long."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(char for char in last if char.isprintable()).strip(" .")
    stem, dot, ending = clean.rpartition(".")
    if not dot:
        return clean[:LONGEST] or "upload"
    return f"{(stem or 'upload')[:LONGEST]}.{ending[:10]}"
