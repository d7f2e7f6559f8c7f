"""The command `memwell demo`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from memwell.app.output import Json, notes, print_json, show

if TYPE_CHECKING:
    from memwell.app.demo.run import Asked
    from memwell.app.demo.story import Story
    from memwell.app.ingestion import Imported
    from memwell.kernel.memory import Memory


def demo(
    keep: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Keep the memory in this folder.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="N", help="Tell the story of another person.")
    ] = None,
    embedder: Annotated[str, typer.Option(metavar="NAME", help="minilm or none.")] = "minilm",
    json_output: Json = False,
) -> None:
    """Remember weeks of conversation and answer ten questions."""
    from memwell.app.demo.run import ask_all
    from memwell.app.demo.story import SEED, tell
    from memwell.app.show import demo as telling

    story = tell(SEED if seed is None else seed)
    asked = []
    with _memory(keep, embedder, story) as (memory, done):
        if not json_output:
            show(telling.introduction(story, done))
        for place, each in enumerate(ask_all(memory, story), 1):
            asked.append(each)
            if not json_output:
                show(telling.question(place, each))
    if json_output:
        print_json(_as_json(asked, done))
    else:
        show(telling.conclusion(asked, str(keep) if keep else None))
    if not all(each.right for each in asked):
        raise typer.Exit(1)


@contextmanager
def _memory(
    keep: Path | None, embedder: str, story: "Story"
) -> "Iterator[tuple[Memory, Imported]]":
    """A memory that has heard the story, in a folder that goes when it is not to be kept."""
    from memwell.app.ingestion import remember
    from memwell.app.progress import turns_bar
    from memwell.bench.ingest import TimedEmbedder
    from memwell.kernel.memory import Memory
    from memwell.models.resolve import resolve_embedder

    inner = resolve_embedder(embedder)
    timed = TimedEmbedder(inner) if inner else None
    turns = sum(len(each.messages) for each in story.conversations)
    with (
        TemporaryDirectory(prefix="memwell-demo-") as temporary,
        Memory(keep or temporary, user=story.persona.name, embedder=timed) as memory,
    ):
        with turns_bar(notes(), "remembering", turns) as advance:
            done = remember(memory, story.conversations, timed, advance, singly=True)
        if done.interrupted:
            raise typer.Abort
        yield memory, done


def _as_json(asked: "list[Asked]", done: "Imported") -> dict[str, Any]:
    from memwell.app.as_json import of_answer

    return {
        "remembered": done.as_json(),
        "right": sum(each.right for each in asked),
        "of": len(asked),
        "median_seconds": median(each.seconds for each in asked),
        "questions": [
            {
                "kind": each.question.kind,
                "question": each.question.text,
                **of_answer(each.answer, each.sources),
                "expected": [list(group) for group in each.question.says],
                "right": each.right,
                "seconds": each.seconds,
            }
            for each in asked
        ],
    }
