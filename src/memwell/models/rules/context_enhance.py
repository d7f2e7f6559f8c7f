"""A request with what memory holds on it, by rule: the request, then what the user said before."""

from typing import Any

from memwell.models.prompts.secondme import Enhanced
from memwell.models.rules.traits import OTHERS

MOST = 4  # memories


def context_enhance(fields: dict[str, Any]) -> Enhanced:
    """Answers the prompt CONTEXT_ENHANCE(request, biography, memories)."""
    told = [
        (number, piece)
        for number, piece in enumerate(fields["memories"])
        if piece.role not in OTHERS and not piece.text.rstrip().endswith("?")
    ][:MOST]
    request = fields["request"].strip()
    if not told:
        return Enhanced(request=request)
    known = "\n".join(f"- {piece}" for _, piece in told)
    return Enhanced(
        request=f"{request}\n\nWhat you should know of me:\n{known}",
        used=[number for number, _ in told],
    )
