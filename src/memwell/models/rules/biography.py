"""A biography by rule: what the shades tell, added up."""

from collections import Counter
from typing import Any

from memwell.models.prompts.secondme import Biography
from memwell.models.rules.traits import kept

LINES = 30
NOTHING = "Nothing is known yet."


def biography(fields: dict[str, Any]) -> Biography:
    """Answers the prompt BIOGRAPHY(before, replaced, parts)."""
    gone, told = (
        Counter(line for piece in fields[name] for line in kept(piece.text))
        for name in ("replaced", "parts")
    )
    before = Counter(line for line in kept(fields["before"]) if line != NOTHING)
    counted = (before - gone + told).most_common(LINES)
    written = [f"{line} ({times} times)" if times > 1 else line for line, times in counted]
    return Biography(text="\n".join(written) or NOTHING)
