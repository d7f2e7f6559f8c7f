"""A day's portrait by rule: what the speakers state of themselves, counted."""

from datetime import UTC, datetime, time
from typing import Any

from memwell.models.prompts.memorybank import Portrait
from memwell.models.rules.traits import kept, portrait, said


def daily_portrait(fields: dict[str, Any]) -> Portrait:
    """Answers the prompt DAILY_PORTRAIT(day, before, parts)."""
    noon = datetime.combine(fields["day"], time(12), UTC)
    return portrait([*kept(fields["before"]), *said(fields["parts"], noon)])
