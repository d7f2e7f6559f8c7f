"""Reasons in words."""

from collections.abc import Sequence

from memwell.core.hit import Reason

WORDS = {
    "meaning": "meaning",
    "dense": "meaning",
    "words": "same words",
    "lexical": "same words",
    "time": "the time asked about",
    "speaker": "the speaker asked about",
    "session": "its whole session",
    "closest turn": "the closest turn of its session",
    "asking": "it asks rather than tells",
}
SMALL = 0.03  # a part of the score below this share is not worth a word


def named(reason: Reason) -> str:
    return reason.text or WORDS.get(reason.name, reason.name)


def shares(reasons: Sequence[Reason]) -> list[tuple[Reason, float]]:
    """Each part's share of all that speaks for the memory, largest first."""
    whole = sum(reason.value for reason in reasons if reason.value > 0) or 1.0
    parts = [(reason, reason.value / whole) for reason in reasons]
    return sorted(parts, key=lambda part: -abs(part[1]))


def briefly(reasons: Sequence[Reason], most: int = 3) -> str:
    """The parts that count, in one line."""
    weighed = [each for each in reasons if each.name != "trust"]
    told = [(reason, share) for reason, share in shares(weighed) if abs(share) >= SMALL]
    parts = [
        f"{named(reason)} {share:.0%}" if share > 0 else f"less: {named(reason)}"
        for reason, share in told[:most]
    ]
    doubts = [reason.text for reason in reasons if reason.name == "trust"]
    return " · ".join([*parts, *doubts])
