"""Whether a memory knows what it does not know.

Answerable questions are set against unanswerable ones: the benchmark's own, and twins, which are
answerable questions asked while the sessions that hold their evidence are left out. A confidence
below a threshold refuses; the threshold is chosen on one half of the questions, so that 5 % of
the answerable ones are refused wrongly, and judged on the other.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Attempt:
    """One question put to a memory."""

    id: str  # of the question; a twin bears its question's id, so that both fall into one half
    confidence: float
    known: bool  # whether the memory gave an answer by its own default threshold


def report(
    answerable: Sequence[Attempt], unanswerable: Sequence[Attempt], false_refusals: float = 0.05
) -> dict[str, float | None]:
    """AUC over all questions; refusals on the half that did not choose the threshold."""
    chosen = [attempt.confidence for attempt in answerable if chooses(attempt.id)]
    limit = threshold(chosen, false_refusals)
    known = [attempt for attempt in answerable if not chooses(attempt.id)]
    unknown = [attempt for attempt in unanswerable if not chooses(attempt.id)]
    return {
        "n_answerable": len(answerable),
        "n_unanswerable": len(unanswerable),
        "auc": auc(_confidences(answerable), _confidences(unanswerable)),
        "threshold": limit,
        "n_answerable_held_out": len(known),
        "n_unanswerable_held_out": len(unknown),
        "refused": _share(attempt.confidence < limit for attempt in unknown),
        "false_refusals": _share(attempt.confidence < limit for attempt in known),
        "refused_by_default": _share(not attempt.known for attempt in unanswerable),
        "false_refusals_by_default": _share(not attempt.known for attempt in answerable),
    }


def chooses(id: str) -> bool:
    """True for the half of the questions, by hash, that the threshold is chosen on."""
    return hashlib.blake2b(id.encode(), digest_size=1).digest()[0] % 2 == 0


def threshold(confidences: Sequence[float], false_refusals: float) -> float:
    """The highest threshold below which at most this share of the confidences lies."""
    ordered = sorted(confidences)
    return ordered[int(false_refusals * len(ordered))] if ordered else 0.0


def auc(higher: Sequence[float], lower: Sequence[float]) -> float | None:
    """How often a value of the first kind exceeds one of the second; ties count half."""
    if not higher or not lower:
        return None
    rivals = np.sort(np.asarray(lower))
    below = np.searchsorted(rivals, higher, side="left")
    up_to = np.searchsorted(rivals, higher, side="right")
    return float((below + up_to).sum() / (2 * len(higher) * len(lower)))


def _confidences(attempts: Sequence[Attempt]) -> list[float]:
    return [attempt.confidence for attempt in attempts]


def _share(flags: Iterable[bool]) -> float | None:
    listed = list(flags)
    return sum(listed) / len(listed) if listed else None
