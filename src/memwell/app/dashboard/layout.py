"""Where the nodes of a small graph stand: springs along edges, and every node pushes the others."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
STEPS = 250
GOLDEN = np.pi * (3 - np.sqrt(5))  # turns between neighbours of a sunflower
PULL = 1.5  # to the middle, so that parts without a link stay near


def placed(
    count: int, edges: Sequence[tuple[int, int]], width: float, height: float, margin: float
) -> Floats:
    """Positions [count, 2] within the frame (Fruchterman and Reingold); the same each time."""
    if count == 0:
        return np.zeros((0, 2))
    spots, ideal = _sunflower(count), 1.0 / np.sqrt(count)
    pairs = np.array([pair for pair in edges if pair[0] != pair[1]], int).reshape(-1, 2)
    for step in range(STEPS):
        moves = _pushed(spots, ideal) + _pulled(spots, pairs, ideal) - PULL * spots
        length = np.linalg.norm(moves, axis=1, keepdims=True)
        warmth = 0.1 * (1 - step / STEPS)
        spots = spots + moves / np.maximum(length, 1e-9) * np.minimum(length, warmth)
    return _fitted(spots, width, height, margin)


def _sunflower(count: int) -> Floats:
    place = np.arange(count) + 0.5
    radius, angle = np.sqrt(place / count), place * GOLDEN
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _pushed(spots: Floats, ideal: float) -> Floats:
    apart = spots[:, None] - spots[None]
    square = np.maximum((apart**2).sum(axis=2), 1e-6)
    found: Floats = (apart * (ideal**2 / square)[:, :, None]).sum(axis=1)
    return found


def _pulled(spots: Floats, pairs: npt.NDArray[np.int_], ideal: float) -> Floats:
    moves = np.zeros_like(spots)
    along = spots[pairs[:, 1]] - spots[pairs[:, 0]]
    force = along * np.linalg.norm(along, axis=1, keepdims=True) / ideal
    np.add.at(moves, pairs[:, 0], force)
    np.add.at(moves, pairs[:, 1], -force)
    return moves


def _fitted(spots: Floats, width: float, height: float, margin: float) -> Floats:
    low, span = spots.min(axis=0), np.ptp(spots, axis=0)
    room = np.array([width - 2 * margin, height - 2 * margin])
    share = np.where(span > 1e-9, (spots - low) / np.where(span > 1e-9, span, 1), 0.5)
    found: Floats = margin + share * room
    return found
