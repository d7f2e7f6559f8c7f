"""How close memories are to the time a query speaks of."""

import numpy as np

from memwell.core.interval import Interval
from memwell.core.model import Floats

DAY = 86_400.0
PATIENCE = 2.0  # days outside the window after which closeness has halved; half its width is added


def closeness(
    window: Interval | None, at: "np.ndarray[tuple[int], np.dtype[np.float64]]"
) -> Floats:
    """1 inside the window, halving with distance outside; 0 without a window or a time. [n]"""
    if window is None:
        return np.zeros(len(at), np.float32)
    start = window.start.timestamp() if window.start else -np.inf
    end = window.end.timestamp() if window.end else np.inf
    outside = np.maximum(np.maximum(start - at, at - end), 0.0) / DAY
    half_life = PATIENCE + (0.0 if np.isinf(end - start) else (end - start) / DAY / 2)
    return np.nan_to_num(2.0 ** (-outside / half_life)).astype(np.float32)
