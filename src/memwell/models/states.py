"""Compression of token states: project, normalise, then one int8 code per dimension and token.

A state of 384 float32 numbers (1,536 bytes) becomes p codes and a float16 scale (p + 2 bytes).
The projection that ships is the principal axes of centred unit states of English chat, rotated at
random so that all dimensions carry alike and coarse codes lose little.
"""

import hashlib
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from memwell.core.model import Floats, TokenStates

WIDTH = 384  # of MiniLM's hidden states
KEPT = 128  # dimensions of the projection made in code
LEARNED = Path(__file__).parent / "data" / "minilm" / "projection.npy"


@cache
def projection() -> Floats:
    """The matrix that ships with memwell, [384, p] or with a bias as row 385. Read-only.

    Without the file, a seeded orthogonal one.
    """
    if LEARNED.exists():
        matrix: Floats = np.load(LEARNED, allow_pickle=False).astype(np.float32)
    else:
        matrix = orthogonal(WIDTH, KEPT)
    matrix.flags.writeable = False
    return matrix


def orthogonal(width: int, kept: int, seed: int = 0) -> Floats:
    """A random matrix [width, kept] with orthonormal columns; the same on every machine."""
    gaussian = np.random.default_rng(seed).standard_normal((width, kept))
    columns: Floats = np.linalg.qr(gaussian)[0].astype(np.float16).astype(np.float32)
    return columns


def digest(matrix: Floats) -> str:
    """Eight hex digits that tell one projection from another."""
    return hashlib.sha256(matrix.astype(np.float16).tobytes()).hexdigest()[:8]


def compress(ids: npt.NDArray[np.uint16], states: Floats) -> TokenStates:
    """Token ids [t] and projected states [t, p] as codes."""
    peak = np.abs(states).max(axis=1, initial=0.0)
    scale = np.maximum(peak / 127, np.finfo(np.float16).tiny).astype(np.float16)
    # Divided by the scale as it is stored, so that its rounding costs nothing.
    codes = np.rint(states / scale.astype(np.float32)[:, None]).clip(-127, 127)
    return TokenStates(ids, codes.astype(np.int8), scale)


def project(hidden: Floats, projection: Floats) -> Floats:
    """Unit states [t, p] of hidden states [t, width]; a further row of the projection is a bias."""
    width = hidden.shape[1]
    return unit(unit(hidden) @ projection[:width] + projection[width:].sum(axis=0))


def restore(states: TokenStates) -> Floats:
    """The projected states [t, p], of unit length up to rounding."""
    return states.codes * states.scale.astype(np.float32)[:, None]


def unit(rows: Floats) -> Floats:
    """The rows [n, width] at length one; a row of zeros stays zero."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Floats = rows / np.maximum(lengths, 1e-12)
    return scaled
