"""How close memories are to the times a query speaks of."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

import numpy as np
import numpy.typing as npt

from memwell.core.model import Floats

DAY = 86_400.0
PATIENCE = 2.0  # days outside a time after which closeness has halved; half its width is added


def closeness(times: Iterable[tuple[date, date]], at: npt.NDArray[np.float64]) -> Floats:
    """1 within any of the times [start, end), halving with distance outside: [n].

    0 without times, and for what has no time of its own (nan).
    """
    best = np.zeros(len(at), np.float64)
    for start, end in times:
        first, last = _seconds(start), _seconds(end)
        outside = np.maximum(np.maximum(first - at, at - last), 0.0) / DAY
        half_life = PATIENCE + (end - start).days / 2
        best = np.maximum(best, np.nan_to_num(2.0 ** (-outside / half_life)))
    return best.astype(np.float32)


def _seconds(day: date) -> float:
    return datetime.combine(day, time(), UTC).timestamp()
