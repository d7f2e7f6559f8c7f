"""A request with what memory holds on it, by rule: the request, then what the user said before."""

from typing import Any

from memwell.models.prompts.secondme import Enhanced
from memwell.models.rules.own_words import own_words

MOST = 4  # memories
LEAST = 0.75  # of the best memory's score


def context_enhance(fields: dict[str, Any]) -> Enhanced:
    """Answers the prompt CONTEXT_ENHANCE(request, who, biography, memories)."""
    best = max((piece.score for piece in fields["memories"]), default=0.0)
    told = [(number, piece) for number, piece in own_words(fields) if piece.score >= LEAST * best][
        :MOST
    ]
    request = fields["request"].strip()
    if not told:
        return Enhanced(request=request)
    known = "\n".join(f"- {piece.text.strip()}" for _, piece in told)
    return Enhanced(
        request=f"{request}\n\nWhat you should know of me:\n{known}",
        used=[number for number, _ in told],
    )
