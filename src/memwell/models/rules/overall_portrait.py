"""The portrait of all days by rule: their statements, added up."""

from collections import Counter
from typing import Any

from memwell.models.prompts.memorybank import Portrait
from memwell.models.rules.traits import kept, portrait


def overall_portrait(fields: dict[str, Any]) -> Portrait:
    """Answers the prompt OVERALL_PORTRAIT(before, replaced, parts)."""
    gone, days = (
        Counter(line for day in fields[name] for line in kept(day.text))
        for name in ("replaced", "parts")
    )
    counted = Counter(kept(fields["before"])) - gone + days
    return portrait(counted.elements())
