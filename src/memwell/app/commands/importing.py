"""The command `memwell import`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, notes, print_json, show
from memwell.core.errors import InvalidInput

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
            help="auto, openai, chatgpt, claude, mem0, letta, graphiti, cogx, mcp, markdown, "
            "longmemeval, locomo, transcript or memwell.",
        ),
    ] = "auto",
    seal_key: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The key that an export was sealed with."),
    ] = None,
    grants: Annotated[
        bool, typer.Option("--grants", help="Let in again whom an export says was let in.")
    ] = False,
    json_output: Json = False,
) -> None:
    """Remember the conversations or the memories of a file.

    It reads OpenAI-style messages (JSON, JSON Lines), exports of ChatGPT and Claude, transcripts,
    LongMemEval and LoCoMo files; memories of mem0, Letta, Zep or Graphiti, COGX, the MCP reference
    server, notes in Markdown; and what `memwell export` wrote. What is there already is not stored
    again: after an interruption, run it again to go on.
    """
    from memwell.app.ingestion import is_export, outcome

    if format_name == "memwell" or (format_name == "auto" and is_export(path)):
        _restore(opening, path, seal_key, grants, json_output)
        return
    if seal_key or grants:
        raise InvalidInput("--seal-key and --grants are for what `memwell export` wrote")
    found, done = _remember(opening, path, None if format_name == "auto" else format_name)
    if json_output:
        print_json({"path": str(path), **outcome(found, done)})
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
    from memwell.app.ingestion import Imported, adopt, conversations, remember, survey
    from memwell.app.progress import spinner, turns_bar
    from memwell.bench.ingest import TimedEmbedder
    from memwell.models.resolve import resolve_embedder

    screen = notes()
    with spinner(screen, f"reading {path}"):
        found = survey(path, name)
    inner = resolve_embedder(opening.embedder)
    embedder = TimedEmbedder(inner) if inner else None
    with opening.open(create=True, embedder=embedder) as memory:
        done = Imported()
        if found.conversations:
            with turns_bar(screen, "remembering", found.turns) as advance:
                done = remember(memory, conversations(path, name), embedder, advance)
        if found.memories and not done.interrupted:
            with spinner(screen, f"taking in {found.memories:,} memories"):
                adopt(memory, path, found, done, lambda _: None)
    return found, done


def _restore(
    opening: Opening, path: Path, seal_key: Path | None, grants: bool, json_output: bool
) -> None:
    from memwell.app.as_json import of_manifest

    with opening.open(create=True) as memory:
        manifest = memory.import_(path, seal_key=seal_key, grants=grants)
    if json_output:
        print_json({"path": str(path), "format": "memwell", **of_manifest(manifest)})
        return
    there = f"; {manifest.skipped:,} were there already" if manifest.skipped else ""
    print(f"{manifest.versions:,} versions of memories from {manifest.events:,} events{there}")
    if manifest.withheld:
        notes().print(f"{manifest.withheld:,} grants were left out; --grants gives them again")
