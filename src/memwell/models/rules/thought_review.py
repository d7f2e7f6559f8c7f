"""Which thoughts say the same: those of one person with nearly the same words and numbers."""

from typing import Any

from memwell.models.prompts import Piece
from memwell.models.prompts.caim import Groups
from memwell.models.rules.reading.wording import keys

ALIKE = 0.8  # share of words that both have


def thought_review(fields: dict[str, Any]) -> Groups:
    """Answers the prompt THOUGHT_REVIEW(thoughts)."""
    thoughts: list[Piece] = list(fields["thoughts"])
    words = [frozenset(keys(each.text)) for each in thoughts]
    groups: list[list[int]] = []
    for number, each in enumerate(thoughts):
        for group in groups:
            first = group[0]
            same = each.speaker == thoughts[first].speaker
            if same and _alike(words[number], words[first]) >= ALIKE:
                group.append(number)
                break
        else:
            groups.append([number])
    return Groups(groups=[group for group in groups if len(group) > 1])


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0
