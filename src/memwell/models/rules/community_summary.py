"""One summary of two: lines of both in turn."""

from itertools import chain, zip_longest
from typing import Any

from memwell.models.prompts.zep import SUMMARY, Summary


def community_summary(fields: dict[str, Any]) -> Summary:
    """Answers the prompt COMMUNITY_SUMMARY(first, second): whole lines, as many as fit."""
    pairs = zip_longest(fields["first"].splitlines(), fields["second"].splitlines())
    kept: list[str] = []
    room = SUMMARY
    for line in dict.fromkeys(filter(None, chain.from_iterable(pairs))):
        if len(line) + 1 <= room:
            kept.append(line)
            room -= len(line) + 1
    return Summary(summary="\n".join(kept))
