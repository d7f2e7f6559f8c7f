"""The command `memwell ask`."""

from datetime import datetime
from time import perf_counter
from typing import Annotated

import typer

from memwell.app.dates import moment_option
from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, print_json, show


@on_memory
def ask(
    opening: Opening,
    question: Annotated[
        str, typer.Argument(metavar="QUESTION", help="What to answer from memory.")
    ],
    at: Annotated[
        datetime | None, moment_option("--at", "When it is asked: what `last week` refers to.")
    ] = None,
    session: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only from this conversation.")
    ] = None,
    json_output: Json = False,
) -> None:
    """Answer a question, with the turns it was read from."""
    from memwell.app.as_json import of_answer
    from memwell.app.show.answers import answered

    with opening.open(embeds=True) as memory:
        started = perf_counter()
        answer = memory.ask(question, at=at, session=session)
        seconds = perf_counter() - started
        sources = [memory.get(id) for id in answer.sources]
    if json_output:
        print_json({"question": question, **of_answer(answer, sources), "seconds": seconds})
    else:
        show(answered(answer, sources, question))
