"""What jobs do: import, export, manage, refine."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from memwell.app import as_json, ingestion
from memwell.app.server.jobs import Progress
from memwell.core.errors import InvalidInput
from memwell.kernel.memory import Memory

FAULTS = 100  # that a job tells of


def imported(memory: Memory, path: Path, form: str | None) -> Callable[[Progress], dict[str, Any]]:
    """Reads conversations, memories or an export; the file is deleted in the end."""

    def work(progress: Progress) -> dict[str, Any]:
        try:
            if form == "memwell" or (form is None and ingestion.is_export(path)):
                return as_json.of_manifest(memory.import_(path))
            found = ingestion.survey(path, form)
            progress.total = found.turns + found.memories
            talks = ingestion.conversations(path, form)
            done = ingestion.remember(memory, talks, None, progress)
            if found.memories and not done.interrupted:
                ingestion.adopt(memory, path, found, done, lambda _: None)
                progress(found.memories)
            return ingestion.outcome(found, done, FAULTS)
        except InvalidInput as error:  # where it lies here is nobody's business
            raise InvalidInput(str(error).replace(str(path), "the file")) from error
        finally:
            path.unlink(missing_ok=True)

    return work


def exported(memory: Memory, path: Path) -> Callable[[Progress], dict[str, Any]]:
    """Writes a file, which is there until the server ends."""

    def work(_: Progress) -> dict[str, Any]:
        try:
            return as_json.of_manifest(memory.export(path))
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    return work


def managed(memory: Memory, *, dry_run: bool) -> Callable[[Progress], dict[str, Any]]:
    """Has the strategy tidy up; the result is the receipt."""
    return lambda _: as_json.of_receipt(memory.manage(dry_run=dry_run))


def refined(memory: Memory) -> Callable[[Progress], dict[str, Any]]:
    """Has the strategy work on what was there before it."""

    def work(progress: Progress) -> dict[str, Any]:
        count = memory.refine(told=lambda done: progress(done - progress.done))
        memory.wait()
        return {"events": count}

    return work
