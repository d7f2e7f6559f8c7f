"""A day's summary by rule: its most central sentences, as they were said."""

from typing import Any

from memwell.models.prompts.memorybank import Summary
from memwell.models.rules.central import central, lines

ROOM = 800  # characters


def daily_summary(fields: dict[str, Any]) -> Summary:
    """Answers the prompt DAILY_SUMMARY(day, before, parts)."""
    parts = fields["parts"]
    given = [*fields["before"].splitlines(), *lines(parts)]
    if not given:  # nothing but questions and greetings
        given = [str(piece).strip() for piece in parts]
    return Summary(text="\n".join(central(given, ROOM)))
