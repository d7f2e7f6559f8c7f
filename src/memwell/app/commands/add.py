"""The command `memwell add`."""

import sys
from datetime import datetime, timedelta
from typing import Annotated

import typer

from memwell.app.dates import moment_option, span_option
from memwell.app.labels import labelled
from memwell.app.opening import Opening, on_memory
from memwell.app.output import Json, print_json, show
from memwell.core.errors import InvalidInput


@on_memory
def add(
    opening: Opening,
    text: Annotated[
        str | None,
        typer.Argument(metavar="TEXT", help="What was said; `-` or nothing reads standard input."),
    ] = None,
    session: Annotated[
        str | None, typer.Option(metavar="NAME", help="The conversation it belongs to.")
    ] = None,
    at: Annotated[
        datetime | None, moment_option("--at", "When it was said; now by default.")
    ] = None,
    role: Annotated[str, typer.Option(metavar="ROLE", help="user, assistant, …")] = "user",
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="Who said it.")] = None,
    label: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="A label to filter by; may be given again."),
    ] = None,
    ttl: Annotated[timedelta | None, span_option("--ttl", "Expires after 12h, 7d, 2w.")] = None,
    sensitivity: Annotated[
        str, typer.Option(metavar="LEVEL", help="public, internal, confidential or secret.")
    ] = "internal",
    trust: Annotated[
        str,
        typer.Option(metavar="CLASS", help="user, document, tool, web, unknown, or 0 to 1."),
    ] = "user",
    dry_run: Annotated[bool, typer.Option(help="Show what would be kept.")] = False,
    json_output: Json = False,
) -> None:
    """Remember what was said, word for word."""
    from memwell.app.as_json import of_receipt
    from memwell.app.show.receipts import received, words_of
    from memwell.core.message import Message

    message = Message(_words(text), role=role, name=name, at=at)
    with opening.open(create=True, embeds=True) as memory:
        receipt = memory.add(
            message, session=session, at=at, labels=labelled(label), ttl=ttl,
            sensitivity=sensitivity, trust=trust, dry_run=dry_run, wait=True,
        )  # fmt: skip
        words = words_of(memory, receipt)
    if json_output:
        print_json(of_receipt(receipt))
    else:
        show(received(receipt, words))


def _words(text: str | None) -> str:
    if text is not None and text != "-":
        return text
    if text is None and sys.stdin.isatty():
        raise InvalidInput("give the text, or `-` to read it from standard input")
    return sys.stdin.read().strip()
