"""The summary of all days by rule: their most central sentences, each with its day."""

from collections.abc import Iterable
from typing import Any

from memwell.models.prompts import Piece
from memwell.models.prompts.memorybank import Summary
from memwell.models.rules.central import central

ROOM = 2_000  # characters


def overall_summary(fields: dict[str, Any]) -> Summary:
    """Answers the prompt OVERALL_SUMMARY(before, replaced, parts)."""
    gone = set(_dated(fields["replaced"]))
    before = [line for line in fields["before"].splitlines() if line not in gone]
    return Summary(text="\n".join(central([*before, *_dated(fields["parts"])], ROOM)))


def _dated(days: Iterable[Piece]) -> list[str]:
    """The lines of the days' summaries, each after its day."""
    return [
        f"{day.at:%Y-%m-%d} {line}" if day.at else line
        for day in days
        for line in day.text.splitlines()
    ]
