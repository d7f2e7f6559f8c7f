"""Dates as they are typed and shown. Times without a zone are UTC."""

from datetime import datetime
from typing import Any

import typer


def parse(text: str | datetime) -> datetime:
    """A moment from ISO 8601. Raises a usage error that shows how to write it."""
    from memwell.core.clock import aware

    if isinstance(text, datetime):
        return text
    try:
        return aware(datetime.fromisoformat(text.strip()))
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no date; write it as 2025-05-12 or 2025-05-12T10:30"
        ) from None


def moment_option(name: str, words: str) -> Any:
    """An option that takes a date or a moment."""
    return typer.Option(name, metavar="DATE", help=words, parser=parse)


def day(moment: datetime | None) -> str:
    return f"{moment.day:2} {moment:%b %Y}" if moment else "no date"


def minute(moment: datetime | None) -> str:
    return f"{moment.day:2} {moment:%b %Y %H:%M}" if moment else "no date"
