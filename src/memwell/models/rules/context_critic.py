"""What a response leaves out or runs against, by rule: memories whose words it does not take up."""

import re
from typing import Any

from memwell.models.prompts.secondme import Critique
from memwell.models.rules.keywords import tells
from memwell.models.rules.own_words import own_words
from memwell.models.rules.reading.wording import WORD, keys

MOST = 3  # memories
_AGAINST = re.compile(
    r"\b(?:allergic|allergy|hate|dislike|vegan|vegetarian|avoid|afraid"
    r"|can(?:\s?not|['’]t)\s+(?:stand|eat|drink|have)"
    r"|(?:do\s+not|don['’]t|never)\s+(?:like|eat|drink|want|enjoy))\b",
    re.IGNORECASE,
)


def context_critic(fields: dict[str, Any]) -> Critique:
    """Answers the prompt CONTEXT_CRITIC(request, response, who, biography, memories)."""
    response, request = _words(fields["response"]), _words(fields["request"])
    against: list[int] = []
    missing: list[int] = []
    for number, piece in own_words(fields):
        told = _words(piece.text)
        taken_up = (told - request) & response
        refused = _AGAINST.search(piece.text)
        if refused and taken_up and not _words(refused[0]) & response:
            against.append(number)
        elif told & request and not taken_up:
            missing.append(number)
    chosen = sorted([*against, *missing][:MOST])
    lines = [
        f"- {'This may not suit me' if number in against else 'You did not take up'}: "
        f'"{fields["memories"][number].text.strip()}"'
        for number in chosen
    ]
    if not lines:
        return Critique(feedback="That takes up what I told before.", satisfied=True)
    return Critique(feedback="\n".join(["I told before:", *lines]), satisfied=False, used=chosen)


def _words(text: str) -> frozenset[str]:
    return frozenset(keys(" ".join(word for word in WORD.findall(text) if tells(word.lower()))))
