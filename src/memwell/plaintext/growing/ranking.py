"""How turns and what was told of them are ranked together."""

import math
from collections.abc import Sequence
from dataclasses import replace

from memwell.core.hit import Hit, Reason


def joined(turns: Sequence[Hit], near: Sequence[Hit], told: Sequence[Hit], top: int) -> list[Hit]:
    """The leading turns, what is beside them, then other turns and what is told; each once.

    Scores descend: what is put before better ones has theirs.
    """
    leading, rest = turns[:top], turns[top:]
    most = leading[-1].score if leading else math.inf
    reason = (Reason("beside", 0.0, "said next to what was found"),)
    brought = [replace(hit, score=most, reasons=reason) for hit in near]
    others = [replace(hit, score=min(hit.score, most)) for hit in told]
    ranked = [*leading, *brought, *sorted([*rest, *others], key=lambda hit: -hit.score)]
    found: dict[str, Hit] = {}
    for hit in ranked:
        found.setdefault(hit.cube.id, hit)
    return list(found.values())
