"""The command `memwell import`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, notes, print_json, show

if TYPE_CHECKING:
    from memwell.app.ingestion import Imported, Survey

INTERRUPTED = 130  # exit code of a program that was stopped by Ctrl-C


@on_memory
def import_(
    opening: Opening,
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A file, a folder or a zip of an export.")
    ],
    format_name: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="NAME",
            help="auto, openai, chatgpt, claude, longmemeval, locomo, transcript or memwell.",
        ),
    ] = "auto",
    json_output: Json = False,
) -> None:
    """Remember the conversations of a file.

    It reads OpenAI-style messages (JSON, JSON Lines), exports of ChatGPT and Claude, transcripts,
    LongMemEval and LoCoMo files, and what `memwell export` wrote. What is there already is not
    stored again: after an interruption, run it again to go on.
    """
    from memwell.app.ingestion import is_export

    if format_name == "memwell" or (format_name == "auto" and is_export(path)):
        _restore(opening, path, json_output)
        return
    found, done = _remember(opening, path, None if format_name == "auto" else format_name)
    if json_output:
        faults = [{"place": place, "fault": fault} for place, fault in found.faults]
        print_json({"path": str(path), **done.as_json(), "unreadable": faults})
    else:
        from memwell.app.show.imported import imported

        show(imported(found, done))
    if done.interrupted:
        again = f"memwell import {path} {opening.as_options()}"
        notes().print(f"interrupted; to go on where it stopped: {again}", soft_wrap=True)
        raise typer.Exit(INTERRUPTED)
    if found.faults:
        raise typer.Exit(1)


def _remember(opening: Opening, path: Path, name: str | None) -> "tuple[Survey, Imported]":
    from memwell.app.ingestion import conversations, remember, survey
    from memwell.app.progress import spinner, turns_bar
    from memwell.bench.ingest import TimedEmbedder
    from memwell.models.resolve import resolve_embedder

    screen = notes()
    with spinner(screen, f"reading {path}"):
        found = survey(path, name)
    inner = resolve_embedder(opening.embedder)
    embedder = TimedEmbedder(inner) if inner else None
    with (
        opening.open(create=True, embedder=embedder) as memory,
        turns_bar(screen, "remembering", found.turns) as advance,
    ):
        return found, remember(memory, conversations(path, name), embedder, advance)


def _restore(opening: Opening, path: Path, json_output: bool) -> None:
    from memwell.app.as_json import of_manifest

    with opening.open(create=True) as memory:
        manifest = memory.import_(path)
    if json_output:
        print_json({"path": str(path), "format": "memwell", **of_manifest(manifest)})
    else:
        there = f"; {manifest.skipped:,} were there already" if manifest.skipped else ""
        told = f"{manifest.versions:,} versions of memories from {manifest.events:,} events{there}"
        print(told)
