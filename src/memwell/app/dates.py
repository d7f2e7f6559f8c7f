"""Dates as they are typed and shown. Times without a zone are UTC."""

import re
from datetime import datetime, timedelta
from typing import Any

import typer

UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}


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


def point(text: str) -> "datetime | int | str":
    """A point of a memory's past: a journal number, a date, or else the id of a receipt."""
    if text.isdecimal():
        return int(text)
    try:
        return parse(text)
    except typer.BadParameter:
        return text


def span(text: "str | timedelta") -> timedelta:
    """A stretch of time such as 30m, 12h, 7d or 2w."""
    found = re.fullmatch(r"(\d+)\s*([mhdw])", text.strip()) if isinstance(text, str) else None
    if isinstance(text, timedelta):
        return text
    if found is None:
        raise typer.BadParameter(f"{text!r} is no span of time; write it as 30m, 12h, 7d or 2w")
    return int(found[1]) * UNITS[found[2]]


def span_option(name: str, words: str) -> Any:
    """An option that takes a span of time."""
    return typer.Option(name, metavar="SPAN", help=words, parser=span)


def moment_option(name: str, words: str) -> Any:
    """An option that takes a date or a moment."""
    return typer.Option(name, metavar="DATE", help=words, parser=parse)


def day(moment: datetime | None) -> str:
    return f"{moment.day:2} {moment:%b %Y}" if moment else "no date"


def minute(moment: datetime | None) -> str:
    return f"{moment.day:2} {moment:%b %Y %H:%M}" if moment else "no date"
